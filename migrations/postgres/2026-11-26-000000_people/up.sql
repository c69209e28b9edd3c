-- People and what they get in by: log-ins apart from addresses, states, sessions, one-time tokens, roles of a marketplace's own,
-- secrets of API clients.

-- Counts up whenever a token that is already out may have lost something: processes forget then whom they know.
ALTER TABLE marketplaces ADD COLUMN access_version BIGINT NOT NULL DEFAULT 0;

-- A role is one of the shipped ones or a marketplace's own: the code says which there are.
ALTER TABLE users DROP CONSTRAINT users_role_check;
ALTER TABLE users RENAME COLUMN email TO login;
ALTER TABLE users RENAME CONSTRAINT users_email TO users_login;
DROP INDEX users_by_email;
CREATE INDEX users_by_login ON users (login);
ALTER TABLE users ADD COLUMN email TEXT NOT NULL DEFAULT '';
UPDATE users SET email = login;
ALTER TABLE users ADD COLUMN notification_email TEXT;
ALTER TABLE users ADD COLUMN phone TEXT;
ALTER TABLE users ADD COLUMN address JSONB;
ALTER TABLE users ADD COLUMN language TEXT;
ALTER TABLE users ADD COLUMN areas JSONB;
ALTER TABLE users ADD COLUMN external_ref TEXT;
ALTER TABLE users ADD COLUMN activated_at TIMESTAMPTZ;
UPDATE users SET activated_at = created_at;
ALTER TABLE users ADD COLUMN locked_at TIMESTAMPTZ;
ALTER TABLE users ADD COLUMN locked_until TIMESTAMPTZ;
ALTER TABLE users ADD COLUMN deleted_at TIMESTAMPTZ;
-- Unique within the organisation.
CREATE UNIQUE INDEX users_external_ref ON users (marketplace_id, COALESCE(customer_id, reseller_id, marketplace_id), external_ref);
CREATE INDEX users_by_customer ON users (marketplace_id, customer_id, id) WHERE customer_id IS NOT NULL;
CREATE INDEX users_by_reseller ON users (marketplace_id, reseller_id, id) WHERE reseller_id IS NOT NULL;

CREATE TABLE roles (
    marketplace_id UUID NOT NULL REFERENCES marketplaces (id),
    key TEXT NOT NULL,
    organization TEXT NOT NULL CHECK (organization IN ('provider', 'reseller', 'customer')),
    title JSONB NOT NULL,
    permissions JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL,
    CONSTRAINT roles_key PRIMARY KEY (marketplace_id, key)
);

-- A log-in: the family of refresh tokens that follow one another. Keyed without the marketplace, as they are.
CREATE TABLE sessions (
    id UUID NOT NULL PRIMARY KEY,
    marketplace_id UUID NOT NULL,
    user_id UUID NOT NULL,
    impersonator UUID,
    started_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ NOT NULL,
    absolute_until TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    end_reason TEXT CHECK (end_reason IN ('logged_out', 'ended_by_user', 'ended_by_administrator', 'password_changed', 'refresh_token_reused', 'user_disabled', 'user_deleted')),
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    generation BIGINT NOT NULL,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    FOREIGN KEY (marketplace_id, user_id) REFERENCES users (marketplace_id, id)
);
CREATE INDEX sessions_by_user ON sessions (marketplace_id, user_id, id);
CREATE INDEX sessions_by_age ON sessions (absolute_until);
INSERT INTO sessions (id, marketplace_id, user_id, started_at, last_used_at, absolute_until, ended_at, end_reason, address, user_agent, generation)
SELECT family, marketplace_id, user_id, MIN(issued_at), MAX(issued_at), MIN(issued_at) + INTERVAL '30 days', MAX(revoked_at),
    CASE WHEN MAX(revoked_at) IS NULL THEN NULL ELSE 'logged_out' END, '', '', 0
FROM refresh_tokens GROUP BY family, marketplace_id, user_id;
ALTER TABLE refresh_tokens ADD COLUMN generation BIGINT NOT NULL DEFAULT 0;
ALTER TABLE refresh_tokens DROP COLUMN revoked_at;

-- Who tried to get in; without a user where there is none of that name.
CREATE TABLE login_attempts (
    id UUID NOT NULL PRIMARY KEY,
    marketplace_id UUID,
    user_id UUID,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('succeeded', 'wrong_password', 'locked', 'disabled', 'not_activated', 'unknown')),
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX login_attempts_by_user ON login_attempts (marketplace_id, user_id, id);
CREATE INDEX login_attempts_by_address ON login_attempts (address, at);
CREATE INDEX login_attempts_by_age ON login_attempts (at);

-- What a link in a mail carries; only its hash is here.
CREATE TABLE one_time_tokens (
    id UUID NOT NULL PRIMARY KEY,
    marketplace_id UUID NOT NULL REFERENCES marketplaces (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('activation', 'password_reset', 'registration', 'confirmation')),
    hash BYTEA NOT NULL,
    user_id UUID,
    registration_id UUID,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ,
    CHECK ((user_id IS NULL) <> (registration_id IS NULL)),
    CONSTRAINT one_time_tokens_hash UNIQUE (hash)
);
CREATE INDEX one_time_tokens_by_user ON one_time_tokens (marketplace_id, user_id, purpose) WHERE user_id IS NOT NULL;
CREATE INDEX one_time_tokens_by_registration ON one_time_tokens (marketplace_id, registration_id, purpose) WHERE registration_id IS NOT NULL;

-- What a person agreed to for the account, in which version, when.
CREATE TABLE account_consents (
    marketplace_id UUID NOT NULL,
    user_id UUID NOT NULL,
    kind TEXT NOT NULL,
    version TEXT NOT NULL,
    agreed_at TIMESTAMPTZ NOT NULL,
    address TEXT NOT NULL,
    CONSTRAINT account_consents_kind PRIMARY KEY (marketplace_id, user_id, kind, version),
    FOREIGN KEY (marketplace_id, user_id) REFERENCES users (marketplace_id, id)
);

-- Without permissions of its own a client has its role's.
ALTER TABLE api_clients ADD COLUMN permissions JSONB;
ALTER TABLE api_clients ADD COLUMN created_by TEXT NOT NULL DEFAULT '';
ALTER TABLE api_clients ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
CREATE INDEX api_clients_by_marketplace ON api_clients (marketplace_id, id);
CREATE TABLE api_client_secrets (
    id UUID NOT NULL PRIMARY KEY,
    marketplace_id UUID NOT NULL REFERENCES marketplaces (id),
    client_id UUID NOT NULL REFERENCES api_clients (id),
    hash BYTEA NOT NULL,
    hint TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX api_client_secrets_by_client ON api_client_secrets (client_id, id);
INSERT INTO api_client_secrets (id, marketplace_id, client_id, hash, hint, created_at)
SELECT id, marketplace_id, id, secret_hash, '', created_at FROM api_clients;
ALTER TABLE api_clients DROP COLUMN secret_hash;

-- Who acted in somebody else's name.
ALTER TABLE audit_entries ADD COLUMN impersonator TEXT;
