-- What a marketplace lets happen; those that are there already sell.
ALTER TABLE marketplaces ADD COLUMN status TEXT NOT NULL DEFAULT 'open';

-- Where those belong who run the installation: no marketplace, kept like one.
INSERT INTO marketplaces (id, slug, name, country, currency, time_zone, sandbox, profile, clock_offset_us, catalog_version,
                          status)
VALUES ('ffffffff-ffff-ffff-ffff-ffffffffffff', 'platform', 'Kontor', 'ZZ', 'EUR', 'UTC', false, '{}', 0, 0, 'closed');
