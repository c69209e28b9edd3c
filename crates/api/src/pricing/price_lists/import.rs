//! Importing a price sheet: received into the database, then, as a job, read row by row and stored in batches as a
//! draft.
//!
//! The draft is only usable once its last batch is in: until then, and for ever where the import breaks off or is
//! canceled, the list stands as discarded.

use crate::App;
use crate::auth::standing::Identity;
use crate::clock::instant;
use crate::http::problem::{Code, Problem, there};
use crate::ids::New as _;
use crate::jobs::{self, Stopped};
use crate::memory::catalogs::catalog::Catalog;
use crate::pricing::price_lists::view::view;
use crate::transaction::Write;
use domain::access::Scope;
use domain::catalog::{Offer, PriceOwner};
use domain::id::PriceListId;
use domain::money::{MoneyError, UnitPrice};
use domain::pricing::{self, Buyer, Margin};
use provisioning::price_sheet::{self, RowError, SheetError};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Seek};
use std::sync::Arc;
use store::Conn;
use store::jobs::{JobKind, StoredJob};
use store::price_lists::{Change, RowFailure, SheetRow, Status, StoredPriceList};
use time::OffsetDateTime;

/// Rows written at once.
const BATCH: usize = 500;
/// Bytes of the sheet that are kept together until the import is over.
const PIECE: usize = 256 * 1024;

/// How a sheet becomes a draft.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportedAs {
    /// The list's name.
    pub name: String,
    /// How a cost becomes a price.
    pub margin: Margin,
    /// For whom the prices are.
    pub owner: PriceOwner,
    /// The category of new products.
    pub category: String,
}

/// Asks for an import of a sheet that was received; the list will have the id that is the job's subject.
pub fn ask(write: &mut Write<'_>, request: &ImportedAs, sheet: &mut File) -> Result<StoredJob, Problem> {
    let scope = write.identity.scope;
    match request.owner {
        PriceOwner::Everybody => {}
        PriceOwner::Reseller(id) => drop(store::resellers::get(write.tx, &scope, id)?),
        PriceOwner::Customer(id) => drop(store::customers::get(write.tx, &scope, id)?),
    }
    let catalog = write.app.catalogs.of(scope.marketplace());
    if !catalog.categories.is_empty() && !catalog.categories.iter().any(|known| known.slug == request.category) {
        let slugs: Vec<_> = catalog.categories.iter().map(|category| category.slug.as_str()).collect();
        return Err(Problem::field("category", Code::InvalidValue).with("expected", slugs.join(", ")));
    }
    let size = sheet.metadata().map_err(Problem::internal)?.len();
    let asked = serde_json::to_value(request).map_err(Problem::internal)?;
    let total = i64::try_from(size).unwrap_or(i64::MAX);
    let job = jobs::ask(write, JobKind::PriceListImport, PriceListId::new().to_string(), asked, total)?;
    // From its beginning each time: the transaction may be tried again.
    sheet.rewind().map_err(Problem::internal)?;
    let mut piece = Vec::with_capacity(PIECE);
    for number in 0.. {
        piece.clear();
        Read::by_ref(sheet).take(PIECE as u64).read_to_end(&mut piece).map_err(Problem::internal)?;
        if piece.is_empty() {
            break;
        }
        store::jobs::insert_piece(write.tx, &job, number, &piece)?;
    }
    Ok(job)
}

/// Whether a file can be a price sheet at all: what would make all of it unreadable is said before anybody waits.
pub fn check(sheet: &mut File) -> Result<(), Problem> {
    let mut sheet = price_sheet::read(sheet).map_err(unreadable)?;
    sheet.rows().map(|_| ()).map_err(unreadable)
}

/// Reads a sheet and stores its rows as the list of an id, from the first on, whatever an import before has left of it.
/// The list that it answers is no draft yet: [`finish`] makes it one. `step` is part of each transaction.
pub fn import(
    app: &App,
    identity: &Identity,
    request: &ImportedAs,
    id: PriceListId,
    sheet: impl Read + Seek,
    step: &mut dyn FnMut(&mut Conn) -> Result<(), Stopped>,
) -> Result<StoredPriceList, Stopped> {
    let mut import = Import::begin(app, identity, request, id, step)?;
    import.run(sheet)?;
    Ok(import.record)
}

/// Makes an imported list usable, as a draft.
pub fn finish(write: &mut Write<'_>, imported: &StoredPriceList) -> Result<StoredPriceList, Problem> {
    let mut draft = StoredPriceList { status: Status::Draft, ..imported.clone() };
    draft.version = store::price_lists::update(write.tx, &draft, None)?;
    let after = serde_json::to_value(view(&draft)).ok();
    write.audit("price_list.imported", None, draft.id.to_string(), None, after)?;
    Ok(draft)
}

/// An import under way.
struct Import<'a> {
    app: &'a App,
    request: &'a ImportedAs,
    step: &'a mut dyn FnMut(&mut Conn) -> Result<(), Stopped>,
    in_force: PricesInForce,
    /// Offers with their start that were taken already: a price is said once.
    seen: HashSet<[u8; 16]>,
    record: StoredPriceList,
    rows: Vec<SheetRow>,
    failures: Vec<RowFailure>,
}

impl<'a> Import<'a> {
    fn begin(
        app: &'a App,
        identity: &Identity,
        request: &'a ImportedAs,
        id: PriceListId,
        step: &'a mut dyn FnMut(&mut Conn) -> Result<(), Stopped>,
    ) -> Result<Self, Stopped> {
        let scope = identity.scope;
        app.refresh()?;
        let now = app.now(scope.marketplace());
        let catalog = app.catalogs.of(scope.marketplace());
        let mut record = StoredPriceList {
            id,
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
        record.version = app.store.write(|tx| {
            step(tx)?;
            anew(tx, &scope, &record)
        })?;
        Ok(Self {
            app,
            request,
            step,
            in_force: PricesInForce { catalog, owner: request.owner, now },
            seen: HashSet::new(),
            record,
            rows: vec![],
            failures: vec![],
        })
    }

    fn run(&mut self, sheet: impl Read + Seek) -> Result<(), Stopped> {
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
        let previous = self.in_force.price(&row);
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

    fn flush(&mut self) -> Result<(), Stopped> {
        let (id, marketplace) = (self.record.id, self.record.marketplace_id);
        let (rows, failures) = (std::mem::take(&mut self.rows), std::mem::take(&mut self.failures));
        let step = &mut self.step;
        self.app.store.write(|tx| {
            step(tx)?;
            store::price_lists::insert_rows(tx, id, marketplace, &rows)?;
            store::price_lists::insert_failures(tx, id, marketplace, &failures)?;
            Ok(())
        })
    }
}

/// The list without a row, whatever was there; its version.
fn anew(tx: &mut Conn, scope: &Scope, record: &StoredPriceList) -> Result<i64, Stopped> {
    match there(store::price_lists::get(tx, scope, record.id))? {
        None => {
            store::price_lists::insert(tx, record)?;
            Ok(record.version)
        }
        Some(before) => {
            store::price_lists::clear(tx, record.id, record.marketplace_id)?;
            let again = StoredPriceList { version: before.version, ..record.clone() };
            Ok(store::price_lists::update(tx, &again, None)?)
        }
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

/// The prices in force for the list's owner, by what a sheet calls an offer.
struct PricesInForce {
    catalog: Arc<Catalog>,
    owner: PriceOwner,
    now: OffsetDateTime,
}

impl PricesInForce {
    fn price(&self, row: &price_sheet::SheetRow) -> Option<UnitPrice> {
        let buyer = match self.owner {
            PriceOwner::Everybody => Buyer::default(),
            PriceOwner::Reseller(id) => Buyer { reseller: Some(id), customer: None },
            PriceOwner::Customer(id) => Buyer { customer: Some(id), reseller: None },
        };
        let node = self.catalog.by_external_id(&row.product_external_id)?;
        let sku = node.skus.iter().find(|sku| sku.sku.external_id == row.sku_external_id)?;
        let told = (row.term, row.billing_cycle, row.segment, row.market);
        let said = |offer: &&Offer| (offer.term, offer.billing_cycle, offer.segment, offer.market) == told;
        let quote = self.catalog.price(sku.offers.iter().find(said)?.id, buyer, self.now)?;
        Some(quote.unit_price).filter(|_| quote.owner == self.owner)
    }
}
