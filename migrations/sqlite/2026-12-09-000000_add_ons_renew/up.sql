-- An add-on that is over with its base does not renew (A-16).
UPDATE subscriptions SET auto_renew = 0
WHERE auto_renew = 1 AND EXISTS (
    SELECT 1 FROM subscriptions AS base
    WHERE base.marketplace_id = subscriptions.marketplace_id AND base.id = subscriptions.base_id
        AND base.at_term_end = 'end' AND base.term_last <= subscriptions.term_last
);
