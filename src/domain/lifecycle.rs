//! The life of one payment as a total function: every state meets every event, and the whole table is a golden file
//! (`tests/golden/lifecycle.snap`). The journal refuses what is forbidden here, whoever asks.

use serde::{Deserialize, Serialize};

use super::outcome::Verdict;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// On disk; no byte of it has left.
    Recorded,
    /// May have left for the terminal.
    AtTerminal,
    /// At the terminal, and the cashier wants it cancelled.
    Cancelling,
    /// The answer was lost, or nobody understood it.
    InDoubt,
    Approved,
    Declined,
    Cancelled,
    NotCharged,
    /// A person decided that it was paid.
    DecidedPaid,
    /// A person decided that it was not paid.
    DecidedNotPaid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentEvent {
    /// Committed just before the first byte of the request may leave.
    Transmitted,
    CancelRequested,
    /// The line broke or went silent after something may have left.
    Lost,
    /// The program started and found the payment open.
    Restarted,
    /// A named sentence of the protocol, or the certainty that nothing left.
    Approved,
    Declined,
    Cancelled,
    NotCharged,
    /// The machine can find out nothing more.
    LeftInDoubt,
    PersonDecidedPaid,
    PersonDecidedNotPaid,
}

/// What an event does to a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    To(PaymentState),
    /// Says nothing new.
    Stay,
    /// Contradicts what is known. The state stays, and somebody has to look.
    Forbidden,
}

impl PaymentState {
    pub const ALL: [PaymentState; 10] = [
        PaymentState::Recorded,
        PaymentState::AtTerminal,
        PaymentState::Cancelling,
        PaymentState::InDoubt,
        PaymentState::Approved,
        PaymentState::Declined,
        PaymentState::Cancelled,
        PaymentState::NotCharged,
        PaymentState::DecidedPaid,
        PaymentState::DecidedNotPaid,
    ];

    /// Never changes again.
    pub fn is_final(self) -> bool {
        !matches!(
            self,
            PaymentState::Recorded | PaymentState::AtTerminal | PaymentState::Cancelling | PaymentState::InDoubt
        )
    }

    /// What the history says of a payment in this state.
    pub fn verdict(self) -> Verdict {
        match self {
            PaymentState::Approved | PaymentState::DecidedPaid => Verdict::Approved,
            PaymentState::Declined => Verdict::Declined,
            PaymentState::Cancelled => Verdict::Cancelled,
            PaymentState::NotCharged | PaymentState::DecidedNotPaid => Verdict::NotCharged,
            PaymentState::Recorded | PaymentState::AtTerminal | PaymentState::Cancelling | PaymentState::InDoubt => {
                Verdict::InDoubt
            }
        }
    }

    /// The whole table.
    pub fn on(self, event: PaymentEvent) -> Step {
        use PaymentEvent as E;
        use PaymentState as S;
        match (self, event) {
            (S::Recorded, E::Transmitted) => Step::To(S::AtTerminal),
            (S::Recorded, E::Restarted | E::NotCharged) => Step::To(S::NotCharged),
            (S::Recorded, E::Cancelled) => Step::To(S::Cancelled),
            (S::Recorded, E::Lost | E::LeftInDoubt) => Step::To(S::InDoubt),
            (S::Recorded, E::CancelRequested) => Step::Stay,
            // What never left was never approved or declined.
            (S::Recorded, E::Approved | E::Declined) => Step::Forbidden,

            // Again under a new identifier, after the terminal said that nothing happened.
            (S::AtTerminal | S::Cancelling, E::Transmitted) => Step::Stay,
            (S::AtTerminal, E::CancelRequested) => Step::To(S::Cancelling),
            (S::AtTerminal | S::Cancelling, E::Lost | E::Restarted | E::LeftInDoubt) => Step::To(S::InDoubt),
            (S::Cancelling, E::CancelRequested) => Step::Stay,

            // In doubt means: ask, never send.
            (S::InDoubt, E::Transmitted) => Step::Forbidden,
            (S::InDoubt, E::CancelRequested | E::Lost | E::Restarted | E::LeftInDoubt) => Step::Stay,
            (S::InDoubt, E::PersonDecidedPaid) => Step::To(S::DecidedPaid),
            (S::InDoubt, E::PersonDecidedNotPaid) => Step::To(S::DecidedNotPaid),

            (S::AtTerminal | S::Cancelling | S::InDoubt, E::Approved) => Step::To(S::Approved),
            (S::AtTerminal | S::Cancelling | S::InDoubt, E::Declined) => Step::To(S::Declined),
            (S::AtTerminal | S::Cancelling | S::InDoubt, E::Cancelled) => Step::To(S::Cancelled),
            (S::AtTerminal | S::Cancelling | S::InDoubt, E::NotCharged) => Step::To(S::NotCharged),

            // A person decides only what the machine has given up.
            (_, E::PersonDecidedPaid | E::PersonDecidedNotPaid) => Step::Forbidden,

            (S::Approved | S::DecidedPaid, E::Approved) => Step::Stay,
            (S::Declined, E::Declined) => Step::Stay,
            (S::Cancelled, E::Cancelled) => Step::Stay,
            (S::NotCharged, E::NotCharged) => Step::Stay,
            (S::DecidedNotPaid, E::Declined | E::Cancelled | E::NotCharged) => Step::Stay,
            (
                S::Approved | S::Declined | S::Cancelled | S::NotCharged | S::DecidedPaid | S::DecidedNotPaid,
                E::CancelRequested | E::Lost | E::Restarted | E::LeftInDoubt,
            ) => Step::Stay,
            (
                S::Approved | S::Declined | S::Cancelled | S::NotCharged | S::DecidedPaid | S::DecidedNotPaid,
                E::Transmitted | E::Approved | E::Declined | E::Cancelled | E::NotCharged,
            ) => Step::Forbidden,
        }
    }
}

impl PaymentEvent {
    pub const ALL: [PaymentEvent; 11] = [
        PaymentEvent::Transmitted,
        PaymentEvent::CancelRequested,
        PaymentEvent::Lost,
        PaymentEvent::Restarted,
        PaymentEvent::Approved,
        PaymentEvent::Declined,
        PaymentEvent::Cancelled,
        PaymentEvent::NotCharged,
        PaymentEvent::LeftInDoubt,
        PaymentEvent::PersonDecidedPaid,
        PaymentEvent::PersonDecidedNotPaid,
    ];
}

impl From<Verdict> for PaymentEvent {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Approved => PaymentEvent::Approved,
            Verdict::Declined => PaymentEvent::Declined,
            Verdict::Cancelled => PaymentEvent::Cancelled,
            Verdict::NotCharged => PaymentEvent::NotCharged,
            Verdict::InDoubt => PaymentEvent::LeftInDoubt,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_final_ever_changes() {
        for state in PaymentState::ALL.into_iter().filter(|state| state.is_final()) {
            for event in PaymentEvent::ALL {
                assert!(!matches!(state.on(event), Step::To(_)), "{state:?} {event:?}");
            }
        }
    }

    #[test]
    fn nothing_in_doubt_is_sent_again() {
        assert_eq!(PaymentState::InDoubt.on(PaymentEvent::Transmitted), Step::Forbidden);
    }

    #[test]
    fn every_open_state_has_a_way_to_the_end() {
        for state in PaymentState::ALL.into_iter().filter(|state| !state.is_final()) {
            assert!(PaymentEvent::ALL.into_iter().any(
                |event| matches!(state.on(event), Step::To(next) if next.is_final() || next == PaymentState::AtTerminal)
            ));
        }
    }
}
