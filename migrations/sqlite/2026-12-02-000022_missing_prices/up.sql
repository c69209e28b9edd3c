-- When a reseller was last told that a customer of its wants what has no price for it: not with every wish.
CREATE TABLE missing_prices (
    marketplace_id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    told_at INTEGER NOT NULL,
    PRIMARY KEY (marketplace_id, customer_id),
    FOREIGN KEY (marketplace_id, customer_id) REFERENCES customers (marketplace_id, id)
) STRICT;
