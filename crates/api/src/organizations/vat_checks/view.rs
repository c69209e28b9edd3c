//! Answers of registers of VAT ids as they are shown.

use crate::clock::instant;
use crate::http::wire::codes::VatStanding;
use crate::page;
use domain::tax::standing;
use serde::Serialize;
use store::vat_checks::KeptAnswer;
use utoipa::ToSchema;

/// What a register of VAT ids answered about one: evidence that never changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct VatCheck {
    /// The answer's id.
    #[schema(example = "vck_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// The VAT id that was asked about.
    #[schema(example = "ATU13585627")]
    pub vat_id: String,
    /// What the answer was.
    pub status: VatStanding,
    /// Which register answered: `vies` or `mock`.
    #[schema(example = "vies")]
    pub registry: String,
    /// The name that the register has for the id; null where it tells none.
    #[schema(required, example = "Muster GmbH")]
    pub name: Option<String>,
    /// The address that the register has for the id; null where it tells none.
    #[schema(required, example = "Kärntner Ring 1, 1010 Wien")]
    pub address: Option<String>,
    /// The number by which the question can be proven to the tax office; null where the register gave none.
    #[schema(required, example = "WAPIAAAAY1q7Xm3a")]
    pub consultation_number: Option<String>,
    /// When it answered, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub answered_at: String,
}

page!(
    /// A page of answers about VAT ids, newest first.
    VatCheckPage of VatCheck
);

/// That a register will be asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct VatCheckRequested {
    /// The VAT id that it will be asked about.
    #[schema(example = "ATU13585627")]
    pub vat_id: String,
}

/// An answer on the wire.
pub fn view(kept: &KeptAnswer) -> VatCheck {
    let standing = standing::VatCheck::answered(&kept.answer, kept.answered_at).standing;
    VatCheck {
        id: kept.id.to_string(),
        vat_id: kept.vat_id.clone(),
        status: VatStanding(standing),
        registry: kept.registry.clone(),
        name: kept.answer.name.clone(),
        address: kept.answer.address.clone(),
        consultation_number: kept.answer.consultation_number.clone(),
        answered_at: instant(kept.answered_at),
    }
}
