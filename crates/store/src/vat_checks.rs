//! What registers of VAT ids have answered: evidence, one row an answer, never changed.

use crate::connection::Conn;
use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::schema::organizations::vat_checks;
use crate::types::{At, Id};
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{CustomerId, MarketplaceId, VatCheckId};
use domain::tax::standing::{VatAnswer, VatCheck};
use time::OffsetDateTime;

/// An answer of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The id of the row.
    pub id: VatCheckId,
    /// The marketplace of the customer.
    pub marketplace_id: MarketplaceId,
    /// Whose VAT id it was.
    pub customer_id: CustomerId,
    /// The VAT id that was asked about.
    pub vat_id: String,
    /// Which register answered.
    pub registry: String,
    /// What it answered.
    pub answer: VatAnswer,
    /// When, by the marketplace's clock.
    pub answered_at: OffsetDateTime,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = vat_checks, treat_none_as_default_value = false)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    id: Id<VatCheckId>,
    customer_id: Id<CustomerId>,
    vat_id: String,
    registry: String,
    valid: bool,
    name: Option<String>,
    address: Option<String>,
    consultation_number: Option<String>,
    answered_at: At,
}

impl From<Row> for KeptAnswer {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            customer_id: row.customer_id.0,
            vat_id: row.vat_id,
            registry: row.registry,
            answer: VatAnswer {
                valid: row.valid,
                name: row.name,
                address: row.address,
                consultation_number: row.consultation_number,
            },
            answered_at: row.answered_at.0,
        }
    }
}

/// Keeps an answer.
pub fn insert(tx: &mut Conn, kept: &KeptAnswer) -> Result<()> {
    let answer = kept.answer.clone();
    let row = Row {
        marketplace_id: Id(kept.marketplace_id),
        id: Id(kept.id),
        customer_id: Id(kept.customer_id),
        vat_id: kept.vat_id.clone(),
        registry: kept.registry.clone(),
        valid: answer.valid,
        name: answer.name,
        address: answer.address,
        consultation_number: answer.consultation_number,
        answered_at: At(kept.answered_at),
    };
    on!(tx, c => diesel::insert_into(vat_checks::table).values(row).execute(c))?;
    Ok(())
}

/// The answers about the VAT ids of a customer that the scope sees.
pub fn list(c: &mut Conn, scope: &Scope, customer: CustomerId, page: &PageRequest) -> Result<Page<KeptAnswer>> {
    crate::customers::get(c, scope, customer)?;
    let rows: Vec<Row> = on!(c, c, Db => {
        let query = vat_checks::table
            .filter(vat_checks::marketplace_id.eq(Id(scope.marketplace())))
            .filter(vat_checks::customer_id.eq(Id(customer)))
            .select(Row::as_select())
            .into_boxed::<Db>();
        paged!(query, vat_checks::id, page).load(c)
    })?;
    Ok(Page::of(rows, page, |row| row.id.0.as_u128()).map(KeptAnswer::from))
}

/// How a VAT id stands that a customer has or may get: by the newest answer about it.
pub fn standing(c: &mut Conn, scope: &Scope, customer: CustomerId, vat_id: &str) -> Result<VatCheck> {
    let newest: Option<Row> = on!(c, c => {
        vat_checks::table
            .filter(vat_checks::marketplace_id.eq(Id(scope.marketplace())))
            .filter(vat_checks::customer_id.eq(Id(customer)))
            .filter(vat_checks::vat_id.eq(vat_id))
            .order(vat_checks::id.desc())
            .select(Row::as_select())
            .first(c)
            .optional()
    })?;
    let newest = newest.map(KeptAnswer::from);
    Ok(newest.map_or_else(VatCheck::default, |kept| VatCheck::answered(&kept.answer, kept.answered_at)))
}
