-- Rules of a product or an offer that go before those of its policy.

CREATE TABLE policy_overrides (
    marketplace_id UUID NOT NULL REFERENCES marketplaces (id),
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('product', 'offer')),
    subject_id UUID NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    valid_from TIMESTAMPTZ NOT NULL,
    rules JSONB NOT NULL,
    CONSTRAINT policy_overrides_version PRIMARY KEY (marketplace_id, subject_kind, subject_id, version)
);
