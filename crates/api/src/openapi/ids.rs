//! What ids look like, by the parameters and members that hold them.

use domain::id::{
    ApiClientId, BranchId, CartId, ClientSecretId, CustomerId, JobId, KeyBatchId, LineId, OfferId, OfferMatrixId,
    OrderId, PriceListId, ProductId, RedemptionId, RegistrationId, ResellerId, SessionId, SkuId, SubscriptionId,
    TaskId, UserId,
};

/// The ids' prefixes by the parameter that takes them.
pub const ID_PARAMETERS: &[(&str, &str)] = &[
    ("batch_id", KeyBatchId::PREFIX),
    ("branch_id", BranchId::PREFIX),
    ("cart_id", CartId::PREFIX),
    ("line_id", LineId::PREFIX),
    ("customer_id", CustomerId::PREFIX),
    ("reseller_id", ResellerId::PREFIX),
    ("job_id", JobId::PREFIX),
    ("task_id", TaskId::PREFIX),
    ("offer_id", OfferId::PREFIX),
    ("product_id", ProductId::PREFIX),
    ("order_id", OrderId::PREFIX),
    ("offer_matrix_id", OfferMatrixId::PREFIX),
    ("price_list_id", PriceListId::PREFIX),
    ("sku_id", SkuId::PREFIX),
    ("redemption_id", RedemptionId::PREFIX),
    ("subscription_id", SubscriptionId::PREFIX),
    ("user_id", UserId::PREFIX),
    ("client_id", ApiClientId::PREFIX),
    ("registration_id", RegistrationId::PREFIX),
    ("secret_id", ClientSecretId::PREFIX),
    ("session_id", SessionId::PREFIX),
];
