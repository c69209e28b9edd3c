-- Policies as they are frozen on subscriptions: a row for each content, which never changes; subscriptions hold its id.
-- The id is made of the content. No subscription refers to it by a foreign key: each sale would lock the same few rows.

CREATE TABLE policy_snapshots (
    id UUID NOT NULL PRIMARY KEY,
    key TEXT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    policy JSONB NOT NULL
);

-- What ran until now has ids made by the database; writes the table anew, without what it held a million times.
INSERT INTO policy_snapshots (id, key, version, policy)
SELECT md5(content)::uuid, policy ->> 'key', (policy ->> 'version')::bigint, policy
FROM (SELECT policy::text AS content, min(policy::text)::jsonb AS policy FROM subscriptions GROUP BY policy::text) AS frozen;
ALTER TABLE subscriptions ALTER COLUMN policy TYPE UUID USING md5(policy::text)::uuid;
ALTER TABLE subscriptions RENAME COLUMN policy TO policy_id;
