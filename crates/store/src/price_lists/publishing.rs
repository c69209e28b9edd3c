//! Bringing a price list into force: its products, SKUs, offers and prices, each by one statement over all of its rows,
//! and, where the draft says so, names, ends and beginnings of sales, by one statement each as well.

use crate::connection::Conn;
use crate::error::Result;
use crate::raw::{self, Value, former_title};
use diesel::connection::SimpleConnection;
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
    /// The same of trials.
    pub trial_policy_key: &'a str,
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

/// What a price list does besides adding what is new.
#[derive(Debug, Clone, Copy, Default)]
pub struct Does {
    /// How many rows the list has.
    pub rows: i64,
    /// Whether something is called differently from now on.
    pub renames: bool,
    /// From when on what its sheet does not have is closed for new orders, where there is something.
    pub ends: Option<OffsetDateTime>,
    /// Whether what a list before has closed is sold again, where this one has it.
    pub resumes: bool,
}

/// From this many rows on PostgreSQL is told to join tables whole and in the order in which they are named: it has
/// counted none of the rows yet, takes them for few, and would look each up, or pair every row with every SKU.
const MANY: i64 = 2_000;

/// Adds what a price list brings: products, SKUs and offers that are not there, and all of its prices; then does what
/// else it does. Of what is there, all else stays as it is.
pub fn publish(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    list: PriceListId,
    does: Does,
    now: OffsetDateTime,
    new: &NewOffers<'_>,
) -> Result<()> {
    #[cfg(feature = "postgres")]
    if let (Conn::Postgres(c), true) = (&mut *tx, does.rows > MANY) {
        c.batch_execute("SET LOCAL enable_nestloop = off; SET LOCAL join_collapse_limit = 1")?;
    }
    let words = Words::of(tx, now);
    let keys = [Value::Id(marketplace.as_u128()), Value::Id(list.as_u128())];
    raw::run(tx, &products(&words), &[keys[0], keys[1], Value::Text(new.category)])?;
    raw::run(tx, &skus(&words), &keys)?;
    let limits = [new.limits, new.trial_limits].into_iter().flat_map(|of| [of.min, of.max, of.step]);
    let policies =
        [new.policy_key, new.trial_policy_key].into_iter().chain(new.rules.iter().map(|rule| rule.policy_key.as_str()));
    let values: Vec<_> = keys
        .into_iter()
        .chain(limits.map(|limit| Value::Number(limit.into())))
        .chain(policies.map(Value::Text))
        .collect();
    raw::run(tx, &offers(&words, new), &values)?;
    raw::run(tx, &prices(), &keys)?;
    if does.renames {
        raw::run(tx, &product_names(&words), &keys)?;
        raw::run(tx, &sku_names(), &keys)?;
    }
    if let Some(end) = does.ends {
        raw::run(tx, &ended_sales(), &[keys[0], keys[1], Value::At(end)])?;
    }
    if does.resumes {
        raw::run(tx, RESUMED_SALES, &keys)?;
    }
    #[cfg(feature = "postgres")]
    if let (Conn::Postgres(c), true) = (&mut *tx, does.rows > MANY) {
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
    former_title: &'static str,
}

impl Words {
    fn of(conn: &Conn, now: OffsetDateTime) -> Self {
        let millis = now.unix_timestamp_nanos() / 1_000_000;
        match conn {
            #[cfg(feature = "postgres")]
            Conn::Postgres(_) => Self {
                id: format!(
                    "(lpad(to_hex({millis}::bigint), 12, '0') || '7' \
                     || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid"
                ),
                empty: "'[]'::jsonb",
                former_title: former_title(conn),
            },
            Conn::Sqlite(_) => Self {
                id: format!(
                    "unhex(printf('%012x7%03x%x%03x', {millis}, random() & 4095, 8 + (random() & 3), \
                     random() & 4095) || hex(randomblob(6)))"
                ),
                empty: "'[]'",
                former_title: former_title(conn),
            },
        }
    }
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
        "INSERT INTO skus (marketplace_id, id, product_id, external_id, title, description, unit)
        SELECT r.marketplace_id, {id}, p.id, r.sku_external_id, r.sku_title, r.description, r.unit
        {rows}
        AND NOT EXISTS (SELECT 1 FROM skus AS s
            WHERE s.marketplace_id = $1 AND s.product_id = p.id AND s.external_id = r.sku_external_id)"
    )
}

fn offers(words: &Words, new: &NewOffers<'_>) -> String {
    let fits = |rule: &OfferRule| {
        format!("r.term = '{}' AND r.billing_cycle = '{}'", rule.term.code(), rule.billing_cycle.code())
    };
    let trial = OfferKind::Trial.code();
    // The first ten values are the keys, the limits and the usual policies.
    let policies = new.rules.iter().zip(11..).map(|(rule, place)| format!(" WHEN {} THEN ${place}", fits(rule)));
    let policy = format!("CASE{} WHEN r.kind = '{trial}' THEN $10 ELSE $9 END", policies.collect::<String>());
    let preselected = new.rules.iter().map(|rule| format!(" WHEN {} THEN {}", fits(rule), rule.preselected));
    let preselected = match new.rules {
        [] => "false".to_owned(),
        _ => format!("CASE{} ELSE false END", preselected.collect::<String>()),
    };
    let (currency, segment) = (new.usual.0.code(), new.usual.1.code());
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

/// The rows that say a price, or that say that there is none any more, each with its offer as `o`.
fn rows_with_offers(beside: &str, removed: bool) -> String {
    let of = if removed { "=" } else { "<>" };
    format!(
        "FROM price_list_rows AS r {beside}
        CROSS JOIN products AS p
        CROSS JOIN skus AS s
        CROSS JOIN offers AS o
        WHERE r.marketplace_id = $1 AND r.price_list_id = $2 AND r.change {of} 'removed'
            AND p.marketplace_id = $1 AND p.external_id = r.product_external_id
            AND s.marketplace_id = $1 AND s.product_id = p.id AND s.external_id = r.sku_external_id
            AND o.marketplace_id = $1 AND o.sku_id = s.id AND o.term = r.term AND o.billing_cycle = r.billing_cycle
            AND o.segment = r.segment AND o.country = r.country AND o.currency = r.currency"
    )
}

fn prices() -> String {
    let rows = rows_with_offers("CROSS JOIN price_lists AS l", false);
    format!(
        "INSERT INTO prices (marketplace_id, offer_id, price_list_id, reseller_id, customer_id, cost, list_price,
            currency, valid_from, valid_until)
        SELECT r.marketplace_id, o.id, r.price_list_id, l.reseller_id, l.customer_id, r.cost, r.list_price, r.currency,
            r.valid_from, r.valid_until
        {rows} AND l.marketplace_id = $1 AND l.id = $2"
    )
}

/// The first row of each of what some columns tell apart among those by which something is called differently.
fn first_renamed(of: &str) -> String {
    format!(
        "r.marketplace_id = $1 AND r.price_list_id = $2 AND r.line IN (SELECT min(line) FROM price_list_rows
            WHERE marketplace_id = $1 AND price_list_id = $2 AND notes & 4 > 0 GROUP BY {of})"
    )
}

/// A product's new title; by the one that it had it is still found.
fn product_names(words: &Words) -> String {
    let (rows, aliases) = (first_renamed("product_external_id"), words.former_title);
    format!(
        "UPDATE products SET title = r.product_title, aliases = {aliases}
        FROM price_list_rows AS r
        WHERE {rows} AND products.marketplace_id = $1 AND products.external_id = r.product_external_id
            AND products.title <> r.product_title"
    )
}

fn sku_names() -> String {
    let rows = first_renamed("product_external_id, sku_external_id");
    format!(
        "UPDATE skus SET title = r.sku_title, unit = r.unit
        FROM price_list_rows AS r, products AS p
        WHERE {rows} AND p.marketplace_id = $1 AND p.external_id = r.product_external_id
            AND skus.marketplace_id = $1 AND skus.product_id = p.id AND skus.external_id = r.sku_external_id"
    )
}

/// What was closed before stays closed since then.
fn ended_sales() -> String {
    let rows = rows_with_offers("", true);
    format!(
        "UPDATE offers SET end_of_sale = $3, ended_by = $2
        WHERE marketplace_id = $1 AND (end_of_sale IS NULL OR end_of_sale > $3) AND id IN (SELECT o.id {rows})"
    )
}

/// What a person has closed stays closed.
const RESUMED_SALES: &str = "
    UPDATE offers SET end_of_sale = NULL, ended_by = NULL
    WHERE marketplace_id = $1 AND ended_by IS NOT NULL AND ended_by <> $2
        AND EXISTS (SELECT 1 FROM prices AS p
            WHERE p.marketplace_id = $1 AND p.offer_id = offers.id AND p.price_list_id = $2)";
