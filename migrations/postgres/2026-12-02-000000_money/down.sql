UPDATE roles SET permissions = permissions - 'subscriptions.read_all'
    WHERE permissions::text LIKE '%"subscriptions.read_all"%';
UPDATE api_clients SET permissions = permissions - 'billing.write'
    WHERE permissions::text LIKE '%"billing.write"%';
UPDATE roles SET permissions = permissions - 'billing.write'
    WHERE permissions::text LIKE '%"billing.write"%';
UPDATE api_clients SET permissions = permissions - 'money.read'
    WHERE permissions::text LIKE '%"money.read"%';
UPDATE roles SET permissions = permissions - 'money.read'
    WHERE permissions::text LIKE '%"money.read"%';
