-- What is sold until when, and what a draft says of it. `end_of_sale` closes an offer for new orders; `ended_by` is the
-- price list that did so because its sheet has the offer no more, null where a person did.

ALTER TABLE skus ADD COLUMN unit TEXT;
ALTER TABLE skus ADD COLUMN customer_limit INTEGER CHECK (customer_limit > 0);
ALTER TABLE offers ADD COLUMN end_of_sale INTEGER;
ALTER TABLE offers ADD COLUMN ended_by BLOB;
CREATE INDEX offers_ended_by_lists ON offers (marketplace_id, id) WHERE ended_by IS NOT NULL;
ALTER TABLE price_lists ADD COLUMN whole_sheet INTEGER NOT NULL DEFAULT 0 CHECK (whole_sheet IN (0, 1));
ALTER TABLE price_lists ADD COLUMN removed_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE price_lists ADD COLUMN renamed_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE price_lists ADD COLUMN below_cost_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE price_lists ADD COLUMN overlap_count INTEGER NOT NULL DEFAULT 0;

ALTER TABLE price_list_rows ADD COLUMN previous_cost INTEGER;
ALTER TABLE price_list_rows ADD COLUMN previous_until INTEGER;
ALTER TABLE price_list_rows ADD COLUMN previous_title TEXT;
ALTER TABLE price_list_rows ADD COLUMN unit TEXT;
ALTER TABLE price_list_rows ADD COLUMN notes INTEGER NOT NULL DEFAULT 0;
-- SQLite changes no CHECK: another column takes the place of the one that has it. Its default is nobody's.
ALTER TABLE price_list_rows ADD COLUMN what TEXT NOT NULL DEFAULT 'unchanged'
    CHECK (what IN ('added', 'changed', 'unchanged', 'removed'));
UPDATE price_list_rows SET what = change;
DROP INDEX price_list_rows_by_change;
ALTER TABLE price_list_rows DROP COLUMN change;
ALTER TABLE price_list_rows RENAME COLUMN what TO change;
CREATE INDEX price_list_rows_by_change ON price_list_rows (marketplace_id, price_list_id, change, line);
CREATE INDEX price_list_rows_noted ON price_list_rows (marketplace_id, price_list_id, line) WHERE notes > 0;
