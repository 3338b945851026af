//! What goes into the bundle: one line for each part. A part is plain text in pieces; the gate looks at each by itself and
//! at all of them together.

use crate::journal::{Journal, JournalError};

use super::till_facts::{Asked, TillFacts};
use super::{doctor_part, journal_part, log_part, machine_part, settings_part, transcripts};

/// All parts together, in bytes before they are compressed.
pub(super) const ALL_AT_MOST: usize = 32 << 20;

/// One file of the bundle, before it has gone through the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its path in the zip.
    pub name: String,
    /// Messages, lines of a log, or the whole text: what is cut off in one does not reach into the next.
    pub pieces: Vec<String>,
}

impl Part {
    pub fn new(name: impl Into<String>, text: String) -> Part {
        Part { name: name.into(), pieces: vec![text] }
    }

    fn bytes(&self) -> usize {
        self.pieces.iter().map(|piece| piece.len() + 1).sum()
    }
}

/// What goes in, and sentences about what does not. They are for support, and in English.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub parts: Vec<Part>,
    pub left_out: Vec<String>,
}

impl Contents {
    pub fn add(&mut self, part: Part) {
        let so_far: usize = self.parts.iter().map(Part::bytes).sum();
        if so_far + part.bytes() > ALL_AT_MOST {
            self.leave_out(format!("{}: the bundle would be too large", part.name));
        } else {
            self.parts.push(part);
        }
    }

    pub fn leave_out(&mut self, what: String) {
        self.left_out.push(what);
    }
}

/// Reads everything, which takes as long as the journal is long. What cannot be read is said, and keeps nothing else out.
pub(super) fn collect(facts: &TillFacts, asked: &Asked, journal: &Result<Journal, JournalError>) -> Contents {
    let mut contents = Contents::default();
    contents.add(Part::new("machine.txt", machine_part::describe(&facts.places)));
    contents.add(Part::new("settings.json", settings_part::settings(facts)));
    contents.add(Part::new("operators.txt", settings_part::operators(&facts.places)));
    contents.add(Part::new("prices.txt", settings_part::prices(&facts.places)));
    contents.add(Part::new("journal.txt", journal_part::health(&facts.places, journal)));
    doctor_part::add_to(&mut contents, &facts.examined);
    transcripts::add_to(&mut contents, asked, journal);
    log_part::add_to(&mut contents, &facts.places, asked.days);
    let readme = readme(&contents);
    contents.parts.insert(0, readme);
    contents
}

fn readme(contents: &Contents) -> Part {
    let mut text = String::from(
        "This is a support bundle of Checkstand, a till's program for card terminals.\n\n\
         It holds no secrets, no PINs and no card data: everything went through one gate that blanks what is known to be\n\
         secret and what looks like it (***), and leaves the last four digits of what looks like a card number. The gate\n\
         would rather take too much: a number or a word that is missing may have been harmless.\n\nContents:\n",
    );
    for part in &contents.parts {
        text.push_str(&format!("  {}\n", part.name));
    }
    text.push_str("\nLeft out:\n");
    if contents.left_out.is_empty() {
        text.push_str("  nothing that was asked for\n");
    }
    for what in &contents.left_out {
        text.push_str(&format!("  {what}\n"));
    }
    text.push_str("  always: the journal itself, secrets, PIN hashes, the price list's items\n");
    Part::new("README.txt", text)
}
