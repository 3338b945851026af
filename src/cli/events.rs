//! The events of `--json` (DESIGN section 5). Absent fields are left out; amounts are integers or exact decimal text.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::domain::receipt::Copy;
use crate::domain::{
    DayEnd, DayReport, DayVerdict, Identity, Operator, Outcome, PaymentId, PaymentRecord, PriceItem, PriceList,
    PromptAnswer, PromptKind, Question, QuestionKind, TaxMode, Verdict,
};
use crate::journal::{JournalEvent, KeptDayEnd, RawMessage};
use crate::texts::Texts;

use super::bill::events::{BillFields, CashFields};
use super::config::PlacedFields;
use super::day_events::{DayClosedFields, DayFields, DifferenceFields};
use super::printer::events::{FoundPrinterFields, PrintJobFields, PrinterFields};

/// One line of standard output.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Started(Started),
    Display {
        text: String,
        /// Where several terminals are served.
        #[serde(skip_serializing_if = "Option::is_none")]
        terminal: Option<String>,
    },
    Question {
        id: u64,
        kind: QuestionKind,
        text: String,
        payment: String,
        /// How long the terminal still waits for the answer.
        #[serde(skip_serializing_if = "Option::is_none")]
        seconds: Option<u64>,
    },
    Reference {
        payment: String,
        reference: String,
    },
    Receipt {
        payment: String,
        copy: Copy,
        lines: Vec<String>,
    },
    Outcome(OutcomeFields),
    /// Of cash, which no terminal takes.
    #[serde(rename = "outcome")]
    CashOutcome(CashFields),
    Bill(BillFields),
    /// Of a bill, made by the till.
    #[serde(rename = "receipt")]
    BillReceipt {
        bill: String,
        copy: BillCopyWord,
        lines: Vec<String>,
    },
    Payment(PaymentFields),
    Happened(HappenedFields),
    Message(MessageFields),
    Link {
        terminal: String,
        state: LinkState,
        text: String,
    },
    /// One thing that the doctor has looked at.
    Check(CheckFields),
    Terminal(TerminalFields),
    /// What the account told besides secrets.
    Paired {
        terminal: String,
        #[serde(flatten)]
        fields: BTreeMap<&'static str, String>,
    },
    Unpaired {
        terminal: String,
    },
    /// Settings that can be used.
    ConfigChecked {
        file: String,
        terminals: usize,
    },
    /// One thing that keeps settings from being used.
    ConfigFault(PlacedFields),
    /// Something in the settings that is kept and not understood.
    ConfigWarning(PlacedFields),
    /// The public half of the shop's key.
    ConfigKey {
        key: String,
    },
    ConfigRecipient {
        recipient: String,
    },
    ConfigExported {
        file: String,
        is_signed: bool,
        /// How many are sealed in it.
        #[serde(skip_serializing_if = "Option::is_none")]
        secrets: Option<usize>,
    },
    ConfigImported {
        file: String,
        /// How many there are now.
        terminals: usize,
        /// How many the file brought.
        secrets: usize,
    },
    /// A printer that is set up.
    Printer(PrinterFields),
    FoundPrinter(FoundPrinterFields),
    PrintJob(PrintJobFields),
    /// Something is on paper.
    Printed {
        printer: String,
        title: String,
    },
    Secret {
        terminal: String,
        field: String,
        /// `keyring` or `file`.
        place: String,
        is_set: bool,
    },
    SecretsMoved {
        to: String,
        moved: usize,
    },
    DayEnd(DayEndFields),
    /// The shop's own day, open or closed.
    Day(Box<DayFields>),
    Difference(DifferenceFields),
    DayClosed(DayClosedFields),
    Scanned {
        code: String,
    },
    Answered(AnsweredFields),
    /// The price list there is now.
    Imported(PricesFields),
    /// A price list that could be imported.
    Checked(PricesFields),
    /// One thing that keeps a price list from being imported.
    Fault {
        /// Absent where it is about the whole file.
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<usize>,
        problem: &'static str,
        text: String,
    },
    Price(PriceFields),
    Listening {
        address: String,
        /// Where the terminal has several.
        #[serde(skip_serializing_if = "Option::is_none")]
        door: Option<&'static str>,
    },
    /// A simulated printer has cut one.
    Sheet {
        number: usize,
        lines: Vec<String>,
    },
    /// At a simulated printer.
    Drawer,
    /// A search found a terminal, or what may be one.
    Found(FoundFields),
    /// A terminal of an account.
    Listed(ListedFields),
    /// A terminal that was found is set up now.
    Added(AddedFields),
    /// One that was found is not, and why.
    NotAdded(NotAddedFields),
    /// Which terminal a search found where the settings say.
    Here {
        terminal: String,
        address: String,
        identity: Identity,
    },
    Moved {
        terminal: String,
        from: String,
        to: String,
        identity: Identity,
    },
    Operator(OperatorFields),
    Mail(MailFields),
    OperatorRemoved {
        name: String,
    },
    /// What cashiers may besides taking payments.
    OperatorRights {
        cashier: Vec<&'static str>,
        /// 0 for never.
        idle_minutes: u32,
    },
    SupportBundle {
        file: String,
        bytes: u64,
        parts: Vec<String>,
        /// In English: it is for support.
        left_out: Vec<String>,
    },
    LogLevel {
        part: &'static str,
        level: &'static str,
        /// When it is the usual again, if ever.
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<String>,
    },
    LogLine {
        line: String,
    },
    Error {
        code: String,
        message: String,
    },
}

/// The mail server as it is set up.
#[derive(Debug, Serialize)]
pub struct MailFields {
    pub host: String,
    pub port: u16,
    pub security: &'static str,
    pub from: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

/// What a search found.
#[derive(Debug, Serialize)]
pub struct FoundFields {
    pub protocol: &'static str,
    pub host: String,
    pub port: u16,
    /// It spoke the protocol; otherwise only its port speaks for it.
    pub certain: bool,
    pub identity: Identity,
    /// The terminal that is set up as this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_as: Option<String>,
}

/// A terminal of the account to which a terminal that is set up leads.
#[derive(Debug, Serialize)]
pub struct ListedFields {
    pub protocol: &'static str,
    /// Whose settings lead to the account.
    pub account_of: String,
    /// The settings field, and what stands in it for this one.
    pub field: &'static str,
    pub id: String,
    pub about: String,
    /// The terminal that is set up as this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_as: Option<String>,
}

/// A terminal that was found and set up.
#[derive(Debug, Serialize)]
pub struct AddedFields {
    pub terminal: String,
    pub protocol: &'static str,
    pub host: String,
    pub port: u16,
}

/// A terminal that was found and could not be set up.
#[derive(Debug, Serialize)]
pub struct NotAddedFields {
    pub protocol: &'static str,
    pub host: String,
    pub port: u16,
    pub code: &'static str,
    pub text: String,
    /// The fields that somebody has to give.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<&'static str>,
}

/// Somebody who signs in at the till.
#[derive(Debug, Serialize)]
pub struct OperatorFields {
    pub name: String,
    pub role: &'static str,
}

impl OperatorFields {
    pub fn of(operator: &Operator) -> OperatorFields {
        OperatorFields { name: operator.name.to_string(), role: operator.role.word() }
    }
}

#[derive(Debug, Serialize)]
pub struct Started {
    pub payment: String,
    pub terminal: String,
    pub operation: &'static str,
    pub amount: String,
    pub currency: &'static str,
    /// Where the payment began, if not at this till.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<&'static str>,
}

/// What a bill's paper is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BillCopyWord {
    ToPay,
    Paid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    Online,
    Offline,
}

#[derive(Debug, Serialize)]
pub struct OutcomeFields {
    pub payment: String,
    pub outcome: Verdict,
    /// What was really taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_minor: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<&'static str>,
    #[serde(skip_serializing_if = "is_zero")]
    pub tip_minor: i64,
    #[serde(skip_serializing_if = "is_zero")]
    pub cashback_minor: i64,
    #[serde(skip_serializing_if = "is_zero")]
    pub surcharge_minor: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_code: Option<String>,
    /// What a gift card holds now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance_minor: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminal_reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl OutcomeFields {
    pub fn new(payment: &str, outcome: &Outcome, texts: &Texts) -> Self {
        let taken = outcome.taken.filter(|_| outcome.verdict == Verdict::Approved);
        let card = outcome.card.as_ref();
        OutcomeFields {
            payment: payment.to_owned(),
            outcome: outcome.verdict,
            amount: taken.map(|taken| taken.total.to_decimal()),
            amount_minor: taken.map(|taken| taken.total.minor()),
            currency: taken.map(|taken| taken.total.currency().code()),
            tip_minor: taken.map_or(0, |taken| taken.tip_minor),
            cashback_minor: taken.map_or(0, |taken| taken.cashback_minor),
            surcharge_minor: taken.map_or(0, |taken| taken.surcharge_minor),
            card: card.map(|card| card.last4.clone()).filter(|last4| !last4.is_empty()),
            brand: card.map(|card| card.brand.clone()).filter(|brand| !brand.is_empty()),
            auth_code: outcome.auth_code.clone(),
            balance_minor: outcome.card_balance.map(|balance| balance.minor()),
            terminal_reference: outcome.terminal_reference.clone(),
            message: outcome.explanation.as_ref().map(|explanation| texts.explain(explanation)),
        }
    }
}

/// What a terminal told of its day.
#[derive(Debug, Serialize)]
pub struct DayEndFields {
    pub terminal: String,
    pub report: DayReport,
    pub verdict: DayVerdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transactions: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_minor: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// The terminal's own figures, as it sent them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figures: Option<Value>,
    /// Of one that was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

impl DayEndFields {
    /// One that the journal has kept.
    pub fn kept(kept: &KeptDayEnd, texts: &Texts) -> Self {
        DayEndFields { at: Some(format!("{:.3}", kept.at)), ..DayEndFields::new(&kept.terminal, &kept.end, texts) }
    }

    pub fn new(terminal: &str, end: &DayEnd, texts: &Texts) -> Self {
        DayEndFields {
            terminal: terminal.to_owned(),
            report: end.report,
            verdict: end.verdict,
            batch: end.batch.clone(),
            transactions: end.transactions,
            total: end.total.map(|total| total.to_decimal()),
            total_minor: end.total.map(|total| total.minor()),
            currency: end.total.map(|total| total.currency().code()),
            message: end.explanation.as_ref().map(|explanation| texts.explain(explanation)),
            lines: end.lines.clone(),
            figures: end.figures.clone(),
            at: None,
        }
    }
}

/// One payment of the history.
#[derive(Debug, Serialize)]
pub struct PaymentFields {
    #[serde(flatten)]
    pub outcome: OutcomeFields,
    pub terminal: String,
    pub operation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The bill it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bill: Option<String>,
    /// Where it began, if not at this till, and how they call it there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin_reference: Option<String>,
    pub asked_minor: i64,
    pub at: String,
}

impl PaymentFields {
    pub fn new(record: &PaymentRecord, texts: &Texts) -> Self {
        let mut outcome = OutcomeFields::new(record.id.as_str(), &outcome_of(record), texts);
        outcome.currency = Some(record.request.amount.currency().code());
        PaymentFields {
            outcome,
            terminal: record.terminal.clone(),
            operation: record.request.operation.word(),
            of: record.request.of.as_ref().map(|original| original.payment.to_string()),
            reference: record.request.reference.clone(),
            bill: record.request.bill.as_ref().map(|part| part.bill.to_string()),
            origin: record.request.origin.as_ref().map(|origin| origin.from.word()),
            origin_reference: record.request.origin.as_ref().map(|origin| origin.reference.clone()),
            asked_minor: record.request.amount.minor(),
            at: format!("{:.3}", record.at),
        }
    }
}

/// One event of a payment, as the journal has it.
#[derive(Debug, Serialize)]
pub struct HappenedFields {
    pub payment: String,
    pub kind: String,
    /// It contradicted what was known, and changed nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub forbidden: bool,
    pub body: Value,
    pub at: String,
}

impl HappenedFields {
    pub fn new(payment: &PaymentId, event: &JournalEvent) -> Self {
        HappenedFields {
            payment: payment.to_string(),
            kind: event.kind.clone(),
            forbidden: event.forbidden,
            body: event.body.clone(),
            at: format!("{:.3}", event.at),
        }
    }
}

/// A message between till and terminal, scrubbed before it was written.
#[derive(Debug, Serialize)]
pub struct MessageFields {
    pub payment: String,
    /// From the till to the terminal.
    pub sent: bool,
    pub channel: String,
    pub body: String,
    pub at: String,
}

impl MessageFields {
    pub fn new(payment: &PaymentId, message: RawMessage) -> Self {
        MessageFields {
            payment: payment.to_string(),
            sent: message.sent,
            channel: message.channel,
            body: message.body,
            at: format!("{:.3}", message.at),
        }
    }
}

/// What the customer answered, or that something is shown.
#[derive(Debug, Serialize)]
pub struct AnsweredFields {
    pub terminal: String,
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_minor: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<&'static str>,
    /// Where the picture of a signature is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

impl AnsweredFields {
    pub fn new(terminal: &str, kind: PromptKind, answer: &PromptAnswer, file: Option<String>) -> Self {
        let (text, amount) = match answer {
            PromptAnswer::Typed(text) | PromptAnswer::Chosen(text) => (Some(text.clone()), None),
            PromptAnswer::TypedAmount(amount) => (None, Some(*amount)),
            PromptAnswer::Signed(_) | PromptAnswer::Shown => (None, None),
        };
        AnsweredFields {
            terminal: terminal.to_owned(),
            kind: kind.word(),
            text,
            amount: amount.map(|amount| amount.to_decimal()),
            amount_minor: amount.map(|amount| amount.minor()),
            currency: amount.map(|amount| amount.currency().code()),
            file,
        }
    }
}

/// A price list as a whole.
#[derive(Debug, Serialize)]
pub struct PricesFields {
    pub items: usize,
    pub currency: &'static str,
    pub tax: TaxMode,
}

impl PricesFields {
    pub fn of(list: &PriceList) -> Self {
        PricesFields { items: list.items().len(), currency: list.currency().code(), tax: list.tax() }
    }
}

/// One item of the price list.
#[derive(Debug, Serialize)]
pub struct PriceFields {
    pub code: String,
    pub label: String,
    pub price_minor: i64,
    pub currency: &'static str,
    /// The rate in percent, as decimal text.
    pub tax: String,
}

impl PriceFields {
    pub fn of(item: &PriceItem) -> Self {
        PriceFields {
            code: item.code.clone(),
            label: item.label.clone(),
            price_minor: item.price.minor(),
            currency: item.price.currency().code(),
            tax: item.tax.to_string(),
        }
    }
}

/// What the doctor makes of one thing.
#[derive(Debug, Serialize)]
pub struct CheckFields {
    pub terminal: String,
    /// The word of what was looked at.
    pub check: &'static str,
    /// `fine`, `doubt` or `fault`.
    pub result: &'static str,
    pub code: String,
    pub text: String,
    /// The system's or the terminal's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    pub ms: u128,
}

#[derive(Debug, Serialize)]
pub struct TerminalFields {
    pub terminal: String,
    pub protocol: String,
    pub default: bool,
    pub fields: crate::protocols::protocol::FieldValues,
    /// The secret fields that are set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
}

impl Event {
    /// `now` is when it is told.
    pub fn question(payment: &str, question: &Question, now: Timestamp) -> Event {
        Event::Question {
            id: question.id.0,
            kind: question.kind,
            text: question.text.clone(),
            payment: payment.to_owned(),
            seconds: question.seconds_left(now),
        }
    }
}

/// What the journal says of a payment, as an outcome: a payment that has not ended is in doubt.
pub fn outcome_of(record: &PaymentRecord) -> Outcome {
    let mut outcome = record.outcome.clone().unwrap_or(Outcome::bare(Verdict::InDoubt));
    outcome.verdict = record.verdict();
    outcome
}

fn is_zero(minor: &i64) -> bool {
    *minor == 0
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::{Currency, Money, Operation, Origin, PaymentRequest, PaymentState, QuestionId, Taken, Whence};

    #[test]
    fn absent_fields_are_left_out_and_event_stands_first() {
        let texts = Texts::new(Some("en"));
        let outcome = Outcome::approved(Taken::exactly(Money::new(10_000, Currency::SEK)));
        let line = serde_json::to_string(&Event::Outcome(OutcomeFields::new("K7M2-1", &outcome, &texts))).unwrap();
        assert_eq!(
            line,
            r#"{"event":"outcome","payment":"K7M2-1","outcome":"approved","amount":"100.00","amount_minor":10000,"currency":"SEK"}"#
        );
    }

    #[test]
    fn a_question_tells_the_seconds_where_somebody_knows_them() {
        let question = |until| Question {
            id: QuestionId(7),
            kind: QuestionKind::Signature,
            text: String::new(),
            on_screen: false,
            until,
        };
        let now: Timestamp = "2026-03-14T09:42:31.208Z".parse().unwrap();
        let told = |until| serde_json::to_string(&Event::question("K7M2-1", &question(until), now)).unwrap();
        let plain = r#"{"event":"question","id":7,"kind":"signature","text":"","payment":"K7M2-1""#;
        assert_eq!(told(None), format!("{plain}}}"));
        let until = Some("2026-03-14T09:43:51.300Z".parse().unwrap());
        assert_eq!(told(until), format!(r#"{plain},"seconds":80}}"#));
    }

    #[test]
    fn a_kept_report_has_its_time_and_everything_the_terminal_told() {
        let texts = Texts::new(Some("en"));
        let end = DayEnd {
            report: DayReport::X,
            lines: vec!["X BALANCE".to_owned()],
            figures: Some(serde_json::json!({ "totalAmount": 48_210 })),
            ..DayEnd::bare(DayVerdict::Reported)
        };
        let live = serde_json::to_string(&Event::DayEnd(DayEndFields::new("front", &end, &texts))).unwrap();
        let plain = concat!(
            r#"{"event":"day_end","terminal":"front","report":"x","verdict":"reported","#,
            r#""lines":["X BALANCE"],"figures":{"totalAmount":48210}"#
        );
        assert_eq!(live, format!("{plain}}}"));
        let at = "2026-03-14T22:58:31Z".parse().unwrap();
        let kept = DayEndFields::kept(&KeptDayEnd { terminal: "front".to_owned(), at, end }, &texts);
        let kept = serde_json::to_string(&Event::DayEnd(kept)).unwrap();
        assert_eq!(kept, format!(r#"{plain},"at":"2026-03-14T22:58:31.000Z"}}"#));
    }

    #[test]
    fn an_amount_the_customer_typed_is_told_exactly_and_a_text_as_it_is() {
        let told = |kind, answer: &PromptAnswer, file: Option<&str>| {
            let fields = AnsweredFields::new("front", kind, answer, file.map(str::to_owned));
            serde_json::to_string(&Event::Answered(fields)).unwrap()
        };
        assert_eq!(
            told(PromptKind::Input, &PromptAnswer::TypedAmount(Money::new(350, Currency::USD)), None),
            r#"{"event":"answered","terminal":"front","kind":"input","amount":"3.50","amount_minor":350,"currency":"USD"}"#
        );
        assert_eq!(
            told(PromptKind::Choice, &PromptAnswer::Chosen("Large".to_owned()), None),
            r#"{"event":"answered","terminal":"front","kind":"choice","text":"Large"}"#
        );
        assert_eq!(
            told(PromptKind::Lines, &PromptAnswer::Shown, None),
            r#"{"event":"answered","terminal":"front","kind":"lines"}"#
        );
    }

    #[test]
    fn a_payment_from_outside_says_where_it_began_and_how_it_is_called_there() {
        let texts = Texts::new(Some("en"));
        let mut request = PaymentRequest::new(Operation::Sale, Money::new(1_840, Currency::USD));
        let origin = Origin {
            from: Whence::Cloud,
            face: "cloud".to_owned(),
            number: "77031594".to_owned(),
            reference: "a1-000117".to_owned(),
        };
        request.origin = Some(Box::new(origin));
        let record = PaymentRecord {
            id: "K7M2-1".parse().unwrap(),
            terminal: "front".to_owned(),
            protocol: "nexo".to_owned(),
            training: false,
            request,
            state: PaymentState::Recorded,
            outcome: None,
            reference: None,
            at: "2026-03-14T09:42:31.208Z".parse().unwrap(),
            decision: None,
            voided_by: None,
        };
        let told = |record: &PaymentRecord| serde_json::to_string(&PaymentFields::new(record, &texts)).unwrap();
        assert!(told(&record).contains(r#""origin":"cloud","origin_reference":"a1-000117""#), "{}", told(&record));
        let own = PaymentRecord { request: PaymentRequest { origin: None, ..record.request.clone() }, ..record };
        assert!(!told(&own).contains("origin"));
    }

    #[test]
    fn only_further_doors_are_told_by_name() {
        let listening = |door| serde_json::to_string(&Event::Listening { address: "[::1]:5000".into(), door }).unwrap();
        assert_eq!(listening(None), r#"{"event":"listening","address":"[::1]:5000"}"#);
        assert_eq!(listening(Some("cancel")), r#"{"event":"listening","address":"[::1]:5000","door":"cancel"}"#);
    }
}
