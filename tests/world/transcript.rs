//! A story as a person reads it, line by line with the time since the payment began.

use std::fmt;
use std::time::Duration;

use checkstand::domain::Outcome;
use checkstand::protocols::simulator::LedgerState;
use checkstand::terminal::Signal;

/// Kept only for who wants to read it.
#[derive(Debug, Default)]
pub struct Transcript(Option<Vec<String>>);

impl Transcript {
    pub fn kept() -> Transcript {
        Transcript(Some(Vec::new()))
    }

    pub fn is_kept(&self) -> bool {
        self.0.is_some()
    }

    pub fn say(&mut self, passed: Duration, what: &str) {
        if let Some(lines) = &mut self.0
            && !what.is_empty()
        {
            lines.push(format!("{:>7.2}  {what}", passed.as_secs_f64()));
        }
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.as_deref().unwrap_or_default().join("\n"))
    }
}

pub fn describe_state(state: LedgerState) -> &'static str {
    match state {
        LedgerState::Approved => "approved",
        LedgerState::Reversed => "reversed",
    }
}

pub fn describe_signal(signal: &Signal) -> String {
    match signal {
        Signal::Started { operation, amount, .. } => format!("** {} {amount}", operation.word()),
        Signal::Display { display, .. } => format!("   shown: {}", display.said()),
        Signal::Question { question, .. } => format!("   question: {:?} {}", question.kind, question.text),
        Signal::QuestionClosed { .. } => "   question closed".to_owned(),
        Signal::Reference { reference, .. } => format!("   reference: {reference}"),
        Signal::Receipt { receipt, .. } => format!("   receipt: {:?}, {} lines", receipt.copy, receipt.lines.len()),
        Signal::Seeking { explanation, .. } => format!("   seeking: {}", explanation.key),
        Signal::Outcome { outcome, .. } => format!("** {}", describe_outcome(outcome)),
        Signal::Session(session) => {
            format!("   session: {}", format!("{session:?}").split(['(', ' ']).next().unwrap_or(""))
        }
        Signal::DayEnd(end) => format!("** day end: {:?}", end.verdict),
        Signal::Scanned(scan) => format!("** scanned: {}", scan.is_ok()),
        Signal::Prompted(done) => format!("** prompted: {}", done.is_ok()),
        Signal::Notice(notice) => format!("   notice: {}", notice.key),
    }
}

pub fn describe_outcome(outcome: &Outcome) -> String {
    let mut text = outcome.verdict.word().to_owned();
    if let Some(taken) = outcome.taken {
        text += &format!(" {}", taken.total);
        for (name, minor) in
            [("tip", taken.tip_minor), ("cashback", taken.cashback_minor), ("surcharge", taken.surcharge_minor)]
        {
            if minor != 0 {
                text += &format!(", {name} {minor}");
            }
        }
    }
    if let Some(explanation) = &outcome.explanation {
        text += &format!(": {}", explanation.key);
    }
    text
}
