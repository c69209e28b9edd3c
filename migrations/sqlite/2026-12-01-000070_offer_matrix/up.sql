-- What Microsoft's offer matrix says of SKUs, by Microsoft's ids: it holds for a SKU that comes later, too. What a
-- person has set stands at the SKU.
CREATE TABLE sku_rules (
    marketplace_id BLOB NOT NULL REFERENCES marketplaces (id),
    product_external_id TEXT NOT NULL,
    sku_external_id TEXT NOT NULL,
    rules TEXT NOT NULL,
    offer_matrix_id BLOB,
    PRIMARY KEY (marketplace_id, product_external_id, sku_external_id)
) STRICT;

-- Until now nobody but the demo could set a limit: it was Microsoft's.
INSERT INTO sku_rules (marketplace_id, product_external_id, sku_external_id, rules)
SELECT s.marketplace_id, p.external_id, s.external_id, json_object('customer_limit', s.customer_limit)
FROM skus AS s
JOIN products AS p ON p.marketplace_id = s.marketplace_id AND p.id = s.product_id
WHERE s.customer_limit IS NOT NULL AND NOT EXISTS (SELECT 1 FROM offers AS o
    WHERE o.marketplace_id = s.marketplace_id AND o.sku_id = s.id AND o.prerequisites <> '[]');
UPDATE skus SET customer_limit = NULL
WHERE NOT EXISTS (SELECT 1 FROM offers AS o
    WHERE o.marketplace_id = skus.marketplace_id AND o.sku_id = skus.id AND o.prerequisites <> '[]');
ALTER TABLE skus RENAME COLUMN customer_limit TO own_limit;

CREATE TABLE offer_matrices (
    marketplace_id BLOB NOT NULL REFERENCES marketplaces (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'discarded')),
    keep_titles INTEGER NOT NULL CHECK (keep_titles IN (0, 1)),
    row_count INTEGER NOT NULL,
    error_count INTEGER NOT NULL,
    unchanged_count INTEGER NOT NULL,
    effects TEXT NOT NULL,
    catalog_version INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    published_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id)
) STRICT;

CREATE TABLE offer_matrix_rows (
    marketplace_id BLOB NOT NULL,
    offer_matrix_id BLOB NOT NULL,
    line INTEGER NOT NULL,
    product_external_id TEXT NOT NULL,
    product_title TEXT NOT NULL,
    sku_external_id TEXT NOT NULL,
    sku_title TEXT NOT NULL,
    previous_product_title TEXT,
    previous_title TEXT,
    rules TEXT NOT NULL,
    previous TEXT,
    not_sold TEXT NOT NULL,
    effects INTEGER NOT NULL,
    CONSTRAINT offer_matrix_rows_line PRIMARY KEY (marketplace_id, offer_matrix_id, line),
    FOREIGN KEY (marketplace_id, offer_matrix_id) REFERENCES offer_matrices (marketplace_id, id) ON DELETE CASCADE
) STRICT;

-- The rows of a draft are asked for by what they do: few of thousands do anything.
CREATE INDEX offer_matrix_rows_limit_set ON offer_matrix_rows (marketplace_id, offer_matrix_id, line)
    WHERE (effects & 1) > 0;
CREATE INDEX offer_matrix_rows_limit_changed ON offer_matrix_rows (marketplace_id, offer_matrix_id, line)
    WHERE (effects & 2) > 0;
CREATE INDEX offer_matrix_rows_limit_removed ON offer_matrix_rows (marketplace_id, offer_matrix_id, line)
    WHERE (effects & 4) > 0;
CREATE INDEX offer_matrix_rows_minimum_changed ON offer_matrix_rows (marketplace_id, offer_matrix_id, line)
    WHERE (effects & 8) > 0;
CREATE INDEX offer_matrix_rows_subscription_limit_changed ON offer_matrix_rows (marketplace_id, offer_matrix_id, line)
    WHERE (effects & 16) > 0;
CREATE INDEX offer_matrix_rows_prerequisites_added ON offer_matrix_rows (marketplace_id, offer_matrix_id, line)
    WHERE (effects & 32) > 0;
CREATE INDEX offer_matrix_rows_prerequisites_removed ON offer_matrix_rows (marketplace_id, offer_matrix_id, line)
    WHERE (effects & 64) > 0;
CREATE INDEX offer_matrix_rows_renamed ON offer_matrix_rows (marketplace_id, offer_matrix_id, line)
    WHERE (effects & 128) > 0;
CREATE INDEX offer_matrix_rows_set_by_hand ON offer_matrix_rows (marketplace_id, offer_matrix_id, line)
    WHERE (effects & 256) > 0;
CREATE INDEX offer_matrix_rows_no_base_sold ON offer_matrix_rows (marketplace_id, offer_matrix_id, line)
    WHERE (effects & 512) > 0;
CREATE INDEX offer_matrix_rows_market_not_allowed ON offer_matrix_rows (marketplace_id, offer_matrix_id, line)
    WHERE (effects & 1024) > 0;
CREATE INDEX offer_matrix_rows_not_sold ON offer_matrix_rows (marketplace_id, offer_matrix_id, line)
    WHERE (effects & 2048) > 0;

CREATE TABLE offer_matrix_failures (
    marketplace_id BLOB NOT NULL,
    offer_matrix_id BLOB NOT NULL,
    line INTEGER NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT offer_matrix_failures_field PRIMARY KEY (marketplace_id, offer_matrix_id, line, field),
    FOREIGN KEY (marketplace_id, offer_matrix_id) REFERENCES offer_matrices (marketplace_id, id) ON DELETE CASCADE
) STRICT;

-- SQLite changes no CHECK: another column takes the place of the one that has it. Its default is nobody's.
ALTER TABLE jobs ADD COLUMN what TEXT NOT NULL DEFAULT 'sandbox_clock' CHECK (what IN (
    'price_list_import', 'price_list_publication', 'offer_matrix_import', 'offer_matrix_publication', 'sandbox_clock'));
UPDATE jobs SET what = kind;
DROP INDEX jobs_subject;
ALTER TABLE jobs DROP COLUMN kind;
ALTER TABLE jobs RENAME COLUMN what TO kind;
CREATE UNIQUE INDEX jobs_subject ON jobs (marketplace_id, kind, subject) WHERE due_at IS NOT NULL;
