//! VIES, the EU's register, by its published REST service: `POST /check-vat-number`. Written from that description and
//! tried against a server of the tests; the real one was never called.

use crate::vat::{RegistryError, VatRegistry};
use domain::tax::standing::VatAnswer;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

/// VIES asks the country's own register meanwhile; whatever takes longer is asked again later.
const PATIENCE: Duration = Duration::from_secs(10);

/// The most that is read of an answer.
const MOST: u64 = 64 * 1024;

/// What VIES writes where a country tells nothing.
const UNTOLD: &str = "---";

/// Asks VIES about ids, one at a time.
pub struct Vies {
    url: String,
    requester: Option<(String, String)>,
    agent: OnceLock<ureq::Agent>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Question<'a> {
    country_code: &'a str,
    vat_number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    requester_member_state_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requester_number: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    country_code: Option<String>,
    vat_number: Option<String>,
    valid: Option<bool>,
    name: Option<String>,
    address: Option<String>,
    request_identifier: Option<String>,
    #[serde(default)]
    error_wrappers: Vec<Error>,
    user_error: Option<String>,
}

#[derive(Deserialize)]
struct Error {
    error: String,
}

impl Vies {
    /// Asks the service at an address, for somebody where a consultation number is wanted.
    pub fn new(url: &str, requester: Option<(String, String)>) -> Self {
        Self { url: url.to_owned(), requester, agent: OnceLock::new() }
    }

    /// Made with the first question: the roots that the machine trusts are read then.
    fn agent(&self) -> &ureq::Agent {
        self.agent.get_or_init(|| {
            let roots = rustls_native_certs::load_native_certs().certs;
            let roots: Vec<_> = roots.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
            let tls = TlsConfig::builder()
                .provider(TlsProvider::Rustls)
                .root_certs(RootCerts::new_with_certs(&roots))
                .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
                .build();
            let config = ureq::Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .timeout_global(Some(PATIENCE))
                .tls_config(tls);
            config.build().into()
        })
    }
}

impl VatRegistry for Vies {
    fn name(&self) -> &'static str {
        "vies"
    }

    fn check(&self, country: &str, number: &str) -> Result<VatAnswer, RegistryError> {
        let requester = self.requester.as_ref();
        let question = Question {
            country_code: country,
            vat_number: number,
            requester_member_state_code: requester.map(|(country, _)| country.as_str()),
            requester_number: requester.map(|(_, number)| number.as_str()),
        };
        let asked = self.agent().post(format!("{}/check-vat-number", self.url)).send_json(&question);
        let mut answer = asked.map_err(|error| RegistryError::Away(error.to_string()))?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().with_config().limit(MOST).read_to_vec();
        let body = body.map_err(|error| RegistryError::Away(error.to_string()))?;
        read(status, &body, country, number)
    }
}

/// Reads an answer. What is wrong with the question is no answer, and neither is one about another id.
fn read(status: u16, body: &[u8], country: &str, number: &str) -> Result<VatAnswer, RegistryError> {
    if status == 429 || status >= 500 {
        return Err(RegistryError::Away(format!("status {status}")));
    }
    let garbled = |what: String| RegistryError::Garbled(what);
    let told: Told = serde_json::from_slice(body).map_err(|error| garbled(format!("status {status}, {error}")))?;
    let trouble = told.error_wrappers.into_iter().map(|wrapper| wrapper.error).next();
    let trouble = trouble.or(told.user_error.filter(|code| !["VALID", "INVALID"].contains(&code.as_str())));
    match trouble.as_deref() {
        Some(code) if is_passing(code) => return Err(RegistryError::Away(code.to_owned())),
        Some(code) => return Err(garbled(code.to_owned())),
        None => {}
    }
    let same = |told: Option<&String>, asked: &str| told.is_none_or(|told| told == asked);
    if !same(told.country_code.as_ref(), country) || !same(told.vat_number.as_ref(), number) {
        return Err(garbled("an answer about another id".to_owned()));
    }
    let valid = told.valid.ok_or_else(|| garbled(format!("status {status} without an answer")))?;
    let text = |text: Option<String>| text.filter(|text| !text.trim().is_empty() && text != UNTOLD);
    Ok(VatAnswer {
        valid,
        name: text(told.name),
        address: text(told.address),
        consultation_number: text(told.request_identifier),
    })
}

/// Whether a code of VIES says to ask again later.
fn is_passing(code: &str) -> bool {
    ["UNAVAILABLE", "TIMEOUT", "MAX_CONCURRENT", "BUSY"].iter().any(|part| code.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: u16, body: &str) -> Result<VatAnswer, RegistryError> {
        read(status, body.as_bytes(), "AT", "U13585627")
    }

    #[test]
    fn u22_an_answer_is_read_with_its_evidence() {
        let body = r#"{"countryCode": "AT", "vatNumber": "U13585627", "requestDate": "2026-11-20T10:15:00Z",
            "valid": true, "requestIdentifier": "WAPIAAAAY1", "name": "Muster GmbH", "address": "---"}"#;
        let answer = told(200, body).unwrap();
        assert_eq!((answer.valid, answer.consultation_number.as_deref()), (true, Some("WAPIAAAAY1")));
        assert_eq!((answer.name.as_deref(), answer.address), (Some("Muster GmbH"), None));
        let unknown = told(200, r#"{"valid": false, "requestIdentifier": "", "userError": "INVALID"}"#).unwrap();
        assert_eq!((unknown.valid, unknown.consultation_number), (false, None));
    }

    #[test]
    fn u22_a_register_that_is_away_is_no_answer_and_neither_is_nonsense() {
        let wrapped = |code: &str| format!(r#"{{"actionSucceed": false, "errorWrappers": [{{"error": "{code}"}}]}}"#);
        for code in ["MS_UNAVAILABLE", "TIMEOUT", "MS_MAX_CONCURRENT_REQ", "GLOBAL_MAX_CONCURRENT_REQ", "SERVER_BUSY"] {
            assert_eq!(told(400, &wrapped(code)), Err(RegistryError::Away(code.to_owned())));
            let told = told(200, &format!(r#"{{"valid": false, "userError": "{code}"}}"#));
            assert_eq!(told, Err(RegistryError::Away(code.to_owned())), "valid: false is no answer");
        }
        assert!(matches!(told(503, "<html>"), Err(RegistryError::Away(_))));
        assert!(matches!(told(429, ""), Err(RegistryError::Away(_))));
        let other = r#"{"countryCode": "AT", "vatNumber": "U99999999", "valid": true}"#;
        for (status, body) in [(200, "<html>"), (200, "{}"), (200, other), (400, r#"{"valid": "yes"}"#)] {
            assert!(matches!(told(status, body), Err(RegistryError::Garbled(_))), "{body}");
        }
        // A question that is wrong says nothing about the id.
        for code in ["INVALID_INPUT", "INVALID_REQUESTER_INFO", "IP_BLOCKED"] {
            assert_eq!(told(400, &wrapped(code)), Err(RegistryError::Garbled(code.to_owned())));
        }
    }
}
