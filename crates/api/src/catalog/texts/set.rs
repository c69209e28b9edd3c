//! Setting the texts of something of the catalogue.

use crate::catalog::texts::view::view;
use crate::http::problem::{Code, Problem};
use crate::memory::catalogs::catalog::Catalog;
use crate::transaction::Write;
use domain::id::{ProductId, SkuId};
use domain::language::Translations;

/// What the catalogue has that texts can be of.
pub struct Subject {
    /// What its texts are kept under: an id, or a category's slug.
    key: String,
    /// Whether it is a category, which has a title alone.
    is_category: bool,
}

impl Subject {
    /// What is called so; 404 where nothing is.
    pub fn of(catalog: &Catalog, key: &str) -> Result<Self, Problem> {
        let product = key.parse::<ProductId>().is_ok_and(|id| catalog.position(id).is_some());
        let sku = key.parse::<SkuId>().is_ok_and(|id| catalog.sku(id).is_some());
        let is_category = catalog.categories.iter().any(|category| category.slug == key);
        if !product && !sku && !is_category {
            return Err(Problem::new(Code::NotFound));
        }
        Ok(Self { key: key.to_owned(), is_category })
    }
}

/// The texts that it has.
pub fn texts(catalog: &Catalog, subject: &Subject) -> Translations {
    catalog.texts(&subject.key).cloned().unwrap_or_default()
}

/// Sets all texts of something.
pub fn set(write: &mut Write<'_>, key: &str, wanted: &Translations) -> Result<(), Problem> {
    let marketplace = write.identity.scope.marketplace();
    // As publications of price lists: one after the other.
    store::marketplaces::lock(write.tx, marketplace)?;
    let catalog = write.app.catalog_in(write.tx, marketplace)?;
    let subject = Subject::of(&catalog, key)?;
    if subject.is_category && !wanted.description.is_empty() {
        return Err(Problem::field("/description", Code::UnknownField));
    }
    let before = texts(&catalog, &subject);
    write.expect_content(&view(&before))?;
    if before == *wanted {
        return Ok(());
    }
    store::catalog::set_texts(write.tx, marketplace, &subject.key, wanted)?;
    store::marketplaces::bump_catalog_version(write.tx, marketplace)?;
    let shown = |texts: &Translations| serde_json::to_value(view(texts)).map_err(Problem::internal);
    write.audit("catalog.texts_changed", None, subject.key.clone(), Some(shown(&before)?), Some(shown(wanted)?))
}
