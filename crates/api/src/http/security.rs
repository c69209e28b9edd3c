//! What every answer tells a browser not to do with it.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// An answer of the API is data: nothing in it is ever run, shown or framed.
const DATA: &str = "default-src 'none'; frame-ancestors 'none'";
/// A page of ours: it shows itself, runs nothing and asks nobody.
pub const PAGE: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
                        frame-ancestors 'none'";
/// The reference runs its own scripts and reads the document that it shows. It styles by elements of its own, and
/// searches in a worker that it writes itself.
pub const REFERENCE: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                             img-src 'self' data:; connect-src 'self'; worker-src blob:; base-uri 'none'; \
                             form-action 'none'; frame-ancestors 'none'";
/// The page to try things out runs its own scripts, and calls the API that it describes. It styles by attributes, and
/// its pictures are part of its style sheet.
pub const TRY_OUT: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                           img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
                           form-action 'none'; frame-ancestors 'none'";
/// A year: the least that lists of browsers take.
const HTTPS_ONLY: &str = "max-age=31536000";

/// Sets them on an answer; `https` where clients call by https. A page says itself what it may do.
pub fn headers(headers: &mut HeaderMap, https: bool) {
    let is_page = headers.contains_key(header::CONTENT_SECURITY_POLICY);
    let mut set = |name: HeaderName, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if !is_page {
        set(header::CONTENT_SECURITY_POLICY, DATA);
    }
    set(header::REFERRER_POLICY, "no-referrer");
    if https {
        set(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
}
