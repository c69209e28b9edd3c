-- What integrators poll and people sort and search by.

-- When each of these was changed last.
ALTER TABLE customers ADD COLUMN updated_at TIMESTAMPTZ;
UPDATE customers SET updated_at = created_at;
ALTER TABLE customers ALTER COLUMN updated_at SET NOT NULL;
ALTER TABLE users ADD COLUMN updated_at TIMESTAMPTZ;
UPDATE users SET updated_at = created_at;
ALTER TABLE users ALTER COLUMN updated_at SET NOT NULL;
ALTER TABLE orders ADD COLUMN updated_at TIMESTAMPTZ;
UPDATE orders SET updated_at = placed_at;
ALTER TABLE orders ALTER COLUMN updated_at SET NOT NULL;
ALTER TABLE subscriptions ADD COLUMN updated_at TIMESTAMPTZ;
UPDATE subscriptions SET updated_at = COALESCE(activated_at, created_at);
ALTER TABLE subscriptions ALTER COLUMN updated_at SET NOT NULL;
-- The last day of its term; one that is never over for those without a term, so that they are sorted, too.
ALTER TABLE subscriptions ADD COLUMN last_day DATE NOT NULL DEFAULT '9999-12-31';
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
    marketplace_id UUID NOT NULL REFERENCES marketplaces (id),
    kind TEXT NOT NULL CHECK (kind IN ('customer', 'user', 'reseller', 'order')),
    word TEXT COLLATE "C" NOT NULL,
    subject_id UUID NOT NULL,
    PRIMARY KEY (marketplace_id, kind, word, subject_id)
);
CREATE INDEX search_words_of_subject ON search_words (marketplace_id, subject_id);
INSERT INTO search_words (marketplace_id, kind, word, subject_id)
    WITH said (marketplace_id, kind, id, text) AS (
        SELECT marketplace_id, 'customer', id,
            name || ' ' || COALESCE(external_ref, '') || ' ' || COALESCE(vat_id, '') FROM customers
        UNION ALL SELECT marketplace_id, 'user', id, first_name || ' ' || last_name || ' ' || email || ' ' || login
            FROM users WHERE deleted_at IS NULL
        UNION ALL SELECT marketplace_id, 'reseller', id, name || ' ' || COALESCE(customer_number, '') || ' '
            || COALESCE(partner_id, '') || ' ' || COALESCE(external_ref, '') FROM resellers
        UNION ALL SELECT marketplace_id, 'order', id, COALESCE(external_ref, '') || ' ' || COALESCE(name, '')
            FROM orders WHERE external_ref IS NOT NULL OR name IS NOT NULL
    ), folded (marketplace_id, kind, id, text) AS (
        SELECT marketplace_id, kind, id, replace(replace(replace(replace(translate(lower(text),
            'ÄÖÜẞŁÉÈÊĘÁÀĄÓŚĆŃŻŹłéèêęáàąóśćńżź',
            'äöüßleeeeaaaoscnzzleeeeaaaoscnzz'), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss') FROM said
    )
    SELECT DISTINCT f.marketplace_id, f.kind, left(w.word, 40), f.id
        FROM folded AS f, regexp_split_to_table(f.text, '[^[:alnum:]]+') AS w (word) WHERE w.word <> '';
