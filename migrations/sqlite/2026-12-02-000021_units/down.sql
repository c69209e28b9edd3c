-- What was divided by seconds is by days: the same amounts.
UPDATE policies SET rules = json_remove(json_set(rules, '$.one_active_per_product',
    json(CASE rules ->> '$.one_active_per' WHEN 'none' THEN 'false' ELSE 'true' END)), '$.one_active_per')
WHERE json_type(rules, '$.one_active_per') IS NOT NULL;
UPDATE policy_overrides SET rules = json_remove(json_set(rules, '$.one_active_per_product',
    json(CASE rules ->> '$.one_active_per' WHEN 'none' THEN 'false' ELSE 'true' END)), '$.one_active_per')
WHERE json_type(rules, '$.one_active_per') IS NOT NULL;
UPDATE policy_snapshots SET policy = json_remove(json_set(policy, '$.rules.one_active_per_product',
    json(CASE policy ->> '$.rules.one_active_per' WHEN 'none' THEN 'false' ELSE 'true' END)), '$.rules.one_active_per')
WHERE json_type(policy, '$.rules.one_active_per') IS NOT NULL;
