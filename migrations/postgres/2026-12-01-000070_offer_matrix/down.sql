DELETE FROM jobs WHERE kind IN ('offer_matrix_import', 'offer_matrix_publication');
ALTER TABLE jobs DROP CONSTRAINT jobs_kind_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_kind_check
    CHECK (kind IN ('price_list_import', 'price_list_publication', 'sandbox_clock'));
DROP TABLE offer_matrix_failures;
DROP TABLE offer_matrix_rows;
DROP TABLE offer_matrices;
ALTER TABLE skus RENAME COLUMN own_limit TO customer_limit;
UPDATE skus SET customer_limit = coalesce(customer_limit, (SELECT (r.rules ->> 'customer_limit')::bigint
    FROM sku_rules AS r
    JOIN products AS p ON p.marketplace_id = r.marketplace_id AND p.external_id = r.product_external_id
    WHERE p.marketplace_id = skus.marketplace_id AND p.id = skus.product_id
        AND r.sku_external_id = skus.external_id));
DROP TABLE sku_rules;
