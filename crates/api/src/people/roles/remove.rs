//! Removing a role of a marketplace's own.

use crate::http::problem::{Code, Problem};
use crate::people::roles::view;
use crate::transaction::Write;
use domain::access::{Power, RoleKey, RoleName};
use domain::event::EventKind;
use serde_json::Value;

/// Removes a role that nobody has, and that may nothing that the caller may not.
pub fn remove(write: &mut Write<'_>, key: &RoleKey) -> Result<(), Problem> {
    let marketplace = write.identity.scope.marketplace();
    // Nobody is given the role meanwhile.
    store::marketplaces::lock(write.tx, marketplace)?;
    let role = store::roles::get(write.tx, &write.identity.scope, key)?.value;
    let role = write.identity.covers(Power::of_role(&role.role), role)?;
    let role = view::own(&role);
    write.expect_content(&role)?;
    if store::users::anybody_has_unscoped(write.tx, marketplace, &RoleName::Own(key.clone()))? {
        return Err(Problem::new(Code::RoleInUse));
    }
    store::roles::remove(write.tx, marketplace, key)?;
    let before = serde_json::to_value(role).map_err(Problem::internal)?;
    write.changed(EventKind::RoleRemoved, None, key.as_str().to_owned(), before, Value::Null)
}
