//! Importing an offer matrix: received into the database, then, as a job, read row by row and stored in batches as a
//! draft, as price sheets are. Until its last batch is in, the matrix stands as discarded.

use crate::App;
use crate::auth::standing::Identity;
use crate::http::problem::{Code, Problem, there};
use crate::ids::New as _;
use crate::jobs::{self, Stopped};
use crate::pricing::offer_matrices::compare::Comparison;
use crate::pricing::offer_matrices::view::view;
use crate::pricing::price_lists::keep::{self, unreadable};
use crate::transaction::Write;
use domain::id::OfferMatrixId;
use provisioning::offer_matrix;
use provisioning::price_sheet::{RowError, SheetError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek};
use store::Conn;
use store::jobs::{JobKind, StoredJob};
use store::offer_matrices::{MatrixRow, StoredOfferMatrix};
use store::price_lists::{RowFailure, Status};

/// Rows written at once.
const BATCH: usize = 500;
/// The most SKUs of a matrix: ten times what Microsoft sells. All that is known of SKUs is held in memory.
const MOST_ROWS: i64 = 100_000;

/// How a matrix becomes a draft.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportedAs {
    /// What it is called.
    pub name: String,
    /// Whether products and SKUs are called as before.
    pub keep_titles: bool,
}

/// Asks for an import of a matrix that was received; the draft will have the id that is the job's subject.
pub fn ask(write: &mut Write<'_>, request: &ImportedAs, file: &mut File) -> Result<StoredJob, Problem> {
    let asked = serde_json::to_value(request).map_err(Problem::internal)?;
    let total = keep::size(file)?;
    let job = jobs::ask(write, JobKind::OfferMatrixImport, OfferMatrixId::new().to_string(), asked, total)?;
    keep::keep(write, &job, file)?;
    Ok(job)
}

/// Whether a file can be an offer matrix at all: what would make all of it unreadable is said before anybody waits.
pub fn check(file: &mut File) -> Result<(), Problem> {
    let mut matrix = offer_matrix::read(file).map_err(unreadable)?;
    let first = matrix.rows().map_err(unreadable)?.next();
    first.ok_or(SheetError::NoRows).and_then(|row| row.map(|_| ())).map_err(unreadable)
}

/// Reads a matrix and stores its rows under an id, from the first on, whatever an import before has left of it. What it
/// answers is no draft yet: [`finish`] makes it one. `step` is part of each transaction.
pub fn import(
    app: &App,
    identity: &Identity,
    request: &ImportedAs,
    id: OfferMatrixId,
    file: impl Read + Seek,
    step: &mut dyn FnMut(&mut Conn) -> Result<(), Stopped>,
) -> Result<StoredOfferMatrix, Stopped> {
    let mut import = Import::begin(app, identity, request, id, step)?;
    import.run(file)?;
    Ok(import.record)
}

/// Makes an imported matrix usable, as a draft.
pub fn finish(write: &mut Write<'_>, imported: &StoredOfferMatrix) -> Result<StoredOfferMatrix, Problem> {
    let mut draft = StoredOfferMatrix { status: Status::Draft, ..imported.clone() };
    draft.version = store::offer_matrices::update(write.tx, &draft, None)?;
    let after = serde_json::to_value(view(&draft)).ok();
    write.audit("offer_matrix.imported", None, draft.id.to_string(), None, after)?;
    Ok(draft)
}

/// An import under way.
struct Import<'a> {
    app: &'a App,
    step: &'a mut dyn FnMut(&mut Conn) -> Result<(), Stopped>,
    comparison: Comparison,
    record: StoredOfferMatrix,
    rows: Vec<MatrixRow>,
    failures: Vec<RowFailure>,
}

impl<'a> Import<'a> {
    fn begin(
        app: &'a App,
        identity: &Identity,
        request: &ImportedAs,
        id: OfferMatrixId,
        step: &'a mut dyn FnMut(&mut Conn) -> Result<(), Stopped>,
    ) -> Result<Self, Stopped> {
        let (scope, marketplace) = (identity.scope, identity.scope.marketplace());
        app.refresh()?;
        let (catalog, now) = (app.catalogs.of(marketplace), app.now(marketplace));
        let mut record = StoredOfferMatrix {
            id,
            marketplace_id: marketplace,
            name: request.name.clone(),
            status: Status::Discarded,
            keep_titles: request.keep_titles,
            rows: 0,
            errors: 0,
            unchanged: 0,
            effects: BTreeMap::new(),
            catalog_version: catalog.version,
            created_by: identity.actor.clone(),
            created_at: now,
            published_at: None,
            version: 1,
        };
        let known;
        (record.version, known) = app.store.write(|tx| {
            step(tx)?;
            let version = match there(store::offer_matrices::get(tx, &scope, id))? {
                None => {
                    store::offer_matrices::insert(tx, &record)?;
                    record.version
                }
                Some(before) => {
                    store::offer_matrices::clear(tx, id, marketplace)?;
                    let again = StoredOfferMatrix { version: before.version, ..record.clone() };
                    store::offer_matrices::update(tx, &again, None)?
                }
            };
            Ok::<_, Stopped>((version, store::catalog::rules_unscoped(tx, marketplace)?))
        })?;
        let comparison = Comparison::new(catalog, known, request.keep_titles);
        Ok(Self { app, step, comparison, record, rows: vec![], failures: vec![] })
    }

    fn run(&mut self, file: impl Read + Seek) -> Result<(), Stopped> {
        let mut matrix = offer_matrix::read(file).map_err(unreadable)?;
        for row in matrix.rows().map_err(unreadable)? {
            match row.map_err(unreadable)? {
                Ok(row) => self.take(row),
                Err(RowError { line, column, value, reason, sku: _ }) => self.fail(line, column, value, reason),
            }
            if self.record.rows > MOST_ROWS {
                return Err(unreadable(SheetError::TooLarge).into());
            }
            if self.rows.len() >= BATCH || self.failures.len() >= BATCH {
                self.flush()?;
            }
        }
        self.flush()?;
        if self.record.rows > 0 {
            return Ok(());
        }
        let (record, step) = (&self.record, &mut self.step);
        self.app.store.write(|tx| {
            step(tx)?;
            Ok::<_, Stopped>(store::offer_matrices::update(tx, record, None)?)
        })?;
        let empty = Problem::new(Code::OfferMatrixWithoutRows).with("errors", self.record.errors);
        Err(empty.with_extra("offer_matrix_id", self.record.id.to_string()).into())
    }

    fn take(&mut self, row: offer_matrix::MatrixRow) {
        let (line, named) = (row.line, format!("{}:{}", row.product_external_id, row.sku_external_id));
        let Some(row) = self.comparison.row(row, line_number(line)) else {
            // What was said first holds.
            return self.fail(line, "SkuId", named, "repeated");
        };
        self.record.rows += 1;
        for effect in &row.effects {
            *self.record.effects.entry(*effect).or_default() += 1;
        }
        let changes = row.effects.iter().any(|effect| effect.changes());
        self.record.unchanged += i64::from(!changes);
        self.rows.push(row);
    }

    /// Leaves a row out.
    fn fail(&mut self, line: u64, column: &str, value: String, reason: &str) {
        self.record.errors += 1;
        let (column, reason) = (column.to_owned(), reason.to_owned());
        self.failures.push(RowFailure { line: line_number(line), column, value, reason });
    }

    fn flush(&mut self) -> Result<(), Stopped> {
        let (id, marketplace) = (self.record.id, self.record.marketplace_id);
        let (rows, failures) = (std::mem::take(&mut self.rows), std::mem::take(&mut self.failures));
        let step = &mut self.step;
        self.app.store.write(|tx| {
            step(tx)?;
            store::offer_matrices::insert_rows(tx, id, marketplace, &rows)?;
            store::offer_matrices::insert_failures(tx, id, marketplace, &failures)?;
            Ok(())
        })
    }
}

fn line_number(line: u64) -> i64 {
    i64::try_from(line).unwrap_or(i64::MAX)
}
