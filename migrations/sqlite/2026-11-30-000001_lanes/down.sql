ALTER TABLE provisionings ADD COLUMN checked_out INTEGER NOT NULL DEFAULT 0 CHECK (checked_out IN (0, 1));
UPDATE provisionings SET checked_out = 1 WHERE EXISTS (SELECT 1 FROM orders AS o
    WHERE o.marketplace_id = provisionings.marketplace_id AND o.id = provisionings.order_id AND o.status <> 'placed');
-- What is parked would be due again.
UPDATE subscriptions SET next_due_at = (SELECT p.due_at FROM parked_subscriptions AS p
    WHERE p.marketplace_id = subscriptions.marketplace_id AND p.subscription_id = subscriptions.id)
    WHERE next_due_at IS NULL AND EXISTS (SELECT 1 FROM parked_subscriptions AS p
        WHERE p.marketplace_id = subscriptions.marketplace_id AND p.subscription_id = subscriptions.id);
DROP TABLE parked_subscriptions;
DROP INDEX subscriptions_due_anywhere;
DROP INDEX tasks_by_customer;
DROP INDEX tasks_due;
ALTER TABLE tasks DROP COLUMN customer_id;
ALTER TABLE tasks DROP COLUMN lane;
CREATE INDEX tasks_due ON tasks (due_at) WHERE due_at IS NOT NULL;
DROP INDEX marketplaces_moved;
DROP INDEX marketplaces_by_version;
ALTER TABLE marketplaces DROP COLUMN version;
