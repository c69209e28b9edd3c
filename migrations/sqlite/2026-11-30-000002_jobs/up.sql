-- Long work that somebody asked for, leased while it is done. Instants are of the real clock.

CREATE TABLE jobs (
    marketplace_id BLOB NOT NULL REFERENCES marketplaces (id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('price_list_import', 'price_list_publication', 'sandbox_clock')),
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'canceled')),
    subject TEXT NOT NULL,
    asked TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    machine INTEGER NOT NULL,
    impersonator TEXT,
    request_id TEXT NOT NULL,
    progress INTEGER NOT NULL,
    total INTEGER NOT NULL,
    result TEXT,
    problem TEXT,
    cancel_requested INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    due_at INTEGER,
    leased_until INTEGER,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CHECK ((state IN ('queued', 'running')) = (due_at IS NOT NULL))
) STRICT;
CREATE INDEX jobs_due ON jobs (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX jobs_by_state ON jobs (marketplace_id, state, id);
-- The same thing is done once at a time.
CREATE UNIQUE INDEX jobs_subject ON jobs (marketplace_id, kind, subject) WHERE due_at IS NOT NULL;

-- What came with the request, until the job is over.
CREATE TABLE job_pieces (
    marketplace_id BLOB NOT NULL,
    job_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (marketplace_id, job_id, number),
    FOREIGN KEY (marketplace_id, job_id) REFERENCES jobs (marketplace_id, id) ON DELETE CASCADE
) STRICT;

-- The outbox is seen by `tasks.manage`; `jobs.manage` is of the jobs above, for whoever may ask for them.
UPDATE api_clients SET permissions = replace(permissions, '"jobs.manage"', '"tasks.manage"')
    WHERE permissions LIKE '%"jobs.manage"%';
UPDATE api_clients SET permissions = json_insert(permissions, '$[#]', 'jobs.manage')
    WHERE permissions LIKE '%"price_lists.manage"%' OR permissions LIKE '%"sandbox.manage"%';
UPDATE roles SET permissions = replace(permissions, '"jobs.manage"', '"tasks.manage"')
    WHERE permissions LIKE '%"jobs.manage"%';
UPDATE roles SET permissions = json_insert(permissions, '$[#]', 'jobs.manage')
    WHERE permissions LIKE '%"price_lists.manage"%' OR permissions LIKE '%"sandbox.manage"%';
