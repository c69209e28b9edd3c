ALTER TABLE skus DROP COLUMN default_billing_cycle;
ALTER TABLE skus DROP COLUMN default_term;
ALTER TABLE cart_lines DROP COLUMN base;
ALTER TABLE subscriptions DROP COLUMN payer;
ALTER TABLE orders DROP COLUMN payer;
