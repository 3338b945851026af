//! What the doctor has seen so far, told as it is written down.

use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::domain::outcome::{Explanation, Fault};

use super::finding::{Check, Finding, Judgement, Told};

/// Nothing further is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop;

/// One thing seen, before it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub judgement: Judgement,
    pub key: String,
    pub words: Vec<(&'static str, String)>,
    pub detail: Option<String>,
}

impl Note {
    pub fn fine(key: &str) -> Note {
        Note { judgement: Judgement::Fine, key: key.to_owned(), words: Vec::new(), detail: None }
    }

    pub fn doubt(key: &str) -> Note {
        Note { judgement: Judgement::Doubt, ..Note::fine(key) }
    }

    pub fn fault(key: &str, fault: Fault) -> Note {
        Note { judgement: Judgement::Fault(fault), ..Note::fine(key) }
    }

    /// What a driver or a link says, as it is.
    pub fn of(explanation: &Explanation) -> Note {
        Note { detail: explanation.detail.clone(), ..Note::fault(&explanation.key, explanation.fault) }
    }

    pub fn with(mut self, name: &'static str, word: impl ToString) -> Note {
        self.words.push((name, word.to_string()));
        self
    }

    /// The system's or the terminal's own words; empty ones are none.
    pub fn saying(mut self, detail: impl ToString) -> Note {
        self.detail = Some(detail.to_string()).filter(|detail| !detail.is_empty());
        self
    }
}

pub struct Notebook {
    tell: mpsc::Sender<Told>,
    findings: Vec<Finding>,
    check: Check,
    began: Instant,
}

impl Notebook {
    pub fn new(tell: mpsc::Sender<Told>) -> Notebook {
        Notebook { tell, findings: Vec::new(), check: Check::Settings, began: Instant::now() }
    }

    /// Nobody has to listen: what cannot be told is still written down.
    pub async fn look_at(&mut self, check: Check) {
        (self.check, self.began) = (check, Instant::now());
        let _ = self.tell.send(Told::Looking(check)).await;
    }

    /// # Errors
    /// [`Stop`] after a fault.
    pub async fn write(&mut self, note: Note) -> Result<(), Stop> {
        let Note { judgement, key, words, detail } = note;
        let took = self.began.elapsed();
        let finding = Finding { check: self.check, judgement, key, words, detail, took };
        self.began = Instant::now();
        let _ = self.tell.send(Told::Found(finding.clone())).await;
        self.findings.push(finding);
        if matches!(judgement, Judgement::Fault(_)) { Err(Stop) } else { Ok(()) }
    }

    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}
