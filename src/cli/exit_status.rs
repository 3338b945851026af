//! What the program's exit status says (DESIGN section 5).

use std::process::ExitCode;

use crate::domain::{BillError, DayVerdict, Verdict};
use crate::terminal::Refusal;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// Approved, or the command did its work.
    Done,
    /// Anything that is none of the others.
    Failed,
    /// Wrong usage or settings.
    Usage,
    Declined,
    Cancelled,
    /// The terminal never started it.
    NotCharged,
    InDoubt,
}

impl ExitStatus {
    pub fn of_verdict(verdict: Verdict) -> ExitStatus {
        match verdict {
            Verdict::Approved => ExitStatus::Done,
            Verdict::Declined => ExitStatus::Declined,
            Verdict::Cancelled => ExitStatus::Cancelled,
            Verdict::NotCharged => ExitStatus::NotCharged,
            Verdict::InDoubt => ExitStatus::InDoubt,
        }
    }

    pub fn of_day(verdict: DayVerdict) -> ExitStatus {
        match verdict {
            DayVerdict::Closed | DayVerdict::Reported | DayVerdict::NothingToClose => ExitStatus::Done,
            DayVerdict::NotClosed => ExitStatus::Failed,
            DayVerdict::Unknown => ExitStatus::InDoubt,
        }
    }

    /// What a bill does not allow.
    pub fn of_bill(error: &BillError) -> ExitStatus {
        if *error == BillError::InDoubt { ExitStatus::InDoubt } else { ExitStatus::Usage }
    }

    /// A payment that was not even recorded.
    pub fn of_refusal(refusal: &Refusal) -> ExitStatus {
        match refusal {
            Refusal::InDoubt(_) | Refusal::Unsaved => ExitStatus::InDoubt,
            Refusal::NotAble(_)
            | Refusal::NoCashback
            | Refusal::NoTip
            | Refusal::NoTender(_)
            | Refusal::NoCode
            | Refusal::CodeWithoutWallet
            | Refusal::NoOriginal(_)
            | Refusal::NoRefundOfEarlier
            | Refusal::NoReport(_)
            | Refusal::NoScanner
            | Refusal::NoPrompt(_)
            | Refusal::AmountNotPositive
            | Refusal::AmountNotZero
            | Refusal::NotKeyed(_)
            | Refusal::WrongCurrency { .. }
            | Refusal::UnknownPayment(_)
            | Refusal::OtherTerminal(_)
            | Refusal::NotApproved(_)
            | Refusal::AlreadyVoided(_)
            | Refusal::AlreadyCaptured(_)
            | Refusal::AlreadyRefunded(_)
            | Refusal::WrongKind { .. }
            | Refusal::CaptureTooLarge { .. }
            | Refusal::RefundTooLarge { .. }
            | Refusal::NotTheLast(_)
            | Refusal::NoListener(_)
            | Refusal::NotAllowed => ExitStatus::Usage,
            Refusal::Running | Refusal::NoSuchQuestion | Refusal::Journal(_) | Refusal::Gone => ExitStatus::Failed,
        }
    }

    /// 2 is wrong usage or settings, everything else a failure.
    pub fn of_number(number: u8) -> ExitStatus {
        if number == 2 { ExitStatus::Usage } else { ExitStatus::Failed }
    }

    pub fn number(self) -> u8 {
        match self {
            ExitStatus::Done => 0,
            ExitStatus::Failed => 1,
            ExitStatus::Usage => 2,
            ExitStatus::Declined => 10,
            ExitStatus::Cancelled => 11,
            ExitStatus::NotCharged => 12,
            ExitStatus::InDoubt => 13,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> ExitCode {
        ExitCode::from(status.number())
    }
}
