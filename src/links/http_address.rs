//! How the address of a service and the path and query of a request make one address.

use url::{ParseError, Url};

use crate::protocols::driver::{Loss, LossCause, Tls};
use crate::protocols::frame::HttpRequest;

use super::events::surely_not;

/// Where the request goes.
///
/// A path without a slash at its beginning lies in the folder that `url` names, whether or not that ends with a slash. A path
/// with one is put after a `url` that has no path of its own; a `url` that has one is the whole address then. The query is the
/// request's.
///
/// # Errors
/// [`LossCause::HostUnknown`] for an address that makes no sense or is not of the kind (with TLS or without) that is wanted:
/// the kind is never taken from the address.
pub(super) fn address(url: &str, tls: &Tls, request: &HttpRequest) -> Result<Url, Loss> {
    let refused = |problem: &str| surely_not(LossCause::HostUnknown, problem);
    let unusable = |error: ParseError| surely_not(LossCause::HostUnknown, error.to_string());
    let base = Url::parse(url).map_err(unusable)?;
    match (base.scheme(), tls) {
        ("http", Tls::No) | ("https", Tls::Yes { .. }) => {}
        ("https", Tls::No) => return Err(refused("the address is one with TLS, and a line without was asked for")),
        ("http", Tls::Yes { .. }) => {
            return Err(refused("the address is one without TLS, and a line with TLS was asked for"));
        }
        _ => return Err(refused("the address is none of a web service")),
    }
    let in_folder = !request.path.is_empty() && !request.path.starts_with('/');
    let has_more = base.query().is_some() || base.fragment().is_some();
    if has_more && (in_folder || request.query.is_some()) {
        return Err(refused("the address of the service has a query of its own"));
    }
    let mut whole = if in_folder || (base.path() == "/" && !has_more) {
        let joined = format!("{}/{}", url.trim_end_matches('/'), request.path.trim_start_matches('/'));
        Url::parse(&joined).map_err(unusable)?
    } else {
        base
    };
    if let Some(query) = &request.query {
        whole.set_query(Some(query.reveal()));
    }
    Ok(whole)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::Secret;
    use crate::protocols::frame::Query;

    const SECURE: Tls = Tls::Yes { ca_file: None };

    fn of(url: &str, path: &str) -> String {
        let tls = if url.starts_with("https") { SECURE } else { Tls::No };
        address(url, &tls, &HttpRequest::post(path, "", Vec::new())).unwrap().to_string()
    }

    fn asking(path: &str) -> HttpRequest {
        HttpRequest::get(path, Query::new(Secret::new("key=K-17&data=a%20b%26c"), "***".to_owned()))
    }

    fn refusal(url: &str, tls: &Tls, request: &HttpRequest) -> String {
        let loss = address(url, tls, request).unwrap_err();
        assert_eq!(loss, surely_not(LossCause::HostUnknown, loss.detail.clone()));
        loss.detail
    }

    #[test]
    fn a_path_is_put_after_a_bare_host_and_a_whole_address_is_left_alone() {
        for (url, whole) in [
            ("http://10.0.0.1:11000", "http://10.0.0.1:11000/EPAS/3.1"),
            ("http://10.0.0.1:11000/", "http://10.0.0.1:11000/EPAS/3.1"),
            ("http://10.0.0.1:11000/EPAS/3.1", "http://10.0.0.1:11000/EPAS/3.1"),
            ("http://10.0.0.1:11000/EPAS/3.1/", "http://10.0.0.1:11000/EPAS/3.1/"),
            ("http://10.0.0.1:11000/?a=b", "http://10.0.0.1:11000/?a=b"),
        ] {
            assert_eq!(of(url, "/EPAS/3.1"), whole);
        }
    }

    #[test]
    fn a_path_without_a_slash_lies_in_the_folder_of_the_service() {
        for base in ["https://host/services/api.asmx/", "https://host/services/api.asmx"] {
            assert_eq!(of(base, "runTransaction2"), "https://host/services/api.asmx/runTransaction2");
        }
        assert_eq!(of("https://host", "runTransaction"), "https://host/runTransaction");
        assert_eq!(of("https://host/1.0/", ""), "https://host/1.0/");
    }

    #[test]
    fn the_query_goes_as_it_is_escaped() {
        let whole = address("https://host/api/", &SECURE, &asking("checkStatus")).unwrap();
        assert_eq!(whole.as_str(), "https://host/api/checkStatus?key=K-17&data=a%20b%26c");
        let whole = address("https://host/api", &SECURE, &asking("/checkStatus")).unwrap();
        assert_eq!(whole.as_str(), "https://host/api?key=K-17&data=a%20b%26c");
    }

    #[test]
    fn a_service_whose_address_has_a_query_takes_no_other() {
        let problem = "the address of the service has a query of its own";
        assert_eq!(refusal("https://host/?a=b", &SECURE, &asking("/x")), problem);
        assert_eq!(refusal("https://host/#a", &SECURE, &asking("x")), problem);
        assert_eq!(refusal("https://host/?a=b", &SECURE, &HttpRequest::post("x", "", Vec::new())), problem);
    }

    #[test]
    fn the_kind_of_line_is_not_taken_from_the_address() {
        let request = HttpRequest::post("/", "", Vec::new());
        assert!(refusal("https://host/", &Tls::No, &request).contains("with TLS"));
        assert!(refusal("http://host/", &SECURE, &request).contains("without TLS"));
        assert!(refusal("ftp://host/", &Tls::No, &request).contains("web service"));
        assert!(refusal("nonsense", &Tls::No, &request).contains("relative URL"));
    }
}
