//! JSON objects in a stream without delimiters (valor-connect 2.5): whatever stands between two objects is ignored, be it
//! white space, control bytes, or the texts `<STX>` and `<ETX>`.

use super::FramingError;
use super::nesting::Nesting;

/// Cuts objects out of what arrives. Whether an object is JSON is for its reader to say.
#[derive(Debug)]
pub struct JsonObjects {
    at_most: usize,
    /// The unfinished object, from its opening brace.
    begun: Vec<u8>,
    nesting: Nesting,
}

impl JsonObjects {
    /// `at_most` is the size of the largest object, in bytes.
    pub fn new(at_most: usize) -> JsonObjects {
        JsonObjects { at_most, begun: Vec::new(), nesting: Nesting::default() }
    }

    /// The objects that `bytes` completes, in their order.
    ///
    /// # Errors
    /// `TooLarge` when an object outgrows its bound; what was complete before it is lost with the line.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Vec<u8>>, FramingError> {
        let mut whole = Vec::new();
        for &byte in bytes {
            if self.nesting.is_outside() && byte != b'{' {
                continue;
            }
            if self.begun.len() == self.at_most {
                return Err(FramingError::TooLarge { at_most: self.at_most });
            }
            self.begun.push(byte);
            self.nesting.follow(byte);
            if self.nesting.is_outside() {
                whole.push(std::mem::take(&mut self.begun));
            }
        }
        Ok(whole)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const AT_MOST: usize = 64 * 1024;

    fn cut(stream: &[u8]) -> Vec<String> {
        let objects = JsonObjects::new(AT_MOST).push(stream).unwrap();
        objects.into_iter().map(|object| String::from_utf8(object).unwrap()).collect()
    }

    #[test]
    fn what_stands_between_objects_is_ignored() {
        let stream = b"\x02{\"STATE\":\"0\"}\x03\r\n\x06<STX> {\"a\":{\"b\":[1]}} <ETX>{}";
        assert_eq!(cut(stream), [r#"{"STATE":"0"}"#, r#"{"a":{"b":[1]}}"#, "{}"]);
    }

    #[test]
    fn braces_and_quotes_inside_strings_are_text() {
        let object = r#"{"MSG":"a } \" { \\","x":"<ETX>"}"#;
        assert_eq!(cut(object.as_bytes()), [object]);
    }

    #[test]
    fn an_object_that_outgrows_its_bound_is_an_error_and_noise_is_not() {
        let mut objects = JsonObjects::new(16);
        assert_eq!(objects.push(&[b' '; 100]), Ok(Vec::new()));
        assert_eq!(objects.push(br#"{"a":"0123456789"#), Ok(Vec::new()));
        assert_eq!(objects.push(b"0"), Err(FramingError::TooLarge { at_most: 16 }));
    }

    proptest! {
        #[test]
        fn any_split_of_any_stream_gives_the_same_objects(
            texts in prop::collection::vec("[a-z{}\"\\\\ ]{0,12}", 0..6),
            noise in "[ \r\n\u{2}\u{3}<STX>]{0,6}",
            sizes in prop::collection::vec(1_usize..9, 1..60),
        ) {
            let objects: Vec<String> =
                texts.iter().map(|text| serde_json::json!({ "t": text, "n": { "u": [text] } }).to_string()).collect();
            let stream = objects.join(&noise).into_bytes();
            let mut reader = JsonObjects::new(AT_MOST);
            let mut found = Vec::new();
            let mut rest = stream.as_slice();
            for size in sizes.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (piece, after) = rest.split_at((*size).min(rest.len()));
                found.extend(reader.push(piece).unwrap());
                rest = after;
            }
            let found: Vec<String> = found.into_iter().map(|object| String::from_utf8(object).unwrap()).collect();
            prop_assert_eq!(found, objects);
        }

        #[test]
        fn no_stream_makes_it_panic_or_keep_more_than_its_bound(
            pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..20),
        ) {
            let mut reader = JsonObjects::new(32);
            for piece in pieces {
                let _ = reader.push(&piece);
                prop_assert!(reader.begun.len() <= 32);
            }
        }
    }
}
