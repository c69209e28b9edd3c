//! The tables of long work.

tables! {
    jobs (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        kind -> Code,
        state -> Code,
        subject -> Text,
        asked -> Document,
        requested_by -> Text,
        machine -> Bool,
        impersonator -> Nullable<Text>,
        request_id -> Text,
        progress -> BigInt,
        total -> BigInt,
        result -> Nullable<Document>,
        problem -> Nullable<Document>,
        cancel_requested -> Bool,
        attempts -> Integer,
        failures -> Integer,
        due_at -> Nullable<Instant>,
        leased_until -> Nullable<Instant>,
        created_at -> Instant,
        started_at -> Nullable<Instant>,
        finished_at -> Nullable<Instant>,
        version -> BigInt,
    }

    job_pieces (marketplace_id, job_id, number) {
        marketplace_id -> Uid,
        job_id -> Uid,
        number -> BigInt,
        bytes -> Binary,
    }
}
