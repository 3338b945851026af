//! What a terminal does about a transaction: the table of DESIGN section 6, and of the reference's (8.3) what that lacks.

use super::inventory::{Nature, Terminal};
use super::validation::AskedTransaction;
use crate::protocols::connect::messages::{PaymentMethod, TransactionKind, Verification};
use crate::protocols::simulator::Scenario;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conduct {
    Approves,
    /// Contactless, without verification.
    ApprovesContactless,
    AddsTip,
    /// Asks for a signature.
    AsksSignature,
    Declines,
    DeclinesForFunds,
    DeclinesByCard,
    CustomerCancels,
    NobodyPresentsCard,
    HostUnreachable,
    ProcessingError,
    /// Approved, then reversed by the terminal itself.
    Voids,
    /// Connect gives up; the terminal had its approval, and works on for a while.
    TimesOutApproved,
    /// Connect gives up, and nothing was approved.
    TimesOut,
    RefusesCashback,
    /// The card is misread before it is read.
    MisreadsCard,
    RunsOutOfPaper,
    LineDropsApproved,
    LineDropsDeclined,
    LineDropsBeforeRequest,
    /// The line drops while a card is waited for, and the customer cancels.
    LineDropsCancelled,
    /// The line drops when everything is done but the response.
    LineDropsAtLast,
    /// The line drops, and no question finds what was approved.
    LineDropsLost,
    NeverAnswers,
    CancelIgnored,
    CancelRefused,
    Busy,
    Unavailable,
    InternalError,
    WaitsUntilCancelled,
    Slow,
    ForeignAnswerFirst,
    OddSpelling,
    /// Unknown notifications and members, and nothing else that is odd.
    Strangers,
}

/// From these cents on the reference's own list holds (8.3); DESIGN's ends before.
const REFERENCE_FROM: i64 = 80;

impl Conduct {
    /// `amount` in minor units.
    pub fn of_amount(amount: i64) -> Conduct {
        match amount.rem_euclid(100) {
            cents @ REFERENCE_FROM.. => Conduct::of_reference(cents),
            _ => Conduct::of_scenario(Scenario::of_amount(amount)),
        }
    }

    fn of_scenario(scenario: Scenario) -> Conduct {
        match scenario {
            // Partial approvals, surcharges and maintenance are not in this protocol.
            Scenario::ChipAndPin | Scenario::ApprovesHalf | Scenario::AddsSurcharge | Scenario::AsksForMaintenance => {
                Conduct::Approves
            }
            Scenario::Contactless => Conduct::ApprovesContactless,
            Scenario::Decline => Conduct::Declines,
            Scenario::DeclineForFunds => Conduct::DeclinesForFunds,
            Scenario::CustomerCancels => Conduct::CustomerCancels,
            Scenario::NobodyPresentsCard => Conduct::NobodyPresentsCard,
            Scenario::Signature => Conduct::AsksSignature,
            Scenario::AddsTip => Conduct::AddsTip,
            Scenario::LineDropsApproved => Conduct::LineDropsApproved,
            Scenario::LineDropsDeclined => Conduct::LineDropsDeclined,
            Scenario::LineDropsBeforeRequest => Conduct::LineDropsBeforeRequest,
            Scenario::NeverAnswersApproved => Conduct::NeverAnswers,
            Scenario::CancelAcknowledgedApproved => Conduct::CancelIgnored,
            Scenario::CancelRefusedApproved => Conduct::CancelRefused,
            Scenario::Busy => Conduct::Busy,
            Scenario::NotReady => Conduct::Unavailable,
            Scenario::HostUnreachable => Conduct::HostUnreachable,
            Scenario::WaitsUntilCancelled => Conduct::WaitsUntilCancelled,
            Scenario::Slow => Conduct::Slow,
            Scenario::ForeignAnswerFirst => Conduct::ForeignAnswerFirst,
            Scenario::OddSpelling => Conduct::OddSpelling,
            Scenario::LostForGood => Conduct::LineDropsLost,
        }
    }

    /// (8.3)
    fn of_reference(cents: i64) -> Conduct {
        match cents {
            80 => Conduct::ApprovesContactless,
            81 => Conduct::AddsTip,
            82 => Conduct::RefusesCashback,
            83 => Conduct::MisreadsCard,
            84 => Conduct::RunsOutOfPaper,
            85 => Conduct::AsksSignature,
            86 => Conduct::CustomerCancels,
            87 => Conduct::Declines,
            88 => Conduct::DeclinesByCard,
            89 => Conduct::ProcessingError,
            90 => Conduct::Voids,
            91 => Conduct::TimesOutApproved,
            92 => Conduct::TimesOut,
            93 => Conduct::LineDropsApproved,
            94 => Conduct::LineDropsCancelled,
            95 => Conduct::LineDropsAtLast,
            96 => Conduct::CancelRefused,
            97 => Conduct::CancelIgnored,
            98 => Conduct::InternalError,
            _ => Conduct::Strangers,
        }
    }

    /// Notifications nobody has heard of are mixed in.
    pub fn is_strange(self) -> bool {
        matches!(self, Conduct::OddSpelling | Conduct::Strangers)
    }

    /// The transaction is in no record.
    pub fn is_lost(self) -> bool {
        self == Conduct::LineDropsLost
    }
}

/// What happens, and with what kind of card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub conduct: Conduct,
    pub entry: PaymentMethod,
    pub verification: Verification,
}

impl Plan {
    pub fn of(terminal: &Terminal, asked: &AskedTransaction) -> Plan {
        if let Nature::Virtual(coded) = &terminal.nature {
            let entry = if asked.keyed { PaymentMethod::Keyed } else { coded.entry.clone() };
            return Plan { conduct: coded.conduct, entry, verification: coded.verification.clone() };
        }
        let conduct = Conduct::of_amount(asked.amount);
        let (entry, verification) = match conduct {
            // (5.6) A chip that could not be read is swiped; a refund is signed with its chip read.
            Conduct::AsksSignature if asked.kind == TransactionKind::Refund => {
                (PaymentMethod::IccChip, Verification::Signature)
            }
            Conduct::AsksSignature => (PaymentMethod::Swiped, Verification::Signature),
            Conduct::ApprovesContactless => (PaymentMethod::Contactless, Verification::None),
            _ => (PaymentMethod::IccChip, Verification::Pin),
        };
        if !asked.keyed {
            return Plan { conduct, entry, verification };
        }
        let verification = if verification == Verification::Signature { verification } else { Verification::None };
        Plan { conduct, entry: PaymentMethod::Keyed, verification }
    }

    pub fn wants_pin(&self) -> bool {
        self.verification == Verification::Pin
    }

    pub fn wants_signature(&self) -> bool {
        self.verification == Verification::Signature
    }

    pub fn is_keyed(&self) -> bool {
        self.entry == PaymentMethod::Keyed
    }
}
