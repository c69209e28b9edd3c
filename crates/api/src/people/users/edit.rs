//! Changing people, keeping them out, letting them in again, and removing them.

use crate::auth::{one_time, standing};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::people::passwords::set::RESET_TTL;
use crate::people::users::licenses;
use crate::people::users::{add, view};
use crate::transaction::Write;
use domain::access::RoleName;
use domain::event::EventKind;
use domain::id::UserId;
use domain::people::UserState;
use domain::people::manage::{self, NotGiven, Standing, Wanted};
use serde_json::{Value, json};
use store::one_time_tokens::{self, Owner, Purpose};
use store::sessions::{self, EndReason};
use store::users::{self, StoredUser};
use store::{Conn, StoreError};

/// Somebody whom the caller manages, locked.
pub struct Managed {
    /// Who.
    pub user: StoredUser,
    /// How many people run its organisation; only counted where it is one of them.
    administrators: u32,
}

/// Somebody whom the caller sees and manages: nobody who may more than it may itself.
pub fn managed(write: &mut Write<'_>, id: UserId) -> Result<Managed, Problem> {
    let scope = write.identity.scope;
    let seen = users::get(write.tx, &scope, id)?;
    let role = RoleName::from(seen.organization.kind().administrator());
    // Of two who remove the last two administrators at once one comes second, and sees what the first has done.
    let administrators = match seen.role == role {
        true => users::count_active(write.tx, scope.marketplace(), seen.organization, &role)?,
        false => 0,
    };
    users::lock(write.tx, scope.marketplace(), id)?;
    let user = users::get(write.tx, &scope, id)?;
    let theirs = standing::permissions_of(write.tx, &user)?;
    manage::manages(write.identity.permissions, theirs)?;
    if write.meta.if_match.is_some_and(|version| version != user.version) {
        return Err(Problem::new(Code::PreconditionFailed));
    }
    Ok(Managed { user, administrators })
}

/// Changes somebody's data, role and areas; `login_field` says what it logs in by.
pub fn update(
    write: &mut Write<'_>,
    id: UserId,
    login_field: &'static str,
    change: impl FnOnce(&mut StoredUser) -> Result<(), Problem>,
) -> Result<Reply, Problem> {
    let found = managed(write, id)?;
    let mut user = found.user.clone();
    change(&mut user)?;
    if (&user.role, &user.areas) != (&found.user.role, &found.user.areas) {
        give(write, &user)?;
        found.steps_down(Some(&user))?;
        write.access_changed()?;
    }
    user.version = users::update(write.tx, &user, None).map_err(|error| match error {
        StoreError::Conflict("users.login") => Problem::field(login_field, Code::LoginTaken),
        other => other.into(),
    })?;
    let moved = user.email != found.user.email || user.notification_email != found.user.notification_email;
    changed(write, EventKind::UserChanged, &found.user, &user)?;
    if moved {
        // Whoever reads the mails of the address before must not get in by them.
        revoke(write, &user, Purpose::PasswordReset)?;
        if has_link(write.tx, &user)? {
            add::invite(write, &user)?;
        }
    }
    shown(write, &user)
}

fn give(write: &mut Write<'_>, user: &StoredUser) -> Result<(), Problem> {
    let rules = write.app.marketplaces.people(user.marketplace_id)?;
    if matches!(user.role, RoleName::Own(_)) {
        // Nobody removes the role meanwhile.
        store::marketplaces::lock(write.tx, user.marketplace_id)?;
    }
    let known = store::roles::all(write.tx, &write.identity.scope)?;
    let own = known.iter().map(|known| &known.value.role).find(|own| own.key.as_str() == user.role.code());
    let organization = user.organization.kind();
    let wanted = Wanted { organization, role: &user.role, areas: user.areas.as_deref(), own };
    manage::give(&rules, write.identity.permissions, &wanted).map_err(|refused| match refused {
        NotGiven::Role(refusal) => Problem::refusals(vec![("/role".to_owned(), refusal)]),
        NotGiven::Areas(refusal) => Problem::refusals(vec![("/areas".to_owned(), refusal)]),
    })
}

impl Managed {
    /// Refuses to take the last administrator away; none is that the person goes.
    fn steps_down(&self, after: Option<&StoredUser>) -> Result<(), Problem> {
        let standing = |user: &StoredUser| user.state.may_be_in();
        let of = |role, active| Standing { role, active };
        let before = of(&self.user.role, standing(&self.user));
        let after = after.map(|user| of(&user.role, standing(user)));
        Ok(manage::step_down(self.user.organization.kind(), before, after, self.administrators)?)
    }
}

/// Keeps somebody out, at once, also with tokens that are out (L-15, L-20). Again is fine.
pub fn disable(write: &mut Write<'_>, id: UserId) -> Result<Reply, Problem> {
    not_oneself(write, id)?;
    let found = managed(write, id)?;
    if found.user.state.disabled {
        return shown(write, &found.user);
    }
    let mut user = found.user.clone();
    user.state.disabled = true;
    found.steps_down(Some(&user))?;
    revoke(write, &user, Purpose::Activation)?;
    revoke(write, &user, Purpose::PasswordReset)?;
    end_log_ins(write, &user, EndReason::UserDisabled)?;
    save(write, EventKind::UserDisabled, &found.user, user)
}

/// Lets somebody in again. Again is fine.
pub fn enable(write: &mut Write<'_>, id: UserId) -> Result<Reply, Problem> {
    state(write, id, EventKind::UserEnabled, |state| state.disabled = false)
}

/// Ends a lock after too many failed log-ins. Again is fine.
pub fn unlock(write: &mut Write<'_>, id: UserId) -> Result<Reply, Problem> {
    let now = write.app.clock.now();
    state(write, id, EventKind::UserUnlocked, |state| {
        // The person has all its tries again.
        if state.lock.is_some_and(|lock| lock.holds(now)) {
            state.unlock(now);
        }
    })
}

/// Activates an account without its link (L-16); who has no password yet still gets it by the link. Again is fine.
pub fn activate(write: &mut Write<'_>, id: UserId) -> Result<Reply, Problem> {
    let now = write.now;
    state(write, id, EventKind::UserActivated, |state| {
        state.activated_at.get_or_insert(now);
    })
}

fn state(
    write: &mut Write<'_>,
    id: UserId,
    kind: EventKind,
    change: impl FnOnce(&mut UserState),
) -> Result<Reply, Problem> {
    let before = managed(write, id)?.user;
    let mut user = before.clone();
    change(&mut user.state);
    if user.state == before.state {
        return shown(write, &user);
    }
    // Who was looked up as kept out is looked up anew.
    write.access_changed()?;
    save(write, kind, &before, user)
}

/// Has the activation mail sent again; the link before works no longer (L-16).
pub fn send_activation_mail(write: &mut Write<'_>, id: UserId) -> Result<Reply, Problem> {
    let user = managed(write, id)?.user;
    if user.state.disabled {
        return Err(Problem::new(Code::UserNotReady));
    }
    if user.state.activated_at.is_some() && user.password_hash.is_some() {
        return Err(Problem::new(Code::UserActivated));
    }
    add::invite(write, &user)?;
    shown(write, &user)
}

/// Has a link sent by which somebody sets a new password.
pub fn reset_password(write: &mut Write<'_>, id: UserId) -> Result<Reply, Problem> {
    in_own_name(write)?;
    let user = managed(write, id)?.user;
    if !user.state.may_be_in() {
        return Err(Problem::new(Code::UserNotReady));
    }
    let (marketplace, owner) = (user.marketplace_id, Owner::User(id));
    let token = one_time::issue(write.app, write.tx, marketplace, owner, Purpose::PasswordReset, RESET_TTL, write.now)?;
    let payload = json!({"token_id": token, "user_id": id});
    write.record(EventKind::UserPasswordResetRequested, user.organization.customer(), id.to_string(), payload)?;
    Ok(Reply::empty())
}

/// Sets somebody's password (L-11); all its log-ins are ended.
pub fn set_password(write: &mut Write<'_>, id: UserId, hash: &str) -> Result<Reply, Problem> {
    in_own_name(write)?;
    let mut user = managed(write, id)?.user;
    user.password_hash = Some(hash.to_owned());
    users::update(write.tx, &user, None)?;
    revoke(write, &user, Purpose::PasswordReset)?;
    end_log_ins(write, &user, EndReason::PasswordChanged)?;
    let payload = json!({"by": write.identity.actor});
    write.record(EventKind::UserPasswordChanged, user.organization.customer(), id.to_string(), payload)?;
    Ok(Reply::empty())
}

/// Removes somebody: the data are emptied and the log-in name is free; what was done by the person stays (L-14).
pub fn delete(write: &mut Write<'_>, id: UserId) -> Result<Reply, Problem> {
    not_oneself(write, id)?;
    let found = managed(write, id)?;
    found.steps_down(None)?;
    remove(write, found.user)
}

/// Takes an invitation back that was not yet accepted.
pub fn withdraw(write: &mut Write<'_>, id: UserId) -> Result<Reply, Problem> {
    let found = managed(write, id)?;
    if found.user.state.activated_at.is_some() {
        return Err(Problem::new(Code::UserActivated));
    }
    remove(write, found.user)
}

fn remove(write: &mut Write<'_>, mut user: StoredUser) -> Result<Reply, Problem> {
    licenses::take_all_back(write, &user)?;
    revoke(write, &user, Purpose::Activation)?;
    revoke(write, &user, Purpose::PasswordReset)?;
    end_log_ins(write, &user, EndReason::UserDeleted)?;
    let facts = json!({"role": user.role, "created_at": crate::http::wire::instant(user.created_at)});
    erase(&mut user);
    user.deleted_at = Some(write.now);
    users::update(write.tx, &user, None)?;
    let customer = user.organization.customer();
    write.changed(EventKind::UserDeleted, customer, user.id.to_string(), facts, json!({"user_id": user.id}))?;
    Ok(Reply::empty())
}

/// Leaves nothing of the person but its id.
fn erase(user: &mut StoredUser) {
    // Nobody else has it, and nobody logs in by it: there is no password.
    user.login = user.id.to_string();
    for text in [&mut user.email, &mut user.first_name, &mut user.last_name] {
        text.clear();
    }
    user.notification_email = None;
    user.phone = None;
    user.address = None;
    user.language = None;
    user.external_ref = None;
    user.password_hash = None;
}

/// Ends somebody's log-ins.
pub fn end_sessions(write: &mut Write<'_>, id: UserId) -> Result<Reply, Problem> {
    let user = managed(write, id)?.user;
    let ended = end_log_ins(write, &user, EndReason::EndedByAdministrator)?;
    let payload = json!({"user_id": id, "ended": ended});
    write.record(EventKind::SessionsEnded, user.organization.customer(), id.to_string(), payload)?;
    Ok(Reply::empty())
}

fn end_log_ins(write: &mut Write<'_>, user: &StoredUser, reason: EndReason) -> Result<usize, Problem> {
    write.access_changed()?;
    Ok(sessions::end_all(write.tx, user.marketplace_id, user.id, None, reason, write.app.clock.now())?)
}

fn revoke(write: &mut Write<'_>, user: &StoredUser, purpose: Purpose) -> Result<(), Problem> {
    Ok(one_time_tokens::revoke(write.tx, user.marketplace_id, Owner::User(user.id), purpose, write.now)?)
}

fn has_link(tx: &mut Conn, user: &StoredUser) -> Result<bool, Problem> {
    Ok(!view::links(tx, std::iter::once(user))?.is_empty())
}

/// Nobody keeps itself out: that would be an accident.
pub fn not_oneself(write: &Write<'_>, id: UserId) -> Result<(), Problem> {
    let oneself = write.identity.actor == id.to_string() || write.identity.impersonator == Some(id);
    if oneself { Err(Problem::new(Code::NotOneself)) } else { Ok(()) }
}

/// Passwords are not changed in somebody else's name (L-13).
fn in_own_name(write: &Write<'_>) -> Result<(), Problem> {
    match write.identity.impersonator {
        Some(_) => Err(Problem::new(Code::NotWhileImpersonating)),
        None => Ok(()),
    }
}

fn save(write: &mut Write<'_>, kind: EventKind, before: &StoredUser, mut user: StoredUser) -> Result<Reply, Problem> {
    user.version = users::update(write.tx, &user, None)?;
    changed(write, kind, before, &user)?;
    shown(write, &user)
}

fn changed(write: &mut Write<'_>, kind: EventKind, before: &StoredUser, after: &StoredUser) -> Result<(), Problem> {
    let facts = |user: &StoredUser| -> Result<Value, Problem> {
        let shown = view::view(user, &view::Links::new(), write.app.clock.now());
        serde_json::to_value(shown).map_err(Problem::internal)
    };
    let (before, facts) = (facts(before)?, facts(after)?);
    write.changed(kind, after.organization.customer(), after.id.to_string(), before, facts)
}

fn shown(write: &mut Write<'_>, user: &StoredUser) -> Result<Reply, Problem> {
    let links = view::links(write.tx, std::iter::once(user))?;
    Ok(Reply::json(200, &view::view(user, &links, write.app.clock.now()))?.reviewed(user.version))
}
