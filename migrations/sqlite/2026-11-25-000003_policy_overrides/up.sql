-- Rules of a product or an offer that go before those of its policy.

CREATE TABLE policy_overrides (
    marketplace_id BLOB NOT NULL REFERENCES marketplaces (id),
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('product', 'offer')),
    subject_id BLOB NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    valid_from INTEGER NOT NULL,
    rules TEXT NOT NULL,
    CONSTRAINT policy_overrides_version PRIMARY KEY (marketplace_id, subject_kind, subject_id, version)
) STRICT;
