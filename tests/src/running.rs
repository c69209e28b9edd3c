//! A subscription that runs, and who changes it: previewed, made, looked back on.

use crate::shop::{self, Plan, rows, text};
use crate::{Answer, Client, TestApp};
use serde_json::{Value, json};

/// Office 365 E1.
pub const E1: &str = "Office 365 E1";
/// Office 365 E3.
pub const E3: &str = "Office 365 E3";

impl TestApp {
    /// Moves a marketplace's clock: everything due until then is played, and what is left to do is done.
    #[track_caller]
    pub fn go_to(&self, slug: &str, now: &str) {
        shop::set_clock(&self.provider(slug), now);
        self.drain();
    }
}

/// A change of quantity.
pub fn quantity(to: u32) -> Value {
    json!({"type": "set_quantity", "quantity": to})
}

/// A cancellation.
pub fn cancel() -> Value {
    json!({"type": "cancel"})
}

/// A cancellation with the term's end.
pub fn cancel_at_renewal() -> Value {
    json!({"type": "cancel", "when": "at_renewal"})
}

/// Another term follows, or not.
pub fn auto_renew(on: bool) -> Value {
    json!({"type": "set_auto_renew", "auto_renew": on})
}

/// A subscription with whom to change it.
pub struct Running {
    /// Who changes it.
    pub buyer: Client,
    /// Its id.
    pub id: String,
}

impl Running {
    /// Buys licences in a marketplace, on the 6th of September 2026 at 10:15 unless the clock was moved.
    #[track_caller]
    pub fn buy(app: &TestApp, slug: &str, edition: &str, plan: Plan, quantity: u32) -> Self {
        let buyer = app.admin(slug);
        let subscription = shop::buy(app, &buyer, edition, plan, quantity);
        Self::of(&buyer, &subscription)
    }

    /// One that somebody sees.
    pub fn of(client: &Client, subscription: &Value) -> Self {
        Self { buyer: client.clone(), id: text(&subscription["id"]) }
    }

    /// The same in other hands.
    pub fn by(&self, client: &Client) -> Self {
        Self { buyer: client.clone(), id: self.id.clone() }
    }

    /// Its path, or one below it.
    pub fn path(&self, below: &str) -> String {
        format!("/v1/subscriptions/{}{below}", self.id)
    }

    /// As it stands.
    #[track_caller]
    pub fn show(&self) -> Value {
        self.buyer.get(&self.path("")).expect(200).body
    }

    /// Some of its fields, as text.
    #[track_caller]
    pub fn fields<const N: usize>(&self, names: [&str; N]) -> [String; N] {
        let shown = self.show();
        names.map(|name| text(shown.pointer(&format!("/{name}")).unwrap_or_else(|| panic!("no {name} in {shown}"))))
    }

    /// Asks for a change without a preview, whatever the answer.
    pub fn ask(&self, change: Value) -> Answer {
        self.buyer.post(&self.path("/changes"), change)
    }

    /// What a change would do.
    pub fn preview(&self, change: Value) -> Answer {
        self.buyer.post(&self.path("/changes/preview"), change)
    }

    /// Previews and makes a change: both must say the same.
    #[track_caller]
    pub fn change(&self, mut change: Value) -> Value {
        let preview = self.preview(change.clone()).expect(200).body;
        change["preview_token"] = preview["preview_token"].clone();
        let made = self.ask(change).expect(201).body;
        assert_eq!(made["outcome"]["charges"].to_string(), preview["outcome"]["charges"].to_string());
        assert_eq!(made["outcome"]["due_now"], preview["outcome"]["due_now"]);
        made
    }

    /// The same, and waits until Microsoft has made it.
    #[track_caller]
    pub fn change_done(&self, app: &TestApp, change: Value) -> Value {
        let made = self.change(change);
        app.drain();
        assert_eq!(self.show()["applying_change_id"], Value::Null);
        made
    }

    /// Its changes, newest first.
    #[track_caller]
    pub fn changes(&self) -> Vec<Value> {
        rows(&self.buyer.get(&self.path("/changes?limit=200")).expect(200))
    }

    /// What can be done now, as `type: allowed` or `type: reason`.
    #[track_caller]
    pub fn allowed(&self, kind: &str) -> Vec<Value> {
        let actions = self.buyer.get(&self.path("/allowed-actions")).expect(200).body["actions"].clone();
        let actions = actions.as_array().expect("actions").clone();
        actions.into_iter().filter(|action| action["request"]["type"] == kind).collect()
    }

    /// Its whole history, oldest first.
    #[track_caller]
    pub fn history(&self) -> Vec<Value> {
        let (mut all, mut cursor) = (vec![], String::new());
        loop {
            let page = self.buyer.get(&self.path(&format!("/history?limit=200{cursor}"))).expect(200);
            all.extend(rows(&page));
            match page.body["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return all,
            }
        }
    }

    /// Every charge as `kind first…last explain = net`.
    #[track_caller]
    pub fn charges(&self) -> Vec<String> {
        let charges = self.history().into_iter().filter_map(|entry| entry.get("charge").cloned());
        charges.map(|charge| line(&charge)).collect()
    }

    /// The kinds of all events.
    #[track_caller]
    pub fn events(&self) -> Vec<String> {
        let events = self.history().into_iter().filter_map(|entry| entry.get("event").cloned());
        events.map(|event| text(&event["kind"])).collect()
    }

    /// When events of a kind happened.
    #[track_caller]
    pub fn when(&self, kind: &str) -> Vec<String> {
        let of_kind = |entry: &Value| entry.pointer("/event/kind").is_some_and(|found| found == kind);
        self.history().iter().filter(|entry| of_kind(entry)).map(|entry| text(&entry["at"])).collect()
    }
}

/// A charge as `kind first…last explain = net`.
pub fn line(charge: &Value) -> String {
    let [kind, first, last, explain] =
        ["kind", "service_start", "service_end", "explain"].map(|name| text(&charge[name]));
    format!("{kind} {first}…{last} {explain} = {}", text(&charge["money"]["net"]))
}

/// The charges of a change that was made or previewed.
pub fn lines(made: &Value) -> Vec<String> {
    made["outcome"]["charges"].as_array().expect("charges").iter().map(line).collect()
}
