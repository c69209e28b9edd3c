-- Policies as they are frozen on subscriptions: a row for each content, which never changes; subscriptions hold its id.
-- The id is made of the content. No subscription refers to it by a foreign key: each sale would lock the same few rows.

CREATE TABLE policy_snapshots (
    id BLOB NOT NULL PRIMARY KEY,
    key TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    policy TEXT NOT NULL
) STRICT;

-- What ran until now has ids of chance.
INSERT INTO policy_snapshots (id, key, version, policy)
SELECT randomblob(16), policy ->> '$.key', policy ->> '$.version', policy
FROM (SELECT DISTINCT policy FROM subscriptions);
CREATE UNIQUE INDEX policy_snapshots_by_content ON policy_snapshots (policy);
-- The default is nobody's: a column that must be there needs one.
ALTER TABLE subscriptions ADD COLUMN policy_id BLOB NOT NULL DEFAULT X'00000000000000000000000000000000';
UPDATE subscriptions SET
    policy_id = (SELECT id FROM policy_snapshots WHERE policy_snapshots.policy = subscriptions.policy),
    policy = '';
DROP INDEX policy_snapshots_by_content;
ALTER TABLE subscriptions DROP COLUMN policy;
