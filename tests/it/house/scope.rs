//! Whose data is read is part of every read: a public read of the store takes a `Scope`, or says in its name that it
//! takes none, and stands here with its reason.
//!
//! What reads takes its connection as `c`; what takes a writing transaction, `tx`, writes or locks: it is called for a
//! thing that was read, and is none of this.

use crate::house::architecture::sources;
use std::collections::BTreeSet;

/// How a read without a scope ends its name.
const MARK: &str = "_unscoped";

/// The reads without a scope: of which module, which, and why none is asked for.
const UNSCOPED: &[(&str, &str, &str)] = &[
    ("account_consents", "of_user_unscoped", "one's own, or of somebody who was read in the scope before"),
    ("api_clients", "by_id_unscoped", "a token is shown: whose it is, is what is asked"),
    ("api_clients", "secrets_unscoped", "of clients that were read in the scope, or of the one that shows its secret"),
    ("api_clients", "secret_unscoped", "the secret that a token was issued for, or one of a client read in the scope"),
    ("catalog", "ended_by_lists_unscoped", "whoever imports a price list learns which offers it sells again"),
    ("catalog", "rules_unscoped", "what Microsoft says of SKUs is compared with what it says anew"),
    ("catalog", "load_unscoped", "a marketplace's catalogue is everybody's in it; whose price holds is decided later"),
    ("digests", "next_due_unscoped", "the clock of a marketplace"),
    ("digests", "of_event_unscoped", "the worker that sends the mails of a day"),
    ("digests", "waiting_unscoped", "the worker that sends the mails of a day"),
    ("digests", "lines_unscoped", "the worker that sends the mails of a day"),
    ("digests", "counts_unscoped", "the worker that sends the mails of a day"),
    ("jobs", "due_unscoped", "the worker, before it claims"),
    ("jobs", "piece_unscoped", "the worker, of a job that it has claimed"),
    ("login_attempts", "of_user_unscoped", "one's own, or of somebody who was read in the scope before"),
    ("login_attempts", "failures_of_unscoped", "nobody is logged in yet"),
    ("login_attempts", "failures_by_device_unscoped", "nobody is logged in yet"),
    ("login_attempts", "failure_from_unscoped", "nobody is logged in yet"),
    ("login_attempts", "failure_of_name_unscoped", "nobody is logged in yet"),
    ("look", "look_unscoped", "the worker looks where there is something to do, in all marketplaces"),
    ("marketplaces", "versions_unscoped", "a process keeps all marketplaces in memory"),
    ("marketplaces", "of_ids_unscoped", "a process keeps all marketplaces in memory"),
    ("marketplaces", "by_id_unscoped", "everybody in a marketplace may know it"),
    ("marketplaces", "by_slug_unscoped", "a path names it; whose it is, is asked of what was found"),
    ("marketplaces", "running_unscoped", "operators close a marketplace, and are told a number"),
    ("marketplaces", "clock_offset_unscoped", "the instant of a write is asked for before anything else"),
    ("notifications", "of_event_unscoped", "the worker that sends them"),
    ("notifications", "of_recipients_unscoped", "the worker that sends the mails of a day"),
    ("notifications", "pending_unscoped", "the worker that sends the mails of a day"),
    ("notifications", "count_to_unscoped", "how many mails an address gets is limited, whoever causes them"),
    ("one_time_tokens", "by_hash_unscoped", "whoever has the token may use it"),
    ("one_time_tokens", "by_id_unscoped", "the worker that puts it into a mail"),
    ("one_time_tokens", "given_since_unscoped", "who has forgotten a password is not logged in"),
    ("one_time_tokens", "open_of_unscoped", "of people who were read in the scope before"),
    ("orders", "to_provide_unscoped", "the worker that asks Microsoft for the order"),
    ("outbox", "backlog_unscoped", "how much work waits in the whole installation, without whose"),
    ("outbox", "due_unscoped", "the worker, before it claims"),
    ("policies", "load_unscoped", "the policies of a marketplace hold for everybody in it"),
    ("product_keys", "by_digests_unscoped", "whoever has a key may know what it is for"),
    ("refresh_tokens", "by_hash_unscoped", "whoever has the token may use it"),
    ("registrations", "by_id_unscoped", "a stranger shows a token of it, or the worker goes on with it"),
    ("registrations", "open_of_unscoped", "a stranger has none yet"),
    ("registrations", "organizations_of_unscoped", "to whom a stranger may belong, for the provider and the worker"),
    ("resellers", "awaiting_unscoped", "the worker looks in which marketplaces some wait"),
    ("resellers", "overdue_unscoped", "the worker that reminds the provider of them"),
    ("roles", "by_key_unscoped", "what somebody may is asked before the scope is known"),
    ("sessions", "by_id_unscoped", "a token is shown: whose log-in it is, is what is asked; or one's own"),
    ("sessions", "open_of_unscoped", "one's own, or of somebody who was read in the scope before"),
    ("subscriptions", "next_due_unscoped", "the clock of a marketplace"),
    ("subscriptions", "due_ids_unscoped", "the clock of a marketplace"),
    ("subscriptions", "due_marketplaces_unscoped", "the clocks of all marketplaces"),
    ("subscriptions", "to_retry_unscoped", "the clock tries again what it could not take further"),
    ("subscriptions", "parked_unscoped", "the operator's metrics name what is set aside"),
    ("tenants", "linked_unscoped", "the Partner Center of the demo learns what there is"),
    ("tenants", "holder_unscoped", "one of Microsoft's tenants has one customer in all marketplaces"),
    ("tenants", "domain_in_use_unscoped", "a domain belongs to one tenant, whoever's; only that it is taken is told"),
    ("users", "anybody_has_unscoped", "a role is not removed while somebody has it, wherever"),
    ("users", "by_external_refs_unscoped", "references that are taken, whoever's; only that is told"),
    ("users", "by_id_unscoped", "a token is shown, the worker writes to somebody, or oneself"),
    ("users", "by_login_unscoped", "somebody logs in or has forgotten the password"),
    ("users", "by_logins_unscoped", "log-in names that are taken, whoever's; only that is told"),
    ("users", "of_ids_unscoped", "who is to get a licence of a subscription read in the scope, or is responsible"),
    ("users", "with_role_unscoped", "the worker that writes to administrators"),
    ("users", "with_roles_unscoped", "the worker that writes to administrators"),
];

/// A public function of the store that is called with a connection.
struct Function {
    module: String,
    name: String,
    /// From its name to its body.
    head: String,
    body: String,
}

impl Function {
    fn reads(&self) -> bool {
        self.head.contains("(c: &mut Conn") || self.head.contains("(\n    c: &mut Conn")
    }

    fn has_scope(&self) -> bool {
        self.head.contains("scope: &Scope")
    }

    /// Whether something is written or locked, here or by one of the few functions that others share.
    fn writes(&self) -> bool {
        let words = [
            "insert",
            "update",
            "delete",
            "rows_changed!",
            "sql_query",
            "for_update",
            "for_no_key_update",
            "save(",
            "save_all(",
            "change(",
            "append_rows(",
            "raw::run(",
            "again(",
            "remove(",
        ];
        words.iter().any(|word| self.body.contains(word))
    }
}

fn functions() -> Vec<Function> {
    let mut found = vec![];
    for source in sources("crates/store/src").iter().filter(|source| !source.path.contains("/tests/")) {
        let path = source.path.trim_start_matches("crates/store/src/");
        let module = path.split(['/', '.']).next().unwrap_or_default();
        for text in source.text.split("\npub fn ").skip(1) {
            let text = text.split("\n}\n").next().unwrap_or_default();
            let Some((head, body)) = text.split_once(" {\n") else { continue };
            if head.contains("&mut Conn") {
                let name = head.split(['(', '<']).next().unwrap_or_default();
                found.push(Function {
                    module: module.to_owned(),
                    name: name.to_owned(),
                    head: head.to_owned(),
                    body: body.to_owned(),
                });
            }
        }
    }
    assert!(found.len() > 150, "the store has functions: {}", found.len());
    found
}

#[test]
fn a_read_without_a_scope_says_so() {
    let functions = functions();
    let named = |function: &Function| format!("{}::{}", function.module, function.name);
    let unscoped: BTreeSet<_> =
        functions.iter().filter(|function| function.reads() && !function.has_scope()).map(named).collect();
    let listed: BTreeSet<_> = UNSCOPED.iter().map(|(module, name, _)| format!("{module}::{name}")).collect();
    let differ: Vec<_> = unscoped.symmetric_difference(&listed).collect();
    assert_eq!(differ, Vec::<&String>::new(), "give it a `scope: &Scope`, or its line in UNSCOPED with a reason");
    assert_eq!(listed.len(), UNSCOPED.len(), "each of them once");
    let marked: BTreeSet<_> = functions.iter().filter(|function| function.name.ends_with(MARK)).map(named).collect();
    assert_eq!(unscoped, marked, "what takes no scope ends in {MARK}, and only that");
}

#[test]
fn what_takes_a_writing_transaction_writes() {
    let only_read = |function: &&Function| !function.reads() && !function.writes();
    let found: Vec<_> = functions().iter().filter(only_read).map(|function| function.head.clone()).collect();
    assert!(found.is_empty(), "these read only, and call their connection `c`: {found:#?}");
    let written = |function: &&Function| function.reads() && function.body.contains("rows_changed!");
    let found: Vec<_> = functions().iter().filter(written).map(|function| function.head.clone()).collect();
    assert!(found.is_empty(), "these write, and call their connection `tx`: {found:#?}");
}
