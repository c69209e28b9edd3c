//! What is charged is an amount with its tax, wherever it is shown, and no cent is lost between lines and their sum
//! (U-66, C-39, C-46).

use serde_json::{Value, json};
use tests::both;
use tests::running::{E1, E3, Running, quantity};
use tests::shop::{self, Cart, MONTH, YEAR_ANNUAL, YEAR_MONTHLY, euros, offer, order_now, text};

/// An amount in cents.
fn cents(money: &Value, name: &str) -> i64 {
    text(&money[name]).replace('.', "").parse().unwrap_or_else(|_| panic!("no {name} in {money}"))
}

/// Whether amounts sum to another, in each of its members.
#[track_caller]
fn sums<'a>(parts: impl IntoIterator<Item = &'a Value>, whole: &Value) {
    let parts: Vec<_> = parts.into_iter().collect();
    for name in ["net", "tax", "gross"] {
        let sum: i64 = parts.iter().map(|part| cents(part, name)).sum();
        assert_eq!(sum, cents(whole, name), "{name} of {parts:?} and {whole}");
    }
    for part in parts {
        assert_eq!(cents(part, "net") + cents(part, "tax"), cents(part, "gross"), "{part}");
    }
}

/// The charges of all lines of an order or a preview.
fn charges(of: &Value) -> Vec<Value> {
    let lines = of["lines"].as_array().expect("lines").iter();
    lines.flat_map(|line| line["charges"].as_array().expect("charges").iter().map(|one| one["money"].clone())).collect()
}

/// What was charged for a subscription, oldest first.
fn booked(running: &Running) -> Vec<Value> {
    running.history().iter().filter_map(|entry| entry.pointer("/charge/money").cloned()).collect()
}

both! {
    /// 1.79 and 1.49 are the taxes of the two alone, and 3.27 that of both together: the second has 1.48. The same in
    /// the preview, the order, and the history of each subscription.
    u66_the_taxes_of_lines_sum_to_the_tax_that_is_due(app) {
        let buyer = app.admin("cancom");
        let cart = Cart::new(&buyer);
        for plan in [MONTH, YEAR_MONTHLY] {
            cart.add(&offer(&buyer, E1, plan), 1);
        }
        let preview = cart.preview().body;
        assert_eq!(preview["due_now"], euros("17.23", "3.27", "20.50"));
        let both = [euros("9.40", "1.79", "11.19"), euros("7.83", "1.48", "9.31")];
        assert_eq!(charges(&preview), both);
        let order = cart.order();
        assert_eq!(charges(&order), both);
        app.drain();
        assert_eq!(charges(&order_now(&buyer, &order)), both);
        for (subscription, charged) in shop::subscriptions(&buyer, &order).iter().zip(&both) {
            assert_eq!(booked(&Running::of(&buyer, subscription)), std::slice::from_ref(charged));
        }
    }
}

both! {
    /// Whatever is in the cart: charges sum to what is due, what recurs for each line to what recurs.
    u66_what_recurs_line_by_line_sums_to_what_recurs(app) {
        let buyer = app.admin("cancom");
        for number in 1..=5 {
            let cart = Cart::new(&buyer);
            for (edition, plan) in [(E1, MONTH), (E3, YEAR_MONTHLY), (E1, YEAR_MONTHLY), (E3, YEAR_ANNUAL)] {
                cart.add(&offer(&buyer, edition, plan), number);
            }
            let preview = cart.preview().body;
            sums(&charges(&preview), &preview["due_now"]);
            let lines = preview["lines"].as_array().expect("lines");
            for recurs in preview["recurring"].as_array().expect("recurring") {
                let of_cycle = |line: &&Value| line["offer"]["billing_cycle"] == recurs["billing_cycle"];
                let shares = lines.iter().filter(of_cycle).map(|line| &line["recurring"]);
                sums(shares.filter(|share| !share.is_null()), &recurs["money"]);
            }
        }
    }
}

both! {
    /// A change's charges and credits sum to what is due with it; what will be charged at its instant to what is due
    /// then.
    u66_the_charges_of_a_change_sum_to_what_is_due(app) {
        let running = Running::buy(&app, "cancom", E1, YEAR_MONTHLY, 5);
        let sku = json!({"type": "transition", "offer_id": offer(&running.buyer, E3, YEAR_MONTHLY)});
        let later = json!({"type": "set_quantity", "quantity": 3, "when": "at_renewal"});
        for change in [quantity(6), quantity(8), later, sku] {
            let outcome = running.change(change)["outcome"].clone();
            app.drain();
            let money = |of: &Value| -> Vec<Value> {
                of["charges"].as_array().expect("charges").iter().map(|charge| charge["money"].clone()).collect()
            };
            sums(&money(&outcome), &outcome["due_now"]);
            if !outcome["then"].is_null() {
                sums(&money(&outcome["then"]), &outcome["then"]["due"]);
            }
        }
        // 9.40 * 25 / 30.
        assert_eq!(booked(&running)[1], euros("7.83", "1.49", "9.32"));
    }
}

both! {
    /// What was charged keeps the tax that it was charged with; what is charged later has that of its own day.
    u66_a_charge_keeps_its_tax(app) {
        let running = Running::buy(&app, "cancom", E1, YEAR_MONTHLY, 5);
        assert_eq!(booked(&running), [euros("39.17", "7.44", "46.61")]);
        let customer = text(&running.show()["customer_id"]);
        let vienna = json!({"street": "Ring 1", "postal_code": "1010", "city": "Wien", "region": "9", "country": "AT"});
        let moved = json!({"address": vienna});
        running.buyer.patch(&format!("/v1/customers/{customer}/invoice-data"), moved).expect(200);
        app.go_to("cancom", "2026-10-02T09:00:00Z");
        assert_eq!(booked(&running), [euros("39.17", "7.44", "46.61"), euros("47.00", "9.40", "56.40")]);
    }
}

both! {
    /// What was charged before taxes were kept is shown with the tax of what was due, and in the history with that of
    /// where it is billed to.
    u66_charges_of_before_are_shown_with_tax(app) {
        let buyer = app.admin("cancom");
        let cart = Cart::new(&buyer);
        for plan in [MONTH, YEAR_MONTHLY] {
            cart.add(&offer(&buyer, E1, plan), 1);
        }
        let order = cart.order();
        app.drain();
        app.execute("UPDATE charges SET tax = NULL");
        let running = Running::of(&buyer, &shop::subscriptions(&buyer, &order)[1]);
        assert_eq!(booked(&running), [euros("7.83", "1.49", "9.32")]);
    }
}
