ALTER TABLE key_charges DROP COLUMN tax;
ALTER TABLE charges DROP COLUMN tax;
ALTER TABLE subscriptions DROP COLUMN reference;
ALTER TABLE subscription_changes DROP COLUMN terms;
