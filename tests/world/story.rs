//! One story from a seed: some payments in bad weather, then calm, then judgement. And the shortest story that still shows a
//! fault once one was found.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use checkstand::domain::{Answer, Operation, PaymentId, PaymentRecord, PaymentRequest, PaymentState};
use checkstand::protocols::simulator::{Line, SimulatorInput};

use super::dice::{Dice, For, Strike};
use super::faults::{FAULTS, Fault};
use super::judge::{LOOK, PERSONS_REASONS, is_lost_for_good};
use super::{Cashier, Counter, Event, OURS, World};

/// No payment may take longer: a terminal's own bound, then a minute of seeking, after three answers "busy" that took two
/// minutes each.
const PAYMENT_WITHIN: Duration = Duration::from_secs(900 + 61 + 3 * 130 + 60);
/// In calm weather the machine finds out what it can find out within the longest back-off, a login and the questions that
/// "not found" needs (P3: 40 s after the last word).
const SETTLED_WITHIN: Duration = Duration::from_secs(75);
/// A payment that is still at the terminal when the weather calms down takes as long as its customer.
const ENDED_WITHIN: Duration = Duration::from_secs(1_000);
/// A terminal that nobody can stop any more gives a transaction up within this (Connect: 200 s and its answer).
const GIVEN_UP_WITHIN: Duration = Duration::from_secs(201);
/// A login that is not answered is given up within this.
const LOGIN_GIVEN_UP_WITHIN: Duration = Duration::from_secs(30);
/// A till that was killed is started again within this.
const STARTED_WITHIN: Duration = Duration::from_secs(61);

#[derive(Clone)]
pub struct Story {
    pub counter: Counter,
    pub seed: u64,
    pub payments: u32,
    pub spared: BTreeSet<Strike>,
    pub kept: bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Report {
    pub violations: Vec<String>,
    pub struck: Vec<Strike>,
    pub payments: u32,
    pub requests: u32,
    pub charges: u32,
    pub restarts: u32,
    pub recovered: u32,
    pub states: BTreeMap<&'static str, u32>,
    /// Why a payment was left to a person.
    pub doubts: BTreeMap<String, u32>,
    pub slowest: Duration,
    pub pretend: Duration,
    pub transcript: String,
}

impl Story {
    pub fn new(counter: Counter, seed: u64, payments: u32) -> Story {
        Story { counter, seed, payments, spared: BTreeSet::new(), kept: false }
    }

    /// Plays it. A panic inside is a violation like any other.
    pub fn play(&self) -> Report {
        let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.play_to_the_end()));
        played.unwrap_or_else(|panic| {
            let words = panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            let what = format!("a panic: {}", words.unwrap_or_default());
            Report { violations: vec![what], ..Report::default() }
        })
    }

    fn play_to_the_end(&self) -> Report {
        let mut dice = Dice::of_story(self.seed);
        dice.spared.clone_from(&self.spared);
        let mut world = World::of_story(self.counter, dice, self.kept);
        let mut report = Report::default();
        for _ in 0..self.payments {
            world.one_payment(&mut report);
            if !world.violations.is_empty() {
                break;
            }
        }
        world.come_to_rest(&mut report);
        world.judge_the_books();
        world.judge_the_bills();
        world.judge_secrecy();
        world.report(report)
    }

    /// The same fault with as few payments and as few strikes as possible.
    pub fn shrunk(&self) -> Story {
        let fails = |story: &Story| !story.play().violations.is_empty();
        let mut best = self.clone();
        for payments in 1..self.payments {
            let shorter = Story { payments, ..self.clone() };
            if fails(&shorter) {
                best = shorter;
                break;
            }
        }
        let mut step = best.play().struck.len();
        while step > 0 {
            let mut struck = best.play().struck;
            while !struck.is_empty() {
                let chunk = struck.split_off(struck.len().saturating_sub(step));
                let mut calmer = best.clone();
                calmer.spared.extend(chunk);
                if fails(&calmer) {
                    best = calmer;
                }
            }
            step /= 2;
        }
        best
    }

    /// What a person reads who has to mend it.
    pub fn told(&self) -> String {
        let report = Story { kept: true, ..self.clone() }.play();
        let strikes: Vec<String> = report.struck.iter().map(|(fault, _)| what_is(*fault)).collect();
        format!(
            "seed {}, {} payments\nwrong: {}\nfaults: {}\n{}",
            self.seed,
            self.payments,
            report.violations.join("; "),
            strikes.join("; "),
            report.transcript
        )
    }
}

pub fn what_is(fault: Fault) -> String {
    let words = FAULTS.iter().find(|(known, _, _)| *known == fault).map(|(_, _, words)| *words);
    format!("{fault:?} ({})", words.unwrap_or_default())
}

impl World {
    fn one_payment(&mut self, report: &mut Report) {
        self.get_ready();
        let request = self.some_request();
        if !self.tills[OURS].runs || self.tills[OURS].station.check(&request).is_err() {
            return;
        }
        self.started = self.now.at;
        self.plan_weather();
        let cashier = self.some_cashier(&request);
        let Some(id) = self.start_at(OURS, request, cashier) else { return };
        report.payments += 1;
        self.asked.push(id.clone());
        let restarts = self.restarts;
        let (begun, slept) = (self.now.at, self.slept);
        let ended = self.run_until(PAYMENT_WITHIN, |world| {
            world.restarts > restarts || world.till().conclusions.iter().any(|(concluded, _)| *concluded == id)
        });
        // With a till that is killed goes whoever waited at it.
        if !ended && self.violations.is_empty() && self.till().waiting.contains(&id) {
            let waited = (self.now.at - begun).saturating_sub(self.slept - slept);
            if waited >= PAYMENT_WITHIN {
                self.violate(format!("who waits for {id} was told nothing for {waited:?}"));
            }
        }
        let pause = Duration::from_millis(self.dice.roll(For::Pause, 15_000));
        self.run_for(pause);
        self.tills[OURS].conclusions.clear();
        self.note_finals();
    }

    /// The cashier waits for the terminal, and calls for somebody who decides when it takes too long.
    fn get_ready(&mut self) {
        let ready = |world: &World| world.till().runs && world.is_ready(OURS);
        let patience = Duration::from_secs(self.dice.roll(For::Cashier, 600));
        if !self.run_until(patience, ready) {
            if self.tills[OURS].runs && self.tills[OURS].station.at_hand().is_some() {
                self.cancel(OURS);
            }
            self.decide_all();
            self.run_until(PAYMENT_WITHIN, ready);
        }
    }

    pub(crate) fn is_ready(&self, index: usize) -> bool {
        let sale = PaymentRequest::new(Operation::Sale, self.money(10_000));
        self.tills[index].station.check(&sale).is_ok()
    }

    /// The faults stop; what the machine can find out it finds out, a person decides the rest, and the till is ready.
    fn come_to_rest(&mut self, report: &mut Report) {
        if !self.violations.is_empty() {
            return;
        }
        let doubts_before = self.tills[OURS].station.view().unresolved.len();
        self.calm_down();
        let at_terminal = |world: &World| {
            (0..world.tills.len()).any(|index| {
                let till = &world.tills[index];
                till.station.at_hand().is_some() && till.station.view().unresolved.is_empty()
            })
        };
        self.run_until(ENDED_WITHIN, |world| !at_terminal(world));
        let since = self.now.at;
        let settled = |world: &World| (0..world.tills.len()).all(|index| world.is_ready(index) || world.is_left(index));
        if !self.run_until(SETTLED_WITHIN, settled) {
            // Only a cashier ends the wait of a terminal that waits for a card until it is told not to.
            for index in 0..self.tills.len() {
                if self.tills[index].station.at_hand().is_some() {
                    self.cancel(index);
                }
            }
            self.run_until(SETTLED_WITHIN, settled);
            // Nobody waits any more for what no till can stop; it ends when the protocol gives it up.
            if self.has_stopped_waiting() {
                self.run_until(ENDED_WITHIN, settled);
            } else {
                // A line that came back does not stop what was started over the one that is gone.
                let at_work = GIVEN_UP_WITHIN.saturating_sub(self.now.at - self.started) + SETTLED_WITHIN;
                self.run_until(at_work, settled);
            }
        } else {
            report.slowest = self.now.at - since;
        }
        self.judge_the_doubts(report);
        if !self.violations.is_empty() {
            return;
        }
        let left = self.tills[OURS].station.view().unresolved.len();
        report.recovered += u32::try_from(doubts_before.saturating_sub(left)).unwrap_or_default();
        self.decide_all();
        if !self.run_until(Duration::from_secs(120), |world| world.is_ready(OURS)) {
            self.violate(format!("the till does not return to ready: {:?}", self.tills[OURS].station.view()));
            return;
        }
        if self.tills.iter().flat_map(super::till::Till::payments).any(|record| record.decision.is_some()) {
            self.press_the_red_key();
        }
        // What was on its way arrives.
        self.run_for(Duration::from_secs(10));
        self.pay_once_more();
        self.note_finals();
    }

    fn calm_down(&mut self) {
        self.say("-- the weather calms down".to_owned());
        self.dice.calm_down();
        // A simulator with faults of its own is told at a door of its own.
        if let Some(door) = self.counter.protocol.doors.iter().find(|door| door.name == super::chain::CALM) {
            let effects = self.simulator.step(self.now, SimulatorInput::Opened(Line(u64::MAX), *door));
            self.act_for_simulator(effects);
        }
        self.queue.retain(|_, event| !matches!(event, Event::Weather(_) | Event::Cancel(..)));
        self.cable_pulled = false;
        self.cable_is_back();
        self.booted_at = self.now.at;
        if !self.tills[OURS].runs {
            self.run_until(STARTED_WITHIN, |world| world.till().runs);
        }
        if self.tills.iter().flat_map(super::till::Till::payments).any(|record| record.decision.is_some()) {
            self.press_the_red_key();
        }
        self.call_the_cashiers_back();
        if self.tills[OURS].fields.text("host") != Some(self.host.as_str()) {
            self.announce();
            self.run_for(Duration::from_secs(1));
        }
        // Where the terminal tells nobody, somebody changes the settings.
        if self.tills[OURS].fields.text("host") != Some(self.host.as_str()) {
            let host = self.host.clone();
            self.tills[OURS].fields.set("host", &host);
            self.restart_till();
        }
    }

    /// Whoever walked away answers what is asked.
    fn call_the_cashiers_back(&mut self) {
        for index in 0..self.tills.len() {
            let till = &mut self.tills[index];
            till.cashier = Cashier { answer: Some(Answer::Accept), ..Cashier::default() };
            let open = till.station.view().payment.as_ref().and_then(|payment| payment.question.as_ref());
            if let Some(question) = open.map(|question| question.id) {
                self.plan_answers(index, question);
            }
        }
    }

    /// The machine has given up, and a person has to decide.
    fn is_left(&self, index: usize) -> bool {
        let till = &self.tills[index];
        till.station.at_hand().is_none() && !till.station.view().unresolved.is_empty()
    }

    fn has_stopped_waiting(&self) -> bool {
        let why = |record: PaymentRecord| record.outcome.and_then(|outcome| outcome.explanation);
        self.tills.iter().any(|till| {
            let record = till.station.at_hand().map(|id| till.record(id));
            record.and_then(why).is_some_and(|why| why.key == "explain-stopped-waiting")
        })
    }

    /// A cloud at another address may not be the one that was asked, so that its "not found" proves nothing.
    fn asks_somebody_else(&self, record: &PaymentRecord) -> bool {
        let sent_to = record.reference.as_ref().and_then(|reference| reference.get("sent_to")?.as_str());
        sent_to.is_some_and(|sent_to| !sent_to.contains(self.host.as_str()))
    }

    fn judge_the_doubts(&mut self, report: &mut Report) {
        for index in 0..self.tills.len() {
            let doubts: Vec<PaymentId> =
                self.tills[index].station.view().unresolved.iter().map(|doubt| doubt.id.clone()).collect();
            for id in doubts {
                let record = self.tills[index].record(&id);
                if self.needs_eyes(index, &record) {
                    *report.doubts.entry(LOOK.to_owned()).or_default() += 1;
                    continue;
                }
                let why = record.outcome.as_ref().and_then(|outcome| outcome.explanation.as_ref());
                let key = why.map(|why| why.key.clone());
                let key = key.unwrap_or_default();
                *report.doubts.entry(key.clone()).or_default() += 1;
                // A terminal that is silent about its last transaction is so whichever is asked for.
                let silent = self.tills[OURS].payments().iter().any(is_lost_for_good);
                let persons = PERSONS_REASONS.contains(&key.as_str());
                let about = record.request.of.as_ref().map(|original| &original.payment);
                let spoiled =
                    self.spoiled.contains(&id) || about.is_some_and(|original| self.spoiled.contains(original));
                if !silent
                    && !persons
                    && !spoiled
                    && !self.asks_somebody_else(&record)
                    && !self.was_amended_before(index, &record)
                {
                    self.violate(format!("{id} is left in doubt ({key}), and the machine could have found out"));
                }
            }
        }
    }

    /// An original that shows a capture or a tip shows an earlier one as well, so that it proves nothing of this one.
    fn was_amended_before(&self, index: usize, record: &PaymentRecord) -> bool {
        let original = |record: &PaymentRecord| record.request.of.as_ref().map(|of| of.payment.clone());
        let amends = |other: &PaymentRecord| {
            other.id != record.id
                && original(other).is_some()
                && original(other) == original(record)
                && other.request.operation == record.request.operation
                && other.state == PaymentState::Approved
        };
        self.tills[index].payments().iter().any(amends)
    }

    /// After everything, an ordinary sale is approved. A login whose answer was lost before the weather calmed has been given
    /// up by then.
    fn pay_once_more(&mut self) {
        self.run_for(LOGIN_GIVEN_UP_WITHIN);
        let sale = PaymentRequest::new(Operation::Sale, self.money(10_000));
        self.started = self.now.at;
        let Some(id) = self.start_at(OURS, sale, Cashier::default()) else { return };
        self.run_until(Duration::from_secs(120), |world| {
            world.till().conclusions.iter().any(|(concluded, _)| *concluded == id)
        });
        let state = self.record(&id).state;
        if state != PaymentState::Approved {
            self.violate(format!("in calm weather an ordinary sale is {state:?}"));
        }
    }

    /// A terminal that still waits for the card of a payment a person has decided about waits for its red key; some have
    /// only a plug.
    fn press_the_red_key(&mut self) {
        self.red_key = true;
        self.power_cut();
        self.run_for(Duration::from_secs(1));
    }

    fn report(mut self, mut report: Report) -> Report {
        for record in self.tills.iter().flat_map(super::till::Till::payments) {
            *report.states.entry(record.state.verdict().word()).or_default() += 1;
            report.requests += 1;
        }
        report.charges = u32::try_from(self.ledger.len()).unwrap_or_default();
        report.restarts = self.restarts;
        report.struck = std::mem::take(&mut self.dice.struck);
        report.violations = std::mem::take(&mut self.violations);
        report.pretend = self.now.at.since_origin();
        report.transcript = self.transcript.to_string();
        report
    }
}
