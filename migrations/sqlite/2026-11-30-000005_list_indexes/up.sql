-- Every filter of every list has an index that answers rare and frequent values alike: the scope, the filter, and the id by
-- which the list is walked. Also within a reseller's scope; what a customer has is few, and found by the customer.

CREATE INDEX subscriptions_by_status ON subscriptions (marketplace_id, status, id);
CREATE INDEX subscriptions_by_kind ON subscriptions (marketplace_id, kind, id);
CREATE INDEX subscriptions_by_renewal ON subscriptions (marketplace_id, auto_renew, id);
CREATE INDEX subscriptions_by_product ON subscriptions (marketplace_id, product_id, id);
CREATE INDEX subscriptions_by_offer ON subscriptions (marketplace_id, offer_id, id);
CREATE INDEX subscriptions_by_end ON subscriptions (marketplace_id, term_last, id) WHERE term_last IS NOT NULL;
CREATE INDEX subscriptions_by_responsible ON subscriptions (marketplace_id, responsible_user_id, id)
    WHERE responsible_user_id IS NOT NULL;
CREATE INDEX subscriptions_of_reseller_by_status ON subscriptions (marketplace_id, reseller_id, status, id)
    WHERE reseller_id IS NOT NULL;
CREATE INDEX subscriptions_of_reseller_by_kind ON subscriptions (marketplace_id, reseller_id, kind, id)
    WHERE reseller_id IS NOT NULL;
CREATE INDEX subscriptions_of_reseller_by_renewal ON subscriptions (marketplace_id, reseller_id, auto_renew, id)
    WHERE reseller_id IS NOT NULL;
CREATE INDEX subscriptions_of_reseller_by_product ON subscriptions (marketplace_id, reseller_id, product_id, id)
    WHERE reseller_id IS NOT NULL;
CREATE INDEX subscriptions_of_reseller_by_offer ON subscriptions (marketplace_id, reseller_id, offer_id, id)
    WHERE reseller_id IS NOT NULL;
CREATE INDEX subscriptions_of_reseller_by_end ON subscriptions (marketplace_id, reseller_id, term_last, id)
    WHERE reseller_id IS NOT NULL AND term_last IS NOT NULL;

CREATE INDEX orders_by_status ON orders (marketplace_id, status, id);
CREATE INDEX orders_of_reseller_by_status ON orders (marketplace_id, reseller_id, status, id) WHERE reseller_id IS NOT NULL;
CREATE INDEX orders_by_external_ref ON orders (marketplace_id, external_ref, id) WHERE external_ref IS NOT NULL;

CREATE INDEX redemptions_by_status ON redemptions (marketplace_id, status, id);
CREATE INDEX redemptions_of_reseller_by_status ON redemptions (marketplace_id, reseller_id, status, id)
    WHERE reseller_id IS NOT NULL;

CREATE INDEX notifications_by_kind ON notifications (marketplace_id, kind, id);
CREATE INDEX notifications_by_subject ON notifications (marketplace_id, subject, id);
CREATE INDEX notifications_of_reseller_by_status ON notifications (marketplace_id, reseller_id, status, id)
    WHERE reseller_id IS NOT NULL;
CREATE INDEX notifications_of_reseller_by_kind ON notifications (marketplace_id, reseller_id, kind, id)
    WHERE reseller_id IS NOT NULL;

CREATE INDEX registrations_shown ON registrations (marketplace_id, id) WHERE status <> 'received';

CREATE INDEX customers_of_reseller_by_name ON customers (marketplace_id, reseller_id, name_folded)
    WHERE reseller_id IS NOT NULL;

-- Of an organisation itself.
DROP INDEX api_clients_by_marketplace;
CREATE INDEX api_clients_of_provider ON api_clients (marketplace_id, id) WHERE reseller_id IS NULL AND customer_id IS NULL;
CREATE INDEX api_clients_of_reseller ON api_clients (marketplace_id, reseller_id, id) WHERE reseller_id IS NOT NULL;
CREATE INDEX api_clients_of_customer ON api_clients (marketplace_id, customer_id, id) WHERE customer_id IS NOT NULL;

-- The reseller that sees a user: its own one, or its customer's.
ALTER TABLE users ADD COLUMN seen_by_reseller_id BLOB;
UPDATE users SET seen_by_reseller_id = COALESCE(reseller_id, (SELECT customers.reseller_id FROM customers
    WHERE customers.marketplace_id = users.marketplace_id AND customers.id = users.customer_id));
CREATE INDEX users_seen_by_reseller ON users (marketplace_id, seen_by_reseller_id, id) WHERE seen_by_reseller_id IS NOT NULL;
CREATE INDEX users_by_role ON users (marketplace_id, role, id);
CREATE INDEX users_by_external_ref ON users (marketplace_id, external_ref, id) WHERE external_ref IS NOT NULL;
CREATE INDEX users_disabled ON users (marketplace_id, id) WHERE disabled AND deleted_at IS NULL;
CREATE INDEX users_not_activated ON users (marketplace_id, id)
    WHERE NOT disabled AND activated_at IS NULL AND deleted_at IS NULL;
CREATE INDEX users_activated ON users (marketplace_id, id)
    WHERE NOT disabled AND activated_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX users_locked ON users (marketplace_id, id)
    WHERE NOT disabled AND activated_at IS NOT NULL AND locked_at IS NOT NULL AND deleted_at IS NULL;

-- A reseller sees what was done with its customers' data, whoever did it: from here on an entry says which one that is.
UPDATE audit_entries SET reseller_id = (SELECT customers.reseller_id FROM customers
    WHERE customers.marketplace_id = audit_entries.marketplace_id AND customers.id = audit_entries.customer_id)
WHERE reseller_id IS NULL AND customer_id IS NOT NULL;
CREATE INDEX audit_entries_by_impersonator ON audit_entries (marketplace_id, impersonator, id) WHERE impersonator IS NOT NULL;
CREATE INDEX audit_entries_of_reseller_by_impersonator ON audit_entries (marketplace_id, reseller_id, impersonator, id)
    WHERE reseller_id IS NOT NULL AND impersonator IS NOT NULL;
CREATE INDEX branches_by_customer ON branches (marketplace_id, customer_id, id);
CREATE INDEX audit_entries_of_reseller_by_actor ON audit_entries (marketplace_id, reseller_id, actor, id)
    WHERE reseller_id IS NOT NULL;

-- What the planner is to believe: a large installation, whatever is in the tables when. Else it would take two indexes for
-- equally good where one finds ten rows and the other a million.
ANALYZE sqlite_schema;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('subscriptions', 'subscriptions_of_reseller_by_end', '1000000 200000 2000 5 1'),
    ('subscriptions', 'subscriptions_of_reseller_by_offer', '1000000 200000 2000 4 1'),
    ('subscriptions', 'subscriptions_of_reseller_by_product', '1000000 200000 2000 20 1'),
    ('subscriptions', 'subscriptions_of_reseller_by_renewal', '1000000 200000 2000 1000 1'),
    ('subscriptions', 'subscriptions_of_reseller_by_kind', '1000000 200000 2000 500 1'),
    ('subscriptions', 'subscriptions_of_reseller_by_status', '1000000 200000 2000 500 1'),
    ('subscriptions', 'subscriptions_by_responsible', '1000000 200000 40 1'),
    ('subscriptions', 'subscriptions_by_end', '1000000 200000 500 1'),
    ('subscriptions', 'subscriptions_by_offer', '1000000 200000 400 1'),
    ('subscriptions', 'subscriptions_by_product', '1000000 200000 2000 1'),
    ('subscriptions', 'subscriptions_by_renewal', '1000000 200000 100000 1'),
    ('subscriptions', 'subscriptions_by_kind', '1000000 200000 50000 1'),
    ('subscriptions', 'subscriptions_by_status', '1000000 200000 50000 1'),
    ('subscriptions', 'subscriptions_by_base', '1000000 200000 2 1'),
    ('subscriptions', 'subscriptions_due', '1000000 200000 200 1'),
    ('subscriptions', 'subscriptions_by_reseller', '1000000 200000 2000 1'),
    ('subscriptions', 'subscriptions_by_customer', '1000000 200000 10 1'),
    ('subscriptions', 'sqlite_autoindex_subscriptions_1', '1000000 200000 1'),
    ('orders', 'orders_by_external_ref', '500000 100000 1 1'),
    ('orders', 'orders_of_reseller_by_status', '500000 100000 1000 250 1'),
    ('orders', 'orders_by_status', '500000 100000 25000 1'),
    ('orders', 'orders_external_ref', '500000 100000 5 1'),
    ('orders', 'orders_by_reseller', '500000 100000 1000 1'),
    ('orders', 'orders_by_customer', '500000 100000 5 1'),
    ('orders', 'sqlite_autoindex_orders_2', '500000 100000 1'),
    ('orders', 'sqlite_autoindex_orders_1', '500000 100000 1'),
    ('customers', 'customers_of_reseller_by_name', '100000 20000 200 1'),
    ('customers', 'customers_by_vat_id', '100000 20000 1'),
    ('customers', 'customers_by_external_ref', '100000 20000 1'),
    ('customers', 'customers_external_ref_direct', '100000 20000 1'),
    ('customers', 'customers_external_ref', '100000 20000 200 1'),
    ('customers', 'customers_by_name', '100000 20000 1'),
    ('customers', 'customers_by_reseller', '100000 20000 200 1'),
    ('customers', 'sqlite_autoindex_customers_1', '100000 20000 1'),
    ('users', 'users_locked', '1500 300 1'),
    ('users', 'users_activated', '150000 30000 1'),
    ('users', 'users_not_activated', '1500 300 1'),
    ('users', 'users_disabled', '1500 300 1'),
    ('users', 'users_by_external_ref', '150000 30000 1 1'),
    ('users', 'users_by_role', '150000 30000 5000 1'),
    ('users', 'users_seen_by_reseller', '150000 30000 300 1'),
    ('users', 'users_by_reseller', '150000 30000 300 1'),
    ('users', 'users_by_customer', '150000 30000 1 1'),
    ('users', 'users_external_ref', '150000 30000 1 1'),
    ('users', 'users_by_login', '150000 1'),
    ('users', 'sqlite_autoindex_users_2', '150000 30000 1'),
    ('users', 'sqlite_autoindex_users_1', '150000 30000 1'),
    ('notifications', 'notifications_of_reseller_by_kind', '1000000 200000 2000 500 1'),
    ('notifications', 'notifications_of_reseller_by_status', '1000000 200000 2000 500 1'),
    ('notifications', 'notifications_by_subject', '1000000 200000 1 1'),
    ('notifications', 'notifications_by_kind', '1000000 200000 50000 1'),
    ('notifications', 'notifications_by_recipient', '1000000 200000 10 1'),
    ('notifications', 'notifications_by_reseller', '1000000 200000 2000 1'),
    ('notifications', 'notifications_by_customer', '1000000 200000 10 1'),
    ('notifications', 'notifications_by_user', '1000000 200000 10 1'),
    ('notifications', 'notifications_by_status', '1000000 200000 50000 1'),
    ('notifications', 'sqlite_autoindex_notifications_2', '1000000 200000 1 1'),
    ('notifications', 'sqlite_autoindex_notifications_1', '1000000 200000 1'),
    ('redemptions', 'redemptions_of_reseller_by_status', '50000 10000 100 25 1'),
    ('redemptions', 'redemptions_by_status', '50000 10000 2500 1'),
    ('redemptions', 'redemptions_by_reseller', '50000 10000 100 1'),
    ('redemptions', 'redemptions_by_customer', '50000 10000 1 1'),
    ('redemptions', 'sqlite_autoindex_redemptions_1', '50000 10000 1'),
    ('audit_entries', 'audit_entries_of_reseller_by_actor', '3000000 600000 6000 1 1'),
    ('license_assignments', 'license_assignments', '2000000 400000 5 1'),
    ('license_assignments', 'license_assignments_by_subscription', '2000000 400000 5 1'),
    ('license_assignments', 'license_assignments_by_user', '2000000 400000 2'),
    ('license_assignments', 'license_assignments_by_customer', '2000000 400000 50 5'),
    ('branches', 'branches_by_customer', '200000 40000 2 1'),
    ('branches', 'sqlite_autoindex_branches_1', '200000 40000 1'),
    ('branches', 'sqlite_autoindex_branches_2', '200000 40000 2 1'),
    ('audit_entries', 'audit_entries_of_reseller_by_impersonator', '60000 12000 200 20 1'),
    ('audit_entries', 'audit_entries_by_impersonator', '3000000 600000 600 1'),
    ('audit_entries', 'audit_entries_by_reseller', '3000000 600000 6000 1'),
    ('audit_entries', 'audit_entries_by_customer', '3000000 600000 30 1'),
    ('audit_entries', 'audit_entries_by_actor', '3000000 600000 120 1'),
    ('audit_entries', 'audit_entries_by_subject', '3000000 600000 2 1'),
    ('audit_entries', 'sqlite_autoindex_audit_entries_1', '3000000 600000 1'),
    ('api_clients', 'api_clients_of_customer', '1000 200 1 1'),
    ('api_clients', 'api_clients_of_reseller', '1000 200 2 1'),
    ('api_clients', 'api_clients_of_provider', '1000 200 1'),
    ('api_clients', 'sqlite_autoindex_api_clients_1', '1000 1'),
    ('registrations', 'registrations_shown', '10000 2000 1'),
    ('registrations', 'registrations_by_status', '10000 2000 500 1'),
    ('registrations', 'registrations_email', '10000 2000 1'),
    ('registrations', 'sqlite_autoindex_registrations_1', '10000 2000 1');
-- Taken up by this connection, too.
ANALYZE sqlite_schema;
