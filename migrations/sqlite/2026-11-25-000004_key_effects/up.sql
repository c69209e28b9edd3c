-- What a product key was used for: the subscription that began, or the change that was made. Where Microsoft refuses
-- that, the key can be redeemed again.
ALTER TABLE product_keys ADD COLUMN used_for BLOB;
CREATE INDEX product_keys_by_use ON product_keys (marketplace_id, used_for) WHERE used_for IS NOT NULL;
