//! The family of problems: codes that say no more than every problem does share one shape; the others have shapes of
//! their own, with the members that come with them. The `code` tells which one it is.

use crate::http::problem::Code;
use crate::http::wire::codes::{Permission, ResellerNeed};
use crate::openapi::shapes::{merge, reference};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// A refusal by a rule of times: what was possible, and when it is again.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the members that problem::bounds_of writes")]
struct DeadlineProblem {
    /// Until when it was possible; left out where it never was.
    #[schema(required = false, value_type = String, format = DateTime, example = "2026-11-27T10:15:00Z")]
    allowed_until: String,
    /// From when on it is possible again; left out where it never is.
    #[schema(required = false, value_type = String, format = DateTime, example = "2026-12-20T00:00:00Z")]
    next_allowed_at: String,
    /// How many licences could be given back at once; left out where none could.
    #[schema(required = false, value_type = u32, example = 3)]
    quantity_now: u32,
    /// The last day that is billed; left out where nothing is billed.
    #[schema(required = false, value_type = String, format = Date, example = "2026-12-19")]
    billed_until: String,
}

/// No licence is free to be given to one more person.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the members that problem::members_of writes")]
struct NoLicenseFreeProblem {
    /// How many licences there are.
    #[schema(example = 5)]
    quantity: u32,
    /// How many of them people have.
    #[schema(example = 5)]
    assigned: u32,
}

/// More licences are given to people than would remain.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the members that problem::members_of writes")]
struct LicensesAssignedProblem {
    /// Who would have to give theirs up: those who got them last.
    #[schema(example = json!(["usr_01kagy2qk8e3vrc6h1x0m4t7ws"]))]
    must_give_up: Vec<String>,
}

/// Add-ons of the subscription are for none that has the other edition.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the members that problem::members_of writes")]
struct AddOnsNotCarriedProblem {
    /// The add-ons, which are subscriptions themselves.
    #[schema(example = json!(["sub_01kagy2qk8e3vrc6h1x0m4t7ws"]))]
    add_ons: Vec<String>,
}

/// The reseller lacks something that it needs before it can buy.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the members that problem::members_of writes")]
struct ResellerNotReadyProblem {
    /// What the reseller lacks before it can buy.
    missing: Vec<ResellerNeed>,
}

/// Who asks may less than what it would give away, reset or change.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the members that problem::members_of writes")]
struct RoleExceedsOwnProblem {
    /// The permissions that it lacks.
    missing: Vec<Permission>,
}

/// Customers own something at the marketplace.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the members that platform::marketplaces::moves writes")]
struct MarketplaceInUseProblem {
    /// How many subscriptions customers still own there.
    #[schema(example = 12)]
    subscriptions: u32,
}

/// The category still holds something.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the members that catalog::categories::remove writes")]
struct CategoryInUseProblem {
    /// How many products are in it.
    #[schema(example = 8)]
    products: u32,
    /// How many categories are in it.
    #[schema(example = 0)]
    categories: u32,
}

/// The customer has an active subscription of the product, and may have only one.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the members that problem::members_of writes")]
struct ActiveOrderProblem {
    /// The subscription that there is.
    #[schema(example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    subscription_id: String,
    /// How many licences it has.
    #[schema(example = 5)]
    quantity: u32,
}

/// It would do something else than was seen, or nothing was seen yet.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the members that writes of orders and changes add")]
struct StalePreviewProblem {
    /// What it would do now: of an order the cart's preview, of a change the change's. To go on, send its
    /// `preview_token`.
    #[schema(value_type = Object)]
    preview: String,
}

/// Too many carts wait to be ordered.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the members that carts::open adds")]
struct OpenCartsProblem {
    /// The oldest of them.
    #[schema(example = json!(["crt_01kagy2qk8e3vrc6h1x0m4t7ws"]))]
    open_carts: Vec<String>,
}

/// Something else moves the sandbox's clock, or long work is under way.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the members that sandbox::move_clock adds")]
struct ClockProblem {
    /// Where the clock stands; left out where it is not about a clock.
    #[schema(required = false, value_type = String, format = DateTime, example = "2027-04-06T09:00:00Z")]
    now: String,
}

/// No row of a price sheet can be read.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the members that price_lists::import adds")]
struct SheetProblem {
    /// The draft that says what is wrong with each row.
    #[schema(example = "prl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    price_list_id: String,
}

/// No row of an offer matrix can be read.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the members that offer_matrices::import adds")]
struct MatrixProblem {
    /// The draft that says what is wrong with each row.
    #[schema(example = "mtx_01kagy2qk8e3vrc6h1x0m4t7ws")]
    offer_matrix_id: String,
}

/// The same request has made something whose secret was told then, and is not told again.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the members that transaction::write adds")]
struct SecretToldProblem {
    /// The path of what it made.
    #[schema(example = "/v1/api-clients/key_01kagy2qk8e3vrc6h1x0m4t7ws")]
    first: String,
}

/// Fields of the request are wrong. Where people whom there are already are the reason, it names them.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the members that users::add adds")]
struct FieldsProblem {
    /// The person that there is already; left out where it is none or several.
    #[schema(required = false, value_type = String, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    user_id: String,
    /// The people that there are already, where they are several.
    #[schema(required = false, value_type = Vec<KnownUser>)]
    existing: Vec<KnownUser>,
}

/// Somebody who is there already.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the shape that users::add writes")]
pub struct KnownUser {
    /// Where the request names the person: a JSON pointer into its body.
    #[schema(example = "/users/0/login")]
    pointer: String,
    /// The id of the person.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    user_id: String,
}

struct Kind {
    name: String,
    codes: &'static [Code],
    shape: Value,
}

fn kind<T: ToSchema>(codes: &'static [Code]) -> Kind {
    Kind { name: T::name().into_owned(), codes, shape: serde_json::to_value(T::schema()).unwrap_or_default() }
}

/// The shapes with members of their own.
fn kinds() -> Vec<Kind> {
    vec![
        kind::<DeadlineProblem>(&[
            Code::NotOffered,
            Code::OnlyLater,
            Code::WindowClosed,
            Code::NoticeMissed,
            Code::DelegationWaits,
            Code::ReactivationOver,
        ]),
        kind::<NoLicenseFreeProblem>(&[Code::NoLicenseFree]),
        kind::<LicensesAssignedProblem>(&[Code::LicensesAssigned]),
        kind::<AddOnsNotCarriedProblem>(&[Code::AddOnsNotCarried]),
        kind::<ResellerNotReadyProblem>(&[Code::ResellerNotReady]),
        kind::<RoleExceedsOwnProblem>(&[Code::RoleExceedsOwn]),
        kind::<MarketplaceInUseProblem>(&[Code::MarketplaceInUse]),
        kind::<CategoryInUseProblem>(&[Code::CategoryInUse]),
        kind::<ActiveOrderProblem>(&[Code::ActiveOrderExists]),
        kind::<StalePreviewProblem>(&[Code::PreviewStale, Code::PreviewRequired]),
        kind::<OpenCartsProblem>(&[Code::TooManyOpenCarts]),
        kind::<ClockProblem>(&[Code::JobUnderWay, Code::JobCanceled]),
        kind::<SheetProblem>(&[Code::SheetWithoutRows]),
        kind::<MatrixProblem>(&[Code::OfferMatrixWithoutRows]),
        kind::<SecretToldProblem>(&[Code::SecretToldBefore]),
        kind::<FieldsProblem>(&[Code::ValidationFailed, Code::LoginTaken, Code::ExternalRefTaken, Code::AlreadyExists]),
    ]
}

/// Makes the family of what every problem has.
pub fn family(schemas: &mut Map<String, Value>) {
    let Some(mut base) = schemas.remove("Problem") else { return };
    never_null(&mut base);
    let kinds = kinds();
    let apart = |code: &Code| kinds.iter().any(|kind| kind.codes.contains(code));
    let plain: Vec<_> = Code::ALL.iter().copied().filter(|code| !apart(code)).collect();
    let (mut all, mut mapping) = (vec![], Map::new());
    let mut add = |name: &str, codes: &[Code], own: Value| {
        let mut shape = base.clone();
        let description = own["description"].clone();
        merge(&mut shape, own);
        shape["title"] = name.into();
        shape["description"] = description;
        let list: Vec<_> = codes.iter().map(|code| code.as_str()).collect();
        let meaning = shape["properties"]["code"]["description"].clone();
        shape["properties"]["code"] = json!({"type": "string", "enum": list, "description": meaning});
        mapping.extend(list.iter().map(|code| ((*code).to_owned(), reference(name).into())));
        all.push(json!({"$ref": reference(name)}));
        schemas.insert(name.to_owned(), shape);
    };
    for Kind { name, codes, mut shape } in kinds {
        if name == "StalePreviewProblem" {
            let choices = ["CartPreview", "ChangePreview"].map(|name| json!({"$ref": reference(name)}));
            let description = shape["properties"]["preview"]["description"].clone();
            shape["properties"]["preview"] = json!({"description": description, "oneOf": choices});
        }
        add(&name, codes, shape);
    }
    add("PlainProblem", &plain, json!({"description": "A problem that says no more than every problem does."}));
    let family = json!({
        "description": base["description"],
        "oneOf": all,
        "discriminator": {"propertyName": "code", "mapping": mapping},
    });
    schemas.insert("Problem".to_owned(), family);
}

/// Members of a problem are left out rather than null.
fn never_null(schema: &mut Value) {
    for member in schema["properties"].as_object_mut().into_iter().flat_map(|members| members.values_mut()) {
        if let Some(one) = member["type"].as_array().and_then(|kinds| kinds.iter().find(|kind| **kind != "null")) {
            member["type"] = one.clone();
        }
    }
}
