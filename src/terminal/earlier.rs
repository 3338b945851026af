//! What may still be done about an earlier payment. Pure: the journal is read before.

use crate::domain::{BillPart, Money, Operation, Original, PaymentId, PaymentRecord, PaymentRequest, Verdict};
use crate::journal::{Journal, JournalError};

use crate::protocols::protocol::Abilities;

use super::order::Refusal;

/// An earlier payment, with everything that was done about it since.
///
/// What it *holds* of the customer's money is what it took itself, until a tip adjustment of it is approved: a tip
/// adjustment is a payment of its own, but its `taken.total` is the original's new total and not an addition to it. A
/// void therefore gives back the newest total, and refunds are measured against it. A tip adjustment or a void after
/// something was refunded would work with a total that is no longer there, so both are refused; so is the void of a
/// tip adjustment, which is undone with its sale.
///
/// A pre-authorisation is captured once, whole or in part, or it is voided and so released. What a capture took is voided
/// and refunded through the capture; a void of it does not make the pre-authorisation fit for another one. A refund that
/// was voided is out of the sums.
///
/// Nothing can be done about a card check: it moved no money.
///
/// What has not ended is none of this: no payment starts on a terminal while another one on it has not ended (rule 6).
#[derive(Debug, Clone, PartialEq)]
pub struct Earlier {
    record: PaymentRecord,
    /// Approved and not voided since, oldest first.
    since: Vec<PaymentRecord>,
    /// By a capture that may have been voided.
    was_captured: bool,
}

impl Earlier {
    /// `None` when there is no such payment.
    ///
    /// # Errors
    /// The journal's.
    pub fn read(journal: &Journal, id: &PaymentId) -> Result<Option<Earlier>, JournalError> {
        let Some(record) = journal.payment(id)? else { return Ok(None) };
        let about = journal.payments_about(&record.id)?;
        Ok(Some(Earlier::new(record, about)))
    }

    /// `about` is every payment about `record`, oldest first.
    pub fn new(record: PaymentRecord, about: Vec<PaymentRecord>) -> Earlier {
        let approved = about.into_iter().filter(|record| record.verdict() == Verdict::Approved);
        let (since, voided): (Vec<_>, Vec<_>) = approved.partition(|record| record.voided_by.is_none());
        let was_captured = since.iter().chain(&voided).any(|record| record.request.operation == Operation::Capture);
        Earlier { record, since, was_captured }
    }

    pub fn record(&self) -> &PaymentRecord {
        &self.record
    }

    /// Everything it holds now, before refunds. `None` when it took nothing.
    pub fn taken(&self) -> Option<Money> {
        let own = total(&self.record).filter(|_| self.record.verdict() == Verdict::Approved)?;
        Some(self.of_kind(Operation::Tip).filter_map(total).next_back().unwrap_or(own))
    }

    /// What can still be given back of it; nothing where it took nothing or is voided.
    pub fn refundable(&self) -> Option<Money> {
        let stands = self.record.voided_by.is_none();
        let taken = self.taken().filter(|_| stands && self.may_be_given_back())?;
        Some(self.left(taken)).filter(|left| left.is_positive())
    }

    fn may_be_given_back(&self) -> bool {
        matches!(self.record.request.operation, Operation::Sale | Operation::Capture)
    }

    /// What was not given back yet. Sums that make no sense leave nothing to give.
    fn left(&self, taken: Money) -> Money {
        let mut refunds = self.of_kind(Operation::Refund).filter_map(total);
        let left = refunds.try_fold(taken, |left, refund| left.checked_sub(refund));
        left.unwrap_or_else(|_| Money::zero(taken.currency()))
    }

    fn of_kind(&self, operation: Operation) -> impl DoubleEndedIterator<Item = &PaymentRecord> {
        self.since.iter().filter(move |record| record.request.operation == operation)
    }

    /// The request with what it has to know of its original, unless the original does not allow it. A void is about
    /// everything the original holds, whatever amount was asked.
    ///
    /// # Errors
    /// Why it cannot be done.
    pub fn complete(&self, mut request: PaymentRequest, abilities: &Abilities) -> Result<PaymentRequest, Refusal> {
        let id = &self.record.id;
        let Some(taken) = self.taken() else { return Err(Refusal::NotApproved(id.clone())) };
        if self.record.voided_by.is_some() {
            return Err(Refusal::AlreadyVoided(id.clone()));
        }
        match request.operation {
            Operation::Void => {
                self.may_be_voided()?;
                request.amount = taken;
            }
            Operation::Capture => self.may_be_captured(taken, request.amount, abilities)?,
            Operation::Tip => self.may_be_tipped()?,
            Operation::Refund => self.may_be_refunded(taken, request.amount)?,
            other => return Err(self.wrong_kind(other)),
        }
        request.bill = self.record.request.bill.as_ref().map(|part| Box::new(BillPart::of(part.bill.clone())));
        request.of = Some(Original {
            payment: id.clone(),
            operation: self.record.request.operation,
            taken,
            reference: self.record.reference.clone(),
        });
        Ok(request)
    }

    fn may_be_voided(&self) -> Result<(), Refusal> {
        match self.record.request.operation {
            Operation::Void => return Err(Refusal::NotApproved(self.record.id.clone())),
            kind if !kind.is_voidable() => return Err(self.wrong_kind(Operation::Void)),
            _ => {}
        }
        if self.of_kind(Operation::Capture).next().is_some() {
            return Err(Refusal::AlreadyCaptured(self.record.id.clone()));
        }
        self.is_not_refunded()
    }

    fn may_be_captured(&self, reserved: Money, amount: Money, abilities: &Abilities) -> Result<(), Refusal> {
        self.is_a(Operation::Preauth, Operation::Capture)?;
        if self.was_captured {
            return Err(Refusal::AlreadyCaptured(self.record.id.clone()));
        }
        if is_more(amount, reserved) && !abilities.captures_more {
            return Err(Refusal::CaptureTooLarge { payment: self.record.id.clone(), reserved });
        }
        Ok(())
    }

    fn may_be_tipped(&self) -> Result<(), Refusal> {
        self.is_a(Operation::Sale, Operation::Tip)?;
        self.is_not_refunded()
    }

    fn may_be_refunded(&self, taken: Money, amount: Money) -> Result<(), Refusal> {
        if !self.may_be_given_back() {
            return Err(self.wrong_kind(Operation::Refund));
        }
        let left = self.left(taken);
        if is_more(amount, left) {
            return Err(Refusal::RefundTooLarge { payment: self.record.id.clone(), left });
        }
        Ok(())
    }

    fn is_not_refunded(&self) -> Result<(), Refusal> {
        match self.of_kind(Operation::Refund).next() {
            Some(_) => Err(Refusal::AlreadyRefunded(self.record.id.clone())),
            None => Ok(()),
        }
    }

    fn is_a(&self, wanted: Operation, asked: Operation) -> Result<(), Refusal> {
        if self.record.request.operation == wanted { Ok(()) } else { Err(self.wrong_kind(asked)) }
    }

    fn wrong_kind(&self, asked: Operation) -> Refusal {
        Refusal::WrongKind { payment: self.record.id.clone(), kind: self.record.request.operation, asked }
    }
}

fn total(record: &PaymentRecord) -> Option<Money> {
    Some(record.outcome.as_ref()?.taken?.total)
}

/// Amounts of other currencies are refused where the terminal's is known.
fn is_more(amount: Money, than: Money) -> bool {
    amount.currency() == than.currency() && amount.minor() > than.minor()
}
