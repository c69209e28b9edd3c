-- When a reseller was last told that a customer of its wants what has no price for it: not with every wish.
CREATE TABLE missing_prices (
    marketplace_id UUID NOT NULL,
    customer_id UUID NOT NULL,
    told_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (marketplace_id, customer_id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
);
