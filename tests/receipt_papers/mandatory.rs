//! What the references want on paper, as lines: a label with its value, each from its first word to its last. `references.rs` says which
//! lines, protocol by protocol.

use checkstand::domain::receipt::Copy;

use crate::counter::Printed;
use crate::references;

/// The facts by which ends are told apart.
pub const OF_THE_END: [&str; 5] = ["kind", "result", "amount", "kind and amount", "number of what is given back"];

/// A line that has to be there, in one of these forms.
#[derive(Debug, Clone)]
pub struct Fact {
    pub name: &'static str,
    /// Where the reference says so.
    pub section: &'static str,
    /// The line's words. In a word `<digits>`, `<digits4>`, `<hex>`, `<hex10>`, `<aid>`, `<time>`, `<word>`, `<reference>` and `<rule>` (something to
    /// sign on) stand for what only the terminal knows; everything else stands for itself.
    pub ways: Vec<String>,
}

impl Fact {
    /// On one line, or with its label and its value on two that follow each other: paper may be narrow.
    pub fn is_on(&self, lines: &[String]) -> bool {
        self.ways.iter().any(|way| places(way, lines).next().is_some())
    }

    /// The paper with nothing where it was.
    pub fn without(&self, lines: &[String]) -> Vec<String> {
        let mut without = lines.to_vec();
        for (from, to) in self.ways.iter().flat_map(|way| places(way, lines)) {
            without[from..=to].iter_mut().for_each(String::clear);
        }
        without
    }
}

/// From which line to which one the words are found.
fn places<'a>(way: &'a str, lines: &'a [String]) -> impl Iterator<Item = (usize, usize)> + 'a {
    let alone = (0..lines.len()).map(|at| (at, at));
    let with_next = (1..lines.len()).map(|at| (at - 1, at));
    alone.chain(with_next).filter(|(from, to)| is_line(way, &lines[*from..=*to].join(" ")))
}

fn is_line(way: &str, line: &str) -> bool {
    let (wanted, words): (Vec<&str>, Vec<&str>) = (way.split_whitespace().collect(), line.split_whitespace().collect());
    wanted.len() == words.len() && wanted.iter().zip(words).all(|(wanted, word)| is_word(wanted, word))
}

fn is_word(wanted: &str, word: &str) -> bool {
    let Some((before, rest)) = wanted.split_once('<') else { return wanted == word };
    let (kind, after) = rest.split_once('>').unwrap();
    let unknown = word.strip_prefix(before).and_then(|word| word.strip_suffix(after));
    unknown.is_some_and(|unknown| is_of_kind(kind, unknown))
}

fn is_of_kind(kind: &str, word: &str) -> bool {
    let (kind, length) = kind.split_at(kind.find(|letter: char| letter.is_ascii_digit()).unwrap_or(kind.len()));
    let is_long_enough = length.parse().map_or(!word.is_empty(), |length: usize| word.len() == length);
    let all = |belongs: fn(&char) -> bool| word.chars().all(|letter| belongs(&letter));
    is_long_enough
        && match kind {
            "digits" => all(char::is_ascii_digit),
            "hex" => all(char::is_ascii_hexdigit),
            // (ISO 7816-4) Five to sixteen bytes.
            "aid" => word.starts_with(['A', 'D']) && (10..=32).contains(&word.len()) && all(char::is_ascii_hexdigit),
            "time" => word.len() >= 5 && word.contains(':') && all(|letter| letter.is_ascii_digit() || *letter == ':'),
            "reference" => all(|letter| letter.is_ascii_alphanumeric() || *letter == '-'),
            "word" => all(|letter| letter.is_ascii_alphanumeric() || *letter == '_'),
            "rule" => word.len() >= 12 && all(|letter| matches!(letter, '_' | '.')),
            _ => panic!("nothing is a <{kind}>"),
        }
}

/// What is mandatory on this paper.
pub fn facts(protocol: &str, printed: &Printed) -> Vec<Fact> {
    let facts = match protocol {
        "nexo" => references::nexo(printed),
        "valor" => references::valor(printed),
        "p3" => references::p3(printed),
        "connect" => references::connect(printed),
        "econduit" => references::econduit(printed),
        other => panic!("nobody has read the reference of {other}"),
    };
    facts.facts
}

/// Which copies there are of this end, by the references: no fewer, and none besides.
pub fn copies(protocol: &str, outcome: &str) -> &'static [Copy] {
    match (protocol, outcome) {
        // (7.1) A refusal tells neither card nor amount, so that there is nothing to print.
        ("valor", "declined") => &[],
        // (8.8) No slip for a customer who only held the card to the reader.
        ("connect", "contactless") => &[Copy::Merchant],
        // (14.7) A refusal has the customer's only; (14.4) before a signature was refused there was the slip to sign.
        ("nexo", "declined") => &[Copy::Customer],
        ("nexo", "signature-rejected") => &[Copy::Merchant],
        // (9) Receipts are absent where a transaction failed.
        ("p3", "signature-rejected") => &[],
        // (4.12) The slip to sign, and both of the reversal.
        ("connect", "signature-rejected") => &[Copy::Merchant, Copy::Merchant, Copy::Customer],
        // A void is a refund without a card there.
        ("connect", "void") => &[],
        // (5.4) In the opposite order.
        ("nexo", "void") => &[Copy::Customer, Copy::Merchant],
        _ => &[Copy::Merchant, Copy::Customer],
    }
}

fn lines(text: &[&str]) -> Vec<String> {
    text.iter().map(|line| (*line).to_owned()).collect()
}

fn fact(way: &str) -> Fact {
    Fact { name: "fact", section: "", ways: vec![way.to_owned()] }
}

#[test]
fn a_label_without_its_value_and_a_value_without_its_label_are_no_fact() {
    let paper =
        lines(&["  AID:   A0000000031010", "Transaction", "          f1875b2fa1fc61a5", "TOTAL  GBP 100.00", "Status"]);
    for there in ["AID: <aid>", "Transaction <hex16>", "TOTAL GBP 100.00"] {
        assert!(fact(there).is_on(&paper), "{there}");
    }
    for missing in
        ["AID: <hex10>", "TVR: <aid>", "TOTAL GBP 10.00", "GBP 100.00", "Status <word>", "TOTAL", "<aid>", ""]
    {
        assert!(!fact(missing).is_on(&paper), "{missing}");
    }
}

#[test]
fn what_is_hidden_cut_off_or_unsigned_is_no_value() {
    for (way, line) in [
        ("AID: <aid>", "AID: A*********0001"),
        ("AID: <aid>", "AID: A0001"),
        ("TVR <hex10>", "TVR 00000080"),
        ("RRN: <digits>", "RRN:"),
        ("Signatur: <rule>", "Signatur: __"),
        ("2026-03-14 <time>", "2026-03-14 10"),
    ] {
        assert!(!fact(way).is_on(&lines(&[line])), "{line}");
    }
}
