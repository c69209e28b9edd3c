-- Which people have a licence of which subscription; id is the order in which they got it.

CREATE TABLE license_assignments (
    marketplace_id UUID NOT NULL,
    subscription_id UUID NOT NULL,
    user_id UUID NOT NULL,
    id UUID NOT NULL,
    customer_id UUID NOT NULL,
    reseller_id UUID,
    assigned_at TIMESTAMPTZ NOT NULL,
    assigned_by TEXT,
    CONSTRAINT license_assignments_user_id PRIMARY KEY (marketplace_id, subscription_id, user_id),
    FOREIGN KEY (marketplace_id, subscription_id) REFERENCES subscriptions (marketplace_id, id),
    FOREIGN KEY (marketplace_id, user_id) REFERENCES users (marketplace_id, id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id),
    FOREIGN KEY (marketplace_id, reseller_id) REFERENCES resellers (marketplace_id, id)
);
CREATE INDEX license_assignments_by_subscription ON license_assignments (marketplace_id, subscription_id, id);
CREATE INDEX license_assignments_by_user ON license_assignments (marketplace_id, user_id);
CREATE INDEX license_assignments_by_customer ON license_assignments (marketplace_id, customer_id, subscription_id);
