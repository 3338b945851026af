//! Which requests may reach a listener at all, judged by their head. A browser on the till, or one that a foreign page
//! has tricked by a name that leads to the till, must not be able to speak as a terminal.

use std::net::{Ipv4Addr, Ipv6Addr};

use hyper::header::{self, HeaderMap, HeaderName};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode, Version};

/// The reason to refuse, if there is one. `paths` are those that somebody listens on.
pub(super) fn refusal<'a>(head: &Parts, paths: impl IntoIterator<Item = &'a str>) -> Option<StatusCode> {
    if is_from_a_browser(&head.headers) {
        return Some(StatusCode::FORBIDDEN);
    }
    if let Some(status) = host_refusal(head) {
        return Some(status);
    }
    if head.method != Method::POST {
        return Some(StatusCode::METHOD_NOT_ALLOWED);
    }
    let known = paths.into_iter().any(|path| is_path(head, path));
    (!known).then_some(StatusCode::NOT_FOUND)
}

/// The path itself, or with a slash behind it; no query.
pub(super) fn is_path(head: &Parts, path: &str) -> bool {
    let asked = head.uri.path();
    head.uri.query().is_none() && (asked == path || asked.strip_suffix('/') == Some(path))
}

fn is_from_a_browser(headers: &HeaderMap) -> bool {
    let browsers_own = |name: &HeaderName| *name == header::ORIGIN || name.as_str().starts_with("sec-fetch-");
    headers.keys().any(browsers_own)
}

fn host_refusal(head: &Parts) -> Option<StatusCode> {
    if head.uri.authority().is_some_and(|authority| !is_address(authority.as_str())) {
        return Some(StatusCode::FORBIDDEN);
    }
    let mut hosts = head.headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => (!host.to_str().is_ok_and(is_address)).then_some(StatusCode::FORBIDDEN),
        (None, _) if head.version == Version::HTTP_10 => None,
        _ => Some(StatusCode::BAD_REQUEST),
    }
}

/// An IP address or `localhost`, with or without a port.
fn is_address(host: &str) -> bool {
    if let Some(rest) = host.strip_prefix('[') {
        let Some((address, rest)) = rest.split_once(']') else { return false };
        return address.parse::<Ipv6Addr>().is_ok() && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port));
    }
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    port.is_none_or(is_port) && (name.parse::<Ipv4Addr>().is_ok() || name.eq_ignore_ascii_case("localhost"))
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_localhost_are_hosts_of_ours() {
        for host in ["127.0.0.1", "10.0.0.7:11000", "localhost", "LocalHost:80", "[::1]", "[fe80::1]:11000"] {
            assert!(is_address(host), "{host}");
        }
    }

    #[test]
    fn names_and_tricks_are_not() {
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "a@127.0.0.1"] {
            assert!(!is_address(host), "{host}");
        }
        for host in ["[::1", "[::1]x", "[evil]", "127.0.0.1:", "127.0.0.1:+1", "127.0.0.1:1:2", "::1", "localhost."] {
            assert!(!is_address(host), "{host}");
        }
    }
}
