-- The life of a subscription: what it is, what waits, how it ends, and the changes that were asked for.

-- An empty document of lots stands for one lot of the whole quantity, a peak of zero for the quantity.
ALTER TABLE subscriptions ADD COLUMN base_id BLOB;
ALTER TABLE subscriptions ADD COLUMN kind TEXT NOT NULL DEFAULT 'licensed' CHECK (kind IN ('licensed', 'trial', 'perpetual', 'add_on'));
ALTER TABLE subscriptions ADD COLUMN lots TEXT NOT NULL DEFAULT '[]';
ALTER TABLE subscriptions ADD COLUMN peak_quantity INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscriptions ADD COLUMN anchor_day INTEGER NOT NULL DEFAULT 1;
ALTER TABLE subscriptions ADD COLUMN at_term_end TEXT NOT NULL DEFAULT 'renew' CHECK (at_term_end IN ('renew', 'end', 'extend'));
ALTER TABLE subscriptions ADD COLUMN pending TEXT;
ALTER TABLE subscriptions ADD COLUMN applying BLOB;
ALTER TABLE subscriptions ADD COLUMN cancel_requested_at INTEGER;
ALTER TABLE subscriptions ADD COLUMN ended_at INTEGER;
ALTER TABLE subscriptions ADD COLUMN access_ends_at INTEGER;
ALTER TABLE subscriptions ADD COLUMN data_deleted_at INTEGER;
ALTER TABLE subscriptions ADD COLUMN next_reminder_on TEXT;
ALTER TABLE subscriptions ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscriptions ADD COLUMN next_due_at INTEGER;

-- min is NULL where one of its values is: then the other one counts.
UPDATE subscriptions SET
    kind = (SELECT kind FROM offers WHERE offers.marketplace_id = subscriptions.marketplace_id AND offers.id = subscriptions.offer_id),
    anchor_day = coalesce(CAST(strftime('%d', term_first) AS INTEGER), 1),
    at_term_end = CASE WHEN auto_renew THEN 'renew' ELSE 'end' END,
    next_due_at = CASE WHEN status = 'active' THEN unixepoch(coalesce(
        min(next_charge_on, date(term_last, '+1 day')), next_charge_on, date(term_last, '+1 day'))) * 1000000 END;

-- Holds what time will do something to, and nothing else.
CREATE INDEX subscriptions_due ON subscriptions (marketplace_id, next_due_at, id) WHERE next_due_at IS NOT NULL;
CREATE INDEX subscriptions_by_base ON subscriptions (marketplace_id, base_id, id) WHERE base_id IS NOT NULL;

ALTER TABLE charges ADD COLUMN cycle_first TEXT;
ALTER TABLE charges ADD COLUMN cycle_last TEXT;
ALTER TABLE charges ADD COLUMN reverses BLOB;
ALTER TABLE charges ADD COLUMN change_id BLOB;
CREATE INDEX charges_by_change ON charges (marketplace_id, change_id, id) WHERE change_id IS NOT NULL;

CREATE TABLE subscription_changes (
    marketplace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    reseller_id BLOB,
    subscription_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    request TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('applying', 'scheduled', 'done', 'failed', 'replaced', 'withdrawn')),
    requested_by TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    effective_at INTEGER NOT NULL,
    applied_at INTEGER,
    outcome TEXT NOT NULL,
    undo TEXT,
    failure TEXT,
    version INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    FOREIGN KEY (marketplace_id, subscription_id) REFERENCES subscriptions (marketplace_id, id)
) STRICT;
CREATE INDEX subscription_changes_by_subscription ON subscription_changes (marketplace_id, subscription_id, id);
