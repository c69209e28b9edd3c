-- Where a subscription is billed to: it decides the tax, stays with it, and changes with that address only.

-- The defaults are nobody's: a column that must be there needs one.
ALTER TABLE subscriptions ADD COLUMN billed_to TEXT NOT NULL DEFAULT 'customer' CHECK (billed_to IN ('customer', 'order', 'branch'));
ALTER TABLE subscriptions ADD COLUMN billed_branch_id BLOB;
ALTER TABLE subscriptions ADD COLUMN billed_country TEXT NOT NULL DEFAULT 'ZZ';
ALTER TABLE subscriptions ADD COLUMN billed_postal_code TEXT NOT NULL DEFAULT '';

-- What runs is billed to the branch of its line, where there is one of that name, else to the address of its order,
-- which is the customer's own where the cart named none.
UPDATE subscriptions SET (billed_country, billed_postal_code) = (
    SELECT c.country, coalesce(c.address ->> '$.postal_code', '') FROM customers AS c
    WHERE c.marketplace_id = subscriptions.marketplace_id AND c.id = subscriptions.customer_id);
UPDATE subscriptions SET billed_to = 'order', (billed_country, billed_postal_code) = (
    SELECT o.billing_address ->> '$.country', coalesce(o.billing_address ->> '$.postal_code', '') FROM orders AS o
    WHERE o.marketplace_id = subscriptions.marketplace_id AND o.id = subscriptions.order_id)
WHERE EXISTS (
    SELECT 1 FROM orders AS o JOIN carts AS k ON k.marketplace_id = o.marketplace_id AND k.id = o.cart_id
    WHERE o.marketplace_id = subscriptions.marketplace_id AND o.id = subscriptions.order_id
    AND k.billing_address IS NOT NULL);
UPDATE subscriptions SET billed_to = 'branch', (billed_branch_id, billed_country, billed_postal_code) = (
    SELECT b.id, b.address ->> '$.country', coalesce(b.address ->> '$.postal_code', '')
    FROM order_lines AS l JOIN branches AS b ON b.marketplace_id = l.marketplace_id AND b.name = l.branch
    WHERE l.marketplace_id = subscriptions.marketplace_id AND l.order_id = subscriptions.order_id
    AND l.id = subscriptions.order_line_id AND b.customer_id = subscriptions.customer_id)
WHERE EXISTS (
    SELECT 1 FROM order_lines AS l JOIN branches AS b ON b.marketplace_id = l.marketplace_id AND b.name = l.branch
    WHERE l.marketplace_id = subscriptions.marketplace_id AND l.order_id = subscriptions.order_id
    AND l.id = subscriptions.order_line_id AND b.customer_id = subscriptions.customer_id);
