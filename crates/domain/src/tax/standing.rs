//! What a register of VAT ids says of one, as evidence that is kept; and what counts of it.

use crate::coded::coded_enum;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

coded_enum! {
    /// How far a VAT id is known to be right.
    VatStanding {
        /// No register has answered yet, or none is asked about ids of this country.
        Pending = "pending",
        /// A register has it.
        Valid = "valid",
        /// A register has it not, or not any more.
        Invalid = "invalid",
    }
}

/// What a register answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VatAnswer {
    /// Whether it has the id.
    pub valid: bool,
    /// The name that it has for it, where it tells names.
    pub name: Option<String>,
    /// The address that it has for it, where it tells addresses.
    pub address: Option<String>,
    /// The number by which the question can be proven later; only where the asker has named itself.
    pub consultation_number: Option<String>,
}

/// How a customer's VAT id stands: the newest answer decides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VatCheck {
    /// How far it is known to be right.
    pub standing: VatStanding,
    /// When a register answered last, by the marketplace's clock.
    pub checked_at: Option<OffsetDateTime>,
    /// The number of that answer.
    pub consultation_number: Option<String>,
}

#[allow(clippy::derivable_impls, reason = "the closed sets of codes derive for all of them alike")]
impl Default for VatStanding {
    fn default() -> Self {
        Self::Pending
    }
}

impl VatCheck {
    /// As it stands after an answer.
    pub fn answered(answer: &VatAnswer, at: OffsetDateTime) -> Self {
        let standing = if answer.valid { VatStanding::Valid } else { VatStanding::Invalid };
        Self { standing, checked_at: Some(at), consultation_number: answer.consultation_number.clone() }
    }
}

/// What is charged a business in another EU country while no register has said yet whether it has the VAT id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnconfirmedVatId {
    /// No VAT, where its check digits are right.
    #[default]
    ReverseCharge,
    /// The VAT of its country, until a register has it.
    ChargeVat,
}

/// The id as far as it counts for the tax: none where a register has it not; while none has answered, by the policy.
pub fn counted(id: Option<&str>, standing: VatStanding, meanwhile: UnconfirmedVatId) -> Option<&str> {
    id.filter(|_| match (standing, meanwhile) {
        (VatStanding::Valid, _) | (VatStanding::Pending, UnconfirmedVatId::ReverseCharge) => true,
        (VatStanding::Invalid, _) | (VatStanding::Pending, UnconfirmedVatId::ChargeVat) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u22_what_counts_of_an_id_is_the_registers_answer_and_meanwhile_the_policys() {
        use UnconfirmedVatId::{ChargeVat, ReverseCharge};
        for (standing, meanwhile, counts) in [
            (VatStanding::Pending, ReverseCharge, true),
            (VatStanding::Pending, ChargeVat, false),
            (VatStanding::Valid, ReverseCharge, true),
            (VatStanding::Valid, ChargeVat, true),
            (VatStanding::Invalid, ReverseCharge, false),
            (VatStanding::Invalid, ChargeVat, false),
        ] {
            let counted = counted(Some("ATU13585627"), standing, meanwhile);
            assert_eq!(counted.is_some(), counts, "{} {meanwhile:?}", standing.code());
        }
        assert_eq!(counted(None, VatStanding::Valid, ReverseCharge), None);
    }

    #[test]
    fn u22_an_answer_is_kept_with_its_time_and_consultation_number() {
        let at = time::macros::datetime!(2026-09-06 10:15 UTC);
        let number = Some("WAPIAAAAX".to_owned());
        let answer = VatAnswer { valid: true, name: None, address: None, consultation_number: number.clone() };
        let valid = VatCheck { standing: VatStanding::Valid, checked_at: Some(at), consultation_number: number };
        assert_eq!(VatCheck::answered(&answer, at), valid);
        let invalid = VatCheck { standing: VatStanding::Invalid, ..valid };
        assert_eq!(VatCheck::answered(&VatAnswer { valid: false, ..answer }, at), invalid);
    }
}
