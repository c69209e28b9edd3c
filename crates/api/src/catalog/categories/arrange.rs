//! Adding categories, and putting them elsewhere.

use crate::catalog::products::view::{self, plain};
use crate::http::problem::{Code, Problem};
use crate::memory::catalogs::catalog::Catalog;
use crate::texts::phrases::Phrase;
use crate::transaction::Write;
use domain::category::{self, Place};
use store::catalog::Category;

/// A category that is to be added.
pub struct NewCategory {
    /// What it is called in paths.
    pub slug: String,
    /// What people read.
    pub title: String,
    /// The slug of the one that it is in.
    pub parent: Option<String>,
    /// Its place among the others; none is behind all of them.
    pub position: Option<i32>,
}

/// What changes about a category; what is none stays.
pub struct CategoryChange {
    /// What people read.
    pub title: Option<String>,
    /// The slug of the one that it is in; an inner none is the top.
    pub parent: Option<Option<String>>,
    /// Its place among the others.
    pub position: Option<i32>,
}

/// Adds a category.
pub fn add(write: &mut Write<'_>, new: &NewCategory) -> Result<view::Category, Problem> {
    let marketplace = write.identity.scope.marketplace();
    store::marketplaces::lock(write.tx, marketplace)?;
    let catalog = write.app.catalog_in(write.tx, marketplace)?;
    if catalog.categories.iter().any(|known| known.slug == new.slug) {
        return Err(Problem::field("/slug", Code::AlreadyExists).with("what", Phrase::ThisName));
    }
    let last = catalog.categories.iter().map(|known| known.position).max().unwrap_or(0);
    let category = Category {
        marketplace_id: marketplace,
        slug: new.slug.clone(),
        title: new.title.clone(),
        parent: new.parent.clone(),
        position: new.position.unwrap_or_else(|| last.saturating_add(1)),
    };
    keep(write, &catalog, None, category)
}

/// Changes a category; what it holds goes with it.
pub fn change(write: &mut Write<'_>, slug: &str, wanted: &CategoryChange) -> Result<view::Category, Problem> {
    let marketplace = write.identity.scope.marketplace();
    store::marketplaces::lock(write.tx, marketplace)?;
    let catalog = write.app.catalog_in(write.tx, marketplace)?;
    let known = catalog.categories.iter().find(|known| known.slug == slug);
    let before = known.ok_or_else(|| Problem::new(Code::NotFound))?.clone();
    let shown = read(write, &catalog, &before);
    write.expect_content(&shown)?;
    let after = Category {
        title: wanted.title.clone().unwrap_or_else(|| before.title.clone()),
        parent: wanted.parent.clone().unwrap_or_else(|| before.parent.clone()),
        position: wanted.position.unwrap_or(before.position),
        ..before.clone()
    };
    if after == before {
        return Ok(shown);
    }
    keep(write, &catalog, Some(&before), after)
}

fn keep(
    write: &mut Write<'_>,
    catalog: &Catalog,
    before: Option<&Category>,
    after: Category,
) -> Result<view::Category, Problem> {
    if let Some(parent) = &after.parent {
        let place = |known| -> Place<'_> {
            let Category { slug, parent, .. }: &Category = known;
            Place { slug, parent: parent.as_deref() }
        };
        let tree: Vec<_> = catalog.categories.iter().map(place).collect();
        if tree.iter().all(|known| known.slug != parent) {
            return Err(Problem::field("/parent", Code::NotFound));
        }
        category::may_stand_in(&tree, &after.slug, parent)
            .map_err(|refusal| Problem::refusals(vec![("/parent".to_owned(), refusal)]))?;
    }
    let marketplace = after.marketplace_id;
    store::catalog::insert_categories(write.tx, marketplace, std::slice::from_ref(&after))?;
    store::marketplaces::bump_catalog_version(write.tx, marketplace)?;
    let shown = |category: &Category| serde_json::to_value(plain(category)).map_err(Problem::internal);
    let action = if before.is_some() { "category.changed" } else { "category.created" };
    write.audit(action, None, after.slug.clone(), before.map(shown).transpose()?, Some(shown(&after)?))?;
    Ok(read(write, catalog, &after))
}

/// The category as whoever asks reads it.
pub(super) fn read(write: &Write<'_>, catalog: &Catalog, category: &Category) -> view::Category {
    view::category(catalog, category, catalog.read_in(write.meta.lang.into()))
}
