//! What products, SKUs and categories are called and described as in each language.

pub mod set;
pub mod view;

use crate::auth::caller::Caller;
use crate::auth::permits::PriceListsManage;
use crate::catalog::texts::set::{Subject, set, texts};
use crate::catalog::texts::view::{CatalogTexts, view};
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::Body;
use crate::http::wire::checks::Checks;
use crate::texts::place::Place;
use crate::{App, threads, transaction};
use actix_web::{HttpRequest, HttpResponse, get, put, web};
use domain::language::{Language, Translations};
use domain::people::Languages;
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The most characters of a title.
const TITLE: usize = 200;
/// The most characters of a description.
const DESCRIPTION: usize = 2_000;

/// The texts that something of the catalogue is to have: all of them; what is left out is taken away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutCatalogTexts {
    /// What people call it.
    #[serde(default)]
    title: ByLanguage,
    /// What it is for, in a sentence or two; a category has none.
    #[serde(default)]
    description: ByLanguage,
}

/// A text by language.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ByLanguage {
    /// The text in German.
    #[schema(max_length = 2000, example = "Office-Apps, E-Mail und Teams")]
    de: Option<String>,
    /// The text in English.
    #[schema(max_length = 2000, example = "Office apps, e-mail and Teams")]
    en: Option<String>,
    /// The text in Polish.
    #[schema(max_length = 2000, example = "Aplikacje Office, poczta i Teams")]
    pl: Option<String>,
}

/// Show the texts of a product, SKU or category
///
/// In each language that there are some in. What a language has none for is shown as it was imported: products and SKUs
/// in the words of Microsoft's sheets, which are English, categories in the marketplace's own.
#[utoipa::path(
    tag = "catalog",
    params((
        "subject" = String, Path, description = "The id of a product or SKU, or the slug of a category",
        example = "productivity", max_length = 50,
    )),
    responses((status = 200, body = CatalogTexts)),
    security(("bearer" = ["price_lists.manage"])),
)]
#[get("/catalog-texts/{subject}")]
pub async fn show_catalog_texts(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    request: HttpRequest,
    subject: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let catalog = app.catalogs.of(caller.scope().marketplace());
    let subject = Subject::of(&catalog, &subject)?;
    reply::by_content(&request, &view(&texts(&catalog, &subject)))
}

/// Set the texts of a product, SKU or category
///
/// All of them at once, in languages that the marketplace offers. They are read from the next request on, found by
/// searches, and named in mails. Drafts of price lists and offer matrices are stale afterwards: import them again.
#[utoipa::path(
    tag = "catalog",
    params((
        "subject" = String, Path, description = "The id of a product or SKU, or the slug of a category",
        example = "productivity", max_length = 50,
    )),
    request_body = PutCatalogTexts,
    responses((status = 200, body = CatalogTexts)),
    security(("bearer" = ["price_lists.manage"])),
)]
#[put("/catalog-texts/{subject}")]
pub async fn put_catalog_texts(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    meta: Meta,
    subject: web::Path<String>,
    body: Body<PutCatalogTexts>,
) -> Result<HttpResponse, Problem> {
    let people = app.marketplaces.people(caller.scope().marketplace())?;
    let wanted = body.value.check(&people.languages)?;
    let answer = transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        set(write, &subject, &wanted)?;
        Ok(Reply::json(200, &view(&wanted))?.by_content())
    })
    .await?;
    threads::reading(&app, App::refresh).await?;
    Ok(answer)
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(show_catalog_texts).service(put_catalog_texts);
}

impl PutCatalogTexts {
    fn check(self, languages: &Languages) -> Result<Translations, Problem> {
        let mut checks = Checks::new();
        let title = self.title.check("/title", TITLE, languages, &mut checks);
        let description = self.description.check("/description", DESCRIPTION, languages, &mut checks);
        checks.done()?;
        Ok(Translations { title, description })
    }
}

impl ByLanguage {
    fn check(self, at: &str, most: usize, languages: &Languages, checks: &mut Checks) -> BTreeMap<Language, String> {
        let all = [(Language::De, self.de), (Language::En, self.en), (Language::Pl, self.pl)];
        let mut texts = BTreeMap::new();
        for (language, text) in all {
            let pointer = format!("{at}/{}", language.code());
            let Some(text) = checks.optional(&pointer, text.as_deref(), most) else { continue };
            if !languages.offers(language) {
                let offered: Vec<_> = languages.offered.iter().map(|language| language.code()).collect();
                checks.note(&pointer, Code::InvalidValue, vec![("expected", Place::wire(offered.join(", ")))]);
            }
            texts.insert(language, text);
        }
        texts
    }
}
