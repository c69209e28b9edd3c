DROP INDEX carts_open_of_reseller;
DROP INDEX carts_open_of_marketplace;
