-- What was divided by seconds is by days: the same amounts.
UPDATE policies SET rules = (rules - 'one_active_per') || jsonb_build_object('one_active_per_product',
    rules ->> 'one_active_per' <> 'none')
WHERE rules -> 'one_active_per' IS NOT NULL;
UPDATE policy_overrides SET rules = (rules - 'one_active_per') || jsonb_build_object('one_active_per_product',
    rules ->> 'one_active_per' <> 'none')
WHERE rules -> 'one_active_per' IS NOT NULL;
UPDATE policy_snapshots SET policy = jsonb_set(policy #- '{rules,one_active_per}', '{rules,one_active_per_product}',
    to_jsonb(policy #>> '{rules,one_active_per}' <> 'none'))
WHERE policy #> '{rules,one_active_per}' IS NOT NULL;
