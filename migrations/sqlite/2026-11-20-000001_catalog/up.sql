-- What can be bought and for how much. Identities are Microsoft's, by which the next import finds its rows again.

CREATE TABLE categories (
    marketplace_id BLOB NOT NULL REFERENCES marketplaces (id),
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    parent TEXT,
    position INTEGER NOT NULL,
    CONSTRAINT categories_slug PRIMARY KEY (marketplace_id, slug),
    -- Checked at the end: a batch may bring a child before its parent.
    FOREIGN KEY (marketplace_id, parent) REFERENCES categories (marketplace_id, slug) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE products (
    marketplace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    external_id TEXT NOT NULL,
    title TEXT NOT NULL,
    publisher TEXT NOT NULL,
    description TEXT NOT NULL,
    category TEXT NOT NULL,
    aliases TEXT NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CONSTRAINT products_external_id UNIQUE (marketplace_id, external_id),
    FOREIGN KEY (marketplace_id, category) REFERENCES categories (marketplace_id, slug)
) STRICT;

CREATE TABLE skus (
    marketplace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    product_id BLOB NOT NULL,
    external_id TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CONSTRAINT skus_external_id UNIQUE (marketplace_id, product_id, external_id),
    FOREIGN KEY (marketplace_id, product_id) REFERENCES products (marketplace_id, id)
) STRICT;

CREATE TABLE offers (
    marketplace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    sku_id BLOB NOT NULL,
    term TEXT NOT NULL CHECK (term IN ('P1M', 'P1Y', 'P3Y', 'none')),
    billing_cycle TEXT NOT NULL CHECK (billing_cycle IN ('monthly', 'annual', 'triennial', 'one_time', 'none')),
    segment TEXT NOT NULL CHECK (segment IN ('commercial', 'education', 'government', 'nonprofit')),
    country TEXT NOT NULL,
    currency TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('licensed', 'trial', 'perpetual', 'add_on')),
    min_quantity INTEGER NOT NULL,
    max_quantity INTEGER NOT NULL,
    quantity_step INTEGER NOT NULL,
    prerequisites TEXT NOT NULL,
    policy_key TEXT NOT NULL,
    preselected INTEGER NOT NULL CHECK (preselected IN (0, 1)),
    PRIMARY KEY (marketplace_id, id),
    CONSTRAINT offers_identity UNIQUE (marketplace_id, sku_id, term, billing_cycle, segment, country, currency),
    FOREIGN KEY (marketplace_id, sku_id) REFERENCES skus (marketplace_id, id)
) STRICT;

CREATE TABLE price_lists (
    marketplace_id BLOB NOT NULL REFERENCES marketplaces (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'discarded')),
    reseller_id BLOB,
    customer_id BLOB,
    margin TEXT NOT NULL,
    valid_from INTEGER,
    row_count INTEGER NOT NULL,
    error_count INTEGER NOT NULL,
    added_count INTEGER NOT NULL,
    changed_count INTEGER NOT NULL,
    unchanged_count INTEGER NOT NULL,
    catalog_version INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    published_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CHECK (reseller_id IS NULL OR customer_id IS NULL),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
) STRICT;

CREATE TABLE price_list_rows (
    marketplace_id BLOB NOT NULL,
    price_list_id BLOB NOT NULL,
    line INTEGER NOT NULL,
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
    cost INTEGER NOT NULL,
    list_price INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    change TEXT NOT NULL CHECK (change IN ('added', 'changed', 'unchanged')),
    previous INTEGER,
    CONSTRAINT price_list_rows_line PRIMARY KEY (marketplace_id, price_list_id, line),
    FOREIGN KEY (marketplace_id, price_list_id) REFERENCES price_lists (marketplace_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX price_list_rows_by_change ON price_list_rows (marketplace_id, price_list_id, change, line);

CREATE TABLE price_list_failures (
    marketplace_id BLOB NOT NULL,
    price_list_id BLOB NOT NULL,
    line INTEGER NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT price_list_failures_field PRIMARY KEY (marketplace_id, price_list_id, line, field),
    FOREIGN KEY (marketplace_id, price_list_id) REFERENCES price_lists (marketplace_id, id) ON DELETE CASCADE
) STRICT;

-- For everybody, where neither a reseller nor a customer is named.
CREATE TABLE prices (
    marketplace_id BLOB NOT NULL,
    offer_id BLOB NOT NULL,
    price_list_id BLOB NOT NULL,
    reseller_id BLOB,
    customer_id BLOB,
    cost INTEGER,
    list_price INTEGER NOT NULL,
    currency TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    CONSTRAINT prices_identity PRIMARY KEY (marketplace_id, offer_id, price_list_id, valid_from),
    CHECK (reseller_id IS NULL OR customer_id IS NULL),
    FOREIGN KEY (marketplace_id, offer_id) REFERENCES offers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, price_list_id) REFERENCES price_lists (marketplace_id, id),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
) STRICT, WITHOUT ROWID;
