-- Carts that wait to be ordered are listed, also for those who see those of several customers.
CREATE INDEX carts_open_of_marketplace ON carts (marketplace_id, id) WHERE ordered_as IS NULL;
CREATE INDEX carts_open_of_reseller ON carts (marketplace_id, reseller_id, id)
    WHERE ordered_as IS NULL AND reseller_id IS NOT NULL;
-- How many rows a value has in an installation of size: by that SQLite chooses among the indexes.
DELETE FROM sqlite_stat1 WHERE tbl = 'carts';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('carts', 'carts_open', '200000 40000 4 1'),
    ('carts', 'carts_open_of_marketplace', '200000 40000 1'),
    ('carts', 'carts_open_of_reseller', '200000 40000 400 1'),
    ('carts', 'sqlite_autoindex_carts_1', '1000000 200000 1');
-- Taken up by this connection, too.
ANALYZE sqlite_schema;
