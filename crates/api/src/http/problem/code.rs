//! The closed table of problem codes: code → status. Clients branch on the code; it never changes its meaning.

use actix_web::http::StatusCode;

macro_rules! codes {
    ($($variant:ident = $code:literal $status:literal),+ $(,)?) => {
        /// Why a request was not done, for a client to branch on.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[allow(missing_docs, reason = "texts/en/problems.ftl says what each code means")]
        pub enum Code { $(#[serde(rename = $code)] $variant),+ }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The HTTP status of a problem whose first code this is.
            pub fn status(self) -> StatusCode {
                let status = match self { $(Self::$variant => $status),+ };
                StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }

            /// The code of a text, if it is one.
            pub fn from_text(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == text)
            }
        }
    };
}

codes! {
    // Reading the request
    MalformedRequest = "malformed_request" 400,
    MalformedJson = "malformed_json" 400,
    InvalidHeader = "invalid_header" 400,
    Unauthorized = "unauthorized" 401,
    TokenExpired = "token_expired" 401,
    InvalidCredentials = "invalid_credentials" 401,
    Forbidden = "forbidden" 403,
    NotWhileImpersonating = "not_while_impersonating" 403,
    OnlyInPerson = "only_in_person" 403,
    OriginNotAllowed = "origin_not_allowed" 403,
    NotFound = "not_found" 404,
    MethodNotAllowed = "method_not_allowed" 405,
    RequestTimeout = "request_timeout" 408,
    PayloadTooLarge = "payload_too_large" 413,
    UnsupportedMediaType = "unsupported_media_type" 415,
    UnsupportedEncoding = "unsupported_encoding" 415,
    HeadersTooLarge = "headers_too_large" 431,
    // Fields
    ValidationFailed = "validation_failed" 422,
    UnknownField = "unknown_field" 422,
    MissingField = "missing_field" 422,
    InvalidType = "invalid_type" 422,
    InvalidValue = "invalid_value" 422,
    InvalidId = "invalid_id" 422,
    TooLong = "too_long" 422,
    OutOfRange = "out_of_range" 422,
    Required = "required" 422,
    InvalidCursor = "invalid_cursor" 422,
    CountryUnknown = "country_unknown" 422,
    PostalCodeInvalid = "postal_code_invalid" 422,
    RegionUnknown = "region_unknown" 422,
    VatIdMistyped = "vat_id_mistyped" 422,
    VatIdNotCheckable = "vat_id_not_checkable" 422,
    BranchUnknown = "branch_unknown" 422,
    BranchesByProvider = "branches_by_provider" 403,
    MarketplaceRequired = "marketplace_required" 422,
    IdempotencyKeyReused = "idempotency_key_reused" 422,
    // State
    Conflict = "conflict" 409,
    AlreadyExists = "already_exists" 409,
    ExternalRefTaken = "external_ref_taken" 409,
    CustomerNumberTaken = "customer_number_taken" 409,
    CustomerNumberInUse = "customer_number_in_use" 409,
    ResellerNotReady = "reseller_not_ready" 409,
    SecretToldBefore = "secret_told_before" 409,
    PreviewStale = "preview_stale" 409,
    PreviewRequired = "preview_required" 422,
    PreconditionFailed = "precondition_failed" 412,
    CredentialsTaken = "credentials_taken" 409,
    CredentialsNotReady = "credentials_not_ready" 409,
    TenantNotLinking = "tenant_not_linking" 409,
    NotASandbox = "not_a_sandbox" 409,
    ClockBackwards = "clock_backwards" 422,
    TaskNotParked = "task_not_parked" 409,
    JobUnderWay = "job_under_way" 409,
    JobOver = "job_over" 409,
    JobCanceled = "job_canceled" 409,
    // Ordering (domain::refusal)
    UseCancel = "use_cancel" 422,
    QuantityOutOfRange = "quantity_out_of_range" 422,
    OfferUnknown = "offer_unknown" 422,
    OfferNotInMarket = "offer_not_in_market" 422,
    OfferNotInCurrency = "offer_not_in_currency" 422,
    SegmentRequired = "segment_required" 422,
    NoPrice = "no_price" 422,
    SaleEnded = "sale_ended" 422,
    CustomerLimit = "customer_limit" 422,
    SubscriptionLimit = "subscription_limit" 422,
    SaleEndsBeforeStart = "sale_ends_before_start" 422,
    MixedCurrencies = "mixed_currencies" 422,
    CartEmpty = "cart_empty" 422,
    CartFull = "cart_full" 422,
    CartOrdered = "cart_ordered" 409,
    TooManyOpenCarts = "too_many_open_carts" 409,
    ConsentRequired = "consent_required" 422,
    ConsentOutdated = "consent_outdated" 422,
    PaymentMethodNotOffered = "payment_method_not_offered" 422,
    TenantRequired = "tenant_required" 409,
    InvoiceAddressRequired = "invoice_address_required" 409,
    AgreementRequired = "agreement_required" 409,
    PrerequisiteMissing = "prerequisite_missing" 422,
    BaseRequired = "base_required" 422,
    NotAnAddOn = "not_an_add_on" 422,
    ActiveOrderExists = "active_order_exists" 409,
    ProductTwiceInCart = "product_twice_in_cart" 422,
    AmountOutOfRange = "amount_out_of_range" 422,
    TenantPrefixInvalid = "tenant_prefix_invalid" 422,
    TenantDomainInvalid = "tenant_domain_invalid" 422,
    TenantDomainTaken = "tenant_domain_taken" 409,
    TenantExists = "tenant_exists" 409,
    AgreementExists = "agreement_exists" 409,
    // Changes of a subscription (domain::refusal)
    SubscriptionNotReady = "subscription_not_ready" 409,
    SubscriptionEnded = "subscription_ended" 409,
    SubscriptionSuspended = "subscription_suspended" 409,
    ChangeInProgress = "change_in_progress" 409,
    ChangePending = "change_pending" 409,
    ChangeNotWaiting = "change_not_waiting" 409,
    TooManyChanges = "too_many_changes" 409,
    NothingChanges = "nothing_changes" 409,
    NotOffered = "not_offered" 422,
    OnlyLater = "only_later" 422,
    WindowClosed = "window_closed" 422,
    NoticeMissed = "notice_missed" 422,
    NotRenewing = "not_renewing" 409,
    LicensesAssigned = "licenses_assigned" 409,
    NoLicenseFree = "no_license_free" 409,
    LicenseAssigned = "license_assigned" 409,
    UserNotOfCustomer = "user_not_of_customer" 422,
    UserDisabled = "user_disabled" 409,
    TrialFixed = "trial_fixed" 422,
    TrialHad = "trial_had" 409,
    TrialThenRequired = "trial_then_required" 422,
    NotATrial = "not_a_trial" 422,
    TransitionNotOffered = "transition_not_offered" 422,
    AddOnsNotCarried = "add_ons_not_carried" 409,
    DateNotOffered = "date_not_offered" 422,
    BeyondTerm = "beyond_term" 422,
    ReactivationOver = "reactivation_over" 422,
    PersonRequired = "person_required" 422,
    // Policies
    RuleNeeded = "rule_needed" 422,
    NotAscending = "not_ascending" 422,
    NotDescending = "not_descending" 422,
    Repeated = "repeated" 422,
    // Product keys and delegated administration
    ProductKeyInvalid = "product_key_invalid" 422,
    ProductKeyUnknown = "product_key_unknown" 422,
    KeyAlreadyUsed = "key_already_used" 409,
    KeyRevoked = "key_revoked" 409,
    CountryNotServed = "country_not_served" 422,
    KeysAlreadySold = "keys_already_sold" 409,
    KeysNotSellable = "keys_not_sellable" 409,
    ResponsibilityRequired = "responsibility_required" 422,
    KeyActionNotPossible = "key_action_not_possible" 422,
    NothingToRenew = "nothing_to_renew" 409,
    KeyActionsMixed = "key_actions_mixed" 422,
    RenewalNotCovered = "renewal_not_covered" 422,
    NextTermPrepaid = "next_term_prepaid" 409,
    OfferNotPrepayable = "offer_not_prepayable" 422,
    RedemptionCompleted = "redemption_completed" 409,
    DelegationRequired = "delegation_required" 409,
    PartnerIdRequired = "partner_id_required" 409,
    DelegationNotOffered = "delegation_not_offered" 409,
    DelegationExists = "delegation_exists" 409,
    DelegationWaits = "delegation_waits" 409,
    // Price lists
    SheetUnreadable = "sheet_unreadable" 422,
    SheetColumnsMissing = "sheet_columns_missing" 422,
    SheetWithoutRows = "sheet_without_rows" 422,
    PriceListNotDraft = "price_list_not_draft" 409,
    PriceListStale = "price_list_stale" 409,
    PriceListEmpty = "price_list_empty" 409,
    OfferMatrixNotDraft = "offer_matrix_not_draft" 409,
    OfferMatrixStale = "offer_matrix_stale" 409,
    OfferMatrixWithoutRows = "offer_matrix_without_rows" 422,
    // People and links
    PasswordTooShort = "password_too_short" 422,
    PasswordTooLong = "password_too_long" 422,
    PasswordClassMissing = "password_class_missing" 422,
    PasswordClassMissingAny = "password_class_missing_any" 422,
    PasswordCharacterNotAllowed = "password_character_not_allowed" 422,
    PasswordIsLogin = "password_is_login" 422,
    PasswordWrong = "password_wrong" 422,
    LinkInvalid = "link_invalid" 422,
    LinkUsed = "link_used" 409,
    LinkExpired = "link_expired" 422,
    RegistrationClosed = "registration_closed" 403,
    RegistrationNotWaiting = "registration_not_waiting" 409,
    NumberOrBankData = "number_or_bank_data" 422,
    RoleNotOffered = "role_not_offered" 422,
    RoleExceedsOwn = "role_exceeds_own" 403,
    AreasRequired = "areas_required" 422,
    AreasNotChosen = "areas_not_chosen" 422,
    AreaNotOffered = "area_not_offered" 422,
    LastAdministrator = "last_administrator" 409,
    NotOneself = "not_oneself" 409,
    LoginTaken = "login_taken" 422,
    LoginIsEmail = "login_is_email" 422,
    ActivationNotOptional = "activation_not_optional" 422,
    PasswordNotSettable = "password_not_settable" 422,
    UserActivated = "user_activated" 409,
    PermissionBeyondRole = "permission_beyond_role" 422,
    RoleInUse = "role_in_use" 409,
    ImpersonationNotAllowed = "impersonation_not_allowed" 403,
    UserNotReady = "user_not_ready" 409,
    ApiClientRevoked = "api_client_revoked" 409,
    TooManySecrets = "too_many_secrets" 409,
    // Load and faults
    TooManyRequests = "too_many_requests" 429,
    Internal = "internal" 500,
    Unavailable = "unavailable" 503,
    PartnerCenterUnavailable = "partner_center_unavailable" 503,
}
