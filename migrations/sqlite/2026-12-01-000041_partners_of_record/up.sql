-- The partner that a customer names (K-15): for all that it has, or for one subscription.
ALTER TABLE customers ADD COLUMN partner_of_record TEXT;
ALTER TABLE subscriptions ADD COLUMN partner_of_record TEXT;
CREATE INDEX resellers_by_partner_id ON resellers (marketplace_id, partner_id) WHERE partner_id IS NOT NULL;

-- Until now it stood on redemptions only: the last that was named holds for what was redeemed.
UPDATE subscriptions SET partner_of_record = named.partner_of_record
FROM (
    SELECT k.marketplace_id, k.subscription_id, r.partner_of_record,
        row_number() OVER (PARTITION BY k.marketplace_id, k.subscription_id ORDER BY r.completed_at DESC, r.id DESC) AS place
    FROM redemption_keys AS k
    JOIN redemptions AS r ON r.marketplace_id = k.marketplace_id AND r.id = k.redemption_id
    WHERE r.status = 'completed' AND k.subscription_id IS NOT NULL
        AND length(r.partner_of_record) BETWEEN 5 AND 10 AND r.partner_of_record NOT GLOB '*[^0-9]*'
) AS named
WHERE named.place = 1 AND subscriptions.marketplace_id = named.marketplace_id
    AND subscriptions.id = named.subscription_id;
