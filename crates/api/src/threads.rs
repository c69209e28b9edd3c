//! Work that waits, on a thread that may: it passes the gate of its kind, and then has the application to itself.

use crate::App;
use crate::http::held;
use crate::http::problem::Problem;
use actix_web::web;

/// Runs work that reads the database.
pub async fn reading<T: Send + 'static>(
    app: &web::Data<App>,
    work: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let worker = app.clone();
    app.gates.read(held::along(move || work(&worker))).await
}

/// Runs work that writes to the database; none of a request that could not be read as it was sent.
pub async fn writing<T: Send + 'static>(
    app: &web::Data<App>,
    work: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    held::sound()?;
    trying(app, work).await
}

/// The same whatever the request says: for what counts it, and for what takes all back by itself.
pub async fn trying<T: Send + 'static>(
    app: &web::Data<App>,
    work: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let worker = app.clone();
    app.gates.write(held::along(move || work(&worker))).await
}

/// Runs work that waits for Microsoft, and holds no connection to the database meanwhile. Microsoft is asked nothing
/// that was not sent so.
pub async fn asking<T: Send + 'static>(
    app: &web::Data<App>,
    work: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    held::sound()?;
    let worker = app.clone();
    app.gates.ask(held::along(move || work(&worker))).await
}
