UPDATE subscriptions SET auto_renew = (at_term_end = 'renew') WHERE base_id IS NOT NULL;
