//! What every view is given besides its own state. Nothing here does I/O: time and zone were read elsewhere.

use iced::Size;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::keys::Press;
use super::paper_look::PaperLook;
use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Money, Operation, Origin, PaymentRecord, PaymentState, Verdict};
use crate::texts::Texts;

/// The time as the window last heard it, and where the till stands.
#[derive(Debug, Clone)]
pub struct Clock {
    pub now: Timestamp,
    pub zone: TimeZone,
}

impl Clock {
    pub fn is_today(&self, at: Timestamp) -> bool {
        at.to_zoned(self.zone.clone()).date() == self.now.to_zoned(self.zone.clone()).date()
    }

    /// Whole seconds from then to now.
    pub fn seconds_since(&self, then: Timestamp) -> i64 {
        (self.now.as_second() - then.as_second()).max(0)
    }

    /// `1:05`.
    pub fn stopwatch(&self, since: Timestamp) -> String {
        let seconds = self.seconds_since(since);
        format!("{}:{:02}", seconds / 60, seconds % 60)
    }
}

/// Texts, time and room for a view.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub texts: &'a Texts,
    pub clock: &'a Clock,
    pub room: Size,
    /// Of everything that could be printed.
    pub paper: &'a PaperLook,
}

impl<'a> Scene<'a> {
    /// The words on slips.
    pub fn paper_texts(&self) -> &'a Texts {
        self.paper.words(self.texts)
    }
}

impl Scene<'_> {
    pub fn text(&self, key: &str) -> String {
        self.texts.get(key)
    }

    /// Side by side, or one below the other.
    pub fn is_wide(&self) -> bool {
        self.room.width >= 840.0
    }

    /// How much larger than at 1024×768 the largest things are drawn.
    pub fn scale(&self) -> f32 {
        (self.room.width / 1024.0).min(self.room.height / 768.0).clamp(1.0, 1.6)
    }

    /// Whether there is little height to share.
    pub fn is_low(&self) -> bool {
        self.room.height < 700.0
    }

    /// Around a screen.
    pub fn edge(&self) -> [f32; 2] {
        if self.is_low() { [8.0, 16.0] } else { [16.0, 16.0] }
    }

    /// What stands on a key, as it is printed on keyboards of this language.
    pub fn shortcut(&self, press: Press) -> String {
        match press {
            Press::Function(number) => format!("F{number}"),
            Press::Control(letter) => format!("{}+{}", self.text("key-control"), letter.to_ascii_uppercase()),
            Press::Escape => self.text("key-escape"),
            Press::Enter => self.text("key-enter"),
            Press::Digit(digit) => digit.to_string(),
            _ => String::new(),
        }
    }

    /// A label with the key that does the same.
    pub fn with_key(&self, key: &str, press: Press) -> String {
        format!("{}  {}", self.text(key), self.shortcut(press))
    }

    /// The training terminal has a name in every language; the others have the one they were given.
    pub fn terminal(&self, name: &str, training: bool) -> String {
        if training { self.text("window-terminal-training") } else { name.to_owned() }
    }

    pub fn operation(&self, operation: Operation) -> String {
        self.texts.operation("window", operation)
    }

    /// The amount, or nothing where the operation is not about one.
    pub fn amount(&self, operation: Operation, money: Money) -> String {
        if operation.has_amount() { self.texts.money(money) } else { String::new() }
    }

    /// Why, and what to do, with the terminal's own words. What broke a line, in the words of the system and of the network,
    /// tells a cashier nothing: it stands on the payment's page and in the diagnosis, for support.
    pub fn explain(&self, explanation: &Explanation) -> String {
        match explanation.fault {
            Fault::Link => self.text(&explanation.key),
            _ => self.texts.explain(explanation),
        }
    }

    /// Whose payment it is.
    pub fn origin(&self, origin: &Origin) -> String {
        let placeables = [("reference", origin.reference.as_str()), ("face", origin.face.as_str())];
        self.texts.with(&format!("window-origin-{}", origin.from.word()), &placeables)
    }

    /// The word on the band: what became of a void is not what became of a sale.
    pub fn verdict(&self, verdict: Verdict, operation: Operation) -> String {
        let key = match (verdict, operation) {
            (Verdict::InDoubt, _) => "window-verdict-in-doubt",
            (Verdict::Approved, Operation::Void) => "window-verdict-voided",
            (_, Operation::Void) => "window-verdict-not-voided",
            (Verdict::Approved, Operation::Refund) => "window-verdict-refunded",
            (Verdict::NotCharged, Operation::Refund) => "window-verdict-not-refunded",
            (Verdict::Approved, Operation::CardCheck) => "window-verdict-card-valid",
            (Verdict::NotCharged, Operation::CardCheck) => "window-verdict-not-checked",
            (Verdict::Approved, Operation::Balance) => "window-verdict-balance",
            (Verdict::NotCharged, Operation::Balance) => "window-verdict-balance-not-told",
            (Verdict::Approved, Operation::Deactivation) => "window-verdict-deactivated",
            (Verdict::NotCharged, Operation::Deactivation) => "window-verdict-not-deactivated",
            (Verdict::Approved, _) => "window-verdict-approved",
            (Verdict::Declined, _) => "window-verdict-declined",
            (Verdict::Cancelled, _) => "window-verdict-cancelled",
            (Verdict::NotCharged, _) => "window-verdict-not-charged",
        };
        self.texts.get(key)
    }

    /// The word for a payment of the journal: nobody approves cash, and a person's decision carries their name.
    pub fn became(&self, record: &PaymentRecord) -> String {
        let (verdict, operation) = (record.verdict(), record.request.operation);
        let is_decided = matches!(record.state, PaymentState::DecidedPaid | PaymentState::DecidedNotPaid);
        if let Some(decision) = record.decision.as_ref().filter(|_| is_decided) {
            let word = self.decided(verdict, operation);
            return self.texts.with("window-verdict-decided", &[("word", &word), ("name", &decision.by)]);
        }
        match (verdict, operation) {
            (Verdict::Approved, Operation::Refund) if record.is_cash() => self.text("window-verdict-cash-given-back"),
            (Verdict::Approved, _) if record.is_cash() => self.text("window-verdict-cash-paid"),
            _ => self.verdict(verdict, operation),
        }
    }

    /// What a person said is no approval of a terminal's.
    fn decided(&self, verdict: Verdict, operation: Operation) -> String {
        match operation {
            Operation::Void
            | Operation::Refund
            | Operation::CardCheck
            | Operation::Balance
            | Operation::Deactivation => self.verdict(verdict, operation),
            _ if verdict == Verdict::Approved => self.text("window-verdict-paid"),
            _ => self.text("window-verdict-not-paid"),
        }
    }

    /// `14:05` today, `14/03/2026, 14:05` on another day, as the locale writes it.
    pub fn short(&self, at: Timestamp) -> String {
        let there = at.to_zoned(self.clock.zone.clone());
        if self.clock.is_today(at) { self.texts.time(&there) } else { self.texts.date_time(&there) }
    }

    /// `14:05:09`, with the day where it is another one than `beside`'s.
    pub fn to_the_second(&self, at: Timestamp, beside: Timestamp) -> String {
        let [there, beside] = [at, beside].map(|time| time.to_zoned(self.clock.zone.clone()));
        let time = self.texts.time_with_seconds(&there);
        if there.date() == beside.date() { time } else { format!("{} {time}", self.texts.date(&there)) }
    }

    /// What the clock shows.
    pub fn time(&self) -> String {
        self.texts.time(&self.clock.now.to_zoned(self.clock.zone.clone()))
    }

    /// `3 min`, `2 h`.
    pub fn age(&self, since: Timestamp) -> String {
        let seconds = self.clock.seconds_since(since);
        let (key, number) = match seconds {
            0..60 => ("window-age-seconds", seconds),
            60..3600 => ("window-age-minutes", seconds / 60),
            3600..172_800 => ("window-age-hours", seconds / 3600),
            _ => ("window-age-days", seconds / 86_400),
        };
        self.texts.with_values(key, &[("number", number.into())])
    }
}

/// The largest size at which a line of text fits into a width.
pub fn fit(text: &str, width: f32, largest: f32) -> f32 {
    /// Of the size of the text, for the widest common letters of Fira Sans.
    const WIDTH_OF_A_LETTER: f32 = 0.6;
    let letters = text.chars().count().max(1) as f32;
    (width / (letters * WIDTH_OF_A_LETTER)).clamp(18.0, largest)
}
