//! Mails kept in memory, for tests.

use crate::mail::transport::{Mail, SendError, Transport};
use std::sync::{Mutex, PoisonError};

/// Keeps every mail that it is handed, repeated ones too.
#[derive(Default)]
pub struct Collecting(Mutex<Vec<Mail>>);

impl Collecting {
    /// What was sent so far, in order.
    pub fn mails(&self) -> Vec<Mail> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Transport for Collecting {
    fn send(&self, mail: &Mail) -> Result<(), SendError> {
        // Written as it would be sent, so that what could not be is not collected either.
        mail.formatted()?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(mail.clone());
        Ok(())
    }
}
