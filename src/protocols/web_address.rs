//! What settings and drivers have to know of a web address.

use url::{Host, Url};

/// Whether it leads to this machine: only there may credentials travel without TLS.
pub fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether it names a place and nothing else: credentials have fields of their own, and parameters come from the settings.
pub fn is_bare(url: &Url) -> bool {
    let no_credentials = url.username().is_empty() && url.password().is_none();
    no_credentials && url.query().is_none() && url.fragment().is_none()
}

/// A host as it stands before a port: an address of version 6 in brackets.
pub fn before_port(host: &str) -> String {
    if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host.to_owned() }
}

/// For a query: everything but letters, digits and what needs no escape anywhere. A blank is `%20`, which every server
/// understands.
pub fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_and_localhost_are_this_machine() {
        let is = |text: &str| is_this_machine(&Url::parse(text).unwrap());
        assert!(is("http://localhost:1/") && is("http://127.0.0.9/") && is("http://[::1]/"));
        assert!(!is("http://localhost.example/") && !is("http://10.0.0.7/") && !is("http://[fe80::1]/"));
    }

    #[test]
    fn a_bare_address_has_neither_credentials_nor_parameters() {
        let is = |text: &str| is_bare(&Url::parse(text).unwrap());
        assert!(
            is("https://x/a/b")
                && !is("https://u@x/")
                && !is("https://:p@x/")
                && !is("https://x/?a")
                && !is("https://x/#a")
        );
    }

    #[test]
    fn hosts_and_queries_are_written_as_servers_read_them() {
        assert_eq!((before_port("fe80::1"), before_port("[::1]")), ("[fe80::1]".to_owned(), "[::1]".to_owned()));
        assert_eq!((before_port("10.0.0.7").as_str(), escaped("a b+c&ö").as_str()), ("10.0.0.7", "a%20b%2Bc%26%C3%B6"));
    }
}
