-- The language of an organisation's people who have chosen none; none is that of its country.
ALTER TABLE customers ADD COLUMN language TEXT;
ALTER TABLE resellers ADD COLUMN language TEXT;
