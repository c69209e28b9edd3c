ALTER TABLE subscriptions ADD COLUMN policy JSONB;
UPDATE subscriptions SET policy = policy_snapshots.policy FROM policy_snapshots WHERE policy_snapshots.id = subscriptions.policy_id;
ALTER TABLE subscriptions ALTER COLUMN policy SET NOT NULL;
ALTER TABLE subscriptions DROP COLUMN policy_id;
DROP TABLE policy_snapshots;
