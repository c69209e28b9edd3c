-- Where a subscription is billed to: it decides the tax, stays with it, and changes with that address only.

-- The defaults are nobody's: a column that must be there needs one.
ALTER TABLE subscriptions
    ADD COLUMN billed_to text NOT NULL DEFAULT 'customer' CHECK (billed_to IN ('customer', 'order', 'branch')),
    ADD COLUMN billed_branch_id uuid,
    ADD COLUMN billed_country text NOT NULL DEFAULT 'ZZ',
    ADD COLUMN billed_postal_code text NOT NULL DEFAULT '';

-- What runs is billed to the branch of its line, where there is one of that name, else to the address of its order,
-- which is the customer's own where the cart named none.
UPDATE subscriptions AS s SET billed_country = c.country, billed_postal_code = coalesce(c.address ->> 'postal_code', '')
FROM customers AS c WHERE c.marketplace_id = s.marketplace_id AND c.id = s.customer_id;
UPDATE subscriptions AS s SET
    billed_to = 'order',
    billed_country = o.billing_address ->> 'country',
    billed_postal_code = coalesce(o.billing_address ->> 'postal_code', '')
FROM orders AS o JOIN carts AS k ON k.marketplace_id = o.marketplace_id AND k.id = o.cart_id
WHERE o.marketplace_id = s.marketplace_id AND o.id = s.order_id AND k.billing_address IS NOT NULL;
UPDATE subscriptions AS s SET
    billed_to = 'branch',
    billed_branch_id = b.id,
    billed_country = b.address ->> 'country',
    billed_postal_code = coalesce(b.address ->> 'postal_code', '')
FROM order_lines AS l JOIN branches AS b ON b.marketplace_id = l.marketplace_id AND b.name = l.branch
WHERE l.marketplace_id = s.marketplace_id AND l.order_id = s.order_id AND l.id = s.order_line_id
    AND b.customer_id = s.customer_id;
