-- What can be bought and for how much. Identities are Microsoft's, by which the next import finds its rows again.

CREATE TABLE categories (
    marketplace_id UUID NOT NULL REFERENCES marketplaces (id),
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    parent TEXT,
    position INTEGER NOT NULL,
    CONSTRAINT categories_slug PRIMARY KEY (marketplace_id, slug),
    -- Checked at the end: a batch may bring a child before its parent.
    FOREIGN KEY (marketplace_id, parent) REFERENCES categories (marketplace_id, slug) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE products (
    marketplace_id UUID NOT NULL,
    id UUID NOT NULL,
    external_id TEXT NOT NULL,
    title TEXT NOT NULL,
    publisher TEXT NOT NULL,
    description TEXT NOT NULL,
    category TEXT NOT NULL,
    aliases JSONB NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CONSTRAINT products_external_id UNIQUE (marketplace_id, external_id),
    FOREIGN KEY (marketplace_id, category) REFERENCES categories (marketplace_id, slug)
);

CREATE TABLE skus (
    marketplace_id UUID NOT NULL,
    id UUID NOT NULL,
    product_id UUID NOT NULL,
    external_id TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CONSTRAINT skus_external_id UNIQUE (marketplace_id, product_id, external_id),
    FOREIGN KEY (marketplace_id, product_id) REFERENCES products (marketplace_id, id)
);

CREATE TABLE offers (
    marketplace_id UUID NOT NULL,
    id UUID NOT NULL,
    sku_id UUID NOT NULL,
    term TEXT NOT NULL CHECK (term IN ('P1M', 'P1Y', 'P3Y', 'none')),
    billing_cycle TEXT NOT NULL CHECK (billing_cycle IN ('monthly', 'annual', 'triennial', 'one_time', 'none')),
    segment TEXT NOT NULL CHECK (segment IN ('commercial', 'education', 'government', 'nonprofit')),
    country TEXT NOT NULL,
    currency TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('licensed', 'trial', 'perpetual', 'add_on')),
    min_quantity BIGINT NOT NULL,
    max_quantity BIGINT NOT NULL,
    quantity_step BIGINT NOT NULL,
    prerequisites JSONB NOT NULL,
    policy_key TEXT NOT NULL,
    preselected BOOLEAN NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CONSTRAINT offers_identity UNIQUE (marketplace_id, sku_id, term, billing_cycle, segment, country, currency),
    FOREIGN KEY (marketplace_id, sku_id) REFERENCES skus (marketplace_id, id)
);

CREATE TABLE price_lists (
    marketplace_id UUID NOT NULL REFERENCES marketplaces (id),
    id UUID NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'discarded')),
    reseller_id UUID,
    customer_id UUID,
    margin JSONB NOT NULL,
    valid_from TIMESTAMPTZ,
    row_count BIGINT NOT NULL,
    error_count BIGINT NOT NULL,
    added_count BIGINT NOT NULL,
    changed_count BIGINT NOT NULL,
    unchanged_count BIGINT NOT NULL,
    catalog_version BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    published_at TIMESTAMPTZ,
    version BIGINT NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CHECK (reseller_id IS NULL OR customer_id IS NULL),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
);

CREATE TABLE price_list_rows (
    marketplace_id UUID NOT NULL,
    price_list_id UUID NOT NULL,
    line BIGINT NOT NULL,
    product_external_id TEXT NOT NULL,
    product_title TEXT NOT NULL,
    publisher TEXT NOT NULL,
    sku_external_id TEXT NOT NULL,
    sku_title TEXT NOT NULL,
    description TEXT NOT NULL,
    term TEXT NOT NULL CHECK (term IN ('P1M', 'P1Y', 'P3Y', 'none')),
    billing_cycle TEXT NOT NULL CHECK (billing_cycle IN ('monthly', 'annual', 'triennial', 'one_time', 'none')),
    segment TEXT NOT NULL CHECK (segment IN ('commercial', 'education', 'government', 'nonprofit')),
    country TEXT NOT NULL,
    currency TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('licensed', 'trial', 'perpetual', 'add_on')),
    cost BIGINT NOT NULL,
    list_price BIGINT NOT NULL,
    valid_from TIMESTAMPTZ NOT NULL,
    valid_until TIMESTAMPTZ,
    change TEXT NOT NULL CHECK (change IN ('added', 'changed', 'unchanged')),
    previous BIGINT,
    CONSTRAINT price_list_rows_line PRIMARY KEY (marketplace_id, price_list_id, line),
    FOREIGN KEY (marketplace_id, price_list_id) REFERENCES price_lists (marketplace_id, id) ON DELETE CASCADE
);
CREATE INDEX price_list_rows_by_change ON price_list_rows (marketplace_id, price_list_id, change, line);

CREATE TABLE price_list_failures (
    marketplace_id UUID NOT NULL,
    price_list_id UUID NOT NULL,
    line BIGINT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT price_list_failures_field PRIMARY KEY (marketplace_id, price_list_id, line, field),
    FOREIGN KEY (marketplace_id, price_list_id) REFERENCES price_lists (marketplace_id, id) ON DELETE CASCADE
);

-- For everybody, where neither a reseller nor a customer is named.
CREATE TABLE prices (
    marketplace_id UUID NOT NULL,
    offer_id UUID NOT NULL,
    price_list_id UUID NOT NULL,
    reseller_id UUID,
    customer_id UUID,
    cost BIGINT,
    list_price BIGINT NOT NULL,
    currency TEXT NOT NULL,
    valid_from TIMESTAMPTZ NOT NULL,
    valid_until TIMESTAMPTZ,
    CONSTRAINT prices_identity PRIMARY KEY (marketplace_id, offer_id, price_list_id, valid_from),
    CHECK (reseller_id IS NULL OR customer_id IS NULL),
    FOREIGN KEY (marketplace_id, offer_id) REFERENCES offers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, price_list_id) REFERENCES price_lists (marketplace_id, id),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
);
