-- How strangers become people who can log in. What they fill in is kept until there is an account; bank data are sealed.

CREATE TABLE registrations (
    marketplace_id UUID NOT NULL REFERENCES marketplaces (id),
    id UUID NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('approval', 'customer_number', 'invite_only')),
    status TEXT NOT NULL CHECK (status IN ('received', 'awaiting_confirmation', 'requested', 'activation_sent', 'active', 'rejected', 'referred')),
    email TEXT NOT NULL,
    language TEXT,
    form JSONB,
    password_hash TEXT,
    bank_data BYTEA,
    iban_last_four TEXT,
    customer_number TEXT,
    mismatches JSONB,
    consents JSONB,
    address TEXT NOT NULL,
    reason TEXT,
    referred_to UUID,
    decided_by TEXT,
    decided_at TIMESTAMPTZ,
    customer_id UUID,
    reseller_id UUID,
    user_id UUID,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    FOREIGN KEY (marketplace_id, referred_to) REFERENCES customers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, user_id) REFERENCES users (marketplace_id, id)
);
-- An address has one at a time of which something is still to come.
CREATE UNIQUE INDEX registrations_email ON registrations (marketplace_id, email)
    WHERE status IN ('awaiting_confirmation', 'requested', 'activation_sent');
CREATE INDEX registrations_by_status ON registrations (marketplace_id, status, id);
CREATE INDEX notifications_by_recipient ON notifications (marketplace_id, recipient, created_at);
