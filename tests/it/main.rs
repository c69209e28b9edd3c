//! The whole service, from the outside, on both databases.

mod access;
mod ahd;
mod bad_input;
mod cancom;
mod colt;
mod concurrency;
mod crash;
mod oauth;
mod openapi;
mod price_lists;
mod product_keys;
mod provisioning;
mod shop;
mod tenants;
mod terra;
mod tokens;
