DROP TABLE subscription_changes;

DROP INDEX charges_by_change;
ALTER TABLE charges
    DROP COLUMN cycle_first,
    DROP COLUMN cycle_last,
    DROP COLUMN reverses,
    DROP COLUMN change_id;

DROP INDEX subscriptions_due;
DROP INDEX subscriptions_by_base;
ALTER TABLE subscriptions
    DROP COLUMN base_id,
    DROP COLUMN kind,
    DROP COLUMN lots,
    DROP COLUMN peak_quantity,
    DROP COLUMN anchor_day,
    DROP COLUMN at_term_end,
    DROP COLUMN pending,
    DROP COLUMN applying,
    DROP COLUMN cancel_requested_at,
    DROP COLUMN ended_at,
    DROP COLUMN access_ends_at,
    DROP COLUMN data_deleted_at,
    DROP COLUMN next_reminder_on,
    DROP COLUMN changes,
    DROP COLUMN next_due_at;
