//! The tables of product keys, their sales and redemptions, and delegated administration.

use crate::schema::people::users;

tables! {
    product_key_batches (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        offer_id -> Uid,
        quantity -> BigInt,
        key_count -> BigInt,
        created_by -> Text,
        created_at -> Instant,
        revoked_at -> Nullable<Instant>,
        version -> BigInt,
        reseller_id -> Nullable<Uid>,
        sold_at -> Nullable<Instant>,
    }

    key_charges (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        batch_id -> Uid,
        reseller_id -> Uid,
        kind -> Code,
        key_count -> BigInt,
        quantity -> BigInt,
        unit_price -> BigInt,
        net -> BigInt,
        currency -> Code,
        explain -> Text,
        reverses -> Nullable<Uid>,
        created_by -> Text,
        created_at -> Instant,
        tax -> Nullable<BigInt>,
    }

    product_keys (marketplace_id, digest) {
        marketplace_id -> Uid,
        digest -> Binary,
        batch_id -> Uid,
        last_five -> Text,
        redemption_id -> Nullable<Uid>,
        redeemed_at -> Nullable<Instant>,
        used_for -> Nullable<Uid>,
        position -> Integer,
    }

    redemptions (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        customer_id -> Nullable<Uid>,
        reseller_id -> Nullable<Uid>,
        status -> Code,
        partner_of_record -> Nullable<Text>,
        confirmed_by -> Text,
        created_at -> Instant,
        completed_at -> Nullable<Instant>,
        order_id -> Nullable<Uid>,
        version -> BigInt,
        new_customer -> Nullable<Document>,
        administrator_id -> Nullable<Uid>,
    }

    redemption_keys (marketplace_id, redemption_id, position) {
        marketplace_id -> Uid,
        redemption_id -> Uid,
        position -> Integer,
        digest -> Binary,
        last_five -> Text,
        action -> Nullable<Code>,
        subscription_id -> Nullable<Uid>,
        starts -> Nullable<Code>,
    }

    delegations (marketplace_id, customer_id) {
        marketplace_id -> Uid,
        customer_id -> Uid,
        status -> Code,
        message -> Nullable<Text>,
        offered_by -> Text,
        offered_at -> Instant,
        answered_by -> Nullable<Text>,
        answered_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(product_key_batches, product_keys);
diesel::allow_tables_to_appear_in_same_query!(product_keys, redemptions);
diesel::allow_tables_to_appear_in_same_query!(users, redemptions);
