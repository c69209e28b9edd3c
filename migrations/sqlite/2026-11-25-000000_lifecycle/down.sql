DROP TABLE subscription_changes;

DROP INDEX charges_by_change;
ALTER TABLE charges DROP COLUMN cycle_first;
ALTER TABLE charges DROP COLUMN cycle_last;
ALTER TABLE charges DROP COLUMN reverses;
ALTER TABLE charges DROP COLUMN change_id;

DROP INDEX subscriptions_due;
DROP INDEX subscriptions_by_base;
ALTER TABLE subscriptions DROP COLUMN base_id;
ALTER TABLE subscriptions DROP COLUMN kind;
ALTER TABLE subscriptions DROP COLUMN lots;
ALTER TABLE subscriptions DROP COLUMN peak_quantity;
ALTER TABLE subscriptions DROP COLUMN anchor_day;
ALTER TABLE subscriptions DROP COLUMN at_term_end;
ALTER TABLE subscriptions DROP COLUMN pending;
ALTER TABLE subscriptions DROP COLUMN applying;
ALTER TABLE subscriptions DROP COLUMN cancel_requested_at;
ALTER TABLE subscriptions DROP COLUMN ended_at;
ALTER TABLE subscriptions DROP COLUMN access_ends_at;
ALTER TABLE subscriptions DROP COLUMN data_deleted_at;
ALTER TABLE subscriptions DROP COLUMN next_reminder_on;
ALTER TABLE subscriptions DROP COLUMN changes;
ALTER TABLE subscriptions DROP COLUMN next_due_at;
