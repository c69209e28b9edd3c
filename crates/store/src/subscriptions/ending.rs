//! Subscriptions whose term ends by a day, in the order of their ids.
//!
//! No index is in the order of a range and of the ids at once, and neither is good alone: along the ids a database
//! walks over all that end later, by the days it sorts all that end earlier. But terms end on few days, whatever their
//! number: of each day the first few ids are looked up, and these are sorted.

use crate::connection::{Conn, Engine};
use crate::error::Result;
use crate::page::PageRequest;
use crate::types::Id;
use crate::types::sql::Uid;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Date};
use domain::access::Scope;
use domain::calendar::Day;
use domain::id::SubscriptionId;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Uid)]
    id: Id<SubscriptionId>,
}

/// The ids of the page of those that the scope sees and whose term ends on a day or before; none where the scope sees
/// few anyway.
pub(super) fn page_of(
    c: &mut Conn,
    scope: &Scope,
    day: Day,
    page: &PageRequest,
) -> Result<Option<Vec<Id<SubscriptionId>>>> {
    let reseller = match scope {
        Scope::Customer(..) | Scope::Assigned(..) => return Ok(None),
        Scope::Reseller(_, id) => Some(Id(*id)),
        Scope::Platform | Scope::Marketplace(_) => None,
    };
    let sql = statement(c.engine() == Engine::Postgres, reseller.is_some(), page);
    let found: Vec<Found> = on!(c, c, Db => {
        let mut query = sql_query(sql)
            .into_boxed::<Db>()
            .bind::<Uid, _>(Id(scope.marketplace()))
            .bind::<Date, _>(day.date())
            .bind::<BigInt, _>(page.fetch());
        if let Some(reseller) = reseller {
            query = query.bind::<Uid, _>(reseller);
        }
        if let Some(after) = page.after {
            query = query.bind::<Uid, _>(Id(after));
        }
        query.load(c)
    })?;
    Ok(Some(found.into_iter().map(|found| found.id).collect()))
}

/// Marketplace, day and number of rows are the first three values; then comes the reseller, then the id to begin after.
fn statement(postgres: bool, of_reseller: bool, page: &PageRequest) -> String {
    let place = |number: u8| if postgres { format!("${number}") } else { format!("?{number}") };
    let [marketplace, day, rows] = [1, 2, 3].map(place);
    let (order, beyond) = if page.descending { ("DESC", "<") } else { ("ASC", ">") };
    let mut seen = format!("s.marketplace_id = {marketplace}");
    if of_reseller {
        seen += &format!(" AND s.reseller_id = {}", place(4));
    }
    let after = match page.after {
        Some(_) => format!(" AND s.id {beyond} {}", place(if of_reseller { 5 } else { 4 })),
        None => String::new(),
    };
    let last = |condition: &str| {
        format!(
            "(SELECT s.term_last FROM subscriptions AS s WHERE {seen} AND s.term_last {condition} \
             ORDER BY s.term_last DESC LIMIT 1)"
        )
    };
    let of_day = format!(
        "SELECT s.id FROM subscriptions AS s WHERE {seen} AND s.term_last = days.day{after} \
         ORDER BY s.id {order} LIMIT {rows}"
    );
    let found = if postgres {
        format!("days CROSS JOIN LATERAL ({of_day}) AS found")
    } else {
        format!(
            "days CROSS JOIN subscriptions AS found ON found.marketplace_id = {marketplace} AND found.id IN ({of_day})"
        )
    };
    format!(
        "WITH RECURSIVE days (day) AS (SELECT {} UNION ALL SELECT {} FROM days WHERE days.day IS NOT NULL) \
         SELECT found.id FROM {found} WHERE days.day IS NOT NULL ORDER BY found.id {order} LIMIT {rows}",
        last(&format!("<= {day}")),
        last("< days.day")
    )
}
