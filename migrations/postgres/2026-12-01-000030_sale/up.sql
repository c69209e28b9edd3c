-- What is sold until when, and what a draft says of it. `end_of_sale` closes an offer for new orders; `ended_by` is the
-- price list that did so because its sheet has the offer no more, null where a person did.

ALTER TABLE skus ADD COLUMN unit TEXT;
ALTER TABLE skus ADD COLUMN customer_limit BIGINT CHECK (customer_limit > 0);
ALTER TABLE offers ADD COLUMN end_of_sale TIMESTAMPTZ;
ALTER TABLE offers ADD COLUMN ended_by UUID;
CREATE INDEX offers_ended_by_lists ON offers (marketplace_id, id) WHERE ended_by IS NOT NULL;
ALTER TABLE price_lists ADD COLUMN whole_sheet BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE price_lists ADD COLUMN removed_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE price_lists ADD COLUMN renamed_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE price_lists ADD COLUMN below_cost_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE price_lists ADD COLUMN overlap_count BIGINT NOT NULL DEFAULT 0;

ALTER TABLE price_list_rows ADD COLUMN previous_cost BIGINT;
ALTER TABLE price_list_rows ADD COLUMN previous_until TIMESTAMPTZ;
ALTER TABLE price_list_rows ADD COLUMN previous_title TEXT;
ALTER TABLE price_list_rows ADD COLUMN unit TEXT;
ALTER TABLE price_list_rows ADD COLUMN notes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE price_list_rows DROP CONSTRAINT price_list_rows_change_check;
ALTER TABLE price_list_rows ADD CONSTRAINT price_list_rows_change_check
    CHECK (change IN ('added', 'changed', 'unchanged', 'removed'));
CREATE INDEX price_list_rows_noted ON price_list_rows (marketplace_id, price_list_id, line) WHERE notes > 0;
