//! Where a request comes from: the network address and the program.

use crate::App;
use crate::http::problem::Problem;
use actix_web::dev::Payload;
use actix_web::http::header::USER_AGENT;
use actix_web::{FromRequest, HttpRequest, web};
use std::future::{Ready, ready};
use std::net::IpAddr;

/// The most characters of a program's name that are kept.
const LONGEST: usize = 200;

/// Where a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The network address.
    pub address: String,
    /// The program, as it calls itself.
    pub user_agent: String,
}

impl FromRequest for Origin {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let trusted = request.app_data::<web::Data<App>>().map_or(0, |app| app.trusted_proxies);
        let peer = request.peer_addr().map(|peer| peer.ip());
        let forwarded: Vec<_> = request
            .headers()
            .get_all("x-forwarded-for")
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|address| address.trim().parse().ok())
            .collect();
        let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        ready(Ok(Self {
            address: address(peer, &forwarded, trusted).map(|address| address.to_string()).unwrap_or_default(),
            user_agent: agent.chars().filter(|character| !character.is_control()).take(LONGEST).collect(),
        }))
    }
}

/// The address as the outermost of so many trusted proxies has seen it: each appends whom it was called by. What stands
/// before was written by the caller itself, and is worth nothing.
fn address(peer: Option<IpAddr>, forwarded: &[Option<IpAddr>], trusted: usize) -> Option<IpAddr> {
    match trusted.checked_sub(1) {
        None => peer,
        Some(before) => forwarded.iter().rev().nth(before).copied().flatten().or(peer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(forwarded: &str, trusted: usize) -> String {
        let peer = Some(IpAddr::from([10, 0, 0, 1]));
        let forwarded: Vec<_> = forwarded.split(',').map(|address| address.trim().parse().ok()).collect();
        address(peer, &forwarded, trusted).unwrap().to_string()
    }

    #[test]
    fn only_what_trusted_proxies_wrote_counts() {
        assert_eq!(seen("1.2.3.4", 0), "10.0.0.1");
        assert_eq!(seen("6.6.6.6, 1.2.3.4", 1), "1.2.3.4");
        assert_eq!(seen("6.6.6.6, 1.2.3.4, 10.0.0.2", 2), "1.2.3.4");
        assert_eq!(seen("1.2.3.4", 2), "10.0.0.1");
        assert_eq!(seen("nonsense", 1), "10.0.0.1");
    }
}
