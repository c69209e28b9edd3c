//! The language that somebody who is told something has chosen, or that was chosen for it.

use crate::texts::lang::Lang;
use domain::language::Language;
use domain::party::Address;
use domain::people::Languages;

/// In which language somebody is written to (U-61): its own, else its organisation's, else its country's.
pub fn language_of(
    languages: &Languages,
    own: Option<&str>,
    company: Option<Language>,
    address: Option<&Address>,
) -> Lang {
    let own = own.and_then(Language::from_code);
    languages.of(&[own, company], address.map(|address| address.country)).into()
}
