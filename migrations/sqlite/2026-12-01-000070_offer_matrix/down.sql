DELETE FROM jobs WHERE kind IN ('offer_matrix_import', 'offer_matrix_publication');
ALTER TABLE jobs ADD COLUMN what TEXT NOT NULL DEFAULT 'sandbox_clock'
    CHECK (what IN ('price_list_import', 'price_list_publication', 'sandbox_clock'));
UPDATE jobs SET what = kind;
DROP INDEX jobs_subject;
ALTER TABLE jobs DROP COLUMN kind;
ALTER TABLE jobs RENAME COLUMN what TO kind;
CREATE UNIQUE INDEX jobs_subject ON jobs (marketplace_id, kind, subject) WHERE due_at IS NOT NULL;
DROP TABLE offer_matrix_failures;
DROP TABLE offer_matrix_rows;
DROP TABLE offer_matrices;
ALTER TABLE skus RENAME COLUMN own_limit TO customer_limit;
UPDATE skus SET customer_limit = coalesce(customer_limit, (SELECT json_extract(r.rules, '$.customer_limit')
    FROM sku_rules AS r
    JOIN products AS p ON p.marketplace_id = r.marketplace_id AND p.external_id = r.product_external_id
    WHERE p.marketplace_id = skus.marketplace_id AND p.id = skus.product_id
        AND r.sku_external_id = skus.external_id));
DROP TABLE sku_rules;
