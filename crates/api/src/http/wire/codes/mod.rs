//! Closed sets of domain values on the wire: each a named enum in the OpenAPI document, its values explained.

use crate::http::explained::explained;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

macro_rules! wire_codes {
    ($(
        $(#[$doc:meta])* $name:ident($domain:ty) $description:literal { $($variant:ident: $meaning:literal),+ $(,)? }
    )+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $domain);

        impl $name {
            /// What the value means, for a reader of the API document.
            pub const fn meaning(self) -> &'static str {
                match self.0 { $(<$domain>::$variant => $meaning),+ }
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let all = || <$domain>::ALL.iter().copied();
                let meanings = all().map(|value| (format!("`{}`", value.code()), Self(value).meaning()));
                let codes = all().map(|value| value.code());
                let builder = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes));
                builder.description(Some(explained($description, meanings))).build().into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}

mod access;

pub use access::{Area, OrganizationKind, Permission, Role, UserStatus};

wire_codes! {
    /// A language that texts are there in.
    Language(domain::language::Language) "A language that texts and mails are there in (BCP 47)." {
        De: "German.",
        En: "English.",
        Pl: "Polish.",
    }
    /// Where a marketplace stands.
    MarketplaceStatus(domain::party::MarketplaceStatus) "Where a marketplace stands, and what it lets happen." {
        Draft: "Its provider sets it up; nobody registers, nothing is bought.",
        Open: "It sells.",
        Suspended: "It sells nothing new and lets nobody register; what runs goes on and can be changed.",
        Closed: "It is over: what it did can be read.",
    }
    /// What a new marketplace begins with.
    MarketplaceTemplate(domain::marketplace::MarketplaceTemplate) "The rules that a new marketplace begins with." {
        Plain: "As few as can be: people are let in by review, and nothing is asked that need not be.",
        Cancom: "Registration by review; terms of a month and of a year under CANCOM Marketplace's rules.",
        Ahd: "By invitation; monthly rental under my.ahd's rules.",
        Colt: "By invitation, with log-in names of one's own; terms of a month and of a year under Colt CIC's rules.",
        Mskeys: "By invitation; product keys under Microsoft's rules.",
        Terra: "Resellers register by their customer number; terms of a month and of a year under TERRA CLOUD's rules.",
    }
    /// How long the buyer is bound.
    Term(domain::calendar::Term) "How long the buyer is bound, as a duration of ISO 8601." {
        P1M: "One calendar month, counted from the first day of the term.",
        P1Y: "Twelve months, counted from the first day of the term.",
        P3Y: "Thirty-six months, counted from the first day of the term.",
        None: "No end: a perpetual licence.",
    }
    /// A billing cycle.
    BillingCycle(domain::calendar::BillingCycle) "How often a charge is raised." {
        Monthly: "A charge every month.",
        Annual: "A charge every twelve months.",
        Triennial: "A charge every three years.",
        OneTime: "One charge for the whole term, or for ever where there is no term.",
        None: "Never: a trial.",
    }
    /// A company's size.
    CompanySize(domain::party::CompanySize) "How many people work at a company." {
        UpTo9: "One to nine people.",
        UpTo49: "Ten to forty-nine people.",
        From50: "Fifty people and more.",
    }
    /// Where a reseller starts.
    OnboardingScenario(domain::onboarding::Scenario) "Where a reseller starts when it joins the provider." {
        AlreadyReseller: "It is an indirect reseller of somebody already.",
        HasPartnerId: "It has a partner id, and is no indirect reseller yet.",
        New: "It has no partner id yet.",
    }
    /// A step of a reseller.
    OnboardingStepKind(domain::onboarding::StepKind) "What a reseller does before its first purchase." {
        Enrol: "Enrol as a partner of Microsoft.",
        EnterIds: "Enter its partner id and its Microsoft id.",
        SignAgreement: "Sign the Microsoft Partner Agreement.",
        EstablishRelationship: "Open the provider's link and accept the indirect relationship.",
    }
    /// A reseller's access.
    AccessState(domain::onboarding::AccessState) "Where a reseller's access to purchases stands." {
        MissingIds: "Its partner id or its Microsoft id is missing.",
        Waiting: "Everything is entered; access follows by itself within minutes.",
        Granted: "It can buy.",
        Overdue: "Access has not followed in time: the provider helps, by the customer number.",
    }
    /// What a reseller needs.
    ResellerNeed(domain::onboarding::ResellerNeed) "What a reseller must have before its first purchase." {
        Ids: "Its partner id and its Microsoft id.",
        PartnerAgreement: "The Microsoft Partner Agreement, signed.",
        Relationship: "The indirect relationship with the provider.",
    }
    /// A kind of form field.
    FormFieldKind(domain::form::FieldKind) "What a field of a form holds, and so how to show and check it." {
        Text: "A line of text.",
        Email: "An e-mail address.",
        Phone: "A phone number.",
        Password: "A password, by the password rules of the marketplace.",
        ProductKeys: "Product keys: a list, each of 25 letters and digits, with separators or without.",
        Country: "A country: one of the list of countries.",
        PostalCode: "A postal code, in the form of the country.",
        Region: "A region of the country; free text where the country has no list.",
        VatId: "A VAT id; its check digits must be right.",
        Iban: "An IBAN, by its check digits (ISO 13616).",
        Choice: "One of the options.",
        Flag: "Yes or no, as a boolean.",
        Choices: "Several of the options, as a list.",
        Consents: "All account consents, each in the version in force.",
    }
    /// When a form field is needed.
    FormFieldRequired(domain::form::Required) "When a field of a form must be filled in." {
        Always: "Always; in an optional part of the form, where that part is filled in.",
        Never: "It may be left out in any case.",
        ByCountry: "Where the rules of the chosen country say so.",
        InsteadOf: "Unless the part that can replace it is filled in; never both.",
        WithOption: "Where another field has one of some options, and nowhere else.",
    }
    /// Who sets up branches.
    BranchSetUp(domain::organization::BranchSetUp) "Who sets up further invoice addresses of a customer." {
        Customer: "The customer's own people, and the provider or reseller for it.",
        Provider: "The provider or reseller, on the customer's request.",
    }
    /// A class of characters.
    PasswordClass(domain::people::PasswordClass) "A class of characters that a password may have to contain." {
        Letter: "A letter of any alphabet.",
        Upper: "A capital letter.",
        Lower: "A small letter.",
        Digit: "A digit, 0 to 9.",
        Special: "Neither letter nor digit nor blank; one of the allowed ones where these are listed.",
    }
    /// Who may buy an offer.
    Segment(domain::catalog::Segment) "Which kind of buyer an offer is for." {
        Commercial: "Open to everybody, without proof.",
        Education: "Schools and universities.",
        Government: "Public authorities and their agencies.",
        Nonprofit: "Charities and other non-profit organisations.",
    }
    /// A kind of offer.
    OfferKind(domain::catalog::OfferKind) "The way in which an offer is sold." {
        Licensed: "Licences for a term.",
        Trial: "For nothing, for a while.",
        Perpetual: "Bought once, used without end.",
        AddOn: "Licences for a term that need another subscription.",
    }
    /// What counts towards a limit of subscriptions.
    CountedOver(domain::offer_matrix::CountedOver) "Which of a customer's subscriptions count towards a limit." {
        AtOnce: "Those that it has now.",
        Ever: "All that it ever ordered, ended ones included.",
    }
    /// What a row of an offer matrix does.
    MatrixEffect(domain::offer_matrix::MatrixEffect)
        "What the publication of a row of an offer matrix does, or what a person should know of it before." {
        LimitSet: "A customer may have only so many of the SKU; until now there was no limit.",
        LimitChanged: "The limit becomes another.",
        LimitRemoved: "The limit is gone.",
        MinimumChanged: "The fewest licences of one subscription become others.",
        SubscriptionLimitChanged: "How many subscriptions of it a customer may have is set, changed or gone.",
        PrerequisitesAdded: "It becomes an add-on, or can also be added to other SKUs.",
        PrerequisitesRemoved: "It can no longer be added to some SKUs, or is no add-on any more.",
        Renamed: "The product or the edition will be called differently.",
        SetByHand: "Another limit was set by hand: that one holds.",
        NoBaseSold: "None of the SKUs that it needs is sold here: it cannot be ordered.",
        MarketNotAllowed: "It is on sale in a country that Microsoft does not list; nothing is changed by that.",
        NotSold: "The SKU is not sold here; what is said of it holds once it is.",
        UpgradeTargetsAdded: "A SKU is added to those that it can be upgraded to.",
        UpgradeTargetsRemoved: "One of them is gone.",
    }
    /// An order's status.
    OrderStatus(domain::order::OrderStatus) "Where an order stands: the sum of its lines." {
        Placed: "Taken; Microsoft is yet to be asked.",
        Provisioning: "Microsoft is working on it.",
        Completed: "Every line runs.",
        PartiallyFailed: "Some lines run, some were refused.",
        Failed: "Every line was refused.",
    }
    /// An order line's status.
    OrderLineStatus(domain::order::OrderLineStatus) "Where an order line stands." {
        Placed: "Taken; Microsoft is yet to be asked.",
        Ordered: "Ordered at Microsoft, not yet provided.",
        Active: "Its subscription runs.",
        Failed: "Refused by Microsoft.",
    }
    /// A subscription's status.
    SubscriptionStatus(domain::subscription::SubscriptionStatus)
        "Where a subscription stands; what is paid is told elsewhere." {
        Pending: "Ordered, not yet provided by Microsoft.",
        Active: "Running: in use and paid.",
        Suspended: "The service is off, billing goes on.",
        Extended: "In the extended service term, month by month.",
        Expired: "The term is over and was not renewed; still usable.",
        Disabled: "Not usable any more; the data are kept.",
        Canceled: "Ended for good.",
    }
    /// What follows a term.
    AtTermEnd(domain::subscription::AtTermEnd) "What follows the running term of a subscription." {
        Renew: "Another term of the same length, unless the policy names another.",
        End: "Nothing: the subscription ends with the last day of the term.",
        Extend: "The extended service term, month by month.",
    }
    /// A kind of change.
    ChangeType(domain::subscription::change::ChangeKind)
        "What is to change about a subscription; each type has its own fields." {
        SetQuantity: "Another number of licences, given as the new total.",
        Cancel: "The end of the subscription, at once or later.",
        SetAutoRenew: "The renewal on or off.",
        SetAtTermEnd: "What follows the running term.",
        Transition: "Another SKU of the product, or one that Microsoft names as an upgrade.",
        ChangeOffer: "Another term or billing cycle.",
        AlignTermEnd: "Another end of the next term, so that it ends together with something else.",
        Suspend: "The service off, while billing goes on.",
        Resume: "The service on again after it was suspended.",
        Reactivate: "A new term after the old one ended.",
        Renew: "Another term, from the end of the old one or at once.",
        TakeOver: "Another responsible person.",
    }
    /// When a change takes effect.
    When(domain::subscription::change::When) "The instant at which a change takes effect." {
        Earliest: "As soon as the policy lets it; scheduled where that is later than now.",
        Now: "Now, or not at all.",
        AtRenewal: "With the next renewal.",
    }
    /// When a renewal starts.
    Starts(domain::subscription::change::Starts) "The instant at which a renewal starts." {
        AtTermEnd: "With the end of the old term.",
        Immediately: "At once; the days that are left of the old term are lost.",
    }
    /// A tenant's status.
    TenantStatus(domain::tenant::TenantState) "Where a customer's Microsoft tenant stands." {
        None: "There is none yet: none was asked for, or it was withdrawn.",
        Creating: "Asked for, not yet made by Microsoft.",
        AwaitingConfirmation: "To be confirmed by the tenant's own administrator.",
        Linked: "Ready for orders.",
        Failed: "Refused by Microsoft; another one can be chosen.",
    }
    /// Whether an agreement was accepted.
    AgreementStatus(domain::tenant::AgreementState) "Whether a customer has accepted Microsoft's agreement." {
        None: "Nobody has accepted it yet; the first order needs it.",
        Accepted: "Somebody of the customer has accepted it.",
    }
    /// A kind of charge.
    ChargeKind(domain::billing::ChargeKind) "The reason for which a charge was raised." {
        New: "The first charge of a subscription.",
        Renew: "The first charge of a term that follows another.",
        Cycle: "A later billing cycle of a term.",
        AddQuantity: "More licences, for the days that are left of the cycle.",
        RemoveQuantity: "Fewer licences: what they had cost is given back.",
        Cancel: "A cancellation: below zero what is given back, above zero its fee.",
        Transition: "Another SKU, term or billing cycle: what the old one had cost, and what the new one costs.",
        Convert: "A trial that becomes paid.",
        Adjustment: "A correction of what Microsoft refused afterwards.",
    }
    /// A tax category.
    TaxCategory(domain::tax::TaxCategory) "The VAT category, by its code in EN 16931." {
        Standard: "The standard rate of a country.",
        ReverseCharge: "Reverse charge: the buyer owes the tax in its own EU country.",
        OutsideScope: "Outside the scope of VAT: sold outside the EU, or to a territory outside its area of VAT.",
    }
    /// Which invoice address something is billed to.
    InvoiceAddress(domain::tax::billed::InvoiceAddress) "The invoice address that something is billed to." {
        Customer: "The customer's primary one.",
        Order: "One that its order has for itself; it never changes.",
        Branch: "A branch's.",
    }
    /// How far a VAT id is known to be right.
    VatStanding(domain::tax::standing::VatStanding) "How far a VAT id is known to be right." {
        Pending: "No register has answered yet, or none is asked about ids of its country.",
        Valid: "A register has it.",
        Invalid: "A register has it not, or not any more.",
    }
    /// A kind of consent.
    ConsentKind(domain::policy::ConsentKind) "What a buyer agrees to with an order." {
        Terms: "The seller's terms and licence conditions.",
        Privacy: "The privacy notice.",
        VendorTerms: "The vendor's supplementary terms of use.",
        MicrosoftAccount: "That a Microsoft account is created in the buyer's name.",
    }
    /// Who pays a price.
    Payer(domain::pricing::Payer) "Who pays. A customer is not told what its reseller pays." {
        Customer: "The customer, to the provider or to its reseller.",
        Reseller: "The reseller, to the provider.",
    }
    /// A payment method.
    PaymentMethod(domain::policy::PaymentMethod) "The way in which an order is paid." {
        Invoice: "On invoice, after the order.",
        ProductKey: "With a product key, which was paid before; only of an order that redeems keys.",
    }
    /// What a product key does.
    KeyAction(domain::product_key::action::KeyAction) "What a product key is redeemed for." {
        Activate: "A new subscription begins.",
        AddUsers: "A subscription that runs gets more licences.",
        Renew: "A subscription gets another term.",
    }
    /// What became of a product key.
    KeyState(domain::product_key::KeyState) "What became of a product key." {
        Unused: "It can be redeemed.",
        Redeemed: "It was consumed by a redemption.",
        Revoked: "It was not redeemed, and can no longer be.",
    }
    /// A redemption's status.
    RedemptionStatus(domain::product_key::RedemptionStatus) "Where a redemption of product keys stands." {
        Open: "Begun; no key is consumed yet.",
        Completed: "Completed; its keys are consumed.",
    }
    /// A delegation's status.
    DelegationStatus(domain::delegation::DelegationStatus)
        "Where a partner's offer to administer for a customer stands." {
        None: "Nothing was offered.",
        Offered: "Offered, and not answered yet.",
        Accepted: "The customer accepted.",
        Declined: "The customer declined; it may be offered again.",
    }
    /// Where a registration stands.
    RegistrationStatus(domain::registration::RegistrationStatus) "Where a request for a log-in stands." {
        Received: "Taken; whether the address is known is yet to be looked up.",
        AwaitingConfirmation: "A link was sent to the address, and not yet followed.",
        Requested: "The provider is to review it.",
        ActivationSent: "Approved: the link to the account form was sent.",
        Active: "There is an account.",
        Rejected: "Refused by the provider.",
        Referred: "The organisation has an account already: its administrator was told.",
    }
    /// What a person agrees to for an account.
    AccountConsentKind(domain::people::AccountConsentKind) "What a person agrees to for the account." {
        TermsAndPrivacy: "The general terms, and that the privacy notice was read: one checkbox for both.",
        GeneralTerms: "The general terms.",
        DataProtection: "The data-protection guideline.",
    }
    /// What a mail is about.
    NotificationKind(domain::notification::NotificationKind)
        "What a mail is about; each kind has a text in every language." {
        Activation: "Somebody was given a log-in, to be activated.",
        RegistrationApproved: "A request for a log-in was approved: the link to the account form.",
        RegistrationConfirm: "The address of a registration is to be confirmed.",
        RegistrationRejected: "A registration was rejected, and why.",
        RegistrationKnown: "Who asks for a log-in has one already.",
        RegistrationReferred: "The organisation has an account: its administrator adds people.",
        RegistrationReferral: "To that administrator: somebody asks to be added.",
        RegistrationActive: "What a registration asked for is there: one can log in.",
        PasswordReset: "The link to a new password.",
        PasswordChanged: "The password was changed.",
        UserLocked: "The log-in is locked after wrong passwords.",
        SessionReused: "A log-in was ended because its refresh token was used twice.",
        OrderReady: "An order runs.",
        OrderFailed: "An order could not be provided, or only in part.",
        CustomerOrder: "To the reseller and the partner of record: a customer's order runs, or could not be provided.",
        TermEnding: "Terms end soon: all that somebody is told of on a day.",
        SubscriptionChanged: "A subscription was changed, or is to be.",
        ChangeFailed: "Microsoft refused a change of a subscription; it is undone.",
        KeysRedeemed: "Product keys were redeemed.",
        SubscriptionNotRenewed: "A term was to be renewed, but what it would renew to is not sold any more.",
        ReductionRefused: "A reduction that waited did not take effect: its licences are in use.",
        UpdatesLow: "Few changes are left of those that the policy of a subscription allows.",
        PriceMissing: "To a reseller: a customer wants what it has set no price for.",
        ResellerIdsChanged: "To the provider: a reseller's ids at Microsoft were changed.",
        ResellerAccessOverdue: "To the provider's support: a reseller still has no access after an hour.",
        TenantConfirmation: "A tenant's administrator is to confirm the relationship.",
        DelegationOffered: "A partner offers to administer for the customer.",
        DelegationDeclined: "To a reseller: a customer declined its offer to administer.",
    }
    /// What became of a mail.
    NotificationStatus(domain::notification::NotificationStatus) "What became of a mail." {
        Pending: "To be sent.",
        Sent: "The mail server took it.",
        Failed: "The mail server refused the recipient, or there was no use in sending it any more.",
    }
    /// A kind of event.
    EventKind(domain::event::EventKind) "What happened, as a noun and a verb in the past tense." {
        TenantRequested: "A tenant was asked for.",
        TenantLinked: "A tenant is ready.",
        TenantFailed: "Microsoft refused a tenant.",
        AgreementAccepted: "The Microsoft Customer Agreement was accepted.",
        CustomerCreated: "A customer was created.",
        CustomerChanged: "A customer was changed.",
        VatIdGiven: "A customer has given a VAT id, or its is to be asked about anew: a register is asked.",
        VatIdChecked: "A register of VAT ids has answered about a customer's.",
        CustomerPriceMissing: "A customer wants what its reseller has set no price for; told at most once a day.",
        ResellerCreated: "A reseller was created.",
        ResellerChanged: "A reseller was changed.",
        ResellerIdsChanged: "A reseller's partner id or Microsoft id was changed: to be announced to the provider.",
        ResellerAccessGranted: "A reseller has all that it needs to buy.",
        ResellerAccessOverdue: "A reseller's access has not followed in time.",
        UserCreated: "A person was added, ready to log in or by an activation mail.",
        UserInvited: "An activation mail is to be sent.",
        UserActivated: "A person has activated the account, or was activated by an administrator.",
        UserChanged: "A person's data, role or areas were changed.",
        UserDisabled: "A person is kept out.",
        UserEnabled: "A person is let in again.",
        UserLocked: "A log-in was locked after too many failed attempts.",
        UserUnlocked: "An administrator has ended a lock.",
        UserDeleted: "A person is here no longer.",
        UserPasswordChanged: "A person has another password.",
        UserPasswordResetRequested: "A link to set a new password is to be sent.",
        UserImpersonated: "Somebody acts as somebody else.",
        UserConsented: "A person has agreed to the texts that an account needs.",
        SessionReused: "A refresh token was used twice: somebody else may have it. The log-in was ended.",
        SessionsEnded: "Log-ins of a person were ended before their time.",
        RoleDefined: "A marketplace's own role was defined or changed.",
        RoleRemoved: "A marketplace's own role is there no longer.",
        ApiClientCreated: "A script or portal is let in.",
        ApiClientChanged: "An API client has another name, other permissions, one secret more or fewer.",
        ApiClientRevoked: "An API client is kept out, for good.",
        OrderPlaced: "An order was placed.",
        OrderLineOrdered: "Microsoft took an order line.",
        OrderLineFailed: "Microsoft refused an order line.",
        OrderCompleted: "An order has no open line left.",
        SubscriptionActivated: "A subscription runs.",
        SubscriptionCanceled: "A subscription is over: canceled, ended, or refused by Microsoft with its order line.",
        SubscriptionChanged: "A subscription was changed.",
        SubscriptionChangeScheduled: "A change of a subscription waits for its instant.",
        SubscriptionChangeWithdrawn: "A change of a subscription that waited was withdrawn.",
        SubscriptionChangeConfirmed: "Microsoft made a change of a subscription.",
        SubscriptionChangeFailed: "Microsoft refused a change of a subscription; it is undone.",
        SubscriptionRenewed: "A new term of a subscription started.",
        SubscriptionConverted: "A trial became a paid subscription.",
        SubscriptionExtended: "A month of the extended service term started.",
        SubscriptionNotRenewed: "A term was to be renewed, but what it would renew to is not sold any more.",
        SubscriptionReductionRefused: "A reduction that waited did not take effect: its licences are in use.",
        SubscriptionUpdatesLow: "Few changes are left of those that the policy of a subscription allows.",
        SubscriptionExpired: "A term is over and was not renewed; the service can still be used.",
        SubscriptionDisabled: "The service cannot be used any more; the data are kept.",
        SubscriptionReminded: "A reminder that a subscription's term ends soon is due, of which its people are told.",
        RemindersCollected: "The reminders of a day go out, to each person in one mail.",
        LicenseAssigned: "People got licences of a subscription.",
        LicenseTakenBack: "People gave licences of a subscription back.",
        ProductKeyRedeemed: "A product key was consumed.",
        ProductKeyReleased: "A product key can be redeemed again: Microsoft refused what it was used for.",
        RedemptionCompleted: "A redemption is completed, its keys with it.",
        DelegationOffered: "A partner offered to administer for a customer.",
        DelegationAccepted: "The customer accepted a partner's offer to administer.",
        DelegationDeclined: "The customer declined a partner's offer to administer.",
        RegistrationReceived: "Somebody asks to be let in; whether the address is known is yet to be looked up.",
        RegistrationKnown: "Who asks to be let in has a log-in already.",
        RegistrationConfirmationRequested: "The address of a registration is to be confirmed.",
        RegistrationRequested: "A registration waits for the provider's review.",
        RegistrationApproved: "The provider approved: the link to the account form is to be sent.",
        RegistrationLinkResent: "The link that was sent last is to be sent anew.",
        RegistrationRejected: "The provider refused a registration.",
        RegistrationReferred: "The organisation's administrator is to let somebody in.",
        RegistrationActivated: "A registration has become an account.",
        PriceListPublished: "A price list was published.",
        PeopleRulesChanged: "Other rules hold for the people of a marketplace.",
        PolicyPublished: "A version of a policy, or of an override, was published.",
        MarketplaceCreated: "A marketplace was made; it is a draft.",
        MarketplaceChanged: "A marketplace says something else of itself.",
        MarketplaceOpened: "A marketplace sells, for the first time or again.",
        MarketplaceSuspended: "A marketplace sells nothing new for the time being.",
        MarketplaceClosed: "A marketplace is over.",
    }
}
