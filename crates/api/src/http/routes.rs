//! Where a noun's operations go: into a server, or into the API document. A server makes no document of them: each of
//! its threads would, at every start.

use actix_web::dev::HttpServiceFactory;
use utoipa_actix_web::OpenApiFactory;

/// What is being filled with operations.
pub enum Routes<'a, 'b> {
    /// What a thread of the server answers.
    Served(&'a mut actix_web::web::ServiceConfig),
    /// What the API document describes.
    Described(&'a mut utoipa_actix_web::service_config::ServiceConfig<'b>),
}

impl Routes<'_, '_> {
    /// Adds an operation.
    pub fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, operation: F) -> &mut Self {
        match self {
            Self::Served(config) => {
                config.service(operation);
            }
            Self::Described(config) => {
                config.service(operation);
            }
        }
        self
    }

    /// Adds a noun's operations.
    pub fn configure(&mut self, noun: impl FnOnce(&mut Routes<'_, '_>)) -> &mut Self {
        match self {
            Self::Served(config) => noun(&mut Routes::Served(config)),
            Self::Described(config) => noun(&mut Routes::Described(config)),
        }
        self
    }

    /// Adds operations below a path.
    pub fn below(&mut self, path: &str, nouns: impl FnOnce(&mut Routes<'_, '_>)) -> &mut Self {
        match self {
            Self::Served(config) => {
                let scope = actix_web::web::scope(path);
                config.service(scope.configure(|config| nouns(&mut Routes::Served(config))));
            }
            Self::Described(config) => {
                let scope = utoipa_actix_web::scope(path);
                config.service(scope.configure(|config| nouns(&mut Routes::Described(config))));
            }
        }
        self
    }
}
