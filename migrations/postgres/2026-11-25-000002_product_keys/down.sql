ALTER TABLE subscriptions DROP COLUMN prepaid;
DROP TABLE delegations;
DROP TABLE redemption_keys;
DROP TABLE redemptions;
DROP TABLE product_keys;
DROP TABLE product_key_batches;
