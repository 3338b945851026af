//! The terminal's own secrets do not come back: whatever a peer repeats of them is blanked in everything that is recorded
//! and told, whichever protocol it is (rule 8).
//!
//! It is done here, behind the driver, and not before it: blanking must never change what the driver judges.

use serde_json::{Map, Value};

use crate::domain::outcome::Explanation;
use crate::domain::{CardSummary, DayEnd, Display, Outcome, Question, Receipt, Secret, TableTaking};
use crate::protocols::driver::{Report, Session, TerminalIdentity};
use crate::protocols::protocol::Secrets;

/// What is shorter, in bytes, keeps no secret, and blanking it would take every text apart.
const SHORTEST: usize = 4;
/// The driver gets its references and its memory back from the journal. What is shorter, in bytes, may stand in a number
/// there by chance, and a number that was changed would be asked about in vain.
const SHORTEST_IN_REFERENCES: usize = 12;
const STARS: &[u8] = b"***";

/// Knows what must not be said.
pub struct Discretion {
    /// Longest first: what lies inside another goes with it.
    secrets: Vec<Secret>,
    /// Bytes with which a secret may begin, however it is written.
    begins: [bool; 256],
}

impl Discretion {
    /// Secrets too short to be told from other texts are left alone.
    pub fn about(secrets: &Secrets) -> Discretion {
        let mut secrets: Vec<Secret> = secrets.values().cloned().collect();
        secrets.retain(|secret| secret.reveal().len() >= SHORTEST);
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.reveal().len()));
        let mut begins = [false; 256];
        for first in secrets.iter().filter_map(|secret| secret.reveal().bytes().next()) {
            for byte in [first.to_ascii_lowercase(), first.to_ascii_uppercase(), b'%', b'\\', b'+'] {
                begins[usize::from(byte)] = true;
            }
        }
        Discretion { secrets, begins }
    }

    /// Any words, with every secret in them blanked however it is written.
    pub fn words(&self, text: String) -> String {
        self.text(text)
    }

    pub(super) fn message(&self, body: Vec<u8>) -> Vec<u8> {
        self.blanked(&body, SHORTEST).unwrap_or(body)
    }

    /// What a driver reports, as it may be known.
    pub fn report(&self, report: Report) -> Report {
        if self.secrets.is_empty() {
            return report;
        }
        match report {
            Report::Display(display) => Report::Display(self.display(display)),
            Report::Reference(reference) => Report::Reference(self.value(reference, SHORTEST_IN_REFERENCES)),
            Report::Remember(memory) => Report::Remember(self.value(memory, SHORTEST_IN_REFERENCES)),
            Report::Question(question) => Report::Question(Question { text: self.text(question.text), ..question }),
            Report::Receipt(receipt) => {
                let (lines, code) = (self.lines(receipt.lines), receipt.code.map(|code| self.text(code)));
                Report::Receipt(Receipt { lines, code, ..receipt })
            }
            Report::Lost(why) => Report::Lost(self.explanation(why)),
            Report::Outcome(outcome) => Report::Outcome(self.outcome(outcome)),
            Report::Session(session) => Report::Session(self.session(session)),
            Report::Identity(identity) => Report::Identity(self.identity(identity)),
            Report::DayEnd(end) => Report::DayEnd(self.day_end(end)),
            Report::Scanned(scan) => {
                Report::Scanned(scan.map(|code| self.text(code)).map_err(|why| self.explanation(why)))
            }
            Report::Prompted(answer) => Report::Prompted(answer.map_err(|why| self.explanation(why))),
            Report::Notice(notice) => Report::Notice(self.explanation(notice)),
            Report::Alarm(alarm) => Report::Alarm(self.explanation(alarm)),
            Report::TakenAtTable(taking) => {
                Report::TakenAtTable(TableTaking { outcome: self.outcome(taking.outcome), ..taking })
            }
            // A commission is what the driver has to judge, and what is recorded of it is a payment.
            unspeaking @ (Report::Transmitted
            | Report::QuestionClosed(_)
            | Report::AddressChanged { .. }
            | Report::Commission(_)) => unspeaking,
        }
    }

    fn display(&self, display: Display) -> Display {
        match display {
            Display::Words(words) => Display::Words(self.text(words)),
            Display::State { key, word } => Display::State { key, word: self.text(word) },
        }
    }

    fn session(&self, session: Session) -> Session {
        match session {
            Session::Ready(description) => Session::Ready(self.lines(description)),
            Session::Offline(why) => Session::Offline(self.explanation(why)),
            Session::Refused(why) => Session::Refused(self.explanation(why)),
            silent @ (Session::Connecting | Session::Maintenance) => silent,
        }
    }

    fn identity(&self, identity: TerminalIdentity) -> TerminalIdentity {
        TerminalIdentity {
            ids: identity.ids.into_iter().map(|(field, id)| (field, self.text(id))).collect(),
            maker: identity.maker.map(|maker| self.text(maker)),
            model: identity.model.map(|model| self.text(model)),
            serial: identity.serial.map(|serial| self.text(serial)),
            firmware: identity.firmware.map(|firmware| self.text(firmware)),
            clock_ahead: identity.clock_ahead,
        }
    }

    /// The same for what is told without a driver.
    pub fn explanation(&self, why: Explanation) -> Explanation {
        Explanation { detail: why.detail.map(|detail| self.text(detail)), ..why }
    }

    fn outcome(&self, outcome: Outcome) -> Outcome {
        Outcome {
            card: outcome.card.map(|card| CardSummary { brand: self.text(card.brand), ..card }),
            auth_code: outcome.auth_code.map(|code| self.text(code)),
            terminal_reference: outcome.terminal_reference.map(|reference| self.text(reference)),
            explanation: outcome.explanation.map(|why| self.explanation(why)),
            ..outcome
        }
    }

    fn day_end(&self, end: DayEnd) -> DayEnd {
        DayEnd {
            batch: end.batch.map(|batch| self.text(batch)),
            explanation: end.explanation.map(|why| self.explanation(why)),
            lines: self.lines(end.lines),
            figures: end.figures.map(|figures| self.value(figures, SHORTEST)),
            ..end
        }
    }

    fn lines(&self, lines: Vec<String>) -> Vec<String> {
        lines.into_iter().map(|line| self.text(line)).collect()
    }

    fn text(&self, text: String) -> String {
        self.text_without(text, SHORTEST)
    }

    fn text_without(&self, text: String, shortest: usize) -> String {
        match self.blanked(text.as_bytes(), shortest) {
            Some(blanked) => String::from_utf8_lossy(&blanked).into_owned(),
            None => text,
        }
    }

    fn value(&self, value: Value, shortest: usize) -> Value {
        match value {
            Value::String(text) => Value::String(self.text_without(text, shortest)),
            Value::Array(values) => values.into_iter().map(|value| self.value(value, shortest)).collect(),
            Value::Object(members) => {
                let member = |(name, value)| (self.text_without(name, shortest), self.value(value, shortest));
                Value::Object(members.into_iter().map(member).collect::<Map<_, _>>())
            }
            plain => plain,
        }
    }

    /// `None` when there is nothing to blank.
    fn blanked(&self, text: &[u8], shortest: usize) -> Option<Vec<u8>> {
        let mut clean = Vec::new();
        let (mut at, mut from) = (0, 0);
        while let Some(byte) = text.get(at) {
            match self.begins[usize::from(*byte)].then(|| self.standing_at(&text[at..], shortest)).flatten() {
                Some(length) => {
                    clean.extend_from_slice(&text[from..at]);
                    clean.extend_from_slice(STARS);
                    at += length;
                    from = at;
                }
                None => at += 1,
            }
        }
        if from == 0 {
            return None;
        }
        clean.extend_from_slice(&text[from..]);
        Some(clean)
    }

    /// How much of the text is a secret.
    fn standing_at(&self, text: &[u8], shortest: usize) -> Option<usize> {
        let secrets = self.secrets.iter().map(|secret| secret.reveal().as_bytes());
        secrets.filter(|secret| secret.len() >= shortest).find_map(|secret| spelled(text, secret))
    }
}

/// The length of a secret at the beginning of a text: plain, per cent encoded or escaped as in JSON, in capitals or not.
fn spelled(text: &[u8], secret: &[u8]) -> Option<usize> {
    let mut at = 0;
    for wanted in secret {
        let rest = text.get(at..)?;
        let escaped = escaped(rest).filter(|(byte, _)| byte.eq_ignore_ascii_case(wanted));
        at += match (escaped, rest.first()) {
            (Some((_, length)), _) => length,
            (None, Some(byte)) if byte.eq_ignore_ascii_case(wanted) => 1,
            _ => return None,
        };
    }
    Some(at)
}

/// The byte that an escape stands for, and the length of the escape. What is escaped twice has more backslashes.
fn escaped(text: &[u8]) -> Option<(u8, usize)> {
    let backslashes = text.iter().take_while(|byte| **byte == b'\\').count();
    match (backslashes, text.get(backslashes..)?) {
        (0, [b'%', code @ ..]) => Some((hexadecimal(code.get(..2)?)?, 3)),
        // as forms have it
        (0, [b'+', ..]) => Some((b' ', 1)),
        (0, _) => None,
        (_, [b'u' | b'U', b'0', b'0', code @ ..]) => Some((hexadecimal(code.get(..2)?)?, backslashes + 5)),
        (_, [byte, ..]) => Some((*byte, backslashes + 1)),
        (_, []) => None,
    }
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    u8::from_str_radix(text, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Verdict;
    use crate::domain::outcome::Fault;
    use serde_json::json;

    fn about(secrets: &[&str]) -> Discretion {
        let mut named = Secrets::default();
        secrets.iter().enumerate().for_each(|(number, secret)| named.set(&number.to_string(), Secret::new(*secret)));
        Discretion::about(&named)
    }

    fn told(secrets: &[&str], text: &str) -> String {
        about(secrets).text(text.to_owned())
    }

    #[test]
    fn a_secret_is_blanked_however_it_is_written() {
        for text in
            ["5b1f+6a/Ü", "5B1F+6A/Ü", "5b1f%2B6a%2f%c3%9C", r"5b1f+6a\/Ü", r"5b1f\u002b6a\u002FÜ", "5b1f%2b6a/Ü"]
        {
            assert_eq!(told(&["5b1f+6a/Ü"], &format!("öh {text}, {text}{text}")), "öh ***, ******", "{text}");
        }
        assert_eq!(told(&["a%2Fb\\c d"], r"a%2Fb\c d a%252Fb\\c+d a%2Fb\\\\c d"), "*** *** ***");
    }

    #[test]
    fn what_is_only_like_a_secret_stays() {
        for text in ["", "5b1f", "5b1f+6", "%", "%5", "\\", "\\u00", "5b1f%2", "Ä%C3", "100 % of 5b1g+6a"] {
            assert_eq!(told(&["5b1f+6a"], text), text);
            assert_eq!(about(&["5b1f+6a"]).message(text.as_bytes().to_vec()), text.as_bytes());
        }
    }

    #[test]
    fn a_secret_inside_another_leaves_nothing_of_either() {
        assert_eq!(told(&["cdef", "abcdefgh"], "xabcdefghx cdef"), "x***x ***");
    }

    #[test]
    fn what_is_too_short_for_a_secret_takes_no_text_apart() {
        assert_eq!(told(&["1", "abc", ""], "101 abc"), "101 abc");
    }

    #[test]
    fn a_number_to_ask_by_is_not_taken_apart_by_chance() {
        let reference = json!({ "shown": "22045184", "of": ["0123456789ab", { "0123456789ab": 4_518 }] });
        let Report::Reference(kept) = about(&["4518", "0123456789ab"]).report(Report::Reference(reference)) else {
            panic!("another report")
        };
        assert_eq!(kept, json!({ "shown": "22045184", "of": ["***", { "***": 4_518 }] }));
    }

    #[test]
    fn what_an_outcome_says_is_blanked_and_what_it_decides_is_not() {
        let why = Explanation { detail: Some("bad hunter22".to_owned()), ..Explanation::new("key", Fault::Terminal) };
        let outcome = Outcome::without_money(Verdict::Declined, why);
        let outcome = Outcome { auth_code: Some("HUNTER22".to_owned()), ..outcome };
        let Report::Outcome(outcome) = about(&["hunter22"]).report(Report::Outcome(outcome)) else {
            panic!("another report")
        };
        assert_eq!((outcome.verdict, outcome.auth_code.as_deref()), (Verdict::Declined, Some("***")));
        assert_eq!(outcome.explanation.and_then(|why| why.detail).as_deref(), Some("bad ***"));
    }
}
