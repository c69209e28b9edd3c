//! Mails by SMTP: a connection for each mail, bounded in time, and each refusal told apart by when it came.

use crate::mail::message::address;
use crate::mail::setting::{Security, Server};
use crate::mail::transport::{Mail, SendError, Transport};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use std::time::Duration;

/// The longest that a connection, an answer or a piece of the mail may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Sends by an SMTP server.
pub struct SmtpTransport {
    server: Server,
    timeout: Duration,
}

impl SmtpTransport {
    /// By this server.
    pub const fn new(server: Server) -> Self {
        Self { server, timeout: TIMEOUT }
    }

    /// The same, less patient: for tests.
    pub const fn with_timeout(server: Server, timeout: Duration) -> Self {
        Self { server, timeout }
    }

    /// Up to the point where the server listens to us. What goes wrong here is nobody's mail's fault.
    fn connect(&self, name: &str) -> Result<SmtpConnection, SendError> {
        let away = |error: lettre::transport::smtp::Error| SendError::Unavailable(in_words(&error));
        let hello = ClientId::Domain(name.to_owned());
        let tls = match self.server.security {
            Security::None => None,
            Security::StartTls | Security::Tls => Some(TlsParameters::new(self.server.host.clone()).map_err(away)?),
        };
        let at = (self.server.host.as_str(), self.server.port);
        let wrapped = tls.as_ref().filter(|_| self.server.security == Security::Tls);
        let mut connection = SmtpConnection::connect(at, Some(self.timeout), &hello, wrapped, None).map_err(away)?;
        if let Some(tls) = tls.filter(|_| self.server.security == Security::StartTls) {
            connection.starttls(&tls, &hello).map_err(away)?;
        }
        if let Some((user, password)) = &self.server.login {
            let credentials = Credentials::new(user.clone(), password.expose().to_owned());
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).map_err(away)?;
        }
        Ok(connection)
    }
}

impl Transport for SmtpTransport {
    fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let bytes = mail.formatted()?;
        let (from, to) = (address(&mail.from)?, address(&mail.to)?);
        let mut connection = self.connect(from.domain())?;
        let mut options = vec![];
        if !AsRef::<str>::as_ref(&from).is_ascii() || !AsRef::<str>::as_ref(&to).is_ascii() {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(SendError::Refused("the server takes no address beyond ASCII (SMTPUTF8)".to_owned()));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        // A sender that is not let in is the installation's trouble, and that of every mail.
        connection
            .command(MailFrom::new(Some(from), options))
            .map_err(|error| SendError::Unavailable(in_words(&error)))?;
        connection.command(Rcpt::new(to, vec![])).map_err(of_this_mail)?;
        connection.command(Data).map_err(of_this_mail)?;
        connection.message(&bytes).map_err(of_this_mail)?;
        // It is taken: whatever the server says to our leaving.
        let _ = connection.quit();
        Ok(())
    }
}

/// What the server says to a recipient or a text.
fn of_this_mail(error: lettre::transport::smtp::Error) -> SendError {
    match (error.is_permanent(), error.is_transient()) {
        (true, _) => SendError::Refused(in_words(&error)),
        (_, true) => SendError::Later(in_words(&error)),
        (false, false) => SendError::Unavailable(in_words(&error)),
    }
}

fn in_words(error: &lettre::transport::smtp::Error) -> String {
    let sources = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    let words = sources.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    words.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(500).collect()
}
