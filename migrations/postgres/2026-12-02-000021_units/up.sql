-- Of what a customer has one active order is a unit: a product, an edition, or nothing. Until now a product was meant.
-- Nothing is charged by the second: the days of a part over the days of its cycle come to the same amount.
UPDATE policies SET rules = (rules - 'one_active_per_product') || jsonb_build_object('one_active_per',
    CASE rules ->> 'one_active_per_product' WHEN 'true' THEN 'product' ELSE 'none' END)
WHERE rules -> 'one_active_per_product' IS NOT NULL;
UPDATE policies SET rules = rules || '{"proration_basis": "actual_days"}'
WHERE rules ->> 'proration_basis' = 'seconds';
UPDATE policy_overrides SET rules = (rules - 'one_active_per_product') || jsonb_build_object('one_active_per',
    CASE rules ->> 'one_active_per_product' WHEN 'true' THEN 'product' ELSE 'none' END)
WHERE rules -> 'one_active_per_product' IS NOT NULL;
UPDATE policy_overrides SET rules = rules || '{"proration_basis": "actual_days"}'
WHERE rules ->> 'proration_basis' = 'seconds';
UPDATE policy_snapshots SET policy = jsonb_set(policy #- '{rules,one_active_per_product}', '{rules,one_active_per}',
    to_jsonb(CASE policy #>> '{rules,one_active_per_product}' WHEN 'true' THEN 'product' ELSE 'none' END))
WHERE policy #> '{rules,one_active_per_product}' IS NOT NULL;
UPDATE policy_snapshots SET policy = jsonb_set(policy, '{rules,proration_basis}', '"actual_days"')
WHERE policy #>> '{rules,proration_basis}' = 'seconds';
