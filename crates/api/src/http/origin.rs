//! Where a request comes from: the network address and the program.

use crate::App;
use crate::http::problem::Problem;
use actix_web::dev::Payload;
use actix_web::http::header::USER_AGENT;
use actix_web::{FromRequest, HttpRequest, web};
use std::future::{Ready, ready};
use std::net::IpAddr;
use std::sync::Once;

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
        ready(Ok(Self::of(request)))
    }
}

impl Origin {
    /// Where a request comes from.
    pub fn of(request: &HttpRequest) -> Self {
        let trusted = request.app_data::<web::Data<App>>().map_or(0, |app| app.trusted_proxies);
        let peer = request.peer_addr().map(|peer| peer.ip());
        let forwarded: Vec<_> = request
            .headers()
            .get_all("x-forwarded-for")
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|address| address.trim().parse().ok())
            .collect();
        if trusted == 0 && !forwarded.is_empty() {
            say_once();
        }
        let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Self {
            address: address(peer, &forwarded, trusted).map(|address| address.to_string()).unwrap_or_default(),
            user_agent: agent.chars().filter(|character| !character.is_control()).take(LONGEST).collect(),
        }
    }

    /// The network of the address, which limits count by: whoever has one address of IPv6 has its whole /64.
    pub fn network(&self) -> String {
        match self.address.parse::<IpAddr>().map(|address| address.to_canonical()) {
            Ok(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
            Ok(IpAddr::V4(address)) => address.to_string(),
            Err(_) => String::new(),
        }
    }
}

/// U-69: behind a proxy that is not trusted everybody seems to be at its address, and shares its limits. Said once in
/// the life of a process; anybody may send the header.
fn say_once() {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        tracing::warn!(
            "X-Forwarded-For arrives, and no proxy is trusted: everybody behind one counts as its address. \
             Set KONTOR_TRUSTED_PROXIES to the number of proxies in front that are yours."
        );
    });
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

    #[test]
    fn a_network_is_an_address_or_the_64_bits_that_somebody_is_given() {
        let network = |address: &str| Origin { address: address.to_owned(), user_agent: String::new() }.network();
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::"));
        assert_eq!(network(""), "");
    }
}
