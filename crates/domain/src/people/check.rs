//! Whether the rules for people fit together: what no type can say.

use crate::access::OrganizationKind;
use crate::address;
use crate::party::Country;
use crate::people::rules::{PeopleRules, RegistrationMode};
use crate::people::told;
use crate::policy::{Fault, Flaw};

/// Characters that fit on a button.
const MOST_OF_A_BUTTON: usize = 60;

impl PeopleRules {
    /// Whether the rules can be put in force.
    ///
    /// # Errors
    /// Every rule that cannot.
    pub fn check(&self) -> Result<(), Vec<Fault>> {
        let mut faults = told::check(&self.told);
        let mut note = |pointer: &str, flaw| faults.push(Fault { pointer: pointer.to_owned(), flaw });
        for (pointer, value, min, max) in self.ranges() {
            if !(min..=max).contains(&value) {
                note(pointer, Flaw::OutOfRange(min, max));
            }
        }
        if matches!(self.registers, OrganizationKind::Platform | OrganizationKind::Provider) {
            note("/registers", Flaw::Mismatch("customer or reseller"));
        }
        let by_number = self.registration_mode == RegistrationMode::CustomerNumber;
        if by_number && self.registers != OrganizationKind::Reseller {
            note("/registers", Flaw::Mismatch("reseller, where a customer number lets people in"));
        }
        // Whoever runs an organisation can pass that on.
        for kind in [OrganizationKind::Provider, OrganizationKind::Customer] {
            if self.offer(kind.administrator()).is_none() {
                note("/roles", Flaw::Mismatch("provider_admin and customer_admin among them"));
            }
        }
        for (n, offer) in self.roles.iter().enumerate() {
            if offer.role.organization() == OrganizationKind::Platform {
                note(&format!("/roles/{n}/role"), Flaw::Mismatch("a role of a marketplace"));
            }
            if self.roles[..n].iter().any(|before| before.role == offer.role) {
                note(&format!("/roles/{n}"), Flaw::Repeated);
            }
            if offer.role.by_area() == offer.areas.is_empty() {
                note(&format!("/roles/{n}/areas"), Flaw::Mismatch("areas exactly where the role goes by area"));
            }
        }
        for (n, consent) in self.consents.iter().enumerate() {
            if self.consents[..n].iter().any(|before| before.kind == consent.kind) {
                note(&format!("/consents/{n}"), Flaw::Repeated);
            }
            if !(1..=50).contains(&consent.version.chars().count()) {
                note(&format!("/consents/{n}/version"), Flaw::OutOfRange(1, 50));
            }
        }
        self.check_texts(&mut note);
        if !self.shop_url.starts_with("https://") || self.shop_url.chars().any(char::is_whitespace) {
            note("/shop_url", Flaw::Mismatch("an address that starts with https://"));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// Whether there is a language, each named once, and a text for what people press.
    fn check_texts(&self, note: &mut impl FnMut(&str, Flaw)) {
        let offered = &self.languages.offered;
        let twice = (1..offered.len()).any(|n| offered[..n].contains(&offered[n]));
        if offered.is_empty() || twice {
            note("/languages/offered", Flaw::Mismatch("languages that are offered, each once"));
        }
        for (country, language) in &self.languages.by_country {
            let known = Country::from_code(country).is_some_and(address::exists);
            if !known || !self.languages.offers(*language) {
                note(
                    &format!("/languages/by_country/{country}"),
                    Flaw::Mismatch("languages that are offered, each once"),
                );
            }
        }
        let button = &self.order_button;
        for (name, text) in [("de", &button.de), ("en", &button.en), ("pl", &button.pl)] {
            if !(1..=MOST_OF_A_BUTTON).contains(&text.trim().chars().count()) {
                note(&format!("/order_button/{name}"), Flaw::OutOfRange(1, MOST_OF_A_BUTTON as u32));
            }
        }
    }

    /// The numbers with their bounds, both included.
    fn ranges(&self) -> [(&'static str, u32, u32, u32); 11] {
        let (password, lockout, sessions) = (&self.password, &self.lockout, &self.sessions);
        [
            ("/activation/ttl_hours", self.activation.ttl_hours.into(), 1, 720),
            ("/password/min_length", password.min_length.into(), 8, 64),
            ("/password/max_length", password.max_length.into(), 64, 256),
            ("/lockout/max_attempts", lockout.max_attempts, 3, 100),
            ("/lockout/window_minutes", lockout.window_minutes, 1, 1_440),
            ("/lockout/duration_minutes", lockout.duration_minutes, 1, 1_440),
            ("/lockout/max_per_address", lockout.max_per_address, 10, 100_000),
            ("/sessions/idle_days", sessions.idle_days.into(), 1, 90),
            ("/sessions/absolute_days", sessions.absolute_days.into(), sessions.idle_days.into(), 366),
            ("/access_minutes", self.access_minutes, 1, 10_080),
            ("/digest_hour", self.digest_hour.into(), 0, 23),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::presets;

    #[test]
    fn what_ships_can_be_put_in_force() {
        for name in presets::names() {
            assert_eq!(presets::of(name).unwrap().check(), Ok(()), "{name}");
        }
    }

    #[test]
    fn everything_that_does_not_fit_is_named() {
        let mut rules = presets::of("cancom").unwrap();
        rules.password.min_length = 7;
        rules.lockout.max_attempts = 0;
        rules.sessions.absolute_days = 6;
        rules.registration_mode = RegistrationMode::CustomerNumber;
        rules.roles.push(rules.roles[0].clone());
        rules.shop_url = "javascript:alert(1)".to_owned();
        rules.order_button.pl = " ".to_owned();
        rules.languages.offered.retain(|language| *language != crate::language::Language::Pl);
        let faults = rules.check().unwrap_err();
        let pointers: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        let expected = [
            "/password/min_length",
            "/lockout/max_attempts",
            "/sessions/absolute_days",
            "/registers",
            "/roles/5",
            "/languages/by_country/PL",
            "/order_button/pl",
            "/shop_url",
        ];
        assert_eq!(pointers, expected);
    }
}
