-- Long work that somebody asked for, leased while it is done. Instants are of the real clock.

CREATE TABLE jobs (
    marketplace_id UUID NOT NULL REFERENCES marketplaces (id),
    id UUID NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('price_list_import', 'price_list_publication', 'sandbox_clock')),
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'canceled')),
    subject TEXT NOT NULL,
    asked JSONB NOT NULL,
    requested_by TEXT NOT NULL,
    machine BOOLEAN NOT NULL,
    impersonator TEXT,
    request_id TEXT NOT NULL,
    progress BIGINT NOT NULL,
    total BIGINT NOT NULL,
    result JSONB,
    problem JSONB,
    cancel_requested BOOLEAN NOT NULL,
    attempts INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    due_at TIMESTAMPTZ,
    leased_until TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    started_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ,
    version BIGINT NOT NULL,
    PRIMARY KEY (marketplace_id, id),
    CHECK ((state IN ('queued', 'running')) = (due_at IS NOT NULL))
);
CREATE INDEX jobs_due ON jobs (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX jobs_by_state ON jobs (marketplace_id, state, id);
-- The same thing is done once at a time.
CREATE UNIQUE INDEX jobs_subject ON jobs (marketplace_id, kind, subject) WHERE due_at IS NOT NULL;

-- What came with the request, until the job is over.
CREATE TABLE job_pieces (
    marketplace_id UUID NOT NULL,
    job_id UUID NOT NULL,
    number BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (marketplace_id, job_id, number),
    FOREIGN KEY (marketplace_id, job_id) REFERENCES jobs (marketplace_id, id) ON DELETE CASCADE
);

-- The outbox is seen by `tasks.manage`; `jobs.manage` is of the jobs above, for whoever may ask for them.
UPDATE api_clients SET permissions = replace(permissions::text, '"jobs.manage"', '"tasks.manage"')::jsonb
    WHERE permissions::text LIKE '%"jobs.manage"%';
UPDATE api_clients SET permissions = permissions || '["jobs.manage"]'::jsonb
    WHERE permissions::text LIKE '%"price_lists.manage"%' OR permissions::text LIKE '%"sandbox.manage"%';
UPDATE roles SET permissions = replace(permissions::text, '"jobs.manage"', '"tasks.manage"')::jsonb
    WHERE permissions::text LIKE '%"jobs.manage"%';
UPDATE roles SET permissions = permissions || '["jobs.manage"]'::jsonb
    WHERE permissions::text LIKE '%"price_lists.manage"%' OR permissions::text LIKE '%"sandbox.manage"%';
