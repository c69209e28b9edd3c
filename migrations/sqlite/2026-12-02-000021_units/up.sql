-- Of what a customer has one active order is a unit: a product, an edition, or nothing. Until now a product was meant.
-- Nothing is charged by the second: the days of a part over the days of its cycle come to the same amount.
UPDATE policies SET rules = json_remove(json_set(rules, '$.one_active_per',
    CASE WHEN rules ->> '$.one_active_per_product' THEN 'product' ELSE 'none' END), '$.one_active_per_product')
WHERE json_type(rules, '$.one_active_per_product') IS NOT NULL;
UPDATE policies SET rules = json_set(rules, '$.proration_basis', 'actual_days')
WHERE rules ->> '$.proration_basis' = 'seconds';
UPDATE policy_overrides SET rules = json_remove(json_set(rules, '$.one_active_per',
    CASE WHEN rules ->> '$.one_active_per_product' THEN 'product' ELSE 'none' END), '$.one_active_per_product')
WHERE json_type(rules, '$.one_active_per_product') IS NOT NULL;
UPDATE policy_overrides SET rules = json_set(rules, '$.proration_basis', 'actual_days')
WHERE rules ->> '$.proration_basis' = 'seconds';
UPDATE policy_snapshots SET policy = json_remove(json_set(policy, '$.rules.one_active_per',
    CASE WHEN policy ->> '$.rules.one_active_per_product' THEN 'product' ELSE 'none' END), '$.rules.one_active_per_product')
WHERE json_type(policy, '$.rules.one_active_per_product') IS NOT NULL;
UPDATE policy_snapshots SET policy = json_set(policy, '$.rules.proration_basis', 'actual_days')
WHERE policy ->> '$.rules.proration_basis' = 'seconds';
