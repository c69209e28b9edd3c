//! The catalogue: what is sold.

pub mod categories;
pub mod products;
pub mod sales;
pub mod skus;
pub mod summary;
pub mod texts;
