//! The keys of a policy's rules: a closed set, so that whoever names a key names one that there is.

use crate::coded::coded_enum;
use serde::{Deserialize, Serialize};

coded_enum! {
    /// A key of a policy: a field of [`Rules`](crate::policy::Rules), by its name in documents.
    RuleKey {
        /// Whose days are counted: the marketplace's or UTC's.
        DayZone = "day_zone",
        /// on which day a billing cycle begins.
        PeriodAnchor = "period_anchor",
        /// what the first, incomplete cycle costs.
        FirstPeriod = "first_period",
        /// whether the day of the order counts.
        ChangeDay = "change_day",
        /// the fraction that a part of a cycle is.
        ProrationBasis = "proration_basis",
        /// what is rounded, and how.
        Rounding = "rounding",
        /// How months are counted from the 29th, 30th and 31st.
        MonthEnd = "month_end",
        /// What more licences cost in the running cycle.
        Increase = "increase",
        /// How a change within a cycle is written down.
        Repricing = "repricing",
        /// which quantity is charged.
        QuantityBasis = "quantity_basis",
        /// when fewer licences take effect.
        Decrease = "decrease",
        /// days before the term's end until which a renewal can be stopped.
        NoticeDays = "notice_days",
        /// hours after the start of a term in which licences can be given back.
        WindowHours = "window_hours",
        /// what opens the window.
        WindowAnchors = "window_anchors",
        /// what is given back in the window, in the order of time; nothing said is in proportion.
        Refund = "refund",
        /// what a cancellation in mid-term means.
        Cancel = "cancel",
        /// how long the service is on after a cancellation out of the window.
        AccessAfterCancel = "access_after_cancel",
        /// what follows the term.
        EndOfTerm = "end_of_term",
        /// What the extended service term costs.
        ExtendedTerm = "extended_term",
        /// days of use after a term that was not renewed (K-19).
        GraceDays = "grace_days",
        /// days after those in which the data are kept (K-20).
        DisabledDays = "disabled_days",
        /// Days in which the data are kept of what is suspended at its term's end (G-119); none is the days of use and
        /// those after them together.
        SuspendedKeptDays = "suspended_kept_days",
        /// until when it can be brought back.
        ReactivateUntil = "reactivate_until",
        /// when a renewal may start.
        RenewalStart = "renewal_start",
        /// What a renewal does where the offer that runs has no price any more (T-56).
        RenewalWithoutPrice = "renewal_without_price",
        /// What a reduction that waited does to licences that people have.
        AssignedAtRenewal = "assigned_at_renewal",
        /// How long an add-on is bought for whose base ends first.
        AddOnTerm = "add_on_term",
        /// Whether what an add-on was charged for days after its base's end is given back.
        AddOnRefund = "add_on_refund",
        /// Days before the term's end on which its people are told (K-16), the most first.
        Reminders = "reminders",
        /// Of which terms' ends they are told.
        ReminderAudience = "reminder_audience",
        /// what a change does to one that waits.
        PendingSlot = "pending_slot",
        /// What a change at once does to one that waits.
        PendingAfterChange = "pending_after_change",
        /// how the edition is changed.
        EditionChange = "edition_change",
        /// When another term or billing cycle takes effect.
        TermChange = "term_change",
        /// Which window moved licences have.
        UpgradeWindow = "upgrade_window",
        /// What is proposed to follow a trial.
        TrialConvertsTo = "trial_converts_to",
        /// The most changes of one subscription; none is no limit.
        MaxChanges = "max_changes",
        /// whether the customer's first administrator gets a licence (K-10).
        AutoAssignAdminLicence = "auto_assign_admin_licence",
        /// how long the price holds.
        PriceLock = "price_lock",
        /// what a quantity of zero means.
        ZeroQuantity = "zero_quantity",
        /// of what a customer has at most one active order.
        OneActivePer = "one_active_per",
        /// what the buyer must agree to with each order.
        Consents = "consents",
        /// K-13: what a partner needs before it acts on a customer's behalf.
        DelegatedAdministration = "delegated_administration",
        /// K-09: the buyers' countries that have the service; empty is everywhere that the offer is sold.
        ServedCountries = "served_countries",
        /// U-22: what is charged while no register has confirmed a VAT id.
        UnconfirmedVatId = "unconfirmed_vat_id",
        /// how may be paid.
        PaymentMethods = "payment_methods",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::presets;

    #[test]
    fn the_keys_are_the_fields_of_the_rules() {
        let (_, rules) = presets::all().unwrap().remove(0);
        let document = serde_json::to_value(rules).unwrap();
        let mut fields: Vec<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
        let mut keys: Vec<&str> = RuleKey::ALL.iter().map(|key| key.code()).collect();
        keys.sort_unstable();
        fields.sort_unstable();
        assert_eq!(keys, fields);
    }
}
