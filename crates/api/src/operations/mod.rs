//! One file per write: check, decide, persist, inside the one transaction that `crate::work` opened.

pub mod accept_agreement;
pub mod change_subscription;
pub mod delegate;
pub mod edit_api_client;
pub mod edit_branch;
pub mod edit_cart;
pub mod edit_customer;
pub mod edit_customer_number;
pub mod edit_licenses;
pub mod edit_reseller;
pub mod edit_role;
pub mod impersonate;
pub mod import_prices;
pub mod keep_session;
pub mod link_tenant;
pub mod make_keys;
pub mod move_clock;
pub mod open_account;
pub mod place_order;
pub mod publish_policy;
pub mod publish_prices;
pub mod quote_cart;
pub mod redeem_keys;
pub mod review_registration;
pub mod set_people_rules;
pub mod take_registration;
