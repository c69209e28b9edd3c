-- What a change is asked for with, as an order is: reference, branch, payment method, consents. Consents of before name
-- no vendor and have no words; they are read as they are.
ALTER TABLE subscription_changes ADD COLUMN terms JSONB NOT NULL DEFAULT '{}';

-- What is printed with a subscription's positions on invoices: until now what its order line says.
ALTER TABLE subscriptions ADD COLUMN reference TEXT;
UPDATE subscriptions SET reference = (
    SELECT line.reference FROM order_lines AS line
    WHERE line.marketplace_id = subscriptions.marketplace_id
        AND line.order_id = subscriptions.order_id AND line.id = subscriptions.order_line_id
);

-- The tax of a charge, in minor units: its share of the tax of what it was charged with. Of charges of before it is not
-- known; they are shown with the tax of where what they are of is billed to.
ALTER TABLE charges ADD COLUMN tax BIGINT;
ALTER TABLE key_charges ADD COLUMN tax BIGINT;
