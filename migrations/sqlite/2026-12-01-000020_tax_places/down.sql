ALTER TABLE subscriptions DROP COLUMN billed_to;
ALTER TABLE subscriptions DROP COLUMN billed_branch_id;
ALTER TABLE subscriptions DROP COLUMN billed_country;
ALTER TABLE subscriptions DROP COLUMN billed_postal_code;
