//! The payment at hand, and what the journal has to know to ask about it later.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{
    Instant, Money, Now, OpenPayment, Operation, Outcome, PaymentId, PaymentRequest, StartPayment, Verdict,
};
use crate::protocols::driver::{Effect, Report, Stopping};
use crate::protocols::json::Amount;

use super::super::messages::{Call, CommandWord, LONGEST_REF_ID, Method, parameter};
use super::super::outcomes::{self, Asked};
use super::super::settings::{PosSettings, TipAdjust};
use super::ground::{self, Effects, credentials};

/// Lies in the journal as the payment's reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// `refID` (3.4), under the name every protocol shows its number by. That of the original for what is about one.
    #[serde(rename = "shown")]
    pub ref_id: String,
    pub command: CommandWord,
    /// Which of the account's terminals it was sent to, and to whom (see [`ground::addressee`]): settings change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_to: Option<String>,
    /// When it was sent: says by which day it can be asked about, and how often (3.6).
    pub sent_at: Timestamp,
    /// See [`outcomes::BASE`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_minor: Option<i64>,
}

/// One payment from start or recovery to its outcome.
#[derive(Debug)]
pub struct Case {
    pub id: PaymentId,
    pub request: PaymentRequest,
    pub reference: Option<Reference>,
    /// Since when it has been with the cloud, as far as this run of the program knows.
    pub since: Option<Instant>,
    /// How much of the time before `since` counts as well: an earlier run has waited, too.
    pub credit: Duration,
    /// It was sent in this run of the program, at that moment.
    pub here: Option<Instant>,
    /// The journal knows its outcome; somebody asks all the same.
    pub settled: bool,
    pub cancels: u32,
}

impl Case {
    pub fn started(start: StartPayment) -> Case {
        Case::new(start.id, start.request, None, false)
    }

    /// `Err` when the journal holds a reference that is none of ours.
    pub fn found(open: OpenPayment) -> Result<Case, serde_json::Error> {
        let reference = open.reference.map(serde_json::from_value).transpose()?;
        Ok(Case::new(open.id, open.request, reference, open.state.is_final()))
    }

    fn new(id: PaymentId, request: PaymentRequest, reference: Option<Reference>, settled: bool) -> Case {
        Case { id, request, reference, since: None, credit: Duration::ZERO, here: None, settled, cancels: 0 }
    }

    /// Names it before it leaves. `None` when it is about an earlier one that has no name, or nothing of this family's.
    pub fn named(&mut self, settings: &PosSettings, now: Timestamp, dice: u64) -> Option<()> {
        let command = outcomes::command_of(&self.request)?;
        let ref_id = if command.is_follow_up() { self.earlier_ref_id()? } else { self.new_ref_id(dice) };
        // A person who decides that it was paid knows of no tip.
        let base_minor = (self.request.operation == Operation::Sale).then_some(self.request.amount.minor());
        let (terminal_id, sent_to) = (Some(settings.account.terminal_id.clone()), Some(ground::addressee(settings)));
        self.reference = Some(Reference { ref_id, command, terminal_id, sent_to, sent_at: now, base_minor });
        Some(())
    }

    /// The payment's own name, and a few letters more: two tills of one account may have the same four characters, and a
    /// repeated name would be answered with the other one's money.
    fn new_ref_id(&self, dice: u64) -> String {
        let name: String = self.id.as_str().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        let name: String = name.chars().take(LONGEST_REF_ID - 7).collect();
        format!("{name}-{:06x}", dice % 0x0100_0000)
    }

    fn earlier_ref_id(&self) -> Option<String> {
        let reference = self.request.of.as_ref()?.reference.as_ref()?;
        Some(reference.get("shown")?.as_str()?.to_owned())
    }

    pub fn asked<'a>(&'a self, settings: &'a PosSettings) -> Option<Asked<'a>> {
        let reference = self.reference.as_ref()?;
        Some(Asked {
            request: &self.request,
            command: &reference.command,
            ref_id: &reference.ref_id,
            terminal_id: reference.terminal_id.as_deref().unwrap_or(&settings.account.terminal_id),
        })
    }

    /// Whether those who are asked by these settings are those it was sent to: only they know that there is no such payment.
    pub fn is_asked_where_it_was_sent(&self, settings: &PosSettings) -> bool {
        let Some(reference) = &self.reference else { return false };
        let same = |then: &Option<String>, now: &str| then.as_deref().is_none_or(|then| then == now);
        same(&reference.terminal_id, &settings.account.terminal_id)
            && same(&reference.sent_to, &ground::addressee(settings))
    }

    /// (3.6) How often may be asked about it. `None` when it has no name to ask by. The vendor counts by the name, which a
    /// follow-up shares with its original.
    pub fn ask_every(&self, now: Now) -> Option<Duration> {
        let for_long = self.since.map_or(Duration::ZERO, |since| now.at - since);
        let own = self.reference.as_ref()?.sent_at;
        let first = self.original_sent_at().map_or(own, |original| original.min(own));
        Some(ground::ask_every(now.wall, first, for_long))
    }

    pub fn is_follow_up(&self) -> bool {
        self.reference.as_ref().is_some_and(|reference| reference.command.is_follow_up())
    }

    /// (3.10) There is no way to stop it from here; what is about an earlier payment is no matter of the terminal's keys.
    pub fn stopping(&self) -> Stopping {
        match (self.settled, self.is_follow_up()) {
            (true, _) => Stopping::Possible,
            (false, true) => Stopping::Impossible("explain-not-stoppable-any-more"),
            (false, false) => Stopping::Impossible("explain-press-red-key"),
        }
    }

    pub fn keep_reference(&self, out: &mut Effects) {
        if let Some(value) = self.reference_value() {
            out.push(Effect::Report(Report::Reference(value)));
        }
    }

    fn reference_value(&self) -> Option<Value> {
        serde_json::to_value(self.reference.as_ref()?).ok()
    }

    /// What a later tip is added to, whatever tips were added before.
    pub fn note_base(&mut self, outcome: &Outcome, out: &mut Effects) {
        let taken = outcome.taken.filter(|_| outcome.verdict == Verdict::Approved);
        let Some((taken, reference)) = taken.zip(self.reference.as_mut()) else { return };
        let base_minor = Some(taken.total.minor() - taken.tip_minor);
        if self.request.operation == Operation::Sale && reference.base_minor != base_minor {
            reference.base_minor = base_minor;
            self.keep_reference(out);
        }
    }

    /// (3.4) The request as it goes out.
    pub fn transaction(&self, settings: &PosSettings) -> Option<Call> {
        let reference = self.reference.as_ref()?;
        let amount = Amount::of(self.amount(settings)?).as_text().to_owned();
        let invoice = self.request.reference.clone().unwrap_or_default();
        let mut given = credentials(&settings.account);
        given.extend([
            (parameter::COMMAND, reference.command.word().into()),
            (parameter::AMOUNT, amount.into()),
            (parameter::REF_ID, reference.ref_id.as_str().into()),
            (parameter::INVOICE_NUMBER, invoice.into()),
            (parameter::MERCHANT_ID, settings.merchant_id.clone().unwrap_or_default().into()),
        ]);
        Some(Call::new(Method::RunTransaction2, given))
    }

    /// What a TipAdjust asks for is the tip, or the new total (3.4: unknown).
    fn amount(&self, settings: &PosSettings) -> Option<Money> {
        let request = &self.request;
        if request.operation == Operation::Tip && settings.tip_adjust == TipAdjust::Total {
            return outcomes::original_without_tip(request)?.checked_add(request.amount).ok();
        }
        Some(request.amount)
    }

    /// Of a follow-up, whose name is its original's.
    pub fn original_sent_at(&self) -> Option<Timestamp> {
        let of = self.request.of.as_ref().filter(|_| self.is_follow_up())?;
        of.reference.as_ref()?.get("sent_at")?.as_str()?.parse().ok()
    }

    /// (3.6) The question; `day` is one of those on which the cloud may have noted it.
    pub fn question(&self, settings: &PosSettings, day: &str) -> Option<Call> {
        let reference = self.reference.as_ref()?;
        let method = if settings.merchant_id.is_some() { Method::CheckStatus2 } else { Method::CheckStatus };
        let terminal_id = reference.terminal_id.as_ref().unwrap_or(&settings.account.terminal_id);
        // the first of a name counts
        let mut given = vec![(parameter::TERMINAL_ID, terminal_id.as_str().into())];
        given.extend(credentials(&settings.account));
        given.extend([
            (parameter::COMMAND, reference.command.word().into()),
            (parameter::REF_ID, reference.ref_id.as_str().into()),
            (parameter::DATE, day.into()),
            (parameter::MERCHANT_ID, settings.merchant_id.clone().unwrap_or_default().into()),
        ]);
        Some(Call::new(method, given))
    }
}
