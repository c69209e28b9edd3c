DELETE FROM marketplaces WHERE slug = 'platform';
ALTER TABLE marketplaces DROP COLUMN status;
