UPDATE marketplaces SET profile = json_remove(profile, '$.organizations.registration')
WHERE json_type(profile, '$.organizations') = 'object';

-- What came before cannot do without an address: a stand-in, taxed at home, that everybody sees to be none.
ALTER TABLE customers RENAME COLUMN address TO given_address;
ALTER TABLE customers RENAME COLUMN country TO given_country;
ALTER TABLE customers ADD COLUMN country TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN address TEXT NOT NULL DEFAULT '';
UPDATE customers SET address = given_address, country = given_country WHERE given_address IS NOT NULL;
UPDATE customers SET (country, address) = (
    SELECT m.country, json_object('company', NULL, 'street', '', 'postal_code', '', 'city', '', 'region', NULL,
        'country', m.country, 'phone', NULL)
    FROM marketplaces AS m WHERE m.id = customers.marketplace_id)
WHERE given_address IS NULL;
ALTER TABLE customers DROP COLUMN given_address;
ALTER TABLE customers DROP COLUMN given_country;
UPDATE registrations SET form = (
    SELECT json_set(form, '$.company.address', json_object('company', NULL, 'street', '', 'postal_code', '',
        'city', '', 'region', NULL, 'country', m.country, 'phone', NULL))
    FROM marketplaces AS m WHERE m.id = registrations.marketplace_id)
WHERE json_type(form, '$.company') = 'object' AND form ->> '$.company.address' IS NULL;
