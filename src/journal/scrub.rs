//! The second line of defence for raw messages (rule 8): the codecs mask what they know, this masks whatever is named
//! like a secret or like card data, and whatever looks like a card number. It reads XML, JSON, headers and queries
//! alike, and what is cut off in the middle, because a message that nobody understood is the one that is looked at.

use std::ops::Range;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::domain::card::mask_card_numbers;

/// The most of one message that is kept, in bytes.
pub(super) const AT_MOST: usize = 64 * 1024;

/// Runs of base64 longer than this are receipts, pictures or signatures, and only their size is kept.
const LONG_BASE64: usize = 64;

/// Shorter ones than this hold no card number.
const SHORT_BASE64: usize = 16;

const BLANK: &str = "***";

/// Ways to write a quotation mark in XML.
const QUOTES: [&str; 4] = ["&quot;", "&#34;", "&#x22;", "&#X22;"];

/// What becomes of a value, by the name it stands under.
#[derive(Debug, Clone, Copy)]
pub enum Treatment {
    Blank,
    /// Stars for all digits but the last four.
    LastFour,
    /// Blank, unless the value is such that it tells nothing.
    Unless(fn(&str) -> bool),
}

/// Names of elements, attributes, fields, headers and parameters, in lower case and without `_` and `-`.
const NAMES: [(&str, Treatment); 57] = {
    use Treatment::{Blank, LastFour};
    [
        // card data
        ("pan", Blank),
        ("cardnumber", Blank),
        ("cardbin", Blank),
        ("giftpan", Blank),
        ("loyaltypan", Blank),
        ("loyaltyaccountid", Blank),
        ("maskedpan", LastFour),
        ("maskedcardnumber", LastFour),
        ("maskedaccountnumber", LastFour),
        ("primaryaccountnumber", LastFour),
        ("accountnumber", LastFour),
        ("expirydate", Blank),
        ("cardexpirydate", Blank),
        ("expdate", Blank),
        ("expiry", Blank),
        ("dateofexpiry", Blank),
        ("dateofstart", Blank),
        ("expirymonth", Blank),
        ("expiryyear", Blank),
        ("trackdata", Blank),
        ("track1", Blank),
        ("track2", Blank),
        ("track3", Blank),
        ("cvv", Blank),
        ("cvv2", Blank),
        ("cvc", Blank),
        ("cvc2", Blank),
        ("pin", Blank),
        ("pinblock", Blank),
        ("digitinput", Blank),
        ("userinput", Blank),
        ("protectedcarddata", Blank),
        ("cardholdername", Blank),
        ("name", Blank),
        ("customername", Blank),
        // what names one card for ever
        ("tokenvalue", Blank),
        ("token", Blank),
        ("tokenid", Blank),
        ("cardtoken", Blank),
        ("vaultid", Blank),
        ("paymentaccountref", Blank),
        ("fingerprint", Blank),
        // codes on a customer's telephone, worth money until they are used
        ("shopperaccountidentifier", Blank),
        ("barcode", Blank),
        // secrets
        ("password", Blank),
        ("passwd", Blank),
        ("apipassword", Blank),
        ("apikey", Blank),
        ("xapikey", Blank),
        ("key", Blank),
        ("secret", Blank),
        ("apisecret", Blank),
        ("clientsecret", Blank),
        ("merchantsecret", Blank),
        ("accesstoken", Blank),
        ("authorization", Blank),
        ("proxyauthorization", Blank),
    ]
};

/// What may be kept of a raw message.
pub(super) fn scrub(body: &[u8]) -> String {
    let whole = body.len() <= AT_MOST;
    let text = String::from_utf8_lossy(&body[..body.len().min(AT_MOST)]);
    // A number cut in two is no longer recognized by its check digit.
    let text = if whole { &text } else { text.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ' || c == '-') };
    let named = without_named(text, treatment);
    // JSON inside XML may have its quotes escaped, and its names are only seen without that
    let escaped = QUOTES.iter().any(|quote| named.contains(quote));
    let named = if escaped { without_named(&unquoted(&named), treatment) } else { named };
    let kept = mask_card_numbers(&without_base64(&named));
    let kept = bounded(kept);
    if whole { kept } else { format!("{kept}… ({} bytes)", body.len()) }
}

/// Quotation marks as XML escapes them, without that.
pub fn unquoted(text: &str) -> String {
    QUOTES.iter().fold(text.to_owned(), |text, quote| text.replace(quote, "\""))
}

/// Masking may lengthen a text by a little.
fn bounded(mut text: String) -> String {
    let room = AT_MOST - 40;
    if text.len() > room {
        let cut = (0..=room).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        text.truncate(cut);
    }
    text
}

/// Treats every value of an element, attribute, field, header or parameter whose name has a treatment. Reads XML, JSON,
/// headers and queries alike, and what is cut off in the middle.
pub fn without_named(text: &str, treatment: impl Fn(&str) -> Option<Treatment>) -> String {
    let bytes = text.as_bytes();
    let mut copy = Copying { text, out: String::with_capacity(text.len()), copied: 0 };
    // The content of an element whose attributes are being looked at.
    let mut content: Option<(Range<usize>, Treatment)> = None;
    let mut at = 0;
    while at < bytes.len() {
        if let Some((range, treatment)) = content.take_if(|(range, _)| range.start <= at) {
            at = range.end.max(at);
            copy.replace(range, treatment);
            continue;
        }
        let end = name_end(bytes, at);
        if end == at {
            at += 1;
            continue;
        }
        let Some(treatment) = treatment(&text[at..end]) else {
            at = end;
            continue;
        };
        if is_element(bytes, at) {
            content = element_content(text, at..end).map(|range| (range, treatment));
            at = end;
        } else if let Some(range) = value_after(bytes, end) {
            at = range.end.max(end);
            copy.replace(range, treatment);
        } else {
            at = end;
        }
    }
    copy.finish()
}

/// A text being copied with some ranges replaced.
struct Copying<'a> {
    text: &'a str,
    out: String,
    copied: usize,
}

impl Copying<'_> {
    fn replace(&mut self, range: Range<usize>, treatment: Treatment) {
        self.out.push_str(&self.text[self.copied..range.start]);
        self.out.push_str(&treated(&self.text[range.clone()], treatment));
        self.copied = range.end;
    }

    fn finish(mut self) -> String {
        self.out.push_str(&self.text[self.copied..]);
        self.out
    }
}

fn treated(value: &str, treatment: Treatment) -> String {
    if value.trim().is_empty() || value == "null" {
        return value.to_owned();
    }
    match treatment {
        Treatment::Blank => BLANK.to_owned(),
        Treatment::LastFour => last_four(value),
        Treatment::Unless(harmless) if harmless(value) => value.to_owned(),
        Treatment::Unless(_) => BLANK.to_owned(),
    }
}

fn last_four(value: &str) -> String {
    let mut digits_left = value.chars().filter(char::is_ascii_digit).count();
    let star = |c: char| {
        let hidden = c.is_ascii_digit() && digits_left > 4;
        digits_left -= usize::from(c.is_ascii_digit());
        if hidden { '*' } else { c }
    };
    value.chars().map(star).collect()
}

fn treatment(name: &str) -> Option<Treatment> {
    let plain = name.bytes().filter(|byte| !matches!(byte, b'_' | b'-')).map(|byte| byte.to_ascii_lowercase());
    NAMES.iter().find(|(known, _)| known.bytes().eq(plain.clone())).map(|(_, treatment)| *treatment)
}

fn name_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|&byte| !is_name(byte)).map_or(bytes.len(), |length| at + length)
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Whether the name that starts here is that of an opening tag, with or without a prefix.
fn is_element(bytes: &[u8], start: usize) -> bool {
    let before = bytes[..start].iter().rposition(|&byte| !is_name(byte) && byte != b':');
    before.is_some_and(|at| bytes[at] == b'<') && (start == 0 || bytes[start - 1] == b'<' || bytes[start - 1] == b':')
}

/// From behind the opening tag to its closing one, or to the end of what there is.
fn element_content(text: &str, name: Range<usize>) -> Option<Range<usize>> {
    let open_end = name.end + text[name.end..].find('>')?;
    if text[..open_end].ends_with('/') {
        return None;
    }
    let start = open_end + 1;
    let mut from = start;
    while let Some(found) = text[from..].find("</") {
        let close = from + found;
        let tag = text[close + 2..].split(['>', ' ']).next().unwrap_or("");
        let local = tag.rsplit(':').next().unwrap_or(tag);
        if local == &text[name.clone()] {
            return Some(start..close);
        }
        from = close + 2;
    }
    Some(start..text.len())
}

/// The value of the name that ends here, as JSON field, attribute, header or parameter.
fn value_after(bytes: &[u8], end: usize) -> Option<Range<usize>> {
    let mut at = skip(bytes, end, |byte| byte == b'\\');
    let quoted = matches!(bytes.get(at), Some(b'"' | b'\''));
    if quoted {
        at += 1;
    } else {
        at = end;
    }
    at = skip(bytes, at, |byte| byte.is_ascii_whitespace());
    let sign = *bytes.get(at)?;
    let value = skip(bytes, at + 1, |byte| matches!(byte, b' ' | b'\t') || (quoted && byte.is_ascii_whitespace()));
    match sign {
        b':' if quoted => Some(json_value(bytes, value)),
        b':' => Some(until(bytes, value, |byte| matches!(byte, b'\r' | b'\n'))),
        b'=' => Some(parameter(bytes, value)),
        _ => None,
    }
}

fn json_value(bytes: &[u8], start: usize) -> Range<usize> {
    if let Some(string) = string_value(bytes, start) {
        return string;
    }
    match bytes.get(start) {
        Some(b'{' | b'[') => balanced(bytes, start),
        _ => until(bytes, start, |byte| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace()),
    }
}

fn parameter(bytes: &[u8], start: usize) -> Range<usize> {
    string_value(bytes, start).unwrap_or_else(|| {
        until(bytes, start, |byte| {
            matches!(byte, b'&' | b'"' | b'\'' | b'<' | b'>' | b';' | b',' | b'}') || byte.is_ascii_whitespace()
        })
    })
}

/// What stands between quotes here, also where the whole is a text inside a text and the quotes are escaped.
fn string_value(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let open = skip(bytes, start, |byte| byte == b'\\');
    let depth = open - start;
    let quote = *bytes.get(open).filter(|byte| matches!(byte, b'"' | b'\''))?;
    let from = open + 1;
    let mut at = from;
    let mut escapes = 0;
    while let Some(&byte) = bytes.get(at) {
        let closes = if depth == 0 { escapes % 2 == 0 } else { escapes <= depth };
        if byte == quote && closes {
            return Some(from..at - escapes);
        }
        escapes = if byte == b'\\' { escapes + 1 } else { 0 };
        at += 1;
    }
    Some(from..bytes.len())
}

/// A whole object or list, or as much of it as there is.
fn balanced(bytes: &[u8], start: usize) -> Range<usize> {
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = string_value(bytes, at).map_or(bytes.len(), |string| string.end);
                at = skip(bytes, at, |byte| byte == b'\\');
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => return start..at + 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    start..bytes.len()
}

fn until(bytes: &[u8], start: usize, stop: impl Fn(u8) -> bool) -> Range<usize> {
    start..skip(bytes, start, |byte| !stop(byte))
}

fn skip(bytes: &[u8], start: usize, over: impl Fn(u8) -> bool) -> usize {
    let start = start.min(bytes.len());
    bytes[start..].iter().position(|&byte| !over(byte)).map_or(bytes.len(), |length| start + length)
}

/// Replaces long runs of base64 by their size, and short ones that hide a card number.
pub fn without_base64(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    let mut at = 0;
    while at < bytes.len() {
        let end = base64_end(bytes, at);
        if let Some(instead) = instead_of_base64(&text[at..end]) {
            out.push_str(&text[copied..at]);
            out.push_str(&instead);
            copied = end;
        }
        // Whatever stopped the run may be the middle of a character: the next run starts behind it anyway.
        at = skip(bytes, end.max(at + 1), |byte| !is_base64(byte));
    }
    out.push_str(&text[copied..]);
    out
}

fn instead_of_base64(run: &str) -> Option<String> {
    if run.len() > LONG_BASE64 {
        let letters = run.bytes().filter(|byte| !matches!(byte, b'=' | b'\\')).count();
        return Some(format!("({} bytes)", letters * 3 / 4));
    }
    let hides = run.len() >= SHORT_BASE64 && decoded(run).is_some_and(|text| mask_card_numbers(&text) != text);
    hides.then(|| BLANK.to_owned())
}

fn decoded(run: &str) -> Option<String> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let bytes = LENIENT.decode(run.replace('\\', "")).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// JSON may write `/` as `\/`.
fn base64_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() && (is_base64(bytes[at]) || (bytes[at] == b'\\' && bytes.get(at + 1) == Some(&b'/'))) {
        at += 1;
    }
    at
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrubbed(text: &str) -> String {
        scrub(text.as_bytes())
    }

    #[test]
    fn what_is_named_like_a_secret_or_card_data_is_blanked() {
        let table = [
            (
                r#"<SensitiveCardData PAN="4999990000004321" ExpiryDate='2908'/>"#,
                r#"<SensitiveCardData PAN="***" ExpiryDate='***'/>"#,
            ),
            (
                "<TrackData TrackNumb=\"2\">;49999=2908?</TrackData><a/>",
                "<TrackData TrackNumb=\"2\">***</TrackData><a/>",
            ),
            ("<n:DigitInput>0701234567</n:DigitInput>", "<n:DigitInput>***</n:DigitInput>"),
            ("<TrackData PAN=\"1\"><X>2</X></TrackData>y", "<TrackData PAN=\"***\">***</TrackData>y"),
            ("<Password/><b>kept</b>", "<Password/><b>kept</b>"),
            (r#"<PaymentToken TokenValue = "A1B2" x="y"/>"#, r#"<PaymentToken TokenValue = "***" x="y"/>"#),
            (r#"{"api_key":"k-1","amount":"1"}"#, r#"{"api_key":"***","amount":"1"}"#),
            (r#"{"ApiKey" : "k\"1" , "key":17,"Token":null}"#, r#"{"ApiKey" : "***" , "key":***,"Token":null}"#),
            (r#"{"password":{"a":["}",1]},"b":2}"#, r#"{"password":***,"b":2}"#),
            (r#"{"text":"{\"merchantSecret\":\"s\",\"b\":1}"}"#, r#"{"text":"{\"merchantSecret\":\"***\",\"b\":1}"}"#),
            (
                "GET /ws?token=abc-1&x=2 HTTP/1.1\r\nAuthorization: Basic QTpC\r\nHost: h",
                "GET /ws?token=***&x=2 HTTP/1.1\r\nAuthorization: ***\r\nHost: h",
            ),
            (r#"{"expiryMonth":8,"expiryYear":29}"#, r#"{"expiryMonth":***,"expiryYear":***}"#),
        ];
        for (text, expected) in table {
            assert_eq!(scrubbed(text), expected);
            assert_eq!(scrubbed(expected), expected, "scrubbing twice changes nothing more");
        }
    }

    #[test]
    fn a_masked_number_keeps_its_last_four_digits_only() {
        assert_eq!(scrubbed(r#"MaskedPAN="499999******4321""#), r#"MaskedPAN="************4321""#);
        assert_eq!(scrubbed(r#"{"maskedCardNumber":"499999-4321"}"#), r#"{"maskedCardNumber":"******-4321"}"#);
    }

    #[test]
    fn a_value_cut_off_in_the_middle_is_blanked_too() {
        for text in [r#"{"api_key":"k-1"#, "<DigitInput>07012", r#"PAN="4999"#, "password=abc", r#"{"secret":{"a":"b"#]
        {
            let kept = scrubbed(text);
            assert!(kept.ends_with(BLANK), "{kept}");
        }
    }

    #[test]
    fn a_clear_card_number_is_masked_wherever_it_stands() {
        assert_eq!(scrubbed("<T>Card 4111 1111 1111 1111</T>"), "<T>Card **** **** **** 1111</T>");
    }

    #[test]
    fn long_base64_becomes_its_size_and_short_base64_hides_no_card_number() {
        let long = "QUJD".repeat(30);
        assert_eq!(scrubbed(&format!("<OutputText>{long}</OutputText>")), "<OutputText>(90 bytes)</OutputText>");
        assert_eq!(scrubbed(&format!("\"{}\"", r"ab\/c".repeat(20))), "\"(60 bytes)\"");
        assert_eq!(scrubbed("<OutputText>NDExMTExMTExMTExMTExMQ==</OutputText>"), "<OutputText>***</OutputText>");
        assert_eq!(scrubbed("<OutputText>Insert card</OutputText>"), "<OutputText>Insert card</OutputText>");
    }

    #[test]
    fn a_long_message_is_cut_and_says_how_long_it_was() {
        let body = format!("{}4111111111111111", "å ".repeat(AT_MOST / 2));
        let kept = scrubbed(&body);
        assert!(kept.len() <= AT_MOST, "{}", kept.len());
        assert!(kept.ends_with(&format!("({} bytes)", body.len())));
        let cut = scrubbed(&format!("{}4111111111111111", "x ".repeat(AT_MOST / 2 - 6)));
        assert!(!cut.contains("4111"), "a number cut in two");
    }

    #[test]
    fn bytes_that_are_no_text_are_kept_as_far_as_they_are() {
        assert_eq!(scrub(b"\xff{\"a\":1}\xfe"), "\u{fffd}{\"a\":1}\u{fffd}");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic_or_grow(text in "[<>/\"'\\\\={}:,\\[\\] a-zåPANkey0-9+&\r\n]{0,200}") {
            let kept = scrubbed(&text);
            proptest::prop_assert!(kept.len() <= text.len() * 3 + 3);
        }

        #[test]
        fn a_secret_never_survives(secret in "[a-z]{8,12}", before in "[<>{},: a]{0,9}") {
            for text in [
                format!("{before}\"api_key\":\"{secret}\""),
                format!("{before}<DigitInput>{secret}</DigitInput>"),
                format!("{before} PAN=\"{secret}\""),
                format!("{before}&password={secret}&x"),
            ] {
                proptest::prop_assert!(!scrubbed(&text).contains(&secret), "{}", text);
            }
        }
    }
}
