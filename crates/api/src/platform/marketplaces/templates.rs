//! Templates: what a new marketplace begins with. Five have the rules of the five manuals, one has as few as can be.

use crate::http::problem::Problem;
use crate::http::wire::codes::{self, ConsentKind, PaymentMethod};
use crate::memory::profile::{ConsentRule, FormRules, MarketplaceProfile, OfferPolicy, StoredProfile, SupportContact};
use domain::calendar::{BillingCycle, Term};
use domain::id::MarketplaceId;
use domain::marketplace::MarketplaceTemplate;
use domain::organization::OrganizationRules;
use domain::people::{PeopleRules, presets};
use domain::policy;
use store::catalog::Category;

/// Term, billing cycle, and the policy that rules such an offer; the first is preselected.
type Plan = (Term, BillingCycle, &'static str);

/// What is sold under a template, and by which rules.
pub struct Template {
    name: MarketplaceTemplate,
    consents: &'static [policy::ConsentKind],
    plans: &'static [Plan],
}

/// The template of a name.
pub const fn of(name: MarketplaceTemplate) -> Template {
    use BillingCycle::{Annual, Monthly};
    use Term::{P1M, P1Y};
    use policy::ConsentKind::{MicrosoftAccount, Terms, VendorTerms};
    let (consents, plans): (&[policy::ConsentKind], &[Plan]) = match name {
        MarketplaceTemplate::Plain => {
            (&[Terms], &[(P1Y, Monthly, "default_nce"), (P1Y, Annual, "default_nce"), (P1M, Monthly, "default_nce")])
        }
        MarketplaceTemplate::Cancom => (
            &[VendorTerms],
            &[(P1Y, Monthly, "cancom_monthly12"), (P1M, Monthly, "cancom_monthly1"), (P1Y, Annual, "cancom_annual12")],
        ),
        MarketplaceTemplate::Ahd => (&[Terms, MicrosoftAccount], &[(P1M, Monthly, "ahd_rental")]),
        MarketplaceTemplate::Colt => {
            (&[Terms], &[(P1Y, Monthly, "colt_nce"), (P1Y, Annual, "colt_nce"), (P1M, Monthly, "colt_nce")])
        }
        MarketplaceTemplate::Mskeys => (
            &[Terms],
            &[(P1Y, Annual, "ms_product_key"), (P1Y, Monthly, "ms_product_key"), (P1M, Monthly, "ms_product_key")],
        ),
        MarketplaceTemplate::Terra => (
            &[Terms],
            &[(P1Y, Monthly, "terra_nce_p1y_m"), (P1Y, Annual, "terra_nce_p1y_y"), (P1M, Monthly, "terra_nce_p1m_m")],
        ),
    };
    Template { name, consents, plans }
}

impl Template {
    /// The document of a marketplace whose shop is at an address; empty where it has none yet.
    pub fn profile(&self, shop_url: &str, support: Vec<SupportContact>) -> Result<StoredProfile, Problem> {
        let people = self.people()?.with_shop_at(shop_url);
        let consent = |kind: &policy::ConsentKind| ConsentRule {
            kind: ConsentKind(*kind),
            version: "2026-01".to_owned(),
            url: (!shop_url.is_empty()).then(|| format!("{shop_url}/legal/{}", kind.code().replace('_', "-"))),
        };
        let plan = |(n, (term, cycle, key)): (usize, &Plan)| OfferPolicy {
            term: codes::Term(*term),
            billing_cycle: codes::BillingCycle(*cycle),
            policy_key: (*key).to_owned(),
            preselected: n == 0,
        };
        Ok(StoredProfile {
            public: MarketplaceProfile {
                locale: people.languages.own().code().to_owned(),
                languages: vec![],
                support,
                registration_mode: people.registration_mode.into(),
                form_rules: FormRules {
                    consents: self.consents.iter().map(consent).collect(),
                    payment_methods: vec![PaymentMethod(policy::PaymentMethod::Invoice)],
                    ..FormRules::default()
                },
            },
            people: Some(people),
            organizations: Some(OrganizationRules::shipped(self.name.code())),
            offer_policies: self.plans.iter().enumerate().map(plan).collect(),
        })
    }

    fn people(&self) -> Result<PeopleRules, Problem> {
        let rules = match self.name {
            MarketplaceTemplate::Plain => presets::plain(),
            manual => presets::of(manual.code()),
        };
        rules.ok_or_else(|| Problem::internal(format!("the rules of {} cannot be read", self.name.code())))
    }

    /// The terms and billing cycles that are sold under it.
    pub fn plans(&self) -> impl Iterator<Item = (Term, BillingCycle)> {
        self.plans.iter().map(|(term, cycle, _)| (*term, *cycle))
    }
}

/// The categories that every marketplace begins with: main products and add-ons (T-32).
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
