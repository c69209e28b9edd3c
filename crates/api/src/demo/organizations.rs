//! Organisations of the demo data: resellers that are ready, where people are reached, the provider's records.

use crate::demo::{People, germany, guid, stable};
use crate::http::problem::Problem;
use crate::ids::New as _;
use domain::customer_number::{CompanyFacts, CustomerRecord};
use domain::id::ResellerId;
use domain::onboarding::{Onboarding, Standing};
use domain::party::{Address, Contact, Country, Reseller};
use store::{Conn, customer_numbers};

impl People<'_> {
    /// A reseller that Microsoft knows, and that may buy (T-12, T-13).
    pub(super) fn reseller(&self, n: u32, name: &str, partner_id: &str) -> Result<Reseller, Problem> {
        let (contact, address) = self.reached_at(&format!("reseller{n}"))?;
        let standing = Standing { known: true, agreement_signed: true, related: true };
        Ok(Reseller {
            partner_id: Some(partner_id.to_owned()),
            microsoft_id: Some(guid(stable(partner_id))),
            customer_number: Some(format!("1000{n}")),
            address: Some(address),
            contact: Some(contact),
            onboarding: Onboarding {
                standing: Some(standing),
                access_granted_at: Some(self.now),
                ..Onboarding::with_ids(true, self.now)
            },
            ..Reseller::new(ResellerId::new(), self.marketplace, name)
        })
    }

    /// The provider's record of a reseller that is registered.
    pub(super) fn number_of(&self, tx: &mut Conn, reseller: &Reseller) -> Result<(), Problem> {
        let (Some(number), Some(address)) = (&reseller.customer_number, &reseller.address) else { return Ok(()) };
        let record = CustomerRecord {
            marketplace_id: self.marketplace,
            number: number.clone(),
            company: CompanyFacts {
                name: reseller.name.clone(),
                postal_code: address.postal_code.clone(),
                country: address.country,
                region: address.region.clone(),
            },
            reseller_id: Some(reseller.id),
            customer_id: None,
        };
        Ok(customer_numbers::insert(tx, crate::ids::fresh(), &record, self.now)?)
    }

    /// Whom to reach, and where.
    pub(super) fn reached_at(&self, short: &str) -> Result<(Contact, Address), Problem> {
        let contact = Contact {
            first_name: "Erika".to_owned(),
            last_name: "Muster".to_owned(),
            email: format!("admin@{short}.{}.example", self.slug),
            phone: Some("+49 221 1234567".to_owned()),
        };
        let address = Address {
            company: None,
            street: "Kalker Hauptstraße 1".to_owned(),
            postal_code: "51063".to_owned(),
            city: "Köln".to_owned(),
            region: Some("NW".to_owned()),
            country: germany()?,
            phone: contact.phone.clone(),
        };
        Ok((contact, address))
    }

    /// Whom the provider has given a number, but who is not registered yet (T-01).
    pub(super) fn customer_numbers(&self, tx: &mut Conn) -> Result<(), Problem> {
        let numbers = [
            ("20001", "Systemhaus West GmbH", "50667", "DE", Some("NW")),
            ("20002", "Systemhaus Wschód Sp. z o.o.", "00-838", "PL", Some("14")),
            ("20003", "Systemhaus Alpen GmbH", "1010", "AT", None),
        ];
        for (number, name, postal_code, country, region) in numbers {
            let country = Country::from_code(country).ok_or_else(|| Problem::internal("no country"))?;
            let company = CompanyFacts {
                name: name.to_owned(),
                postal_code: postal_code.to_owned(),
                country,
                region: region.map(str::to_owned),
            };
            let record = CustomerRecord {
                marketplace_id: self.marketplace,
                number: number.to_owned(),
                company,
                reseller_id: None,
                customer_id: None,
            };
            customer_numbers::insert(tx, crate::ids::fresh(), &record, self.now)?;
        }
        Ok(())
    }
}

/// Each its own: two customers with one VAT id look like the same one.
pub(super) fn vat_id(customer: &str) -> Option<&'static str> {
    match customer {
        "Musterfirma GmbH" => Some("DE136695976"),
        "Neukunde GmbH" => Some("DE261054328"),
        "Kunde 1 GmbH" => Some("DE314527864"),
        "Kunde 2 GmbH" => Some("DE298173644"),
        _ => None,
    }
}
