//! Importing a price sheet: received into the database, then, as a job, read row by row and stored in batches as a
//! draft.
//!
//! The draft is only usable once its last batch is in: until then, and for ever where the import breaks off or is
//! canceled, the list stands as discarded.

use crate::App;
use crate::auth::standing::Identity;
use crate::clock::instant;
use crate::http::problem::{Code, Problem, named, there};
use crate::ids::New as _;
use crate::jobs::{self, Stopped};
use crate::pricing::price_lists::compare::{Compared, Comparison};
use crate::pricing::price_lists::keep::{self, unreadable};
use crate::pricing::price_lists::view::view;
use crate::texts::place::Place;
use crate::transaction::Write;
use domain::access::Scope;
use domain::catalog::PriceOwner;
use domain::id::PriceListId;
use domain::money::{MoneyError, UnitPrice};
use domain::pricing::{self, Margin};
use provisioning::price_sheet::{self, RowError, SheetError};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{Read, Seek};
use store::Conn;
use store::jobs::{JobKind, StoredJob};
use store::price_lists::{Change, Notes, RowFailure, SheetRow, Status, StoredPriceList};

/// Rows written at once.
const BATCH: usize = 500;

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
    /// Whether what the sheet does not have is to be sold no more.
    #[serde(default)]
    pub whole_sheet: bool,
}

/// Asks for an import of a sheet that was received; the list will have the id that is the job's subject.
pub fn ask(write: &mut Write<'_>, request: &ImportedAs, sheet: &mut File) -> Result<StoredJob, Problem> {
    let scope = write.identity.scope;
    match request.owner {
        PriceOwner::Everybody => {}
        PriceOwner::Reseller(id) => drop(named("reseller_id", store::resellers::get(write.tx, &scope, id))?),
        PriceOwner::Customer(id) => drop(named("customer_id", store::customers::get(write.tx, &scope, id))?),
    }
    let catalog = write.app.catalog_in(write.tx, scope.marketplace())?;
    if !catalog.categories.iter().any(|known| known.slug == request.category) {
        let slugs: Vec<_> = catalog.categories.iter().map(|category| category.slug.as_str()).collect();
        return Err(Problem::field("category", Code::InvalidValue).with("expected", Place::wire(slugs.join(", "))));
    }
    let asked = serde_json::to_value(request).map_err(Problem::internal)?;
    let total = keep::size(sheet)?;
    let job = jobs::ask(write, JobKind::PriceListImport, PriceListId::new().to_string(), asked, total)?;
    keep::keep(write, &job, sheet)?;
    Ok(job)
}

/// Whether a file can be a price sheet at all: what would make all of it unreadable is said before anybody waits.
pub fn check(sheet: &mut File) -> Result<(), Problem> {
    let mut sheet = price_sheet::read(sheet).map_err(unreadable)?;
    let mut rows = sheet.rows().map_err(unreadable)?;
    match rows.next() {
        Some(first) => first.map(|_| ()).map_err(unreadable),
        None => Err(unreadable(SheetError::NoRows)),
    }
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
    comparison: Comparison,
    record: StoredPriceList,
    rows: Vec<SheetRow>,
    /// Lines of rows that are stored, and that another said again.
    said_again: Vec<i64>,
    failures: Vec<RowFailure>,
    /// The last line that there was.
    last: i64,
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
            whole_sheet: request.whole_sheet,
            removed: 0,
            renamed: 0,
            below_cost: 0,
            overlapping: 0,
            catalog_version: catalog.version,
            created_by: identity.actor.clone(),
            created_at: now,
            published_at: None,
            version: 1,
        };
        let ended;
        (record.version, ended) = app.store.write(|tx| {
            step(tx)?;
            let version = anew(tx, &scope, &record)?;
            Ok::<_, Stopped>((version, store::catalog::ended_by_lists_unscoped(tx, scope.marketplace())?))
        })?;
        let comparison = Comparison::new(catalog, request.owner, now, ended);
        let (rows, said_again, failures) = (vec![], vec![], vec![]);
        Ok(Self { app, request, step, comparison, record, rows, said_again, failures, last: 0 })
    }

    fn run(&mut self, sheet: impl Read + Seek) -> Result<(), Stopped> {
        let mut sheet = price_sheet::read(sheet).map_err(unreadable)?;
        for row in sheet.rows().map_err(unreadable)? {
            match row.map_err(unreadable)? {
                Ok(row) => self.take(row),
                Err(RowError { line, column, value, reason, sku }) => {
                    self.comparison.leave_out(sku);
                    self.fail(line_number(line), column, value, reason);
                }
            }
            if self.rows.len() >= BATCH || self.failures.len() >= BATCH {
                self.flush()?;
            }
        }
        self.flush()?;
        if self.record.rows == 0 {
            let (record, step) = (&self.record, &mut self.step);
            self.app.store.write(|tx| {
                step(tx)?;
                Ok::<_, Stopped>(store::price_lists::update(tx, record, None)?)
            })?;
            let empty = Problem::new(Code::SheetWithoutRows).with("errors", self.record.errors);
            return Err(empty.with_extra("price_list_id", self.record.id.to_string()).into());
        }
        self.see_whole()
    }

    /// What only all rows together say: which wait for others, and what is missing.
    fn see_whole(&mut self) -> Result<(), Stopped> {
        let overlaps = self.comparison.overlaps();
        self.record.overlapping = count(overlaps.len());
        let (id, marketplace) = (self.record.id, self.record.marketplace_id);
        let step = &mut self.step;
        self.app.store.write(|tx| {
            step(tx)?;
            Ok::<_, Stopped>(store::price_lists::note_overlaps(tx, id, marketplace, &overlaps)?)
        })?;
        if !self.record.whole_sheet {
            return Ok(());
        }
        let end = self.record.valid_from.map_or(self.record.created_at, |first| first.max(self.record.created_at));
        let mut missing = self.comparison.missing(self.last, end);
        self.record.removed = count(missing.len());
        while !missing.is_empty() {
            let rest = missing.split_off(missing.len().min(BATCH));
            self.rows = std::mem::replace(&mut missing, rest);
            self.flush()?;
        }
        Ok(())
    }

    fn take(&mut self, row: price_sheet::SheetRow) {
        let line = line_number(row.line);
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
            Err(error) => {
                self.comparison.leave_out(Some((row.product_external_id, row.sku_external_id)));
                return match error {
                    MoneyError::NoRetailPrice => {
                        self.fail(line, "ERP Price", String::new(), price_sheet::reason::MISSING);
                    }
                    _ => self.fail(line, "UnitPrice", row.cost_of_term.to_string(), "no_price"),
                };
            }
        };
        let does = self.comparison.row(&row, cost, list_price);
        if let Some(before) = self.comparison.take(&row, line, &does) {
            // Of rows with the same start the later line holds.
            self.count(before.change, before.notes, -1);
            match self.rows.iter().position(|row| row.line == before.line) {
                Some(place) => drop(self.rows.remove(place)),
                None => self.said_again.push(before.line),
            }
            self.fail(before.line, "EffectiveStartDate", instant(row.valid_from), "repeated");
        }
        self.count(does.change, does.notes, 1);
        self.last = self.last.max(line);
        self.record.valid_from = Some(self.record.valid_from.map_or(row.valid_from, |first| first.min(row.valid_from)));
        self.rows.push(stored(row, line, (cost, list_price), does));
    }

    /// Counts a row in, or out again.
    fn count(&mut self, change: Change, notes: Notes, by: i64) {
        let record = &mut self.record;
        record.rows += by;
        *match change {
            Change::Added => &mut record.added,
            Change::Changed => &mut record.changed,
            Change::Unchanged => &mut record.unchanged,
            Change::Removed => &mut record.removed,
        } += by;
        record.renamed += if notes.renamed { by } else { 0 };
        record.below_cost += if notes.below_cost { by } else { 0 };
    }

    /// Leaves a row out.
    fn fail(&mut self, line: i64, column: &str, value: String, reason: &str) {
        self.record.errors += 1;
        self.last = self.last.max(line);
        let (column, reason) = (column.to_owned(), reason.to_owned());
        self.failures.push(RowFailure { line, column, value, reason });
    }

    fn flush(&mut self) -> Result<(), Stopped> {
        let (id, marketplace) = (self.record.id, self.record.marketplace_id);
        let (rows, failures) = (std::mem::take(&mut self.rows), std::mem::take(&mut self.failures));
        let said_again = std::mem::take(&mut self.said_again);
        let step = &mut self.step;
        self.app.store.write(|tx| {
            step(tx)?;
            store::price_lists::remove_rows(tx, id, marketplace, &said_again)?;
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

/// A row as it is kept, with what it does.
fn stored(
    row: price_sheet::SheetRow,
    line: i64,
    (cost, list_price): (UnitPrice, UnitPrice),
    does: Compared,
) -> SheetRow {
    let previous = does.previous;
    SheetRow {
        line,
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
        change: does.change,
        previous: previous.as_ref().map(|before| before.list_price),
        previous_cost: previous.as_ref().and_then(|before| before.cost),
        previous_until: previous.and_then(|before| before.valid_until),
        previous_title: does.previous_title,
        unit: row.unit,
        notes: does.notes,
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn line_number(line: u64) -> i64 {
    i64::try_from(line).unwrap_or(i64::MAX)
}
