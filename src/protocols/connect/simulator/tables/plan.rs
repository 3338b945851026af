//! What a machine does at a table: the table of DESIGN section 6 by what is due there, or a script (8.7).

use std::collections::VecDeque;

use crate::protocols::connect::messages::ResultWord;
use crate::protocols::connect::simulator::conduct::Conduct;
use crate::protocols::connect::simulator::options::TableScript;
use crate::protocols::connect::simulator::profile;
use crate::protocols::simulator::Scenario;

/// One step of a machine that has a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Has the bill printed.
    Bill,
    /// In milliseconds.
    Pause(u64),
    /// A card is charged.
    Take(Part),
    /// A card is charged, and the machine does not know it.
    TakeUnclear,
    /// A card is tried, and not charged.
    Try(ResultWord),
    /// A payment for a table that no shop has.
    TakeForeign,
    /// Tells everything that was not told.
    Tell,
    /// Tells what was told last once more.
    TellAgain,
    /// Says that nothing was paid.
    TellNothing,
    /// What was not told is never told.
    Forget,
    Cut,
    /// The line hears odd spellings from now on.
    SpellOddly,
    /// Methods that no till knows, with and without an id.
    AskStrangely,
    /// Another machine wants the same table.
    Rival,
    /// A table that no shop has.
    LockGone,
    /// Another till takes the tables over.
    TakeOver,
    /// Has the paid bill printed, where the till wants to be asked.
    Final,
    Unlock,
    /// The table is left locked.
    KeepLocked,
    /// Nobody goes to this table for a while.
    Leave,
    /// Nobody ever goes to this table again.
    Lose,
    EndOfDay,
}

/// How much a card is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Rest,
    Half,
    WithTip,
    Over,
    /// In the other currency.
    Euro,
}

/// From the lock to its end. `due` in minor units.
pub fn of(script: TableScript, due: i64) -> VecDeque<Deed> {
    use TableScript as S;
    let deeds = match script {
        S::Cents => return by_amount(due).into(),
        S::Pay => paid(vec![Deed::Take(Part::Rest), Deed::Tell]),
        S::Half => paid(vec![Deed::Take(Part::Half), Deed::Tell]),
        S::Split => paid(vec![Deed::Take(Part::Half), pause(), Deed::Take(Part::Rest), Deed::Tell]),
        S::Decline => unpaid(vec![Deed::Try(ResultWord::Declined), Deed::Tell]),
        S::Abandon => unpaid(vec![Deed::Pause(profile::CARD_WITHIN)]),
        S::Over => paid(vec![Deed::Take(Part::Over), Deed::Tell]),
        S::Twice => paid(vec![Deed::Take(Part::Rest), Deed::Tell, Deed::TellAgain]),
        S::LostUnlock => lost_unlock(),
        S::LatePayment => late(),
        S::Takeover => paid(vec![Deed::TakeOver, Deed::Take(Part::Rest), Deed::Tell]),
        S::UnknownMethod => paid(vec![Deed::AskStrangely, Deed::Take(Part::Rest), Deed::Tell]),
        S::EndOfDay => {
            let mut deeds = paid(vec![Deed::Take(Part::Rest), Deed::Tell]);
            deeds.push(Deed::EndOfDay);
            deeds
        }
        S::TwoMachines => paid(vec![Deed::Rival, Deed::Take(Part::Rest), Deed::Tell]),
        S::GoneTable => paid(vec![Deed::LockGone, Deed::TakeForeign, Deed::Tell, Deed::Take(Part::Rest), Deed::Tell]),
        // What the bill says of it is for people to settle.
        S::Euro => paid(vec![Deed::Lose, Deed::Take(Part::Euro), Deed::Tell]),
    };
    deeds.into()
}

fn by_amount(due: i64) -> Vec<Deed> {
    use Conduct as C;
    let plainly = || paid(vec![Deed::Take(Part::Rest), Deed::Tell]);
    let tried = |result| unpaid(vec![Deed::Try(result), Deed::Tell]);
    if Scenario::of_amount(due) == Scenario::ApprovesHalf {
        return paid(vec![Deed::Take(Part::Half), Deed::Tell]);
    }
    match Conduct::of_amount(due) {
        C::Approves
        | C::ApprovesContactless
        | C::AsksSignature
        | C::RefusesCashback
        | C::MisreadsCard
        | C::RunsOutOfPaper
        | C::CancelIgnored
        | C::CancelRefused => plainly(),
        C::AddsTip => paid(vec![Deed::Take(Part::WithTip), Deed::Tell]),
        C::Declines | C::DeclinesByCard => tried(ResultWord::Declined),
        // Not every machine tells what was not paid.
        C::DeclinesForFunds => unpaid(vec![Deed::TellNothing]),
        C::CustomerCancels => tried(ResultWord::Cancelled),
        C::HostUnreachable | C::ProcessingError => tried(ResultWord::Unsuccessful),
        C::Voids => tried(ResultWord::Void),
        C::NobodyPresentsCard | C::WaitsUntilCancelled => unpaid(vec![Deed::Pause(profile::CARD_WITHIN)]),
        C::TimesOutApproved => paid(vec![Deed::Lose, Deed::TakeUnclear, Deed::Tell]),
        C::TimesOut => paid(vec![Deed::Lose, Deed::Try(ResultWord::TimedOut), Deed::Tell]),
        C::LineDropsApproved | C::LineDropsAtLast => paid(vec![Deed::Take(Part::Rest), Deed::Cut, Deed::Tell]),
        C::LineDropsDeclined => unpaid(vec![Deed::Cut, Deed::Try(ResultWord::Declined), Deed::Tell]),
        C::LineDropsCancelled => unpaid(vec![Deed::Cut, Deed::Try(ResultWord::Cancelled), Deed::Tell]),
        C::LineDropsBeforeRequest => vec![Deed::Cut, Deed::Leave, Deed::Unlock],
        C::LineDropsLost => {
            vec![Deed::Bill, pause(), Deed::Lose, Deed::Take(Part::Rest), Deed::Cut, Deed::Forget, Deed::KeepLocked]
        }
        C::NeverAnswers => lost_unlock(),
        C::Busy | C::Unavailable | C::InternalError => vec![Deed::Leave, Deed::Unlock],
        C::Slow => paid(vec![Deed::Pause(profile::SLOW), Deed::Take(Part::Rest), Deed::Tell]),
        C::ForeignAnswerFirst => paid(vec![Deed::TakeForeign, Deed::Tell, Deed::Take(Part::Rest), Deed::Tell]),
        C::OddSpelling => paid(vec![Deed::SpellOddly, Deed::AskStrangely, Deed::Take(Part::Rest), Deed::Tell]),
        C::Strangers => paid(vec![Deed::AskStrangely, Deed::Take(Part::Rest), Deed::Tell]),
    }
}

fn pause() -> Deed {
    Deed::Pause(profile::CUSTOMER)
}

/// With the bill before it, the paid bill and the unlock behind it.
fn paid(between: Vec<Deed>) -> Vec<Deed> {
    let mut deeds = vec![Deed::Bill, pause()];
    deeds.extend(between);
    deeds.extend([Deed::Final, Deed::Unlock]);
    deeds
}

fn unpaid(between: Vec<Deed>) -> Vec<Deed> {
    let mut deeds = vec![Deed::Bill, pause()];
    deeds.extend(between);
    deeds.extend([Deed::Leave, Deed::Unlock]);
    deeds
}

fn lost_unlock() -> Vec<Deed> {
    vec![Deed::Bill, pause(), Deed::Take(Part::Rest), Deed::Tell, Deed::Final, Deed::KeepLocked]
}

/// Nobody may pay once more meanwhile.
fn late() -> Vec<Deed> {
    let taken = [Deed::Bill, pause(), Deed::Lose, Deed::Take(Part::Rest), Deed::Cut];
    taken.into_iter().chain([Deed::Unlock, Deed::Pause(profile::LATE), Deed::Tell]).collect()
}
