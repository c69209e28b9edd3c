//! Carts and their lines.

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::schema::{cart_lines, carts};
use crate::statement::updated;
use crate::types::{At, Id, Json, count};
use crate::version::next_version;
use diesel::prelude::*;
use domain::access::Scope;
use domain::cart::{Cart, CartLine};
use domain::id::{CartId, CustomerId, LineId, MarketplaceId, OfferId, OrderId, ResellerId};
use domain::party::Address;

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
        })
    }
}

/// Adds a cart with its lines.
pub fn insert(tx: &mut Conn, cart: &Cart) -> Result<()> {
    on!(tx, c => diesel::insert_into(carts::table).values(Row::from(cart)).execute(c))?;
    insert_lines(tx, cart)
}

/// A cart with its lines.
pub fn get(c: &mut Conn, scope: &Scope, id: CartId) -> Result<Cart> {
    let row: Row = on!(c, c, Db => {
        let query = carts::table.filter(carts::id.eq(Id(id))).select(Row::as_select()).into_boxed::<Db>();
        within!(query, scope, carts).get_result(c)
    })?;
    let of_cart = cart_lines::table
        .filter(cart_lines::marketplace_id.eq(row.marketplace_id))
        .filter(cart_lines::cart_id.eq(Id(id)))
        .order(cart_lines::position);
    let lines: Vec<LineRow> = on!(c, c => of_cart.select(LineRow::as_select()).load(c))?;
    Ok(row.with(lines.into_iter().map(CartLine::try_from).collect::<Result<_>>()?))
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

/// Remembers a cart, as it was read and changed in this transaction, and replaces its lines; the version
/// it then has.
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
    let lines = cart_lines::table
        .filter(cart_lines::marketplace_id.eq(Id(cart.marketplace_id)))
        .filter(cart_lines::cart_id.eq(Id(cart.id)));
    on!(tx, c => diesel::delete(lines).execute(c))?;
    insert_lines(tx, cart)?;
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
