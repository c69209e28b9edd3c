ALTER TABLE subscriptions DROP COLUMN at_term_end_before;
ALTER TABLE marketplaces DROP COLUMN time_zone;
