UPDATE roles SET permissions = permissions - 'jobs.manage' WHERE permissions::text LIKE '%"jobs.manage"%';
UPDATE roles SET permissions = replace(permissions::text, '"tasks.manage"', '"jobs.manage"')::jsonb
    WHERE permissions::text LIKE '%"tasks.manage"%';
UPDATE api_clients SET permissions = permissions - 'jobs.manage' WHERE permissions::text LIKE '%"jobs.manage"%';
UPDATE api_clients SET permissions = replace(permissions::text, '"tasks.manage"', '"jobs.manage"')::jsonb
    WHERE permissions::text LIKE '%"tasks.manage"%';
DROP TABLE job_pieces;
DROP TABLE jobs;
