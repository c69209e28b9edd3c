//! Several processes on one database: what one has changed, another that has not looked since heeds in what it writes.

use std::time::{Duration, Instant};
use tests::running::{E1, Running, quantity};
use tests::shop::{self, YEAR_MONTHLY, euros, text};
use tests::{Client, both};

both! {
    /// The clock is moved through one process. The other still holds the one before in memory; it dates, prices and
    /// decides by the new one all the same, and by one instant in each write.
    what_one_process_writes_is_dated_by_the_clock_that_another_has_moved(app) {
        let other = app.serve_beside();
        let buyer = app.admin("cancom").at(&other.url);
        let cart = shop::cart_with(&buyer, E1, YEAR_MONTHLY, 5);
        shop::set_clock(&app.provider("cancom"), "2027-04-06T09:00:00Z");
        // 5 × 9.40 × 25 / 30: the rest of April, from the 6th on.
        assert_eq!(cart.preview().body["due_now"], euros("39.17", "7.44", "46.61"));
        let order = cart.order();
        assert_eq!(
            (text(&order["placed_at"]), &order["due_now"]),
            ("2027-04-06T09:00:00Z".to_owned(), &euros("39.17", "7.44", "46.61"))
        );
        assert_eq!(order["timeline"][0]["at"], "2027-04-06T09:00:00Z");
        app.drain();
        let running = Running::of(&buyer, &shop::subscriptions(&buyer, &order)[0]);
        assert_eq!(running.fields(["term_start", "status"]), ["2027-04-06", "active"]);
        // Again, for a change: 2 × 9.40 × 16 / 30 for the 15th to the 30th.
        shop::set_clock(&app.provider("cancom"), "2027-04-15T09:00:00Z");
        let change = running.change(quantity(7));
        assert_eq!(
            (text(&change["requested_at"]), text(&change["effective_at"])),
            ("2027-04-15T09:00:00Z".to_owned(), "2027-04-15T09:00:00Z".to_owned())
        );
        assert_eq!(change["outcome"]["charges"][0]["money"]["net"], "10.03");
        app.drain();
    }
}

both! {
    /// U-113: what a customer owns is kept for a moment. The process that changed it shows the change in the next
    /// answer; one beside it within a second.
    what_a_customer_owns_is_shown_as_it_is_after_each_change(app) {
        let other = app.serve_beside();
        let buyer = app.admin("cancom");
        let beside = buyer.clone().at(&other.url);
        let owned = |by: &Client| shop::product(by, "Office 365 Enterprise (NCE)", "")["owned_quantity"].clone();
        assert_eq!([owned(&buyer), owned(&beside)], [0, 0]);
        let subscription = shop::buy(&app, &buyer, E1, YEAR_MONTHLY, 5);
        assert_eq!(owned(&buyer), 5);
        let running = Running::of(&buyer, &subscription);
        for licences in 6..16 {
            running.change(quantity(licences));
            assert_eq!(owned(&buyer), licences);
            app.drain();
        }
        let begun = Instant::now();
        while owned(&beside) != 15 {
            assert!(begun.elapsed() < Duration::from_secs(20), "the process beside goes on showing what was");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
