DROP TABLE search_words;
DROP INDEX customers_by_name;
DROP INDEX customers_of_reseller_by_name;
DROP INDEX customers_by_creation;
DROP INDEX customers_of_reseller_by_creation;
DROP INDEX customers_by_update;
DROP INDEX customers_of_reseller_by_update;
DROP INDEX users_by_update;
DROP INDEX users_seen_by_reseller_by_update;
DROP INDEX orders_by_creation;
DROP INDEX orders_of_reseller_by_creation;
DROP INDEX orders_by_update;
DROP INDEX orders_of_reseller_by_update;
DROP INDEX subscriptions_by_creation;
DROP INDEX subscriptions_of_reseller_by_creation;
DROP INDEX subscriptions_by_update;
DROP INDEX subscriptions_of_reseller_by_update;
DROP INDEX subscriptions_by_last_day;
DROP INDEX subscriptions_of_reseller_by_last_day;
DROP INDEX registrations_by_creation;
DROP INDEX redemptions_by_creation;
DROP INDEX redemptions_of_reseller_by_creation;
DROP INDEX audit_entries_by_time;
DROP INDEX audit_entries_of_reseller_by_time;
DROP INDEX audit_entries_by_action;
DROP INDEX audit_entries_of_reseller_by_action;
ALTER TABLE customers DROP COLUMN updated_at;
ALTER TABLE users DROP COLUMN updated_at;
ALTER TABLE orders DROP COLUMN updated_at;
ALTER TABLE subscriptions DROP COLUMN updated_at;
ALTER TABLE subscriptions DROP COLUMN last_day;
CREATE INDEX customers_by_name ON customers (marketplace_id, name_folded);
CREATE INDEX customers_of_reseller_by_name ON customers (marketplace_id, reseller_id, name_folded)
    WHERE reseller_id IS NOT NULL;
DELETE FROM sqlite_stat1 WHERE idx IN ('customers_by_name', 'customers_of_reseller_by_name');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('customers', 'customers_by_name', '100000 20000 1'),
    ('customers', 'customers_of_reseller_by_name', '100000 20000 200 1');
ANALYZE sqlite_schema;
