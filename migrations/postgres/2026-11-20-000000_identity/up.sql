-- Who takes part: marketplaces with their policies, resellers, customers, and who can log in.

CREATE TABLE marketplaces (
    id UUID NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    currency TEXT NOT NULL,
    sandbox BOOLEAN NOT NULL,
    profile JSONB NOT NULL,
    clock_offset_us BIGINT NOT NULL,
    catalog_version BIGINT NOT NULL,
    CONSTRAINT marketplaces_slug UNIQUE (slug)
);

CREATE TABLE policies (
    marketplace_id UUID NOT NULL REFERENCES marketplaces (id),
    key TEXT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    valid_from TIMESTAMPTZ NOT NULL,
    rules JSONB NOT NULL,
    CONSTRAINT policies_version PRIMARY KEY (marketplace_id, key, version)
);

CREATE TABLE resellers (
    marketplace_id UUID NOT NULL REFERENCES marketplaces (id),
    id UUID NOT NULL,
    name TEXT NOT NULL,
    partner_id TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (marketplace_id, id)
);

-- name_folded is the name in small letters: the databases do not agree on what lower() is.
CREATE TABLE customers (
    marketplace_id UUID NOT NULL REFERENCES marketplaces (id),
    id UUID NOT NULL,
    reseller_id UUID,
    name TEXT NOT NULL,
    name_folded TEXT COLLATE "C" NOT NULL,
    country TEXT NOT NULL,
    contact JSONB NOT NULL,
    address JSONB NOT NULL,
    vat_id TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id)
);
CREATE INDEX customers_by_reseller ON customers (marketplace_id, reseller_id, id);
CREATE INDEX customers_by_name ON customers (marketplace_id, name_folded);

CREATE TABLE tenants (
    marketplace_id UUID NOT NULL,
    customer_id UUID NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('creating', 'awaiting_confirmation', 'linked', 'failed')),
    domain TEXT NOT NULL,
    entra_tenant_id TEXT,
    failure TEXT,
    mode TEXT NOT NULL CHECK (mode IN ('create', 'link')),
    credentials BYTEA,
    credentials_taken_at TIMESTAMPTZ,
    requested_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL,
    CONSTRAINT tenants_customer_id PRIMARY KEY (marketplace_id, customer_id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
);
CREATE INDEX tenants_by_domain ON tenants (marketplace_id, domain);
CREATE INDEX tenants_by_entra_tenant_id ON tenants (entra_tenant_id) WHERE status = 'linked';

CREATE TABLE agreements (
    marketplace_id UUID NOT NULL,
    customer_id UUID NOT NULL,
    kind TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    agreed_at TIMESTAMPTZ NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT agreements_customer_id PRIMARY KEY (marketplace_id, customer_id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
);

CREATE TABLE users (
    marketplace_id UUID NOT NULL REFERENCES marketplaces (id),
    id UUID NOT NULL,
    email TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('provider_admin', 'provider_support', 'reseller_admin', 'reseller_employee', 'customer_admin', 'customer_billing', 'customer_user')),
    reseller_id UUID,
    customer_id UUID,
    password_hash TEXT NOT NULL,
    disabled BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CONSTRAINT users_email UNIQUE (marketplace_id, email),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
);
-- Who logs in does not always say to which marketplace.
CREATE INDEX users_by_email ON users (email);

-- Keyed without the marketplace: whoever authenticates is known before it is.
CREATE TABLE api_clients (
    id UUID NOT NULL PRIMARY KEY,
    marketplace_id UUID NOT NULL REFERENCES marketplaces (id),
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('provider_admin', 'provider_support', 'reseller_admin', 'reseller_employee', 'customer_admin', 'customer_billing', 'customer_user')),
    reseller_id UUID,
    customer_id UUID,
    secret_hash BYTEA NOT NULL,
    disabled BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
);

-- Keyed without the marketplace, for the same reason.
CREATE TABLE refresh_tokens (
    hash BYTEA NOT NULL PRIMARY KEY,
    family UUID NOT NULL,
    marketplace_id UUID NOT NULL,
    user_id UUID NOT NULL,
    issued_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ,
    FOREIGN KEY (marketplace_id, user_id) REFERENCES users (marketplace_id, id)
);
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);
