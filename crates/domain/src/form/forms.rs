//! The forms of a marketplace.

use crate::access::{Area, OrganizationKind};
use crate::address::AddressField;
use crate::form::field::{Field, FieldKind, Form, Required};
use crate::form::limits;
use crate::organization::{Asked, OrganizationRules};
use crate::party::CompanySize;
use crate::people::{BankData, LoginKind, PeopleRules, RegistrationMode};

/// Every form of a marketplace with these rules.
pub fn all(people: &PeopleRules, organizations: &OrganizationRules) -> Vec<Form> {
    let mut forms =
        vec![customer(people, organizations), branch(organizations), reseller(people, organizations), microsoft_ids()];
    forms.extend([
        user("customer_user", OrganizationKind::Customer, people),
        user("reseller_user", OrganizationKind::Reseller, people),
        user("provider_user", OrganizationKind::Provider, people),
        activation(people),
        redemption(),
    ]);
    match people.registration_mode {
        RegistrationMode::InviteOnly => {}
        RegistrationMode::Approval => forms.extend([address_only(people), account(people, organizations)]),
        RegistrationMode::CustomerNumber => forms.push(whole_registration(people, organizations)),
    }
    forms
}

/// C-08, T-18: a new customer.
fn customer(people: &PeopleRules, rules: &OrganizationRules) -> Form {
    let mut fields = vec![organization("/name").required()];
    fields.extend(contact("/contact", rules.contact_phone, None));
    fields.extend(address("/address", &rules.address_fields, None));
    fields.extend([
        vat_id("/vat_id"),
        size("/size"),
        email("/invoice_email"),
        text("/external_ref", limits::EXTERNAL_REF),
        language(people),
    ]);
    Form { key: "customer", operation: "POST /v1/customers", fields }
}

/// C-34: another invoice address.
fn branch(rules: &OrganizationRules) -> Form {
    let mut fields = vec![text("/name", limits::BRANCH).required()];
    fields.extend(address("/address", &rules.address_fields, None));
    Form { key: "branch", operation: "POST /v1/customers/{customer_id}/branches", fields }
}

/// T-01, T-12: a new reseller.
fn reseller(people: &PeopleRules, rules: &OrganizationRules) -> Form {
    let mut fields = vec![
        organization("/name").required(),
        text("/customer_number", limits::CUSTOMER_NUMBER).matching(limits::CUSTOMER_NUMBER_PATTERN),
        text("/partner_id", limits::PARTNER_ID).matching(limits::PARTNER_ID_PATTERN),
        text("/microsoft_id", limits::MICROSOFT_ID).matching(limits::MICROSOFT_ID_PATTERN),
    ];
    fields.extend(contact("/contact", false, Some("/contact")));
    fields.extend(address("/address", &rules.address_fields, Some("/address")));
    fields.extend([text("/external_ref", limits::EXTERNAL_REF), language(people)]);
    Form { key: "reseller", operation: "POST /v1/resellers", fields }
}

/// T-12: the locked ids.
fn microsoft_ids() -> Form {
    let fields = vec![
        text("/partner_id", limits::PARTNER_ID).matching(limits::PARTNER_ID_PATTERN).required(),
        text("/microsoft_id", limits::MICROSOFT_ID).matching(limits::MICROSOFT_ID_PATTERN).required(),
    ];
    Form { key: "microsoft_ids", operation: "PUT /v1/resellers/{reseller_id}/microsoft-ids", fields }
}

/// L-21: somebody to add at an organisation of a kind.
fn user(key: &'static str, kind: OrganizationKind, people: &PeopleRules) -> Form {
    let by_email = people.login_kind == LoginKind::Email;
    let roles = people.roles.iter().filter(|offer| offer.role.organization() == kind);
    let mut fields = vec![
        email("/email").required(),
        email("/notification_email"),
        name("/first_name", limits::NAME).required(),
        name("/last_name", limits::NAME).required(),
        Field::new("/phone", FieldKind::Phone, limits::PHONE),
        language(people),
        Field::choice("/role", roles.clone().map(|offer| offer.role.code())).required(),
    ];
    if !by_email {
        fields.push(text("/login", limits::EMAIL).matching(limits::FREE_LOGIN_PATTERN));
    }
    // T-11: whoever goes by areas has those that are offered with the role; nobody else has any.
    let by_area: Vec<_> = roles.filter(|offer| offer.role.by_area()).collect();
    if !by_area.is_empty() {
        let offered = |area: &&Area| by_area.iter().any(|offer| offer.areas.contains(area));
        let areas = Field::choice("/areas", Area::ALL.iter().filter(offered).map(|area| area.code()));
        let areas = areas.only_with("/role", by_area.iter().map(|offer| offer.role.code()));
        fields.push(Field { kind: FieldKind::Choices, ..areas });
    }
    fields.extend(address("/address", &[], Some("/address")));
    fields.push(text("/external_ref", limits::EXTERNAL_REF));
    let mails: &[&'static str] = if people.activation.optional { &["true", "false"] } else { &["true"] };
    let mails = Field::choice("/send_activation_mail", mails.iter().copied());
    fields.push(Field { kind: FieldKind::Flag, ..mails });
    Form { key, operation: "POST /v1/users", fields }
}

/// L-09, C-07: what the link of an activation mail opens, with its token.
fn activation(people: &PeopleRules) -> Form {
    let [first_name, last_name, password] = person(people);
    // Whoever added the person has named it already.
    let names = [first_name, last_name].map(|name| Field { required: Required::Never, ..name });
    let mut fields = names.to_vec();
    fields.push(password);
    fields.extend(consents(people));
    Form { key: "activation", operation: "POST /v1/activations", fields }
}

/// K-04, K-05: product keys that are entered.
fn redemption() -> Form {
    let confirmed = Field::choice("/responsible", ["true"]);
    let keys = Field { max_length: None, ..Field::new("/keys", FieldKind::ProductKeys, 0) };
    let fields = vec![
        text("/customer_id", 30),
        keys.required(),
        Field { kind: FieldKind::Flag, ..confirmed }.required(),
        text("/partner_of_record", limits::PARTNER_OF_RECORD),
    ];
    Form { key: "redemption", operation: "POST /v1/product-keys/redemptions", fields }
}

/// C-03: one field.
fn address_only(people: &PeopleRules) -> Form {
    Form {
        key: "registration",
        operation: "POST /v1/registrations",
        fields: vec![email("/email").required(), language(people)],
    }
}

/// C-07…C-10: the account form, with the token of the mail's link.
fn account(people: &PeopleRules, organizations: &OrganizationRules) -> Form {
    let mut fields = vec![];
    fields.extend(person(people));
    fields.extend(company(organizations));
    fields.extend(consents(people));
    Form { key: "account", operation: "POST /v1/registrations/complete", fields }
}

/// T-01…T-06: everything at once.
fn whole_registration(people: &PeopleRules, organizations: &OrganizationRules) -> Form {
    let mut fields = vec![email("/email").required(), language(people)];
    fields.extend(person(people));
    fields.extend(company(organizations));
    fields.extend(payer(people.bank_data));
    fields.extend(consents(people));
    Form { key: "registration", operation: "POST /v1/registrations", fields }
}

fn text(pointer: &str, max_length: u16) -> Field {
    Field::new(pointer, FieldKind::Text, max_length)
}

/// A person's or a place's.
fn name(pointer: &str, max_length: u16) -> Field {
    text(pointer, max_length).matching(limits::WITH_LETTER)
}

/// That of a company.
fn organization(pointer: &str) -> Field {
    text(pointer, limits::COMPANY).matching(limits::WITH_LETTER_OR_DIGIT)
}

fn email(pointer: &str) -> Field {
    Field::new(pointer, FieldKind::Email, limits::EMAIL)
}

fn vat_id(pointer: &str) -> Field {
    Field::new(pointer, FieldKind::VatId, limits::VAT_ID)
}

fn size(pointer: &str) -> Field {
    Field::choice(pointer, CompanySize::ALL.iter().map(|size| size.code()))
}

fn language(people: &PeopleRules) -> Field {
    Field::choice("/language", people.languages.offered.iter().map(|language| language.code()))
}

fn person(people: &PeopleRules) -> [Field; 3] {
    let password = Field::new("/password", FieldKind::Password, people.password.max_length);
    [
        name("/first_name", limits::NAME).required(),
        name("/last_name", limits::NAME).required(),
        Field { pattern: Some(crate::form::password::pattern(&people.password)), ..password }.required(),
    ]
}

/// C-08, T-01: the name, and what else the marketplace asks a company for.
fn company(rules: &OrganizationRules) -> Vec<Field> {
    let asked = &rules.registration;
    let mut fields = vec![organization("/company/name").required()];
    fields.extend(
        [
            (asked.size, size("/company/size")),
            (asked.phone, Field::new("/company/phone", FieldKind::Phone, limits::PHONE)),
            (asked.vat_id, vat_id("/company/vat_id")),
            (asked.invoice_email, email("/company/invoice_email")),
        ]
        .into_iter()
        .filter(|(asked, _)| *asked != Asked::No)
        .map(|(asked, field)| field.required_if(asked == Asked::Required)),
    );
    let part = "/company/address";
    match asked.address {
        Asked::No => {}
        Asked::Optional => fields.extend(address(part, &rules.address_fields, Some(part))),
        Asked::Required => fields.extend(address(part, &rules.address_fields, None)),
    }
    fields
}

/// T-05: bank data only of who has no customer number.
fn payer(bank_data: BankData) -> Vec<Field> {
    let part = "/bank_data".to_owned();
    let number = text("/customer_number", limits::CUSTOMER_NUMBER).matching(limits::ANY_CUSTOMER_NUMBER_PATTERN);
    if bank_data == BankData::Never {
        return vec![number.required()];
    }
    let number = Field { required: Required::InsteadOf, instead_of: Some(part.clone()), ..number };
    let bank = [
        organization("/bank_data/account_holder").required(),
        Field::new("/bank_data/iban", FieldKind::Iban, 42).required(),
        text("/bank_data/bic", 11).matching(limits::BIC_PATTERN).required(),
    ];
    let bank = bank.into_iter().map(|field| Field { within: Some(part.clone()), ..field });
    std::iter::once(number).chain(bank).collect()
}

fn consents(people: &PeopleRules) -> Option<Field> {
    let consents = Field { max_length: None, ..Field::new("/consents", FieldKind::Consents, 0) };
    (!people.consents.is_empty()).then(|| consents.required())
}

fn contact(at: &str, needs_phone: bool, within: Option<&str>) -> Vec<Field> {
    let fields = [
        name(&format!("{at}/first_name"), limits::NAME).required(),
        name(&format!("{at}/last_name"), limits::NAME).required(),
        email(&format!("{at}/email")).required(),
        Field::new(format!("{at}/phone"), FieldKind::Phone, limits::PHONE).required_if(needs_phone),
    ];
    fields.into_iter().map(|field| Field { within: within.map(str::to_owned), ..field }).collect()
}

fn address(at: &str, needed: &[AddressField], within: Option<&str>) -> Vec<Field> {
    let field = |field: &AddressField| {
        let (kind, max_length, required) = match field {
            AddressField::Company => (FieldKind::Text, limits::COMPANY, Required::Never),
            AddressField::Street => (FieldKind::Text, limits::STREET, Required::Always),
            AddressField::PostalCode => (FieldKind::PostalCode, limits::POSTAL_CODE, Required::ByCountry),
            AddressField::City => (FieldKind::Text, limits::CITY, Required::Always),
            AddressField::Region => (FieldKind::Region, limits::REGION, Required::ByCountry),
            AddressField::Country => (FieldKind::Country, 2, Required::Always),
            AddressField::Phone => (FieldKind::Phone, limits::PHONE, Required::Never),
        };
        // As in `crate::address::check`: a country without postal codes has none to give.
        let always = needed.contains(field) && *field != AddressField::PostalCode;
        let by_country = matches!(kind, FieldKind::PostalCode | FieldKind::Region);
        let of_kind = Field::new(format!("{at}/{}", field.code()), kind, max_length);
        let of_kind = if *field == AddressField::City { of_kind.matching(limits::WITH_LETTER) } else { of_kind };
        Field {
            required: if always { Required::Always } else { required },
            country: by_country.then(|| format!("{at}/country")),
            within: within.map(str::to_owned),
            ..of_kind
        }
    };
    AddressField::ALL.iter().map(field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::presets;
    use std::collections::BTreeSet;

    fn forms(slug: &str) -> Vec<Form> {
        all(&presets::of(slug).unwrap(), &OrganizationRules::shipped(slug))
    }

    fn field(slug: &str, form: &str, pointer: &str) -> Field {
        let form = forms(slug).into_iter().find(|known| known.key == form).unwrap();
        form.fields.into_iter().find(|field| field.pointer == pointer).unwrap()
    }

    #[test]
    fn n15_each_marketplace_has_its_forms_and_each_field_once() {
        for slug in ["cancom", "ahd", "colt", "mskeys", "terra"] {
            let keys: Vec<_> = forms(slug).iter().map(|form| form.key).collect();
            assert!(keys.starts_with(&["customer", "branch", "reseller", "microsoft_ids"]), "{keys:?}");
            for form in forms(slug) {
                let pointers: BTreeSet<_> = form.fields.iter().map(|field| &field.pointer).collect();
                assert_eq!(pointers.len(), form.fields.len(), "{}", form.key);
            }
        }
        assert!(forms("cancom").iter().any(|form| form.key == "account"));
        assert!(!forms("colt").iter().any(|form| form.key == "registration"));
    }

    #[test]
    fn t18_what_one_marketplace_needs_another_leaves_free() {
        assert_eq!(field("terra", "customer", "/contact/phone").required, Required::Always);
        assert_eq!(field("cancom", "customer", "/contact/phone").required, Required::Never);
        assert_eq!(field("terra", "customer", "/address/region").required, Required::Always);
        assert_eq!(field("cancom", "customer", "/address/region").required, Required::ByCountry);
    }

    #[test]
    fn u55_t11_areas_are_asked_for_with_the_role_that_goes_by_them() {
        let areas = field("terra", "reseller_user", "/areas");
        let with = areas.with.unwrap();
        assert_eq!((with.pointer.as_str(), with.options), ("/role", vec!["reseller_employee".to_owned()]));
        assert_eq!(areas.required, Required::WithOption);
        assert_eq!(areas.options, ["general_access", "dashboard", "customer_management", "csp"]);
    }

    #[test]
    fn u55_a_persons_name_has_one_limit_in_every_form() {
        let all = ["cancom", "ahd", "colt", "mskeys", "terra"].into_iter().flat_map(forms);
        let named = all.flat_map(|form| form.fields).filter(|field| field.pointer.ends_with("_name"));
        let lengths: BTreeSet<_> = named.map(|field| field.max_length).collect();
        assert_eq!(lengths, BTreeSet::from([Some(limits::NAME)]));
    }

    #[test]
    fn c03_t05_a_registration_asks_for_one_field_or_for_number_or_bank_data() {
        let cancom = forms("cancom").into_iter().find(|form| form.key == "registration").unwrap();
        let required = cancom.fields.iter().filter(|field| field.required == Required::Always);
        assert_eq!(required.map(|field| field.pointer.as_str()).collect::<Vec<_>>(), ["/email"]);
        let number = field("terra", "registration", "/customer_number");
        assert_eq!((number.required, number.instead_of.as_deref()), (Required::InsteadOf, Some("/bank_data")));
        assert_eq!(field("terra", "registration", "/bank_data/iban").within.as_deref(), Some("/bank_data"));
    }

    #[test]
    fn u26_c07_c08_c09_the_account_form_is_the_manuals_field_by_field() {
        let account = forms("cancom").into_iter().find(|form| form.key == "account").unwrap();
        let shown: Vec<_> =
            account.fields.iter().map(|field| format!("{} {}", field.pointer, field.required.code())).collect();
        assert_eq!(
            shown,
            [
                "/first_name always",
                "/last_name always",
                "/password always",
                "/company/name always",
                "/company/size never",
                "/company/phone never",
                "/company/vat_id never",
                "/company/invoice_email always",
                "/consents always",
            ]
        );
        let size = account.fields.iter().find(|field| field.pointer == "/company/size").unwrap();
        assert_eq!(size.options, ["1-9", "10-49", "50+"]);
    }

    #[test]
    fn u26_a_marketplace_asks_for_an_address_at_once_or_leaves_it_to_who_registers() {
        assert_eq!(field("terra", "registration", "/company/address/street").required, Required::Always);
        let mut rules = OrganizationRules::shipped("cancom");
        rules.registration.address = Asked::Optional;
        let fields = company(&rules);
        let street = fields.iter().find(|field| field.pointer == "/company/address/street").unwrap();
        assert_eq!((street.required, street.within.as_deref()), (Required::Always, Some("/company/address")));
        rules.registration.phone = Asked::No;
        assert!(company(&rules).iter().all(|field| field.pointer != "/company/phone"));
    }
}
