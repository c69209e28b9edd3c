//! The tables, as both trees of migrations make them; a test holds the three together.

#[macro_use]
mod columns;

pub(crate) mod catalog;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod mail;
pub(crate) mod organizations;
pub(crate) mod people;
pub(crate) mod registrations;

pub(crate) use catalog::{
    catalog_texts, categories, offer_matrices, offer_matrix_failures, offer_matrix_rows, offers, price_list_failures,
    price_list_rows, price_lists, prices, products, sku_rules, skus,
};
use keys::delegations;
pub(crate) use people::users;

tables! {
    marketplaces (id) {
        id -> Uid,
        slug -> Text,
        name -> Text,
        country -> Code,
        currency -> Code,
        time_zone -> Code,
        sandbox -> Bool,
        status -> Code,
        profile -> Document,
        clock_offset_us -> BigInt,
        catalog_version -> BigInt,
        access_version -> BigInt,
        version -> BigInt,
    }

    policies (marketplace_id, key, version) {
        marketplace_id -> Uid,
        key -> Text,
        version -> BigInt,
        valid_from -> Instant,
        rules -> Document,
    }

    policy_overrides (marketplace_id, subject_kind, subject_id, version) {
        marketplace_id -> Uid,
        subject_kind -> Code,
        subject_id -> Uid,
        version -> BigInt,
        valid_from -> Instant,
        rules -> Document,
    }

    policy_snapshots (id) {
        id -> Uid,
        key -> Text,
        version -> BigInt,
        policy -> Document,
    }

    resellers (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        name -> Text,
        partner_id -> Nullable<Text>,
        created_at -> Instant,
        version -> BigInt,
        customer_number -> Nullable<Text>,
        microsoft_id -> Nullable<Text>,
        address -> Nullable<Document>,
        contact -> Nullable<Document>,
        external_ref -> Nullable<Text>,
        standing -> Nullable<Document>,
        ids_completed_at -> Nullable<Instant>,
        access_granted_at -> Nullable<Instant>,
        access_overdue_at -> Nullable<Instant>,
        language -> Nullable<Code>,
    }

    customers (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        reseller_id -> Nullable<Uid>,
        name -> Text,
        name_folded -> Text,
        country -> Nullable<Code>,
        contact -> Document,
        address -> Nullable<Document>,
        vat_id -> Nullable<Text>,
        created_at -> Instant,
        version -> BigInt,
        size -> Nullable<Code>,
        invoice_email -> Nullable<Text>,
        external_ref -> Nullable<Text>,
        vat_standing -> Nullable<Code>,
        vat_checked_at -> Nullable<Instant>,
        vat_consultation -> Nullable<Text>,
        partner_of_record -> Nullable<Text>,
        language -> Nullable<Code>,
        updated_at -> Instant,
    }

    tenants (marketplace_id, customer_id) {
        marketplace_id -> Uid,
        customer_id -> Uid,
        status -> Code,
        domain -> Text,
        entra_tenant_id -> Nullable<Text>,
        failure -> Nullable<Text>,
        mode -> Text,
        credentials -> Nullable<Binary>,
        credentials_taken_at -> Nullable<Instant>,
        requested_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
    }

    agreements (marketplace_id, customer_id) {
        marketplace_id -> Uid,
        customer_id -> Uid,
        kind -> Text,
        first_name -> Text,
        last_name -> Text,
        email -> Text,
        agreed_at -> Instant,
        recorded_by -> Text,
        recorded_at -> Instant,
    }

    carts (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        customer_id -> Uid,
        reseller_id -> Nullable<Uid>,
        name -> Nullable<Text>,
        billing_address -> Nullable<Document>,
        ordered_as -> Nullable<Uid>,
        created_at -> Instant,
        version -> BigInt,
    }

    cart_lines (marketplace_id, cart_id, position) {
        marketplace_id -> Uid,
        cart_id -> Uid,
        position -> Integer,
        id -> Uid,
        offer_id -> Uid,
        quantity -> BigInt,
        reference -> Nullable<Text>,
        branch -> Nullable<Text>,
        trial_then -> Nullable<Text>,
        base -> Nullable<Text>,
    }

    orders (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        customer_id -> Uid,
        reseller_id -> Nullable<Uid>,
        cart_id -> Uid,
        name -> Nullable<Text>,
        status -> Code,
        due_net -> BigInt,
        due_tax -> BigInt,
        due_gross -> BigInt,
        currency -> Code,
        recurring -> Document,
        payment_method -> Code,
        consents -> Document,
        billing_address -> Document,
        placed_by -> Text,
        placed_at -> Instant,
        version -> BigInt,
        external_ref -> Nullable<Text>,
        payer -> Code,
        updated_at -> Instant,
    }

    order_lines (marketplace_id, order_id, position) {
        marketplace_id -> Uid,
        order_id -> Uid,
        position -> Integer,
        id -> Uid,
        status -> Code,
        offer_id -> Uid,
        sku_id -> Uid,
        product_id -> Uid,
        term -> Code,
        billing_cycle -> Code,
        quantity -> BigInt,
        unit_price -> BigInt,
        currency -> Code,
        reference -> Nullable<Text>,
        branch -> Nullable<Text>,
        subscription_id -> Uid,
        charges -> Document,
        failure -> Nullable<Text>,
        trial_then -> Nullable<Text>,
        branch_address -> Nullable<Document>,
    }

    subscriptions (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        customer_id -> Uid,
        reseller_id -> Nullable<Uid>,
        payer -> Code,
        base_id -> Nullable<Uid>,
        status -> Code,
        product_id -> Uid,
        sku_id -> Uid,
        offer_id -> Uid,
        kind -> Code,
        term -> Code,
        billing_cycle -> Code,
        quantity -> BigInt,
        lots -> Document,
        peak_quantity -> BigInt,
        unit_price -> BigInt,
        currency -> Code,
        term_first -> Nullable<Date>,
        term_last -> Nullable<Date>,
        anchor_day -> Integer,
        next_charge_on -> Nullable<Date>,
        auto_renew -> Bool,
        at_term_end -> Code,
        at_term_end_before -> Nullable<Code>,
        trial_then -> Nullable<Text>,
        prepaid -> BigInt,
        pending -> Nullable<Document>,
        applying -> Nullable<Uid>,
        cancel_until -> Nullable<Instant>,
        cancel_requested_at -> Nullable<Instant>,
        ended_at -> Nullable<Instant>,
        access_ends_at -> Nullable<Instant>,
        data_deleted_at -> Nullable<Instant>,
        next_reminder_on -> Nullable<Date>,
        next_due_at -> Nullable<Instant>,
        changes -> BigInt,
        policy_id -> Uid,
        billed_to -> Code,
        billed_branch_id -> Nullable<Uid>,
        billed_country -> Code,
        billed_postal_code -> Text,
        order_id -> Uid,
        order_line_id -> Uid,
        responsible_user_id -> Nullable<Uid>,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        activated_at -> Nullable<Instant>,
        version -> BigInt,
        partner_of_record -> Nullable<Text>,
        reference -> Nullable<Text>,
        updated_at -> Instant,
        last_day -> Date,
    }

    charges (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        customer_id -> Uid,
        reseller_id -> Nullable<Uid>,
        subscription_id -> Uid,
        order_id -> Uid,
        change_id -> Nullable<Uid>,
        kind -> Code,
        span_first -> Date,
        span_last -> Date,
        cycle_first -> Nullable<Date>,
        cycle_last -> Nullable<Date>,
        quantity -> BigInt,
        unit_price -> BigInt,
        net -> BigInt,
        currency -> Code,
        explain -> Text,
        reverses -> Nullable<Uid>,
        created_at -> Instant,
        tax -> Nullable<BigInt>,
    }

    subscription_changes (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        customer_id -> Uid,
        reseller_id -> Nullable<Uid>,
        subscription_id -> Uid,
        kind -> Code,
        request -> Document,
        status -> Code,
        requested_by -> Text,
        requested_at -> Instant,
        effective_at -> Instant,
        applied_at -> Nullable<Instant>,
        outcome -> Document,
        undo -> Nullable<Document>,
        failure -> Nullable<Text>,
        version -> BigInt,
        terms -> Document,
    }

    license_assignments (marketplace_id, subscription_id, user_id) {
        marketplace_id -> Uid,
        subscription_id -> Uid,
        user_id -> Uid,
        id -> Uid,
        customer_id -> Uid,
        reseller_id -> Nullable<Uid>,
        assigned_at -> Instant,
        assigned_by -> Nullable<Text>,
    }

    provisionings (marketplace_id, order_id) {
        marketplace_id -> Uid,
        order_id -> Uid,
        remote_cart_id -> Nullable<Text>,
        attempt -> Integer,
    }

    events (marketplace_id, id) {
        seq -> BigInt,
        marketplace_id -> Uid,
        id -> Uid,
        customer_id -> Nullable<Uid>,
        kind -> Code,
        subject -> Text,
        occurred_at -> Instant,
        payload -> Document,
    }

    tasks (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        event_id -> Uid,
        consumer -> Text,
        status -> Code,
        due_at -> Nullable<Instant>,
        leased_until -> Nullable<Instant>,
        attempts -> Integer,
        failures -> Integer,
        waits -> Integer,
        error -> Nullable<Text>,
        lane -> Text,
        customer_id -> Nullable<Uid>,
    }

    parked_subscriptions (marketplace_id, subscription_id) {
        marketplace_id -> Uid,
        subscription_id -> Uid,
        due_at -> Nullable<Instant>,
        parked_at -> Instant,
        retry_at -> Instant,
        attempts -> Integer,
        error -> Text,
    }

    idempotency_keys (caller, key) {
        caller -> Text,
        key -> Text,
        fingerprint -> Binary,
        created_at -> Instant,
        status -> Nullable<Integer>,
        headers -> Nullable<Document>,
        body -> Nullable<Binary>,
    }

    search_words (marketplace_id, kind, word, subject_id) {
        marketplace_id -> Uid,
        kind -> Text,
        word -> Text,
        subject_id -> Uid,
    }

    audit_entries (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        customer_id -> Nullable<Uid>,
        reseller_id -> Nullable<Uid>,
        actor -> Text,
        actor_kind -> Text,
        action -> Text,
        subject -> Text,
        before -> Nullable<Document>,
        after -> Nullable<Document>,
        request_id -> Text,
        outcome -> Text,
        at -> Instant,
        impersonator -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    customers,
    tenants,
    agreements,
    delegations,
    events,
    tasks,
    audit_entries,
    marketplaces
);
diesel::allow_tables_to_appear_in_same_query!(resellers, customers);
diesel::allow_tables_to_appear_in_same_query!(resellers, marketplaces);
diesel::allow_tables_to_appear_in_same_query!(orders, order_lines, subscriptions, tenants, resellers, provisionings);
diesel::allow_tables_to_appear_in_same_query!(orders, offers);
diesel::allow_tables_to_appear_in_same_query!(order_lines, offers);
diesel::allow_tables_to_appear_in_same_query!(agreements, orders);
diesel::allow_tables_to_appear_in_same_query!(agreements, order_lines);
diesel::allow_tables_to_appear_in_same_query!(agreements, subscriptions);
diesel::allow_tables_to_appear_in_same_query!(agreements, resellers);
diesel::allow_tables_to_appear_in_same_query!(agreements, provisionings);
diesel::allow_tables_to_appear_in_same_query!(subscriptions, offers);
diesel::allow_tables_to_appear_in_same_query!(carts, cart_lines, customers);
diesel::allow_tables_to_appear_in_same_query!(license_assignments, users, subscriptions, customers);
diesel::allow_tables_to_appear_in_same_query!(license_assignments, charges);
diesel::allow_tables_to_appear_in_same_query!(license_assignments, subscription_changes);
