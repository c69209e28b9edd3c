-- The life of a subscription: what it is, what waits, how it ends, and the changes that were asked for.

-- An empty document of lots stands for one lot of the whole quantity, a peak of zero for the quantity.
ALTER TABLE subscriptions
    ADD COLUMN base_id UUID,
    ADD COLUMN kind TEXT NOT NULL DEFAULT 'licensed' CHECK (kind IN ('licensed', 'trial', 'perpetual', 'add_on')),
    ADD COLUMN lots JSONB NOT NULL DEFAULT '[]',
    ADD COLUMN peak_quantity BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN anchor_day INTEGER NOT NULL DEFAULT 1,
    ADD COLUMN at_term_end TEXT NOT NULL DEFAULT 'renew' CHECK (at_term_end IN ('renew', 'end', 'extend')),
    ADD COLUMN pending JSONB,
    ADD COLUMN applying UUID,
    ADD COLUMN cancel_requested_at TIMESTAMPTZ,
    ADD COLUMN ended_at TIMESTAMPTZ,
    ADD COLUMN access_ends_at TIMESTAMPTZ,
    ADD COLUMN data_deleted_at TIMESTAMPTZ,
    ADD COLUMN next_reminder_on DATE,
    ADD COLUMN changes BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN next_due_at TIMESTAMPTZ;

UPDATE subscriptions SET
    kind = (SELECT kind FROM offers WHERE offers.marketplace_id = subscriptions.marketplace_id AND offers.id = subscriptions.offer_id),
    anchor_day = COALESCE(EXTRACT(DAY FROM term_first)::integer, 1),
    at_term_end = CASE WHEN auto_renew THEN 'renew' ELSE 'end' END,
    next_due_at = CASE WHEN status = 'active'
        THEN LEAST(next_charge_on, term_last + 1)::timestamp AT TIME ZONE 'UTC' END;

-- Holds what time will do something to, and nothing else.
CREATE INDEX subscriptions_due ON subscriptions (marketplace_id, next_due_at, id) WHERE next_due_at IS NOT NULL;
CREATE INDEX subscriptions_by_base ON subscriptions (marketplace_id, base_id, id) WHERE base_id IS NOT NULL;

ALTER TABLE charges
    ADD COLUMN cycle_first DATE,
    ADD COLUMN cycle_last DATE,
    ADD COLUMN reverses UUID,
    ADD COLUMN change_id UUID;
CREATE INDEX charges_by_change ON charges (marketplace_id, change_id, id) WHERE change_id IS NOT NULL;

CREATE TABLE subscription_changes (
    marketplace_id UUID NOT NULL,
    id UUID NOT NULL,
    customer_id UUID NOT NULL,
    reseller_id UUID,
    subscription_id UUID NOT NULL,
    kind TEXT NOT NULL,
    request JSONB NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('applying', 'scheduled', 'done', 'failed', 'replaced', 'withdrawn')),
    requested_by TEXT NOT NULL,
    requested_at TIMESTAMPTZ NOT NULL,
    effective_at TIMESTAMPTZ NOT NULL,
    applied_at TIMESTAMPTZ,
    outcome JSONB NOT NULL,
    undo JSONB,
    failure TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    FOREIGN KEY (marketplace_id, subscription_id) REFERENCES subscriptions (marketplace_id, id)
);
CREATE INDEX subscription_changes_by_subscription ON subscription_changes (marketplace_id, subscription_id, id);
