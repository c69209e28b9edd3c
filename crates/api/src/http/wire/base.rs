//! What an add-on can be added to, on the wire.

use domain::base;
use serde::Serialize;
use utoipa::ToSchema;

/// Something that an add-on can be added to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AddOnBase {
    /// What `base_id` of the add-on's line says to mean it: a subscription, or a line of the same cart.
    #[schema(example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What its edition is called.
    #[schema(example = "Office 365 E3")]
    pub name: String,
    /// How many licences it has.
    #[schema(example = 5)]
    pub quantity: u32,
}

impl From<&base::Base> for AddOnBase {
    fn from(base: &base::Base) -> Self {
        Self { id: base.id.to_string(), name: base.name.clone(), quantity: base.quantity }
    }
}
