//! Policies and overrides: each publication is kept; which is in force is for `domain::policy::Book` to say.

use crate::connection::Conn;
use crate::error::Result;
use crate::schema::{offers, policies, policy_overrides, price_lists, subscriptions};
use crate::statement::provider;
use crate::subscriptions::RUNNING;
use crate::types::{At, Coded, Id, Json, closed_set, count};
use diesel::dsl::{count_star, min};
use diesel::prelude::*;
use domain::access::Scope;
use domain::calendar::Day;
use domain::id::{MarketplaceId, OfferId, ProductId};
use domain::policy::{Book, Partial, Rules, Subject, Version};
use time::Date;

closed_set! {
    /// What an override is put over.
    SubjectKind {
        /// A product with all its offers.
        Product = "product",
        /// One offer; it goes before its product's.
        Offer = "offer",
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = policies)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    key: String,
    version: i64,
    valid_from: At,
    rules: Json<Rules>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = policy_overrides)]
struct OverrideRow {
    marketplace_id: Id<MarketplaceId>,
    subject_kind: Coded<SubjectKind>,
    // A product's or an offer's; the kind says which.
    subject_id: Id<ProductId>,
    version: i64,
    valid_from: At,
    rules: Json<Partial>,
}

/// Publishes a version of a policy.
pub fn insert(tx: &mut Conn, marketplace: MarketplaceId, key: &str, version: &Version<Rules>) -> Result<()> {
    let row = Row {
        marketplace_id: Id(marketplace),
        key: key.to_owned(),
        version: version.version.into(),
        valid_from: At(version.valid_from),
        rules: Json(version.content.clone()),
    };
    on!(tx, c => diesel::insert_into(policies::table).values(row).execute(c))?;
    Ok(())
}

/// Publishes a version of an override.
pub fn insert_override(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    subject: Subject,
    version: &Version<Partial>,
) -> Result<()> {
    let (subject_kind, subject_id) = columns(subject);
    let row = OverrideRow {
        marketplace_id: Id(marketplace),
        subject_kind: Coded(subject_kind),
        subject_id: Id(subject_id),
        version: version.version.into(),
        valid_from: At(version.valid_from),
        rules: Json(version.content.clone()),
    };
    on!(tx, c => diesel::insert_into(policy_overrides::table).values(row).execute(c))?;
    Ok(())
}

fn columns(subject: Subject) -> (SubjectKind, ProductId) {
    match subject {
        Subject::Product(id) => (SubjectKind::Product, id),
        Subject::Offer(id) => (SubjectKind::Offer, ProductId::from_u128(id.as_u128())),
    }
}

/// All policies and overrides of a marketplace, past and future ones as well.
pub fn load_unscoped(c: &mut Conn, marketplace: MarketplaceId) -> Result<Book> {
    let mut book = Book::default();
    let query =
        policies::table.filter(policies::marketplace_id.eq(Id(marketplace))).order((policies::key, policies::version));
    let rows: Vec<Row> = on!(c, c => query.select(Row::as_select()).load(c))?;
    for row in rows {
        let version = Version { version: count(row.version)?, valid_from: row.valid_from.0, content: row.rules.0 };
        book.add(row.key, version);
    }
    let query = policy_overrides::table.filter(policy_overrides::marketplace_id.eq(Id(marketplace))).order((
        policy_overrides::subject_kind,
        policy_overrides::subject_id,
        policy_overrides::version,
    ));
    let rows: Vec<OverrideRow> = on!(c, c => query.select(OverrideRow::as_select()).load(c))?;
    for row in rows {
        let subject = match row.subject_kind.0 {
            SubjectKind::Product => Subject::Product(row.subject_id.0),
            SubjectKind::Offer => Subject::Offer(OfferId::from_u128(row.subject_id.0.as_u128())),
        };
        let version = Version { version: count(row.version)?, valid_from: row.valid_from.0, content: row.rules.0 };
        book.add_override(subject, version);
    }
    Ok(book)
}

/// Whose subscriptions are asked about.
#[derive(Debug, Clone, Copy)]
pub enum Under<'a> {
    /// Those of the offers with this policy.
    Key(&'a str),
    /// Those of a product or an offer.
    Subject(Subject),
}

/// How many subscriptions run under a policy or an override, and the first day, from a day on, on which a term of
/// theirs ends that will be renewed. For the provider, who publishes policies.
pub fn running(c: &mut Conn, scope: &Scope, under: Under<'_>, ends_from: Day) -> Result<(u32, Option<Day>)> {
    let marketplace = provider(scope)?;
    let (number, last): (i64, Option<Date>) = on!(c, c, Db => {
        let mut base = subscriptions::table
            .filter(subscriptions::marketplace_id.eq(Id(marketplace)))
            .filter(subscriptions::status.eq_any(RUNNING.map(Coded)))
            .into_boxed::<Db>();
        let mut ends = subscriptions::table
            .filter(subscriptions::marketplace_id.eq(Id(marketplace)))
            .filter(subscriptions::status.eq_any(RUNNING.map(Coded)))
            .filter(subscriptions::auto_renew.eq(true))
            .filter(subscriptions::term_last.ge(Some(ends_from.date())))
            .into_boxed::<Db>();
        match under {
            Under::Key(key) => {
                let of_key = || offers::table
                    .filter(offers::marketplace_id.eq(Id(marketplace)))
                    .filter(offers::policy_key.eq(key.to_owned()))
                    .select(offers::id);
                base = base.filter(subscriptions::offer_id.eq_any(of_key()));
                ends = ends.filter(subscriptions::offer_id.eq_any(of_key()));
            }
            Under::Subject(Subject::Product(id)) => {
                base = base.filter(subscriptions::product_id.eq(Id(id)));
                ends = ends.filter(subscriptions::product_id.eq(Id(id)));
            }
            Under::Subject(Subject::Offer(id)) => {
                base = base.filter(subscriptions::offer_id.eq(Id(id)));
                ends = ends.filter(subscriptions::offer_id.eq(Id(id)));
            }
        }
        let number: i64 = base.select(count_star()).get_result(c)?;
        (number, ends.select(min(subscriptions::term_last)).get_result(c)?)
    });
    Ok((count(number)?, last.map(Day::new)))
}

/// Drafts that were compared with the catalogue as it is stay true: a policy changes no price.
pub fn keep_drafts(tx: &mut Conn, marketplace: MarketplaceId, version: i64) -> Result<()> {
    let update = diesel::update(price_lists::table)
        .filter(price_lists::marketplace_id.eq(Id(marketplace)))
        .filter(price_lists::status.eq(Coded(crate::price_lists::Status::Draft)))
        .filter(price_lists::catalog_version.eq(version - 1))
        .set(price_lists::catalog_version.eq(version));
    on!(tx, c => update.execute(c))?;
    Ok(())
}
