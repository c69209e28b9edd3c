//! Organisations: customers, resellers, and what ties them to each other and to Microsoft.

pub mod agreements;
pub mod branches;
pub mod customer_numbers;
pub mod customers;
pub mod delegations;
pub mod onboarding;
pub mod resellers;
pub mod tenants;
pub mod vat_checks;
