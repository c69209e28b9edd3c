UPDATE offers SET policy_key = 'default_nce' WHERE policy_key = 'ms_trial';
DELETE FROM policies WHERE key = 'ms_trial';
ALTER TABLE subscriptions DROP COLUMN trial_then;
ALTER TABLE order_lines DROP COLUMN trial_then;
ALTER TABLE cart_lines DROP COLUMN trial_then;
