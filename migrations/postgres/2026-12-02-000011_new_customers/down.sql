-- What came before knows no redemption without its customer.
DELETE FROM redemptions WHERE customer_id IS NULL;
ALTER TABLE redemptions
    DROP CONSTRAINT redemptions_for_somebody,
    DROP COLUMN administrator_id,
    DROP COLUMN new_customer,
    ALTER COLUMN customer_id SET NOT NULL;
