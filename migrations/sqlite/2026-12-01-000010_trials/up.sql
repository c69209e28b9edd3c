-- What follows a trial is said when it is ordered: `end`, or the id of a paid offer. What runs has no word on it and
-- becomes what its policy says, as before.

ALTER TABLE cart_lines ADD COLUMN trial_then TEXT;
ALTER TABLE order_lines ADD COLUMN trial_then TEXT;
ALTER TABLE subscriptions ADD COLUMN trial_then TEXT;

-- Trials have a policy of their own, unless a marketplace has named one.
INSERT INTO policies (marketplace_id, key, version, valid_from, rules)
SELECT usual.marketplace_id, 'ms_trial', 1, usual.valid_from, '{"period_anchor":"anniversary","first_period":"full","decrease":"never","cancel":"any_time",
    "access_after_cancel":"immediate","end_of_term":"as_ordered","trial_converts_to":{"term":"P1M","billing_cycle":"monthly"},
    "price_lock":"term","renewal_without_price":"end","assigned_at_renewal":"take_back","add_on_term":"until_base_ends",
    "add_on_refund":"give_back","zero_quantity":"reject","month_end":"microsoft","reminders":[7,1],"grace_days":30,
    "disabled_days":90,"consents":[{"kind":"terms","version":"2026-01"}],"payment_methods":["invoice"]}'
FROM policies AS usual
WHERE usual.key = 'default_nce' AND usual.version = 1 AND NOT EXISTS (
    SELECT 1 FROM policies AS own WHERE own.marketplace_id = usual.marketplace_id AND own.key = 'ms_trial');
UPDATE offers SET policy_key = 'ms_trial'
WHERE kind = 'trial' AND policy_key = 'default_nce' AND EXISTS (
    SELECT 1 FROM policies AS own WHERE own.marketplace_id = offers.marketplace_id AND own.key = 'ms_trial');
