DROP TABLE provisionings;
DROP TABLE charges;
DROP TABLE subscriptions;
DROP TABLE order_lines;
DROP TABLE orders;
DROP TABLE cart_lines;
DROP TABLE carts;
