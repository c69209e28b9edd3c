//! Steps that the manuals share: finding an offer, filling a cart, ordering, importing a price sheet.

use crate::{Answer, Client, TestApp};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A plan: term and billing cycle.
pub type Plan = (&'static str, &'static str);
/// Twelve months, charged monthly.
pub const YEAR_MONTHLY: Plan = ("P1Y", "monthly");
/// Twelve months, charged once for all of them.
pub const YEAR_ANNUAL: Plan = ("P1Y", "annual");
/// One month.
pub const MONTH: Plan = ("P1M", "monthly");

/// A text as it stands in a query string.
pub fn encoded(text: &str) -> String {
    let letter = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(letter).collect()
}

/// The rows of a list.
#[track_caller]
pub fn rows(answer: &Answer) -> Vec<Value> {
    answer.body["data"].as_array().unwrap_or_else(|| panic!("no rows in {}", answer.text)).clone()
}

/// A member of each row, as text.
pub fn column(rows: &[Value], pointer: &str) -> Vec<String> {
    rows.iter().map(|row| text(row.pointer(pointer).unwrap_or(&Value::Null))).collect()
}

/// A value as text, without the quotes.
pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Net, tax and gross in euros.
pub fn euros(net: &str, tax: &str, gross: &str) -> Value {
    json!({"net": net, "tax": tax, "gross": gross, "currency": "EUR"})
}

/// A price in euros.
pub fn price(amount: &str) -> Value {
    json!({"amount": amount, "currency": "EUR"})
}

/// Pointer and code of everything that is wrong: of a preview's `problems` or a problem's `errors`.
pub fn told(answer: &Answer) -> Vec<(String, String)> {
    let list = answer.body.get("problems").or_else(|| answer.body.get("errors"));
    let list = list.and_then(Value::as_array).cloned().unwrap_or_default();
    list.iter().map(|one| (text(&one["pointer"]), text(&one["code"]))).collect()
}

/// The same as a test writes it.
pub fn wrong<const N: usize>(problems: [(&str, &str); N]) -> Vec<(String, String)> {
    problems.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())).to_vec()
}

/// A product by its title, as the reader sees it.
#[track_caller]
pub fn product(client: &Client, title: &str, more: &str) -> Value {
    let page = client.get(&format!("/v1/products?q={}{more}", encoded(title))).expect(200);
    let found = rows(&page).into_iter().find(|one| one["title"] == title);
    found.unwrap_or_else(|| panic!("no product {title} in {}", page.text))
}

/// An edition by its title, with its offers at the reader's prices.
#[track_caller]
pub fn edition(client: &Client, title: &str) -> Value {
    edition_for(client, title, "")
}

/// The same with further parameters, such as the customer whose prices are shown.
#[track_caller]
pub fn edition_for(client: &Client, title: &str, more: &str) -> Value {
    let page = client.get(&format!("/v1/products?q={}{more}", encoded(title))).expect(200);
    let editions = rows(&page).into_iter().flat_map(|product| product["skus"].as_array().cloned().unwrap_or_default());
    editions.into_iter().find(|one| one["title"] == title).unwrap_or_else(|| panic!("no {title} in {}", page.text))
}

/// The offer of an edition in a plan.
#[track_caller]
pub fn plan_of(edition: &Value, (term, cycle): Plan) -> Value {
    let fits = |offer: &&Value| offer["term"] == term && offer["billing_cycle"] == cycle && offer["country"] == "DE";
    let offers = edition["offers"].as_array().expect("offers");
    offers.iter().find(fits).unwrap_or_else(|| panic!("no {term} {cycle} in {edition}")).clone()
}

/// The id of the offer of an edition in a plan.
#[track_caller]
pub fn offer(client: &Client, title: &str, plan: Plan) -> String {
    text(&plan_of(&edition(client, title), plan)["id"])
}

/// The price of an edition in a plan.
#[track_caller]
pub fn price_of(client: &Client, title: &str, plan: Plan) -> String {
    text(&plan_of(&edition(client, title), plan)["price"]["amount"])
}

/// The id of the customer with a name.
#[track_caller]
pub fn customer(client: &Client, name: &str) -> String {
    let page = client.get(&format!("/v1/customers?name={}", encoded(name))).expect(200);
    let all = rows(&page);
    assert_eq!(all.len(), 1, "one {name}: {}", page.text);
    text(&all[0]["id"])
}

/// A cart in somebody's hands.
pub struct Cart {
    /// Its id.
    pub id: String,
    client: Client,
}

impl Cart {
    /// A customer's own.
    #[track_caller]
    pub fn new(client: &Client) -> Self {
        Self::with(client, json!({}))
    }

    /// For a customer, by its reseller or the provider.
    #[track_caller]
    pub fn of(client: &Client, customer: &str) -> Self {
        Self::with(client, json!({"customer_id": customer}))
    }

    /// Any.
    #[track_caller]
    pub fn with(client: &Client, body: Value) -> Self {
        let created = client.post("/v1/carts", body).expect(201);
        Self { id: created.text_at("/id").to_owned(), client: client.clone() }
    }

    /// Its path, or one below it.
    pub fn path(&self, below: &str) -> String {
        format!("/v1/carts/{}{below}", self.id)
    }

    /// Adds a line, whatever the answer.
    pub fn try_add(&self, line: Value) -> Answer {
        self.client.post(&self.path("/lines"), line)
    }

    /// Adds a line; says its id.
    #[track_caller]
    pub fn add(&self, offer: &str, quantity: u32) -> String {
        let added = self.try_add(json!({"offer_id": offer, "quantity": quantity})).expect(201);
        text(&added.body["lines"].as_array().expect("lines").last().expect("a line")["id"])
    }

    /// Changes a line, whatever the answer.
    pub fn change(&self, line: &str, change: Value) -> Answer {
        self.client.patch(&self.path(&format!("/lines/{line}")), change)
    }

    /// What it costs.
    #[track_caller]
    pub fn preview(&self) -> Answer {
        self.client.post(&self.path("/preview"), json!({})).expect(200)
    }

    /// An order of it that agrees to whatever the preview asks for.
    #[track_caller]
    pub fn request(&self) -> Value {
        let preview = self.preview();
        json!({
            "cart_id": self.id,
            "preview_token": preview.body["preview_token"],
            "payment_method": "invoice",
            "consents": preview.body["consents_required"],
        })
    }

    /// Orders it as previewed, whatever the answer.
    #[track_caller]
    pub fn try_order(&self) -> Answer {
        self.client.post("/v1/orders", self.request())
    }

    /// Orders it as previewed; says the order.
    #[track_caller]
    pub fn order(&self) -> Value {
        self.try_order().expect(201).body
    }
}

/// A cart with one line.
#[track_caller]
pub fn cart_with(client: &Client, title: &str, plan: Plan, quantity: u32) -> Cart {
    let cart = Cart::new(client);
    cart.add(&offer(client, title, plan), quantity);
    cart
}

/// Buys something to the end; says the subscription.
#[track_caller]
pub fn buy(app: &TestApp, client: &Client, title: &str, plan: Plan, quantity: u32) -> Value {
    let order = cart_with(client, title, plan, quantity).order();
    app.drain();
    subscriptions(client, &order).remove(0)
}

/// An order as it stands now.
#[track_caller]
pub fn order_now(client: &Client, order: &Value) -> Value {
    client.get(&format!("/v1/orders/{}", text(&order["id"]))).expect(200).body
}

/// The subscriptions of an order, line by line.
#[track_caller]
pub fn subscriptions(client: &Client, order: &Value) -> Vec<Value> {
    let lines = order["lines"].as_array().expect("lines");
    let show = |line: &Value| client.get(&format!("/v1/subscriptions/{}", text(&line["subscription_id"])));
    lines.iter().map(|line| show(line).expect(200).body).collect()
}

/// Sets a sandbox's clock.
#[track_caller]
pub fn set_clock(provider: &Client, now: &str) {
    let answer = provider.put("/v1/sandbox/clock", json!({"now": now}));
    if answer.status == 202 {
        let job = followed(provider, &answer);
        assert_eq!(job["state"], "done", "{job}");
    } else {
        answer.expect(200);
    }
}

/// The columns of a price sheet.
pub const HEADER: &str = "\"ProductTitle\",\"ProductId\",\"SkuId\",\"SkuTitle\",\"Publisher\",\"SkuDescription\",\
    \"UnitOfMeasure\",\"TermDuration\",\"BillingPlan\",\"Market\",\"Currency\",\"UnitPrice\",\"PricingTierRangeMin\",\
    \"PricingTierRangeMax\",\"EffectiveStartDate\",\"EffectiveEndDate\",\"Tags\",\"ERP Price\",\"Segment\"";

/// A row of a price sheet; prices are for the whole term.
#[derive(Clone)]
pub struct Row {
    /// `ProductTitle`.
    pub product_title: String,
    /// `ProductId`.
    pub product: String,
    /// `SkuId`.
    pub sku: String,
    /// `SkuTitle`.
    pub title: String,
    /// `Publisher`.
    pub publisher: String,
    /// `UnitOfMeasure`.
    pub unit: String,
    /// `Market`.
    pub market: String,
    /// `TermDuration`.
    pub term: String,
    /// `BillingPlan`.
    pub plan: String,
    /// `Currency`.
    pub currency: String,
    /// `UnitPrice`.
    pub cost: String,
    /// `ERP Price`.
    pub retail: String,
    /// `EffectiveStartDate`.
    pub from: String,
    /// `EffectiveEndDate`.
    pub until: String,
    /// `Tags`.
    pub tags: String,
}

impl Row {
    /// Office 365 E1, twelve months, charged monthly, as the demo sells it.
    pub fn e1() -> Self {
        Self::of("Office 365 Enterprise (NCE)", "CFQ7TTC0LF8Q", "0001", "Office 365 E1").priced("90.24", "112.80")
    }

    /// Any edition in the same plan.
    pub fn of(product_title: &str, product: &str, sku: &str, title: &str) -> Self {
        Self {
            product_title: product_title.to_owned(),
            product: product.to_owned(),
            sku: sku.to_owned(),
            title: title.to_owned(),
            publisher: "Microsoft Corporation".to_owned(),
            unit: String::new(),
            market: "DE".to_owned(),
            term: "P1Y".to_owned(),
            plan: "Monthly".to_owned(),
            currency: "EUR".to_owned(),
            cost: "90.24".to_owned(),
            retail: "112.80".to_owned(),
            from: "2026-09-01".to_owned(),
            until: "9999-12-31".to_owned(),
            tags: "License".to_owned(),
        }
    }

    /// With other prices for the whole term.
    pub fn priced(self, cost: &str, retail: &str) -> Self {
        Self { cost: cost.to_owned(), retail: retail.to_owned(), ..self }
    }

    /// In another plan.
    pub fn planned(self, term: &str, plan: &str) -> Self {
        Self { term: term.to_owned(), plan: plan.to_owned(), ..self }
    }

    /// From another day on.
    pub fn from(self, from: &str) -> Self {
        Self { from: from.to_owned(), ..self }
    }

    /// As a line of the sheet.
    pub fn line(&self) -> String {
        let cells = [
            self.product_title.as_str(),
            &self.product,
            &self.sku,
            &self.title,
            &self.publisher,
            "",
            &self.unit,
            &self.term,
            &self.plan,
            &self.market,
            &self.currency,
            &self.cost,
            "",
            "",
            &self.from,
            &self.until,
            &self.tags,
            &self.retail,
            "Commercial",
        ];
        cells.map(|cell| format!("\"{cell}\"")).join(",")
    }
}

/// A price sheet.
pub fn sheet(rows: &[Row]) -> String {
    let lines: String = rows.iter().map(|row| format!("{}\n", row.line())).collect();
    format!("{HEADER}\n{lines}")
}

/// Sells at the suggested price.
pub const RETAIL: &str = "percent_off_retail=0";

/// Follows long work until it is over; says the job.
#[track_caller]
pub fn followed(client: &Client, accepted: &Answer) -> Value {
    let begun = Instant::now();
    loop {
        let job = client.get(accepted.header("location")).expect(200).body;
        if !["queued", "running"].contains(&job["state"].as_str().unwrap_or_default()) {
            return job;
        }
        assert!(begun.elapsed() < Duration::from_secs(120), "it does not come to an end: {job}");
        std::thread::sleep(Duration::from_millis(3));
    }
}

/// Waits until no long work is under way.
pub fn idle(provider: &Client) {
    for state in ["queued", "running"] {
        let begun = Instant::now();
        while !rows(&provider.get(&format!("/v1/jobs?state={state}")).expect(200)).is_empty() {
            assert!(begun.elapsed() < Duration::from_secs(120), "long work does not come to an end");
            std::thread::sleep(Duration::from_millis(3));
        }
    }
}

/// What came of long work on a price list, where it was accepted: the list.
#[track_caller]
fn list_of(provider: &Client, answer: Answer) -> Answer {
    if answer.status != 202 {
        return answer;
    }
    let job = followed(provider, &answer);
    assert_eq!((&job["state"], &job["problem"]), (&json!("done"), &json!(null)), "{job}");
    provider.get(&format!("/v1/price-lists/{}", text(&job["result"]["price_list_id"])))
}

/// Asks for the import of a sheet.
pub fn ask_import(provider: &Client, parameters: &str, sheet: impl Into<Vec<u8>>) -> Answer {
    let path = format!("/v1/price-lists?name=Herbst&{parameters}");
    provider.send_raw("POST", &path, "text/csv", sheet.into())
}

/// Imports a sheet, whatever the answer; where it is accepted, the draft.
#[track_caller]
pub fn try_import(provider: &Client, parameters: &str, sheet: impl Into<Vec<u8>>) -> Answer {
    list_of(provider, ask_import(provider, parameters, sheet))
}

/// Imports a sheet; says the draft.
#[track_caller]
pub fn import(provider: &Client, parameters: &str, sheet: impl Into<Vec<u8>>) -> Value {
    try_import(provider, parameters, sheet).expect(200).body
}

/// Asks for the publication of a draft.
pub fn ask_publish(provider: &Client, list: &Value) -> Answer {
    provider.post(&format!("/v1/price-lists/{}/publish", text(&list["id"])), json!({}))
}

/// Publishes a draft, whatever the answer; where it is accepted, the published list.
#[track_caller]
pub fn try_publish(provider: &Client, list: &Value) -> Answer {
    list_of(provider, ask_publish(provider, list))
}

/// Imports a sheet and publishes it.
#[track_caller]
pub fn publish(provider: &Client, parameters: &str, rows: &[Row]) -> Value {
    let list = import(provider, parameters, sheet(rows));
    assert_eq!(list["rows"], rows.len(), "every row is taken: {list}");
    try_publish(provider, &list).expect(200).body
}
