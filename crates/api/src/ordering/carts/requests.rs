//! What is asked of carts, on the wire, and how it is read.

use crate::http::problem::{Code, Problem};
use crate::http::wire::body::{given, patched, present};
use crate::http::wire::checks::Checks;
use crate::http::wire::list;
use crate::http::wire::party::{Address, AddressUpdate};
use crate::ordering::carts::add_line::NewLine;
use crate::ordering::carts::change_line::LineChange;
use crate::ordering::carts::open::NewCart;
use crate::texts::place::Place;
use domain::address::AddressField;
use domain::base::BaseId;
use domain::cart::{self, MAX_LINES};
use domain::id::{CustomerId, OfferId};
use domain::party;
use domain::trial::TrialThen;
use serde::Deserialize;
use serde_json::Value;
use store::page::PageRequest;
use utoipa::{IntoParams, ToSchema};

/// A cart that is to be begun, with its first lines or without any.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CartCreate {
    /// The customer that it is for; a customer's own is implied.
    #[schema(max_length = 30, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
    /// What the buyer calls the order.
    #[schema(max_length = 200, example = "Neue Arbeitsplätze")]
    name: Option<String>,
    /// The invoice address, where it is not the customer's.
    billing_address: Option<Address>,
    /// What is in it from the first; more can be added.
    #[serde(default)]
    #[schema(max_items = 100)]
    lines: Vec<CartLineCreate>,
}

/// Lines that are priced without a cart.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CartLinesPreview {
    /// The customer that they are for; a customer's own is implied.
    #[schema(max_length = 30, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
    /// The invoice address, where it is not the customer's.
    billing_address: Option<Address>,
    /// What would be ordered.
    #[schema(min_items = 1, max_items = 100)]
    lines: Vec<CartLineCreate>,
}

/// Which carts are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CartFilter {
    /// Only the carts of this customer.
    #[param(max_length = 30, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
    /// How many rows the page has at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended: its `next_cursor`.
    cursor: Option<String>,
    /// The order by creation: `created_at`, or `-created_at` for the newest first.
    #[param(example = "-created_at")]
    sort: Option<String>,
}

/// What changes about a cart; a field left out stays, null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CartUpdate {
    /// What the buyer calls the order; null clears it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 200, example = "Neue Arbeitsplätze")]
    name: Option<Option<String>>,
    /// The invoice address; null is the customer's. What is left out of it stays as the cart has it or, where the
    /// cart has none of its own, as the customer has it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<AddressUpdate>)]
    billing_address: Option<Option<Value>>,
}

/// A line that is to be added to a cart.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CartLineCreate {
    /// The offer to buy.
    #[schema(max_length = 30, example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    offer_id: String,
    /// How many licences in all.
    #[schema(minimum = 1, maximum = 10_000_000, example = 5)]
    quantity: u32,
    /// Printed in the text of the invoice position: an order number, a cost centre.
    #[schema(max_length = 200, example = "Kostenstelle 4711")]
    reference: Option<String>,
    /// The name of the branch whose invoice address is used.
    #[schema(max_length = 100, example = "Werk Nord")]
    branch: Option<String>,
    /// What follows a trial: `end`, or the id of a paid offer of the same edition that then begins by itself. Needed
    /// for a trial that such an offer can follow; the preview lists them.
    #[schema(max_length = 30, example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    trial_then: Option<String>,
    /// What an add-on is added to: a subscription of the customer, or a line of the same cart. Needed where there are
    /// several of them; the preview lists them.
    #[schema(max_length = 30, example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    base_id: Option<String>,
}

/// What changes about a line; a field left out stays, null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CartLineUpdate {
    /// Another offer, such as the same product for another term.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 30, example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    offer_id: Option<String>,
    /// How many licences in all, not how many more.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = u32, required = false, minimum = 1, maximum = 10_000_000, example = 6)]
    quantity: Option<u32>,
    /// Printed in the text of the invoice position; null clears it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 200, example = "Kostenstelle 4712")]
    reference: Option<Option<String>>,
    /// The name of the branch whose invoice address is used; null is the cart's own.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 100, example = "Werk Süd")]
    branch: Option<Option<String>>,
    /// What follows a trial: `end`, or the id of a paid offer of the same edition; null takes back what was said. With
    /// another offer it is to be said anew.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 30, example = "end")]
    trial_then: Option<Option<String>>,
    /// What an add-on is added to: a subscription of the customer, or a line of the same cart; null takes back what was
    /// said. With another offer it is to be said anew.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 30, example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    base_id: Option<Option<String>>,
}

impl CartCreate {
    /// What is asked for, checked; everything that is wrong with it at once.
    pub fn check(self, needed: &[AddressField]) -> Result<NewCart, Problem> {
        let mut checks = Checks::new();
        let customer_id = self.customer_id.as_deref().map(|id| checks.id::<CustomerId>("/customer_id", id));
        let name = checks.optional("/name", self.name.as_deref(), 200);
        let billing_address =
            self.billing_address.as_ref().and_then(|address| address.check("/billing_address", &mut checks, needed));
        if self.lines.len() > MAX_LINES {
            checks.note("/lines", Code::OutOfRange, vec![("limit", Place::Range(0, MAX_LINES as u64))]);
        }
        let read = |(n, line): (usize, &CartLineCreate)| line.read(&format!("/lines/{n}"), &mut checks);
        let lines: Option<Vec<_>> = self.lines.iter().enumerate().map(read).collect();
        let lines = checks.finish(lines)?;
        Ok(NewCart { customer_id: customer_id.flatten(), name, billing_address, lines })
    }
}

impl CartUpdate {
    /// Changes a cart that is billed at an address now, checked; everything that is wrong with it at once.
    pub fn apply(
        &self,
        billed: Option<&party::Address>,
        cart: &mut cart::Cart,
        needed: &[AddressField],
    ) -> Result<(), Problem> {
        let mut checks = Checks::new();
        match &self.billing_address {
            None => {}
            Some(None) => cart.billing_address = None,
            Some(Some(patch)) => {
                // In another country nothing of the customer's address is right.
                let stays = |now: &&party::Address| {
                    let country = patch.get("country").and_then(Value::as_str);
                    cart.billing_address.is_some() || country.is_none_or(|country| country == now.country.to_string())
                };
                let current = billed.filter(stays).map(Address::from);
                let address: Address = patched("/billing_address", current.as_ref(), patch)?;
                cart.billing_address = address.check("/billing_address", &mut checks, needed);
            }
        }
        if let Some(name) = &self.name {
            cart.name = checks.optional("/name", name.as_deref(), 200);
        }
        checks.done()
    }
}

impl CartLineCreate {
    /// What is asked for, checked; everything that is wrong with it at once.
    pub fn check(&self) -> Result<NewLine, Problem> {
        let mut checks = Checks::new();
        let line = self.read("", &mut checks);
        checks.finish(line)
    }

    /// The line at a place; none where its offer is no id.
    fn read(&self, at: &str, checks: &mut Checks) -> Option<NewLine> {
        let offer_id = checks.id::<OfferId>(&format!("{at}/offer_id"), &self.offer_id);
        let reference = checks.optional(&format!("{at}/reference"), self.reference.as_deref(), 200);
        let branch = checks.optional(&format!("{at}/branch"), self.branch.as_deref(), 100);
        let then = self.trial_then.as_deref();
        let trial_then = then.and_then(|then| checks.id::<TrialThen>(&format!("{at}/trial_then"), then));
        let base = self.base_id.as_deref().and_then(|id| checks.id::<BaseId>(&format!("{at}/base_id"), id));
        Some(NewLine { offer_id: offer_id?, quantity: self.quantity, reference, branch, trial_then, base })
    }
}

impl CartLineUpdate {
    /// What is asked for, checked; everything that is wrong with it at once.
    pub fn check(self) -> Result<LineChange, Problem> {
        let mut checks = Checks::new();
        let change = LineChange {
            offer_id: self.offer_id.as_deref().and_then(|id| checks.id::<OfferId>("/offer_id", id)),
            quantity: self.quantity,
            reference: self.reference.map(|text| checks.optional("/reference", text.as_deref(), 200)),
            branch: self.branch.map(|text| checks.optional("/branch", text.as_deref(), 100)),
            trial_then: self.trial_then.map(|then| then.and_then(|then| checks.id::<TrialThen>("/trial_then", &then))),
            base: self.base_id.map(|id| id.and_then(|id| checks.id::<BaseId>("/base_id", &id))),
        };
        checks.done()?;
        Ok(change)
    }
}

impl CartLinesPreview {
    /// The cart that these lines would be, checked.
    pub fn check(self, needed: &[AddressField]) -> Result<NewCart, Problem> {
        let Self { customer_id, billing_address, lines } = self;
        if lines.is_empty() {
            return Err(Problem::field("/lines", Code::Required));
        }
        CartCreate { customer_id, name: None, billing_address, lines }.check(needed)
    }
}

impl CartFilter {
    /// Whose carts, and which page of them.
    pub fn check(&self) -> Result<(Option<CustomerId>, PageRequest), Problem> {
        let page = list::page_request(self.limit, self.cursor.as_deref(), self.sort.as_deref())?;
        let mut checks = Checks::new();
        let customer = self.customer_id.as_deref().and_then(|id| checks.id::<CustomerId>("customer_id", id));
        checks.done()?;
        Ok((customer, page))
    }
}
