DROP TABLE prices;
DROP TABLE price_list_failures;
DROP TABLE price_list_rows;
DROP TABLE price_lists;
DROP TABLE offers;
DROP TABLE skus;
DROP TABLE products;
DROP TABLE categories;
