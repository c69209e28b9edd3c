DROP TABLE audit_entries;
DROP TABLE idempotency_keys;
DROP TABLE tasks;
DROP TABLE events;
