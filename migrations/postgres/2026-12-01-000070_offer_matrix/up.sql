-- What Microsoft's offer matrix says of SKUs, by Microsoft's ids: it holds for a SKU that comes later, too. What a
-- person has set stands at the SKU.
CREATE TABLE sku_rules (
    marketplace_id UUID NOT NULL REFERENCES marketplaces (id),
    product_external_id TEXT NOT NULL,
    sku_external_id TEXT NOT NULL,
    rules JSONB NOT NULL,
    offer_matrix_id UUID,
    PRIMARY KEY (marketplace_id, product_external_id, sku_external_id)
);

-- Until now nobody but the demo could set a limit: it was Microsoft's.
INSERT INTO sku_rules (marketplace_id, product_external_id, sku_external_id, rules)
SELECT s.marketplace_id, p.external_id, s.external_id, jsonb_build_object('customer_limit', s.customer_limit)
FROM skus AS s
JOIN products AS p ON p.marketplace_id = s.marketplace_id AND p.id = s.product_id
WHERE s.customer_limit IS NOT NULL AND NOT EXISTS (SELECT 1 FROM offers AS o
    WHERE o.marketplace_id = s.marketplace_id AND o.sku_id = s.id AND o.prerequisites <> '[]'::jsonb);
UPDATE skus SET customer_limit = NULL
WHERE NOT EXISTS (SELECT 1 FROM offers AS o
    WHERE o.marketplace_id = skus.marketplace_id AND o.sku_id = skus.id AND o.prerequisites <> '[]'::jsonb);
ALTER TABLE skus RENAME COLUMN customer_limit TO own_limit;

CREATE TABLE offer_matrices (
    marketplace_id UUID NOT NULL REFERENCES marketplaces (id),
    id UUID NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'discarded')),
    keep_titles BOOLEAN NOT NULL,
    row_count BIGINT NOT NULL,
    error_count BIGINT NOT NULL,
    unchanged_count BIGINT NOT NULL,
    effects JSONB NOT NULL,
    catalog_version BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    published_at TIMESTAMPTZ,
    version BIGINT NOT NULL,
    PRIMARY KEY (marketplace_id, id)
);

CREATE TABLE offer_matrix_rows (
    marketplace_id UUID NOT NULL,
    offer_matrix_id UUID NOT NULL,
    line BIGINT NOT NULL,
    product_external_id TEXT NOT NULL,
    product_title TEXT NOT NULL,
    sku_external_id TEXT NOT NULL,
    sku_title TEXT NOT NULL,
    previous_product_title TEXT,
    previous_title TEXT,
    rules JSONB NOT NULL,
    previous JSONB,
    not_sold JSONB NOT NULL,
    effects BIGINT NOT NULL,
    CONSTRAINT offer_matrix_rows_line PRIMARY KEY (marketplace_id, offer_matrix_id, line),
    FOREIGN KEY (marketplace_id, offer_matrix_id) REFERENCES offer_matrices (marketplace_id, id) ON DELETE CASCADE
);

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
    marketplace_id UUID NOT NULL,
    offer_matrix_id UUID NOT NULL,
    line BIGINT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT offer_matrix_failures_field PRIMARY KEY (marketplace_id, offer_matrix_id, line, field),
    FOREIGN KEY (marketplace_id, offer_matrix_id) REFERENCES offer_matrices (marketplace_id, id) ON DELETE CASCADE
);

ALTER TABLE jobs DROP CONSTRAINT jobs_kind_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_kind_check CHECK (kind IN (
    'price_list_import', 'price_list_publication', 'offer_matrix_import', 'offer_matrix_publication', 'sandbox_clock'));
