ALTER TABLE resellers DROP COLUMN language;
ALTER TABLE customers DROP COLUMN language;
