//! One file per write: check, decide, persist, inside the one transaction that `crate::work` opened.

pub mod accept_agreement;
pub mod add_users;
pub mod change_subscription;
pub mod delegate;
pub mod edit_api_client;
pub mod edit_branch;
pub mod edit_cart;
pub mod edit_customer;
pub mod edit_customer_number;
pub mod edit_licenses;
pub mod edit_reseller;
pub mod edit_user;
pub mod import_prices;
pub mod keep_session;
pub mod link_tenant;
pub mod make_keys;
pub mod move_clock;
pub mod place_order;
pub mod publish_policy;
pub mod publish_prices;
pub mod quote_cart;
pub mod redeem_keys;
pub mod set_people_rules;
