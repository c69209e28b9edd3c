-- A branch to which something is billed stays once nobody is to order for it any more; its name can then be another's.
ALTER TABLE branches ADD COLUMN retired_at TIMESTAMPTZ;
ALTER TABLE branches DROP CONSTRAINT branches_name;
CREATE UNIQUE INDEX branches_name ON branches (marketplace_id, customer_id, name) WHERE retired_at IS NULL;

-- What was ordered for a branch keeps its address as it was then; of what was ordered before it is the one it has now.
ALTER TABLE order_lines ADD COLUMN branch_address JSONB;
UPDATE order_lines AS l SET branch_address = b.address
FROM orders AS o JOIN branches AS b ON b.marketplace_id = o.marketplace_id AND b.customer_id = o.customer_id
WHERE o.marketplace_id = l.marketplace_id AND o.id = l.order_id AND b.name = l.branch;
