-- Who pays a price: the customer, or its reseller at what it pays the provider. Until now a reseller's customer was
-- charged what its reseller pays: what runs goes on at that price, and the customer is not told it.
ALTER TABLE orders ADD COLUMN payer TEXT NOT NULL DEFAULT 'customer' CHECK (payer IN ('customer', 'reseller'));
ALTER TABLE subscriptions ADD COLUMN payer TEXT NOT NULL DEFAULT 'customer' CHECK (payer IN ('customer', 'reseller'));
UPDATE orders SET payer = 'reseller' WHERE reseller_id IS NOT NULL;
UPDATE subscriptions SET payer = 'reseller' WHERE reseller_id IS NOT NULL;

-- What an add-on is of: the id of a subscription, or of a line of the same cart.
ALTER TABLE cart_lines ADD COLUMN base TEXT;

-- The plan of a SKU that is selected first, as a person has set it.
ALTER TABLE skus ADD COLUMN default_term TEXT CHECK (default_term IN ('P1M', 'P1Y', 'P3Y', 'none'));
ALTER TABLE skus ADD COLUMN default_billing_cycle TEXT
    CHECK (default_billing_cycle IN ('monthly', 'annual', 'triennial', 'one_time', 'none'));
