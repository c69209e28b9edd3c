### Phrases: words of ours that stand in places of other texts, and how days, instants and plans are written. All
### languages have the same keys with the same places, in the order of `texts/keys/phrase.rs`.

## What a value must be

possible_value = one of the possible values
an_instant = a point in time with its zone
a_day = a day of the calendar
not_in_the_future = a time that is not in the future
not_in_the_past = a time that is not in the past
printable = text without control characters
name_with_letter = a name with a letter
name_with_letter_or_digit = a name with a letter or digit
email = an e-mail address
country = a country, by its two capital letters
once = this only once
whole_number = a whole number
not_negative = a whole number, not negative
text = a text
yes_or_no = yes or no
object = an object
array = a list
five_to_ten_digits = 5 to 10 digits
three_to_254 = 3 to 254 characters
one_to_50 = 1 to 50 characters
letters_of_logins = letters a to z, digits and the signs of e-mail addresses
short_name = a name of small letters, digits and underscores that is not taken
customer_number = a customer number
digits_capitals_dashes = 1 to 20 digits, capital letters and dashes
microsoft_id = 8, 4, 4, 4 and 12 hexadecimal digits with dashes between
iban = an IBAN
bic = a BIC
key_or_position = a key or a position
list_for_everybody = a list for everybody
secure_address = a web address that starts with https
registers_buyers = a customer or a reseller
registers_reseller = a reseller, where a customer number lets people in
administrators_among = among others the administrators of provider and customers
areas_where_by_area = areas exactly where the role goes by area
some_days_after_end = some days that the service is kept after its end
cycle_within_term = a billing cycle that is no longer than the term
languages_offered = languages that the marketplace offers, each once
days_reminded = a number of days before the end of a term on which one of your policies reminds

## Classes of characters that a password lacks

letter = a letter
capital = a capital letter
small = a small letter
digit = a digit
special = a special character

## Segments of customers

commercial = business
education = education
government = government
nonprofit = charity

## What people agree to

terms = terms and licence conditions
privacy = privacy notice
vendor_terms = the vendor's supplementary terms of use
microsoft_account = a Microsoft account in my name
terms_and_privacy = general terms and privacy notice
general_terms = general terms
data_protection = data-protection guideline

## What a reseller needs before it buys

its_ids = its ids at Microsoft
partner_agreement = the signed Microsoft Partner Agreement
relationship = the relationship with the provider

## Parts of a reseller's work

general_access = general access
dashboard = dashboard
customer_management = customer management
csp = licence sales

## Kinds of organisations

platform = platform
provider = provider
reseller = reseller
customer = customer

## How a marketplace stands, and whom one reaches there

marketplace_draft = is being set up
marketplace_open = is open
marketplace_suspended = is suspended
marketplace_closed = is closed
about_orders = orders
about_support = support

## What a product key does

activate = begin a subscription
add_users = add licences
renew = renew

## Where a job stands

queued = waiting
running = under way
done = done
failed = failed
canceled = canceled

## Why a sheet cannot be read

sheet_empty = it is empty
sheet_no_rows = it has no rows
sheet_other = its first line names none of the columns
sheet_columns = columns are missing
sheet_column_twice = a column is there twice
sheet_header = its first line is too long
sheet_archive = the archive is damaged, encrypted, or has not exactly one CSV file
sheet_too_large = it is too large
sheet_broken_off = it ends too early
sheet_not_packed = it is not packed with gzip, though it is said to be

## What else there can be

this_name = this name
this_entry = this entry
a_product = a product that is no longer sold
your_company = your company
none_given = none
the_support = the support

## How a day, an instant and bounds are written

day = { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }
instant = { $day }, { $time } ({ $zone })
bounds = { $first } to { $last }

## For how long a plan binds, and how it is paid

term_p1m = 1 month
term_p1y = 1 year
term_p3y = 3 years
term_none = for good
billed_monthly = billed monthly
billed_annual = billed yearly
billed_triennial = billed every three years
billed_one_time = billed once
billed_none = free of charge

## What a cart warns of

add_on_ends_with_base = The add-on ends on { $day } with the subscription that it belongs to.

## Who sets up branches

branches_by_customer = You set up further invoice addresses yourself.
branches_by_provider = We set up further invoice addresses for you on request.
