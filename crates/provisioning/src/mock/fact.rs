//! What happened at the mock: the closed set of facts that its state is made of.

use crate::{LineOutcome, RemoteChange, RemoteLine};
use domain::id::LineId;
use domain::onboarding::Standing;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// One thing that happened. Written to the journal as a line of JSON, so fields may be added but not renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub(super) enum Fact {
    TenantCreated {
        request: String,
        /// Of the whole request, to tell a repetition from another use of its id. The address stays out of the
        /// journal, and so does the password, which follows from the seed.
        fingerprint: String,
        entra_tenant_id: String,
        domain: String,
    },
    /// A tenant of a stranger confirmed our relationship.
    TenantLinked {
        entra_tenant_id: String,
        domain: String,
    },
    /// A tenant was there before the mock was, its agreement accepted.
    TenantAdopted {
        entra_tenant_id: String,
        domain: String,
    },
    /// Microsoft says otherwise of a reseller from now on.
    ResellerSet {
        partner_id: String,
        standing: Standing,
    },
    AgreementConfirmed {
        entra_tenant_id: String,
        first_name: String,
        last_name: String,
        email: String,
        #[serde(with = "instant")]
        agreed_at: OffsetDateTime,
    },
    CartCreated {
        request: String,
        entra_tenant_id: String,
        cart_id: String,
        #[serde(with = "instant")]
        at: OffsetDateTime,
        lines: Vec<RemoteLine>,
        line_errors: Vec<(LineId, String)>,
    },
    CartCheckedOut {
        request: String,
        cart_id: String,
        #[serde(with = "instant")]
        at: OffsetDateTime,
        outcomes: Vec<(LineId, LineOutcome)>,
    },
    /// Asked for, and not provided yet.
    SubscriptionAwaited {
        subscription_id: String,
    },
    SubscriptionProvided {
        subscription_id: String,
    },
    SubscriptionChanged {
        request: String,
        entra_tenant_id: String,
        subscription_id: String,
        change: RemoteChange,
        #[serde(with = "instant")]
        at: OffsetDateTime,
        /// The subscription that a split made.
        #[serde(default)]
        new_subscription_id: Option<String>,
    },
}

/// Instants as RFC 3339 text.
mod instant {
    use serde::{Deserialize, Deserializer, Serializer, de, ser};
    use std::borrow::Cow;
    use time::OffsetDateTime;
    use time::format_description::well_known::Rfc3339;

    pub(super) fn serialize<S: Serializer>(instant: &OffsetDateTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&instant.format(&Rfc3339).map_err(ser::Error::custom)?)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OffsetDateTime, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        OffsetDateTime::parse(&text, &Rfc3339).map_err(de::Error::custom)
    }
}
