### Mails: of each kind its text, and its subject as an attribute. The keys are the kinds of notifications, in their
### order; behind them stand the words that fill places of mails. All languages have the same keys with the same
### places.
###
### An empty line parts paragraphs. Blanks at the beginning of a line are quoted, or else they may be lost.

## What is told

activation =
    Hello{ $person },

    a log-in to { $marketplace } was created for you. Your log-in name is:

    { "  " }{ $login }

    Open this link and choose a password to activate it:

    { "  " }{ $link }

    The link works once, until { $until }. After that your administrator can send you a new one.
    .subject = Your access to { $marketplace }

registration_approved =
    Hello,

    your registration with the address { $email } was reviewed and approved. Open this link to tell us about yourself and your company, and to choose a password:

    { "  " }{ $link }

    The link works once, until { $until }. As soon as you have chosen the password, the account can be used.
    .subject = Your registration with { $marketplace } is approved

registration_confirm =
    Hello,

    a registration with { $marketplace } was begun with the address { $email }. Please confirm it with this link:

    { "  " }{ $link }

    The link works once, until { $until }. Without it the registration stays incomplete. If this was not you, there is nothing to do.
    .subject = Please confirm your registration with { $marketplace }

registration_rejected =
    Hello,

    we are sorry that we could not approve your registration with the address { $email }. The reason:

    { "  " }{ $reason }

    If you have questions, please turn to the contact below.
    .subject = Your registration with { $marketplace }

registration_known =
    Hello,

    a registration with { $marketplace } was asked for with the address { $email }. There is a log-in of this address already.

    Log in:

    { "  " }{ $login_link }

    Password forgotten:

    { "  " }{ $reset_link }

    If this was not you, there is nothing to do.
    .subject = You already have a log-in to { $marketplace }

registration_referred =
    Hello,

    you asked for a log-in to { $marketplace } with the address { $email }. Your company has an account already:

    { "  " }{ $organization }

    There is no need to register again: the administrator of your company can add you as a user. We have passed your request on.
    .subject = Your registration with { $marketplace }

registration_referral =
    Hello{ $person },

    a log-in to { $marketplace } was asked for with the address { $email }. You administer the account of this company:

    { "  " }{ $organization }

    If the person belongs to your company, add them as a user here:

    { "  " }{ $link }

    If not, there is nothing to do.
    .subject = A log-in to { $marketplace } was asked for

registration_active =
    Hello,

    your registration with the address { $email } was reviewed and the account is open.

    { "  " }Company: { $organization }
    { "  " }Customer number: { $customer_number }

    Log in with the password that you have chosen:

    { "  " }{ $login_link }
    .subject = Your account with { $marketplace } is open

password_reset =
    Hello{ $person },

    a new password was asked for the log-in { $login }. Choose it with this link:

    { "  " }{ $link }

    The link works once, until { $until }. If this was not you, there is nothing to do: your password stays as it is.
    .subject = A new password for { $marketplace }

password_changed =
    Hello{ $person },

    the password of the log-in { $login } was changed on { $at }. Other sessions were ended.

    If this was not you, ask for a new password here and turn to the contact below:

    { "  " }{ $reset_link }
    .subject = Your password for { $marketplace } was changed

user_locked =
    Hello{ $person },

    the log-in { $login } was locked on { $at } after several wrong passwords, { $unlocked }.

    If you have forgotten your password, choose a new one here:

    { "  " }{ $reset_link }

    If this was not you, somebody else tried to log in as you.
    .subject = Your log-in to { $marketplace } is locked

session_reused =
    Hello{ $person },

    a session of the log-in { $login } was used a second time from somewhere else on { $at }. This can mean that it was stolen. We have ended it; please log in again.

    To be safe, choose a new password:

    { "  " }{ $reset_link }
    .subject = A session at { $marketplace } was ended

order_ready =
    Hello{ $person },

    { $ready }

    { $lines }

    See the details here:

    { "  " }{ $link }
    .subject = { $ready_subject }

order_failed =
    Hello{ $person },

    { $failed }

    { $lines }

    What was not provided is not charged. See the details here:

    { "  " }{ $link }
    .subject = { $failed_subject }

customer_order =
    Hello{ $person },

    { $placed } This is how the order { $order } stands:

    { $lines }

    { $see }
    .subject = Order { $order } for { $customer }

term_ending =
    Hello{ $person },

    { $intro }

    { $terms }

    { $more }
    .subject = { $subject }

subscription_changed =
    Hello{ $person },

    something has changed about { $subscription } for { $customer }:

    { $changes }

    { $see }
    .subject = { $subscription } for { $customer }: a change

change_failed =
    Hello{ $person },

    Microsoft has refused a change of { $subscription } for { $customer }. Everything is as it was before, the costs included.

    { $changes }

    { $see }
    .subject = { $subscription } for { $customer }: a change was refused

keys_redeemed =
    Hello{ $person },

    product keys were redeemed for { $customer }:

    { $lines }

    { $see }
    .subject = Product keys redeemed for { $customer }

subscription_not_renewed =
    Hello{ $person },

    { $subscription } for { $customer } (licences: { $quantity }) was to be renewed, but is not offered like this any more. It was therefore not renewed.

    The subscription shows what can be done now.

    { $see }
    .subject = { $subscription } was not renewed

reduction_refused =
    Hello{ $person },

    { $subscription } for { $customer } was to have fewer licences from its new term on. This did not happen, because people have them:

    { "  " }Asked for: { $wanted }
    { "  " }Still there: { $quantity }
    { "  " }Still to be taken back: { $must_give_up }

    Take licences back and ask for the reduction again.

    { $see }
    .subject = { $subscription }: the reduction did not take effect

updates_low =
    Hello{ $person },

    { $subscription } for { $customer } was changed often. At most { $most } changes are possible, left: { $left }. After that this subscription can no longer be changed.

    Put changes together, or order a second subscription in time.

    { $see }
    .subject = { $subscription }: few changes are left

price_missing =
    Hello{ $person },

    { $customer } would like to order { $offer }. You have no selling price for it yet, so your customer cannot order.

    Order for your customer, or have a selling price entered:

    { "  " }{ $link }
    .subject = { $customer }: no price for { $offer }

reseller_ids_changed =
    Hello,

    a reseller has changed its ids at Microsoft:

    { "  " }Reseller: { $reseller }
    { "  " }Customer number: { $customer_number }

    { $changes }
    .subject = Microsoft ids changed: { $reseller }, customer number { $customer_number }

reseller_access_overdue =
    Hello,

    a reseller has entered its ids at Microsoft and still has no access, though the time for that is over:

    { "  " }Reseller: { $reseller }
    { "  " }Customer number: { $customer_number }
    { "  " }Entered: { $since }

    Please check how it was set up.
    .subject = Access overdue: { $reseller }, customer number { $customer_number }

tenant_confirmation =
    Hello{ $person },

    { $customer } is to get Microsoft services through { $marketplace }. For that an administrator of the tenant must confirm the business relationship once:

    { "  " }Tenant: { $domain }

    Open this link, best in a private browser window, and log in as an administrator of the tenant:

    { "  " }{ $link }
    .subject = Please confirm the link to your Microsoft tenant

delegation_offered =
    Hello{ $person },

    { $partner } would like to administer the Microsoft services of { $customer } for you: users, licences and orders.{ $letter }

    Nothing is done on your behalf without your consent. Accept the offer here, or decline it:

    { "  " }{ $link }
    .subject = { $partner } would like to administer your Microsoft services

delegation_declined =
    Hello{ $person },

    { $customer } declined your offer to administer its Microsoft services on { $at }. It stays your customer; where its consent is needed, nothing is done on its behalf without it.

    You can offer it again here:

    { "  " }{ $link }
    .subject = { $customer } has declined your offer to administer

## How long, and what comes then

days =
    { $n ->
        [one] { $n } day
       *[other] { $n } days
    }
then_renew = After that a new term begins.
then_end = After that the subscription ends.
then_end_with_base = It ends together with { $base }, which it is added to.
then_extend = After that it goes on from month to month.
then_pending = A planned change takes effect.
then_give_up = For that, more licences must be taken back from people by then: { $n }.
then_taken_back = With it the licences that were given last are taken back: { $n }.

## Lines of orders and of redeemed keys

line_active = { $quantity } × { $title }: ready
line_failed = { $quantity } × { $title }: refused
line_refused = { $quantity } × { $title }: refused ({ $reason })
line_open = { $quantity } × { $title }: under way
line_key = { $quantity } × { $title }, key ending in { $key }

## How long a log-in is locked

unlocked_at = until { $at }
unlocked_admin = until an administrator unlocks it

## What changed about a reseller

change_partner_id = Partner id: { $after }
change_microsoft_id = Microsoft id: { $after }

## Terms that end

end_subject =
    { $n ->
        [one] { $subscription }: the term ends on { $term_end }
       *[other] { $n } terms end, the first on { $term_end }
    }
end_intro =
    { $n ->
        [one] a term ends soon:
       *[other] { $n } terms end soon:
    }
end_head = { $subscription } for { $customer }: ends in { $days }, on { $term_end }
end_today = { $subscription } for { $customer }: ends today, { $term_end }
end_licences = Licences: { $quantity }, of which people have: { $assigned }
end_price = Price of a licence: { $price } { $cycle }
end_next_price = Price of a licence in the next term: { $price } { $cycle }
end_more = More terms that end: { $n }
cycle_monthly = a month
cycle_annual = a year
cycle_triennial = for three years
cycle_one_time = once
cycle_none = not charged
choice_stop_renewal = Stop the renewal: until { $day }
choice_next_quantity = Fewer licences for the next term: until { $day }
choice_renew = Renew: until { $day }
choice_bring_back = Bring it back after its end: until { $day }

## Where to look

see_order = See the order here: { $link }
see_subscription = See the subscription here: { $link }
see_subscriptions = See the subscriptions here: { $link }

## What became of a subscription

what_quantity = Licences: { $quantity }
what_cancel = Cancellation
what_renews = A new term follows the running one.
what_ends = The subscription ends with its term.
what_extends = After the term it goes on from month to month.
what_edition = Another edition: { $title }
what_edition_of_some = Another edition for { $quantity } licences: { $title }
what_term = Another term or billing
what_aligned = Another end of the next term
what_suspended = The service is suspended.
what_resumed = The service runs again.
what_reactivated = The subscription is brought back.
what_renewed = The subscription is renewed.
what_responsible = Somebody else is responsible.
fate_done = In effect since: { $day }
fate_scheduled = In effect from: { $day }
fate_failed = Refused on: { $day }
fate_withdrawn = Planned for: { $day }; taken back

## What an order is called

order_named = “{ $name }”
order_of = of { $day } ({ $title })
order_of_many = of { $day } ({ $title } and others)

## Who ordered, and what is told of it to whom

ordered_by_customer = { $customer } has placed an order.
ordered_by_partner = { $partner } has placed an order for { $customer }.
ordered_by_system = a system of { $customer } has placed an order automatically.
ordered_by_partner_system = a system of { $partner } has placed an order for { $customer } automatically.
ordered_by_somebody = an order was placed for { $customer }.
ready_yours = the order { $order } for { $customer } is ready:
ready_placed = { $placed } The order { $order } is ready:
failed_yours = Microsoft did not accept the order { $order } for { $customer }, or not all of it:
failed_placed = { $placed } Microsoft did not accept the order { $order }, or not all of it:
ready_subject_yours = Your order { $order } is ready
ready_subject = The order { $order } is ready
failed_subject_yours = Your order { $order } could not be provided completely
failed_subject = The order { $order } could not be provided completely

## Who writes

letter_of = { $partner } writes:

## What stands under every mail

footer =
    Kind regards
    { $marketplace }
    { $support }
