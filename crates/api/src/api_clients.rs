//! API clients: scripts and portals of an organisation, and their secrets.

/// The last characters of a secret, to tell it from others.
pub fn hint(secret: &str) -> String {
    let mut last: Vec<char> = secret.chars().rev().take(4).collect();
    last.reverse();
    last.into_iter().collect()
}
