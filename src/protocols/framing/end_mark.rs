//! Messages before an end mark of two bytes, `04 04` (econduit 2.2), of a peer that may leave the mark out: a keyword or a
//! JSON object that is complete, and after which nothing more comes for a while, is a message too.
//!
//! What begins behind something complete that could stand alone, without a mark between them, is the next message: an object
//! behind an object is two messages, and so is an object behind a keyword.

use std::time::Duration;

use super::FramingError;
use super::nesting::Nesting;
use crate::domain::Instant;

/// Half of the mark. Alone it ends nothing.
const HALF: u8 = 0x04;
const MARK: [u8; 2] = [HALF; 2];
/// How long nothing more may come until what could stand alone does (proposed by the reference).
const QUIET: Duration = Duration::from_millis(200);

/// Cuts messages out of what arrives. Whether one means anything is for its reader to say.
#[derive(Debug)]
pub struct EndMark {
    at_most: usize,
    keywords: &'static [&'static str],
    /// The unfinished message, from its first byte that does not stand between messages.
    begun: Vec<u8>,
    form: Form,
    /// The last byte was half a mark.
    halfway: bool,
    /// When the last byte came that does not stand between messages.
    heard: Instant,
}

#[derive(Debug)]
enum Form {
    Nothing,
    Text,
    Object(Nesting),
    WholeObject,
}

impl EndMark {
    /// `at_most` is the size of the largest message without its mark, in bytes; `keywords` are the texts that may come
    /// without.
    pub fn new(at_most: usize, keywords: &'static [&'static str]) -> EndMark {
        let (begun, form) = (Vec::new(), Form::Nothing);
        EndMark { at_most, keywords, begun, form, halfway: false, heard: Instant::ORIGIN }
    }

    /// The messages that `bytes` completes, in their order, and before them what silence had completed already.
    ///
    /// # Errors
    /// `TooLarge` when a message outgrows its bound; what was complete before it is lost with the line.
    pub fn push(&mut self, now: Instant, bytes: &[u8]) -> Result<Vec<Vec<u8>>, FramingError> {
        let mut whole = Vec::from_iter(self.tick(now));
        for &byte in bytes {
            if byte != HALF {
                self.take(now, byte, &mut whole)?;
            } else if self.halfway {
                whole.extend(self.end());
            } else {
                self.halfway = true;
            }
        }
        Ok(whole)
    }

    /// When what is there is a message although no mark has come.
    pub fn deadline(&self) -> Option<Instant> {
        self.stands_alone().then(|| self.heard + QUIET)
    }

    /// The message that silence completes.
    pub fn tick(&mut self, now: Instant) -> Option<Vec<u8>> {
        self.deadline().filter(|at| *at <= now).and_then(|_| self.end())
    }

    /// Nothing more will come: what could stand alone does.
    pub fn close(&mut self) -> Option<Vec<u8>> {
        self.stands_alone().then(|| self.end()).flatten()
    }

    fn take(&mut self, now: Instant, byte: u8, whole: &mut Vec<Vec<u8>>) -> Result<(), FramingError> {
        let stray = std::mem::take(&mut self.halfway);
        let between = matches!(byte, b'\r' | b'\n' | b' ' | b'\t');
        match self.form {
            Form::Nothing | Form::WholeObject if between => return Ok(()),
            Form::WholeObject => whole.extend(self.end()),
            Form::Text if byte == b'{' && self.stands_alone() => whole.extend(self.end()),
            Form::Text | Form::Object(_) if stray => self.keep(HALF)?,
            Form::Nothing | Form::Text | Form::Object(_) => {}
        }
        self.keep(byte)?;
        if !between {
            self.heard = now;
        }
        self.follow(byte);
        Ok(())
    }

    fn keep(&mut self, byte: u8) -> Result<(), FramingError> {
        if self.begun.len() == self.at_most {
            return Err(FramingError::TooLarge { at_most: self.at_most });
        }
        self.begun.push(byte);
        Ok(())
    }

    fn follow(&mut self, byte: u8) {
        if let Form::Nothing = self.form {
            self.form = if byte == b'{' { Form::Object(Nesting::default()) } else { Form::Text };
        }
        if let Form::Object(nesting) = &mut self.form {
            nesting.follow(byte);
            if nesting.is_outside() {
                self.form = Form::WholeObject;
            }
        }
    }

    fn stands_alone(&self) -> bool {
        match self.form {
            Form::WholeObject => true,
            Form::Text => {
                let text = self.begun.trim_ascii_end();
                self.keywords.iter().any(|keyword| keyword.as_bytes() == text)
            }
            Form::Nothing | Form::Object(_) => false,
        }
    }

    /// What is there, as a message; nothing when only marks and blanks came.
    fn end(&mut self) -> Option<Vec<u8>> {
        (self.form, self.halfway) = (Form::Nothing, false);
        let mut message = std::mem::take(&mut self.begun);
        message.truncate(message.trim_ascii_end().len());
        (!message.is_empty()).then_some(message)
    }
}

/// The message with its mark.
///
/// # Errors
/// `Empty`, and `HoldsMark` for a message in which the other side would find an end.
pub fn framed(mut message: Vec<u8>) -> Result<Vec<u8>, FramingError> {
    if message.is_empty() {
        return Err(FramingError::Empty);
    }
    if message.contains(&HALF) {
        return Err(FramingError::HoldsMark);
    }
    message.extend(MARK);
    Ok(message)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const AT_MOST: usize = 1024;
    const KEYWORDS: &[&str] = &["OK-REGISTRATION", "FAILED-REGISTRATION", "FAILED-INVALID-TERMINAL-TYPE"];

    fn cutter() -> EndMark {
        EndMark::new(AT_MOST, KEYWORDS)
    }

    fn after(millis: u64) -> Instant {
        Instant::ORIGIN + Duration::from_millis(millis)
    }

    fn texts(messages: Vec<Vec<u8>>) -> Vec<String> {
        messages.into_iter().map(|message| String::from_utf8(message).unwrap()).collect()
    }

    /// What comes of these pieces at these milliseconds, and of silence after them.
    fn cut(pieces: &[(u64, &str)]) -> Vec<String> {
        let mut cutter = cutter();
        let mut found = Vec::new();
        for (at, piece) in pieces {
            found.extend(cutter.push(after(*at), piece.as_bytes()).unwrap());
        }
        found.extend(cutter.deadline().and_then(|at| cutter.tick(at)));
        assert_eq!(cutter.deadline(), None);
        texts(found)
    }

    #[test]
    fn two_marks_in_one_piece_end_two_messages() {
        assert_eq!(cut(&[(0, "OK-REGISTRATION\u{4}\u{4}{\"Status\":\"OK\"}\u{4}\u{4}")]).len(), 2);
    }

    #[test]
    fn half_a_mark_ends_nothing_and_stays_where_it_is() {
        assert_eq!(cut(&[(0, "any\u{4}text\u{4}\u{4}")]), ["any\u{4}text"]);
        assert_eq!(cut(&[(0, "{\"a\":\"\u{4}}\"}\u{4}\u{4}")]), ["{\"a\":\"\u{4}}\"}"]);
    }

    #[test]
    fn strays_between_messages_are_skipped() {
        let stream = "\u{4}\r\n {\"a\":1} \r\n\u{4}\u{4}\u{4}\n\u{4}\u{4}\u{4}{\"b\":2}\u{4}\r\n\u{4}\u{4}";
        assert_eq!(cut(&[(0, stream)]), ["{\"a\":1}", "{\"b\":2}"]);
    }

    #[test]
    fn a_keyword_without_its_mark_is_told_once_nothing_more_comes() {
        for keyword in KEYWORDS {
            let mut cutter = cutter();
            assert_eq!(cutter.push(after(5), keyword.as_bytes()), Ok(Vec::new()));
            assert_eq!(cutter.deadline(), Some(after(205)));
            assert_eq!(cutter.tick(after(204)), None);
            assert_eq!(cutter.tick(after(205)), Some(keyword.as_bytes().to_vec()));
            assert_eq!(cutter.deadline(), None);
        }
    }

    #[test]
    fn a_keyword_that_goes_on_is_another_text_and_no_other_text_is_told_without_its_mark() {
        assert_eq!(cut(&[(0, "OK-REGISTRATION"), (150, "-LATER\u{4}\u{4}")]), ["OK-REGISTRATION-LATER"]);
        assert_eq!(cut(&[(0, "WELCOME")]), [""; 0]);
    }

    #[test]
    fn an_object_whose_mark_comes_late_is_one_message_and_the_mark_is_none() {
        for late in [50, 199, 200, 5_000] {
            let pieces = [(0, "{\"a\":\"}\"}"), (late, "\u{4}"), (late + 150, "\u{4}{\"b\":2}\u{4}\u{4}")];
            assert_eq!(cut(&pieces), ["{\"a\":\"}\"}", "{\"b\":2}"], "{late}");
        }
    }

    #[test]
    fn blanks_and_half_marks_do_not_put_off_what_stands_alone() {
        let mut cutter = cutter();
        for (at, piece) in [(0, "OK-REGISTRATION"), (150, "\r\n"), (190, "\u{4}")] {
            assert_eq!(cutter.push(after(at), piece.as_bytes()), Ok(Vec::new()));
            assert_eq!(cutter.deadline(), Some(after(200)));
        }
        assert_eq!(cutter.tick(after(200)), Some(b"OK-REGISTRATION".to_vec()));
    }

    #[test]
    fn an_unfinished_object_is_waited_for_however_long() {
        assert_eq!(cut(&[(0, "{\"a\":"), (60_000, "{}}")]), ["{\"a\":{}}"]);
    }

    #[test]
    fn what_begins_behind_something_complete_is_the_next_message() {
        assert_eq!(cut(&[(0, "{\"a\":1}{\"b\":2}\u{4}\u{4}")]), ["{\"a\":1}", "{\"b\":2}"]);
        assert_eq!(cut(&[(0, "{\"a\":1}"), (50, "{\"b\":"), (900, "2}")]), ["{\"a\":1}", "{\"b\":2}"]);
        assert_eq!(cut(&[(0, "OK-REGISTRATION\n{\"b\":2}\u{4}\u{4}")]), ["OK-REGISTRATION", "{\"b\":2}"]);
    }

    #[test]
    fn silence_that_nobody_watched_counts_when_the_next_bytes_come() {
        let mut cutter = cutter();
        assert_eq!(cutter.push(after(0), b"OK-REGISTRATION"), Ok(Vec::new()));
        let found = cutter.push(after(300), b"-LATER\x04\x04").unwrap();
        assert_eq!(texts(found), ["OK-REGISTRATION", "-LATER"]);
    }

    #[test]
    fn the_end_of_the_line_is_silence_enough_and_half_an_object_is_none() {
        let mut cutter = cutter();
        assert_eq!(cutter.push(after(0), b"FAILED-REGISTRATION\r\n"), Ok(Vec::new()));
        assert_eq!(cutter.close(), Some(b"FAILED-REGISTRATION".to_vec()));
        assert_eq!(cutter.push(after(1), b"{\"a\":"), Ok(Vec::new()));
        assert_eq!(cutter.close(), None);
    }

    #[test]
    fn a_message_that_outgrows_its_bound_is_an_error_and_noise_is_not() {
        let mut cutter = EndMark::new(8, KEYWORDS);
        assert_eq!(cutter.push(after(0), &[b' '; 100]), Ok(Vec::new()));
        assert_eq!(cutter.push(after(0), &[HALF; 101]), Ok(Vec::new()));
        assert_eq!(cutter.push(after(0), b"{\"a\":12}\r\n      \x04\x04"), Ok(vec![b"{\"a\":12}".to_vec()]));
        assert_eq!(cutter.push(after(0), b"12345678"), Ok(Vec::new()));
        assert_eq!(cutter.push(after(0), b"9"), Err(FramingError::TooLarge { at_most: 8 }));
    }

    #[test]
    fn what_is_sent_has_one_mark_at_its_end() {
        assert_eq!(framed(b"{}".to_vec()), Ok(b"{}\x04\x04".to_vec()));
        assert_eq!(framed(Vec::new()), Err(FramingError::Empty));
        for bad in [&b"{\x04\x04}"[..], b"{}\x04", b"\x04"] {
            assert_eq!(framed(bad.to_vec()), Err(FramingError::HoldsMark));
        }
    }

    fn message() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z{}\"\\\\ ]{0,12}".prop_map(|text| serde_json::json!({ "t": text, "n": { "u": [text] } }).to_string()),
            "[A-Z][A-Z-]{0,20}",
            prop::sample::select(KEYWORDS).prop_map(ToOwned::to_owned),
        ]
    }

    proptest! {
        #[test]
        fn any_split_and_any_pause_gives_the_same_marked_messages(
            messages in prop::collection::vec(message(), 0..6),
            noise in "[ \r\n\t]{0,4}\u{4}?[ \r\n\t]{0,4}",
            steps in prop::collection::vec((1_usize..9, 0_u64..400), 1..60),
        ) {
            let stream: Vec<u8> = messages.iter().flat_map(|text| format!("{noise}{text}\u{4}\u{4}").into_bytes()).collect();
            let mut reader = cutter();
            let mut found = Vec::new();
            let (mut rest, mut at) = (stream.as_slice(), 0);
            for (size, pause) in steps.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (piece, after_it) = rest.split_at((*size).min(rest.len()));
                found.extend(reader.push(after(at), piece).unwrap());
                (rest, at) = (after_it, at + pause);
            }
            prop_assert_eq!(texts(found), messages);
        }

        #[test]
        fn any_split_without_long_pauses_gives_the_same_messages_whatever_the_stream(
            stream in prop::collection::vec(
                prop::sample::select(vec!["{", "}", "\"", "\\", "\u{4}", "\u{4}\u{4}", " ", "\n", "a", "OK-REGISTRATION"]),
                0..40,
            ),
            steps in prop::collection::vec((1_usize..9, 0_u64..3), 1..60),
        ) {
            let stream = stream.concat().into_bytes();
            let at_once = cutter().push(after(0), &stream).unwrap();
            let mut reader = cutter();
            let mut found = Vec::new();
            let (mut rest, mut at) = (stream.as_slice(), 0);
            for (size, pause) in steps.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (piece, after_it) = rest.split_at((*size).min(rest.len()));
                found.extend(reader.push(after(at), piece).unwrap());
                (rest, at) = (after_it, at + pause);
            }
            prop_assert_eq!(found, at_once);
        }

        #[test]
        fn no_stream_makes_it_panic_or_keep_more_than_its_bound(
            pieces in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..40), 0_u64..400), 0..20),
        ) {
            let mut reader = EndMark::new(32, KEYWORDS);
            let mut at = 0;
            for (piece, pause) in pieces {
                let _ = reader.push(after(at), &piece);
                prop_assert!(reader.begun.len() <= 32);
                at += pause;
                reader.tick(after(at));
                prop_assert!(reader.deadline().is_none_or(|due| due > after(at)));
            }
        }
    }
}
