DROP INDEX resellers_by_partner_id;
ALTER TABLE subscriptions DROP COLUMN partner_of_record;
ALTER TABLE customers DROP COLUMN partner_of_record;
