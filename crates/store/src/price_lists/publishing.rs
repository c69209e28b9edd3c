//! Bringing a price list into force: its products, SKUs, offers and prices, each by one statement over all of its rows.

use crate::connection::Conn;
use crate::error::Result;
use crate::types::Id;
use crate::types::sql::Uid;
use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use domain::calendar::{BillingCycle, Term};
use domain::catalog::{OfferKind, QuantityLimits, Segment};
use domain::id::{MarketplaceId, PriceListId};
use domain::money::Currency;
use time::OffsetDateTime;

/// What the rows of a sheet do not say of the products and offers that are new.
#[derive(Debug)]
pub struct NewOffers<'a> {
    /// The category of products.
    pub category: &'a str,
    /// The policy of offers that no rule is for.
    pub policy_key: &'a str,
    /// What holds for offers of a term and billing cycle; the first that fits counts.
    pub rules: &'a [OfferRule],
    /// The currency and segment in which offers may be preselected.
    pub usual: (Currency, Segment),
    /// How many of an offer may be bought.
    pub limits: QuantityLimits,
    /// The same of a trial.
    pub trial_limits: QuantityLimits,
}

/// What holds for new offers of a term and billing cycle.
#[derive(Debug)]
pub struct OfferRule {
    /// The offers' term.
    pub term: Term,
    /// The offers' billing cycle.
    pub billing_cycle: BillingCycle,
    /// The policy that rules them.
    pub policy_key: String,
    /// Whether they are preselected.
    pub preselected: bool,
}

/// From this many rows on PostgreSQL is told to join tables whole and in the order in which they are named: it has
/// counted none of the rows yet, takes them for few, and would look each up, or pair every row with every SKU.
const MANY: i64 = 2_000;

/// A value of a statement, in the order of `$1`, `$2`…
#[derive(Clone, Copy)]
enum Value<'a> {
    Id(u128),
    Text(&'a str),
    Number(i64),
}

/// Adds what a price list brings: products, SKUs and offers that are not there, and all of its prices. What is there
/// stays as it is. `rows` is how many rows the list has.
pub fn publish(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    list: PriceListId,
    rows: i64,
    now: OffsetDateTime,
    new: &NewOffers<'_>,
) -> Result<()> {
    if let (Conn::Postgres(c), true) = (&mut *tx, rows > MANY) {
        c.batch_execute("SET LOCAL enable_nestloop = off; SET LOCAL join_collapse_limit = 1")?;
    }
    let words = Words::of(tx, now);
    let keys = [Value::Id(marketplace.as_u128()), Value::Id(list.as_u128())];
    insert_by(tx, &products(&words), &[keys[0], keys[1], Value::Text(new.category)])?;
    insert_by(tx, &skus(&words), &keys)?;
    let limits = [new.limits, new.trial_limits].into_iter().flat_map(|of| [of.min, of.max, of.step]);
    let policies = std::iter::once(new.policy_key).chain(new.rules.iter().map(|rule| rule.policy_key.as_str()));
    let values: Vec<_> = keys
        .into_iter()
        .chain(limits.map(|limit| Value::Number(limit.into())))
        .chain(policies.map(Value::Text))
        .collect();
    insert_by(tx, &offers(&words, new), &values)?;
    insert_by(tx, PRICES, &keys)?;
    if let (Conn::Postgres(c), true) = (&mut *tx, rows > MANY) {
        c.batch_execute("SET LOCAL enable_nestloop TO DEFAULT; SET LOCAL join_collapse_limit TO DEFAULT")?;
    }
    Ok(())
}

/// What the two databases say differently.
struct Words {
    /// A new id: a UUIDv7.
    id: String,
    /// A document that is an empty list.
    empty: &'static str,
}

impl Words {
    fn of(conn: &Conn, now: OffsetDateTime) -> Self {
        let millis = now.unix_timestamp_nanos() / 1_000_000;
        match conn {
            Conn::Postgres(_) => Self {
                id: format!(
                    "(lpad(to_hex({millis}::bigint), 12, '0') || '7' \
                     || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid"
                ),
                empty: "'[]'::jsonb",
            },
            Conn::Sqlite(_) => Self {
                id: format!(
                    "unhex(printf('%012x7%03x%x%03x', {millis}, random() & 4095, 8 + (random() & 3), \
                     random() & 4095) || hex(randomblob(6)))"
                ),
                empty: "'[]'",
            },
        }
    }
}

fn insert_by(tx: &mut Conn, sql: &str, values: &[Value<'_>]) -> Result<()> {
    // SQLite would take `$1` for a name.
    let sql = if matches!(tx, Conn::Sqlite(_)) { sql.replace('$', "?") } else { sql.to_owned() };
    on!(tx, c, Db => {
        let query = values.iter().fold(diesel::sql_query(&sql).into_boxed::<Db>(), |query, value| match value {
            Value::Id(bits) => query.bind::<Uid, _>(Id(*bits)),
            Value::Text(text) => query.bind::<Text, _>(*text),
            Value::Number(number) => query.bind::<BigInt, _>(*number),
        });
        query.execute(c)
    })?;
    Ok(())
}

/// The first row of each of what some columns tell apart, as `r`, with tables beside it and what must hold of them.
///
/// SQLite takes tables that are joined by `CROSS JOIN` in this order: from the rows to what an index finds for each.
/// The lines are a list that is made once; as a joined table SQLite makes it anew for every row.
fn first_rows(of: &str, beside: &str, condition: &str) -> String {
    format!(
        "FROM price_list_rows AS r {beside}
        WHERE r.marketplace_id = $1 AND r.price_list_id = $2 AND r.line IN (SELECT min(line) FROM price_list_rows
            WHERE marketplace_id = $1 AND price_list_id = $2 GROUP BY {of}) {condition}"
    )
}

/// The product and SKU of a row, and which they are.
const PRODUCT: (&str, &str) =
    ("CROSS JOIN products AS p", "AND p.marketplace_id = $1 AND p.external_id = r.product_external_id");
const SKU: (&str, &str) =
    ("CROSS JOIN skus AS s", "AND s.marketplace_id = $1 AND s.product_id = p.id AND s.external_id = r.sku_external_id");

fn products(words: &Words) -> String {
    let (id, empty, rows) = (&words.id, words.empty, first_rows("product_external_id", "", ""));
    format!(
        "INSERT INTO products (marketplace_id, id, external_id, title, publisher, description, category, aliases)
        SELECT r.marketplace_id, {id}, r.product_external_id, r.product_title, r.publisher, r.description, $3, {empty}
        {rows}
        AND NOT EXISTS (SELECT 1 FROM products AS p
            WHERE p.marketplace_id = $1 AND p.external_id = r.product_external_id)"
    )
}

fn skus(words: &Words) -> String {
    let (id, rows) = (&words.id, first_rows("product_external_id, sku_external_id", PRODUCT.0, PRODUCT.1));
    format!(
        "INSERT INTO skus (marketplace_id, id, product_id, external_id, title, description)
        SELECT r.marketplace_id, {id}, p.id, r.sku_external_id, r.sku_title, r.description
        {rows}
        AND NOT EXISTS (SELECT 1 FROM skus AS s
            WHERE s.marketplace_id = $1 AND s.product_id = p.id AND s.external_id = r.sku_external_id)"
    )
}

fn offers(words: &Words, new: &NewOffers<'_>) -> String {
    let fits = |rule: &OfferRule| {
        format!("r.term = '{}' AND r.billing_cycle = '{}'", rule.term.code(), rule.billing_cycle.code())
    };
    // The first nine values are the keys, the limits and the usual policy.
    let policies = new.rules.iter().zip(10..).map(|(rule, place)| format!(" WHEN {} THEN ${place}", fits(rule)));
    let policy = match new.rules {
        [] => "$9".to_owned(),
        _ => format!("CASE{} ELSE $9 END", policies.collect::<String>()),
    };
    let preselected = new.rules.iter().map(|rule| format!(" WHEN {} THEN {}", fits(rule), rule.preselected));
    let preselected = match new.rules {
        [] => "false".to_owned(),
        _ => format!("CASE{} ELSE false END", preselected.collect::<String>()),
    };
    let (currency, segment) = (new.usual.0.code(), new.usual.1.code());
    let trial = OfferKind::Trial.code();
    let limit =
        |of_trial: u8, of_others: u8| format!("CASE WHEN r.kind = '{trial}' THEN ${of_trial} ELSE ${of_others} END");
    let (min, max, step) = (limit(6, 3), limit(7, 4), limit(8, 5));
    let (id, empty) = (&words.id, words.empty);
    let identity = "term, billing_cycle, segment, country, currency";
    let (beside, condition) = (format!("{} {}", PRODUCT.0, SKU.0), format!("{} {}", PRODUCT.1, SKU.1));
    let rows = first_rows(&format!("product_external_id, sku_external_id, {identity}"), &beside, &condition);
    format!(
        "INSERT INTO offers (marketplace_id, id, sku_id, {identity}, kind, min_quantity, max_quantity, quantity_step,
            prerequisites, policy_key, preselected)
        SELECT r.marketplace_id, {id}, s.id, r.term, r.billing_cycle, r.segment, r.country, r.currency, r.kind,
            {min}, {max}, {step}, {empty}, {policy},
            CASE WHEN r.currency = '{currency}' AND r.segment = '{segment}' THEN {preselected} ELSE false END
        {rows}
        AND NOT EXISTS (SELECT 1 FROM offers AS o WHERE o.marketplace_id = $1 AND o.sku_id = s.id
            AND o.term = r.term AND o.billing_cycle = r.billing_cycle AND o.segment = r.segment
            AND o.country = r.country AND o.currency = r.currency)"
    )
}

const PRICES: &str = "
    INSERT INTO prices (marketplace_id, offer_id, price_list_id, reseller_id, customer_id, cost, list_price, currency,
        valid_from, valid_until)
    SELECT r.marketplace_id, o.id, r.price_list_id, l.reseller_id, l.customer_id, r.cost, r.list_price, r.currency,
        r.valid_from, r.valid_until
    FROM price_list_rows AS r
    CROSS JOIN price_lists AS l
    CROSS JOIN products AS p
    CROSS JOIN skus AS s
    CROSS JOIN offers AS o
    WHERE r.marketplace_id = $1 AND r.price_list_id = $2
        AND l.marketplace_id = $1 AND l.id = $2
        AND p.marketplace_id = $1 AND p.external_id = r.product_external_id
        AND s.marketplace_id = $1 AND s.product_id = p.id AND s.external_id = r.sku_external_id
        AND o.marketplace_id = $1 AND o.sku_id = s.id AND o.term = r.term AND o.billing_cycle = r.billing_cycle
        AND o.segment = r.segment AND o.country = r.country AND o.currency = r.currency";
