//! Roles as answers show them.

use crate::http::wire::codes::{Area, OrganizationKind, Permission};
use domain::people::{RoleOffer, Title};
use serde::{Deserialize, Serialize};
use store::roles::Titled;
use utoipa::ToSchema;

/// What people read, in the three languages of the mails.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Titles {
    /// The text in German.
    #[schema(max_length = 100, example = "Einkauf")]
    pub de: String,
    /// The text in English.
    #[schema(max_length = 100, example = "Purchasing")]
    pub en: String,
    /// The text in Polish.
    #[schema(max_length = 100, example = "Zakupy")]
    pub pl: String,
}

crate::only_object!(Titles);

/// A role that people may have: a named set of permissions.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleDescription {
    /// The key of the role, as a user's `role` names it.
    #[schema(example = "purchaser")]
    pub key: String,
    /// At which kind of organisation people have it.
    pub organization: OrganizationKind,
    /// What people of this marketplace call it.
    pub title: Titles,
    /// What it may do; with all areas where it goes by area.
    pub permissions: Vec<Permission>,
    /// The areas that can be chosen for somebody who has it; none where the role alone says what it may.
    pub areas: Vec<AreaDescription>,
    /// Whether the marketplace has defined it; the others ship.
    pub own: bool,
}

/// An area of a reseller's work that can be chosen with a role.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaDescription {
    /// The area, as a user's `areas` names it.
    pub area: Area,
    /// What it lets somebody do.
    pub permissions: Vec<Permission>,
}

/// A page of roles, in the order of their keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct RolePage {
    /// The roles of this page.
    pub data: Vec<RoleDescription>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "cHVyY2hhc2Vy")]
    pub next_cursor: Option<String>,
}

fn titles(title: &Title) -> Titles {
    Titles { de: title.de.clone(), en: title.en.clone(), pl: title.pl.clone() }
}

/// A shipped role on the wire.
pub fn shipped(offer: &RoleOffer) -> RoleDescription {
    let area = |area: &domain::access::Area| AreaDescription {
        area: Area(*area),
        permissions: area.permissions().iter().map(Permission).collect(),
    };
    RoleDescription {
        key: offer.role.code().to_owned(),
        organization: OrganizationKind(offer.role.organization()),
        title: titles(&offer.title),
        permissions: offer.role.permissions().iter().map(Permission).collect(),
        areas: offer.areas.iter().map(area).collect(),
        own: false,
    }
}

/// A role of the marketplace's own on the wire.
pub fn own(titled: &Titled) -> RoleDescription {
    RoleDescription {
        key: titled.role.key.as_str().to_owned(),
        organization: OrganizationKind(titled.role.organization),
        title: titles(&titled.title),
        permissions: titled.role.effective().iter().map(Permission).collect(),
        areas: vec![],
        own: true,
    }
}
