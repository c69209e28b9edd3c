//! Defining and removing a marketplace's own roles.

use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::people::roles;
use crate::transaction::Write;
use domain::access::{RoleKey, RoleName};
use domain::event::EventKind;
use serde_json::Value;
use store::StoreError;
use store::roles::Titled;

/// Defines a role, or changes what it may.
pub fn put(write: &mut Write<'_>, role: &Titled) -> Result<Reply, Problem> {
    let marketplace = write.identity.scope.marketplace();
    let key = role.role.key.as_str().to_owned();
    let view = roles::own(role);
    let after = serde_json::to_value(&view).map_err(Problem::internal)?;
    let status = match store::roles::get(write.tx, &write.identity.scope, &role.role.key) {
        Ok(before) if before.value.role.organization != role.role.organization => {
            let kind = before.value.role.organization.code();
            return Err(Problem::field("/organization", Code::InvalidValue).with("expected", kind));
        }
        Ok(before) => {
            let before = roles::own(&before.value);
            write.expect_content(&before)?;
            store::roles::update(write.tx, marketplace, role, None)?;
            write.access_changed()?;
            let before = serde_json::to_value(before).map_err(Problem::internal)?;
            write.changed(EventKind::RoleDefined, None, key.clone(), before, after)?;
            200
        }
        Err(StoreError::NotFound) => {
            store::roles::insert(write.tx, marketplace, role, write.now)?;
            write.record(EventKind::RoleDefined, None, key.clone(), after)?;
            201
        }
        Err(error) => return Err(error.into()),
    };
    let reply = Reply::json(status, &view)?.by_content();
    Ok(if status == 201 { reply.location(format!("/v1/roles/{key}")) } else { reply })
}

/// Removes a role that nobody has.
pub fn remove(write: &mut Write<'_>, key: &RoleKey) -> Result<Reply, Problem> {
    let marketplace = write.identity.scope.marketplace();
    // Nobody is given the role meanwhile.
    store::marketplaces::lock(write.tx, marketplace)?;
    let role = roles::own(&store::roles::get(write.tx, &write.identity.scope, key)?.value);
    write.expect_content(&role)?;
    if store::users::anybody_has_unscoped(write.tx, marketplace, &RoleName::Own(key.clone()))? {
        return Err(Problem::new(Code::RoleInUse));
    }
    store::roles::remove(write.tx, marketplace, key)?;
    let before = serde_json::to_value(role).map_err(Problem::internal)?;
    write.changed(EventKind::RoleRemoved, None, key.as_str().to_owned(), before, Value::Null)?;
    Ok(Reply::empty())
}
