//! Removing a category that holds nothing.

use crate::catalog::categories::arrange::read;
use crate::catalog::products::view::plain;
use crate::http::problem::{Code, Problem};
use crate::transaction::Write;
use domain::language::Translations;

/// Removes a category, and what it is called in other languages.
pub fn remove(write: &mut Write<'_>, slug: &str) -> Result<(), Problem> {
    let marketplace = write.identity.scope.marketplace();
    store::marketplaces::lock(write.tx, marketplace)?;
    let catalog = write.app.catalog_in(write.tx, marketplace)?;
    let known = catalog.categories.iter().find(|known| known.slug == slug);
    let before = known.ok_or_else(|| Problem::new(Code::NotFound))?;
    write.expect_content(&read(write, &catalog, before))?;
    let products = catalog.products.iter().filter(|node| node.product.category == slug).count();
    let categories = catalog.categories.iter().filter(|known| known.parent.as_deref() == Some(slug)).count();
    if products + categories > 0 {
        let problem = Problem::new(Code::CategoryInUse).with("products", products).with("categories", categories);
        return Err(problem.with_extra("products", products).with_extra("categories", categories));
    }
    store::catalog::set_texts(write.tx, marketplace, slug, &Translations::default())?;
    store::catalog::remove_category(write.tx, marketplace, slug)?;
    store::marketplaces::bump_catalog_version(write.tx, marketplace)?;
    let shown = serde_json::to_value(plain(before)).map_err(Problem::internal)?;
    write.audit("category.removed", None, slug.to_owned(), Some(shown), None)
}
