//! The whole service, from the outside, on both databases.

mod cancom;
mod shop;
