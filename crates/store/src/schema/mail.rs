//! The tables of what people were told, and of reminders that wait for the mail of their day.

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

    digests (marketplace_id, due_at) {
        marketplace_id -> Uid,
        due_at -> Instant,
        event_id -> Nullable<Uid>,
    }

    reminders (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        due_at -> Instant,
        subscription_id -> Uid,
        days -> Integer,
    }

    digest_lines (marketplace_id, notification_id, place) {
        marketplace_id -> Uid,
        notification_id -> Uid,
        place -> Integer,
        subscription_id -> Uid,
        days -> Integer,
    }
}

diesel::allow_tables_to_appear_in_same_query!(notifications, digest_lines);
diesel::allow_tables_to_appear_in_same_query!(digests, reminders);
