-- Who takes part: marketplaces with their policies, resellers, customers, and who can log in.

CREATE TABLE marketplaces (
    id BLOB NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    currency TEXT NOT NULL,
    sandbox INTEGER NOT NULL CHECK (sandbox IN (0, 1)),
    profile TEXT NOT NULL,
    clock_offset_us INTEGER NOT NULL,
    catalog_version INTEGER NOT NULL,
    CONSTRAINT marketplaces_slug UNIQUE (slug)
) STRICT;

CREATE TABLE policies (
    marketplace_id BLOB NOT NULL REFERENCES marketplaces (id),
    key TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    valid_from INTEGER NOT NULL,
    rules TEXT NOT NULL,
    CONSTRAINT policies_version PRIMARY KEY (marketplace_id, key, version)
) STRICT;

CREATE TABLE resellers (
    marketplace_id BLOB NOT NULL REFERENCES marketplaces (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    partner_id TEXT,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id)
) STRICT;

-- name_folded is the name in small letters: the databases do not agree on what lower() is.
CREATE TABLE customers (
    marketplace_id BLOB NOT NULL REFERENCES marketplaces (id),
    id BLOB NOT NULL,
    reseller_id BLOB,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    country TEXT NOT NULL,
    contact TEXT NOT NULL,
    address TEXT NOT NULL,
    vat_id TEXT,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id)
) STRICT;
CREATE INDEX customers_by_reseller ON customers (marketplace_id, reseller_id, id);
CREATE INDEX customers_by_name ON customers (marketplace_id, name_folded);

CREATE TABLE tenants (
    marketplace_id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('creating', 'awaiting_confirmation', 'linked', 'failed')),
    domain TEXT NOT NULL,
    entra_tenant_id TEXT,
    failure TEXT,
    mode TEXT NOT NULL CHECK (mode IN ('create', 'link')),
    credentials BLOB,
    credentials_taken_at INTEGER,
    requested_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT tenants_customer_id PRIMARY KEY (marketplace_id, customer_id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
) STRICT;
CREATE INDEX tenants_by_domain ON tenants (marketplace_id, domain);
CREATE INDEX tenants_by_entra_tenant_id ON tenants (entra_tenant_id) WHERE status = 'linked';

CREATE TABLE agreements (
    marketplace_id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    agreed_at INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    CONSTRAINT agreements_customer_id PRIMARY KEY (marketplace_id, customer_id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
) STRICT;

CREATE TABLE users (
    marketplace_id BLOB NOT NULL REFERENCES marketplaces (id),
    id BLOB NOT NULL,
    email TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('provider_admin', 'provider_support', 'reseller_admin', 'reseller_employee', 'customer_admin', 'customer_billing', 'customer_user')),
    reseller_id BLOB,
    customer_id BLOB,
    password_hash TEXT NOT NULL,
    disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CONSTRAINT users_email UNIQUE (marketplace_id, email),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
) STRICT;
-- Who logs in does not always say to which marketplace.
CREATE INDEX users_by_email ON users (email);

-- Keyed without the marketplace: whoever authenticates is known before it is.
CREATE TABLE api_clients (
    id BLOB NOT NULL PRIMARY KEY,
    marketplace_id BLOB NOT NULL REFERENCES marketplaces (id),
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('provider_admin', 'provider_support', 'reseller_admin', 'reseller_employee', 'customer_admin', 'customer_billing', 'customer_user')),
    reseller_id BLOB,
    customer_id BLOB,
    secret_hash BLOB NOT NULL,
    disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    created_at INTEGER NOT NULL,
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
) STRICT;

-- Keyed without the marketplace, for the same reason.
CREATE TABLE refresh_tokens (
    hash BLOB NOT NULL PRIMARY KEY,
    family BLOB NOT NULL,
    marketplace_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    revoked_at INTEGER,
    FOREIGN KEY (marketplace_id, user_id) REFERENCES users (marketplace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);
