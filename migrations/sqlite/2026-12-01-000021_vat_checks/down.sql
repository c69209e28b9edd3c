DROP TABLE vat_checks;
ALTER TABLE customers DROP COLUMN vat_standing;
ALTER TABLE customers DROP COLUMN vat_checked_at;
ALTER TABLE customers DROP COLUMN vat_consultation;
