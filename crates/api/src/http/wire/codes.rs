//! Closed sets of domain values on the wire: each a named enum in the OpenAPI document.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

macro_rules! wire_codes {
    ($($(#[$doc:meta])* $name:ident($domain:ty) $description:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $domain);

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let codes = <$domain>::ALL.iter().map(|value| value.code());
                let builder = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes));
                builder.description(Some($description)).build().into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}

wire_codes! {
    /// A role.
    Role(domain::access::Role) "What a person or API client is at its organisation.",
    /// A kind of organisation.
    OrganizationKind(domain::access::OrganizationKind) "Runs the marketplace, sells, or buys.",
    /// An area of a reseller's work.
    Area(domain::access::Area) "A part of a reseller's work that an employee is let into (T-11).",
    /// A person's status.
    UserStatus(domain::people::UserStatus)
        "Where a person's log-in stands: ready to log in; locked after too many failed log-ins; not activated as \
         long as the link in the activation mail was not followed; disabled, so that it neither logs in nor uses any \
         assigned service.",
    /// A permission.
    Permission(domain::access::Permission) "One thing a caller may do; every operation names exactly one.",
    /// A term.
    Term(domain::calendar::Term) "How long the buyer is bound: ISO 8601, or none for a perpetual licence.",
    /// A billing cycle.
    BillingCycle(domain::calendar::BillingCycle) "How often a charge is raised.",
    /// A company's size.
    CompanySize(domain::party::CompanySize) "How many people work at a company (C-08).",
    /// Where a reseller starts.
    OnboardingScenario(domain::onboarding::Scenario)
        "Where a reseller starts: it is an indirect reseller already, has a partner id, or has none.",
    /// A step of a reseller.
    OnboardingStepKind(domain::onboarding::StepKind) "What a reseller does before its first purchase.",
    /// A reseller's access.
    AccessState(domain::onboarding::AccessState) "Where a reseller's access stands.",
    /// What a reseller needs.
    ResellerNeed(domain::onboarding::ResellerNeed) "What a reseller must have before its first purchase.",
    /// A kind of form field.
    FormFieldKind(domain::form::FieldKind) "What a field of a form holds.",
    /// When a form field is needed.
    FormFieldRequired(domain::form::Required) "When a field of a form must be filled in.",
    /// A class of characters.
    PasswordClass(domain::people::PasswordClass)
        "A class of characters: special ones are neither letters nor digits nor blanks.",
    /// A segment.
    Segment(domain::catalog::Segment) "Who may buy.",
    /// A kind of offer.
    OfferKind(domain::catalog::OfferKind) "What an offer is.",
    /// An order's status.
    OrderStatus(domain::order::OrderStatus) "Where an order stands: the sum of its lines.",
    /// An order line's status.
    OrderLineStatus(domain::order::OrderLineStatus) "Where an order line stands.",
    /// A subscription's status.
    SubscriptionStatus(domain::subscription::SubscriptionStatus) "Where a subscription stands; orthogonal to money.",
    /// What follows a term.
    AtTermEnd(domain::subscription::AtTermEnd)
        "What follows the running term: another one, nothing, or the extended service term month by month.",
    /// A kind of change.
    ChangeType(domain::subscription::change::ChangeKind) "What is to change; each type has its own fields.",
    /// When a change takes effect.
    When(domain::subscription::change::When)
        "When: as soon as the policy lets it (and scheduled where that is later), now or not at all, or with the \
         renewal.",
    /// When a renewal starts.
    Starts(domain::subscription::change::Starts)
        "With the old term's end, or at once: the days that are left are lost.",
    /// A tenant's status.
    TenantStatus(domain::tenant::TenantStatus) "Where a customer's Microsoft tenant stands.",
    /// A kind of charge.
    ChargeKind(domain::billing::ChargeKind) "What a charge is for.",
    /// A tax category.
    TaxCategory(domain::tax::TaxCategory)
        "VAT category of EN 16931: S standard rate, AE reverse charge, O outside scope.",
    /// A kind of consent.
    ConsentKind(domain::policy::ConsentKind) "What a buyer agrees to.",
    /// A payment method.
    PaymentMethod(domain::policy::PaymentMethod) "How an order is paid.",
    /// What a product key does.
    KeyAction(domain::product_key::action::KeyAction)
        "What a product key does: begin a subscription, add licences to one, or renew one.",
    /// A redemption's status.
    RedemptionStatus(domain::product_key::RedemptionStatus)
        "Where a redemption stands; its keys are consumed with its completion.",
    /// A delegation's status.
    DelegationStatus(domain::delegation::DelegationStatus) "Where a partner's offer to administer stands.",
    /// Where a registration stands.
    RegistrationStatus(domain::registration::RegistrationStatus) "Where a registration stands.",
    /// What a person agrees to for an account.
    AccountConsentKind(domain::people::AccountConsentKind) "What a person agrees to for the account (X-27).",
    /// What a mail is about.
    NotificationKind(domain::notification::NotificationKind)
        "What a mail is about; each kind has a text in every language.",
    /// What became of a mail.
    NotificationStatus(domain::notification::NotificationStatus)
        "What became of a mail: to be sent, taken by the mail server, or refused for good.",
    /// A kind of event.
    EventKind(domain::event::EventKind) "What happened: noun.past_tense.",
}
