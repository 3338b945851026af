//! Frames carry content types as static text; what a peer writes is folded into the few that mean something.

/// The known type that `header` names, or empty text: bodies are judged by what they hold, not by what they are called.
pub(super) fn known(header: Option<&str>) -> &'static str {
    let kind = header.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    const KNOWN: [(&str, &str); 5] = [
        ("application/xml", "application/xml; charset=utf-8"),
        ("text/xml", "application/xml; charset=utf-8"),
        ("application/json", "application/json"),
        ("text/plain", "text/plain"),
        ("text/html", "text/html"),
    ];
    KNOWN.into_iter().find(|(name, _)| kind.eq_ignore_ascii_case(name)).map_or("", |(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_and_case_do_not_matter() {
        assert_eq!(known(Some("Application/XML;charset=UTF-8")), "application/xml; charset=utf-8");
        assert_eq!(known(Some("application/json")), "application/json");
    }

    #[test]
    fn an_unknown_type_is_empty() {
        assert_eq!(known(Some("application/x-strange")), "");
        assert_eq!(known(None), "");
    }
}
