//! What can happen to a bill, and what it means.

use serde::{Deserialize, Serialize};

use crate::domain::card::mask_card_numbers;

use super::line::Line;
use super::{
    Bill, BillError, BillId, BillStage, Closing, Discount, Hold, LINES_AT_MOST, LineName, NewLine, Quantity, TableLock,
    TableName,
};

/// One thing that happens to a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillChange {
    LineAdded {
        line: NewLine,
    },
    LineVoided {
        line: u32,
    },
    QuantitySet {
        line: u32,
        quantity: Quantity,
    },
    LineDiscounted {
        line: u32,
        discount: Option<Discount>,
    },
    Discounted {
        discount: Option<Discount>,
    },
    /// In minor units.
    Tipped {
        tip_minor: i64,
    },
    /// Parked at a table, moved to another, or taken from it.
    Seated {
        table: Option<TableName>,
    },
    WaiterNamed {
        waiter: Option<String>,
    },
    /// On the till's screen.
    TakenUp,
    PutBack,
    /// By a card machine at the table.
    Locked {
        lock: TableLock,
    },
    Unlocked {
        machine: String,
    },
    /// By a person, because the machine has forgotten it.
    LockLifted {
        by: String,
        reason: String,
    },
    Removed,
    MergedInto {
        bill: BillId,
    },
    /// The lines of another bill; its discount has become theirs.
    Absorbed {
        bill: BillId,
        lines: Vec<Line>,
        tip_minor: i64,
        absorbed: Vec<BillId>,
    },
    /// Paid, with what it came to.
    Closed {
        closing: Closing,
    },
    /// Money was given back: what was closed is open again.
    Reopened {
        closing: Closing,
    },
}

impl BillChange {
    /// The word of the journal.
    pub fn word(&self) -> &'static str {
        match self {
            BillChange::LineAdded { .. } => "line_added",
            BillChange::LineVoided { .. } => "line_voided",
            BillChange::QuantitySet { .. } => "quantity_set",
            BillChange::LineDiscounted { .. } => "line_discounted",
            BillChange::Discounted { .. } => "discounted",
            BillChange::Tipped { .. } => "tipped",
            BillChange::Seated { .. } => "seated",
            BillChange::WaiterNamed { .. } => "waiter_named",
            BillChange::TakenUp => "taken_up",
            BillChange::PutBack => "put_back",
            BillChange::Locked { .. } => "locked",
            BillChange::Unlocked { .. } => "unlocked",
            BillChange::LockLifted { .. } => "lock_lifted",
            BillChange::Removed => "removed",
            BillChange::MergedInto { .. } => "merged_into",
            BillChange::Absorbed { .. } => "absorbed",
            BillChange::Closed { .. } => "closed",
            BillChange::Reopened { .. } => "reopened",
        }
    }

    /// As it may be kept: people type what is printed on slips.
    pub fn masked(self) -> BillChange {
        match self {
            BillChange::LineAdded { line } => {
                BillChange::LineAdded { line: NewLine { label: mask_card_numbers(&line.label), ..line } }
            }
            BillChange::WaiterNamed { waiter } => {
                BillChange::WaiterNamed { waiter: waiter.as_deref().map(mask_card_numbers) }
            }
            BillChange::LockLifted { by, reason } => {
                BillChange::LockLifted { by: mask_card_numbers(&by), reason: mask_card_numbers(&reason) }
            }
            other => other,
        }
    }

    /// Whether it may be done to a bill that a card machine has locked.
    fn passes_locks(&self) -> bool {
        matches!(
            self,
            BillChange::Locked { .. }
                | BillChange::Unlocked { .. }
                | BillChange::LockLifted { .. }
                | BillChange::Closed { .. }
        )
    }
}

impl Bill {
    /// The bill after this change. `spoken_for_minor` is what is paid of it or may be: no change makes it less than that.
    ///
    /// # Errors
    /// Why it stays as it is.
    pub fn apply(&self, change: &BillChange, spoken_for_minor: i64) -> Result<Bill, BillError> {
        if matches!(change, BillChange::Reopened { .. }) {
            return match self.stage {
                BillStage::Closed => Ok(Bill { stage: BillStage::Open, closing: None, ..self.clone() }),
                _ => Err(BillError::NotOpen),
            };
        }
        if !self.is_open() {
            return Err(BillError::NotOpen);
        }
        if let Some(lock) = self.lock().filter(|_| !change.passes_locks()) {
            return Err(BillError::Locked(lock.shown().to_owned()));
        }
        let mut bill = self.clone();
        bill.take(change, spoken_for_minor)?;
        bill.check_discounts()?;
        // What was paid too much already keeps nobody from letting go of the bill.
        let total = bill.sum().total_minor;
        if total < spoken_for_minor && total < self.sum().total_minor && bill.is_open() {
            return Err(BillError::BelowPaid);
        }
        Ok(bill)
    }

    fn take(&mut self, change: &BillChange, spoken_for_minor: i64) -> Result<(), BillError> {
        match change {
            BillChange::LineAdded { line } => {
                let number = self.next_line()?;
                self.lines.push(Line::ring_up(number, line.clone())?);
            }
            BillChange::LineVoided { line } => self.standing_line(*line)?.voided = true,
            BillChange::QuantitySet { line, quantity } => {
                let line = self.standing_line(*line)?;
                line.quantity = *quantity;
                line.clone().check()?;
            }
            BillChange::LineDiscounted { line, discount } => {
                let line = self.standing_line(*line)?;
                discount.map_or(Ok(()), |discount| discount.check(line.gross()))?;
                line.discount = *discount;
            }
            BillChange::Discounted { discount } => self.discount = *discount,
            BillChange::Tipped { tip_minor } if *tip_minor < 0 => return Err(BillError::NegativeAmount),
            BillChange::Tipped { tip_minor } if *tip_minor > super::line::PRICE_AT_MOST => {
                return Err(BillError::TooLarge);
            }
            BillChange::Tipped { tip_minor } => self.tip_minor = *tip_minor,
            BillChange::Seated { table } => self.table.clone_from(table),
            BillChange::WaiterNamed { waiter } => self.waiter.clone_from(waiter),
            BillChange::TakenUp => self.held = Some(Hold::Till),
            BillChange::PutBack => self.held = None,
            BillChange::Locked { lock } => self.lock_for(lock)?,
            BillChange::Unlocked { machine } => match self.lock() {
                Some(lock) if lock.is_of(machine) => self.held = None,
                _ => return Err(BillError::NotLocked),
            },
            BillChange::LockLifted { by, reason } => {
                if by.trim().is_empty() || reason.trim().is_empty() {
                    return Err(BillError::NoName);
                }
                self.lock().ok_or(BillError::NotLocked)?;
                self.held = None;
            }
            BillChange::Removed | BillChange::MergedInto { .. } => self.give_up(change, spoken_for_minor)?,
            BillChange::Absorbed { bill, lines, tip_minor, absorbed } => {
                self.absorb(bill, lines, *tip_minor, absorbed)?
            }
            BillChange::Closed { closing } => {
                self.closing = Some(closing.clone());
                self.stage = BillStage::Closed;
                self.held.take_if(|hold| *hold == Hold::Till);
            }
            BillChange::Reopened { .. } => {}
        }
        Ok(())
    }

    fn next_line(&self) -> Result<u32, BillError> {
        if self.lines.len() >= LINES_AT_MOST {
            return Err(BillError::TooManyLines);
        }
        Ok(self.lines.iter().map(|line| line.number).max().unwrap_or(0) + 1)
    }

    fn standing_line(&mut self, number: u32) -> Result<&mut Line, BillError> {
        let found = self.lines.iter_mut().find(|line| line.number == number && !line.voided);
        found.ok_or(BillError::NoSuchLine(number))
    }

    /// The same machine again has restarted, and gets it again (Connect's reference, 6.2). One that does not tell its number may
    /// be another: two that have one table charge it twice.
    fn lock_for(&mut self, lock: &TableLock) -> Result<(), BillError> {
        match &self.held {
            Some(Hold::Till) => return Err(BillError::TakenUp),
            Some(Hold::Machine(held)) if !held.is_surely_of(&lock.machine, &lock.terminal) => {
                return Err(BillError::Locked(held.shown().to_owned()));
            }
            _ => self.held = Some(Hold::Machine(lock.clone())),
        }
        Ok(())
    }

    fn give_up(&mut self, change: &BillChange, spoken_for_minor: i64) -> Result<(), BillError> {
        match change {
            BillChange::MergedInto { bill } if *bill == self.id => return Err(BillError::Itself),
            // The payments go with the lines.
            BillChange::MergedInto { bill } => self.stage = BillStage::MergedInto(bill.clone()),
            _ if spoken_for_minor != 0 => return Err(BillError::PartlyPaid),
            _ => self.stage = BillStage::Removed,
        }
        self.held = None;
        Ok(())
    }

    fn absorb(&mut self, bill: &BillId, lines: &[Line], tip_minor: i64, absorbed: &[BillId]) -> Result<(), BillError> {
        self.share_out_discount();
        for line in lines {
            let number = self.next_line()?;
            self.lines.push(Line { number, ..line.clone() });
        }
        let tip_minor = self.tip_minor.saturating_add(tip_minor);
        if tip_minor > super::line::PRICE_AT_MOST {
            return Err(BillError::TooLarge);
        }
        self.tip_minor = tip_minor;
        self.absorbed.push(bill.clone());
        self.absorbed.extend(absorbed.iter().cloned());
        Ok(())
    }

    /// The bill's discount becomes its lines' own, so that it does not reach over lines that come from elsewhere.
    fn share_out_discount(&mut self) {
        if self.discount.is_some() {
            self.lines = self.lines_with_own_discounts();
            self.discount = None;
        }
    }

    fn lines_with_own_discounts(&self) -> Vec<Line> {
        let sum = self.sum();
        let with_own = |line: &Line| {
            let off = sum.lines.iter().find(|sum| sum.number == line.number).map_or(0, |sum| sum.discount_minor);
            Line { discount: (off != 0).then_some(Discount::Amount(off)), ..line.clone() }
        };
        self.lines.iter().map(with_own).collect()
    }

    /// What another bill absorbs of this one: the same money, with each line's share of the discount as its own.
    pub fn as_absorbed(&self) -> BillChange {
        let lines = self.lines_with_own_discounts().into_iter().filter(|line| !line.voided).map(|mut line| {
            line.was.push(LineName { bill: self.id.clone(), number: line.number });
            line
        });
        BillChange::Absorbed {
            bill: self.id.clone(),
            lines: lines.collect(),
            tip_minor: self.tip_minor,
            absorbed: self.absorbed.clone(),
        }
    }

    /// Whether this bill may take up that one's lines.
    ///
    /// # Errors
    /// Why not.
    pub fn check_merge(&self, from: &Bill) -> Result<(), BillError> {
        if self.id == from.id {
            return Err(BillError::Itself);
        }
        if self.currency != from.currency {
            return Err(BillError::OtherCurrency);
        }
        if self.training != from.training {
            return Err(BillError::Training);
        }
        if self.tax_mode == from.tax_mode { Ok(()) } else { Err(BillError::OtherTaxMode) }
    }

    /// An amount that is taken off is never more than what it is taken off.
    fn check_discounts(&self) -> Result<(), BillError> {
        for line in self.standing_lines() {
            line.discount.map_or(Ok(()), |discount| discount.check(line.gross()))?;
        }
        let lines = self.standing_lines().map(Line::discounted).sum();
        self.discount.map_or(Ok(()), |discount| discount.check(lines))
    }
}
