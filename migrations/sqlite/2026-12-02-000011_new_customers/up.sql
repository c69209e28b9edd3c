-- Keys are redeemed for a customer that does not exist before the redemption is completed, too.
CREATE TEMP TABLE entered_keys AS SELECT * FROM redemption_keys;
DROP TABLE redemption_keys;
ALTER TABLE redemptions RENAME TO redemptions_before;
CREATE TABLE redemptions (
    marketplace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    customer_id BLOB,
    reseller_id BLOB,
    status TEXT NOT NULL CHECK (status IN ('open', 'completed')),
    partner_of_record TEXT,
    confirmed_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    completed_at INTEGER,
    order_id BLOB,
    version INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CHECK ((status = 'completed') = (completed_at IS NOT NULL)),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, order_id) REFERENCES orders (marketplace_id, id)
) STRICT;
INSERT INTO redemptions (marketplace_id, id, customer_id, reseller_id, status, partner_of_record, confirmed_by,
        created_at, completed_at, order_id, version)
    SELECT marketplace_id, id, customer_id, reseller_id, status, partner_of_record, confirmed_by, created_at,
        completed_at, order_id, version FROM redemptions_before;
DROP TABLE redemptions_before;
ALTER TABLE redemptions ADD COLUMN new_customer TEXT CHECK ((customer_id IS NULL) = (new_customer IS NOT NULL));
ALTER TABLE redemptions ADD COLUMN administrator_id BLOB;
CREATE INDEX redemptions_by_customer ON redemptions (marketplace_id, customer_id, id);
CREATE INDEX redemptions_by_reseller ON redemptions (marketplace_id, reseller_id, id) WHERE reseller_id IS NOT NULL;
CREATE INDEX redemptions_by_status ON redemptions (marketplace_id, status, id);
CREATE INDEX redemptions_of_reseller_by_status ON redemptions (marketplace_id, reseller_id, status, id)
    WHERE reseller_id IS NOT NULL;
CREATE TABLE redemption_keys (
    marketplace_id BLOB NOT NULL,
    redemption_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    digest BLOB NOT NULL,
    last_five TEXT NOT NULL,
    action TEXT CHECK (action IN ('activate', 'add_users', 'renew')),
    subscription_id BLOB,
    starts TEXT CHECK (starts IN ('at_term_end', 'immediately')),
    PRIMARY KEY (marketplace_id, redemption_id, position),
    FOREIGN KEY (marketplace_id, redemption_id) REFERENCES redemptions (marketplace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO redemption_keys
    SELECT marketplace_id, redemption_id, position, digest, last_five, action, subscription_id, starts
    FROM entered_keys;
DROP TABLE temp.entered_keys;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('redemptions', 'redemptions_of_reseller_by_status', '50000 10000 100 25 1'),
    ('redemptions', 'redemptions_by_status', '50000 10000 2500 1'),
    ('redemptions', 'redemptions_by_reseller', '50000 10000 100 1'),
    ('redemptions', 'redemptions_by_customer', '50000 10000 1 1'),
    ('redemptions', 'sqlite_autoindex_redemptions_1', '50000 10000 1');
ANALYZE sqlite_schema;
