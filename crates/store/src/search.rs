//! What people search: the words of what something is called, of its numbers and addresses, each a row, so that an
//! index finds whatever begins like a word of the search. Who finds it is a matter of the list's scope, as ever.

use crate::connection::Conn;
use crate::error::Result;
use crate::raw::{Piece, Raw};
use crate::schema::search_words;
use crate::types::Id;
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{MarketplaceId, ProductId};
use domain::text;

/// The most words of a search that are heeded; who says more says no more by it.
const MOST_WORDS: usize = 6;
/// So many characters of a word are kept and compared.
const LENGTH: usize = 40;

/// What somebody searches: the beginnings of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search(Vec<String>);

impl Search {
    /// A search of a text; none where it has neither letter nor digit.
    pub fn of(text: &str) -> Option<Self> {
        let mut words = words([text]);
        words.truncate(MOST_WORDS);
        (!words.is_empty()).then_some(Self(words))
    }
}

/// What is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Customer,
    User,
    Reseller,
    Order,
}

impl Kind {
    const fn code(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::User => "user",
            Self::Reseller => "reseller",
            Self::Order => "order",
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = search_words)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    kind: &'static str,
    word: String,
    subject_id: Id<u128>,
}

/// The words of some texts, each once.
pub(crate) fn words<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let all = texts.into_iter().flat_map(text::words);
    let mut words: Vec<String> = all.map(|word| word.chars().take(LENGTH).collect()).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Has something new be found by these words.
pub(crate) fn add(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    kind: Kind,
    subject: u128,
    words: Vec<String>,
) -> Result<()> {
    add_all(tx, kind, [(marketplace, subject, words)])
}

/// The same for several, in few statements.
pub(crate) fn add_all(
    tx: &mut Conn,
    kind: Kind,
    all: impl IntoIterator<Item = (MarketplaceId, u128, Vec<String>)>,
) -> Result<()> {
    let row = |(marketplace, subject, words): (_, u128, Vec<String>)| {
        let of = move |word| Row { marketplace_id: Id(marketplace), kind: kind.code(), word, subject_id: Id(subject) };
        words.into_iter().map(of)
    };
    let rows: Vec<_> = all.into_iter().flat_map(row).collect();
    if !rows.is_empty() {
        insert_rows!(tx, search_words, &rows);
    }
    Ok(())
}

/// Has something be found by other words than before; nothing is written where they are the same.
pub(crate) fn change(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    kind: Kind,
    subject: u128,
    before: &[String],
    after: Vec<String>,
) -> Result<()> {
    if before == after {
        return Ok(());
    }
    let rows = search_words::table
        .filter(search_words::marketplace_id.eq(Id(marketplace)))
        .filter(search_words::subject_id.eq(Id(subject)));
    on!(tx, c => diesel::delete(rows).execute(c))?;
    add(tx, marketplace, kind, subject, after)
}

/// Conditions that together hold for what is found, by the column of its id: each word of the search is the beginning
/// of a word of it.
pub(crate) fn found(search: Option<&Search>, marketplace: MarketplaceId, kind: Kind, id: &'static str) -> Vec<Raw> {
    let of = |word: &String| {
        let begins = Raw::sql(format!("{id} IN (SELECT w.subject_id FROM search_words AS w WHERE "));
        begins_with(begins, marketplace, kind, word).and_sql(")")
    };
    search.into_iter().flat_map(|search| &search.0).map(of).collect()
}

/// The words of a kind that begin like one. They lie between it and what comes before the last character there is.
fn begins_with(sql: Raw, marketplace: MarketplaceId, kind: Kind, word: &str) -> Raw {
    sql.and_sql("w.marketplace_id = ")
        .with(Piece::id(marketplace.as_u128()))
        .and_sql(format!(" AND w.kind = '{}' AND w.word >= ", kind.code()))
        .with(Piece::Text(word.to_owned()))
        .and_sql(" AND w.word < ")
        .with(Piece::Text(format!("{word}{}", char::MAX)))
}

/// The condition of orders that are found: by their own references, or by what their customer is called.
pub(crate) fn of_orders(search: &Search, scope: &Scope) -> Raw {
    let marketplace = scope.marketplace();
    let sql = Raw::sql("(orders.id IN (SELECT w.subject_id FROM search_words AS w WHERE ");
    let sql = every_word(sql, search, marketplace, Kind::Order);
    let sql = of_customers(sql.and_sql(" UNION ALL "), "orders", search, scope);
    sql.and_sql("))")
}

/// The condition of subscriptions that are found: by what their customer is called, or as some of these products.
pub(crate) fn of_subscriptions(search: &Search, products: &[ProductId], scope: &Scope) -> Raw {
    let sql = of_customers(Raw::sql("(subscriptions.id IN ("), "subscriptions", search, scope);
    if products.is_empty() {
        return sql.and_sql("))");
    }
    let sql = sql.and_sql(" UNION ALL SELECT o.id FROM subscriptions AS o WHERE o.marketplace_id = ");
    let sql = seen(sql.with(Piece::id(scope.marketplace().as_u128())), scope).and_sql(" AND o.product_id IN (");
    let sql = products.iter().enumerate().fold(sql, |sql, (n, product)| {
        let sql = if n == 0 { sql } else { sql.and_sql(", ") };
        sql.with(Piece::id(product.as_u128()))
    });
    sql.and_sql(")))")
}

/// The rows of a table whose customers are called so.
fn of_customers(sql: Raw, table: &'static str, search: &Search, scope: &Scope) -> Raw {
    let sql = sql.and_sql(format!(
        "SELECT o.id FROM search_words AS w JOIN {table} AS o \
         ON o.marketplace_id = w.marketplace_id AND o.customer_id = w.subject_id WHERE "
    ));
    seen(every_word(sql, search, scope.marketplace(), Kind::Customer), scope)
}

/// Narrows what is looked through to what is seen at all; the list itself is in its scope anyway.
fn seen(sql: Raw, scope: &Scope) -> Raw {
    match (scope.reseller(), scope.customer()) {
        (_, Some(id)) => sql.and_sql(" AND o.customer_id = ").with(Piece::id(id.as_u128())),
        (Some(id), None) => sql.and_sql(" AND o.reseller_id = ").with(Piece::id(id.as_u128())),
        (None, None) => sql,
    }
}

fn every_word(sql: Raw, search: &Search, marketplace: MarketplaceId, kind: Kind) -> Raw {
    let mut words = search.0.iter();
    let first = words.next().map(String::as_str).unwrap_or_default();
    words.fold(begins_with(sql, marketplace, kind, first), |sql, word| {
        let sql = sql.and_sql(" AND w.subject_id IN (SELECT w.subject_id FROM search_words AS w WHERE ");
        begins_with(sql, marketplace, kind, word).and_sql(")")
    })
}
