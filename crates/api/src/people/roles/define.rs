//! Defining a role of a marketplace's own.

use crate::http::problem::{Code, Problem};
use crate::people::roles::view;
use crate::texts::phrases::Phrase;
use crate::transaction::Write;
use domain::access::{Covered, Power};
use domain::event::EventKind;
use store::StoreError;
use store::roles::{self, Titled};

/// Defines a role, or changes what it may; whether it is a new one. One that may more than the caller stays as it is.
pub fn define(write: &mut Write<'_>, role: &Covered<Titled>) -> Result<bool, Problem> {
    let marketplace = write.identity.scope.marketplace();
    let key = role.role.key.as_str().to_owned();
    let after = serde_json::to_value(view::own(role)).map_err(Problem::internal)?;
    match roles::get(write.tx, &write.identity.scope, &role.role.key) {
        Ok(before) => {
            let before = write.identity.covers(Power::of_role(&before.value.role), before.value)?;
            if before.role.organization != role.role.organization {
                let kind = before.role.organization;
                return Err(Problem::field("/organization", Code::InvalidValue).with("expected", Phrase::from(kind)));
            }
            let before = view::own(&before);
            write.expect_content(&before)?;
            roles::update(write.tx, marketplace, role, None)?;
            write.access_changed()?;
            let before = serde_json::to_value(before).map_err(Problem::internal)?;
            write.changed(EventKind::RoleDefined, None, key, before, after)?;
            Ok(false)
        }
        Err(StoreError::NotFound) => {
            roles::insert(write.tx, marketplace, role, write.now)?;
            write.record(EventKind::RoleDefined, None, key, after)?;
            Ok(true)
        }
        Err(error) => Err(error.into()),
    }
}
