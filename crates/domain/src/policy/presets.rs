//! The policies that ship (requirements.md 1.6), each a document.

use super::Rules;

/// The keys of the shipped presets with their rules.
pub fn all() -> Vec<(&'static str, Rules)> {
    todo!()
}
