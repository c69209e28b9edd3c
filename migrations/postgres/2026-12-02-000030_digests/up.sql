-- Reminders that wait for the mail of their day, the mails of a day, and what each of these tells of.

CREATE TABLE digests (
    marketplace_id UUID NOT NULL REFERENCES marketplaces (id),
    due_at TIMESTAMPTZ NOT NULL,
    event_id UUID,
    PRIMARY KEY (marketplace_id, due_at),
    FOREIGN KEY (marketplace_id, event_id) REFERENCES events (marketplace_id, id)
);
CREATE INDEX digests_waiting ON digests (due_at) WHERE event_id IS NULL;
CREATE INDEX digests_by_event ON digests (marketplace_id, event_id) WHERE event_id IS NOT NULL;

CREATE TABLE reminders (
    marketplace_id UUID NOT NULL,
    id UUID NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    subscription_id UUID NOT NULL,
    days INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    FOREIGN KEY (marketplace_id, due_at) REFERENCES digests (marketplace_id, due_at)
);
CREATE INDEX reminders_by_digest ON reminders (marketplace_id, due_at, days, id);

CREATE TABLE digest_lines (
    marketplace_id UUID NOT NULL,
    notification_id UUID NOT NULL,
    place INTEGER NOT NULL,
    subscription_id UUID NOT NULL,
    days INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, notification_id, place),
    FOREIGN KEY (marketplace_id, notification_id) REFERENCES notifications (marketplace_id, id)
);
