//! Which behaviour the last two digits of an amount choose: the table of DESIGN section 6, or the reference's own (part 3).

use super::options::Cents;
use super::profile::{CASH_BACK, VENDORS_TIP};
use crate::protocols::simulator::Scenario;

/// What a virtual terminal does with a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conduct {
    Approves,
    Contactless,
    Declines,
    DeclinesForFunds,
    CustomerCancels,
    NobodyPresentsCard,
    Signature,
    ApprovesHalf,
    /// More than was asked for, by this many minor units or hundredths.
    AddsTip(Addition),
    AddsSurcharge,
    CashBack,
    /// The connection closes once the card was read.
    CutApproved,
    CutDeclined,
    /// It closes at once, and nothing has happened.
    CutNothing,
    /// Known in the store soon, and told nobody for longer than a till waits.
    TellsTooLate,
    /// Decided only after longer than a till waits.
    DecidesTooLate,
    SlowCustomer,
    Busy,
    Offline,
    HostUnreachable,
    RedKey,
    Slow,
    ForeignAnswer,
    OddSpelling,
    /// The connection closes; approved, and no check says so, ever.
    LostForGood,
    PleaseSettle,
    DupTransaction,
    ReceiveError,
    /// `ResultFinal` false, and final later.
    LaterApproved,
    LaterDeclined,
    /// `ResultFinal` false for ever.
    NeverFinal,
    ServerError,
    /// A page in place of an answer.
    PageDeclined,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addition {
    Minor(i64),
    Hundredths(i64),
}

impl Addition {
    pub fn of(self, amount: i64) -> i64 {
        match self {
            Addition::Minor(minor) => minor,
            Addition::Hundredths(hundredths) => part(amount, hundredths),
        }
    }
}

/// So many hundredths of it, without the rest.
fn part(amount: i64, hundredths: i64) -> i64 {
    i64::try_from(i128::from(amount) * i128::from(hundredths) / 100).unwrap_or(i64::MAX)
}

impl Conduct {
    pub fn of(cents: Cents, amount_minor: i64) -> Conduct {
        let last_two = amount_minor.rem_euclid(100);
        match cents {
            Cents::Vendor => vendors(last_two),
            Cents::Scenario => further(last_two).unwrap_or_else(|| of_scenario(Scenario::of_amount(amount_minor))),
        }
    }

    /// What a capture plays of it: the losses of lines, nothing about cards.
    pub fn without_card(self) -> Conduct {
        match self {
            Conduct::CutApproved
            | Conduct::CutDeclined
            | Conduct::CutNothing
            | Conduct::TellsTooLate
            | Conduct::LostForGood => self,
            _ => Conduct::Approves,
        }
    }

    /// What is charged for what was asked, and how much of it is cash back, in minor units.
    pub fn charge(self, asked: i64) -> (i64, i64) {
        match self {
            Conduct::ApprovesHalf => (asked / 2, 0),
            Conduct::AddsTip(addition) => (asked.saturating_add(addition.of(asked)), 0),
            Conduct::AddsSurcharge => (asked.saturating_add(part(asked, 4)), 0),
            Conduct::CashBack => (asked.saturating_add(CASH_BACK), CASH_BACK),
            _ => (asked, 0),
        }
    }
}

fn of_scenario(scenario: Scenario) -> Conduct {
    match scenario {
        Scenario::ChipAndPin | Scenario::AsksForMaintenance => Conduct::Approves,
        Scenario::Contactless => Conduct::Contactless,
        Scenario::Decline => Conduct::Declines,
        Scenario::DeclineForFunds => Conduct::DeclinesForFunds,
        Scenario::CustomerCancels => Conduct::CustomerCancels,
        Scenario::NobodyPresentsCard => Conduct::NobodyPresentsCard,
        Scenario::Signature => Conduct::Signature,
        Scenario::ApprovesHalf => Conduct::ApprovesHalf,
        Scenario::AddsTip => Conduct::AddsTip(Addition::Hundredths(10)),
        Scenario::AddsSurcharge => Conduct::AddsSurcharge,
        Scenario::LineDropsApproved => Conduct::CutApproved,
        Scenario::LineDropsDeclined => Conduct::CutDeclined,
        Scenario::LineDropsBeforeRequest => Conduct::CutNothing,
        Scenario::NeverAnswersApproved => Conduct::TellsTooLate,
        Scenario::CancelAcknowledgedApproved | Scenario::CancelRefusedApproved => Conduct::SlowCustomer,
        Scenario::Busy => Conduct::Busy,
        Scenario::NotReady => Conduct::Offline,
        Scenario::HostUnreachable => Conduct::HostUnreachable,
        Scenario::WaitsUntilCancelled => Conduct::RedKey,
        Scenario::Slow => Conduct::Slow,
        Scenario::ForeignAnswerFirst => Conduct::ForeignAnswer,
        Scenario::OddSpelling => Conduct::OddSpelling,
        Scenario::LostForGood => Conduct::LostForGood,
    }
}

/// Where the table of DESIGN ends.
fn further(cents: i64) -> Option<Conduct> {
    Some(match cents {
        76 => Conduct::PleaseSettle,
        77 => Conduct::DupTransaction,
        78 => Conduct::ReceiveError,
        79 => Conduct::LaterApproved,
        80 => Conduct::LaterDeclined,
        81 => Conduct::ServerError,
        82 => Conduct::CashBack,
        83 => Conduct::PageDeclined,
        _ => return None,
    })
}

/// (part 3)
fn vendors(cents: i64) -> Conduct {
    match cents {
        11 => Conduct::Declines,
        12 => Conduct::DeclinesForFunds,
        13 => Conduct::CustomerCancels,
        14 => Conduct::NobodyPresentsCard,
        15 => Conduct::ApprovesHalf,
        16 => Conduct::AddsTip(Addition::Minor(VENDORS_TIP)),
        17 => Conduct::CashBack,
        18 => Conduct::Signature,
        21 => Conduct::Busy,
        22 => Conduct::Offline,
        23 => Conduct::PleaseSettle,
        24 => Conduct::DupTransaction,
        25 => Conduct::ReceiveError,
        31 => Conduct::CutApproved,
        32 => Conduct::CutDeclined,
        33 => Conduct::CutNothing,
        34 => Conduct::LaterApproved,
        35 => Conduct::LaterDeclined,
        36 => Conduct::NeverFinal,
        37 => Conduct::DecidesTooLate,
        38 => Conduct::ServerError,
        41 => Conduct::OddSpelling,
        _ => Conduct::Approves,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        assert_eq!(Conduct::of(Cents::Scenario, 10_057).charge(10_057), (11_062, 0));
        assert_eq!(Conduct::of(Cents::Scenario, 10_058).charge(10_058), (10_460, 0));
        assert_eq!(Conduct::of(Cents::Scenario, 10_056).charge(10_056), (5_028, 0));
        assert_eq!(Conduct::of(Cents::Scenario, 82).charge(82), (2_082, 2_000));
        assert_eq!(Conduct::of(Cents::Vendor, 10_016).charge(10_016), (10_216, 0));
        assert_eq!(Conduct::AddsSurcharge.charge(i64::MAX), (i64::MAX, 0));
    }

    #[test]
    fn each_table_knows_its_own_cents_alone() {
        assert_eq!(Conduct::of(Cents::Vendor, 10_051), Conduct::Approves);
        assert_eq!(Conduct::of(Cents::Scenario, 10_011), Conduct::Approves);
        assert_eq!(Conduct::of(Cents::Scenario, 10_084), Conduct::Approves);
    }
}
