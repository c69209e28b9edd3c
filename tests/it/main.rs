//! The whole service, from the outside, on both databases.

mod ahd;
mod cancom;
mod colt;
mod price_lists;
mod shop;
