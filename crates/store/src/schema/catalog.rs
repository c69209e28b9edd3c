//! The tables of what is sold, and for how much.

tables! {
    categories (marketplace_id, slug) {
        marketplace_id -> Uid,
        slug -> Text,
        title -> Text,
        parent -> Nullable<Text>,
        position -> Integer,
    }

    products (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        external_id -> Text,
        title -> Text,
        publisher -> Text,
        description -> Text,
        category -> Text,
        aliases -> Document,
    }

    skus (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        product_id -> Uid,
        external_id -> Text,
        title -> Text,
        description -> Text,
        unit -> Nullable<Text>,
        own_limit -> Nullable<BigInt>,
        default_term -> Nullable<Code>,
        default_billing_cycle -> Nullable<Code>,
    }

    catalog_texts (marketplace_id, subject) {
        marketplace_id -> Uid,
        subject -> Text,
        texts -> Document,
    }

    sku_rules (marketplace_id, product_external_id, sku_external_id) {
        marketplace_id -> Uid,
        product_external_id -> Text,
        sku_external_id -> Text,
        rules -> Document,
        offer_matrix_id -> Nullable<Uid>,
    }

    offers (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        sku_id -> Uid,
        term -> Code,
        billing_cycle -> Code,
        segment -> Code,
        country -> Code,
        currency -> Code,
        kind -> Code,
        min_quantity -> BigInt,
        max_quantity -> BigInt,
        quantity_step -> BigInt,
        prerequisites -> Document,
        policy_key -> Text,
        preselected -> Bool,
        end_of_sale -> Nullable<Instant>,
        ended_by -> Nullable<Uid>,
    }

    price_lists (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        name -> Text,
        status -> Code,
        reseller_id -> Nullable<Uid>,
        customer_id -> Nullable<Uid>,
        margin -> Document,
        valid_from -> Nullable<Instant>,
        row_count -> BigInt,
        error_count -> BigInt,
        added_count -> BigInt,
        changed_count -> BigInt,
        unchanged_count -> BigInt,
        catalog_version -> BigInt,
        created_by -> Text,
        created_at -> Instant,
        published_at -> Nullable<Instant>,
        version -> BigInt,
        whole_sheet -> Bool,
        removed_count -> BigInt,
        renamed_count -> BigInt,
        below_cost_count -> BigInt,
        overlap_count -> BigInt,
    }

    price_list_rows (marketplace_id, price_list_id, line) {
        marketplace_id -> Uid,
        price_list_id -> Uid,
        line -> BigInt,
        product_external_id -> Text,
        product_title -> Text,
        publisher -> Text,
        sku_external_id -> Text,
        sku_title -> Text,
        description -> Text,
        term -> Code,
        billing_cycle -> Code,
        segment -> Code,
        country -> Code,
        currency -> Code,
        kind -> Code,
        cost -> BigInt,
        list_price -> BigInt,
        valid_from -> Instant,
        valid_until -> Nullable<Instant>,
        change -> Code,
        previous -> Nullable<BigInt>,
        previous_cost -> Nullable<BigInt>,
        previous_until -> Nullable<Instant>,
        previous_title -> Nullable<Text>,
        unit -> Nullable<Text>,
        notes -> BigInt,
    }

    price_list_failures (marketplace_id, price_list_id, line, field) {
        marketplace_id -> Uid,
        price_list_id -> Uid,
        line -> BigInt,
        field -> Text,
        value -> Text,
        reason -> Text,
    }

    prices (marketplace_id, offer_id, price_list_id, valid_from) {
        marketplace_id -> Uid,
        offer_id -> Uid,
        price_list_id -> Uid,
        reseller_id -> Nullable<Uid>,
        customer_id -> Nullable<Uid>,
        cost -> Nullable<BigInt>,
        list_price -> BigInt,
        currency -> Code,
        valid_from -> Instant,
        valid_until -> Nullable<Instant>,
    }

    offer_matrices (marketplace_id, id) {
        marketplace_id -> Uid,
        id -> Uid,
        name -> Text,
        status -> Code,
        keep_titles -> Bool,
        row_count -> BigInt,
        error_count -> BigInt,
        unchanged_count -> BigInt,
        effects -> Document,
        catalog_version -> BigInt,
        created_by -> Text,
        created_at -> Instant,
        published_at -> Nullable<Instant>,
        version -> BigInt,
    }

    offer_matrix_rows (marketplace_id, offer_matrix_id, line) {
        marketplace_id -> Uid,
        offer_matrix_id -> Uid,
        line -> BigInt,
        product_external_id -> Text,
        product_title -> Text,
        sku_external_id -> Text,
        sku_title -> Text,
        previous_product_title -> Nullable<Text>,
        previous_title -> Nullable<Text>,
        rules -> Document,
        previous -> Nullable<Document>,
        not_sold -> Document,
        effects -> BigInt,
    }

    offer_matrix_failures (marketplace_id, offer_matrix_id, line, field) {
        marketplace_id -> Uid,
        offer_matrix_id -> Uid,
        line -> BigInt,
        field -> Text,
        value -> Text,
        reason -> Text,
    }
}
