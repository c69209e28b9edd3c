//! The yardstick of the reads: what actix-web serves when there is nothing to do but to send the bytes.

use crate::Result;
use actix_web::web::Bytes;
use actix_web::{App, HttpResponse, HttpServer, web};
use std::path::Path;

/// Serves the bytes of a file under every path until it is stopped.
pub(crate) fn serve(file: &Path, workers: usize) -> Result<()> {
    let bytes = Bytes::from(std::fs::read(file)?);
    actix_web::rt::System::new().block_on(async move {
        let app = move || {
            let bytes = bytes.clone();
            // What was sent is read, or the connection would be closed.
            let answer = move |_sent: Bytes| {
                let bytes = bytes.clone();
                async move { HttpResponse::Ok().content_type("application/json").body(bytes) }
            };
            App::new().default_service(web::to(answer))
        };
        let server = HttpServer::new(app).workers(workers).shutdown_timeout(1).bind("127.0.0.1:0")?;
        if let Some(address) = server.addrs().first() {
            println!("the yardstick is ready: http://{address}/");
        }
        Ok(server.run().await?)
    })
}
