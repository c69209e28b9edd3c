### What whoever writes a client can do about a problem: operations, fields and codes stand here alone. The keys are
### the codes of problems, in their order; a problem of which people are told all has no hint.
###
### In English only, as the API document is: a hint is read where a program is written, beside names that are English.
### It is a text for people all the same, so it stands with the others and is checked with them.
###
### A place is filled with what only a client reads. Braces of a path are quoted, as { "{id}" } is.

## Reading the request

malformed_request = Check path, query string, headers and body against /openapi.json.
invalid_header = The value of the header { $header } is not valid. An `Idempotency-Key` consists of 1 to 255 printable ASCII characters; for `If-Match`, use the `ETag` exactly as you received it.
unauthorized = The request carries no valid access token. Get one with POST /v1/auth/login or, for API clients, POST /v1/oauth/token, and send it as `Authorization: Bearer`.
token_expired = Get a new access token with POST /v1/auth/refresh or, for API clients, POST /v1/oauth/token, and send the request again.
invalid_credentials = POST /v1/auth/login takes the credentials; a refresh token works once.
forbidden = GET /v1/me lists the permissions of this log-in.
only_in_person = An API client cannot do this. Log in with POST /v1/auth/login.
origin_not_allowed = Have the origin added to `KONTOR_CORS_ORIGINS`, or call from a server.
not_found = Check the path and the id in it or, where `errors` names a field (422), the id that this has.
method_not_allowed = Use one of these methods: { $allowed }.
request_timeout = Send it again; for a POST, with the same `Idempotency-Key`, so that nothing happens twice.
unsupported_media_type = Send it with `Content-Type: { $expected }`.
unsupported_encoding = Send it in UTF-8, without `Content-Encoding` and without a `charset` but utf-8.

## Fields

validation_failed = `errors` names each of them with the reason.
unknown_field = This operation has no field `{ $field }`, or not here; /openapi.json lists the fields there are.
missing_field = Add the field `{ $field }`.
invalid_type = Expected: { $expected }.
invalid_value = Expected: { $expected }.
invalid_id = An id of the expected kind is `{ $expected }` and 26 characters.
invalid_cursor = Use the `next_cursor` of the previous page unchanged, or leave `cursor` out to start again.
country_unknown = Countries are two capital letters of ISO 3166-1; GET /v1/marketplaces/{ "{slug}" } lists them.
postal_code_invalid = The form is that of { $country }.
region_unknown = The regions of { $country } are { $expected }.
branch_unknown = GET /v1/customers/{ "{id}" }/branches lists the branches; POST there adds one.
marketplace_required = Name it in `marketplace`, by its slug from GET /v1/marketplaces.
idempotency_key_reused = Use a new `Idempotency-Key` for a new request, or repeat the first request unchanged.

## State

external_ref_taken = Find it with the list's filter `external_ref`, and change it with PATCH.
customer_number_in_use = Change it with PUT.
reseller_not_ready = GET /v1/resellers/{ "{id}" }/onboarding shows each step and its link.
secret_told_before = This `Idempotency-Key` was used for the same request: what that made is at { $first }. Where its secret was lost, take that back and send the request with a new key.
preview_stale = Repeat the request with the `preview_token` of the `preview` in this answer.
preview_required = Repeat the request with the `preview_token` of the `preview` in this answer; without `when` it ends without a fee.
precondition_failed = Get the resource again and send its `ETag` in `If-Match`.
credentials_not_ready = Try again once `credentials_available` is true in GET /v1/customers/{ "{id}" }/tenant.
tenant_not_linking = Wait for the status `linked`, or request it again with PUT /v1/customers/{ "{id}" }/tenant.
task_not_parked = GET /v1/tasks?status=parked lists those that can be replayed.
job_under_way = Follow it at GET /v1/jobs.

## Ordering

use_cancel = To end a subscription, use the change of type `cancel` (POST /v1/subscriptions/{ "{id}" }/changes).
offer_unknown = GET /v1/products lists the offers.
offer_not_in_market = The customer's country is { $country }; GET /v1/products lists what is sold there.
offer_not_in_currency = GET /v1/products/{ "{id}" } lists the offers that can be ordered.
segment_required = Education and government are proven with POST /v1/customers/{ "{id}" }/qualifications.
cart_empty = Add a line with POST /v1/carts/{ "{id}" }/lines.
cart_ordered = Create one with POST /v1/carts.
too_many_open_carts = `open_carts` names the oldest; discard one with DELETE /v1/carts/{ "{id}" }.
consent_required = Have the consent `{ $consent }` given and add it to `consents`.
consent_outdated = Send the consent `{ $consent }` in `consents` with the version in force.
payment_method_not_offered = The cart's preview lists them as `payment_methods`.
tenant_required = PUT /v1/customers/{ "{id}" }/tenant creates or links one; wait for the status `linked`.
invoice_address_required = Set the customer's `address` with PATCH /v1/customers/{ "{id}" }/invoice-data. An order needs none where it or its cart has a `billing_address`; a tenant does.
agreement_required = Record the acceptance with POST /v1/customers/{ "{id}" }/agreements.
prerequisite_missing = The offer's `prerequisites` list what it needs.
base_required = Name one of `bases` by its id in `base_id` of the line.
not_an_add_on = Leave out `base_id`.
active_order_exists = Use the change of type `set_quantity` (POST /v1/subscriptions/{ $subscription_id }/changes).
tenant_prefix_invalid = GET /v1/tenant-domains?company= suggests one.
tenant_domain_taken = Check a prefix with GET /v1/tenant-domains/{ "{prefix}" }; link with the mode `link`.
tenant_exists = GET /v1/customers/{ "{id}" }/tenant shows it.
agreement_exists = GET /v1/customers/{ "{id}" }/agreements shows it.

## Changes of a subscription

subscription_ended = GET /v1/subscriptions/{ "{id}" }/allowed-actions shows whether it can be reactivated.
subscription_suspended = Use the change of type `resume`.
change_in_progress = Wait until GET /v1/subscriptions/{ "{id}" }/changes shows it as `done` or `failed`.
change_pending = Withdraw it with DELETE /v1/subscriptions/{ "{id}" }/changes/{ "{change_id}" }.
nothing_changes = GET /v1/subscriptions/{ "{id}" } shows how it stands.
not_offered = The member `rule` names what decided; GET /v1/subscriptions/{ "{id}" }/allowed-actions shows what is offered.
only_later = Ask with `when` = `earliest` to schedule it.
window_closed = Where the policy schedules, ask with `when` = `at_renewal`.
not_renewing = Turn it on with the change `set_auto_renew`.
licenses_assigned = `must_give_up` names who; DELETE /v1/subscriptions/{ "{id}" }/assignments/{ "{user_id}" } takes a licence back.
no_license_free = DELETE /v1/subscriptions/{ "{id}" }/assignments/{ "{user_id}" } takes one back; the change `set_quantity` raises the quantity.
trial_fixed = Use the change `change_offer`.
trial_then_required = Say it in `trial_then` of the line: `end`, or the id of an offer that the preview lists under `trial.plans`. For a trial that runs, use the change `change_offer` with `when` `at_renewal`.
not_a_trial = Leave out `trial_then`.
transition_not_offered = `transition` takes another edition, `change_offer` another term or billing cycle; GET /v1/subscriptions/{ "{id}" }/allowed-actions lists both.
add_ons_not_carried = `add_ons` names them; the change `cancel` or `set_at_term_end` ends one.
date_not_offered = GET /v1/subscriptions/{ "{id}" }/coterm-options lists them.

## Policies

rule_needed = The other rule is `{ $rule }`.

## Product keys and delegated administration

key_already_used = Take it out with PATCH /v1/product-keys/redemptions/{ "{id}" }.
country_not_served = `form_rules.forms` of GET /v1/marketplaces/{ "{slug}" } lists the countries with service in the form `redemption`.
keys_already_sold = POST /v1/product-keys/batches makes a batch.
keys_not_sellable = POST /v1/product-keys/batches makes a batch.
responsibility_required = Send `responsible` as true once that is confirmed.
key_action_not_possible = GET /v1/product-keys/redemptions/{ "{id}" } lists its `possible_actions`.
nothing_to_renew = Leave the key's `action` out: then it begins a subscription.
key_actions_mixed = Give all of them the same `action` and `starts`.
offer_not_prepayable = Its `billing_cycle` covers the whole term, as `annual` does of P1Y.
redemption_completed = GET /v1/product-keys/redemptions/{ "{id}" } shows what each key did.
delegation_required = Offer it with POST /v1/customers/{ "{id}" }/delegated-administration.
partner_id_required = PUT /v1/resellers/{ "{id}" }/microsoft-ids takes it.
delegation_not_offered = GET /v1/customers/{ "{id}" }/delegated-administration shows how it stands.
delegation_exists = GET /v1/customers/{ "{id}" }/delegated-administration shows who accepted and when.
delegation_waits = GET /v1/customers/{ "{id}" }/delegated-administration shows the offer that waits.

## Price lists

sheet_without_rows = GET /v1/price-lists/{ "{id}" }/errors says why, with the `price_list_id` of this problem.
price_list_not_draft = POST /v1/price-lists imports one.
price_list_stale = DELETE /v1/price-lists/{ "{id}" } discards it.
price_list_empty = GET /v1/price-lists/{ "{id}" }/errors says why rows were left out.
offer_matrix_not_draft = POST /v1/offer-matrices imports one.
offer_matrix_stale = DELETE /v1/offer-matrices/{ "{id}" } discards it.
offer_matrix_without_rows = GET /v1/offer-matrices/{ "{id}" }/errors says why, with the `offer_matrix_id` of this problem.

## People and links

password_wrong = POST /v1/auth/password-reset sends the link.
registration_not_waiting = GET /v1/registrations/{ "{id}" } shows how it stands.
role_not_offered = GET /v1/roles lists those that can be given.
role_exceeds_own = The permissions that are missing: { $permissions }. GET /v1/me lists those of this log-in.
areas_required = Name them in `areas`; GET /v1/roles lists which there are.
areas_not_chosen = Leave out `areas`.
area_not_offered = GET /v1/roles lists which can be chosen.
login_is_email = Leave out `login`, or change `email`.
activation_not_optional = Leave out `send_activation_mail`, or set it to true.
password_not_settable = POST /v1/users/{ "{id}" }/activation-mail or POST /v1/users/{ "{id}" }/password-reset sends one.
user_activated = POST /v1/users/{ "{id}" }/password-reset sends it.
permission_beyond_role = Leave out `{ $permission }`.
role_in_use = GET /v1/users?role= lists them.

## Load and faults

too_many_requests = Wait as many seconds as `Retry-After` says.
internal = The number is the `request_id`.
unavailable = Wait as many seconds as `Retry-After` says; send a POST with the same `Idempotency-Key`.
partner_center_unavailable = Wait as many seconds as `Retry-After` says; send a POST with the same `Idempotency-Key`.
