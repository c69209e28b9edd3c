//! Buying: carts and orders.

pub mod carts;
pub mod orders;
