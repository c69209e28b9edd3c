//! The five demo marketplaces: what each is called. All else is its template's.

use crate::http::problem::Problem;
use crate::memory::profile::SupportContact;
use crate::platform::marketplaces::create::NewMarketplace;
use crate::platform::marketplaces::templates;
use domain::calendar::BillingCycle;
use domain::marketplace::MarketplaceTemplate;
use domain::money::Currency;
use domain::party::Country;
use domain::zone::Zone;

/// A marketplace to make.
pub struct Definition {
    /// What log-ins call it.
    pub slug: &'static str,
    name: &'static str,
    template: MarketplaceTemplate,
}

/// The five, after the five manuals.
pub const fn all() -> [Definition; 5] {
    use MarketplaceTemplate::{Ahd, Cancom, Colt, Mskeys, Terra};
    [
        Definition { slug: "cancom", name: "CANCOM Marketplace", template: Cancom },
        Definition { slug: "ahd", name: "my.ahd Marketplace", template: Ahd },
        Definition { slug: "colt", name: "Colt CIC", template: Colt },
        Definition { slug: "mskeys", name: "Microsoft product keys", template: Mskeys },
        Definition { slug: "terra", name: "TERRA CLOUD", template: Terra },
    ]
}

impl Definition {
    /// The marketplace to make: a sandbox, whose people are added with it.
    pub fn marketplace(&self) -> Result<NewMarketplace, Problem> {
        let support = |concern: &str| SupportContact {
            concern: concern.to_owned(),
            email: format!("{concern}@{}.example", self.slug),
            phone: Some("+49 800 1234567".to_owned()),
        };
        Ok(NewMarketplace {
            slug: self.slug.to_owned(),
            name: self.name.to_owned(),
            template: self.template,
            country: germany()?,
            currency: Currency::Eur,
            time_zone: berlin()?,
            sandbox: true,
            shop_url: format!("https://shop.{}.example", self.slug),
            support: vec![support("orders"), support("support")],
            administrator: None,
        })
    }

    /// The price sheet's rows of the plans that are sold here.
    pub fn sheet(&self, whole: &[u8]) -> Vec<u8> {
        let template = templates::of(self.template);
        let sold = |line: &str| {
            template.plans().any(|(term, cycle)| {
                let plan = if cycle == BillingCycle::Annual { "Annual" } else { "Monthly" };
                line.contains(&format!("\"{}\",\"{plan}\"", term.code()))
            })
        };
        let text = String::from_utf8_lossy(whole);
        let kept =
            text.split_inclusive('\n').enumerate().filter(|(n, line)| *n == 0 || sold(line)).map(|(_, line)| line);
        kept.collect::<String>().into_bytes()
    }
}

/// Whose clocks the demo's providers go by.
pub fn berlin() -> Result<Zone, Problem> {
    "Europe/Berlin".parse().map_err(Problem::internal)
}

/// Where the demo's provider and everybody else is.
pub fn germany() -> Result<Country, Problem> {
    Country::from_code("DE").ok_or_else(|| Problem::internal("no country"))
}
