//! Carts and their lines.

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::page::{Page, PageRequest};
use crate::schema::{cart_lines, carts};
use crate::statement::{found, updated};
use crate::types::{At, Id, Json, base, count, trial_then};
use crate::version::next_version;
use diesel::prelude::*;
use domain::access::Scope;
use domain::cart::{Cart, CartLine};
use domain::id::{CartId, CustomerId, LineId, MarketplaceId, OfferId, OrderId, ResellerId};
use domain::party::Address;
use std::collections::HashMap;

/// `line_of!(cart, id)`: the one row of a line.
macro_rules! line_of {
    ($cart:expr, $id:expr) => {
        cart_lines::table
            .filter(cart_lines::marketplace_id.eq(Id($cart.marketplace_id)))
            .filter(cart_lines::cart_id.eq(Id($cart.id)))
            .filter(cart_lines::id.eq(Id($id)))
    };
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = carts, treat_none_as_default_value = false)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    id: Id<CartId>,
    customer_id: Id<CustomerId>,
    reseller_id: Option<Id<ResellerId>>,
    name: Option<String>,
    billing_address: Option<Json<Address>>,
    ordered_as: Option<Id<OrderId>>,
    created_at: At,
    version: i64,
}

impl From<&Cart> for Row {
    fn from(cart: &Cart) -> Self {
        Self {
            marketplace_id: Id(cart.marketplace_id),
            id: Id(cart.id),
            customer_id: Id(cart.customer_id),
            reseller_id: cart.reseller_id.map(Id),
            name: cart.name.clone(),
            billing_address: cart.billing_address.clone().map(Json),
            ordered_as: cart.ordered_as.map(Id),
            created_at: At(cart.created_at),
            version: cart.version,
        }
    }
}

impl Row {
    fn with(self, lines: Vec<CartLine>) -> Cart {
        Cart {
            id: self.id.0,
            marketplace_id: self.marketplace_id.0,
            customer_id: self.customer_id.0,
            reseller_id: self.reseller_id.map(|id| id.0),
            name: self.name,
            billing_address: self.billing_address.map(|address| address.0),
            lines,
            ordered_as: self.ordered_as.map(|id| id.0),
            created_at: self.created_at.0,
            version: self.version,
        }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = cart_lines, treat_none_as_default_value = false)]
struct LineRow {
    marketplace_id: Id<MarketplaceId>,
    cart_id: Id<CartId>,
    position: i32,
    id: Id<LineId>,
    offer_id: Id<OfferId>,
    quantity: i64,
    reference: Option<String>,
    branch: Option<String>,
    trial_then: Option<String>,
    base: Option<String>,
}

impl LineRow {
    fn new(cart: &Cart, position: i32, line: &CartLine) -> Self {
        Self {
            marketplace_id: Id(cart.marketplace_id),
            cart_id: Id(cart.id),
            position,
            id: Id(line.id),
            offer_id: Id(line.offer_id),
            quantity: line.quantity.into(),
            reference: line.reference.clone(),
            branch: line.branch.clone(),
            trial_then: line.trial_then.map(|then| then.to_string()),
            base: line.base.map(|base| base.to_string()),
        }
    }
}

impl TryFrom<LineRow> for CartLine {
    type Error = StoreError;
    fn try_from(row: LineRow) -> Result<Self> {
        Ok(Self {
            id: row.id.0,
            offer_id: row.offer_id.0,
            quantity: count(row.quantity)?,
            reference: row.reference,
            branch: row.branch,
            trial_then: trial_then(row.trial_then.as_deref())?,
            base: base(row.base.as_deref())?,
        })
    }
}

/// Adds a cart with its lines.
pub fn insert(tx: &mut Conn, cart: &Cart) -> Result<()> {
    on!(tx, c => diesel::insert_into(carts::table).values(Row::from(cart)).execute(c))?;
    insert_lines(tx, cart)
}

/// A cart with its lines: one query.
pub fn get(c: &mut Conn, scope: &Scope, id: CartId) -> Result<Cart> {
    let of_cart = cart_lines::marketplace_id.eq(carts::marketplace_id).and(cart_lines::cart_id.eq(carts::id));
    let rows: Vec<(Row, Option<LineRow>)> = on!(c, c, Db => {
        let query = carts::table
            .left_join(cart_lines::table.on(of_cart))
            .filter(carts::id.eq(Id(id)))
            .select((Row::as_select(), Option::<LineRow>::as_select()))
            .into_boxed::<Db>();
        within!(query, scope, carts).load(c)
    })?;
    let (mut heads, lines): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let head = heads.pop().ok_or(StoreError::NotFound)?;
    let mut lines: Vec<_> = lines.into_iter().flatten().collect();
    lines.sort_unstable_by_key(|line| line.position);
    Ok(head.with(lines.into_iter().map(CartLine::try_from).collect::<Result<_>>()?))
}

/// A page of the carts that wait to be ordered, of one customer or of all that the scope sees, with their lines.
pub fn list_open(c: &mut Conn, scope: &Scope, customer: Option<CustomerId>, page: &PageRequest) -> Result<Page<Cart>> {
    let rows: Vec<Row> = on!(c, c, Db => {
        let mut query = carts::table.filter(carts::ordered_as.is_null()).select(Row::as_select()).into_boxed::<Db>();
        if let Some(id) = customer {
            query = query.filter(carts::customer_id.eq(Id(id)));
        }
        paged!(within!(query, scope, carts), carts::id, page).load(c)
    })?;
    let page = Page::of(rows, page, |row| row.id.0.as_u128());
    let of_carts = cart_lines::table
        .filter(cart_lines::marketplace_id.eq(Id(scope.marketplace())))
        .filter(cart_lines::cart_id.eq_any(page.items.iter().map(|row| row.id)));
    let mut rows: Vec<LineRow> = on!(c, c => of_carts.select(LineRow::as_select()).load(c))?;
    rows.sort_unstable_by_key(|row| row.position);
    let mut lines: HashMap<CartId, Vec<CartLine>> = HashMap::new();
    for row in rows {
        lines.entry(row.cart_id.0).or_default().push(row.try_into()?);
    }
    Ok(page.map(|row| {
        let lines = lines.remove(&row.id.0).unwrap_or_default();
        row.with(lines)
    }))
}

/// The oldest carts of a customer that wait to be ordered, at most so many.
pub fn open_of(c: &mut Conn, scope: &Scope, customer: CustomerId, most: u32) -> Result<Vec<CartId>> {
    let ids: Vec<Id<CartId>> = on!(c, c, Db => {
        let query = carts::table
            .filter(carts::customer_id.eq(Id(customer)))
            .filter(carts::ordered_as.is_null())
            .order(carts::id)
            .limit(most.into())
            .select(carts::id)
            .into_boxed::<Db>();
        within!(query, scope, carts).load(c)
    })?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}

/// Remembers the head of a cart, as it was read and changed in this transaction; the version it then has. Its lines
/// are written one by one: [`add_line`], [`change_line`], [`remove_line`].
pub fn save(tx: &mut Conn, cart: &Cart, expected: Option<i64>) -> Result<i64> {
    let version = next_version(cart.version, expected)?;
    let target = carts::table.find((Id(cart.marketplace_id), Id(cart.id))).filter(carts::version.eq(cart.version));
    let set = (
        carts::name.eq(&cart.name),
        carts::billing_address.eq(cart.billing_address.clone().map(Json)),
        carts::ordered_as.eq(cart.ordered_as.map(Id)),
        carts::version.eq(version),
    );
    updated(rows_changed!(tx, diesel::update(target).set(set))?)?;
    Ok(version)
}

/// Lines that came with their cart have the positions before this one.
const LATER: i64 = 1_000;

/// Adds a line behind the others of a cart that was read in this transaction; the version that the cart then has.
pub fn add_line(tx: &mut Conn, cart: &Cart, line: &CartLine, expected: Option<i64>) -> Result<i64> {
    let version = save(tx, cart, expected)?;
    // Positions only say which line comes before which, and each version has one line at most.
    let position = i32::try_from(LATER + version).map_err(|_| StoreError::Corrupt(format!("version {version}")))?;
    let row = LineRow::new(cart, position, line);
    on!(tx, c => diesel::insert_into(cart_lines::table).values(row).execute(c))?;
    Ok(version)
}

/// Changes a line of a cart that was read in this transaction: it keeps its place; the version that the cart then has.
pub fn change_line(tx: &mut Conn, cart: &Cart, line: &CartLine, expected: Option<i64>) -> Result<i64> {
    let version = save(tx, cart, expected)?;
    let set = (
        cart_lines::offer_id.eq(Id(line.offer_id)),
        cart_lines::quantity.eq(i64::from(line.quantity)),
        cart_lines::reference.eq(&line.reference),
        cart_lines::branch.eq(&line.branch),
        cart_lines::trial_then.eq(line.trial_then.map(|then| then.to_string())),
        cart_lines::base.eq(line.base.map(|base| base.to_string())),
    );
    found(rows_changed!(tx, diesel::update(line_of!(cart, line.id)).set(set))?)?;
    Ok(version)
}

/// Removes a line of a cart that was read in this transaction; the version that the cart then has.
pub fn remove_line(tx: &mut Conn, cart: &Cart, line: LineId, expected: Option<i64>) -> Result<i64> {
    let version = save(tx, cart, expected)?;
    found(on!(tx, c => diesel::delete(line_of!(cart, line)).execute(c))?)?;
    Ok(version)
}

/// Deletes a cart with its lines.
pub fn delete(tx: &mut Conn, scope: &Scope, id: CartId) -> Result<()> {
    let deleted = on!(tx, c, Db => {
        let query = diesel::delete(carts::table).filter(carts::id.eq(Id(id))).into_boxed::<Db>();
        within!(query, scope, carts).execute(c)
    })?;
    if deleted == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

fn insert_lines(tx: &mut Conn, cart: &Cart) -> Result<()> {
    let rows: Vec<_> = (0..).zip(&cart.lines).map(|(position, line)| LineRow::new(cart, position, line)).collect();
    insert_rows!(tx, cart_lines, &rows);
    Ok(())
}
