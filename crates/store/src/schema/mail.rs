//! The table of what people were told.

tables! {
    notifications (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        event_id -> Uid,
        subject -> Text,
        kind -> Code,
        recipient -> Text,
        language -> Text,
        user_id -> Nullable<Uid>,
        customer_id -> Nullable<Uid>,
        reseller_id -> Nullable<Uid>,
        status -> Code,
        attempts -> Integer,
        failure -> Nullable<Text>,
        created_at -> Instant,
        sent_at -> Nullable<Instant>,
    }
}
