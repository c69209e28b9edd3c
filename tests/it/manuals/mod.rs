//! The five marketplaces as their manuals tell them, up to the order: what each sells, from the first contact to the
//! first purchase, and what holds of orders in all of them. What comes after the order is in `lives`.

mod address_later;
mod ahd;
mod cancom;
mod colt;
mod consents;
mod journeys;
mod key_sales;
mod manual_001;
mod manual_003;
mod opening;
mod product_keys;
mod resold;
mod tax_places;
mod tenants;
mod terra;
