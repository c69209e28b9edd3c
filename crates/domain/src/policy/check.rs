//! Whether a policy's rules fit together: what no type can say.

use crate::calendar::{BillingCycle, Term};
use crate::policy::rules::Rules;
use crate::policy::values::{
    Cancel, ConsentRule, Decrease, PeriodAnchor, ProrationBasis, ReactivateUntil, WindowAnchor,
};
use rust_decimal::Decimal;

/// The longest window: charges older than that are not looked at to give something back.
const MAX_WINDOW_HOURS: u16 = 720;
/// The longest notice, grace, keeping of data, and the earliest reminder, in days.
const MAX_DAYS: u16 = 366;
/// The most entries of a list of rules.
const MAX_ENTRIES: usize = 12;
/// The longest title and address of a text, in characters.
const MAX_TEXT: usize = 500;
/// The most decimals of a rate that is rounded before it is multiplied.
const MAX_DECIMALS: u8 = 10;

/// A rule that cannot be published.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fault {
    /// Where in the document: `/refund/1/until_hours`.
    pub pointer: String,
    /// What is wrong with it, with the numbers that would be right.
    pub flaw: Flaw,
}

/// Why a rule cannot be published.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// It must be between these, both included.
    OutOfRange(u32, u32),
    /// Another rule is of no use without it.
    NeededBy(&'static str),
    /// The list must go up.
    NotAscending,
    /// The list must go down.
    NotDescending,
    /// It stands twice.
    Repeated,
    /// The list must not be empty.
    Empty,
    /// The parts of the value do not go together; what would.
    Mismatch(&'static str),
}

/// Collects what is wrong, in the order of the document.
struct Checks(Vec<Fault>);

impl Checks {
    fn note(&mut self, pointer: impl Into<String>, flaw: Flaw) {
        self.0.push(Fault { pointer: pointer.into(), flaw });
    }

    fn within(&mut self, pointer: impl Into<String>, value: impl Into<u32>, min: u32, max: u32) {
        if !(min..=max).contains(&value.into()) {
            self.note(pointer, Flaw::OutOfRange(min, max));
        }
    }

    fn entries<T>(&mut self, pointer: &str, list: &[T]) {
        if list.len() > MAX_ENTRIES {
            self.note(pointer, Flaw::OutOfRange(0, MAX_ENTRIES as u32));
        }
    }

    /// Every entry that stands in the list before.
    fn once<T: PartialEq>(&mut self, pointer: &str, list: &[T]) {
        for (n, entry) in list.iter().enumerate().take(MAX_ENTRIES) {
            if list[..n].contains(entry) {
                self.note(format!("{pointer}/{n}"), Flaw::Repeated);
            }
        }
    }
}

impl Rules {
    /// Whether the rules fit together, and to the terms that are sold under them.
    ///
    /// # Errors
    /// Every rule that does not, in the order of the document.
    pub fn check(&self, terms: &[Term]) -> Result<(), Vec<Fault>> {
        let mut checks = Checks(Vec::new());
        self.check_charges(&mut checks);
        self.check_notice(&mut checks, terms);
        self.check_window(&mut checks);
        self.check_end(&mut checks);
        self.check_lists(&mut checks);
        if checks.0.is_empty() { Ok(()) } else { Err(checks.0) }
    }

    fn check_charges(&self, checks: &mut Checks) {
        if let PeriodAnchor::DayOfMonth(day) = self.period_anchor {
            checks.within("/period_anchor/day_of_month", day, 1, 31);
        }
        match self.proration_basis {
            ProrationBasis::DailyRateRounded(decimals) => {
                checks.within("/proration_basis/daily_rate_rounded", decimals, 0, MAX_DECIMALS.into());
            }
            ProrationBasis::RatioRounded(decimals) => {
                checks.within("/proration_basis/ratio_rounded", decimals, 0, MAX_DECIMALS.into());
            }
            _ => {}
        }
        if let Cancel::FeePercent(percent) = self.cancel {
            checks.within("/cancel/fee_percent", percent, 0, 100);
        }
        let surcharges = [
            ("/extended_term/percent_on_monthly", self.extended_term.percent_on_monthly),
            ("/extended_term/percent_on_longer", self.extended_term.percent_on_longer),
        ];
        for (pointer, percent) in surcharges {
            if !(Decimal::ZERO..=Decimal::from(1_000)).contains(&percent) || percent.scale() > 4 {
                checks.note(pointer, Flaw::OutOfRange(0, 1_000));
            }
        }
        if self.max_changes == Some(0) {
            checks.note("/max_changes", Flaw::OutOfRange(1, u32::MAX));
        }
    }

    /// A notice as long as the term could never be given.
    fn check_notice(&self, checks: &mut Checks, terms: &[Term]) {
        let Some(notice) = self.notice_days else { return };
        let shortest = terms.iter().filter_map(|term| days_at_least(*term)).min().unwrap_or(MAX_DAYS);
        checks.within("/notice_days", notice, 1, u32::from(shortest.min(MAX_DAYS)) - 1);
    }

    fn check_window(&self, checks: &mut Checks) {
        let needs = self.window_needed_by();
        match (self.window_hours, needs) {
            (Some(hours), _) => checks.within("/window_hours", hours, 1, MAX_WINDOW_HOURS.into()),
            (None, Some(rule)) => checks.note("/window_hours", Flaw::NeededBy(rule)),
            (None, None) => {}
        }
        if self.window_hours.is_some() && self.window_anchors.is_empty() {
            checks.note("/window_anchors", Flaw::Empty);
        }
        checks.entries("/window_anchors", &self.window_anchors);
        checks.once("/window_anchors", &self.window_anchors);
        checks.entries("/refund", &self.refund);
        let last = u32::from(self.window_hours.unwrap_or(MAX_WINDOW_HOURS));
        for (n, step) in self.refund.iter().enumerate() {
            let pointer = format!("/refund/{n}/until_hours");
            if n > 0 && step.until_hours <= self.refund[n - 1].until_hours {
                checks.note(pointer, Flaw::NotAscending);
            } else {
                checks.within(pointer, step.until_hours, 1, last.max(1));
            }
        }
    }

    /// The rule that says nothing where no window is.
    fn window_needed_by(&self) -> Option<&'static str> {
        let by_decrease = matches!(self.decrease, Decrease::WindowElseReject | Decrease::WindowElseSchedule);
        let rules = [
            (by_decrease, "decrease"),
            (self.cancel == Cancel::WindowOnly, "cancel"),
            (!self.refund.is_empty(), "refund"),
            (self.window_anchors.contains(&WindowAnchor::SeatBatch), "window_anchors"),
        ];
        rules.into_iter().find(|(needs, _)| *needs).map(|(_, rule)| rule)
    }

    fn check_end(&self, checks: &mut Checks) {
        checks.within("/grace_days", self.grace_days, 0, MAX_DAYS.into());
        checks.within("/disabled_days", self.disabled_days, 0, MAX_DAYS.into());
        if let Some(days) = self.suspended_kept_days {
            checks.within("/suspended_kept_days", days, 0, MAX_DAYS.into());
        }
        if let ReactivateUntil::Days(days) = self.reactivate_until {
            // What is deleted cannot be brought back.
            let kept = u32::from(self.grace_days) + u32::from(self.disabled_days);
            if kept == 0 {
                checks.note("/reactivate_until/days", Flaw::Mismatch("grace_days or disabled_days above 0"));
            } else {
                checks.within("/reactivate_until/days", days, 1, kept);
            }
        }
        let trial = self.trial_converts_to;
        let charged = match (trial.term, trial.billing_cycle) {
            (Term::P1M, cycle) => cycle == BillingCycle::Monthly,
            (Term::P1Y, cycle) => matches!(cycle, BillingCycle::Monthly | BillingCycle::Annual),
            (Term::P3Y, cycle) => {
                matches!(cycle, BillingCycle::Monthly | BillingCycle::Annual | BillingCycle::Triennial)
            }
            (Term::None, _) => false,
        };
        if !charged {
            checks.note("/trial_converts_to", Flaw::Mismatch("a billing_cycle that is no longer than the term"));
        }
    }

    fn check_lists(&self, checks: &mut Checks) {
        checks.entries("/reminders", &self.reminders);
        for (n, days) in self.reminders.iter().enumerate() {
            let pointer = format!("/reminders/{n}");
            if n > 0 && *days >= self.reminders[n - 1] {
                checks.note(pointer, Flaw::NotDescending);
            } else {
                checks.within(pointer, *days, 1, MAX_DAYS.into());
            }
        }
        checks.entries("/consents", &self.consents);
        let texts: Vec<_> = self.consents.iter().map(|consent| (consent.kind, &consent.vendor)).collect();
        checks.once("/consents", &texts);
        for (n, consent) in self.consents.iter().enumerate() {
            check_consent(checks, n, consent);
        }
        if self.payment_methods.is_empty() {
            checks.note("/payment_methods", Flaw::Empty);
        }
        checks.entries("/payment_methods", &self.payment_methods);
        checks.once("/payment_methods", &self.payment_methods);
    }
}

/// The days that a term has at least; none where it has no end.
const fn days_at_least(term: Term) -> Option<u16> {
    match term {
        Term::P1M => Some(28),
        Term::P1Y => Some(365),
        Term::P3Y => Some(1_095),
        Term::None => None,
    }
}

/// A consent's version, vendor, titles and addresses.
fn check_consent(checks: &mut Checks, n: usize, consent: &ConsentRule) {
    let fits = |text: &str, most: usize| {
        let text = text.trim();
        !text.is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
    };
    if !fits(&consent.version, 50) {
        checks.note(format!("/consents/{n}/version"), Flaw::Mismatch("1 to 50 characters"));
    }
    if consent.vendor.as_ref().is_some_and(|vendor| !fits(vendor, 200)) {
        checks.note(format!("/consents/{n}/vendor"), Flaw::Mismatch("1 to 200 characters"));
    }
    for (language, _) in consent.title.iter().filter(|(_, title)| !fits(title, MAX_TEXT)) {
        checks.note(format!("/consents/{n}/title/{}", language.code()), Flaw::Mismatch("1 to 500 characters"));
    }
    let is_address = |url: &str| fits(url, MAX_TEXT) && url.starts_with("https://") && !url.contains(' ');
    for (language, _) in consent.url.iter().filter(|(_, url)| !is_address(url)) {
        checks.note(format!("/consents/{n}/url/{}", language.code()), Flaw::Mismatch("an address with https://"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::presets;
    use serde_json::{Value, json};

    /// `cancom_monthly12` with some rules replaced: what is wrong with it where it is sold for a month and a year.
    fn faults(partial: &Value) -> Vec<(String, Flaw)> {
        let rules = presets::all().unwrap().into_iter().find(|(key, _)| *key == "cancom_monthly12").unwrap().1;
        let rules = rules.with(partial.as_object().unwrap()).unwrap();
        let faults = rules.check(&[Term::P1M, Term::P1Y]).err().unwrap_or_default();
        faults.into_iter().map(|fault| (fault.pointer, fault.flaw)).collect()
    }

    fn fault(pointer: &str, flaw: Flaw) -> Vec<(String, Flaw)> {
        vec![(pointer.to_owned(), flaw)]
    }

    #[test]
    fn every_preset_fits_together() {
        for (key, rules) in presets::all().unwrap() {
            assert_eq!(rules.check(&[Term::P1M, Term::P1Y]), Ok(()), "{key}");
        }
    }

    #[test]
    fn x01_a_day_of_the_month_is_one() {
        assert_eq!(faults(&json!({"period_anchor": {"day_of_month": 31}})), []);
        for day in [0, 32] {
            let wrong = faults(&json!({"period_anchor": {"day_of_month": day}}));
            assert_eq!(wrong, fault("/period_anchor/day_of_month", Flaw::OutOfRange(1, 31)));
        }
    }

    #[test]
    fn x07_a_notice_is_shorter_than_the_shortest_term_it_meets() {
        assert_eq!(faults(&json!({"notice_days": 27})), []);
        assert_eq!(faults(&json!({"notice_days": 28})), fault("/notice_days", Flaw::OutOfRange(1, 27)));
        assert_eq!(faults(&json!({"notice_days": 0})), fault("/notice_days", Flaw::OutOfRange(1, 27)));
        let rules = presets::all().unwrap().remove(0).1;
        let rules = Rules { notice_days: Some(90), ..rules };
        assert_eq!((rules.check(&[Term::P1Y]), rules.check(&[Term::None])), (Ok(()), Ok(())));
        assert!(rules.check(&[Term::P3Y, Term::P1M]).is_err());
    }

    #[test]
    fn x07_what_asks_for_a_window_has_one() {
        for (rule, partial) in [
            ("decrease", json!({"decrease": "window_else_reject"})),
            ("decrease", json!({"decrease": "window_else_schedule"})),
            ("cancel", json!({"cancel": "window_only"})),
            ("refund", json!({"refund": [{"until_hours": 24, "kind": "full"}]})),
            ("window_anchors", json!({"window_anchors": ["seat_batch"]})),
        ] {
            assert_eq!(faults(&partial), fault("/window_hours", Flaw::NeededBy(rule)), "{partial}");
            let mut with = partial.clone();
            with["window_hours"] = 168.into();
            assert_eq!(faults(&with), [], "{with}");
        }
        assert_eq!(faults(&json!({"window_hours": 721})), fault("/window_hours", Flaw::OutOfRange(1, 720)));
        let shut = json!({"window_hours": 24, "window_anchors": []});
        assert_eq!(faults(&shut), fault("/window_anchors", Flaw::Empty));
        let twice = json!({"window_hours": 24, "window_anchors": ["renewal", "renewal"]});
        assert_eq!(faults(&twice), fault("/window_anchors/1", Flaw::Repeated));
    }

    #[test]
    fn x10_refunds_go_up_and_end_with_the_window() {
        let refund = |hours: [u16; 2]| {
            let steps = hours.map(|until| json!({"until_hours": until, "kind": "full"}));
            faults(&json!({"window_hours": 168, "refund": steps}))
        };
        assert_eq!(refund([24, 168]), []);
        assert_eq!(refund([24, 169]), fault("/refund/1/until_hours", Flaw::OutOfRange(1, 168)));
        assert_eq!(refund([24, 24]), fault("/refund/1/until_hours", Flaw::NotAscending));
    }

    #[test]
    fn k16_reminders_go_down() {
        assert_eq!(faults(&json!({"reminders": []})), []);
        assert_eq!(faults(&json!({"reminders": [7, 30]})), fault("/reminders/1", Flaw::NotDescending));
        assert_eq!(faults(&json!({"reminders": [30, 30]})), fault("/reminders/1", Flaw::NotDescending));
        assert_eq!(faults(&json!({"reminders": [367]})), fault("/reminders/0", Flaw::OutOfRange(1, 366)));
        assert_eq!(faults(&json!({"reminders": [30, 0]})), fault("/reminders/1", Flaw::OutOfRange(1, 366)));
    }

    #[test]
    fn x11_x33_nothing_comes_back_after_it_was_deleted() {
        assert_eq!(faults(&json!({"reactivate_until": {"days": 120}})), []);
        let days = |days| json!({"reactivate_until": {"days": days}});
        assert_eq!(faults(&days(121)), fault("/reactivate_until/days", Flaw::OutOfRange(1, 120)));
        assert_eq!(faults(&json!({"suspended_kept_days": 366})), []);
        let kept = json!({"suspended_kept_days": 367});
        assert_eq!(faults(&kept), fault("/suspended_kept_days", Flaw::OutOfRange(0, 366)));
        assert_eq!(faults(&json!({"grace_days": 367})), fault("/grace_days", Flaw::OutOfRange(0, 366)));
        let none = json!({"grace_days": 0, "disabled_days": 0, "reactivate_until": {"days": 1}});
        assert!(matches!(faults(&none).as_slice(), [(_, Flaw::Mismatch(_))]));
    }

    #[test]
    fn percents_decimals_and_counts_are_bounded() {
        assert_eq!(
            faults(&json!({"cancel": {"fee_percent": 101}})),
            fault("/cancel/fee_percent", Flaw::OutOfRange(0, 100))
        );
        assert_eq!(faults(&json!({"max_changes": 0})), fault("/max_changes", Flaw::OutOfRange(1, u32::MAX)));
        let decimals = json!({"proration_basis": {"ratio_rounded": 11}});
        assert_eq!(faults(&decimals), fault("/proration_basis/ratio_rounded", Flaw::OutOfRange(0, 10)));
        let extended = json!({"extended_term": {"percent_on_monthly": "-1", "percent_on_longer": "23"}});
        assert_eq!(faults(&extended), fault("/extended_term/percent_on_monthly", Flaw::OutOfRange(0, 1_000)));
    }

    #[test]
    fn x25_x27_consents_and_payment_methods_are_named_once() {
        let terms = json!({"kind": "terms", "version": "2026-01"});
        assert_eq!(faults(&json!({"consents": [terms, terms]})), fault("/consents/1", Flaw::Repeated));
        let blank = json!({"consents": [{"kind": "terms", "version": " "}]});
        assert_eq!(faults(&blank)[0].0, "/consents/0/version");
        let of = |vendor: &str| json!({"kind": "terms", "version": "1", "vendor": vendor});
        assert_eq!(faults(&json!({"consents": [terms, of("Contoso"), of("Fabrikam")]})), []);
        let again = json!({"consents": [of("Contoso"), of("Contoso")]});
        assert_eq!(faults(&again), fault("/consents/1", Flaw::Repeated));
        let mut wrong = of(" ");
        wrong["title"] = json!({"de": "Bedingungen", "en": ""});
        wrong["url"] = json!({"de": "https://contoso.example/de", "pl": "javascript:alert(1)"});
        let pointers: Vec<_> = faults(&json!({"consents": [wrong]})).into_iter().map(|(pointer, _)| pointer).collect();
        assert_eq!(pointers, ["/consents/0/vendor", "/consents/0/title/en", "/consents/0/url/pl"]);
        assert_eq!(faults(&json!({"payment_methods": []})), fault("/payment_methods", Flaw::Empty));
    }

    #[test]
    fn a_trial_becomes_something_that_is_sold() {
        let trial = |term, cycle| faults(&json!({"trial_converts_to": {"term": term, "billing_cycle": cycle}}));
        assert_eq!(trial("P1Y", "annual"), []);
        assert_eq!(trial("P1M", "annual")[0].0, "/trial_converts_to");
        assert_eq!(trial("none", "one_time")[0].0, "/trial_converts_to");
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let wrong = faults(&json!({"notice_days": 365, "max_changes": 0, "payment_methods": []}));
        assert_eq!(wrong.len(), 3);
    }
}
