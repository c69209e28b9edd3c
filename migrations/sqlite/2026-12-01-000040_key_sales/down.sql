-- Nobody knows the permission any more.
UPDATE api_clients SET permissions = (SELECT json_group_array(value) FROM json_each(permissions) WHERE value <> 'product_keys.read')
    WHERE permissions LIKE '%"product_keys.read"%';
UPDATE roles SET permissions = (SELECT json_group_array(value) FROM json_each(permissions) WHERE value <> 'product_keys.read')
    WHERE permissions LIKE '%"product_keys.read"%';
DROP TABLE key_charges;
DROP INDEX product_keys_by_place;
ALTER TABLE product_keys DROP COLUMN position;
DROP INDEX product_key_batches_by_reseller;
ALTER TABLE product_key_batches DROP COLUMN sold_at;
ALTER TABLE product_key_batches DROP COLUMN reseller_id;
