-- Product keys, their redemptions, and whether a partner may administer for a customer.

CREATE TABLE product_key_batches (
    marketplace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    offer_id BLOB NOT NULL,
    quantity INTEGER NOT NULL,
    key_count INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    FOREIGN KEY (marketplace_id, offer_id) REFERENCES offers (marketplace_id, id)
) STRICT;

-- A key is known by its keyed hash. One row a key, and one redemption a row: nobody redeems it twice.
CREATE TABLE product_keys (
    marketplace_id BLOB NOT NULL,
    digest BLOB NOT NULL,
    batch_id BLOB NOT NULL,
    last_five TEXT NOT NULL,
    redemption_id BLOB,
    redeemed_at INTEGER,
    PRIMARY KEY (marketplace_id, digest),
    CHECK ((redemption_id IS NULL) = (redeemed_at IS NULL)),
    FOREIGN KEY (marketplace_id, batch_id) REFERENCES product_key_batches (marketplace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX product_keys_by_batch ON product_keys (marketplace_id, batch_id, redemption_id);

CREATE TABLE redemptions (
    marketplace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
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
CREATE INDEX redemptions_by_customer ON redemptions (marketplace_id, customer_id, id);
CREATE INDEX redemptions_by_reseller ON redemptions (marketplace_id, reseller_id, id) WHERE reseller_id IS NOT NULL;

-- What was entered; it may be no key at all, which the review says.
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

CREATE TABLE delegations (
    marketplace_id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('offered', 'accepted', 'declined')),
    message TEXT,
    offered_by TEXT NOT NULL,
    offered_at INTEGER NOT NULL,
    answered_by TEXT,
    answered_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, customer_id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
) STRICT, WITHOUT ROWID;

-- Licences of the next term that product keys have paid.
ALTER TABLE subscriptions ADD COLUMN prepaid INTEGER NOT NULL DEFAULT 0;
