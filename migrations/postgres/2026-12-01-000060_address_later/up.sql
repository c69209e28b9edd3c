-- A customer may have no invoice address yet: its first order asks for it.
ALTER TABLE customers ALTER COLUMN address DROP NOT NULL, ALTER COLUMN country DROP NOT NULL;
-- Stand-ins that taking this back has left.
UPDATE customers SET address = NULL, country = NULL WHERE address ->> 'street' = '';
UPDATE registrations SET form = jsonb_set(form, '{company,address}', 'null')
WHERE form #>> '{company,address,street}' = '';

-- Which fields the form of a registration has is said by its marketplace. One left out is asked for as in manual 000's,
-- which has no address; where people register with a customer number it is compared with the provider's records.
UPDATE marketplaces SET profile = jsonb_set(profile, '{organizations,registration}', jsonb_build_object(
    'phone', CASE profile #>> '{organizations,contact_phone}' WHEN 'true' THEN 'required' ELSE 'optional' END,
    'invoice_email', 'optional',
    'address', 'required'))
WHERE jsonb_typeof(profile -> 'organizations') = 'object' AND coalesce(
    profile #>> '{people,registration_mode}', CASE slug WHEN 'terra' THEN 'customer_number' END) = 'customer_number';
