-- What is due is asked for over all marketplaces at once, lane by lane; one row that cannot be read stops no other.

-- Counts up with each change, so that a process sees by one number which marketplaces it has to read again.
ALTER TABLE marketplaces ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
CREATE INDEX marketplaces_by_version ON marketplaces (version);
CREATE INDEX marketplaces_moved ON marketplaces (id, clock_offset_us) WHERE clock_offset_us > 0;

ALTER TABLE tasks ADD COLUMN lane TEXT NOT NULL DEFAULT 'work';
ALTER TABLE tasks ADD COLUMN customer_id BLOB;
UPDATE tasks SET
    lane = CASE consumer WHEN 'notify' THEN 'mail' ELSE 'work' END,
    customer_id = (SELECT e.customer_id FROM events AS e
        WHERE e.marketplace_id = tasks.marketplace_id AND e.id = tasks.event_id)
    WHERE due_at IS NOT NULL OR status = 'parked';
DROP INDEX tasks_due;
CREATE INDEX tasks_due ON tasks (lane, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX tasks_by_customer ON tasks (marketplace_id, customer_id, lane, leased_until) WHERE due_at IS NOT NULL;

CREATE INDEX subscriptions_due_anywhere ON subscriptions (next_due_at) WHERE next_due_at IS NOT NULL;

-- Subscriptions that the clock could not take further: due_at is by their marketplace's clock, the others are real.
CREATE TABLE parked_subscriptions (
    marketplace_id BLOB NOT NULL,
    subscription_id BLOB NOT NULL,
    due_at INTEGER,
    parked_at INTEGER NOT NULL,
    retry_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    error TEXT NOT NULL,
    PRIMARY KEY (marketplace_id, subscription_id),
    FOREIGN KEY (marketplace_id, subscription_id) REFERENCES subscriptions (marketplace_id, id)
) STRICT;
CREATE INDEX parked_subscriptions_by_retry ON parked_subscriptions (retry_at);

-- Whether a cart was checked out is what the order's status says.
ALTER TABLE provisionings DROP COLUMN checked_out;
