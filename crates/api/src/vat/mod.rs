//! Registers of VAT ids, that can be asked whether an id was given to anybody. Only the worker asks: never a request,
//! and never while a transaction is open.

pub mod mock;
pub mod setting;
pub mod vies;

use domain::tax::standing::VatAnswer;

/// A register of VAT ids.
pub trait VatRegistry: Send + Sync {
    /// Its name in evidence and logs.
    fn name(&self) -> &'static str;

    /// Asks about an id: its country's letters, and what follows them.
    fn check(&self, country: &str, number: &str) -> Result<VatAnswer, RegistryError>;
}

/// Why a register did not say whether it has an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// It, or the country's own that it asks, is away, busy or too slow: ask again later.
    #[error("the register of VAT ids is away: {0}")]
    Away(String),
    /// It said something that is no answer.
    #[error("the register of VAT ids said something else: {0}")]
    Garbled(String),
}
