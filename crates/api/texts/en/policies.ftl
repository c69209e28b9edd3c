### Policies in words: a sentence for each value of a rule that a buyer notices, in the order of
### `texts/keys/policy.rs`. All languages have the same keys with the same places.

## What it costs

period_anchor_calendar_month = Charged by calendar month.
period_anchor_order_day = Charged from the day of the order.
period_anchor_day_of_month = Charged from day { $day } of the month.
day_zone_utc = Days begin at midnight UTC.
day_zone_marketplace = Days begin at midnight of the marketplace's time zone.
first_period_prorate_inclusive = The first period is charged in proportion, the day of the order included.
first_period_prorate_exclusive = The first period is charged in proportion, without the day of the order.
first_period_full_backdated = Starts on the first of the current month, which is charged in full.
first_period_full = The first period is charged in full.
first_period_free = Free until the next period.
proration_actual_days = Parts of a period are charged by its actual days.
proration_fixed_30 = Parts of a period are charged by the day, each a thirtieth of a month.
proration_d30360 = Parts of a period are charged by months of 30 days.
proration_fixed_365 = Parts of a period are charged by the day, 365 of which are a year.
proration_daily_rate =
    { $n ->
        [one] Parts of a period are charged by the day, at a rate of { $n } decimal.
       *[other] Parts of a period are charged by the day, at a rate of { $n } decimals.
    }
proration_ratio =
    { $n ->
        [one] Parts of a period are charged as a share of it with { $n } decimal.
       *[other] Parts of a period are charged as a share of it with { $n } decimals.
    }
proration_none = A period is never charged in parts.
proration_calendar_months = Each calendar month is charged by its own days: a year that begins within a February comes to slightly more or less than twelve months where only one of its two Februaries has 29.
quantity_peak = The highest quantity of a period is charged for all of it.
repricing_refund_and_rebill = A change gives back what is left of the period and charges it anew.
rounding_unit = Amounts are rounded for one licence, then multiplied.
unconfirmed_vat_id_charged = VAT is charged until the register has confirmed a VAT id.
price_lock_none = No price protection.
price_lock_period = The price holds for the period.
price_lock_term = The price holds to the end of the term.
increase_prorate = More licences: at once, charged in proportion to the end of the period.
increase_full_cycle = More licences: at once, charged for the whole period.

## What may be changed, and what is given back

decrease_month_end = Fewer licences: any time, from the end of the month.
decrease_term_end = Fewer licences: from the end of the term.
decrease_window_else_reject = Fewer licences: only in the window.
decrease_window_else_schedule = Fewer licences: in the window at once, else from the end of the term.
decrease_any_time = Fewer licences: any time, at once.
decrease_never = Fewer licences: not possible, only the whole can be canceled.
assigned_take_back = A reduction that waited takes back the licences that were given last.
assigned_refuse = A reduction that waited does not take effect while its licences are in use.
zero_quantity_cancel = No licence left is a cancellation.
window_each_term =
    { $n ->
        [one] Window: { $n } hour from the start of each term.
       *[other] Window: { $n } hours from the start of each term.
    }
window_first_term =
    { $n ->
        [one] Window: { $n } hour from the start of the first term.
       *[other] Window: { $n } hours from the start of the first term.
    }
window_each_renewal =
    { $n ->
        [one] Window: { $n } hour from each renewal.
       *[other] Window: { $n } hours from each renewal.
    }
window_each_increase =
    { $n ->
        [one] Window: { $n } hour from each increase, for the licences that it added.
       *[other] Window: { $n } hours from each increase, for the licences that it added.
    }
refund_unused = In the window what was not used is given back.
refund_full =
    { $n ->
        [one] Given back within { $n } hour: everything.
       *[other] Given back within { $n } hours: everything.
    }
refund_none =
    { $n ->
        [one] Given back within { $n } hour: nothing.
       *[other] Given back within { $n } hours: nothing.
    }
refund_day_included =
    { $n ->
        [one] Given back within { $n } hour: what was not used, by days, that of the change included.
       *[other] Given back within { $n } hours: what was not used, by days, that of the change included.
    }
refund_calendar_day =
    { $n ->
        [one] Given back within { $n } hour: what was not used, by days, that of the change is used.
       *[other] Given back within { $n } hours: what was not used, by days, that of the change is used.
    }
refund_block_24h =
    { $n ->
        [one] Given back within { $n } hour: what was not used, by completed blocks of 24 hours.
       *[other] Given back within { $n } hours: what was not used, by completed blocks of 24 hours.
    }
refund_hour =
    { $n ->
        [one] Given back within { $n } hour: what was not used, by hours.
       *[other] Given back within { $n } hours: what was not used, by hours.
    }
edition_change_at_once = Another edition: on the same subscription, at once.
edition_change_term_end = Another edition: on the same subscription, from the end of the term.
edition_change_new_order = Another edition: only by a new order.
term_change_longer_now = A longer term: at once; a shorter one: from the end of the running term.
term_change_term_end = Another term: from the end of the running one.
pending_slot_overwrite = One change can wait: a new one takes its place.
pending_slot_reject = One change can wait: no other is taken meanwhile.
pending_after_change_delete = A change that takes effect at once deletes the one that waits.
pending_after_change_keep = A change that takes effect at once leaves the one that waits.
max_changes =
    { $n ->
        [one] At most { $n } change.
       *[other] At most { $n } changes.
    }
one_active_per_product = One active order per product.
one_active_per_sku = One active order per edition.

## How it ends, and what comes after

cancel_fee = Canceling early costs { $percent } % of what remains.
cancel_month_end = Can be canceled to the end of the month.
cancel_reject_after_window = After the window it is kept and charged to the end of the term.
cancel_reject = It is kept and charged to the end of the term.
cancel_window_only = Can be canceled in the window only, with loss of the service at once.
cancel_window_else_term_end = Can be canceled in the window at once, else to the end of the term.
cancel_term_end = Can be canceled to the end of the term.
cancel_any_time = Can be canceled any day; what was not used is given back.
access_until_end = After a cancellation the service is on to the end of the term.
access_immediate = After a cancellation the service is off at once.
notice_days =
    { $n ->
        [one] A renewal can be stopped until { $n } day before the end.
       *[other] A renewal can be stopped until { $n } days before the end.
    }
end_renew_same = Renews for the same term.
end_renew_to_year = Renews for twelve months.
end_renew_to_month = Renews for one month.
end_extended = Goes on month by month at the price of the extended service term.
end_as_ordered = What follows the term is chosen with the order; else it ends.
end_expire = Ends with the term.
extended_term = Extended service term: { $monthly } % on the price of the month, or { $longer } % on that of a longer term.
without_price_last_price = What is no longer sold renews at its last price.
without_price_end = What is no longer sold ends with its term.
renewal_start_immediately = Can also be renewed at once; the days that are left are lost.
add_on_term_until_base_ends = An add-on whose subscription ends first is charged for the days until then.
add_on_term_own = An add-on is charged for its whole term, even where its subscription ends first.
add_on_refund_give_back = What an add-on was charged for days after the end of its subscription is given back.
add_on_refund_keep = What an add-on was charged for days after the end of its subscription is kept.
reminders_none = No reminder before the end.
reminders_days = Reminders before the end, in days: { $days }.
reminded_not_renewing = What renews by itself is not reminded of.
reminded_long_terms = Terms of three months and more are reminded of even if they renew by themselves.
grace_none = The service is off when it ends.
grace_days =
    { $n ->
        [one] It can still be used for { $n } day after the end.
       *[other] It can still be used for { $n } days after the end.
    }
disabled_none = The data are deleted then.
disabled_days =
    { $n ->
        [one] The data are kept for another { $n } day.
       *[other] The data are kept for another { $n } days.
    }
suspended_kept_days =
    { $n ->
        [one] What is suspended when it ends is kept for { $n } day, but cannot be used.
       *[other] What is suspended when it ends is kept for { $n } days, but cannot be used.
    }
reactivate_never = What has ended cannot be brought back: order anew.
reactivate_until =
    { $n ->
        [one] It can be brought back until { $n } day after the end.
       *[other] It can be brought back until { $n } days after the end.
    }
