//! The whole service, from the outside, on both databases.

mod access;
mod ahd;
mod cancom;
mod colt;
mod openapi;
mod price_lists;
mod provisioning;
mod shop;
mod terra;
