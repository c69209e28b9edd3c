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
pub mod shop;
mod smtp;
pub mod templates;
mod transport;

pub use collecting::Collecting;
pub use file::FileTransport;
pub use outage::Outage;
pub use smtp::SmtpTransport;
pub use transport::{Mail, SendError, Transport};

use std::sync::Arc;

/// Who sends mails, by which way, and where their links lead.
#[derive(Clone)]
pub struct Post {
    /// How a mail leaves: as a file, or by an SMTP server.
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
