//! The tables of organisations that are no customer or reseller themselves.

tables! {
    branches (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        customer_id -> Uid,
        name -> Text,
        address -> Document,
        created_at -> Instant,
        version -> BigInt,
        retired_at -> Nullable<Instant>,
    }

    vat_checks (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        customer_id -> Uid,
        vat_id -> Text,
        registry -> Text,
        valid -> Bool,
        name -> Nullable<Text>,
        address -> Nullable<Text>,
        consultation_number -> Nullable<Text>,
        answered_at -> Instant,
    }

    customer_numbers (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        number -> Text,
        name -> Text,
        postal_code -> Text,
        country -> Code,
        region -> Nullable<Text>,
        reseller_id -> Nullable<Uid>,
        customer_id -> Nullable<Uid>,
        created_at -> Instant,
        version -> BigInt,
    }
}
