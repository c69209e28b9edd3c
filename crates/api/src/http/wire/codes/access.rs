//! Who may what, on the wire.

use crate::http::explained::explained;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

wire_codes! {
    /// What somebody is at an organisation.
    Role(domain::access::Role) "What a person or API client is at its organisation." {
        PlatformOperator: "Runs the installation: makes marketplaces and opens them, and sees no customer's data.",
        ProviderAdmin: "Runs the marketplace.",
        ProviderSupport: "Helps: sees everything of the marketplace, changes nothing.",
        ResellerAdmin: "Runs a reseller.",
        ResellerEmployee: "Works at a reseller, in the areas that it is let into.",
        CustomerAdmin: "Company administrator of a customer: orders, changes, and manages its people.",
        CustomerBilling: "Billing administrator of a customer: orders, changes, and maintains its invoice data.",
        CustomerUser: "User of a customer: sees the products and what it has a licence of, no prices; orders nothing.",
    }
    /// A kind of organisation.
    OrganizationKind(domain::access::OrganizationKind) "The part that an organisation plays at a marketplace." {
        Platform: "Runs the installation, and no marketplace of it.",
        Provider: "Runs the marketplace.",
        Reseller: "Sells to customers of its own.",
        Customer: "Buys for its own people.",
    }
    /// An area of a reseller's work.
    Area(domain::access::Area) "A part of a reseller's work that an employee is let into." {
        GeneralAccess: "Get in and see what is sold.",
        Dashboard: "See what was ordered and what runs.",
        CustomerManagement: "Create and change end customers.",
        Csp: "Order for customers and change their subscriptions.",
    }
    /// A person's status.
    UserStatus(domain::people::UserStatus) "Where a person's log-in stands." {
        Ready: "Created and activated: can log in.",
        Locked: "Cannot log in after too many failed attempts; who is logged in stays so.",
        NotActivated: "The activation mail was sent and its link not yet followed.",
        Disabled: "Can neither log in nor use any assigned service.",
    }
    /// What a caller may do.
    Permission(domain::access::Permission) "One thing a caller may do; every operation names at most one." {
        MeRead: "See one's own profile, role and permissions.",
        MeWrite: "Change one's own password, end one's own log-ins, agree to new versions of consents.",
        CatalogRead: "See categories, products and offers; with `money.read` at one's own prices.",
        CostsRead: "See what the provider pays.",
        MoneyRead: "See prices, charges and every other amount; without it no answer holds any.",
        CartsWrite: "Fill carts and preview them.",
        OrdersPlace: "Place the order of a cart, which binds and costs.",
        OrdersRead: "See orders with their lines and what became of them.",
        SubscriptionsRead: "See subscriptions and what could be changed; at a customer, where one has a licence.",
        SubscriptionsReadAll: "See all subscriptions of one's customer, whoever has a licence of them.",
        SubscriptionsChange: "Change subscriptions: more or fewer licences, another product or term, the end.",
        LicensesManage: "Give licences to people and take them back.",
        CustomersRead: "See customers and the state of their tenants.",
        CustomersCreate: "Add customers to those of one's own organisation.",
        CustomersWrite: "Change what is recorded of customers.",
        BillingWrite: "Change as whom and where customers are billed: their invoice data and their branches.",
        TenantsManage: "Create or link a customer's tenant, take its first credentials, record its agreement.",
        ResellersRead: "See resellers and how far they are from their first purchase.",
        ResellersCreate: "Add resellers to the marketplace.",
        ResellersWrite: "Change what is recorded of resellers, their Microsoft ids included.",
        CustomerNumbersManage: "Keep the records of customer numbers.",
        UsersRead: "See the people of one's own organisation and of those below it.",
        UsersManage: "Invite, change, disable, unlock and delete people.",
        UsersImpersonate: "Act as somebody who may not more than oneself.",
        RolesManage: "Define a marketplace's own roles.",
        ApiClientsManage: "Let scripts and portals in for one's own organisation.",
        ProductKeysManage: "Make, sell and revoke batches of product keys.",
        ProductKeysRead: "See batches of product keys, and what became of each key.",
        ProductKeysRedeem: "Redeem product keys for subscriptions and renewals.",
        DelegationsOffer: "Offer a customer to administer its tenant for it.",
        DelegationsAnswer: "Accept or decline a partner's offer to administer; only for one's own company.",
        PriceListsManage: "Import, compare and publish price lists.",
        PoliciesRead: "See the rules of policies, and what they say in words.",
        PoliciesPublish: "Publish policies, and put overrides over products and offers.",
        TasksManage: "See parked and waiting work, and replay it.",
        JobsManage: "See long work that was asked for, such as an import, and cancel it.",
        AuditRead: "See the audit log: who did what, and when.",
        NotificationsRead: "See who was told what by mail, and whether it went.",
        RegistrationsRead: "See who wants to be let in.",
        RegistrationsDecide: "Approve, reject and refer who wants to be let in.",
        SandboxManage: "Move a sandbox's clock.",
        MarketplacesWrite: "Change what a marketplace says of itself: its name, contacts, texts and look.",
        MarketplacesManage: "Make, open, suspend and close marketplaces; only operators of the platform.",
    }
}
