-- Amounts are seen by a permission of their own; who saw them sees them on.
UPDATE api_clients SET permissions = permissions || '["money.read"]'::jsonb
    WHERE permissions::text LIKE '%"catalog.read"%'
        OR permissions::text LIKE '%"carts.write"%'
        OR permissions::text LIKE '%"orders.place"%'
        OR permissions::text LIKE '%"orders.read"%'
        OR permissions::text LIKE '%"subscriptions.read"%'
        OR permissions::text LIKE '%"subscriptions.change"%'
        OR permissions::text LIKE '%"price_lists.manage"%'
        OR permissions::text LIKE '%"product_keys.read"%'
        OR permissions::text LIKE '%"product_keys.manage"%'
        OR permissions::text LIKE '%"audit.read"%'
        OR permissions::text LIKE '%"tasks.manage"%';
UPDATE roles SET permissions = permissions || '["money.read"]'::jsonb
    WHERE permissions::text LIKE '%"catalog.read"%'
        OR permissions::text LIKE '%"carts.write"%'
        OR permissions::text LIKE '%"orders.place"%'
        OR permissions::text LIKE '%"orders.read"%'
        OR permissions::text LIKE '%"subscriptions.read"%'
        OR permissions::text LIKE '%"subscriptions.change"%'
        OR permissions::text LIKE '%"price_lists.manage"%'
        OR permissions::text LIKE '%"product_keys.read"%'
        OR permissions::text LIKE '%"product_keys.manage"%'
        OR permissions::text LIKE '%"audit.read"%'
        OR permissions::text LIKE '%"tasks.manage"%';

-- Where customers are billed is changed by a permission of its own, too.
UPDATE api_clients SET permissions = permissions || '["billing.write"]'::jsonb
    WHERE permissions::text LIKE '%"customers.write"%';
UPDATE roles SET permissions = permissions || '["billing.write"]'::jsonb
    WHERE permissions::text LIKE '%"customers.write"%';

-- A customer's people see what is assigned to them; those of a marketplace's own roles saw all, and do so on.
UPDATE roles SET permissions = permissions || '["subscriptions.read_all"]'::jsonb
    WHERE organization = 'customer' AND permissions::text LIKE '%"subscriptions.read"%';

-- Whatever a process remembers of who may what is over.
UPDATE marketplaces SET access_version = access_version + 1;
