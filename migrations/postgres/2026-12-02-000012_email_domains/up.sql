-- Who has addresses of a domain is found by it.
ALTER TABLE users ADD COLUMN email_domain TEXT;
UPDATE users SET email_domain = split_part(email, '@', 2) WHERE position('@' IN email) > 0;
CREATE INDEX users_by_domain ON users (marketplace_id, email_domain, customer_id) WHERE customer_id IS NOT NULL;
