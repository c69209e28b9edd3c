-- A customer may have no invoice address yet: its first order asks for it.
ALTER TABLE customers RENAME COLUMN address TO given_address;
ALTER TABLE customers RENAME COLUMN country TO given_country;
ALTER TABLE customers ADD COLUMN address TEXT;
ALTER TABLE customers ADD COLUMN country TEXT;
-- But for stand-ins that taking this back has left.
UPDATE customers SET address = given_address, country = given_country WHERE given_address ->> '$.street' <> '';
ALTER TABLE customers DROP COLUMN given_address;
ALTER TABLE customers DROP COLUMN given_country;
UPDATE registrations SET form = json_set(form, '$.company.address', NULL)
WHERE form ->> '$.company.address.street' = '';

-- Which fields the form of a registration has is said by its marketplace. One left out is asked for as in manual 000's,
-- which has no address; where people register with a customer number it is compared with the provider's records.
UPDATE marketplaces SET profile = json_set(profile, '$.organizations.registration', json_object(
    'phone', CASE json_extract(profile, '$.organizations.contact_phone') WHEN 1 THEN 'required' ELSE 'optional' END,
    'invoice_email', 'optional',
    'address', 'required'))
WHERE json_type(profile, '$.organizations') = 'object' AND coalesce(
    profile ->> '$.people.registration_mode', CASE slug WHEN 'terra' THEN 'customer_number' END) = 'customer_number';
