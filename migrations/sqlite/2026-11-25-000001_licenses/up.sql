-- Which people have a licence of which subscription; id is the order in which they got it.

CREATE TABLE license_assignments (
    marketplace_id BLOB NOT NULL,
    subscription_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    reseller_id BLOB,
    assigned_at INTEGER NOT NULL,
    assigned_by TEXT,
    CONSTRAINT license_assignments_user_id PRIMARY KEY (marketplace_id, subscription_id, user_id),
    FOREIGN KEY (marketplace_id, subscription_id) REFERENCES subscriptions (marketplace_id, id),
    FOREIGN KEY (marketplace_id, user_id) REFERENCES users (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX license_assignments_by_subscription ON license_assignments (marketplace_id, subscription_id, id);
CREATE INDEX license_assignments_by_user ON license_assignments (marketplace_id, user_id);
CREATE INDEX license_assignments_by_customer ON license_assignments (marketplace_id, customer_id, subscription_id);
