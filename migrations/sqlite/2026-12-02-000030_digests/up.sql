-- Reminders that wait for the mail of their day, the mails of a day, and what each of these tells of.

CREATE TABLE digests (
    marketplace_id BLOB NOT NULL REFERENCES marketplaces (id),
    due_at INTEGER NOT NULL,
    event_id BLOB,
    PRIMARY KEY (marketplace_id, due_at),
    FOREIGN KEY (marketplace_id, event_id) REFERENCES events (marketplace_id, id)
) STRICT;
CREATE INDEX digests_waiting ON digests (due_at) WHERE event_id IS NULL;
CREATE INDEX digests_by_event ON digests (marketplace_id, event_id) WHERE event_id IS NOT NULL;

CREATE TABLE reminders (
    marketplace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    due_at INTEGER NOT NULL,
    subscription_id BLOB NOT NULL,
    days INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    FOREIGN KEY (marketplace_id, due_at) REFERENCES digests (marketplace_id, due_at)
) STRICT;
CREATE INDEX reminders_by_digest ON reminders (marketplace_id, due_at, days, id);

CREATE TABLE digest_lines (
    marketplace_id BLOB NOT NULL,
    notification_id BLOB NOT NULL,
    place INTEGER NOT NULL,
    subscription_id BLOB NOT NULL,
    days INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, notification_id, place),
    FOREIGN KEY (marketplace_id, notification_id) REFERENCES notifications (marketplace_id, id)
) STRICT;
