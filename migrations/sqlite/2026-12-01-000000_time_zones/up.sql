-- Where a marketplace's days begin; whether its policies count these or UTC's, they say. What runs has no zone in its policy:
-- UTC's days, as before.

ALTER TABLE marketplaces ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC';

UPDATE marketplaces SET time_zone = CASE country
    WHEN 'AT' THEN 'Europe/Vienna' WHEN 'CH' THEN 'Europe/Zurich' WHEN 'DE' THEN 'Europe/Berlin'
    WHEN 'PL' THEN 'Europe/Warsaw' ELSE 'UTC' END;

-- What was to follow the term of an add-on before it was suspended with its base.
ALTER TABLE subscriptions ADD COLUMN at_term_end_before TEXT
    CHECK (at_term_end_before IN ('renew', 'end', 'extend'));
