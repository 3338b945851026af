//! What the program says: JSON Lines for programs, or plain text for people. Never anything else on standard output.

use std::io::{IsTerminal, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::clock::local_rfc3339;
use crate::domain::outcome::Fault;
use crate::domain::receipt::Copy;
use crate::domain::{DayEnd, Money, Operation, Outcome, PaymentRecord, Question, QuestionKind, Receipt, Verdict};
use crate::journal::KeptDayEnd;
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

    /// What somebody has to know beside what was asked; always on standard error.
    pub fn warning(&self, text: &str) {
        let _ = writeln!(std::io::stderr(), "{text}");
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
        let amount = if record.request.operation.has_amount() {
            self.texts.money(outcome.taken.map_or(record.request.amount, |taken| taken.total))
        } else {
            self.texts.get("cli-history-without-amount")
        };
        let at = record.at.to_zoned(TimeZone::system());
        self.line(&self.texts.with(
            "cli-history-line",
            &[
                ("at", &at.strftime("%Y-%m-%d %H:%M").to_string()),
                ("payment", record.id.as_str()),
                ("terminal", &record.terminal),
                ("operation", &self.operation(record.request.operation)),
                ("amount", &amount),
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

    /// What a terminal told of its day.
    pub fn day_end(&self, terminal: &str, end: &DayEnd) {
        self.event(&Event::DayEnd(DayEndFields::new(terminal, end, &self.texts)));
        self.day_end_block(terminal, end);
    }

    /// The same as the journal has kept it.
    pub fn kept_day_end(&self, kept: &KeptDayEnd) {
        self.event(&Event::DayEnd(DayEndFields::kept(kept, &self.texts)));
        if self.json {
            return;
        }
        let here = kept.at.to_zoned(TimeZone::system());
        let report = self.texts.get(&format!("cli-report-{}", kept.end.report.word()));
        let placeables =
            [("at", &*local_rfc3339(kept.at, here.offset())), ("terminal", &*kept.terminal), ("report", &*report)];
        self.line(&self.texts.with("cli-report-line", &placeables));
        self.day_end_block(&kept.terminal, &kept.end);
        self.line("");
    }

    fn day_end_block(&self, terminal: &str, end: &DayEnd) {
        self.line(&self.texts.with(&format!("cli-day-{}", end.key()), &[("terminal", terminal)]));
        if let Some(explanation) = &end.explanation {
            self.line(&self.texts.explain(explanation));
        }
        self.detail("cli-detail-batch", end.batch.clone());
        self.detail("cli-detail-transactions", end.transactions.map(|number| number.to_string()));
        self.detail("cli-detail-total", end.total.map(|total| self.texts.money(total)));
        if !end.lines.is_empty() {
            self.line("---");
            end.lines.iter().for_each(|line| self.line(line));
            self.line("---");
        }
    }

    pub fn question(&self, payment: &str, question: &Question) {
        let now = Timestamp::now();
        self.event(&Event::question(payment, question, now));
        let text =
            if question.text.is_empty() { self.texts.get("cli-question-signature") } else { question.text.clone() };
        self.line(&text);
        if let Some(seconds) = question.seconds_left(now) {
            let key = match question.kind {
                QuestionKind::Signature => "cli-question-signature-seconds",
                QuestionKind::Confirmation => "cli-question-seconds",
            };
            self.line(&self.texts.with_values(key, &[("seconds", seconds.into())]));
        }
    }

    /// The beginning of a payment, for people.
    pub fn started(&self, payment: &str, terminal: &str, operation: Operation, amount: Money) {
        let key = if operation.has_amount() { "cli-started" } else { "cli-started-without-amount" };
        let placeables = [
            ("operation", &*self.operation(operation)),
            ("amount", &*self.texts.money(amount)),
            ("terminal", terminal),
            ("payment", payment),
        ];
        self.line(&self.texts.with(key, &placeables));
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
                if operation.has_amount() { "cli-outcome" } else { "cli-outcome-without-amount" },
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
        self.detail("cli-detail-card-balance", outcome.card_balance.map(|balance| self.texts.money(balance)));
        self.detail("cli-detail-authorisation", outcome.auth_code.clone());
        self.detail("cli-detail-terminal-reference", outcome.terminal_reference.clone());
        self.detail("cli-detail-payment", Some(payment.to_owned()));
        if outcome.verdict == Verdict::InDoubt {
            let key = match asked.map(|(operation, _)| operation) {
                Some(Operation::CardCheck | Operation::Balance) => "cli-what-to-do-card-check",
                Some(Operation::Deactivation) => "cli-what-to-do-deactivation",
                _ => "cli-what-to-do-in-doubt",
            };
            self.line(&self.texts.with(key, &[("payment", payment)]));
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
