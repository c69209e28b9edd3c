//! Which register is asked.

use crate::vat::VatRegistry;
use crate::vat::mock::MockRegistry;
use crate::vat::vies::Vies;
use domain::tax::vat_id::askable;
use std::sync::Arc;

/// The Commission's own service.
pub const VIES_URL: &str = "https://ec.europa.eu/taxation_customs/vies/rest-api";

/// `KONTOR_VAT_REGISTRY` and `KONTOR_VAT_REQUESTER`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VatSetting {
    /// The address of VIES, without a slash at its end; none is the mock.
    pub url: Option<String>,
    /// Country letters and number of the asker's own id: only with it VIES gives a consultation number.
    pub requester: Option<(String, String)>,
}

impl VatSetting {
    /// Reads the two settings; says what is wrong with them.
    pub fn read(registry: Option<&str>, requester: Option<&str>) -> Result<Self, String> {
        let url = match registry {
            None | Some("mock") => None,
            Some("vies") => Some(VIES_URL.to_owned()),
            Some(url) if ["https://", "http://127.0.0.1:"].iter().any(|scheme| url.starts_with(scheme)) => {
                Some(url.trim_end_matches('/').to_owned())
            }
            Some(other) => {
                return Err(format!("KONTOR_VAT_REGISTRY is {other:?}: expected mock, vies or https://…"));
            }
        };
        let requester = match requester {
            None => None,
            Some(id) => Some(askable(id).ok_or_else(|| {
                format!("KONTOR_VAT_REQUESTER is {id:?}: expected the VAT id of an EU country with right check digits")
            })?),
        };
        Ok(Self { url, requester })
    }

    /// The register that is asked.
    pub fn open(&self) -> Arc<dyn VatRegistry> {
        match &self.url {
            None => Arc::new(MockRegistry::default()),
            Some(url) => Arc::new(Vies::new(url, self.requester.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u22_the_register_is_a_mock_unless_said() {
        assert_eq!(VatSetting::read(None, None), Ok(VatSetting::default()));
        let vies = VatSetting::read(Some("vies"), Some("DE 136 695 976")).unwrap();
        assert_eq!(vies.url.as_deref(), Some(VIES_URL));
        assert_eq!(vies.requester, Some(("DE".to_owned(), "136695976".to_owned())));
        for (registry, requester) in [
            (Some("http://vies.example"), None),
            (Some("ftp://x"), None),
            (None, Some("DE136695978")),
            (None, Some("x")),
        ] {
            assert!(VatSetting::read(registry, requester).is_err(), "{registry:?} {requester:?}");
        }
    }
}
