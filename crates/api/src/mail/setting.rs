//! `KONTOR_MAIL` and its companions.

use crate::mail::message::address;
use std::fmt;
use std::path::PathBuf;

/// How mails go, as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSetting {
    /// `KONTOR_MAIL`: a folder of files, or an SMTP server.
    pub way: Way,
    /// The address of `KONTOR_MAIL_FROM`.
    pub from: String,
    /// The name of `KONTOR_MAIL_FROM`.
    pub from_name: Option<String>,
    /// `KONTOR_SHOP_URL`: where links in mails lead; none where it is not set.
    pub shop_url: Option<String>,
}

/// By which way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// A file for each mail.
    File(PathBuf),
    /// An SMTP server.
    Smtp(Server),
}

/// An SMTP server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Host name or IP address.
    pub host: String,
    /// TCP port; 587 is usual with STARTTLS, 465 with TLS.
    pub port: u16,
    /// How it is spoken to.
    pub security: Security,
    /// User and password, where it asks for them.
    pub login: Option<(String, Password)>,
}

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// In the clear: for a server on the same machine or network.
    None,
    /// STARTTLS, demanded: a server that does not offer it gets no mail.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// A password, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// The password itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(folder) => write!(f, "file:{}", folder.display()),
            Self::Smtp(server) => server.fmt(f),
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.security == Security::Tls { "smtps" } else { "smtp" };
        let login = self.login.as_ref().map(|(user, _)| format!("{user}:***@")).unwrap_or_default();
        let clear = if self.security == Security::None { "?tls=none" } else { "" };
        write!(f, "{scheme}://{login}{}:{}{clear}", self.host, self.port)
    }
}

/// Reads `KONTOR_MAIL`. What is wrong is said without what may be secret.
pub fn way(text: &str) -> Result<Way, String> {
    let expected = "expected file:FOLDER, smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465";
    if let Some(folder) = text.strip_prefix("file:").filter(|folder| !folder.is_empty()) {
        return Ok(Way::File(folder.into()));
    }
    let (security, port, rest) = match (text.strip_prefix("smtp://"), text.strip_prefix("smtps://")) {
        (Some(rest), _) => (Security::StartTls, 587, rest),
        (_, Some(rest)) => (Security::Tls, 465, rest),
        (None, None) => return Err(expected.to_owned()),
    };
    let (rest, security) = match rest.split_once('?') {
        None => (rest, security),
        Some((rest, "tls=none")) if security == Security::StartTls => (rest, Security::None),
        Some((rest, "tls=required")) => (rest, security),
        Some(_) => return Err("behind the ? may stand tls=none (smtp only) or tls=required".to_owned()),
    };
    let rest = rest.trim_end_matches('/');
    let (login, at) = rest.rsplit_once('@').map_or((None, rest), |(login, at)| (Some(login), at));
    let login = login.map(|login| {
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        Ok::<_, String>((decoded(user)?, Password(decoded(password)?)))
    });
    let (host, port) = host_and_port(at, port).ok_or(expected)?;
    Ok(Way::Smtp(Server { host, port, security, login: login.transpose()? }))
}

fn host_and_port(at: &str, default: u16) -> Option<(String, u16)> {
    let (host, port) = match at.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
        _ => (at, default),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let sane = !host.is_empty() && host.chars().all(|letter| letter.is_ascii_graphic() && !"/@?#".contains(letter));
    sane.then(|| (host.to_owned(), port))
}

/// What stands percent-encoded in an address: passwords have any characters.
fn decoded(text: &str) -> Result<String, String> {
    let wrong = || "user or password is not percent-encoded text (% is %25, @ is %40)".to_owned();
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2).ok_or_else(wrong)?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| wrong())?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).map_err(|_| wrong())
}

/// Reads `KONTOR_MAIL_FROM`: an address, or a name and an address: `Kontor <no-reply@kontor.example>`.
pub fn sender(text: &str) -> Result<(String, Option<String>), String> {
    let (name, from) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, from)) => (Some(name.trim().trim_matches('"').to_owned()), from.trim()),
        None => (None, text.trim()),
    };
    if text.chars().any(char::is_control) || address(from).is_err() {
        return Err("expected an address, or `Name <address>`".to_owned());
    }
    Ok((from.to_owned(), name.filter(|name| !name.is_empty())))
}

/// Reads `KONTOR_SHOP_URL`; `{marketplace}` in it stands for the slug.
pub fn shop_url(text: &str) -> Result<String, String> {
    let web = text.starts_with("https://") || text.starts_with("http://");
    if !web || text.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
        return Err("expected an address that starts with https://; {marketplace} in it is the slug".to_owned());
    }
    Ok(text.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_is_a_folder_or_a_server() {
        assert_eq!(way("file:out/mails"), Ok(Way::File("out/mails".into())));
        let smtp = |text: &str| match way(text) {
            Ok(Way::Smtp(server)) => server,
            other => panic!("{text}: {other:?}"),
        };
        let full = smtp("smtp://kontor:p%40ss%3A%25w%C3%B6rt@mail.example:2525");
        assert_eq!((full.host.as_str(), full.port, full.security), ("mail.example", 2525, Security::StartTls));
        assert_eq!(full.login, Some(("kontor".to_owned(), Password("p@ss:%wört".to_owned()))));
        assert_eq!(smtp("smtps://mail.example").port, 465);
        assert_eq!(smtp("smtps://mail.example").security, Security::Tls);
        assert_eq!(smtp("smtp://mail.example/").port, 587);
        assert_eq!(smtp("smtp://127.0.0.1:25?tls=none").security, Security::None);
        assert_eq!(smtp("smtp://[::1]:25?tls=none").host, "::1");
        for wrong in [
            "",
            "file:",
            "mail.example",
            "smtp://",
            "smtp://h:x",
            "smtps://h?tls=none",
            "smtp://h?tls=no",
            "smtp://u:%zz@h",
        ] {
            assert!(way(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let way = way("smtp://kontor:geheim@mail.example?tls=none").unwrap();
        assert_eq!(way.to_string(), "smtp://kontor:***@mail.example:587?tls=none");
        assert!(!format!("{way:?}").contains("geheim"));
        assert!(!super::way("smtp://kontor:gehe%im@mail.example").unwrap_err().contains("gehe"));
    }

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        assert_eq!(sender("a@b.example"), Ok(("a@b.example".to_owned(), None)));
        let named = sender("\"Müller & Söhne\" <a@b.example>").unwrap();
        assert_eq!(named, ("a@b.example".to_owned(), Some("Müller & Söhne".to_owned())));
        for wrong in ["", "Name", "Name <>", "a@b.example\r\nBcc: c@d.example", "a b@c.example"] {
            assert!(sender(wrong).is_err(), "{wrong}");
        }
    }
}
