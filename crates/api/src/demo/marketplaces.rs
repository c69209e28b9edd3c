//! The five demo marketplaces: what each says of itself, and which preset rules which offer.

use crate::http::problem::Problem;
use crate::http::wire::codes::{self, ConsentKind, PaymentMethod};
use crate::platform::marketplaces::profile::ConsentRule;
use crate::platform::marketplaces::profile::FormRules;
use crate::platform::marketplaces::profile::MarketplaceProfile;
use crate::platform::marketplaces::profile::OfferPolicy;
use crate::platform::marketplaces::profile::RegistrationMode;
use crate::platform::marketplaces::profile::StoredProfile;
use crate::platform::marketplaces::profile::SupportContact;
use domain::calendar::{BillingCycle, Term};
use domain::id::MarketplaceId;
use domain::organization::OrganizationRules;
use domain::party::Country;
use domain::zone::Zone;
use store::catalog::Category;

/// A marketplace to make.
pub struct Definition {
    /// What log-ins call it.
    pub slug: &'static str,
    /// What people call it.
    pub name: &'static str,
    registration: RegistrationMode,
    consents: &'static [domain::policy::ConsentKind],
    /// Term, billing cycle, preset; the first is preselected.
    plans: &'static [(Term, BillingCycle, &'static str)],
}

/// The five, after the five manuals.
pub fn all() -> [Definition; 5] {
    use BillingCycle::{Annual, Monthly};
    use RegistrationMode::{Approval, CustomerNumber, InviteOnly};
    use Term::{P1M, P1Y};
    use domain::policy::ConsentKind::{MicrosoftAccount, Terms, VendorTerms};
    [
        Definition {
            slug: "cancom",
            name: "CANCOM Marketplace",
            registration: Approval,
            consents: &[VendorTerms],
            plans: &[
                (P1Y, Monthly, "cancom_monthly12"),
                (P1M, Monthly, "cancom_monthly1"),
                (P1Y, Annual, "cancom_annual12"),
            ],
        },
        Definition {
            slug: "ahd",
            name: "my.ahd Marketplace",
            registration: InviteOnly,
            consents: &[Terms, MicrosoftAccount],
            plans: &[(P1M, Monthly, "ahd_rental")],
        },
        Definition {
            slug: "colt",
            name: "Colt CIC",
            registration: InviteOnly,
            consents: &[Terms],
            plans: &[(P1Y, Monthly, "colt_nce"), (P1Y, Annual, "colt_nce"), (P1M, Monthly, "colt_nce")],
        },
        Definition {
            slug: "mskeys",
            name: "Microsoft product keys",
            registration: InviteOnly,
            consents: &[Terms],
            plans: &[
                (P1Y, Annual, "ms_product_key"),
                (P1Y, Monthly, "ms_product_key"),
                (P1M, Monthly, "ms_product_key"),
            ],
        },
        Definition {
            slug: "terra",
            name: "TERRA CLOUD",
            registration: CustomerNumber,
            consents: &[Terms],
            plans: &[
                (P1Y, Monthly, "terra_nce_p1y_m"),
                (P1Y, Annual, "terra_nce_p1y_y"),
                (P1M, Monthly, "terra_nce_p1m_m"),
            ],
        },
    ]
}

impl Definition {
    /// What it says of itself.
    pub fn profile(&self) -> StoredProfile {
        let support = |concern: &str| SupportContact {
            concern: concern.to_owned(),
            email: format!("{concern}@{}.example", self.slug),
            phone: Some("+49 800 1234567".to_owned()),
        };
        let consent = |kind: &domain::policy::ConsentKind| ConsentRule {
            kind: ConsentKind(*kind),
            version: "2026-01".to_owned(),
        };
        let plan = |(n, (term, cycle, key)): (usize, &(Term, BillingCycle, &'static str))| OfferPolicy {
            term: codes::Term(*term),
            billing_cycle: codes::BillingCycle(*cycle),
            policy_key: (*key).to_owned(),
            preselected: n == 0,
        };
        StoredProfile {
            public: MarketplaceProfile {
                locale: "de".to_owned(),
                languages: vec![],
                support: vec![support("orders"), support("support")],
                registration_mode: self.registration,
                form_rules: FormRules {
                    consents: self.consents.iter().map(consent).collect(),
                    payment_methods: vec![PaymentMethod(domain::policy::PaymentMethod::Invoice)],
                    ..FormRules::default()
                },
            },
            people: domain::people::presets::of(self.slug),
            organizations: Some(OrganizationRules::shipped(self.slug)),
            offer_policies: self.plans.iter().enumerate().map(plan).collect(),
        }
    }

    /// The price sheet's rows of the plans that are sold here.
    pub fn sheet(&self, whole: &[u8]) -> Vec<u8> {
        let sold = |line: &str| {
            self.plans.iter().any(|(term, cycle, _)| {
                let plan = if *cycle == BillingCycle::Annual { "Annual" } else { "Monthly" };
                line.contains(&format!("\"{}\",\"{plan}\"", term.code()))
            })
        };
        let text = String::from_utf8_lossy(whole);
        let kept =
            text.split_inclusive('\n').enumerate().filter(|(n, line)| *n == 0 || sold(line)).map(|(_, line)| line);
        kept.collect::<String>().into_bytes()
    }
}

/// The categories of the demo catalogue: main products and add-ons.
pub fn categories(marketplace: MarketplaceId) -> Vec<Category> {
    let category = |(position, (slug, title, parent)): (i32, (&str, &str, Option<&str>))| Category {
        marketplace_id: marketplace,
        slug: slug.to_owned(),
        title: title.to_owned(),
        parent: parent.map(str::to_owned),
        position,
    };
    let all = [
        ("main", "Hauptprodukte", None),
        ("productivity", "Office und Produktivität", Some("main")),
        ("email", "E-Mail", Some("main")),
        ("collaboration", "Zusammenarbeit", Some("main")),
        ("security", "Sicherheit und Verwaltung", Some("main")),
        ("windows", "Windows", Some("main")),
        ("data", "Daten und Abläufe", Some("main")),
        ("business", "Geschäftsanwendungen", Some("main")),
        ("add-ons", "Add-ons", None),
        ("other", "Sonstiges", None),
    ];
    (0..).zip(all).map(category).collect()
}

/// Whose clocks the demo's providers go by.
pub fn berlin() -> Result<Zone, Problem> {
    "Europe/Berlin".parse().map_err(Problem::internal)
}

/// Where the demo's provider and everybody else is.
pub fn germany() -> Result<Country, Problem> {
    Country::from_code("DE").ok_or_else(|| Problem::internal("no country"))
}
