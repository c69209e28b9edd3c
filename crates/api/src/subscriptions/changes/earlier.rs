//! What changes did as it was kept before each charge had its tax: it is given it as it is shown.

use crate::http::wire::money::Money;
use domain::money::{Amount, Currency, Rounding};
use domain::tax::{self, Taxed};
use serde_json::Value;

/// Where charges are that are due with the change.
const DUE_NOW: [&str; 3] = ["/charges", "/add_ons/*/charges", "/new_subscription/charges"];

/// Gives charges that have none the tax of what was due with them; what was not due yet has that of what recurs.
pub fn with_tax(outcome: &mut Value) {
    let due = outcome.get("due_now").and_then(taxed);
    split(outcome, &DUE_NOW, due);
    let then = outcome.pointer("/then/due").and_then(taxed);
    split(outcome, &["/then/charges"], then);
    // Of these only the rate is known.
    let recurring = outcome.get("recurring").and_then(taxed);
    for charge in charges(outcome, "/add_ons/*/credits_at_end") {
        if let Some(net) = net_of(charge) {
            let whole = recurring.filter(|recurring| recurring.net.currency == net.currency);
            let tax = whole.filter(|whole| whole.net.minor > 0).and_then(|whole| {
                whole.tax.exact().times(net.minor, whole.net.minor).ok()?.round(Rounding::HalfUp).ok()
            });
            put(
                charge,
                tax.and_then(|tax| Taxed::of(net, tax).ok()).unwrap_or(Taxed { net, ..Taxed::zero(net.currency) }),
            );
        }
    }
}

fn split(outcome: &mut Value, places: &[&str], whole: Option<Taxed>) {
    let mut nets = vec![];
    for place in places {
        nets.extend(charges(outcome, place).into_iter().filter_map(|charge| net_of(charge)));
    }
    let Some(whole) = whole.filter(|_| !nets.is_empty()) else { return };
    let mut shares = tax::split(whole, &nets, Rounding::HalfUp).unwrap_or_default().into_iter();
    for place in places {
        for charge in charges(outcome, place) {
            if let Some(share) = net_of(charge).and_then(|_| shares.next()) {
                put(charge, share);
            }
        }
    }
}

/// The charges in a place; `*` is each of a list.
fn charges<'a>(outcome: &'a mut Value, place: &str) -> Vec<&'a mut Value> {
    let (list, member) = place.split_once("/*").unwrap_or((place, ""));
    let Some(all) = outcome.pointer_mut(list).and_then(Value::as_array_mut) else { return vec![] };
    match member {
        "" => all.iter_mut().collect(),
        member => all.iter_mut().flat_map(|one| charges(one, member)).collect(),
    }
}

/// The amount of a charge that has no tax.
fn net_of(charge: &Value) -> Option<domain::money::Money> {
    let net = charge.get("net")?;
    amount(&net["amount"], &net["currency"])
}

fn put(charge: &mut Value, taxed: Taxed) {
    if let Some(members) = charge.as_object_mut() {
        members.remove("net");
        members.insert("money".to_owned(), serde_json::to_value(Money::from(taxed)).unwrap_or_default());
    }
}

fn taxed(money: &Value) -> Option<Taxed> {
    let of = |name: &str| amount(&money[name], &money["currency"]);
    Taxed::of(of("net")?, of("tax")?).ok()
}

fn amount(text: &Value, currency: &Value) -> Option<domain::money::Money> {
    let currency = Currency::from_code(currency.as_str()?)?;
    Amount::from_decimal(text.as_str()?.parse().ok()?, currency).ok()?.round(Rounding::HalfUp).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn price(amount: &str) -> Value {
        json!({"amount": amount, "currency": "EUR"})
    }

    fn money(net: &str, tax: &str, gross: &str) -> Value {
        json!({"net": net, "tax": tax, "gross": gross, "currency": "EUR"})
    }

    #[test]
    fn u66_what_was_kept_without_tax_is_shown_with_it() {
        let mut kept = json!({
            "charges": [{"kind": "cancel", "net": price("-39.17")}, {"kind": "transition", "net": price("0.45")}],
            "due_now": money("-38.27", "-7.27", "-45.54"),
            "recurring": money("47.00", "8.93", "55.93"),
            "then": {"due": money("47.00", "8.93", "55.93"), "charges": [{"net": price("47.00")}]},
            "add_ons": [{"charges": [{"net": price("0.45")}], "credits_at_end": [{"net": price("-10.00")}]}],
            "new_subscription": null,
        });
        with_tax(&mut kept);
        let shown = json!({
            "charges": [
                {"kind": "cancel", "money": money("-39.17", "-7.44", "-46.61")},
                {"kind": "transition", "money": money("0.45", "0.08", "0.53")},
            ],
            "due_now": money("-38.27", "-7.27", "-45.54"),
            "recurring": money("47.00", "8.93", "55.93"),
            "then": {"due": money("47.00", "8.93", "55.93"), "charges": [{"money": money("47.00", "8.93", "55.93")}]},
            "add_ons": [{
                "charges": [{"money": money("0.45", "0.09", "0.54")}],
                "credits_at_end": [{"money": money("-10.00", "-1.90", "-11.90")}],
            }],
            "new_subscription": null,
        });
        assert_eq!(kept, shown);
        with_tax(&mut kept);
        assert_eq!(kept, shown);
    }
}
