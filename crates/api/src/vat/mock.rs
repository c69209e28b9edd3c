//! A register without one: it has every id, but for those that a test takes out, and never tells a name.

use crate::vat::{RegistryError, VatRegistry};
use domain::tax::standing::VatAnswer;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Answers from memory.
#[derive(Default)]
pub struct MockRegistry {
    told: Mutex<HashMap<String, Result<VatAnswer, RegistryError>>>,
}

impl MockRegistry {
    /// What it says of an id from now on.
    pub fn tell(&self, id: &str, answer: Result<VatAnswer, RegistryError>) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), answer);
    }
}

impl VatRegistry for MockRegistry {
    fn name(&self) -> &'static str {
        "mock"
    }

    fn check(&self, country: &str, number: &str) -> Result<VatAnswer, RegistryError> {
        let id = format!("{country}{number}");
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        told.unwrap_or_else(|| {
            Ok(VatAnswer { valid: true, name: None, address: None, consultation_number: Some(format!("mock-{id}")) })
        })
    }
}
