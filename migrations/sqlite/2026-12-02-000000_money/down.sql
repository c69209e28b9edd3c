UPDATE roles SET permissions = (SELECT json_group_array(value) FROM json_each(permissions) WHERE value <> 'subscriptions.read_all')
    WHERE permissions LIKE '%"subscriptions.read_all"%';
UPDATE api_clients SET permissions = (SELECT json_group_array(value) FROM json_each(permissions) WHERE value <> 'billing.write')
    WHERE permissions LIKE '%"billing.write"%';
UPDATE roles SET permissions = (SELECT json_group_array(value) FROM json_each(permissions) WHERE value <> 'billing.write')
    WHERE permissions LIKE '%"billing.write"%';
UPDATE api_clients SET permissions = (SELECT json_group_array(value) FROM json_each(permissions) WHERE value <> 'money.read')
    WHERE permissions LIKE '%"money.read"%';
UPDATE roles SET permissions = (SELECT json_group_array(value) FROM json_each(permissions) WHERE value <> 'money.read')
    WHERE permissions LIKE '%"money.read"%';
