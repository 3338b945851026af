//! What goes wrong inside the chain, from the story's seed; and the person at the counter.

use std::time::Duration;

use checkstand::domain::{Decision, Instant, PaymentId};
use checkstand::protocols::simulator::{Dice, SimulatorInput};

use super::{Chain, Side};

/// Somebody comes to look at the terminal so long after the till began to doubt; sooner where there is nothing else to do.
const PERSON_COMES: Duration = Duration::from_secs(180);
const PERSON_IS_THERE: Duration = Duration::from_secs(20);
/// A terminal that waits for a card until it is told not to is told so, after every payment that only takes its time.
const LOSES_PATIENCE: Duration = Duration::from_secs(100);
const CANCELS_WITHIN: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Copy)]
pub enum Trouble {
    // The cloud's line, once for each message in either direction.
    Breaks,
    HalfOpen,
    // The till, once for each turn.
    KilledBeforeWriting,
    KilledBeforeSending,
    KilledWhileSending,
    /// The cashier at the counter presses cancel, once for each payment.
    Cancels,
}

impl Trouble {
    /// Per 10,000 occasions.
    fn odds(self) -> u64 {
        match self {
            Trouble::Breaks => 300,
            Trouble::HalfOpen => 150,
            Trouble::Cancels => 1_000,
            Trouble::KilledBeforeWriting | Trouble::KilledBeforeSending | Trouble::KilledWhileSending => 60,
        }
    }
}

/// Each story has some of the troubles, some of them five times as often.
pub struct Weather {
    dice: Dice,
    factors: [u64; 6],
    pub is_calm: bool,
    /// Somebody looks after what the till doubts.
    is_somebody_there: bool,
}

impl Weather {
    pub fn of_story(seed: Option<u64>) -> Weather {
        let mut dice = Dice::new(seed.unwrap_or_default());
        let factors = std::array::from_fn(|_| [0, 0, 1, 5][usize::try_from(dice.roll(4)).expect("small")]);
        Weather { dice, factors, is_calm: seed.is_none(), is_somebody_there: seed.is_some() }
    }

    pub fn strikes(&mut self, trouble: Trouble) -> bool {
        let odds = trouble.odds() * self.factors[trouble as usize];
        !self.is_calm && odds > 0 && self.dice.roll(10_000) < odds
    }

    /// When the cashier at the counter presses cancel.
    pub fn cancels_after(&mut self) -> Option<Duration> {
        if self.strikes(Trouble::Cancels) {
            return Some(self.wait(CANCELS_WITHIN));
        }
        self.is_somebody_there.then_some(LOSES_PATIENCE)
    }

    pub fn wait(&mut self, at_most: Duration) -> Duration {
        let millis = u64::try_from(at_most.as_millis()).expect("short");
        Duration::from_millis(self.dice.roll(millis))
    }
}

impl Chain {
    pub(super) fn calm_down(&mut self) {
        self.weather.is_calm = true;
        // Whoever asked too often has new credentials by then: the cloud forgets that with all else it has not stored.
        self.tell_simulator(Side::Cloud, SimulatorInput::PowerCut);
        // A line that nothing arrives on any more is noticed by its heartbeat; nobody waits for that.
        let lines: Vec<_> = self.wires.iter().filter(|(_, wire)| wire.is_half_open()).map(|(line, _)| *line).collect();
        for line in lines {
            self.break_line(line);
        }
        if !self.till.runs {
            self.start_till();
        }
    }

    pub(super) fn person_comes(&self) -> Option<Instant> {
        let patience = if self.weather.is_calm { PERSON_IS_THERE } else { PERSON_COMES };
        let first = self.till.doubted.values().min().copied();
        first.filter(|_| self.till.runs && self.weather.is_somebody_there).map(|since| since + patience)
    }

    /// Ends what the terminal is at, reads its slips, and decides what they say.
    pub(super) fn person_decides(&mut self) {
        self.say("-- a person looks at the terminal at the counter".to_owned());
        self.tell_simulator(Side::Counter, SimulatorInput::PowerCut);
        let doubted: Vec<PaymentId> = std::mem::take(&mut self.till.doubted).into_keys().collect();
        for id in doubted {
            let paid = self.took_effect(&id);
            let (by, reason) = ("Kim".to_owned(), "the slip".to_owned());
            let decision = Decision { paid, by, reason, at: self.now.wall };
            // What has ended meanwhile needs nobody.
            let Ok(record) = self.till.journal.decide(&id, decision) else { continue };
            self.say(format!("-- a person decides: {id} was {}paid", if paid { "" } else { "not " }));
            let turn = self.till.station(Side::Counter).settled_elsewhere(self.now, &record);
            self.carry_out(Side::Counter, turn);
        }
    }
}
