//! What became of a payment, as a search tells them apart: what still runs is not the same as what nobody knows.

use serde::{Deserialize, Serialize};

use super::lifecycle::PaymentState;
use super::outcome::Verdict;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    Approved,
    Declined,
    Cancelled,
    NotCharged,
    InDoubt,
    /// On disk, at the terminal, or about to be cancelled there.
    Running,
}

impl Ending {
    pub const ALL: [Ending; 6] =
        [Ending::Approved, Ending::Declined, Ending::Cancelled, Ending::NotCharged, Ending::InDoubt, Ending::Running];

    /// The word of the command line and of the journal.
    pub fn word(self) -> &'static str {
        match self {
            Ending::Approved => Verdict::Approved.word(),
            Ending::Declined => Verdict::Declined.word(),
            Ending::Cancelled => Verdict::Cancelled.word(),
            Ending::NotCharged => Verdict::NotCharged.word(),
            Ending::InDoubt => Verdict::InDoubt.word(),
            Ending::Running => "running",
        }
    }
}

impl From<PaymentState> for Ending {
    fn from(state: PaymentState) -> Ending {
        match state {
            PaymentState::Recorded | PaymentState::AtTerminal | PaymentState::Cancelling => Ending::Running,
            PaymentState::InDoubt => Ending::InDoubt,
            PaymentState::Approved | PaymentState::DecidedPaid => Ending::Approved,
            PaymentState::Declined => Ending::Declined,
            PaymentState::Cancelled => Ending::Cancelled,
            PaymentState::NotCharged | PaymentState::DecidedNotPaid => Ending::NotCharged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_is_the_verdict_but_for_what_still_runs() {
        for state in PaymentState::ALL {
            let ending = Ending::from(state);
            let runs = !state.is_final() && state != PaymentState::InDoubt;
            assert_eq!(ending == Ending::Running, runs, "{state:?}");
            assert!(runs || ending.word() == state.verdict().word(), "{state:?}");
        }
    }
}
