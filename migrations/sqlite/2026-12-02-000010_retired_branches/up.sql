-- A branch to which something is billed stays once nobody is to order for it any more; its name can then be another's.
ALTER TABLE branches RENAME TO branches_before;
CREATE TABLE branches (
    marketplace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
) STRICT;
INSERT INTO branches
    SELECT marketplace_id, id, customer_id, name, address, created_at, version FROM branches_before;
DROP TABLE branches_before;
ALTER TABLE branches ADD COLUMN retired_at INTEGER;
CREATE UNIQUE INDEX branches_name ON branches (marketplace_id, customer_id, name) WHERE retired_at IS NULL;
CREATE INDEX branches_by_customer ON branches (marketplace_id, customer_id, id);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('branches', 'branches_by_customer', '200000 40000 2 1'),
    ('branches', 'branches_name', '200000 40000 2 1'),
    ('branches', 'sqlite_autoindex_branches_1', '200000 40000 1');
-- Taken up by this connection, too.
ANALYZE sqlite_schema;

-- What was ordered for a branch keeps its address as it was then; of what was ordered before it is the one it has now.
ALTER TABLE order_lines ADD COLUMN branch_address TEXT;
UPDATE order_lines SET branch_address = (
    SELECT b.address FROM orders AS o JOIN branches AS b
        ON b.marketplace_id = o.marketplace_id AND b.customer_id = o.customer_id AND b.name = order_lines.branch
    WHERE o.marketplace_id = order_lines.marketplace_id AND o.id = order_lines.order_id)
WHERE branch IS NOT NULL;
