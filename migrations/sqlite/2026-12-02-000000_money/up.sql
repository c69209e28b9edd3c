-- Amounts are seen by a permission of their own; who saw them sees them on.
UPDATE api_clients SET permissions = json_insert(permissions, '$[#]', 'money.read')
    WHERE permissions LIKE '%"catalog.read"%'
        OR permissions LIKE '%"carts.write"%'
        OR permissions LIKE '%"orders.place"%'
        OR permissions LIKE '%"orders.read"%'
        OR permissions LIKE '%"subscriptions.read"%'
        OR permissions LIKE '%"subscriptions.change"%'
        OR permissions LIKE '%"price_lists.manage"%'
        OR permissions LIKE '%"product_keys.read"%'
        OR permissions LIKE '%"product_keys.manage"%'
        OR permissions LIKE '%"audit.read"%'
        OR permissions LIKE '%"tasks.manage"%';
UPDATE roles SET permissions = json_insert(permissions, '$[#]', 'money.read')
    WHERE permissions LIKE '%"catalog.read"%'
        OR permissions LIKE '%"carts.write"%'
        OR permissions LIKE '%"orders.place"%'
        OR permissions LIKE '%"orders.read"%'
        OR permissions LIKE '%"subscriptions.read"%'
        OR permissions LIKE '%"subscriptions.change"%'
        OR permissions LIKE '%"price_lists.manage"%'
        OR permissions LIKE '%"product_keys.read"%'
        OR permissions LIKE '%"product_keys.manage"%'
        OR permissions LIKE '%"audit.read"%'
        OR permissions LIKE '%"tasks.manage"%';

-- Where customers are billed is changed by a permission of its own, too.
UPDATE api_clients SET permissions = json_insert(permissions, '$[#]', 'billing.write')
    WHERE permissions LIKE '%"customers.write"%';
UPDATE roles SET permissions = json_insert(permissions, '$[#]', 'billing.write')
    WHERE permissions LIKE '%"customers.write"%';

-- A customer's people see what is assigned to them; those of a marketplace's own roles saw all, and do so on.
UPDATE roles SET permissions = json_insert(permissions, '$[#]', 'subscriptions.read_all')
    WHERE organization = 'customer' AND permissions LIKE '%"subscriptions.read"%';

-- Whatever a process remembers of who may what is over.
UPDATE marketplaces SET access_version = access_version + 1;
