ALTER TABLE order_lines DROP COLUMN branch_address;
CREATE TABLE branches_before (
    marketplace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CONSTRAINT branches_name UNIQUE (marketplace_id, customer_id, name),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
) STRICT;
-- What came before knows no retired ones.
INSERT INTO branches_before
    SELECT marketplace_id, id, customer_id, name, address, created_at, version FROM branches WHERE retired_at IS NULL;
DROP TABLE branches;
ALTER TABLE branches_before RENAME TO branches;
CREATE INDEX branches_by_customer ON branches (marketplace_id, customer_id, id);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('branches', 'branches_by_customer', '200000 40000 2 1'),
    ('branches', 'sqlite_autoindex_branches_1', '200000 40000 1'),
    ('branches', 'sqlite_autoindex_branches_2', '200000 40000 2 1');
ANALYZE sqlite_schema;
