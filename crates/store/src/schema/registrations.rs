//! The table of registrations.

tables! {
    registrations (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        mode -> Code,
        status -> Code,
        email -> Text,
        language -> Nullable<Text>,
        form -> Nullable<Document>,
        password_hash -> Nullable<Text>,
        bank_data -> Nullable<Binary>,
        iban_last_four -> Nullable<Text>,
        customer_number -> Nullable<Text>,
        mismatches -> Nullable<Document>,
        consents -> Nullable<Document>,
        address -> Text,
        reason -> Nullable<Text>,
        referred_to -> Nullable<Uid>,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Instant>,
        customer_id -> Nullable<Uid>,
        reseller_id -> Nullable<Uid>,
        user_id -> Nullable<Uid>,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
    }
}
