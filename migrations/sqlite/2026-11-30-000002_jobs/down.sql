UPDATE roles SET permissions = replace(replace(replace(permissions, '"jobs.manage",', ''), ',"jobs.manage"', ''), '"jobs.manage"', '')
    WHERE permissions LIKE '%"jobs.manage"%';
UPDATE roles SET permissions = replace(permissions, '"tasks.manage"', '"jobs.manage"')
    WHERE permissions LIKE '%"tasks.manage"%';
UPDATE api_clients SET permissions = replace(replace(replace(permissions, '"jobs.manage",', ''), ',"jobs.manage"', ''), '"jobs.manage"', '')
    WHERE permissions LIKE '%"jobs.manage"%';
UPDATE api_clients SET permissions = replace(permissions, '"tasks.manage"', '"jobs.manage"')
    WHERE permissions LIKE '%"tasks.manage"%';
DROP TABLE job_pieces;
DROP TABLE jobs;
