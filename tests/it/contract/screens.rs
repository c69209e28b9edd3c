//! One call a page: for each screen of the five manuals the calls that a frontend sends when it is
//! opened, at most two, and that every element of the screen is in their answers. What a marketplace says once for all
//! of its screens (`GET /v1/marketplaces/{slug}`, `GET /v1/me`) is asked for at log-in and not counted.

use serde_json::{Value, json};
use tests::shop::{self, Cart, MONTH, YEAR_ANNUAL, YEAR_MONTHLY, column, rows, text};
use tests::{Answer, Client, TestApp, both};

/// The most calls of a screen.
const MOST: usize = 2;

/// A screen with the answers to its calls.
struct Screen {
    /// What it is, and the row of the manual.
    name: &'static str,
    calls: Vec<Answer>,
    /// Each element: which call has it, and where.
    shows: Vec<(usize, &'static str)>,
    /// Elements that work to come brings.
    waits: &'static [&'static str],
}

/// What screens wait for, in the order in which it is built.
const TO_COME: [&str; 4] = ["promotions", "documents", "tickets", "news"];

impl Screen {
    fn new(name: &'static str, calls: Vec<Answer>) -> Self {
        Self { name, calls, shows: vec![], waits: &[] }
    }

    fn shows(mut self, call: usize, elements: &[&'static str]) -> Self {
        self.shows.extend(elements.iter().map(|element| (call, *element)));
        self
    }

    const fn waits(mut self, what: &'static [&'static str]) -> Self {
        self.waits = what;
        self
    }

    fn missing(&self) -> Vec<String> {
        let Self { name, calls, shows, waits } = self;
        let failed = calls.iter().filter(|answer| answer.status != 200).map(|answer| answer.text.clone());
        let absent =
            shows.iter().filter(|(call, element)| calls[*call].body.pointer(element).is_none_or(Value::is_null));
        let absent = absent.map(|(call, element)| format!("{element} in call {call}: {}", calls[*call].text));
        let many = (calls.len() > MOST).then(|| format!("{} calls", calls.len()));
        let unknown = waits.iter().filter(|what| !TO_COME.contains(what)).map(|what| format!("waits for {what}"));
        failed.chain(absent).chain(many).chain(unknown).map(|wrong| format!("{name}: {wrong}")).collect()
    }
}

#[track_caller]
fn nothing_misses(screens: &[Screen]) {
    let missing: Vec<_> = screens.iter().flat_map(Screen::missing).collect();
    assert_eq!(missing, Vec::<String>::new());
}

/// What an offer is called, below its place.
macro_rules! named {
    ($($at:literal),*) => {
        &[$(
            concat!($at, "/offer/product_title"), concat!($at, "/offer/sku_title"),
            concat!($at, "/offer/publisher"), concat!($at, "/offer/plan"),
        )*]
    };
}

/// Manual 000: from the catalogue to the service list, as the company's administrator.
fn of_the_shop(app: &TestApp) -> Vec<Screen> {
    let buyer = app.admin("cancom");
    let me = buyer.get("/v1/me").expect(200);
    let customer = me.text_at("/customer_id").to_owned();
    let offer = shop::offer(&buyer, "Office 365 E1", YEAR_MONTHLY);
    let product = text(&shop::product(&buyer, "Office 365 Enterprise (NCE)", "")["id"]);
    let typed = json!({"lines": [{"offer_id": offer, "quantity": 5}]});
    let live = buyer.post("/v1/carts/preview", typed.clone());
    let opened = Cart::with(&buyer, typed);
    let cart = opened.path("");
    let read = |path: &str| buyer.get(path);
    let mut screens = vec![
        Screen::new("product overview", vec![read("/v1/products?limit=20"), read("/v1/categories?limit=200")])
            .shows(0, &["/data/0/title", "/data/0/publisher", "/data/0/from_price", "/data/0/owned_quantity"])
            .shows(1, &["/data/0/title", "/data/0/slug"]),
        Screen::new("product page with its live price (A-05)", vec![read(&format!("/v1/products/{product}")), live])
            .shows(0, &["/skus/0/offers/0/price", "/skus/0/offers/0/limits/min", "/description", "/owned_quantity"])
            .shows(1, &["/due_now/net", "/recurring/0/money/net", "/lines/0/unit_price", "/lines/0/charges/0/explain"])
            .shows(1, named!("/lines/0"))
            .waits(&["promotions"]),
        Screen::new("cart", vec![read(&cart), buyer.post(&format!("{cart}/preview"), Value::Null)])
            .shows(0, &["/lines/0/quantity", "/lines/0/id"])
            .shows(0, named!("/lines/0"))
            .shows(1, &["/due_now/gross", "/recurring/0/money/gross", "/lines/0/charges/0/money/net", "/problems"])
            .waits(&["promotions"]),
        Screen::new(
            "billing step",
            vec![read(&format!("/v1/customers/{customer}")), read(&format!("/v1/customers/{customer}/branches"))],
        )
        .shows(0, &["/name", "/address/street", "/vat_id_valid"])
        .shows(1, &["/data"]),
        Screen::new("review", vec![read(&cart), buyer.post(&format!("{cart}/preview"), Value::Null)])
            .shows(1, &["/consents_required/0/kind", "/payment_methods/0", "/tax/percent", "/preview_token"])
            .shows(1, named!("/lines/0")),
        Screen::new("carts that wait (a cart is never lost)", vec![read("/v1/carts")])
            .shows(0, &["/data/0/id", "/data/0/created_at"])
            .shows(0, named!("/data/0/lines/0")),
    ];
    let order = opened.order();
    app.drain();
    let subscription = format!("/v1/subscriptions/{}", text(&shop::subscriptions(&buyer, &order)[0]["id"]));
    let user = json!({"user_id": me.text_at("/id")});
    buyer.post(&format!("{subscription}/assignments"), user).expect(201);
    app.drain();
    screens.extend(of_what_runs(&buyer, &customer, &subscription, &text(&order["id"])));
    screens
}

fn of_what_runs(buyer: &Client, customer: &str, subscription: &str, order: &str) -> Vec<Screen> {
    let read = |path: &str| buyer.get(path);
    let of = |below: &str| read(&format!("{subscription}{below}"));
    let more = json!({"type": "set_quantity", "quantity": 6});
    vec![
        Screen::new("service list, my apps, my orders (A-07)", vec![read("/v1/subscriptions")])
            .shows(0, &["/data/0/quantity", "/data/0/assigned", "/data/0/recurring/gross", "/data/0/term_end"])
            .shows(0, &["/data/0/activated_at", "/data/0/term_start", "/data/0/status", "/data/0/customer_name"])
            .shows(0, named!("/data/0"))
            .waits(&["documents"]),
        Screen::new("subscription page with its menu (A-08)", vec![of(""), of("/allowed-actions")])
            .shows(0, &["/quantity", "/unit_price", "/renews_at", "/responsible_user/name", "/billed_to"])
            .shows(0, named!(""))
            .shows(1, &["/actions/0/request/type", "/actions/0/allowed"])
            .waits(&["documents"]),
        Screen::new("update tab (A-12)", vec![of(""), buyer.post(&format!("{subscription}/changes/preview"), more)])
            .shows(1, &["/outcome/quantity", "/outcome/due_now/gross", "/outcome/recurring/gross", "/preview_token"]),
        Screen::new("users tab (C-60)", vec![of("/assignments"), read(&format!("/v1/users?customer_id={customer}"))])
            .shows(0, &["/data/0/user_id", "/data/0/assigned_at"])
            .shows(1, &["/data/0/first_name", "/data/0/last_name", "/data/0/email", "/data/0/status"]),
        Screen::new("order history", vec![read("/v1/orders")])
            .shows(0, &["/data/0/status", "/data/0/placed_at", "/data/0/due_now/gross", "/data/0/customer_name"])
            .shows(0, named!("/data/0/lines/0"))
            .waits(&["documents"]),
        Screen::new("track order (L-29)", vec![read(&format!("/v1/orders/{order}"))])
            .shows(0, &["/timeline/0/kind", "/lines/0/status"])
            .shows(0, named!("/lines/0")),
        Screen::new("users (L-03)", vec![read("/v1/users")])
            .shows(0, &["/data/0/email", "/data/0/role", "/data/0/status", "/data/0/first_name"]),
        Screen::new("account", vec![read("/v1/me"), read(&format!("/v1/customers/{customer}"))])
            .shows(0, &["/name", "/role", "/permissions/0"])
            .shows(1, &["/name", "/address/city"])
            .waits(&["documents", "tickets"]),
    ]
}

/// Manual 003: keys are entered and reviewed on one page (K-05, K-06).
fn of_keys(app: &TestApp) -> Vec<Screen> {
    let provider = app.provider("mskeys");
    let customer = shop::customer(&provider, "Musterfirma GmbH");
    let batch = json!({"offer_id": shop::offer(&provider, "Office 365 E1", YEAR_ANNUAL), "quantity": 1, "count": 1});
    let keys = provider.post("/v1/product-keys/batches", batch).expect(201).body["keys"].clone();
    let buyer = app.admin("mskeys");
    let entered = json!({"customer_id": customer, "keys": keys, "responsible": true});
    let redemption = buyer.post("/v1/product-keys/redemptions", entered).expect(201);
    let path = format!("/v1/product-keys/redemptions/{}", redemption.text_at("/id"));
    vec![Screen::new("key redemption", vec![buyer.get(&path)]).shows(
        0,
        &["/keys/0/action", "/keys/0/offer/sku_title", "/keys/0/quantity", "/effects/0/quantity", "/problems"],
    )]
}

/// Manual 004: the reseller's customers, and the wizard of a customer's tenant (T-17…T-29).
fn of_resellers(app: &TestApp) -> Vec<Screen> {
    let reseller = app.reseller(1);
    let customers = reseller.get("/v1/customers").expect(200);
    let customer = column(&rows(&customers), "/id")[0].clone();
    let of = |below: &str| reseller.get(&format!("/v1/customers/{customer}{below}"));
    let cart = Cart::of(&reseller, &customer);
    cart.add(&shop::offer(&reseller, "Microsoft 365 Business Basic", MONTH), 2);
    cart.order();
    app.drain();
    vec![
        Screen::new("reseller's customers", vec![reseller.get("/v1/customers")])
            .shows(0, &["/data/0/name", "/data/0/contact/email", "/data/0/address/city"]),
        Screen::new("tenant wizard", vec![of("/tenant"), reseller.get("/v1/tenant-domains?company=Muster")])
            .shows(0, &["/status"])
            .shows(1, &["/prefix", "/domain", "/available"]),
        Screen::new("subscriptions of all customers", vec![reseller.get("/v1/subscriptions")])
            .shows(0, &["/data/0/customer_name", "/data/0/quantity", "/data/0/recurring/net"])
            .shows(0, named!("/data/0"))
            .waits(&["documents", "news"]),
    ]
}

both! {
    /// U-80: 5, 14, 3, 4, 5, 4, 2, 13 and 24 calls before.
    u80_a_screen_is_at_most_two_calls(app) {
        nothing_misses(&of_the_shop(&app));
        nothing_misses(&of_keys(&app));
        nothing_misses(&of_resellers(&app));
    }
}
