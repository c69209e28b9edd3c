DROP INDEX carts_open;
DROP TABLE request_counts;
DROP INDEX login_attempts_by_device;
DROP INDEX login_attempts_by_name;
DROP INDEX login_attempts_by_network;
CREATE INDEX login_attempts_by_address ON login_attempts (address, at);
ALTER TABLE login_attempts DROP COLUMN device;
ALTER TABLE login_attempts DROP COLUMN network;
ALTER TABLE login_attempts DROP COLUMN name;
