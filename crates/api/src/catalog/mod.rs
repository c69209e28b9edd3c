//! The catalogue: what is sold.

pub mod products;
