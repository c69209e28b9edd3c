//! The whole service, from the outside, on both databases.

mod access;
mod ahd;
mod architecture;
mod bad_input;
mod cancom;
mod changes;
mod colt;
mod concurrency;
mod conventions;
mod crash;
mod database;
mod edge;
mod idempotency;
mod lists;
mod logs;
mod oauth;
mod openapi;
mod price_lists;
mod product_keys;
mod program;
mod provisioning;
mod shop;
mod tenants;
mod terra;
mod tokens;
mod versions;
