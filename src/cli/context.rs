//! What every command has at hand, and what can keep it from its work.

use std::io::Write;

use crate::domain::{BillError, Currency, Money, MoneyError, PaymentId, PaymentRecord};
use crate::journal::{Journal, JournalError, LockError, Upgrading};
use crate::protocols;
use crate::protocols::protocol::{Abilities, FieldError, FieldProblem};
use crate::settings::{Places, SecretError, Settings, SettingsError};
use crate::terminal::{Earlier, Refusal, TerminalHandle};
use crate::terminal::{TRAINING, Till, TillError, Which, meant_terminal};
use crate::texts::Texts;

use super::config::error_text;
use super::exit_status::ExitStatus;
use super::interrupts::Interrupts;
use super::output::Output;

/// A command ends with an exit status, or with the reason why it could not do its work.
pub type Done = Result<ExitStatus, Failure>;

/// Why a command did not do its work: the `error` event and the exit status.
#[derive(Debug)]
pub struct Failure {
    pub code: String,
    pub message: String,
    pub status: ExitStatus,
}

impl Failure {
    /// The same under another code.
    pub fn with_code(self, code: &str) -> Failure {
        Failure { code: code.to_owned(), ..self }
    }
}

pub struct Context {
    pub places: Places,
    pub settings: Settings,
    pub output: Output,
    /// Whoever the journal is to name, where somebody was named.
    pub operator: Option<String>,
    /// What became of settings that somebody put into their folder, in sentences that were said already.
    pub dropped: Vec<String>,
}

impl Context {
    pub fn texts(&self) -> &Texts {
        self.output.texts()
    }

    /// Wrong usage, with the text `cli-<code>`.
    pub fn usage(&self, code: &str, placeables: &[(&str, &str)]) -> Failure {
        Failure { status: ExitStatus::Usage, ..self.failed(code, placeables) }
    }

    /// Something else went wrong, with the text `cli-<code>`.
    pub fn failed(&self, code: &str, placeables: &[(&str, &str)]) -> Failure {
        let message = self.texts().with(&format!("cli-{code}"), placeables);
        Failure { code: code.to_owned(), message, status: ExitStatus::Failed }
    }

    pub fn refused(&self, refusal: &Refusal) -> Failure {
        if let Refusal::Journal(JournalError::Bill(error)) = refusal {
            return self.bill_refused(error);
        }
        Failure {
            code: refusal.code().to_owned(),
            message: refusal_text(self.texts(), refusal),
            status: ExitStatus::of_refusal(refusal),
        }
    }

    pub fn till_failed(&self, error: &TillError) -> Failure {
        Failure {
            code: error.key().trim_start_matches("till-").to_owned(),
            message: self.till_text(error),
            status: ExitStatus::of_number(error.exit_status()),
        }
    }

    fn till_text(&self, error: &TillError) -> String {
        let with = |placeables: &[(&str, &str)]| self.texts().with(error.key(), placeables);
        match error {
            TillError::Locked(LockError::Held { pid: Some(pid) }) => {
                self.texts().with("till-locked-by", &[("process", &pid.to_string())])
            }
            TillError::UnknownTerminal(terminal) | TillError::Face(terminal) | TillError::Tables(terminal) => {
                with(&[("terminal", terminal)])
            }
            TillError::SeveralTerminals(names) => with(&[("terminals", &names.join(", "))]),
            TillError::UnknownProtocol { terminal, protocol } => {
                with(&[("terminal", terminal), ("protocol", protocol)])
            }
            TillError::Field { terminal, error } => {
                with(&[("terminal", terminal), ("problem", &self.field_wrong(error).message)])
            }
            TillError::Secrets { terminal, error } => {
                let problem = self.secret_text(error);
                self.texts().with("till-secrets", &[("terminal", terminal), ("problem", &problem)])
            }
            other => with(&[("problem", &other.to_string())]),
        }
    }

    /// What keeps secrets from being read or kept, with the system's own words behind it.
    pub fn secret_text(&self, error: &SecretError) -> String {
        self.texts().with_detail(self.texts().get(error.key()), Some(&error.to_string()))
    }

    pub fn journal_failed(&self, error: &JournalError) -> Failure {
        if let JournalError::Bill(error) = error {
            return self.bill_refused(error);
        }
        Failure {
            code: error.key().to_owned(),
            message: self.texts().with(error.key(), &[("problem", &error.to_string())]),
            status: ExitStatus::Failed,
        }
    }

    /// The bill does not allow it.
    pub fn bill_refused(&self, error: &BillError) -> Failure {
        Failure {
            code: error.code().to_owned(),
            message: self.texts().with(error.key(), &[("what", &error.what())]),
            status: ExitStatus::of_bill(error),
        }
    }

    pub fn settings_failed(&self, error: &SettingsError) -> Failure {
        Failure { code: "settings".to_owned(), message: error_text(self.texts(), error), status: ExitStatus::Usage }
    }

    /// A settings field that is wrong, by its name and label.
    pub fn field_wrong(&self, error: &FieldError) -> Failure {
        let problem = self.texts().get(match error.problem {
            FieldProblem::Missing => "field-problem-missing",
            FieldProblem::Invalid => "field-problem-invalid",
            FieldProblem::Unknown => "field-problem-unknown",
            FieldProblem::Secret => "field-problem-secret",
        });
        let label_key = format!("field-{}", error.field.replace('_', "-"));
        let label = if self.texts().has(&label_key) { self.texts().get(&label_key) } else { error.field.clone() };
        self.usage("field", &[("field", &error.field), ("label", &label), ("problem", &problem)])
    }

    /// The terminal that is meant (DESIGN section 5).
    pub fn terminal_meant(&self, named: Option<&str>) -> Result<String, Failure> {
        meant_terminal(&self.settings, named).map_err(|error| self.till_failed(&error))
    }

    /// Takes the data folder and starts the terminals.
    pub async fn open_till(&self, which: Which) -> Result<Till, Failure> {
        self.try_open_till(which).await.map_err(|error| self.till_failed(&error))
    }

    /// The same for whoever wants to know what keeps it from opening.
    pub async fn try_open_till(&self, which: Which) -> Result<Till, TillError> {
        Till::open_telling(&self.places, &self.settings, which, self.upgrade_teller()).await
    }

    /// From here on the program ends in its own time.
    pub fn interrupts(&self) -> Result<Interrupts, Failure> {
        Interrupts::listen().map_err(|error| self.failed("no-interrupts", &[("problem", &error.to_string())]))
    }

    pub fn handle<'a>(&self, till: &'a Till, name: &str) -> Result<&'a TerminalHandle, Failure> {
        till.terminal(name).ok_or_else(|| match till.broken().first() {
            Some(error) => self.till_failed(error),
            None => self.no_such_terminal(name),
        })
    }

    pub fn no_such_terminal(&self, name: &str) -> Failure {
        self.till_failed(&TillError::UnknownTerminal(name.to_owned()))
    }

    /// The journal for reading, beside a running program; an empty one while there is none yet.
    pub fn journal(&self) -> Result<Journal, Failure> {
        self.journal_for_reading().map_err(|error| self.journal_failed(&error))
    }

    /// The same, with the journal's own words.
    pub fn journal_for_reading(&self) -> Result<Journal, JournalError> {
        Journal::open_reading_telling(&self.places.journal_file(), &mut self.upgrade_teller())
    }

    /// The journal for writing, beside a running program.
    pub fn journal_for_writing(&self) -> Result<Journal, JournalError> {
        Journal::open_telling(&self.places.journal_file(), &mut self.upgrade_teller())
    }

    /// Says once that a long journal of an older format is brought up to date, on standard error.
    fn upgrade_teller(&self) -> impl FnMut(Upgrading) + Send + use<> {
        let language = self.texts().tag();
        let mut said = false;
        move |upgrading| {
            if !std::mem::replace(&mut said, true) {
                let payments = [("payments", upgrading.of.into())];
                let words = Texts::new(Some(language)).with_values("cli-upgrading", &payments);
                let _ = writeln!(std::io::stderr(), "{words}");
            }
        }
    }

    /// An earlier payment, with what was done about it since.
    pub fn earlier(&self, name: &str) -> Result<Earlier, Failure> {
        let unknown = || self.usage("unknown-payment", &[("payment", name.trim())]);
        let Ok(id) = name.parse::<PaymentId>();
        let found = Earlier::read(&self.journal()?, &id).map_err(|error| self.journal_failed(&error))?;
        found.ok_or_else(unknown)
    }

    /// The payment with this name.
    pub fn payment(&self, name: &str) -> Result<PaymentRecord, Failure> {
        let unknown = || self.usage("unknown-payment", &[("payment", name.trim())]);
        let Ok(id) = name.parse::<PaymentId>();
        let found = self.journal()?.payment(&id).map_err(|error| self.journal_failed(&error))?;
        found.ok_or_else(unknown)
    }

    /// What a terminal that is set up can do, without starting it; training knows its own only when it runs.
    pub fn abilities_set_up(&self, terminal: &str) -> Option<Abilities> {
        let known = self.settings.terminal(terminal).filter(|_| terminal != TRAINING)?;
        let protocol = protocols::find(&known.protocol)?;
        let fields = protocol.checked(&known.fields).ok()?;
        Some((protocol.abilities)(&fields))
    }

    /// Plain decimal text, more than zero, with no more decimals than the currency has.
    pub fn amount(&self, text: &str, currency: Currency) -> Result<Money, Failure> {
        let money = self.money(text, currency)?;
        if !money.is_positive() {
            return Err(self.usage("amount-not-positive", &[("amount", text.trim())]));
        }
        Ok(money)
    }

    /// Plain decimal text with no more decimals than the currency has.
    pub fn money(&self, text: &str, currency: Currency) -> Result<Money, Failure> {
        let shown = text.trim();
        let money = Money::parse(text, currency).map_err(|error| match error {
            MoneyError::TooManyDecimals { .. } => self.too_many_decimals(shown, currency),
            MoneyError::Overflow => self.usage("amount-too-large", &[("amount", shown)]),
            _ => self.usage("not-an-amount", &[("amount", shown)]),
        })?;
        // Three zeros behind a point may be somebody's thousands.
        let decimals = shown.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        if decimals > currency.decimals() as usize {
            return Err(self.too_many_decimals(shown, currency));
        }
        Ok(money)
    }

    fn too_many_decimals(&self, text: &str, currency: Currency) -> Failure {
        let allowed = currency.decimals().to_string();
        let placeables = [("amount", text), ("currency", currency.code()), ("decimals", allowed.as_str())];
        let key = if currency.decimals() == 0 { "no-decimals" } else { "too-many-decimals" };
        self.usage(key, &placeables).with_code("too-many-decimals")
    }
}

/// Why nothing was started, and what to do.
pub fn refusal_text(texts: &Texts, refusal: &Refusal) -> String {
    let key = format!("refusal-{}", refusal.code());
    match refusal {
        Refusal::InDoubt(payment)
        | Refusal::UnknownPayment(payment)
        | Refusal::OtherTerminal(payment)
        | Refusal::NotApproved(payment)
        | Refusal::AlreadyVoided(payment)
        | Refusal::AlreadyCaptured(payment)
        | Refusal::AlreadyRefunded(payment)
        | Refusal::NotTheLast(payment) => texts.with(&key, &[("payment", payment.as_str())]),
        Refusal::NotAble(operation) | Refusal::NoOriginal(operation) | Refusal::NotKeyed(operation) => {
            texts.with(&key, &[("operation", &texts.operation("cli", *operation))])
        }
        Refusal::NoTender(tender) => {
            let tender = texts.get(&format!("cli-tender-{}", tender.word()));
            texts.with(&key, &[("tender", &tender)])
        }
        Refusal::WrongKind { payment, kind, asked } => {
            let [kind, asked] = [kind, asked].map(|operation| texts.operation("cli", *operation));
            texts.with(&key, &[("payment", payment.as_str()), ("kind", &kind), ("asked", &asked)])
        }
        Refusal::CaptureTooLarge { payment, reserved: left } | Refusal::RefundTooLarge { payment, left } => {
            texts.with(&key, &[("payment", payment.as_str()), ("left", &texts.money(*left))])
        }
        Refusal::WrongCurrency { terminal, asked } => {
            texts.with(&key, &[("terminal", terminal.code()), ("asked", asked.code())])
        }
        Refusal::NoListener(problem) => texts.with(&key, &[("problem", problem)]),
        Refusal::Journal(error) => texts.with(&key, &[("problem", &error.to_string())]),
        _ => texts.get(&key),
    }
}
