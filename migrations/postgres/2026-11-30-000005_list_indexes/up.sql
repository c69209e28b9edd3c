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
ALTER TABLE users ADD COLUMN seen_by_reseller_id UUID;
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
