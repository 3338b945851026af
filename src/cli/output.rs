//! What the program says: JSON Lines for programs, or plain text for people. Never anything else on standard output.

use std::io::{IsTerminal, Write};

use crate::domain::outcome::Fault;
use crate::domain::receipt::Copy;
use crate::domain::{DayEnd, DayVerdict, Money, Operation, Outcome, PaymentRecord, Question, Receipt, Verdict};
use crate::texts::Texts;

use super::events::{DayEndFields, Event, OutcomeFields, PaymentFields, outcome_of};

pub struct Output {
    json: bool,
    texts: Texts,
}

impl Output {
    pub fn new(json: bool, texts: Texts) -> Output {
        Output { json, texts }
    }

    pub fn is_json(&self) -> bool {
        self.json
    }

    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// Somebody sits there and can be asked.
    pub fn has_person(&self) -> bool {
        !self.json && std::io::stdin().is_terminal()
    }

    /// One event, for programs only.
    pub fn event(&self, event: &Event) {
        if self.json
            && let Ok(line) = serde_json::to_string(event)
        {
            write_line(&line);
        }
    }

    /// One line, for people only.
    pub fn line(&self, text: &str) {
        if !self.json {
            write_line(text);
        }
    }

    /// Progress: for people among the rest, for programs on standard error.
    pub fn progress(&self, text: &str) {
        if self.json {
            let _ = writeln!(std::io::stderr(), "{text}");
        } else {
            write_line(text);
        }
    }

    /// What kept a command from doing its work.
    pub fn error(&self, code: &str, message: &str) {
        self.event(&Event::Error { code: code.to_owned(), message: message.to_owned() });
        let _ = writeln!(std::io::stderr(), "{}", self.texts.with("cli-error", &[("message", message)]));
    }

    /// The end of a payment, whole.
    pub fn outcome(&self, payment: &str, asked: Option<(Operation, Money)>, outcome: &Outcome) {
        self.event(&Event::Outcome(OutcomeFields::new(payment, outcome, &self.texts)));
        if !self.json {
            self.outcome_block(payment, asked, outcome);
        }
    }

    /// The end of a payment as the journal knows it.
    pub fn outcome_in_journal(&self, record: &PaymentRecord) {
        let asked = (record.request.operation, record.request.amount);
        self.outcome(record.id.as_str(), Some(asked), &outcome_of(record));
    }

    /// One line of the history.
    pub fn payment(&self, record: &PaymentRecord) {
        self.event(&Event::Payment(PaymentFields::new(record, &self.texts)));
        if self.json {
            return;
        }
        let outcome = outcome_of(record);
        let amount = outcome.taken.map_or(record.request.amount, |taken| taken.total);
        let at = record.at.to_zoned(jiff::tz::TimeZone::system());
        self.line(&self.texts.with(
            "cli-history-line",
            &[
                ("at", &at.strftime("%Y-%m-%d %H:%M").to_string()),
                ("payment", record.id.as_str()),
                ("terminal", &record.terminal),
                ("operation", &self.operation(record.request.operation)),
                ("amount", &self.texts.money(amount)),
                ("outcome", &self.verdict(outcome.verdict)),
            ],
        ));
    }

    pub fn receipt(&self, payment: &str, receipt: &Receipt) {
        let lines = self.texts.receipt_lines(receipt);
        self.event(&Event::Receipt { payment: payment.to_owned(), copy: receipt.copy, lines: lines.clone() });
        if !self.json {
            let title = match receipt.copy {
                Copy::Merchant => "cli-receipt-merchant",
                Copy::Customer => "cli-receipt-customer",
            };
            self.line(&format!("--- {}", self.texts.get(title)));
            lines.iter().for_each(|line| self.line(line));
            self.line("---");
        }
    }

    /// What a terminal's close of its batch said.
    pub fn day_end(&self, terminal: &str, end: &DayEnd) {
        self.event(&Event::DayEnd(DayEndFields::new(terminal, end, &self.texts)));
        let key = match end.verdict {
            DayVerdict::Closed => "cli-day-closed",
            DayVerdict::Reported => "cli-day-reported",
            DayVerdict::NothingToClose => "cli-day-nothing-to-close",
            DayVerdict::NotClosed => "cli-day-not-closed",
            DayVerdict::Unknown => "cli-day-unknown",
        };
        self.line(&self.texts.with(key, &[("terminal", terminal)]));
        if let Some(explanation) = &end.explanation {
            self.line(&self.texts.explain(explanation));
        }
        self.detail("cli-detail-batch", end.batch.clone());
        self.detail("cli-detail-transactions", end.transactions.map(|number| number.to_string()));
        self.detail("cli-detail-total", end.total.map(|total| self.texts.money(total)));
    }

    pub fn question(&self, payment: &str, question: &Question) {
        self.event(&Event::question(payment, question));
        let text =
            if question.text.is_empty() { self.texts.get("cli-question-signature") } else { question.text.clone() };
        self.line(&text);
    }

    pub fn operation(&self, operation: Operation) -> String {
        self.texts.operation("cli", operation)
    }

    pub fn verdict(&self, verdict: Verdict) -> String {
        self.texts.get(&format!("cli-verdict-{}", verdict.word().replace('_', "-")))
    }

    /// Who can do something about it.
    pub fn fault(&self, fault: Fault) -> String {
        self.texts.get(match fault {
            Fault::Nobody => "cli-fault-nobody",
            Fault::Settings => "cli-fault-settings",
            Fault::Terminal => "cli-fault-terminal",
            Fault::Link => "cli-fault-link",
            Fault::Program => "cli-fault-program",
        })
    }

    fn outcome_block(&self, payment: &str, asked: Option<(Operation, Money)>, outcome: &Outcome) {
        let headline = match asked {
            Some((operation, amount)) => self.texts.with(
                "cli-outcome",
                &[
                    ("operation", &self.operation(operation)),
                    ("amount", &self.texts.money(outcome.taken.map_or(amount, |taken| taken.total))),
                    ("outcome", &self.verdict(outcome.verdict)),
                ],
            ),
            None => self.verdict(outcome.verdict),
        };
        self.line("");
        self.line(&headline);
        if let Some(explanation) = &outcome.explanation {
            self.line(&self.texts.explain(explanation));
        }
        if let Some(taken) = outcome.taken {
            let part = |minor: i64| (minor != 0).then(|| self.texts.money(Money::new(minor, taken.total.currency())));
            self.detail("cli-detail-tip", part(taken.tip_minor));
            self.detail("cli-detail-cashback", part(taken.cashback_minor));
            self.detail("cli-detail-surcharge", part(taken.surcharge_minor));
        }
        self.detail("cli-detail-card", outcome.card.as_ref().map(|card| self.texts.card(card)));
        self.detail("cli-detail-authorisation", outcome.auth_code.clone());
        self.detail("cli-detail-terminal-reference", outcome.terminal_reference.clone());
        self.detail("cli-detail-payment", Some(payment.to_owned()));
        if outcome.verdict == Verdict::InDoubt {
            self.line(&self.texts.with("cli-what-to-do-in-doubt", &[("payment", payment)]));
        }
    }

    fn detail(&self, label: &str, value: Option<String>) {
        if let Some(value) = value {
            self.line(&format!("  {}: {value}", self.texts.get(label)));
        }
    }
}

/// A reader that has gone must not end a payment, so a line that cannot be written is dropped.
fn write_line(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}
