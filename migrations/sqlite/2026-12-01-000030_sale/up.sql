-- What is sold until when, and what a draft says of it. `end_of_sale` closes an offer for new orders; `ended_by` is the
-- price list that did so because its sheet has the offer no more, null where a person did.

ALTER TABLE skus ADD COLUMN unit TEXT;
ALTER TABLE skus ADD COLUMN customer_limit INTEGER CHECK (customer_limit > 0);
ALTER TABLE offers ADD COLUMN end_of_sale INTEGER;
ALTER TABLE offers ADD COLUMN ended_by BLOB;
CREATE INDEX offers_ended_by_lists ON offers (marketplace_id, id) WHERE ended_by IS NOT NULL;
ALTER TABLE price_lists ADD COLUMN whole_sheet INTEGER NOT NULL DEFAULT 0 CHECK (whole_sheet IN (0, 1));
ALTER TABLE price_lists ADD COLUMN removed_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE price_lists ADD COLUMN renamed_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE price_lists ADD COLUMN below_cost_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE price_lists ADD COLUMN overlap_count INTEGER NOT NULL DEFAULT 0;

-- SQLite changes no CHECK: the rows move to a table that takes what is removed, too.
CREATE TABLE price_list_rows_new (
    marketplace_id BLOB NOT NULL,
    price_list_id BLOB NOT NULL,
    line INTEGER NOT NULL,
    product_external_id TEXT NOT NULL,
    product_title TEXT NOT NULL,
    publisher TEXT NOT NULL,
    sku_external_id TEXT NOT NULL,
    sku_title TEXT NOT NULL,
    description TEXT NOT NULL,
    term TEXT NOT NULL CHECK (term IN ('P1M', 'P1Y', 'P3Y', 'none')),
    billing_cycle TEXT NOT NULL CHECK (billing_cycle IN ('monthly', 'annual', 'triennial', 'one_time', 'none')),
    segment TEXT NOT NULL CHECK (segment IN ('commercial', 'education', 'government', 'nonprofit')),
    country TEXT NOT NULL,
    currency TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('licensed', 'trial', 'perpetual', 'add_on')),
    cost INTEGER NOT NULL,
    list_price INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    change TEXT NOT NULL CHECK (change IN ('added', 'changed', 'unchanged', 'removed')),
    previous INTEGER,
    previous_cost INTEGER,
    previous_until INTEGER,
    previous_title TEXT,
    unit TEXT,
    notes INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT price_list_rows_line PRIMARY KEY (marketplace_id, price_list_id, line),
    FOREIGN KEY (marketplace_id, price_list_id) REFERENCES price_lists (marketplace_id, id) ON DELETE CASCADE
) STRICT;
INSERT INTO price_list_rows_new (
    marketplace_id, price_list_id, line, product_external_id, product_title, publisher, sku_external_id, sku_title,
    description, term, billing_cycle, segment, country, currency, kind, cost, list_price, valid_from, valid_until, change,
    previous
)
SELECT
    marketplace_id, price_list_id, line, product_external_id, product_title, publisher, sku_external_id, sku_title,
    description, term, billing_cycle, segment, country, currency, kind, cost, list_price, valid_from, valid_until, change,
    previous
FROM price_list_rows;
DROP TABLE price_list_rows;
ALTER TABLE price_list_rows_new RENAME TO price_list_rows;
CREATE INDEX price_list_rows_by_change ON price_list_rows (marketplace_id, price_list_id, change, line);
CREATE INDEX price_list_rows_noted ON price_list_rows (marketplace_id, price_list_id, line) WHERE notes > 0;
