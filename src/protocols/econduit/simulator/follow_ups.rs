//! What works on an earlier transaction by its RefID, while its batch is open (reference 3.4, part 3 HTTP 5).

use super::Cloud;
use super::profile::CAPTURE_TENTHS;
use super::store::{Record, Status};
use super::texts;
use crate::protocols::econduit::messages::{CommandWord, Obstacle, ResultCode};
use crate::protocols::simulator::{LedgerState, SimulatorEffect};

/// Why it is not done.
type Refusal = (ResultCode, &'static str);

fn refused<T>(why: &'static str) -> Result<T, Refusal> {
    Err((ResultCode::Error, why))
}

impl Cloud {
    /// Decides as things stand now: changes the original, and returns the follow-up as it is from now on.
    pub(super) fn follow_up(&mut self, record: &Record) -> Result<Record, Refusal> {
        let original = self.original_of(record)?;
        let mut changed = original.clone();
        let mut done = Record {
            card: original.card.clone(),
            entry: original.entry,
            total_minor: 0,
            status: Status::Ended,
            ..record.clone()
        };
        match record.key.command {
            CommandWord::Capture => {
                (changed.status, changed.total_minor, changed.tip_minor) = (Status::Captured, record.asked_minor, 0);
                changed.captured_by = Some(record.number);
                done.amount_minor = record.asked_minor;
            }
            CommandWord::TipAdjust => {
                let without = original.total_minor.saturating_sub(original.tip_minor);
                changed.tip_minor = self.tip(record.asked_minor, without)?;
                changed.total_minor = without.saturating_add(changed.tip_minor);
                done.amount_minor = changed.total_minor;
            }
            _ => {
                changed.status = Status::Voided;
                done.amount_minor = original.total_minor;
                if original.is_gift() {
                    done.gift_minor = Some(self.undo_on_gift_card(&original));
                }
            }
        }
        let entry = match record.key.command {
            CommandWord::Capture | CommandWord::TipAdjust => {
                done.ledger_entry(done.amount_minor, LedgerState::Approved)
            }
            _ => original.reversal(),
        };
        self.effects.extend(entry.map(SimulatorEffect::Ledger));
        if let Some(kept) = self.store.by_number(original.number) {
            *kept = changed;
        }
        Ok(self.with_approval(done))
    }

    /// The newest first transaction of this RefID, if this may be done to it.
    fn original_of(&mut self, record: &Record) -> Result<Record, Refusal> {
        let is_gift = record.is_gift();
        let fits = |found: &&Record| {
            found.key.account == record.key.account
                && found.key.ref_id == record.key.ref_id
                && found.serial == record.serial
                && found.key.command.is_first_transaction()
                && found.is_gift() == is_gift
                && found.is_approved()
        };
        let Some(original) = self.store.records().find(fits).cloned() else {
            return refused(Obstacle::NotFound.text());
        };
        if original.batch != self.store.device(&record.serial).batch {
            return refused(texts::BATCH_CLOSED);
        }
        let is_sale = original.key.command == CommandWord::Sale;
        let fits = match record.key.command {
            CommandWord::Capture => original.status == Status::Held,
            CommandWord::TipAdjust => original.is_booked() && (is_sale || original.status == Status::Captured),
            _ if original.status == Status::Voided => return refused(texts::ALREADY_VOIDED),
            _ => original.is_booked() || original.status == Status::Held,
        };
        if !fits {
            return refused(texts::WRONG_STATE);
        }
        let most = i128::from(original.amount_minor) * CAPTURE_TENTHS / 10;
        if record.key.command == CommandWord::Capture && i128::from(record.asked_minor) > most {
            return refused(texts::TOO_MUCH);
        }
        Ok(original)
    }

    /// What a TipAdjust's amount is, is unknown (3.4).
    fn tip(&self, asked: i64, without: i64) -> Result<i64, Refusal> {
        let tip = if self.options.tip_adjust_is_total { asked.saturating_sub(without) } else { asked };
        if tip < 0 { refused(texts::INVALID_AMOUNT) } else { Ok(tip) }
    }
}
