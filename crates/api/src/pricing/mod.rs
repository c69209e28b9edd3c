//! Prices, and what holds for whoever buys: the sheets they come from.

pub mod offer_matrices;
pub mod price_lists;
