//! A mail for tests.

use crate::mail::transport::Mail;
use crate::texts::lang::Lang;
use domain::notification::NotificationKind;
use time::macros::datetime;

/// A mail to write.
pub fn mail() -> Mail {
    Mail {
        id: "ntf_01kagy2qk8e3vrc6h1x0m4t7ws".to_owned(),
        kind: NotificationKind::OrderReady,
        language: Lang::De,
        from_name: "Müller & Söhne, Marktplatz".to_owned(),
        from: "no-reply@kontor.example".to_owned(),
        reply_to: Some("support@kontor.example".to_owned()),
        to: "erika@kunde.example".to_owned(),
        subject: "Ihre Bestellung läuft".to_owned(),
        text: "Guten Tag,\n\nalles läuft – wie bestellt.\n".to_owned(),
        date: datetime!(2026-09-06 10:15:00 UTC),
    }
}
