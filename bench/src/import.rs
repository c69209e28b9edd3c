//! Importing and publishing a large price sheet, and what Microsoft says of its SKUs.

use crate::client::{Client, PROVIDER, text};
use crate::database::{Database, Engine};
use crate::process::Server;
use crate::report::Figure;
use crate::{Bench, Result};
use serde_json::json;
use std::fmt::Write as _;
use std::time::Instant;

const IMPORT: &str = "/v1/price-lists?name=x&percent_on_cost=25";
const IMPORT_MATRIX: &str = "/v1/offer-matrices?name=x";
/// As many SKUs as Microsoft's own matrix has.
const MATRIX_ROWS: usize = 5_000;

/// Imports and publishes the sheet, then starts anew on what it made.
pub(crate) fn measure(bench: &mut Bench<'_>, demo: &Database) -> Result<()> {
    let settings = bench.settings;
    let (database, rows) = (demo.copy()?, settings.sheet_rows);
    let engine = database.engine();
    let sheet = sheet(rows)?;
    let server = Server::kontor(settings, &database.url(), &[])?;

    let ((list, seconds), others) = bench.quiet.once(|| {
        let mut client = Client::log_in(server.address, PROVIDER)?;
        let (job, seconds) = timed(|| {
            let asked = client.upload(IMPORT, "text/csv", sheet.as_bytes())?;
            client.followed(asked)
        })?;
        let list = client.get(&format!("/v1/price-lists/{}", text(&job, "/result/price_list_id")?))?;
        Ok((list, seconds))
    })?;
    let (taken, left_out) = (list["rows"].as_u64(), list["errors"].as_u64());
    if (taken, left_out) != (Some(rows as u64), Some(0)) {
        return Err(format!("the sheet was not taken as it is: {list}").into());
    }
    let peak = server.memory("VmHWM")? / 1e6;
    bench.report.add(
        Figure::new(&format!("import of {rows} rows"), engine, format!("{seconds:.1} s"))
            .others(others)
            .note(format!("{:.0} rows/s; peak memory {peak:.0} MB", rows as f64 / seconds)),
    );

    let publish = format!("/v1/price-lists/{}/publish", text(&list, "/id")?);
    let ((_, seconds), others) = bench.quiet.once(|| {
        let mut client = Client::log_in(server.address, PROVIDER)?;
        timed(|| {
            let asked = client.send("POST", &publish, &json!({}))?;
            client.followed(asked)
        })
    })?;
    let peak = server.memory("VmHWM")? / 1e6;
    bench.report.add(
        Figure::new("its publication", engine, format!("{seconds:.1} s"))
            .others(others)
            .note(format!("{:.0} rows/s, each a new product; peak memory {peak:.0} MB", rows as f64 / seconds)),
    );
    measure_matrix(bench, engine, &server)?;
    server.stop()?;

    let (server, others) = bench.quiet.once(|| Server::kontor(settings, &database.url(), &[]))?;
    let seconds = server.ready_after.as_secs_f64();
    bench.report.add(
        Figure::new("start to ready on it", engine, format!("{seconds:.1} s"))
            .others(others)
            .note(format!("then {:.0} MB resident", server.memory("VmRSS")? / 1e6)),
    );
    server.stop()
}

/// Imports and publishes an offer matrix of what was published.
fn measure_matrix(bench: &mut Bench<'_>, engine: Engine, server: &Server) -> Result<()> {
    let matrix = matrix(MATRIX_ROWS)?;
    let ((id, import, publication), others) = bench.quiet.once(|| {
        let mut client = Client::log_in(server.address, PROVIDER)?;
        let (job, import) = timed(|| {
            let asked = client.upload(IMPORT_MATRIX, "text/csv", matrix.as_bytes())?;
            client.followed(asked)
        })?;
        let id = text(&job, "/result/offer_matrix_id")?.to_owned();
        let (_, publication) = timed(|| {
            let asked = client.send("POST", &format!("/v1/offer-matrices/{id}/publish"), &json!({}))?;
            client.followed(asked)
        })?;
        Ok((id, import, publication))
    })?;
    let shown = Client::log_in(server.address, PROVIDER)?.get(&format!("/v1/offer-matrices/{id}"))?;
    if (shown["rows"].as_u64(), shown["errors"].as_u64()) != (Some(MATRIX_ROWS as u64), Some(0)) {
        return Err(format!("the matrix was not taken as it is: {shown}").into());
    }
    let peak = server.memory("VmHWM")? / 1e6;
    bench.report.add(
        Figure::new(&format!("import of an offer matrix of {MATRIX_ROWS} rows"), engine, format!("{import:.1} s"))
            .others(others)
            .note(format!("its publication {publication:.1} s; peak memory {peak:.0} MB")),
    );
    Ok(())
}

/// What came, and after how many seconds.
fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, f64)> {
    let begun = Instant::now();
    let result = work()?;
    Ok((result, begun.elapsed().as_secs_f64()))
}

/// A sheet in Partner Center's layout; each row is a product of its own.
fn sheet(rows: usize) -> Result<String> {
    let mut sheet = String::from(
        "\"ProductTitle\",\"ProductId\",\"SkuId\",\"SkuTitle\",\"Publisher\",\"SkuDescription\",\"UnitOfMeasure\",\
         \"TermDuration\",\"BillingPlan\",\"Market\",\"Currency\",\"UnitPrice\",\"PricingTierRangeMin\",\
         \"PricingTierRangeMax\",\"EffectiveStartDate\",\"EffectiveEndDate\",\"Tags\",\"ERP Price\",\"Segment\"\r\n",
    );
    for row in 0..rows {
        let (title, id) = (format!("Measured Product {row}"), format!("BENCH{row:07}"));
        let about = "Office apps, e-mail and teamwork for larger organisations.";
        let (cents, more) = (1_000 + row % 9_000, row % 10);
        writeln!(
            sheet,
            "\"{title}\",\"{id}\",\"0001\",\"{title} Plan\",\"Microsoft Corporation\",\"{about}\",\"\",\"P1Y\",\
             \"Monthly\",\"DE\",\"EUR\",\"{}.{:02}\",\"\",\"\",\"2020-01-01\",\"9999-12-30\",\"License\",\"{}.{more}\",\
             \"Commercial\"\r",
            cents / 100,
            cents % 100,
            cents / 80
        )?;
    }
    Ok(sheet)
}

/// An offer matrix of the first products of the sheet: each limits its SKU, and needs the one before.
fn matrix(rows: usize) -> Result<String> {
    let mut matrix = String::from(
        "\"ProductTitle\",\"ProductId\",\"SkuId\",\"SkuTitle\",\"ProvisioningId\",\"ProvisioningString\",\
         \"MinLicenses\",\"MaxLicenses\",\"AssetOwnershipLimit\",\"AssetOwnershipLimitType\",\
         \"ProductSkuPreRequisites\",\"ProductSkuConversion\",\"Description\",\"AllowedCountries\"\r\n",
    );
    for row in 0..rows {
        let (title, id, base) = (format!("Measured Product {row}"), format!("BENCH{row:07}"), row.saturating_sub(1));
        writeln!(
            matrix,
            "\"{title}\",\"{id}\",\"0001\",\"{title} Plan\",\"\",\"BENCH\",\"1\",\"300\",\"2\",\"ConcurrentCount\",\
             \"BENCH{base:07}/0001\",\"\",\"Best for measuring.\",\"AT;CH;DE;FR;PL\"\r",
        )?;
    }
    Ok(matrix)
}
