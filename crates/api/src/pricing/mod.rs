//! Prices: the sheets they come from.

pub mod price_lists;
