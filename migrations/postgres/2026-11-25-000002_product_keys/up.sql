-- Product keys, their redemptions, and whether a partner may administer for a customer.

CREATE TABLE product_key_batches (
    marketplace_id UUID NOT NULL,
    id UUID NOT NULL,
    offer_id UUID NOT NULL,
    quantity BIGINT NOT NULL,
    key_count BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    version BIGINT NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    FOREIGN KEY (marketplace_id, offer_id) REFERENCES offers (marketplace_id, id)
);

-- A key is known by its keyed hash. One row a key, and one redemption a row: nobody redeems it twice.
CREATE TABLE product_keys (
    marketplace_id UUID NOT NULL,
    digest BYTEA NOT NULL,
    batch_id UUID NOT NULL,
    last_five TEXT NOT NULL,
    redemption_id UUID,
    redeemed_at TIMESTAMPTZ,
    PRIMARY KEY (marketplace_id, digest),
    CHECK ((redemption_id IS NULL) = (redeemed_at IS NULL)),
    FOREIGN KEY (marketplace_id, batch_id) REFERENCES product_key_batches (marketplace_id, id)
);
CREATE INDEX product_keys_by_batch ON product_keys (marketplace_id, batch_id, redemption_id);

CREATE TABLE redemptions (
    marketplace_id UUID NOT NULL,
    id UUID NOT NULL,
    customer_id UUID NOT NULL,
    reseller_id UUID,
    status TEXT NOT NULL CHECK (status IN ('open', 'completed')),
    partner_of_record TEXT,
    confirmed_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    completed_at TIMESTAMPTZ,
    order_id UUID,
    version BIGINT NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CHECK ((status = 'completed') = (completed_at IS NOT NULL)),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, order_id) REFERENCES orders (marketplace_id, id)
);
CREATE INDEX redemptions_by_customer ON redemptions (marketplace_id, customer_id, id);
CREATE INDEX redemptions_by_reseller ON redemptions (marketplace_id, reseller_id, id) WHERE reseller_id IS NOT NULL;

-- What was entered; it may be no key at all, which the review says.
CREATE TABLE redemption_keys (
    marketplace_id UUID NOT NULL,
    redemption_id UUID NOT NULL,
    position INTEGER NOT NULL,
    digest BYTEA NOT NULL,
    last_five TEXT NOT NULL,
    action TEXT CHECK (action IN ('activate', 'add_users', 'renew')),
    subscription_id UUID,
    starts TEXT CHECK (starts IN ('at_term_end', 'immediately')),
    PRIMARY KEY (marketplace_id, redemption_id, position),
    FOREIGN KEY (marketplace_id, redemption_id) REFERENCES redemptions (marketplace_id, id) ON DELETE CASCADE
);

CREATE TABLE delegations (
    marketplace_id UUID NOT NULL,
    customer_id UUID NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('offered', 'accepted', 'declined')),
    message TEXT,
    offered_by TEXT NOT NULL,
    offered_at TIMESTAMPTZ NOT NULL,
    answered_by TEXT,
    answered_at TIMESTAMPTZ,
    version BIGINT NOT NULL,
    PRIMARY KEY (marketplace_id, customer_id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
);

-- Licences of the next term that product keys have paid.
ALTER TABLE subscriptions ADD COLUMN prepaid BIGINT NOT NULL DEFAULT 0;
