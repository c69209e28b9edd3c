-- What registers of VAT ids have said: of each customer's id the newest answer, and all answers as evidence.

ALTER TABLE customers ADD COLUMN vat_standing TEXT CHECK (vat_standing IN ('pending', 'valid', 'invalid'));
ALTER TABLE customers ADD COLUMN vat_checked_at TIMESTAMPTZ;
ALTER TABLE customers ADD COLUMN vat_consultation TEXT;

CREATE TABLE vat_checks (
    marketplace_id UUID NOT NULL,
    id UUID NOT NULL,
    customer_id UUID NOT NULL,
    vat_id TEXT NOT NULL,
    registry TEXT NOT NULL,
    valid BOOLEAN NOT NULL,
    name TEXT,
    address TEXT,
    consultation_number TEXT,
    answered_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
);
CREATE INDEX vat_checks_by_customer ON vat_checks (marketplace_id, customer_id, id);
