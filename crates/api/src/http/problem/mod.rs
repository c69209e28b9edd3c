//! Problems: the one shape of every error answer (RFC 9457), in the reader's language.
//!
//! A handler returns a [`Problem`]; the edge of the service (`crate::http::edge`) renders it once it knows
//! the request's language and id. What an answer of 5xx was caused by goes to the log, never out.

pub mod code;
pub mod examples;
pub mod faults;
pub mod schema;

use crate::http::amounts::Untold;
use crate::http::wire::base::AddOnBase;
use crate::texts::lang::Lang;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use crate::texts::problems::{Places, Told};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
pub use code::Code;
use domain::base::Base;
use domain::category;
use domain::policy::RuleKey;
use domain::refusal::Refusal;
use domain::zone::Zone;
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt;
use std::ops::Deref;

/// What stands in the places of a problem's text, by name.
pub type Arguments = Vec<(&'static str, Place)>;

/// A field of the request that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldProblem {
    /// JSON pointer into the body (`/lines/0/quantity`), or the name of a query parameter or header.
    pub pointer: String,
    /// What is wrong with it.
    pub code: Code,
    /// What stands in the places of its text.
    pub arguments: Arguments,
}

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The code of the whole.
    pub code: Code,
    /// The rest, boxed: a result that carries a problem stays small.
    rest: Box<Details>,
}

/// What a problem says besides its code.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Details {
    /// What stands in the places of its text.
    pub arguments: Arguments,
    /// Every field that is wrong.
    pub fields: Vec<FieldProblem>,
    /// The policy key that decided.
    pub rule: Option<&'static str>,
    /// Seconds after which to try again.
    pub retry_after: Option<u64>,
    /// Methods that the path does know, with `method_not_allowed`.
    pub allow: Option<String>,
    /// Members of this code only, such as the new `preview` of `preview_stale`.
    pub extra: Vec<(&'static str, Value)>,
    /// Whose clocks its instants are written by; UTC's where that is not known.
    pub zone: Option<Zone>,
    /// The store's error behind it: decides whether a transaction is tried again; never told.
    cause: Option<store::StoreError>,
}

impl Deref for Problem {
    type Target = Details;
    fn deref(&self) -> &Details {
        &self.rest
    }
}

impl Problem {
    /// A problem with nothing but its code.
    pub fn new(code: Code) -> Self {
        Self::of(code, Details::default())
    }

    fn of(code: Code, rest: Details) -> Self {
        Self { code, rest: Box::new(rest) }
    }

    /// A wrong field; the problem's own code is the field's.
    pub fn field(pointer: impl Into<String>, code: Code) -> Self {
        Self::fields(vec![FieldProblem { pointer: pointer.into(), code, arguments: vec![] }])
    }

    /// All wrong fields at once. The problem's code is the field's where there is one, else `validation_failed`.
    pub fn fields(fields: Vec<FieldProblem>) -> Self {
        match fields.as_slice() {
            [only] => Self::of(only.code, Details { arguments: only.arguments.clone(), fields, ..Details::default() }),
            _ => Self::of(Code::ValidationFailed, Details { fields, ..Details::default() }),
        }
    }

    /// The HTTP status: that of its code, but where a field names what is not there; 404 is of the address alone.
    pub fn status(&self) -> StatusCode {
        match self.code {
            Code::NotFound if !self.fields.is_empty() => StatusCode::UNPROCESSABLE_ENTITY,
            code => code.status(),
        }
    }

    /// To be tried again after some seconds.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.rest.retry_after = Some(seconds);
        self
    }

    /// With the methods that the path does know.
    pub fn allowing(mut self, methods: String) -> Self {
        self.rest.allow = Some(methods);
        self
    }

    /// With its instants as the clocks of a zone show them; the first that says so knows best.
    pub fn in_zone(mut self, zone: &Zone) -> Self {
        self.rest.zone.get_or_insert_with(|| zone.clone());
        self
    }

    /// With what stands in a place of its text.
    pub fn with(mut self, name: &'static str, value: impl Into<Place>) -> Self {
        let value = value.into();
        if let [only] = self.rest.fields.as_mut_slice() {
            only.arguments.push((name, value.clone()));
        }
        self.rest.arguments.push((name, value));
        self
    }

    /// With a member of its own.
    pub fn with_extra(mut self, name: &'static str, value: impl Serialize) -> Self {
        self.rest.extra.push((name, serde_json::to_value(value).unwrap_or(Value::Null)));
        self
    }

    /// Takes the amounts out of its members that whoever reads it is not told.
    pub fn withhold_amounts(&mut self, untold: Untold) {
        for (_, value) in &mut self.rest.extra {
            untold.withhold(value);
        }
    }

    /// Something is broken on our side; the cause is logged, not told.
    pub fn internal(cause: impl fmt::Display) -> Self {
        tracing::error!(cause = %cause, "internal error");
        Self::new(Code::Internal)
    }

    /// Something we need is away for the moment.
    pub fn unavailable(code: Code, cause: impl fmt::Display) -> Self {
        tracing::warn!(cause = %cause, "unavailable");
        Self::new(code).retry_after(2)
    }

    /// Several refusals at once, each with its pointer. The first decides code, status and rule.
    pub fn refusals(refusals: Vec<(String, Refusal)>) -> Self {
        let Some((_, first)) = refusals.first() else { return Self::new(Code::ValidationFailed) };
        Self::from(first.clone()).naming(refusals)
    }

    /// With wrong fields, each with a code of its own; code and status stay those of the whole.
    pub fn with_fields(mut self, fields: Vec<FieldProblem>) -> Self {
        self.rest.fields = fields;
        self
    }

    /// With what each field is refused for; code, status and rule stay those of the whole.
    pub fn naming(mut self, refusals: Vec<(String, Refusal)>) -> Self {
        let bases = refusals.iter().find_map(|(_, refusal)| match refusal {
            Refusal::BaseRequired(bases) => Some(bases.iter().map(AddOnBase::from).collect::<Vec<_>>()),
            _ => None,
        });
        self = bases.into_iter().fold(self, |problem, bases| problem.with_extra("bases", bases));
        let field = |(pointer, refusal): (String, Refusal)| {
            let (code, arguments) = (code_of(&refusal), arguments_of(&refusal));
            FieldProblem { pointer, code, arguments }
        };
        self.rest.fields = refusals.into_iter().map(field).collect();
        self
    }

    /// The body of the answer.
    pub fn body(&self, lang: Lang, request_id: &str) -> Value {
        let zone = self.zone.clone().unwrap_or_default();
        let told = told(self.code, &self.arguments, lang, &zone);
        let mut body = json!({
            "type": format!("/problems/{}", self.code.as_str()),
            "title": told.title,
            "status": self.status().as_u16(),
            "detail": told.detail,
            "code": self.code,
            "request_id": request_id,
        });
        if let Some(hint) = told.hint {
            body["hint"] = hint.into();
        }
        if !self.fields.is_empty() {
            body["errors"] = self.fields.iter().map(|field| field.body(lang, &zone)).collect();
        }
        if let Some(rule) = self.rule {
            body["rule"] = rule.into();
        }
        for (name, value) in &self.extra {
            body[*name] = value.clone();
        }
        body
    }
}

impl FieldProblem {
    /// What is said of it; instants as the clocks of a zone show them.
    pub fn told(&self, lang: Lang, zone: &Zone) -> Told {
        told(self.code, &self.arguments, lang, zone)
    }

    fn body(&self, lang: Lang, zone: &Zone) -> Value {
        let told = self.told(lang, zone);
        let mut body = json!({ "pointer": self.pointer, "code": self.code, "detail": told.detail });
        if let Some(hint) = told.hint {
            body["hint"] = hint.into();
        }
        if self.is_parameter() {
            body["parameter"] = self.pointer.as_str().into();
        }
        body
    }

    /// Whether it is a parameter of the query string: a pointer begins with a slash, a header with a capital.
    fn is_parameter(&self) -> bool {
        self.pointer.starts_with(|first: char| first != '/' && !first.is_ascii_uppercase())
    }
}

fn told(code: Code, places: &Places, lang: Lang, zone: &Zone) -> Told {
    crate::texts::problems::of(code, lang, places, zone)
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.as_str())
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    /// The problem travels with the answer; the edge renders it, because only it knows the language.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status());
        response.extensions_mut().insert(self.clone());
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = code_of(&refusal);
        let (arguments, extra) = (arguments_of(&refusal), extra_of(&refusal));
        Self::of(code, Details { rule: refusal.rule().map(RuleKey::code), arguments, extra, ..Details::default() })
    }
}

impl store::Failure for Problem {
    fn store_error(&self) -> Option<&store::StoreError> {
        self.cause.as_ref()
    }
}

impl From<store::StoreError> for Problem {
    fn from(error: store::StoreError) -> Self {
        let mut problem = match &error {
            store::StoreError::NotFound => Self::new(Code::NotFound),
            store::StoreError::Conflict(what) => conflict(what),
            store::StoreError::Stale => Self::new(Code::PreconditionFailed),
            store::StoreError::Busy
            | store::StoreError::Unavailable(_)
            | store::StoreError::Unwritable(_)
            | store::StoreError::Lost(_) => Self::unavailable(Code::Unavailable, &error),
            store::StoreError::Corrupt(_) | store::StoreError::Other(_) => Self::internal(&error),
        };
        problem.rest.cause = Some(error);
        problem
    }
}

/// What there is already, with the field that says so where a request has one.
fn conflict(what: &str) -> Problem {
    match what {
        "customers.external_ref" | "orders.external_ref" | "resellers.external_ref" | "users.external_ref" => {
            Problem::field("/external_ref", Code::ExternalRefTaken)
        }
        "users.login" => Problem::field("/login", Code::LoginTaken),
        "resellers.customer_number" => Problem::field("/customer_number", Code::CustomerNumberTaken),
        "marketplaces.slug" => Problem::field("/slug", Code::SlugTaken),
        "jobs.subject" => Problem::new(Code::JobUnderWay),
        "branches.name" => Problem::field("/name", Code::AlreadyExists).with("what", Phrase::ThisName),
        _ => Problem::new(Code::AlreadyExists).with("what", Phrase::ThisEntry),
    }
}

fn code_of(refusal: &Refusal) -> Code {
    // A test holds that every refusal's code is in the table.
    Code::from_text(refusal.code()).unwrap_or(Code::Conflict)
}

fn arguments_of(refusal: &Refusal) -> Arguments {
    match refusal {
        Refusal::QuantityOutOfRange(limits) => {
            vec![("min", limits.min.into()), ("max", limits.max.into()), ("step", limits.step.into())]
        }
        Refusal::OfferNotInMarket(country) => vec![("country", Place::wire(country.code()))],
        Refusal::CountryNotServed(country) => vec![("country", Place::text(country.code()))],
        Refusal::OfferNotInCurrency(currency) => vec![("currency", Place::text(currency.to_string()))],
        Refusal::SegmentRequired(segment) => vec![("segment", Phrase::from(*segment).into())],
        Refusal::SaleEnded(since) => vec![("since", (*since).into())],
        Refusal::CustomerLimit { limit, left } => vec![("limit", (*limit).into()), ("left", (*left).into())],
        Refusal::SubscriptionLimit(limit) => vec![("limit", (*limit).into())],
        Refusal::MixedCurrencies(one, other) => {
            vec![("one", Place::text(one.to_string())), ("other", Place::text(other.to_string()))]
        }
        Refusal::BaseRequired(bases) => vec![("bases", Place::text(bases_named(bases)))],
        Refusal::ConsentRequired(kind, version, vendor) | Refusal::ConsentOutdated(kind, version, vendor) => {
            let phrase = Phrase::from(*kind);
            let whose = vendor.as_ref().map(|vendor| format!("{} of vendor {vendor}", kind.code()));
            vec![
                ("kind", vendor.as_ref().map_or(phrase.into(), |vendor| Place::Of(phrase, vendor.clone()))),
                ("version", Place::text(version)),
                ("consent", Place::wire(whose.unwrap_or_else(|| kind.code().to_owned()))),
            ]
        }
        Refusal::ActiveOrderExists { subscription_id, quantity } => {
            vec![("subscription_id", Place::wire(subscription_id.to_string())), ("quantity", (*quantity).into())]
        }
        Refusal::OnlyLater(_, bounds) | Refusal::WindowClosed(_, bounds) => {
            let next = bounds.next_allowed_at.map(|at| ("next_allowed_at", at.into()));
            let now = bounds.quantity_now.filter(|now| *now > 0).map(|now| ("quantity_now", now.into()));
            next.into_iter().chain(now).collect()
        }
        Refusal::NoticeMissed(bounds) | Refusal::ReactivationOver(bounds) => {
            bounds.allowed_until.map(|at| ("allowed_until", at.into())).into_iter().collect()
        }
        Refusal::NoLicenseFree { quantity, assigned } => {
            vec![("quantity", (*quantity).into()), ("assigned", (*assigned).into())]
        }
        Refusal::LicensesAssigned { must_give_up } => vec![("count", must_give_up.len().into())],
        Refusal::AddOnsNotCarried(add_ons) => vec![("count", add_ons.len().into())],
        Refusal::KeyActionNotPossible(action) => vec![("action", Phrase::from(*action).into())],
        Refusal::RenewalNotCovered { needed, given } => {
            vec![("needed", (*needed).into()), ("given", (*given).into())]
        }
        Refusal::BranchUnknown(name) => vec![("branch", Place::text_or(Some(name.clone()), Phrase::ThisName))],
        Refusal::ResellerNotReady(missing) => {
            vec![("missing", Place::Phrases(missing.iter().map(|need| (*need).into()).collect()))]
        }
        Refusal::BeyondTerm(day) => vec![("limit", (*day).into())],
        Refusal::RoleExceedsOwn(excess) => {
            vec![("count", excess.iter().count().into()), ("permissions", Place::wire(listed(*excess)))]
        }
        Refusal::CategoryTooDeep => vec![("limit", category::DEEPEST.into())],
        Refusal::MarketplaceNotOpen(status) | Refusal::MarketplaceMove(status) => {
            vec![("status", Phrase::from(*status).into())]
        }
        Refusal::AreaNotOffered(area) => vec![("area", Phrase::from(*area).into())],
        _ => vec![],
    }
}

/// What an add-on can be added to, in a text.
fn bases_named(bases: &[Base]) -> String {
    bases.iter().map(|base| format!("{} ({})", base.name, base.quantity)).collect::<Vec<_>>().join(", ")
}

/// Permissions as a client reads them.
pub fn listed(permissions: domain::access::Permissions) -> String {
    permissions.iter().map(domain::access::Permission::code).collect::<Vec<_>>().join(", ")
}

fn extra_of(refusal: &Refusal) -> Vec<(&'static str, Value)> {
    let mut extra = bounds_of(refusal);
    extra.extend(members_of(refusal));
    extra
}

/// When it could have been asked for, or can be again, where that is known.
fn bounds_of(refusal: &Refusal) -> Vec<(&'static str, Value)> {
    let bounds = refusal.bounds();
    let at = |instant: Option<time::OffsetDateTime>| instant.map(|at| json!(crate::clock::instant(at)));
    let members = [
        ("allowed_until", bounds.allowed_until.map(|at| json!(crate::clock::deadline(at)))),
        ("next_allowed_at", at(bounds.next_allowed_at)),
        ("quantity_now", bounds.quantity_now.map(|quantity| json!(quantity))),
        ("billed_until", bounds.billed_until.map(|day| json!(day))),
    ];
    members.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn members_of(refusal: &Refusal) -> Vec<(&'static str, Value)> {
    match refusal {
        // Who got theirs last.
        Refusal::NoLicenseFree { quantity, assigned } => {
            vec![("quantity", json!(quantity)), ("assigned", json!(assigned))]
        }
        Refusal::LicensesAssigned { must_give_up } => vec![("must_give_up", json!(must_give_up))],
        Refusal::AddOnsNotCarried(add_ons) => vec![("add_ons", json!(add_ons))],
        Refusal::ResellerNotReady(missing) => vec![("missing", json!(missing))],
        Refusal::RoleExceedsOwn(missing) => vec![("missing", json!(missing))],
        // G-20: the answer carries what there is.
        Refusal::ActiveOrderExists { subscription_id, quantity } => {
            vec![("subscription_id", json!(subscription_id)), ("quantity", json!(quantity))]
        }
        _ => vec![],
    }
}

/// What was found, or nothing where it is not there.
pub fn there<T>(found: store::Result<T>) -> Result<Option<T>, Problem> {
    match found {
        Ok(value) => Ok(Some(value)),
        Err(store::StoreError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What a field of a request names by its id: 422 at the field where nothing has it, or it is not the caller's to see.
pub fn named<T>(field: &str, found: store::Result<T>) -> Result<T, Problem> {
    there(found)?.ok_or_else(|| Problem::field(field, Code::NotFound))
}

/// What a request is about: 404 where there is none of it.
pub fn found<T>(thing: Option<T>) -> Result<T, Problem> {
    thing.ok_or_else(|| Problem::new(Code::NotFound))
}
