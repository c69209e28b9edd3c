//! What things of the catalogue are called and described as in other languages.

use crate::connection::Conn;
use crate::error::Result;
use crate::schema::catalog_texts;
use crate::types::{Id, Json};
use diesel::prelude::*;
use domain::id::MarketplaceId;
use domain::language::Translations;

/// The texts of a product or SKU, by its id, or of a category, by its slug.
pub type Texts = Vec<(String, Translations)>;

/// All texts of a marketplace's catalogue.
pub(super) fn load(c: &mut Conn, marketplace: MarketplaceId) -> Result<Texts> {
    let query = catalog_texts::table
        .filter(catalog_texts::marketplace_id.eq(Id(marketplace)))
        .order(catalog_texts::subject)
        .select((catalog_texts::subject, catalog_texts::texts));
    let rows: Vec<(String, Json<Translations>)> = on!(c, c => query.load(c))?;
    Ok(rows.into_iter().map(|(subject, texts)| (subject, texts.0)).collect())
}

/// Sets all texts of something; without one they are as if never set.
pub fn set_texts(tx: &mut Conn, marketplace: MarketplaceId, subject: &str, texts: &Translations) -> Result<()> {
    let key = (Id(marketplace), subject);
    if texts.is_empty() {
        on!(tx, c => diesel::delete(catalog_texts::table.find(key)).execute(c))?;
        return Ok(());
    }
    let row = (
        catalog_texts::marketplace_id.eq(Id(marketplace)),
        catalog_texts::subject.eq(subject),
        catalog_texts::texts.eq(Json(texts.clone())),
    );
    on!(tx, c => diesel::insert_into(catalog_texts::table)
        .values(row)
        .on_conflict((catalog_texts::marketplace_id, catalog_texts::subject))
        .do_update()
        .set(catalog_texts::texts.eq(Json(texts.clone())))
        .execute(c))?;
    Ok(())
}
