//! A mail as bytes (RFC 5322): headers encoded, the text in a form that every server carries.

use crate::mail::transport::{Mail, SendError};
use domain::mail_address;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message};
use lettre::{Address, address::AddressError};

impl Mail {
    /// The whole message. A mail that could not be written properly, or would say more in its headers than it is to
    /// say, is refused.
    pub fn formatted(&self) -> Result<Vec<u8>, SendError> {
        let body = Body::new(self.text.clone());
        Ok(self.message(body)?.formatted())
    }

    /// The same for somebody who reads the file: the text as it is, so that a link can be copied from it, however
    /// long its lines are.
    pub fn readable(&self) -> Result<Vec<u8>, SendError> {
        let body = Body::new_with_encoding(self.text.clone(), ContentTransferEncoding::Binary);
        Ok(self.message(body.unwrap_or_else(|_| Body::new(self.text.clone())))?.formatted())
    }

    fn message(&self, body: Body) -> Result<Message, SendError> {
        let refused = |error: String| SendError::Refused(error);
        let lines = [&self.subject, &self.from_name, &self.from, &self.to, &self.id];
        if lines.iter().any(|line| line.chars().any(char::is_control)) {
            return Err(refused("a header with control characters".to_owned()));
        }
        let from = address(&self.from)?;
        let name = Some(self.from_name.clone()).filter(|name| !name.is_empty());
        let message_id = format!("<{}@{}>", self.id, from.domain());
        let mut builder = Message::builder()
            .from(Mailbox::new(name, from))
            .to(Mailbox::new(None, address(&self.to)?))
            .subject(&self.subject)
            .date(self.date.into())
            .message_id(Some(message_id))
            .header(ContentType::TEXT_PLAIN);
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(Mailbox::new(None, address(reply_to)?));
        }
        // RFC 3834: nobody's absence note answers it. RFC 5646: what it is written in.
        for (name, value) in [("Auto-Submitted", "auto-generated"), ("Content-Language", self.language.code())] {
            builder = builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned()));
        }
        builder.body(body).map_err(|error| refused(error.to_string()))
    }
}

/// An address of a mail; its domain by its A-labels, however it was kept.
pub(super) fn address(text: &str) -> Result<Address, SendError> {
    mail_address::with_ascii_domain(text)
        .parse()
        .map_err(|error: AddressError| SendError::Refused(format!("{text}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::super::sample::mail;
    use super::*;

    #[test]
    fn a_mail_is_seven_bit_text_with_encoded_headers() {
        let bytes = mail().formatted().unwrap();
        assert!(bytes.is_ascii(), "every server carries it");
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.replace("\r\n", "").chars().all(|letter| letter != '\n' && letter != '\r'), "{text}");
        for line in [
            "Message-ID: <ntf_01kagy2qk8e3vrc6h1x0m4t7ws@kontor.example>",
            "Date: Sun, 06 Sep 2026 10:15:00 +0000",
            "To: erika@kunde.example",
            "Reply-To: support@kontor.example",
            "Subject: Ihre Bestellung =?utf-8?b?",
            "From: =?utf-8?b?",
            "Auto-Submitted: auto-generated",
            "Content-Language: de",
            "Content-Type: text/plain; charset=utf-8",
        ] {
            assert!(text.lines().any(|found| found.starts_with(line)), "{line} in {text}");
        }
    }

    #[test]
    fn a_file_shows_the_text_as_it_is() {
        let mail = mail();
        let text = String::from_utf8(mail.readable().unwrap()).unwrap();
        let (_, body) = text.split_once("\r\n\r\n").unwrap();
        assert_eq!(body.replace("\r\n", "\n").trim_end(), mail.text.replace("\r\n", "\n").trim_end());
    }

    #[test]
    fn what_would_add_a_header_is_refused() {
        let evil = "x\r\nBcc: all@world.example";
        let cases = [
            Mail { subject: evil.to_owned(), ..mail() },
            Mail { from_name: evil.to_owned(), ..mail() },
            Mail { to: "a@b.example\r\nBcc: all@world.example".to_owned(), ..mail() },
            Mail { to: "a@b.example, all@world.example".to_owned(), ..mail() },
            Mail { to: "no address".to_owned(), ..mail() },
        ];
        for case in cases {
            assert!(matches!(case.formatted(), Err(SendError::Refused(_))), "{case:?}");
        }
    }
}
