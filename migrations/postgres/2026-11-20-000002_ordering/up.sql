-- Carts, orders, and what comes of them. Money is whole minor units; unit prices are millionths.

CREATE TABLE carts (
    marketplace_id UUID NOT NULL,
    id UUID NOT NULL,
    customer_id UUID NOT NULL,
    reseller_id UUID,
    name TEXT,
    billing_address JSONB,
    ordered_as UUID,
    created_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id)
);

-- A cart may hold an offer that is no longer there: its quotation says so.
CREATE TABLE cart_lines (
    marketplace_id UUID NOT NULL,
    cart_id UUID NOT NULL,
    position INTEGER NOT NULL,
    id UUID NOT NULL,
    offer_id UUID NOT NULL,
    quantity BIGINT NOT NULL,
    reference TEXT,
    branch TEXT,
    PRIMARY KEY (marketplace_id, cart_id, position),
    FOREIGN KEY (marketplace_id, cart_id) REFERENCES carts (marketplace_id, id) ON DELETE CASCADE
);

-- Sets that grow with releases have no CHECK, here payment_method: SQLite cannot change one.
CREATE TABLE orders (
    marketplace_id UUID NOT NULL,
    id UUID NOT NULL,
    customer_id UUID NOT NULL,
    reseller_id UUID,
    cart_id UUID NOT NULL,
    name TEXT,
    status TEXT NOT NULL CHECK (status IN ('placed', 'provisioning', 'completed', 'partially_failed', 'failed')),
    due_net BIGINT NOT NULL,
    due_tax BIGINT NOT NULL,
    due_gross BIGINT NOT NULL,
    currency TEXT NOT NULL,
    recurring JSONB NOT NULL,
    payment_method TEXT NOT NULL,
    consents JSONB NOT NULL,
    billing_address JSONB NOT NULL,
    placed_by TEXT NOT NULL,
    placed_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CONSTRAINT orders_cart_id UNIQUE (marketplace_id, cart_id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id)
);
CREATE INDEX orders_by_customer ON orders (marketplace_id, customer_id, id);
CREATE INDEX orders_by_reseller ON orders (marketplace_id, reseller_id, id) WHERE reseller_id IS NOT NULL;

CREATE TABLE order_lines (
    marketplace_id UUID NOT NULL,
    order_id UUID NOT NULL,
    position INTEGER NOT NULL,
    id UUID NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('placed', 'ordered', 'active', 'failed')),
    offer_id UUID NOT NULL,
    sku_id UUID NOT NULL,
    product_id UUID NOT NULL,
    term TEXT NOT NULL CHECK (term IN ('P1M', 'P1Y', 'P3Y', 'none')),
    billing_cycle TEXT NOT NULL CHECK (billing_cycle IN ('monthly', 'annual', 'triennial', 'one_time', 'none')),
    quantity BIGINT NOT NULL,
    unit_price BIGINT NOT NULL,
    currency TEXT NOT NULL,
    reference TEXT,
    branch TEXT,
    subscription_id UUID NOT NULL,
    charges JSONB NOT NULL,
    failure TEXT,
    PRIMARY KEY (marketplace_id, order_id, position),
    FOREIGN KEY (marketplace_id, order_id) REFERENCES orders (marketplace_id, id),
    FOREIGN KEY (marketplace_id, offer_id) REFERENCES offers (marketplace_id, id)
);

CREATE TABLE subscriptions (
    marketplace_id UUID NOT NULL,
    id UUID NOT NULL,
    customer_id UUID NOT NULL,
    reseller_id UUID,
    status TEXT NOT NULL CHECK (status IN ('pending', 'active', 'suspended', 'extended', 'expired', 'disabled', 'canceled')),
    product_id UUID NOT NULL,
    sku_id UUID NOT NULL,
    offer_id UUID NOT NULL,
    term TEXT NOT NULL CHECK (term IN ('P1M', 'P1Y', 'P3Y', 'none')),
    billing_cycle TEXT NOT NULL CHECK (billing_cycle IN ('monthly', 'annual', 'triennial', 'one_time', 'none')),
    quantity BIGINT NOT NULL,
    unit_price BIGINT NOT NULL,
    currency TEXT NOT NULL,
    term_first DATE,
    term_last DATE,
    next_charge_on DATE,
    auto_renew BOOLEAN NOT NULL,
    cancel_until TIMESTAMPTZ,
    policy JSONB NOT NULL,
    order_id UUID NOT NULL,
    order_line_id UUID NOT NULL,
    responsible_user_id UUID,
    external_id TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    activated_at TIMESTAMPTZ,
    version BIGINT NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CHECK ((term_first IS NULL) = (term_last IS NULL)),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, offer_id) REFERENCES offers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, order_id) REFERENCES orders (marketplace_id, id),
    FOREIGN KEY (marketplace_id, responsible_user_id) REFERENCES users (marketplace_id, id)
);
-- Also for what a customer owns, which is read for each cart and each order.
CREATE INDEX subscriptions_by_customer ON subscriptions (marketplace_id, customer_id, id);
CREATE INDEX subscriptions_by_reseller ON subscriptions (marketplace_id, reseller_id, id) WHERE reseller_id IS NOT NULL;

CREATE TABLE charges (
    marketplace_id UUID NOT NULL,
    id UUID NOT NULL,
    customer_id UUID NOT NULL,
    reseller_id UUID,
    subscription_id UUID NOT NULL,
    order_id UUID NOT NULL,
    kind TEXT NOT NULL,
    span_first DATE NOT NULL,
    span_last DATE NOT NULL,
    quantity BIGINT NOT NULL,
    unit_price BIGINT NOT NULL,
    net BIGINT NOT NULL,
    currency TEXT NOT NULL,
    explain TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, subscription_id) REFERENCES subscriptions (marketplace_id, id),
    FOREIGN KEY (marketplace_id, order_id) REFERENCES orders (marketplace_id, id)
);
CREATE INDEX charges_by_subscription ON charges (marketplace_id, subscription_id, id);

CREATE TABLE provisionings (
    marketplace_id UUID NOT NULL,
    order_id UUID NOT NULL,
    remote_cart_id TEXT,
    checked_out BOOLEAN NOT NULL,
    attempt INTEGER NOT NULL,
    CONSTRAINT provisionings_order_id PRIMARY KEY (marketplace_id, order_id),
    FOREIGN KEY (marketplace_id, order_id) REFERENCES orders (marketplace_id, id)
);
