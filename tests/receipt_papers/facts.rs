//! What is known of a paper besides its lines, and what is wanted on it.

use checkstand::domain::receipt::Copy;
use checkstand::domain::{Money, Operation, Taken, Verdict};

use crate::counter::{OUTCOMES, Printed};
use crate::mandatory::Fact;

/// How the card was read and its holder verified, as the scenario has it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    ChipAndPin,
    Contactless,
    Signature,
}

/// A paper, and the facts it has to show.
pub struct Facts<'a> {
    pub printed: &'a Printed,
    pub facts: Vec<Fact>,
}

impl<'a> Facts<'a> {
    pub fn of(printed: &'a Printed) -> Facts<'a> {
        Facts { printed, facts: Vec::new() }
    }

    pub fn want(&mut self, section: &'static str, name: &'static str, way: impl Into<String>) {
        self.any(section, name, &[&way.into()]);
    }

    pub fn any(&mut self, section: &'static str, name: &'static str, ways: &[&str]) {
        self.facts.push(Fact { name, section, ways: ways.iter().map(|way| (*way).to_owned()).collect() });
    }

    pub fn is_merchants(&self) -> bool {
        self.printed.receipt.copy == Copy::Merchant
    }

    /// The word for this copy.
    pub fn copy(&self, merchant: &'static str, customer: &'static str) -> &'static str {
        if self.is_merchants() { merchant } else { customer }
    }

    pub fn operation(&self) -> Operation {
        self.printed.record.request.operation
    }

    pub fn taken(&self) -> Option<Taken> {
        self.printed.record.outcome.as_ref().and_then(|outcome| outcome.taken)
    }

    /// What was taken, or asked where nothing was.
    pub fn total(&self) -> Money {
        self.taken().map_or(self.printed.record.request.amount, |taken| taken.total)
    }

    /// The parts of what was taken, where there are any.
    pub fn part(&self, part: fn(&Taken) -> i64) -> Option<Money> {
        let minor = self.taken().map(|taken| part(&taken)).filter(|minor| *minor != 0);
        minor.map(|minor| Money::new(minor, self.total().currency()))
    }

    pub fn verdict(&self) -> Option<Verdict> {
        self.printed.record.outcome.as_ref().map(|outcome| outcome.verdict)
    }

    pub fn is_approved(&self) -> bool {
        self.verdict() == Some(Verdict::Approved)
    }

    pub fn is_declined(&self) -> bool {
        self.verdict() == Some(Verdict::Declined)
    }

    pub fn auth_code(&self) -> Option<&'a str> {
        self.printed.record.outcome.as_ref().and_then(|outcome| outcome.auth_code.as_deref())
    }

    /// As terminals print it.
    pub fn brand(&self) -> String {
        let card = self.printed.record.outcome.as_ref().and_then(|outcome| outcome.card.as_ref());
        card.map(|card| card.brand.clone()).unwrap_or_default()
    }

    pub fn reading(&self) -> Reading {
        match self.printed.outcome.as_str() {
            "contactless" => return Reading::Contactless,
            "signature" | "signature-rejected" => return Reading::Signature,
            known if OUTCOMES.contains(&known) => return Reading::ChipAndPin,
            _ => {}
        }
        // In the other scenarios cards are read as it comes.
        let lines = self.printed.receipt.lines.join("\n").to_uppercase();
        let says = |words: &[&str]| words.iter().any(|word| lines.contains(word));
        match (says(&["CONTACTLESS", "TAP", "NFC_ICC"]), says(&["C@1", "SIGNATURE"])) {
            (true, _) => Reading::Contactless,
            (_, true) => Reading::Signature,
            _ => Reading::ChipAndPin,
        }
    }

    /// The slip that a customer signs while nobody knows how it ends.
    pub fn is_to_be_signed(&self) -> bool {
        self.is_merchants() && self.printed.receipt.signature_line
    }
}
