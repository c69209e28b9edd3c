-- Carts that wait to be ordered are listed, also for those who see those of several customers.
CREATE INDEX carts_open_of_marketplace ON carts (marketplace_id, id) WHERE ordered_as IS NULL;
CREATE INDEX carts_open_of_reseller ON carts (marketplace_id, reseller_id, id)
    WHERE ordered_as IS NULL AND reseller_id IS NOT NULL;
