-- What integrators poll and people sort and search by.

-- When each of these was changed last.
ALTER TABLE customers ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
UPDATE customers SET updated_at = created_at;
ALTER TABLE users ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
UPDATE users SET updated_at = created_at;
ALTER TABLE orders ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
UPDATE orders SET updated_at = placed_at;
ALTER TABLE subscriptions ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
UPDATE subscriptions SET updated_at = COALESCE(activated_at, created_at);
-- The last day of its term; one that is never over for those without a term, so that they are sorted, too.
ALTER TABLE subscriptions ADD COLUMN last_day TEXT NOT NULL DEFAULT '9999-12-31';
UPDATE subscriptions SET last_day = term_last WHERE term_last IS NOT NULL;

-- Each order and each range of a list has an index, also within a reseller's scope.
DROP INDEX customers_by_name;
DROP INDEX customers_of_reseller_by_name;
CREATE INDEX customers_by_name ON customers (marketplace_id, name_folded, id);
CREATE INDEX customers_of_reseller_by_name ON customers (marketplace_id, reseller_id, name_folded, id)
    WHERE reseller_id IS NOT NULL;
CREATE INDEX customers_by_creation ON customers (marketplace_id, created_at, id);
CREATE INDEX customers_of_reseller_by_creation ON customers (marketplace_id, reseller_id, created_at, id)
    WHERE reseller_id IS NOT NULL;
CREATE INDEX customers_by_update ON customers (marketplace_id, updated_at, id);
CREATE INDEX customers_of_reseller_by_update ON customers (marketplace_id, reseller_id, updated_at, id)
    WHERE reseller_id IS NOT NULL;
CREATE INDEX users_by_update ON users (marketplace_id, updated_at, id)
    WHERE deleted_at IS NULL;
CREATE INDEX users_seen_by_reseller_by_update ON users (marketplace_id, seen_by_reseller_id, updated_at, id)
    WHERE seen_by_reseller_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX orders_by_creation ON orders (marketplace_id, placed_at, id);
CREATE INDEX orders_of_reseller_by_creation ON orders (marketplace_id, reseller_id, placed_at, id)
    WHERE reseller_id IS NOT NULL;
CREATE INDEX orders_by_update ON orders (marketplace_id, updated_at, id);
CREATE INDEX orders_of_reseller_by_update ON orders (marketplace_id, reseller_id, updated_at, id)
    WHERE reseller_id IS NOT NULL;
CREATE INDEX subscriptions_by_creation ON subscriptions (marketplace_id, created_at, id);
CREATE INDEX subscriptions_of_reseller_by_creation ON subscriptions (marketplace_id, reseller_id, created_at, id)
    WHERE reseller_id IS NOT NULL;
CREATE INDEX subscriptions_by_update ON subscriptions (marketplace_id, updated_at, id);
CREATE INDEX subscriptions_of_reseller_by_update ON subscriptions (marketplace_id, reseller_id, updated_at, id)
    WHERE reseller_id IS NOT NULL;
CREATE INDEX subscriptions_by_last_day ON subscriptions (marketplace_id, last_day, id);
CREATE INDEX subscriptions_of_reseller_by_last_day ON subscriptions (marketplace_id, reseller_id, last_day, id)
    WHERE reseller_id IS NOT NULL;
CREATE INDEX registrations_by_creation ON registrations (marketplace_id, created_at, id)
    WHERE status <> 'received';
CREATE INDEX redemptions_by_creation ON redemptions (marketplace_id, created_at, id);
CREATE INDEX redemptions_of_reseller_by_creation ON redemptions (marketplace_id, reseller_id, created_at, id)
    WHERE reseller_id IS NOT NULL;
CREATE INDEX audit_entries_by_time ON audit_entries (marketplace_id, at, id);
CREATE INDEX audit_entries_of_reseller_by_time ON audit_entries (marketplace_id, reseller_id, at, id)
    WHERE reseller_id IS NOT NULL;
CREATE INDEX audit_entries_by_action ON audit_entries (marketplace_id, action, id);
CREATE INDEX audit_entries_of_reseller_by_action ON audit_entries (marketplace_id, reseller_id, action, id)
    WHERE reseller_id IS NOT NULL;

-- The words by which something is searched, folded: of what it is called, of its numbers and addresses.
CREATE TABLE search_words (
    marketplace_id BLOB NOT NULL REFERENCES marketplaces (id),
    kind TEXT NOT NULL CHECK (kind IN ('customer', 'user', 'reseller', 'order')),
    word TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    PRIMARY KEY (marketplace_id, kind, word, subject_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_words_of_subject ON search_words (marketplace_id, subject_id);
INSERT INTO search_words (marketplace_id, kind, word, subject_id)
    WITH RECURSIVE said (marketplace_id, kind, id, text) AS (
        SELECT marketplace_id, 'customer', id,
            name || ' ' || COALESCE(external_ref, '') || ' ' || COALESCE(vat_id, '') FROM customers
        UNION ALL SELECT marketplace_id, 'user', id, first_name || ' ' || last_name || ' ' || email || ' ' || login
            FROM users WHERE deleted_at IS NULL
        UNION ALL SELECT marketplace_id, 'reseller', id, name || ' ' || COALESCE(customer_number, '') || ' '
            || COALESCE(partner_id, '') || ' ' || COALESCE(external_ref, '') FROM resellers
        UNION ALL SELECT marketplace_id, 'order', id, COALESCE(external_ref, '') || ' ' || COALESCE(name, '')
            FROM orders WHERE external_ref IS NOT NULL OR name IS NOT NULL
    ), signs (n, sign, becomes) AS (VALUES
        (1, 'Ä', 'ae'), (2, 'ä', 'ae'), (3, 'Ö', 'oe'), (4, 'ö', 'oe'), (5, 'Ü', 'ue'), (6, 'ü', 'ue'),
        (7, 'ẞ', 'ss'), (8, 'ß', 'ss'), (9, 'Ł', 'l'), (10, 'ł', 'l'), (11, 'É', 'e'), (12, 'é', 'e'),
        (13, 'È', 'e'), (14, 'è', 'e'), (15, 'Ê', 'e'), (16, 'ê', 'e'), (17, 'Ę', 'e'), (18, 'ę', 'e'),
        (19, 'Á', 'a'), (20, 'á', 'a'), (21, 'À', 'a'), (22, 'à', 'a'), (23, 'Ą', 'a'), (24, 'ą', 'a'),
        (25, 'Ó', 'o'), (26, 'ó', 'o'), (27, 'Ś', 's'), (28, 'ś', 's'), (29, 'Ć', 'c'), (30, 'ć', 'c'),
        (31, 'Ń', 'n'), (32, 'ń', 'n'), (33, 'Ż', 'z'), (34, 'ż', 'z'), (35, 'Ź', 'z'), (36, 'ź', 'z'),
        (37, '-', ' '), (38, '.', ' '), (39, ',', ' '), (40, '@', ' '), (41, '&', ' '), (42, '/', ' '),
        (43, '(', ' '), (44, ')', ' '), (45, '_', ' '), (46, '+', ' '), (47, '''', ' '), (48, '"', ' '),
        (49, ':', ' '), (50, ';', ' '), (51, '!', ' '), (52, '?', ' '), (53, '#', ' '), (54, '*', ' '),
        (55, '|', ' '), (56, '–', ' ')
    ), folded (marketplace_id, kind, id, text, n) AS (
        SELECT marketplace_id, kind, id, lower(text), 0 FROM said
        UNION ALL SELECT f.marketplace_id, f.kind, f.id, replace(f.text, s.sign, s.becomes), s.n
            FROM folded AS f JOIN signs AS s ON s.n = f.n + 1
    ), words (marketplace_id, kind, id, word, rest) AS (
        SELECT marketplace_id, kind, id, '', text || ' ' FROM folded WHERE n = 56
        UNION ALL SELECT marketplace_id, kind, id, substr(rest, 1, instr(rest, ' ') - 1),
            substr(rest, instr(rest, ' ') + 1) FROM words WHERE rest <> ''
    )
    SELECT DISTINCT marketplace_id, kind, substr(word, 1, 40), id FROM words WHERE word <> '';

-- How many rows a value has in an installation of size: by that SQLite chooses among the indexes.
DELETE FROM sqlite_stat1 WHERE idx IN ('customers_by_name', 'customers_of_reseller_by_name');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('customers', 'customers_by_name', '100000 20000 1 1'),
    ('customers', 'customers_of_reseller_by_name', '100000 20000 200 1 1'),
    ('customers', 'customers_by_creation', '100000 20000 1 1'),
    ('customers', 'customers_of_reseller_by_creation', '100000 20000 200 1 1'),
    ('customers', 'customers_by_update', '100000 20000 1 1'),
    ('customers', 'customers_of_reseller_by_update', '100000 20000 200 1 1'),
    ('users', 'users_by_update', '150000 30000 1 1'),
    ('users', 'users_seen_by_reseller_by_update', '150000 30000 300 1 1'),
    ('orders', 'orders_by_creation', '500000 100000 1 1'),
    ('orders', 'orders_of_reseller_by_creation', '500000 100000 1000 1 1'),
    ('orders', 'orders_by_update', '500000 100000 1 1'),
    ('orders', 'orders_of_reseller_by_update', '500000 100000 1000 1 1'),
    ('subscriptions', 'subscriptions_by_creation', '1000000 200000 1 1'),
    ('subscriptions', 'subscriptions_of_reseller_by_creation', '1000000 200000 2000 1 1'),
    ('subscriptions', 'subscriptions_by_update', '1000000 200000 1 1'),
    ('subscriptions', 'subscriptions_of_reseller_by_update', '1000000 200000 2000 1 1'),
    ('subscriptions', 'subscriptions_by_last_day', '1000000 200000 500 1'),
    ('subscriptions', 'subscriptions_of_reseller_by_last_day', '1000000 200000 2000 5 1'),
    ('registrations', 'registrations_by_creation', '10000 2000 1 1'),
    ('redemptions', 'redemptions_by_creation', '50000 10000 1 1'),
    ('redemptions', 'redemptions_of_reseller_by_creation', '50000 10000 100 1 1'),
    ('audit_entries', 'audit_entries_by_time', '3000000 600000 1 1'),
    ('audit_entries', 'audit_entries_of_reseller_by_time', '3000000 600000 6000 1 1'),
    ('audit_entries', 'audit_entries_by_action', '3000000 600000 10000 1'),
    ('audit_entries', 'audit_entries_of_reseller_by_action', '3000000 600000 6000 100 1'),
    ('search_words', 'search_words', '1500000 300000 75000 5 1'),
    ('search_words', 'search_words_of_subject', '1500000 300000 3');
-- Taken up by this connection, too.
ANALYZE sqlite_schema;
