//! Work that waits, on a thread that may: it passes the gate of its kind, and then has the application to itself.

use crate::App;
use crate::http::problem::Problem;
use actix_web::web;

/// Runs work that reads the database.
pub async fn reading<T: Send + 'static>(
    app: &web::Data<App>,
    work: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let worker = app.clone();
    app.gates.read(move || work(&worker)).await
}

/// Runs work that writes to the database.
pub async fn writing<T: Send + 'static>(
    app: &web::Data<App>,
    work: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let worker = app.clone();
    app.gates.write(move || work(&worker)).await
}

/// Runs work that waits for Microsoft, and holds no connection to the database meanwhile.
pub async fn asking<T: Send + 'static>(
    app: &web::Data<App>,
    work: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let worker = app.clone();
    app.gates.ask(move || work(&worker)).await
}
