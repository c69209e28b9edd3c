-- What registers of VAT ids have said: of each customer's id the newest answer, and all answers as evidence.

ALTER TABLE customers ADD COLUMN vat_standing TEXT CHECK (vat_standing IN ('pending', 'valid', 'invalid'));
ALTER TABLE customers ADD COLUMN vat_checked_at INTEGER;
ALTER TABLE customers ADD COLUMN vat_consultation TEXT;

CREATE TABLE vat_checks (
    marketplace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    vat_id TEXT NOT NULL,
    registry TEXT NOT NULL,
    valid INTEGER NOT NULL CHECK (valid IN (0, 1)),
    name TEXT,
    address TEXT,
    consultation_number TEXT,
    answered_at INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
) STRICT;
CREATE INDEX vat_checks_by_customer ON vat_checks (marketplace_id, customer_id, id);
