-- Under what a try to log in is counted besides its account: the name that was typed and the network it came from, both
-- as keyed digests, and the device that it came from where that is known. None of it is known of older tries.
ALTER TABLE login_attempts ADD COLUMN name BLOB;
ALTER TABLE login_attempts ADD COLUMN network BLOB;
ALTER TABLE login_attempts ADD COLUMN device BLOB;
DROP INDEX login_attempts_by_address;
CREATE INDEX login_attempts_by_network ON login_attempts (network, at) WHERE network IS NOT NULL;
CREATE INDEX login_attempts_by_name ON login_attempts (network, name, id) WHERE name IS NOT NULL;
CREATE INDEX login_attempts_by_device ON login_attempts (device, id) WHERE device IS NOT NULL;

-- How often something was asked for from a network within an hour. A network has one of a fixed number of slots, so there
-- are no more rows than slots, whoever asks.
CREATE TABLE request_counts (
    kind TEXT NOT NULL,
    slot INTEGER NOT NULL,
    since INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (kind, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_counts_by_age ON request_counts (since);

CREATE INDEX carts_open ON carts (marketplace_id, customer_id, id) WHERE ordered_as IS NULL;
