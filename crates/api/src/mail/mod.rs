//! Mails: what is sent, by which way, in whose words.
//!
//! Who is told what is decided by [`crate::worker::notify`]; here a mail is written ([`templates`]) and handed to a
//! [`Transport`]: an SMTP server, a folder, or a list for tests.

mod collecting;
mod file;
mod message;
mod outage;
#[cfg(test)]
mod sample;
pub mod setting;
mod smtp;
pub mod templates;

pub use collecting::Collecting;
pub use file::FileTransport;
pub use outage::Outage;
pub use smtp::SmtpTransport;

use crate::texts::lang::Lang;
use domain::notification::NotificationKind;
use std::sync::Arc;
use time::OffsetDateTime;

/// A mail, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// What makes it this mail and no other: the notification's id. A repeated mail has the same.
    pub id: String,
    /// What it is about.
    pub kind: NotificationKind,
    /// Its language.
    pub language: Lang,
    /// From whom: the name people see.
    pub from_name: String,
    /// From whom: the address.
    pub from: String,
    /// Whom an answer reaches.
    pub reply_to: Option<String>,
    /// To whom: one address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The text, its lines ended by `\n`.
    pub text: String,
    /// When it is sent.
    pub date: OffsetDateTime,
}

/// Why a mail was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// There is no server to take any mail: it cannot be reached, does not answer, or does not let us in.
    #[error("the mail server is unavailable: {0}")]
    Unavailable(String),
    /// The server does not take this mail now.
    #[error("the mail server asks to try later: {0}")]
    Later(String),
    /// The server will never take this mail.
    #[error("the mail server refuses: {0}")]
    Refused(String),
}

/// A way for mails to go.
pub trait Transport: Send + Sync {
    /// Hands a mail over. Whoever is killed right after it hands the same mail over again.
    fn send(&self, mail: &Mail) -> Result<(), SendError>;
}

/// Who sends mails, by which way, and where their links lead.
#[derive(Clone)]
pub struct Post {
    /// The way.
    pub transport: Arc<dyn Transport>,
    /// The sender's address.
    pub from: String,
    /// The sender's name; the marketplace's where there is none.
    pub from_name: Option<String>,
    /// Where the shop of a marketplace is, `{marketplace}` standing for its slug, unless its profile says so.
    pub shop_url: String,
}

impl Post {
    /// The way of a configuration.
    pub fn of(setting: &setting::MailSetting, public_url: &str) -> Self {
        let transport: Arc<dyn Transport> = match &setting.way {
            setting::Way::File(folder) => Arc::new(FileTransport::new(folder.clone())),
            setting::Way::Smtp(server) => Arc::new(SmtpTransport::new(server.clone())),
        };
        let shop_url = setting.shop_url.clone().unwrap_or_else(|| format!("{public_url}/shop/{{marketplace}}"));
        Self { transport, from: setting.from.clone(), from_name: setting.from_name.clone(), shop_url }
    }
}
