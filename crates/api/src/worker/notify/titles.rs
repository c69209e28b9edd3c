//! What mails call what is sold.

use crate::memory::catalogs::catalog::Catalog;
use crate::memory::catalogs::nodes::Found;
use crate::texts::lang::Lang;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use domain::id::OfferId;

/// What an offer is called in a language, where it is still in the catalogue.
pub fn title(catalog: &Catalog, offer: OfferId, lang: Lang) -> Place {
    let called = |found: Found<'_>| catalog.title(&found.sku.id.to_string(), lang.into(), &found.sku.title).to_owned();
    Place::text_or(catalog.offer(offer).map(called), Phrase::AProduct)
}
