//! Tests of idempotency.
