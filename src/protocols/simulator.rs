//! The mirror seam: a terminal (or cloud) as a state machine, and the scenario table all of them play.
//!
//! A simulator is as pure as a driver. It can be run against one in memory with a pretend clock, inside the program as
//! the training terminal, or behind real sockets (`links/simulator_host.rs`).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::card::mask_card_numbers;
use crate::domain::{Instant, Now, Operation, Secret};

use super::frame::{Frame, HttpRequest, HttpResponse};

/// The terminal's side of one protocol.
pub trait Simulator: Send {
    fn step(&mut self, now: Now, input: SimulatorInput) -> Vec<SimulatorEffect>;

    /// When to call `step` with a tick although nothing else happened.
    fn deadline(&self) -> Option<Instant>;

    /// What survives the terminal's own power cut: its store of transactions. Changes when it takes or gives money.
    fn memory(&self) -> Value;
}

/// Dice from a seed (SplitMix64): enough to vary cards and numbers, the same for the same seed.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed)
    }

    /// From zero up to, without, `sides`.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides.max(1)
    }

    pub fn digits(&mut self, count: u32) -> String {
        (0..count).map(|_| char::from(b'0' + u8::try_from(self.roll(10)).unwrap_or_default())).collect()
    }

    /// Hexadecimal digits, in lower case.
    pub fn hex(&mut self, count: u32) -> String {
        (0..count).filter_map(|_| char::from_digit(u32::try_from(self.roll(16)).unwrap_or_default(), 16)).collect()
    }
}

/// One place where a terminal (or cloud) listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    /// For logs and for the simulator itself, for example `cancel`.
    pub name: &'static str,
    pub carries: Carrier,
    /// The simulator is asked before a line comes to stand (see [`SimulatorInput::Knocked`]). Of a WebSocket only.
    pub guarded: bool,
    /// Of a WebSocket or of HTTP.
    pub tls: bool,
    /// How many connections may stand at a time; whoever comes then is sent away.
    pub room: usize,
}

/// More than any terminal has to do with at a time.
const USUAL_ROOM: usize = 64;

impl Door {
    pub const fn new(name: &'static str, carries: Carrier) -> Door {
        Door { name, carries, guarded: false, tls: false, room: USUAL_ROOM }
    }

    /// One at which the simulator reads what is asked for before it lets anybody in.
    pub const fn guarded(name: &'static str, tls: bool) -> Door {
        Door { guarded: true, tls, ..Door::new(name, Carrier::WebSocket) }
    }

    /// One for exchanges over HTTPS.
    pub const fn https(name: &'static str) -> Door {
        Door { tls: true, ..Door::new(name, Carrier::Http) }
    }

    /// One for byte streams of which very many stand at a time, as a cloud has them from its terminals.
    pub const fn crowded(name: &'static str, room: usize) -> Door {
        Door { room, ..Door::new(name, Carrier::Tcp) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    Http,
    Tcp,
    WebSocket,
    /// TCP or WebSocket, as it is set up.
    TcpOrWebSocket,
}

/// Names one line (for HTTP: one exchange) that the till opened. Never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Line(pub u64);

/// Names one request that the simulator made of the till's listener. Never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Post(pub u64);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SimulatorInput {
    /// A line of a byte stream or WebSocket stands. An HTTP exchange is told by its request alone.
    Opened(Line, Door),
    /// Somebody asks a guarded door for a WebSocket, with this path and query. The line stands once it is admitted.
    Knocked(Line, Door, Secret),
    Received(Line, Frame),
    /// The till closed the line, or it broke.
    Closed(Line),
    /// The till's listener answered; `None` when it could not be reached or did not answer.
    Answered(Post, Option<HttpResponse>),
    /// Somebody pulls the terminal's plug: sessions and what is running are lost, the memory stays.
    PowerCut,
    Tick,
}

#[derive(Debug, Clone, PartialEq)]
pub enum SimulatorEffect {
    /// Answers [`SimulatorInput::Knocked`]: the line stands.
    Admit(Line),
    /// Answers [`SimulatorInput::Knocked`]: it will not.
    Refuse(Line, HttpResponse),
    Send(Line, Frame),
    /// The same, cut into single-byte pieces.
    SendInPieces(Line, Frame),
    /// Only the first half of the body, then the line breaks.
    SendHalf(Line, Frame),
    /// The line breaks without another byte.
    Cut(Line),
    /// What was sent arrives; then the line ends in order.
    Close(Line),
    /// A request to the till's listener.
    Post(Post, HttpRequest),
    Ledger(LedgerEntry),
    /// Something the till did that the reference does not allow.
    Complaint(String),
}

impl SimulatorEffect {
    /// Without card numbers, whatever the till sent.
    pub fn complaint(what: &str) -> SimulatorEffect {
        SimulatorEffect::Complaint(mask_card_numbers(what))
    }
}

/// What is charged in place of what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charge {
    AsAsked,
    Half,
    WithTip,
    WithFees,
}

/// One change of money in a terminal, as `--ledger` writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// The terminal's own number.
    pub terminal_reference: String,
    /// The till's reference as it was sent.
    pub till_reference: String,
    pub operation: Operation,
    /// What was taken, in minor units.
    pub amount_minor: i64,
    pub currency: String,
    pub state: LedgerState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerState {
    Approved,
    /// Taken back.
    Reversed,
}

/// What a simulated terminal does, chosen by the last two digits of the amount in minor units. One table for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scenario {
    ChipAndPin,
    Contactless,
    Decline,
    DeclineForFunds,
    CustomerCancels,
    NobodyPresentsCard,
    Signature,
    ApprovesHalf,
    AddsTip,
    AddsSurcharge,
    LineDropsApproved,
    LineDropsDeclined,
    LineDropsBeforeRequest,
    NeverAnswersApproved,
    CancelAcknowledgedApproved,
    CancelRefusedApproved,
    Busy,
    NotReady,
    HostUnreachable,
    WaitsUntilCancelled,
    Slow,
    ForeignAnswerFirst,
    OddSpelling,
    LostForGood,
    AsksForMaintenance,
}

impl Scenario {
    /// Every row of the table with the cents that stand for it.
    pub const TABLE: [(i64, Scenario); 25] = [
        (0, Scenario::ChipAndPin),
        (50, Scenario::Contactless),
        (51, Scenario::Decline),
        (52, Scenario::DeclineForFunds),
        (53, Scenario::CustomerCancels),
        (54, Scenario::NobodyPresentsCard),
        (55, Scenario::Signature),
        (56, Scenario::ApprovesHalf),
        (57, Scenario::AddsTip),
        (58, Scenario::AddsSurcharge),
        (61, Scenario::LineDropsApproved),
        (62, Scenario::LineDropsDeclined),
        (63, Scenario::LineDropsBeforeRequest),
        (64, Scenario::NeverAnswersApproved),
        (65, Scenario::CancelAcknowledgedApproved),
        (66, Scenario::CancelRefusedApproved),
        (67, Scenario::Busy),
        (68, Scenario::NotReady),
        (69, Scenario::HostUnreachable),
        (70, Scenario::WaitsUntilCancelled),
        (71, Scenario::Slow),
        (72, Scenario::ForeignAnswerFirst),
        (73, Scenario::OddSpelling),
        (74, Scenario::LostForGood),
        (75, Scenario::AsksForMaintenance),
    ];

    /// `amount_minor` in minor units. Numbers the table does not name approve as chip and PIN.
    pub fn of_amount(amount_minor: i64) -> Scenario {
        let cents = amount_minor.rem_euclid(100);
        Scenario::TABLE
            .into_iter()
            .find(|(number, _)| *number == cents && cents != 0)
            .map_or(Scenario::ChipAndPin, |(_, scenario)| scenario)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_two_digits_choose_the_scenario() {
        assert_eq!(Scenario::of_amount(10_000), Scenario::ChipAndPin);
        assert_eq!(Scenario::of_amount(10_049), Scenario::ChipAndPin);
        assert_eq!(Scenario::of_amount(1_050), Scenario::Contactless);
        assert_eq!(Scenario::of_amount(74), Scenario::LostForGood);
        assert_eq!(Scenario::of_amount(1_099), Scenario::ChipAndPin);
    }
}
