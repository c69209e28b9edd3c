-- Organisations: more of customers and resellers, their branches, names that scripts give, the provider's records.

ALTER TABLE customers ADD COLUMN size TEXT CHECK (size IN ('1-9', '10-49', '50+'));
ALTER TABLE customers ADD COLUMN invoice_email TEXT;
ALTER TABLE customers ADD COLUMN external_ref TEXT;
-- Unique per owner: a reseller's among its customers, the provider's among those that buy directly.
CREATE UNIQUE INDEX customers_external_ref ON customers (marketplace_id, reseller_id, external_ref)
    WHERE external_ref IS NOT NULL AND reseller_id IS NOT NULL;
CREATE UNIQUE INDEX customers_external_ref_direct ON customers (marketplace_id, external_ref)
    WHERE external_ref IS NOT NULL AND reseller_id IS NULL;
CREATE INDEX customers_by_external_ref ON customers (marketplace_id, external_ref) WHERE external_ref IS NOT NULL;
CREATE INDEX customers_by_vat_id ON customers (marketplace_id, vat_id) WHERE vat_id IS NOT NULL;

-- Other invoice addresses of a customer (C-34).
CREATE TABLE branches (
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

ALTER TABLE orders ADD COLUMN external_ref TEXT;
CREATE UNIQUE INDEX orders_external_ref ON orders (marketplace_id, customer_id, external_ref)
    WHERE external_ref IS NOT NULL;

ALTER TABLE resellers ADD COLUMN customer_number TEXT;
ALTER TABLE resellers ADD COLUMN microsoft_id TEXT;
ALTER TABLE resellers ADD COLUMN address TEXT;
ALTER TABLE resellers ADD COLUMN contact TEXT;
ALTER TABLE resellers ADD COLUMN external_ref TEXT;
-- What Partner Center last said of it, and when access was due (T-09).
ALTER TABLE resellers ADD COLUMN standing TEXT;
ALTER TABLE resellers ADD COLUMN ids_completed_at INTEGER;
ALTER TABLE resellers ADD COLUMN access_granted_at INTEGER;
ALTER TABLE resellers ADD COLUMN access_overdue_at INTEGER;
CREATE UNIQUE INDEX resellers_customer_number ON resellers (marketplace_id, customer_number)
    WHERE customer_number IS NOT NULL;
CREATE UNIQUE INDEX resellers_external_ref ON resellers (marketplace_id, external_ref) WHERE external_ref IS NOT NULL;
CREATE INDEX resellers_waiting ON resellers (marketplace_id, ids_completed_at, id)
    WHERE ids_completed_at IS NOT NULL AND access_granted_at IS NULL;

-- What the provider's records say of those it has given a number (T-01, T-04).
CREATE TABLE customer_numbers (
    marketplace_id BLOB NOT NULL REFERENCES marketplaces (id),
    id BLOB NOT NULL,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    country TEXT NOT NULL,
    region TEXT,
    reseller_id BLOB,
    customer_id BLOB,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CONSTRAINT customer_numbers_number UNIQUE (marketplace_id, number),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
) STRICT;
