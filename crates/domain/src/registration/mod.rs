//! Registrations: how a stranger becomes somebody who can log in (C-03…C-13, T-01…T-07).

pub mod bank;

use crate::coded::coded_enum;
use crate::party::{Address, CompanySize};
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

coded_enum! {
    /// Where a registration stands.
    RegistrationStatus {
        /// Taken; whether the address is known is yet to be looked up.
        Received = "received",
        /// A link was sent to the address, and not yet followed (T-07).
        AwaitingConfirmation = "awaiting_confirmation",
        /// The provider is to review it (C-05).
        Requested = "requested",
        /// Approved: the link to the account form was sent (C-06).
        ActivationSent = "activation_sent",
        /// There is an account (C-11).
        Active = "active",
        /// Refused by the provider.
        Rejected = "rejected",
        /// The organisation has an account: its administrator was told (C-04).
        Referred = "referred",
    }
}

impl RegistrationStatus {
    /// Whether something is still to come of it. An address has one such registration at a time.
    pub const fn is_open(self) -> bool {
        match self {
            Self::AwaitingConfirmation | Self::Requested | Self::ActivationSent => true,
            Self::Received | Self::Active | Self::Rejected | Self::Referred => false,
        }
    }
}

/// Who registers, and for which company (C-07, C-08, T-18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Applicant {
    /// The applicant's given name, as people write it.
    pub first_name: String,
    /// The applicant's family name, as people write it.
    pub last_name: String,
    /// The company that becomes customer or reseller.
    pub company: Company,
}

/// The company that somebody registers for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Company {
    /// The company's name, as invoices will carry it.
    pub name: String,
    /// How many people work there: decides what is recommended (C-08).
    pub size: Option<CompanySize>,
    /// A phone number as people write it.
    pub phone: Option<String>,
    /// The VAT id; its check digits are right where it is written as its country does.
    pub vat_id: Option<String>,
    /// Who gets the invoices (C-08); else the applicant does.
    pub invoice_email: Option<String>,
    /// Where it is; none where the form does not ask for it.
    pub address: Option<Address>,
}

/// What happens to a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The address is new, and one field is all there is (C-03): the provider reviews.
    Ask,
    /// The address is new and is to be confirmed (T-07).
    AskToConfirm,
    /// The address was confirmed; whether all fits the provider's records (T-04).
    Confirm {
        /// Whether it does: then nobody needs to review it.
        fits: bool,
    },
    /// The provider approves: the link to the account form is sent (C-05).
    Approve,
    /// The provider approves what is complete, by giving a customer number (T-01).
    GiveNumber,
    /// The provider refuses.
    Reject,
    /// The provider leaves it to the organisation's administrator (C-04).
    Refer,
    /// The link that was sent last is sent anew.
    Resend,
    /// The account form is filled in (C-11).
    Complete,
}

/// Where a registration stands after a step, or why it cannot be taken.
pub const fn step(status: RegistrationStatus, step: Step) -> Result<RegistrationStatus, Refusal> {
    use RegistrationStatus as S;
    match (step, status) {
        (Step::Ask, S::Received) => Ok(S::Requested),
        (Step::AskToConfirm, S::Received) => Ok(S::AwaitingConfirmation),
        (Step::Confirm { fits: true }, S::AwaitingConfirmation) => Ok(S::Active),
        (Step::Confirm { fits: false }, S::AwaitingConfirmation) => Ok(S::Requested),
        (Step::Approve, S::Requested) => Ok(S::ActivationSent),
        (Step::GiveNumber, S::Requested) => Ok(S::Active),
        (Step::Reject, S::Requested) => Ok(S::Rejected),
        (Step::Refer, S::Requested) => Ok(S::Referred),
        (Step::Resend, S::AwaitingConfirmation | S::ActivationSent) => Ok(status),
        (Step::Complete, S::ActivationSent) => Ok(S::Active),
        _ => Err(Refusal::RegistrationNotWaiting),
    }
}

/// A registration that is open when its address asks again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    /// Where it stands.
    pub status: RegistrationStatus,
    /// Whether its link works no longer.
    pub expired: bool,
    /// Whether it came from the same network address.
    pub same_origin: bool,
}

/// What becomes of one that is open when its address asks again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// The newer form takes its place.
    Replace,
    /// Its link is sent anew.
    Resend,
    /// It goes on, and the newer one is dropped.
    Keep,
}

/// What becomes of an open registration when its address asks again, so that requests do not pile up.
///
/// A form that was not confirmed yet is corrected by sending it again (T-07), but not from elsewhere: a stranger must
/// not be able to put his form, with his password, behind the link that somebody waits for.
pub const fn again(open: Open) -> Again {
    match open {
        Open { status: RegistrationStatus::AwaitingConfirmation, expired, same_origin } if expired || same_origin => {
            Again::Replace
        }
        Open { status: RegistrationStatus::ActivationSent, expired: true, .. } => Again::Resend,
        Open { .. } => Again::Keep,
    }
}

/// Domains of addresses that say nothing about an organisation.
const FREE_MAIL: &[&str] = &[
    "aol.com",
    "arcor.de",
    "bluewin.ch",
    "freenet.de",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "hotmail.de",
    "icloud.com",
    "interia.pl",
    "live.com",
    "live.de",
    "mail.de",
    "me.com",
    "msn.com",
    "o2.pl",
    "onet.pl",
    "op.pl",
    "outlook.com",
    "outlook.de",
    "posteo.de",
    "proton.me",
    "protonmail.com",
    "t-online.de",
    "vp.pl",
    "web.de",
    "wp.pl",
    "yahoo.com",
    "yahoo.de",
];

/// The domain of an address, where it says at which organisation somebody is.
pub fn company_domain(email: &str) -> Option<&str> {
    let (_, domain) = email.rsplit_once('@')?;
    (!FREE_MAIL.contains(&domain)).then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use RegistrationStatus as S;

    fn walk(steps: &[Step]) -> Result<S, Refusal> {
        steps.iter().try_fold(S::Received, |status, next| step(status, *next))
    }

    #[test]
    fn c05_c11_a_request_is_reviewed_then_the_form_is_filled_in() {
        assert_eq!(walk(&[Step::Ask]), Ok(S::Requested));
        assert_eq!(walk(&[Step::Ask, Step::Approve, Step::Resend]), Ok(S::ActivationSent));
        assert_eq!(walk(&[Step::Ask, Step::Approve, Step::Complete]), Ok(S::Active));
        assert_eq!(walk(&[Step::Ask, Step::Reject]), Ok(S::Rejected));
        assert_eq!(walk(&[Step::Ask, Step::Refer]), Ok(S::Referred));
    }

    #[test]
    fn t04_t07_what_fits_is_active_once_confirmed_and_the_rest_is_reviewed() {
        let fits = |fits| [Step::AskToConfirm, Step::Resend, Step::Confirm { fits }];
        assert_eq!(walk(&fits(true)), Ok(S::Active));
        assert_eq!(walk(&fits(false)), Ok(S::Requested));
        assert_eq!(walk(&[&fits(false)[..], &[Step::GiveNumber]].concat()), Ok(S::Active));
    }

    #[test]
    fn what_is_over_or_not_so_far_is_refused() {
        let steps = [
            Step::Ask,
            Step::AskToConfirm,
            Step::Confirm { fits: true },
            Step::Confirm { fits: false },
            Step::Approve,
            Step::GiveNumber,
            Step::Reject,
            Step::Refer,
            Step::Resend,
            Step::Complete,
        ];
        let possible = |status| steps.iter().filter(|next| step(status, **next).is_ok()).count();
        let counts: Vec<_> = S::ALL.iter().map(|status| possible(*status)).collect();
        assert_eq!(counts, [2, 3, 4, 2, 0, 0, 0]);
        assert_eq!(step(S::Requested, Step::Complete), Err(Refusal::RegistrationNotWaiting));
        for status in S::ALL {
            assert_eq!(status.is_open(), possible(*status) > 0 && *status != S::Received, "{}", status.code());
        }
    }

    #[test]
    fn t07_a_form_is_corrected_from_where_it_came_or_once_its_link_is_over() {
        let ask = |status, expired, same_origin| again(Open { status, expired, same_origin });
        assert_eq!(ask(S::AwaitingConfirmation, false, true), Again::Replace);
        assert_eq!(ask(S::AwaitingConfirmation, false, false), Again::Keep);
        assert_eq!(ask(S::AwaitingConfirmation, true, false), Again::Replace);
        assert_eq!(ask(S::Requested, true, true), Again::Keep);
        assert_eq!(ask(S::ActivationSent, false, true), Again::Keep);
        assert_eq!(ask(S::ActivationSent, true, false), Again::Resend);
    }

    #[test]
    fn a_free_mail_address_says_nothing_about_an_organisation() {
        assert_eq!(company_domain("erika@kunde.example"), Some("kunde.example"));
        assert_eq!(company_domain("erika@gmx.de"), None);
        assert_eq!(company_domain("erika"), None);
    }
}
