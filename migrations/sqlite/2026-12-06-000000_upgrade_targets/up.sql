-- Rows of a draft that name other upgrades.
CREATE INDEX offer_matrix_rows_upgrade_targets_added ON offer_matrix_rows (marketplace_id, offer_matrix_id, line)
    WHERE (effects & 4096) > 0;
CREATE INDEX offer_matrix_rows_upgrade_targets_removed ON offer_matrix_rows (marketplace_id, offer_matrix_id, line)
    WHERE (effects & 8192) > 0;
