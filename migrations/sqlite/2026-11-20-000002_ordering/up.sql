-- Carts, orders, and what comes of them. Money is whole minor units; unit prices are millionths.

CREATE TABLE carts (
    marketplace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    reseller_id BLOB,
    name TEXT,
    billing_address TEXT,
    ordered_as BLOB,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id)
) STRICT;

-- A cart may hold an offer that is no longer there: its quotation says so.
CREATE TABLE cart_lines (
    marketplace_id BLOB NOT NULL,
    cart_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    id BLOB NOT NULL,
    offer_id BLOB NOT NULL,
    quantity INTEGER NOT NULL,
    reference TEXT,
    branch TEXT,
    PRIMARY KEY (marketplace_id, cart_id, position),
    FOREIGN KEY (marketplace_id, cart_id) REFERENCES carts (marketplace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Sets that grow with releases have no CHECK, here payment_method: SQLite cannot change one.
CREATE TABLE orders (
    marketplace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    reseller_id BLOB,
    cart_id BLOB NOT NULL,
    name TEXT,
    status TEXT NOT NULL CHECK (status IN ('placed', 'provisioning', 'completed', 'partially_failed', 'failed')),
    due_net INTEGER NOT NULL,
    due_tax INTEGER NOT NULL,
    due_gross INTEGER NOT NULL,
    currency TEXT NOT NULL,
    recurring TEXT NOT NULL,
    payment_method TEXT NOT NULL,
    consents TEXT NOT NULL,
    billing_address TEXT NOT NULL,
    placed_by TEXT NOT NULL,
    placed_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CONSTRAINT orders_cart_id UNIQUE (marketplace_id, cart_id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id)
) STRICT;
CREATE INDEX orders_by_customer ON orders (marketplace_id, customer_id, id);
CREATE INDEX orders_by_reseller ON orders (marketplace_id, reseller_id, id) WHERE reseller_id IS NOT NULL;

CREATE TABLE order_lines (
    marketplace_id BLOB NOT NULL,
    order_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    id BLOB NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('placed', 'ordered', 'active', 'failed')),
    offer_id BLOB NOT NULL,
    sku_id BLOB NOT NULL,
    product_id BLOB NOT NULL,
    term TEXT NOT NULL CHECK (term IN ('P1M', 'P1Y', 'P3Y', 'none')),
    billing_cycle TEXT NOT NULL CHECK (billing_cycle IN ('monthly', 'annual', 'triennial', 'one_time', 'none')),
    quantity INTEGER NOT NULL,
    unit_price INTEGER NOT NULL,
    currency TEXT NOT NULL,
    reference TEXT,
    branch TEXT,
    subscription_id BLOB NOT NULL,
    charges TEXT NOT NULL,
    failure TEXT,
    PRIMARY KEY (marketplace_id, order_id, position),
    FOREIGN KEY (marketplace_id, order_id) REFERENCES orders (marketplace_id, id),
    FOREIGN KEY (marketplace_id, offer_id) REFERENCES offers (marketplace_id, id)
) STRICT;

CREATE TABLE subscriptions (
    marketplace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    reseller_id BLOB,
    status TEXT NOT NULL CHECK (status IN ('pending', 'active', 'suspended', 'extended', 'expired', 'disabled', 'canceled')),
    product_id BLOB NOT NULL,
    sku_id BLOB NOT NULL,
    offer_id BLOB NOT NULL,
    term TEXT NOT NULL CHECK (term IN ('P1M', 'P1Y', 'P3Y', 'none')),
    billing_cycle TEXT NOT NULL CHECK (billing_cycle IN ('monthly', 'annual', 'triennial', 'one_time', 'none')),
    quantity INTEGER NOT NULL,
    unit_price INTEGER NOT NULL,
    currency TEXT NOT NULL,
    term_first TEXT,
    term_last TEXT,
    next_charge_on TEXT,
    auto_renew INTEGER NOT NULL CHECK (auto_renew IN (0, 1)),
    cancel_until INTEGER,
    policy TEXT NOT NULL,
    order_id BLOB NOT NULL,
    order_line_id BLOB NOT NULL,
    responsible_user_id BLOB,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    activated_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CHECK ((term_first IS NULL) = (term_last IS NULL)),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, offer_id) REFERENCES offers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, order_id) REFERENCES orders (marketplace_id, id),
    FOREIGN KEY (marketplace_id, responsible_user_id) REFERENCES users (marketplace_id, id)
) STRICT;
-- Also for what a customer owns, which is read for each cart and each order.
CREATE INDEX subscriptions_by_customer ON subscriptions (marketplace_id, customer_id, id);
CREATE INDEX subscriptions_by_reseller ON subscriptions (marketplace_id, reseller_id, id) WHERE reseller_id IS NOT NULL;

CREATE TABLE charges (
    marketplace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    reseller_id BLOB,
    subscription_id BLOB NOT NULL,
    order_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    span_first TEXT NOT NULL,
    span_last TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    unit_price INTEGER NOT NULL,
    net INTEGER NOT NULL,
    currency TEXT NOT NULL,
    explain TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, subscription_id) REFERENCES subscriptions (marketplace_id, id),
    FOREIGN KEY (marketplace_id, order_id) REFERENCES orders (marketplace_id, id)
) STRICT;
CREATE INDEX charges_by_subscription ON charges (marketplace_id, subscription_id, id);

CREATE TABLE provisionings (
    marketplace_id BLOB NOT NULL,
    order_id BLOB NOT NULL,
    remote_cart_id TEXT,
    checked_out INTEGER NOT NULL CHECK (checked_out IN (0, 1)),
    attempt INTEGER NOT NULL,
    CONSTRAINT provisionings_order_id PRIMARY KEY (marketplace_id, order_id),
    FOREIGN KEY (marketplace_id, order_id) REFERENCES orders (marketplace_id, id)
) STRICT, WITHOUT ROWID;
