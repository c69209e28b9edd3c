//! An order: what a buyer asked for, and what became of each line.

use crate::billing::Charge;
use crate::calendar::{BillingCycle, Term};
use crate::cart::{Problem, Quotation};
use crate::coded::coded_enum;
use crate::id::{
    CartId, CustomerId, LineId, MarketplaceId, OfferId, OrderId, ProductId, ResellerId, SkuId, SubscriptionId,
};
use crate::money::UnitPrice;
use crate::party::Address;
use crate::policy::{ConsentKind, PaymentMethod};
use crate::refusal::Refusal;
use crate::tax::Taxed;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

coded_enum! {
    /// Where an order stands: the sum of its lines.
    OrderStatus {
        /// Taken; Microsoft is yet to be asked.
        Placed = "placed",
        /// Microsoft is working on it.
        Provisioning = "provisioning",
        /// Every line runs.
        Completed = "completed",
        /// Some lines run, some were refused.
        PartiallyFailed = "partially_failed",
        /// Every line was refused.
        Failed = "failed",
    }
}

coded_enum! {
    /// Where an order line stands.
    OrderLineStatus {
        /// Taken.
        Placed = "placed",
        /// Ordered at Microsoft.
        Ordered = "ordered",
        /// Its subscription runs.
        Active = "active",
        /// Refused by Microsoft.
        Failed = "failed",
    }
}

/// A consent as it was given: a fact kept with the order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// To what.
    pub kind: ConsentKind,
    /// To which text of it.
    pub version: String,
}

/// What the buyer says when ordering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceOrder {
    /// How it is paid.
    pub payment_method: PaymentMethod,
    /// What is agreed to.
    pub consents: Vec<Consent>,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// Whose marketplace.
    pub marketplace_id: MarketplaceId,
    /// For whom.
    pub customer_id: CustomerId,
    /// Through which reseller.
    pub reseller_id: Option<ResellerId>,
    /// The cart it was.
    pub cart_id: CartId,
    /// Its name (T-36).
    pub name: Option<String>,
    /// What a script calls it; one order of the customer has it.
    pub external_ref: Option<String>,
    /// Where it stands.
    pub status: OrderStatus,
    /// What was due with it.
    pub due_now: Taxed,
    /// What recurs, one entry a cycle.
    pub recurring: Vec<(BillingCycle, Taxed)>,
    /// How it is paid.
    pub payment_method: PaymentMethod,
    /// What was agreed to.
    pub consents: Vec<Consent>,
    /// The invoice address.
    pub billing_address: Address,
    /// Who placed it: a user's or an API client's id.
    pub placed_by: String,
    /// When, by the marketplace's clock.
    pub placed_at: OffsetDateTime,
    /// Its lines.
    pub lines: Vec<OrderLine>,
    /// Counts each change; the ETag.
    pub version: i64,
}

/// One offer of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// Its id: the cart line's.
    pub id: LineId,
    /// Where it stands.
    pub status: OrderLineStatus,
    /// What.
    pub offer_id: OfferId,
    /// Its SKU.
    pub sku_id: SkuId,
    /// Its product.
    pub product_id: ProductId,
    /// For how long.
    pub term: Term,
    /// How often it is charged.
    pub billing_cycle: BillingCycle,
    /// How many licences.
    pub quantity: u32,
    /// At which price per licence and cycle.
    pub unit_price: UnitPrice,
    /// Printed on the invoice position (C-33).
    pub reference: Option<String>,
    /// Whose invoice address (C-34).
    pub branch: Option<String>,
    /// The subscription it made.
    pub subscription_id: SubscriptionId,
    /// What was charged with it.
    pub charges: Vec<Charge>,
    /// Microsoft's or our code, where it was refused.
    pub failure: Option<String>,
}

/// Whether a quoted cart can be ordered like this; else every problem at once: the quotation's, then
/// missing or outdated consents, then the payment method.
pub fn check(quotation: &Quotation, request: &PlaceOrder) -> Result<(), Vec<Problem>> {
    let given = &request.consents;
    let consents = quotation.consents_required.iter().filter_map(|rule| {
        let same_kind = |consent: &&Consent| consent.kind == rule.kind;
        let (kind, version) = (rule.kind, rule.version.clone());
        if given.iter().filter(same_kind).any(|consent| consent.version == rule.version) {
            None
        } else if given.iter().any(|consent| consent.kind == rule.kind) {
            Some(Refusal::ConsentOutdated(kind, version))
        } else {
            Some(Refusal::ConsentRequired(kind, version))
        }
    });
    let consents = consents.map(|refusal| Problem { line: None, field: "consents", refusal });
    let offered = quotation.payment_methods.contains(&request.payment_method);
    let payment = (!offered).then_some(Problem {
        line: None,
        field: "payment_method",
        refusal: Refusal::PaymentMethodNotOffered,
    });
    let problems: Vec<_> = quotation.problems.iter().cloned().chain(consents).chain(payment).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Where an order stands when its lines stand like this.
pub fn status_of(lines: impl IntoIterator<Item = OrderLineStatus>) -> OrderStatus {
    let lines: Vec<_> = lines.into_iter().collect();
    let all = |status| lines.iter().all(|line| *line == status);
    let open = |line: &OrderLineStatus| matches!(line, OrderLineStatus::Placed | OrderLineStatus::Ordered);
    if all(OrderLineStatus::Placed) {
        OrderStatus::Placed
    } else if lines.iter().any(open) {
        OrderStatus::Provisioning
    } else if all(OrderLineStatus::Active) {
        OrderStatus::Completed
    } else if all(OrderLineStatus::Failed) {
        OrderStatus::Failed
    } else {
        OrderStatus::PartiallyFailed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use crate::party::Country;
    use crate::policy::ConsentRule;
    use crate::tax;

    fn quotation(problems: Vec<Problem>) -> Quotation {
        let germany = Country::from_code("DE").unwrap();
        let rule = |kind| ConsentRule { kind, version: "2026-01".to_owned() };
        Quotation {
            lines: Vec::new(),
            due_now: Taxed::zero(Currency::Eur),
            recurring: Vec::new(),
            tax_rule: tax::rule(germany, germany, None),
            consents_required: vec![rule(ConsentKind::Terms), rule(ConsentKind::MicrosoftAccount)],
            payment_methods: vec![PaymentMethod::Invoice],
            problems,
        }
    }

    fn request(consents: &[(ConsentKind, &str)]) -> PlaceOrder {
        let consent = |(kind, version): &(ConsentKind, &str)| Consent { kind: *kind, version: (*version).to_owned() };
        PlaceOrder { payment_method: PaymentMethod::Invoice, consents: consents.iter().map(consent).collect() }
    }

    fn codes(quotation: &Quotation, request: &PlaceOrder) -> Vec<(&'static str, &'static str)> {
        let problems = check(quotation, request).err().unwrap_or_default();
        problems.iter().map(|problem| (problem.field, problem.refusal.code())).collect()
    }

    #[test]
    fn a06_an_order_needs_every_consent_in_the_version_in_force() {
        use ConsentKind::{MicrosoftAccount, Privacy, Terms};
        let all = [(Terms, "2026-01"), (MicrosoftAccount, "2026-01"), (Privacy, "2025-07")];
        assert_eq!(check(&quotation(Vec::new()), &request(&all)), Ok(()));
        let old = [(Terms, "2025-07")];
        assert_eq!(
            codes(&quotation(Vec::new()), &request(&old)),
            [("consents", "consent_outdated"), ("consents", "consent_required")]
        );
    }

    #[test]
    fn x25_the_payment_method_must_be_offered() {
        let none = Quotation { payment_methods: Vec::new(), consents_required: Vec::new(), ..quotation(Vec::new()) };
        assert_eq!(codes(&none, &request(&[])), [("payment_method", "payment_method_not_offered")]);
    }

    #[test]
    fn every_problem_is_told_at_once_the_carts_first() {
        let tenant = Problem { line: None, field: "customer_id", refusal: Refusal::TenantRequired };
        let quotation = Quotation { payment_methods: Vec::new(), ..quotation(vec![tenant]) };
        assert_eq!(
            codes(&quotation, &request(&[])),
            [
                ("customer_id", "tenant_required"),
                ("consents", "consent_required"),
                ("consents", "consent_required"),
                ("payment_method", "payment_method_not_offered"),
            ]
        );
    }

    #[test]
    fn an_order_stands_where_its_lines_stand() {
        use OrderLineStatus::{Active, Failed, Ordered, Placed};
        let cases: [(&[OrderLineStatus], OrderStatus); 9] = [
            (&[Placed, Placed], OrderStatus::Placed),
            (&[Placed, Ordered], OrderStatus::Provisioning),
            (&[Placed, Active], OrderStatus::Provisioning),
            (&[Ordered, Failed], OrderStatus::Provisioning),
            (&[Ordered], OrderStatus::Provisioning),
            (&[Active, Active], OrderStatus::Completed),
            (&[Active, Failed], OrderStatus::PartiallyFailed),
            (&[Failed, Failed], OrderStatus::Failed),
            (&[], OrderStatus::Placed),
        ];
        for (lines, status) in cases {
            assert_eq!(status_of(lines.iter().copied()), status, "{lines:?}");
        }
    }
}
