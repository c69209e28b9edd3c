DROP INDEX product_keys_by_use;
ALTER TABLE product_keys DROP COLUMN used_for;
