ALTER TABLE subscriptions ADD COLUMN policy TEXT NOT NULL DEFAULT '';
UPDATE subscriptions SET policy = (SELECT policy FROM policy_snapshots WHERE policy_snapshots.id = subscriptions.policy_id);
ALTER TABLE subscriptions DROP COLUMN policy_id;
DROP TABLE policy_snapshots;
