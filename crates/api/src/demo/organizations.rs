//! Organisations of the demo data: resellers that are ready, where people are reached, the provider's records.

use crate::demo::marketplaces::germany;
use crate::demo::people::People;
use crate::demo::stable::{guid, stable};
use crate::http::problem::Problem;
use crate::organizations::agreements::view::KIND;
use domain::access::{Organization, Role};
use domain::customer_number::{CompanyFacts, CustomerRecord};
use domain::id::{CustomerId, ResellerId};
use domain::onboarding::{Onboarding, Standing};
use domain::party::{Address, Contact, Country, Customer, Reseller};
use domain::tax::standing::VatCheck;
use domain::tenant::{Tenant, TenantStatus};
use store::{Conn, agreements, customer_numbers, customers, resellers, tenants};

impl People<'_> {
    /// A customer that can buy, with its people, and one that has nothing yet.
    pub fn customers(&self, tx: &mut Conn) -> Result<(), Problem> {
        let first = self.customer(tx, "Musterfirma GmbH", "kunde", None, true)?;
        for (name, role) in
            [("admin", Role::CustomerAdmin), ("billing", Role::CustomerBilling), ("user", Role::CustomerUser)]
        {
            self.user(tx, &format!("{name}@kunde.{}.example", self.slug), role, Organization::Customer(first))?;
        }
        self.customer(tx, "Neukunde GmbH", "neukunde", None, false)?;
        Ok(())
    }

    /// Two resellers, each with its administrator and a customer.
    pub fn resellers(&self, tx: &mut Conn) -> Result<(), Problem> {
        for (n, name, partner_id) in [(1, "Systemhaus Nord GmbH", "5357564"), (2, "Systemhaus Süd GmbH", "4847383")] {
            let reseller = self.reseller(n, name, partner_id)?;
            resellers::insert(tx, &reseller, self.now)?;
            self.number_of(tx, &reseller)?;
            self.user(
                tx,
                &format!("admin@reseller{n}.{}.example", self.slug),
                Role::ResellerAdmin,
                Organization::Reseller(reseller.id),
            )?;
            let short = format!("kunde{n}");
            let customer = self.customer(tx, &format!("Kunde {n} GmbH"), &short, Some(reseller.id), true)?;
            let admin = format!("admin@{short}.{}.example", self.slug);
            self.user(tx, &admin, Role::CustomerAdmin, Organization::Customer(customer))?;
        }
        Ok(())
    }

    fn customer(
        &self,
        tx: &mut Conn,
        name: &str,
        short: &str,
        reseller: Option<ResellerId>,
        linked: bool,
    ) -> Result<CustomerId, Problem> {
        let (contact, address) = self.reached_at(short)?;
        let id = CustomerId::from_u128(self.next());
        let customer = Customer {
            id,
            marketplace_id: self.marketplace,
            reseller_id: reseller,
            name: name.to_owned(),
            contact,
            address: Some(address),
            vat_id: vat_id(name).map(str::to_owned),
            vat: VatCheck::default(),
            size: None,
            invoice_email: None,
            external_ref: None,
            partner_of_record: None,
            language: None,
        };
        customers::insert(tx, &customer, self.now)?;
        if linked {
            self.linked(tx, &customer, short)?;
        }
        Ok(id)
    }

    /// A customer that has its tenant and has accepted the agreement.
    fn linked(&self, tx: &mut Conn, customer: &Customer, short: &str) -> Result<(), Problem> {
        let domain = format!("{}{short}.onmicrosoft.com", self.slug);
        let entra_tenant_id = guid(stable(&domain));
        tenants::put(
            tx,
            &tenants::StoredTenant {
                customer_id: customer.id,
                marketplace_id: self.marketplace,
                tenant: Tenant {
                    status: TenantStatus::Linked,
                    domain,
                    entra_tenant_id: Some(entra_tenant_id),
                    failure: None,
                },
                mode: "link".to_owned(),
                credentials: None,
                credentials_taken_at: None,
                version: 1,
                requested_at: self.now,
                updated_at: self.now,
            },
        )?;
        Ok(agreements::insert(
            tx,
            &agreements::StoredAgreement {
                customer_id: customer.id,
                marketplace_id: self.marketplace,
                kind: KIND.to_owned(),
                first_name: customer.contact.first_name.clone(),
                last_name: customer.contact.last_name.clone(),
                email: customer.contact.email.clone(),
                agreed_at: self.now,
                recorded_by: "demo".to_owned(),
                recorded_at: self.now,
            },
        )?)
    }

    /// A reseller that Microsoft knows, and that may buy.
    fn reseller(&self, n: u32, name: &str, partner_id: &str) -> Result<Reseller, Problem> {
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
            ..Reseller::new(ResellerId::from_u128(self.next()), self.marketplace, name)
        })
    }

    /// The provider's record of a reseller that is registered.
    fn number_of(&self, tx: &mut Conn, reseller: &Reseller) -> Result<(), Problem> {
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
    fn reached_at(&self, short: &str) -> Result<(Contact, Address), Problem> {
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

    /// Whom the provider has given a number, but who is not registered yet.
    pub fn customer_numbers(&self, tx: &mut Conn) -> Result<(), Problem> {
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
fn vat_id(customer: &str) -> Option<&'static str> {
    match customer {
        "Musterfirma GmbH" => Some("DE136695976"),
        "Neukunde GmbH" => Some("DE261054328"),
        "Kunde 1 GmbH" => Some("DE314527864"),
        "Kunde 2 GmbH" => Some("DE298173644"),
        _ => None,
    }
}
