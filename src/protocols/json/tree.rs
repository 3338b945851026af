//! JSON with every number as its own text (rule 9). Numbers are read through serde_json's raw values, so that no other
//! code's numbers change.

use std::fmt;

use serde::Deserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::JsonError;

/// The deepest reference nests its messages seven levels.
const DEEPEST: usize = 24;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    Null,
    Bool(bool),
    /// As it was written: a JSON number.
    Number(String),
    Text(String),
    List(Vec<Json>),
    /// In the order in which they stood; names may repeat.
    Object(Vec<(String, Json)>),
}

impl Json {
    pub fn text(text: &str) -> Json {
        Json::Text(text.to_owned())
    }

    /// The first member of this name.
    pub fn member(&self, name: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members.iter().find(|(found, _)| found == name).map(|(_, value)| value),
            _ => None,
        }
    }

    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Json::Number(number) => out.push_str(number),
            Json::Text(text) => out.push_str(&quoted(text)),
            Json::List(items) => write_all(out, '[', ']', items, |out, item| item.write(out)),
            Json::Object(members) => write_all(out, '{', '}', members, |out, (name, value)| {
                out.push_str(&quoted(name));
                out.push(':');
                value.write(out);
            }),
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn write_all<T>(out: &mut String, open: char, close: char, items: &[T], write: impl Fn(&mut String, &T)) {
    out.push(open);
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(close);
}

/// One document, and nothing after it but white space.
///
/// # Errors
/// When it is not JSON, or nested deeper than any message.
pub fn parse(bytes: &[u8]) -> Result<Json, JsonError> {
    let text = std::str::from_utf8(bytes).map_err(|_| JsonError::NotJson { detail: "not UTF-8".to_owned() })?;
    value(serde_json::from_str(text).map_err(not_json)?, DEEPEST)
}

/// Where the fault is and what was expected, without a word of the text.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn not_json(error: serde_json::Error) -> JsonError {
    let class = if error.is_eof() { "it ends too early" } else { "a syntax error" };
    JsonError::NotJson { detail: format!("{class} at line {}, column {}", error.line(), error.column()) }
}

fn value(raw: &RawValue, levels: usize) -> Result<Json, JsonError> {
    let text = raw.get();
    Ok(match text.as_bytes().first() {
        Some(b'{' | b'[') if levels == 0 => return Err(JsonError::TooDeep),
        Some(b'{') => {
            let mut members = Vec::new();
            for (name, raw) in serde_json::Deserializer::from_str(text).deserialize_map(Members).map_err(not_json)? {
                members.push((name, value(raw, levels - 1)?));
            }
            Json::Object(members)
        }
        Some(b'[') => {
            let items = serde_json::Deserializer::from_str(text).deserialize_seq(Items).map_err(not_json)?;
            Json::List(items.into_iter().map(|raw| value(raw, levels - 1)).collect::<Result<_, _>>()?)
        }
        Some(b'"') => Json::Text(serde_json::from_str(text).map_err(not_json)?),
        Some(b't') => Json::Bool(true),
        Some(b'f') => Json::Bool(false),
        Some(b'n') => Json::Null,
        _ => Json::Number(text.to_owned()),
    })
}

/// Reads the members of an object without looking into their values.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

struct Items;

impl<'de> Visitor<'de> for Items {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(items)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_own_text() {
        let text = r#"{"a":23.50,"b":[1e2,-0.0,9007199254740993.01],"c":{"d":null,"e":"\u00e4\"\\\n"}}"#;
        let tree = parse(text.as_bytes()).unwrap();
        assert_eq!(tree.member("a"), Some(&Json::Number("23.50".to_owned())));
        assert_eq!(tree.to_text(), text.replace("\\u00e4", "ä"));
        assert_eq!(parse(b" {} \n").unwrap(), Json::Object(Vec::new()));
    }

    #[test]
    fn what_is_not_json_says_where_and_repeats_nothing_of_it() {
        for text in
            ["", "{", "{\"a\":4111111111111111,}", "{} {}", "[1,]", "nul", "01", "1.", "\"\\ud800\"", "{\"a\" 1}"]
        {
            let error = parse(text.as_bytes()).unwrap_err();
            assert!(matches!(error, JsonError::NotJson { .. }), "{text}: {error}");
            assert!(!error.to_string().contains("4111"), "{error}");
        }
        assert!(matches!(parse(b"{\"a\":\"\xff\"}"), Err(JsonError::NotJson { .. })));
    }

    #[test]
    fn nesting_has_a_bound() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(deep(DEEPEST).as_bytes()).is_ok());
        assert_eq!(parse(deep(DEEPEST + 1).as_bytes()), Err(JsonError::TooDeep));
        assert!(parse(deep(100_000).as_bytes()).is_err());
        assert!(parse("[".repeat(100_000).as_bytes()).is_err());
    }
}
