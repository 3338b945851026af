//! What was found in words, for the window, the command line and support.

use super::finding::{Finding, Judgement};
use crate::texts::Texts;

impl Judgement {
    /// The word of command line and support.
    pub fn word(self) -> &'static str {
        match self {
            Judgement::Fine => "fine",
            Judgement::Doubt => "doubt",
            Judgement::Fault(_) => "fault",
        }
    }
}

impl Finding {
    /// What was seen, and for anything but [`Judgement::Fine`] the cause and the cure.
    pub fn text(&self, texts: &Texts) -> String {
        texts.with_words(&self.key, &self.words)
    }

    /// The same with the system's or the terminal's own words behind it.
    pub fn text_with_detail(&self, texts: &Texts) -> String {
        texts.with_detail(self.text(texts), self.detail.as_deref())
    }
}

impl super::Check {
    /// Its name, before what was found.
    pub fn name(self, texts: &Texts) -> String {
        texts.get(&format!("doctor-check-{}", self.word()))
    }
}
