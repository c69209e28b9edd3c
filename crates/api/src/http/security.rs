//! What every answer tells a browser not to do with it.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// An answer of the API is data: nothing in it is ever run, shown or framed.
const DATA: &str = "default-src 'none'; frame-ancestors 'none'";
/// The page of the documentation runs its own scripts, and calls the API that it describes. It styles by attributes,
/// and its pictures are part of its style sheet.
const DOCUMENTATION: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                             img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
                             form-action 'none'; frame-ancestors 'none'";
/// A year: the least that lists of browsers take.
const HTTPS_ONLY: &str = "max-age=31536000";

/// Sets them on an answer; `page` where it is one of the documentation's, `https` where clients call by https.
pub fn headers(headers: &mut HeaderMap, page: bool, https: bool) {
    let policy = if page { DOCUMENTATION } else { DATA };
    let mut set = |name: HeaderName, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::CONTENT_SECURITY_POLICY, policy);
    set(header::REFERRER_POLICY, "no-referrer");
    if https {
        set(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
}
