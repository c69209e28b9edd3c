//! Defining a role of a marketplace's own.

use crate::http::problem::{Code, Problem};
use crate::people::roles::view;
use crate::transaction::Write;
use domain::event::EventKind;
use store::StoreError;
use store::roles::{self, Titled};

/// Defines a role, or changes what it may; whether it is a new one.
pub fn define(write: &mut Write<'_>, role: &Titled) -> Result<bool, Problem> {
    let marketplace = write.identity.scope.marketplace();
    let key = role.role.key.as_str().to_owned();
    let after = serde_json::to_value(view::own(role)).map_err(Problem::internal)?;
    match roles::get(write.tx, &write.identity.scope, &role.role.key) {
        Ok(before) if before.value.role.organization != role.role.organization => {
            let kind = before.value.role.organization.code();
            Err(Problem::field("/organization", Code::InvalidValue).with("expected", kind))
        }
        Ok(before) => {
            let before = view::own(&before.value);
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
