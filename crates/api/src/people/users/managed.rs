//! Somebody whom the caller manages: found, locked, held to who may manage whom, and kept after a change.

use crate::auth::power;
use crate::http::problem::{Code, Problem};
use crate::people::users::view;
use crate::transaction::Write;
use domain::access::{Covered, RoleName};
use domain::event::EventKind;
use domain::id::UserId;
use domain::people::UserState;
use domain::people::manage::{self, Standing};
use serde_json::Value;
use store::users::{self, StoredUser};

/// Somebody whom the caller manages, locked.
pub struct Managed {
    /// The person as it is stored; the caller holds all its power.
    pub user: Covered<StoredUser>,
    /// How many people run its organisation; only counted where it is one of them.
    administrators: u32,
}

/// Somebody whom the caller sees and manages: nobody who may more than it may itself.
pub fn managed(write: &mut Write<'_>, id: UserId) -> Result<Managed, Problem> {
    let scope = write.identity.scope;
    let seen = users::get(write.tx, &scope, id)?;
    seen.organization.customer().map_or(Ok(()), |customer| write.manages_people(customer))?;
    let role = RoleName::from(seen.organization.kind().administrator());
    // Of two who remove the last two administrators at once one comes second, and sees what the first has done.
    let administrators = match seen.role == role {
        true => users::count_active(write.tx, scope.marketplace(), seen.organization, &role)?,
        false => 0,
    };
    users::lock(write.tx, scope.marketplace(), id)?;
    let user = users::get(write.tx, &scope, id)?;
    let theirs = power::of_user(write.tx, &user)?;
    let own = power::over(write.tx, &scope, write.identity.power(), user.organization)?;
    let user = manage::act_on(own, theirs, user)?;
    write.expect_version(user.version)?;
    Ok(Managed { user, administrators })
}

impl Managed {
    /// Refuses to take the last administrator away; none is that the person goes.
    pub fn steps_down(&self, after: Option<&StoredUser>) -> Result<(), Problem> {
        let standing = |user: &StoredUser| user.state.may_be_in();
        let of = |role, active| Standing { role, active };
        let before = of(&self.user.role, standing(&self.user));
        let after = after.map(|user| of(&user.role, standing(user)));
        Ok(manage::step_down(self.user.organization.kind(), before, after, self.administrators)?)
    }
}

/// Nobody keeps itself out: that would be an accident.
pub fn not_oneself(write: &Write<'_>, id: UserId) -> Result<(), Problem> {
    if write.identity.actor == id.to_string() { Err(Problem::new(Code::NotOneself)) } else { Ok(()) }
}

/// Changes where the log-in of somebody stands, and answers the person; nothing happens where it stands so already.
pub fn set_state(
    write: &mut Write<'_>,
    id: UserId,
    kind: EventKind,
    change: impl FnOnce(&mut UserState),
) -> Result<StoredUser, Problem> {
    let before = managed(write, id)?.user;
    let mut user = StoredUser::clone(&before);
    change(&mut user.state);
    if user.state == before.state {
        return Ok(user);
    }
    // Who was looked up as kept out is looked up anew.
    write.access_changed()?;
    save(write, kind, &before, user)
}

/// Keeps somebody as it is now, with the event and the audit entry of the change.
pub fn save(
    write: &mut Write<'_>,
    kind: EventKind,
    before: &Covered<StoredUser>,
    mut user: StoredUser,
) -> Result<StoredUser, Problem> {
    users::update(write.tx, &mut user, None, write.now)?;
    tell_change(write, kind, before, &user)?;
    Ok(user)
}

/// Records a change that is kept already.
pub fn tell_change(
    write: &mut Write<'_>,
    kind: EventKind,
    before: &StoredUser,
    after: &StoredUser,
) -> Result<(), Problem> {
    let facts = |user: &StoredUser| -> Result<Value, Problem> {
        let shown = view::view(user, &view::Links::new(), write.app.clock.now());
        serde_json::to_value(shown).map_err(Problem::internal)
    };
    let (before, facts) = (facts(before)?, facts(after)?);
    write.changed(kind, after.organization.customer(), after.id.to_string(), before, facts)
}
