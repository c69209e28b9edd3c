-- Batches of product keys that are sold to a reseller (K-03): to whom, when, and what was charged and given back.
ALTER TABLE product_key_batches ADD COLUMN reseller_id UUID;
ALTER TABLE product_key_batches ADD COLUMN sold_at TIMESTAMPTZ CHECK ((reseller_id IS NULL) = (sold_at IS NULL));
CREATE INDEX product_key_batches_by_reseller ON product_key_batches (marketplace_id, reseller_id, id)
    WHERE reseller_id IS NOT NULL;

-- The place of a key in its batch, by which its keys are walked: what it is known by tells nobody anything.
ALTER TABLE product_keys ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
UPDATE product_keys SET position = numbered.position
FROM (
    SELECT marketplace_id, digest, row_number() OVER (PARTITION BY marketplace_id, batch_id ORDER BY digest) - 1 AS position
    FROM product_keys
) AS numbered
WHERE product_keys.marketplace_id = numbered.marketplace_id AND product_keys.digest = numbered.digest;
CREATE UNIQUE INDEX product_keys_by_place ON product_keys (marketplace_id, batch_id, position);

-- Facts, never changed. A batch is sold once and given back once.
CREATE TABLE key_charges (
    marketplace_id UUID NOT NULL,
    id UUID NOT NULL,
    batch_id UUID NOT NULL,
    reseller_id UUID NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('new', 'cancel')),
    key_count BIGINT NOT NULL,
    quantity BIGINT NOT NULL,
    unit_price BIGINT NOT NULL,
    net BIGINT NOT NULL,
    currency TEXT NOT NULL,
    explain TEXT NOT NULL,
    reverses UUID,
    created_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CHECK ((kind = 'cancel') = (reverses IS NOT NULL)),
    FOREIGN KEY (marketplace_id, batch_id) REFERENCES product_key_batches (marketplace_id, id),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id)
);
CREATE UNIQUE INDEX key_charges_by_batch ON key_charges (marketplace_id, batch_id, kind);

-- Batches are seen with a permission of their own; who made them sees them on.
UPDATE api_clients SET permissions = permissions || '["product_keys.read"]'::jsonb
    WHERE permissions::text LIKE '%"product_keys.manage"%';
UPDATE roles SET permissions = permissions || '["product_keys.read"]'::jsonb
    WHERE permissions::text LIKE '%"product_keys.manage"%';
