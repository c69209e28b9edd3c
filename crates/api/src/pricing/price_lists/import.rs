//! Importing a price sheet: streamed to a file, read row by row, stored in batches as a draft.
//!
//! The draft is only usable once its last batch is in: until then, and for ever where the import breaks
//! off, the list stands as discarded.

use crate::App;
use crate::auth::standing::Identity;
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::wire::instant;
use crate::ids::New as _;
use crate::keys::Sha256;
use crate::memory::catalogs::catalog::Catalog;
use crate::pricing::price_lists;
use crate::transaction::Write;
use actix_web::web;
use domain::calendar::{BillingCycle, Term};
use domain::catalog::{PriceOwner, Segment};
use domain::id::{OfferId, PriceListId};
use domain::money::MoneyError;
use domain::party::Market;
use domain::pricing::{self, Buyer, Margin};
use futures_util::StreamExt as _;
use provisioning::price_sheet::{self, RowError, SheetError};
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{Read, Seek, Write as _};
use store::price_lists::{Change, RowFailure, SheetRow, Status, StoredPriceList};
use time::OffsetDateTime;

/// The largest file that is taken.
const MAX_FILE: u64 = 256 * 1024 * 1024;
/// Rows written at once.
const BATCH: usize = 500;

/// What is imported.
pub struct Request {
    /// The list's name.
    pub name: String,
    /// How a cost becomes a price.
    pub margin: Margin,
    /// For whom the prices are.
    pub owner: PriceOwner,
    /// The category of new products.
    pub category: String,
}

/// A file that was received.
pub struct Upload {
    file: File,
    digest: [u8; 32],
}

/// Streams the body to a temporary file: it is never held in memory.
pub async fn receive(mut payload: web::Payload) -> Result<Upload, Problem> {
    let mut file = tempfile::tempfile().map_err(Problem::internal)?;
    let (mut size, mut digest) = (0_u64, Sha256::new());
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::new(Code::MalformedRequest))?;
        size += chunk.len() as u64;
        if size > MAX_FILE {
            return Err(Problem::new(Code::PayloadTooLarge).with("limit", format!("{} MiB", MAX_FILE / 1024 / 1024)));
        }
        digest.update(&chunk);
        file = web::block(move || file.write_all(&chunk).map(|()| file))
            .await
            .map_err(Problem::internal)?
            .map_err(Problem::internal)?;
    }
    file.rewind().map_err(Problem::internal)?;
    Ok(Upload { file, digest: digest.finish() })
}

/// Reads the sheet and stores the draft; says whether the answer is an earlier one.
pub async fn import(
    app: &web::Data<App>,
    identity: Identity,
    meta: &Meta,
    request: Request,
    upload: Upload,
) -> Result<(Reply, bool), Problem> {
    let (app, meta) = (app.clone(), meta.clone());
    web::block(move || {
        if let Some(earlier) = answered(&app, &identity, &meta, upload.digest)? {
            return Ok((earlier, true));
        }
        let mut import = Import::begin(&app, &identity, &request)?;
        import.run(upload.file)?;
        import.finish(&meta, upload.digest)
    })
    .await
    .map_err(Problem::internal)?
}

/// The answer to the same import, where it was done already: a retry stores nothing.
fn answered(app: &App, identity: &Identity, meta: &Meta, digest: [u8; 32]) -> Result<Option<Reply>, Problem> {
    let (now, mut fresh) = (app.now(identity.scope.marketplace()), false);
    let looked = app.store.write(|tx| {
        crate::transaction::once(&mut Write { app, tx, identity, meta, now, forget: false }, digest, &mut |_| {
            fresh = true;
            // Ends the transaction: the key is taken with the import's last one.
            Err(Problem::new(Code::Conflict))
        })
    });
    if fresh { Ok(None) } else { looked.map(|(reply, _)| Some(reply)) }
}

/// The same for a sheet that is at hand.
pub fn import_sheet(
    app: &App,
    identity: &Identity,
    meta: &Meta,
    request: &Request,
    sheet: impl Read + Seek,
) -> Result<PriceListId, Problem> {
    let mut import = Import::begin(app, identity, request)?;
    import.run(sheet)?;
    let id = import.record.id;
    import.finish(meta, [0; 32])?;
    Ok(id)
}

/// An import under way.
struct Import<'a> {
    app: &'a App,
    identity: &'a Identity,
    request: &'a Request,
    known: Known,
    /// Offers with their start that were taken already: a price is said once.
    seen: HashSet<[u8; 16]>,
    record: StoredPriceList,
    rows: Vec<SheetRow>,
    failures: Vec<RowFailure>,
}

impl<'a> Import<'a> {
    fn begin(app: &'a App, identity: &'a Identity, request: &'a Request) -> Result<Self, Problem> {
        let scope = identity.scope;
        app.store.read(|conn| {
            match request.owner {
                PriceOwner::Everybody => {}
                PriceOwner::Reseller(id) => drop(store::resellers::get(conn, &scope, id)?),
                PriceOwner::Customer(id) => drop(store::customers::get(conn, &scope, id)?),
            }
            Ok::<_, Problem>(())
        })?;
        app.refresh()?;
        let now = app.now(scope.marketplace());
        let catalog = app.catalogs.of(scope.marketplace());
        if !catalog.categories.iter().any(|category| category.slug == request.category)
            && !catalog.categories.is_empty()
        {
            let slugs: Vec<_> = catalog.categories.iter().map(|category| category.slug.as_str()).collect();
            return Err(Problem::field("category", Code::InvalidValue).with("expected", slugs.join(", ")));
        }
        let record = StoredPriceList {
            id: PriceListId::new(),
            marketplace_id: scope.marketplace(),
            name: request.name.clone(),
            status: Status::Discarded,
            owner: request.owner,
            margin: serde_json::json!({"margin": request.margin, "category": request.category}),
            valid_from: None,
            rows: 0,
            errors: 0,
            added: 0,
            changed: 0,
            unchanged: 0,
            catalog_version: catalog.version,
            created_by: identity.actor.clone(),
            created_at: now,
            published_at: None,
            version: 1,
        };
        app.store.write(|tx| Ok::<_, Problem>(store::price_lists::insert(tx, &record)?))?;
        Ok(Self {
            app,
            identity,
            request,
            known: Known::of(&catalog, request.owner, now),
            seen: HashSet::new(),
            record,
            rows: vec![],
            failures: vec![],
        })
    }

    fn run(&mut self, sheet: impl Read + Seek) -> Result<(), Problem> {
        let mut sheet = price_sheet::read(sheet).map_err(unreadable)?;
        for row in sheet.rows().map_err(unreadable)? {
            match row.map_err(unreadable)? {
                Ok(row) => self.take(row),
                Err(RowError { line, column, value, reason }) => self.fail(line, column, value, reason),
            }
            if self.rows.len() >= BATCH || self.failures.len() >= BATCH {
                self.flush()?;
            }
        }
        self.flush()
    }

    fn take(&mut self, row: price_sheet::SheetRow) {
        let priced = pricing::from_sheet(
            row.cost_of_term,
            row.retail_of_term,
            self.request.margin,
            row.term,
            row.billing_cycle,
            row.market.currency,
        );
        let (cost, list_price) = match priced {
            Ok(priced) => priced,
            Err(MoneyError::NoRetailPrice) => {
                return self.fail(row.line, "ERP Price", String::new(), price_sheet::reason::MISSING);
            }
            Err(_) => return self.fail(row.line, "UnitPrice", row.cost_of_term.to_string(), "no_price"),
        };
        if !self.seen.insert(fingerprint(&row)) {
            return self.fail(row.line, "EffectiveStartDate", instant(row.valid_from), "repeated");
        }
        let previous = self.known.price(&row);
        let change = match previous {
            None => Change::Added,
            Some(price) if price == list_price => Change::Unchanged,
            Some(_) => Change::Changed,
        };
        self.record.rows += 1;
        *match change {
            Change::Added => &mut self.record.added,
            Change::Changed => &mut self.record.changed,
            Change::Unchanged => &mut self.record.unchanged,
        } += 1;
        self.record.valid_from = Some(self.record.valid_from.map_or(row.valid_from, |first| first.min(row.valid_from)));
        self.rows.push(SheetRow {
            line: line_number(row.line),
            product_external_id: row.product_external_id,
            product_title: row.product_title,
            publisher: row.publisher,
            sku_external_id: row.sku_external_id,
            sku_title: row.sku_title,
            description: row.description,
            term: row.term,
            billing_cycle: row.billing_cycle,
            segment: row.segment,
            market: row.market,
            kind: row.kind,
            cost,
            list_price,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            change,
            previous,
        });
    }

    /// Leaves a row out.
    fn fail(&mut self, line: u64, column: &str, value: String, reason: &str) {
        self.record.errors += 1;
        let (line, column, reason) = (line_number(line), column.to_owned(), reason.to_owned());
        self.failures.push(RowFailure { line, column, value, reason });
    }

    fn flush(&mut self) -> Result<(), Problem> {
        let (id, marketplace) = (self.record.id, self.record.marketplace_id);
        let (rows, failures) = (std::mem::take(&mut self.rows), std::mem::take(&mut self.failures));
        self.app.store.write(|tx| {
            store::price_lists::insert_rows(tx, id, marketplace, &rows)?;
            store::price_lists::insert_failures(tx, id, marketplace, &failures)?;
            Ok::<_, Problem>(())
        })
    }

    /// The last transaction makes the draft usable; a retry with the same key finds the first import's answer.
    fn finish(mut self, meta: &Meta, digest: [u8; 32]) -> Result<(Reply, bool), Problem> {
        self.record.status = Status::Draft;
        let (record, identity) = (&self.record, self.identity);
        self.app.store.write(|tx| {
            let mut write = Write { app: self.app, tx, identity, meta, now: record.created_at, forget: false };
            crate::transaction::once(&mut write, digest, &mut |write| {
                let mut record = record.clone();
                record.version = store::price_lists::update(write.tx, &record, None)?;
                let view = price_lists::view::price_list(&record);
                write.audit("price_list.imported", None, view.id.clone(), None, serde_json::to_value(&view).ok())?;
                Ok(Reply::json(201, &view)?.version(record.version).location(format!("/v1/price-lists/{}", view.id)))
            })
        })
    }
}

/// Which price a row says, in few bytes: a sheet may have a million rows.
fn fingerprint(row: &price_sheet::SheetRow) -> [u8; 16] {
    let key = format!(
        "{} {} {} {} {} {} {} {}",
        row.product_external_id,
        row.sku_external_id,
        row.term.code(),
        row.billing_cycle.code(),
        row.segment.code(),
        row.market.country,
        row.market.currency,
        row.valid_from.unix_timestamp_nanos(),
    );
    let mut short = [0; 16];
    short.copy_from_slice(&crate::keys::sha256(key.as_bytes())[..16]);
    short
}

fn line_number(line: u64) -> i64 {
    i64::try_from(line).unwrap_or(i64::MAX)
}

fn unreadable(error: SheetError) -> Problem {
    match error {
        SheetError::MissingColumns(columns) => {
            Problem::new(Code::SheetColumnsMissing).with("columns", columns.join(", "))
        }
        other => Problem::new(Code::SheetUnreadable).with("reason", other),
    }
}

type OfferKey = (String, String, Term, BillingCycle, Segment, Market);

/// The prices in force for the list's owner, by what a sheet calls an offer.
struct Known(HashMap<OfferKey, Option<domain::money::UnitPrice>>);

impl Known {
    fn of(catalog: &Catalog, owner: PriceOwner, now: OffsetDateTime) -> Self {
        let buyer = match owner {
            PriceOwner::Everybody => Buyer::default(),
            PriceOwner::Reseller(id) => Buyer { reseller: Some(id), customer: None },
            PriceOwner::Customer(id) => Buyer { customer: Some(id), reseller: None },
        };
        let price = |offer: OfferId| {
            catalog.price(offer, buyer, now).filter(|quote| quote.owner == owner).map(|quote| quote.unit_price)
        };
        let mut known = HashMap::new();
        for node in &catalog.products {
            for sku in &node.skus {
                for offer in &sku.offers {
                    let key = (
                        node.product.external_id.clone(),
                        sku.sku.external_id.clone(),
                        offer.term,
                        offer.billing_cycle,
                        offer.segment,
                        offer.market,
                    );
                    known.insert(key, price(offer.id));
                }
            }
        }
        Self(known)
    }

    fn price(&self, row: &price_sheet::SheetRow) -> Option<domain::money::UnitPrice> {
        let key = (
            row.product_external_id.clone(),
            row.sku_external_id.clone(),
            row.term,
            row.billing_cycle,
            row.segment,
            row.market,
        );
        self.0.get(&key).copied().flatten()
    }
}
