-- Facts, the work they cause, answers given before, and who did what.

-- seq is the order in which the database took the facts; no consumer relies on it having no holes.
CREATE TABLE events (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    marketplace_id BLOB NOT NULL REFERENCES marketplaces (id),
    id BLOB NOT NULL,
    customer_id BLOB,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    payload TEXT NOT NULL,
    CONSTRAINT events_id UNIQUE (marketplace_id, id)
) STRICT;
CREATE INDEX events_by_subject ON events (marketplace_id, subject, seq);
CREATE INDEX events_by_seq ON events (marketplace_id, seq);

-- One event's work for one consumer. A task has a due instant exactly as long as it is pending, so that
-- the index of due work holds nothing else.
CREATE TABLE tasks (
    marketplace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    event_id BLOB NOT NULL,
    consumer TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'done', 'parked')),
    due_at INTEGER,
    leased_until INTEGER,
    attempts INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    waits INTEGER NOT NULL,
    error TEXT,
    PRIMARY KEY (marketplace_id, id),
    CHECK ((status = 'pending') = (due_at IS NOT NULL)),
    FOREIGN KEY (marketplace_id, event_id) REFERENCES events (marketplace_id, id)
) STRICT;
CREATE INDEX tasks_due ON tasks (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX tasks_by_status ON tasks (marketplace_id, status, id);
CREATE INDEX tasks_parked ON tasks (marketplace_id) WHERE status = 'parked';

CREATE TABLE idempotency_keys (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    status INTEGER,
    headers TEXT,
    body BLOB,
    PRIMARY KEY (caller, key)
) STRICT;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE audit_entries (
    marketplace_id BLOB NOT NULL REFERENCES marketplaces (id),
    id BLOB NOT NULL,
    customer_id BLOB,
    reseller_id BLOB,
    actor TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    before TEXT,
    after TEXT,
    request_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id)
) STRICT;
CREATE INDEX audit_entries_by_subject ON audit_entries (marketplace_id, subject, id);
CREATE INDEX audit_entries_by_actor ON audit_entries (marketplace_id, actor, id);
CREATE INDEX audit_entries_by_customer ON audit_entries (marketplace_id, customer_id, id) WHERE customer_id IS NOT NULL;
CREATE INDEX audit_entries_by_reseller ON audit_entries (marketplace_id, reseller_id, id) WHERE reseller_id IS NOT NULL;
