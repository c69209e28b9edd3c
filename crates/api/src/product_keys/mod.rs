//! Product keys: sold in batches, redeemed by customers.

pub mod batches;
pub mod redemptions;
