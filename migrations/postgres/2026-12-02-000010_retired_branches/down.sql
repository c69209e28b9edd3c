ALTER TABLE order_lines DROP COLUMN branch_address;
-- What came before knows no retired ones.
DELETE FROM branches WHERE retired_at IS NOT NULL;
DROP INDEX branches_name;
ALTER TABLE branches ADD CONSTRAINT branches_name UNIQUE (marketplace_id, customer_id, name);
ALTER TABLE branches DROP COLUMN retired_at;
