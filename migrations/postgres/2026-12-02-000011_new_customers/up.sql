-- Keys are redeemed for a customer that does not exist before the redemption is completed, too.
ALTER TABLE redemptions
    ALTER COLUMN customer_id DROP NOT NULL,
    ADD COLUMN new_customer JSONB,
    ADD COLUMN administrator_id UUID,
    ADD CONSTRAINT redemptions_for_somebody CHECK ((customer_id IS NULL) = (new_customer IS NOT NULL));
