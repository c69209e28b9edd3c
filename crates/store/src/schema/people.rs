//! The tables of people and scripts, and of what they get in by.

tables! {
    users (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        login -> Text,
        first_name -> Text,
        last_name -> Text,
        role -> Code,
        reseller_id -> Nullable<Uid>,
        customer_id -> Nullable<Uid>,
        password_hash -> Text,
        disabled -> Bool,
        created_at -> Instant,
        version -> BigInt,
        email -> Text,
        notification_email -> Nullable<Text>,
        phone -> Nullable<Text>,
        address -> Nullable<Document>,
        language -> Nullable<Text>,
        areas -> Nullable<Document>,
        external_ref -> Nullable<Text>,
        activated_at -> Nullable<Instant>,
        locked_at -> Nullable<Instant>,
        locked_until -> Nullable<Instant>,
        deleted_at -> Nullable<Instant>,
        seen_by_reseller_id -> Nullable<Uid>,
        email_domain -> Nullable<Text>,
        updated_at -> Instant,
    }

    roles (marketplace_id, key) {
        marketplace_id -> Uid,
        key -> Text,
        organization -> Code,
        title -> Document,
        permissions -> Document,
        created_at -> Instant,
        version -> BigInt,
    }

    sessions (id) {
        id -> Uid,
        marketplace_id -> Uid,
        user_id -> Uid,
        impersonator -> Nullable<Uid>,
        started_at -> Instant,
        last_used_at -> Instant,
        absolute_until -> Instant,
        ended_at -> Nullable<Instant>,
        end_reason -> Nullable<Code>,
        address -> Text,
        user_agent -> Text,
        generation -> BigInt,
    }

    refresh_tokens (hash) {
        hash -> Binary,
        family -> Uid,
        marketplace_id -> Uid,
        user_id -> Uid,
        issued_at -> Instant,
        expires_at -> Instant,
        used_at -> Nullable<Instant>,
        generation -> BigInt,
    }

    login_attempts (id) {
        id -> Uid,
        marketplace_id -> Nullable<Uid>,
        user_id -> Nullable<Uid>,
        address -> Text,
        user_agent -> Text,
        outcome -> Code,
        at -> Instant,
        name -> Nullable<Uid>,
        network -> Nullable<Uid>,
        device -> Nullable<Uid>,
    }

    request_counts (kind, slot) {
        kind -> Code,
        slot -> BigInt,
        since -> Instant,
        count -> BigInt,
    }

    one_time_tokens (id) {
        id -> Uid,
        marketplace_id -> Uid,
        purpose -> Code,
        hash -> Binary,
        user_id -> Nullable<Uid>,
        registration_id -> Nullable<Uid>,
        created_at -> Instant,
        expires_at -> Instant,
        used_at -> Nullable<Instant>,
        revoked_at -> Nullable<Instant>,
    }

    account_consents (marketplace_id, user_id, kind, version) {
        marketplace_id -> Uid,
        user_id -> Uid,
        kind -> Code,
        version -> Text,
        agreed_at -> Instant,
        address -> Text,
    }

    api_clients (id) {
        id -> Uid,
        marketplace_id -> Uid,
        name -> Text,
        role -> Code,
        reseller_id -> Nullable<Uid>,
        customer_id -> Nullable<Uid>,
        disabled -> Bool,
        created_at -> Instant,
        permissions -> Nullable<Document>,
        created_by -> Text,
        version -> BigInt,
    }

    api_client_secrets (id) {
        id -> Uid,
        marketplace_id -> Uid,
        client_id -> Uid,
        hash -> Binary,
        hint -> Text,
        created_at -> Instant,
        last_used_at -> Nullable<Instant>,
        revoked_at -> Nullable<Instant>,
    }
}
