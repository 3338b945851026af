//! Every interleaving of press, cancel, answer, loss, crash, recovery and a person's decision, walked by machine: the real
//! lifecycle beside the smallest till, line and terminal that can go wrong. No state without a way out, no way to two
//! charges, no final word that the money contradicts.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use checkstand::domain::lifecycle::Step;
use checkstand::domain::{PaymentEvent, PaymentState};

/// How deep interleavings are counted one by one.
const DEPTH: usize = 12;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Terminal {
    Untouched,
    Working,
    Approved,
    Declined,
    Cancelled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    Approved,
    Declined,
    Cancelled,
    Busy,
}

/// One payment, seen from above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Scene {
    /// What the journal says; `None` before the cashier presses.
    state: Option<Place>,
    till_runs: bool,
    /// The till waits for the answer of the exchange it opened.
    till_waits: bool,
    request_flies: bool,
    answer: Option<Answer>,
    terminal: Terminal,
    charges: u8,
    /// The request went out again after the terminal said that it was busy.
    sent_again: bool,
}

/// [`PaymentState`] with an order, to be a key.
type Place = usize;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Happening {
    Press,
    Send,
    RequestArrives,
    TerminalIsBusy,
    LineBreaks,
    TerminalApproves,
    TerminalDeclines,
    CashierCancels,
    CancelArrives,
    AnswerArrives,
    TillIsKilled,
    TillStarts,
    TillAsks,
    PersonSaysPaid,
    PersonSaysNotPaid,
}

use Happening::*;

const ALL: [Happening; 15] = [
    Press,
    Send,
    RequestArrives,
    TerminalIsBusy,
    LineBreaks,
    TerminalApproves,
    TerminalDeclines,
    CashierCancels,
    CancelArrives,
    AnswerArrives,
    TillIsKilled,
    TillStarts,
    TillAsks,
    PersonSaysPaid,
    PersonSaysNotPaid,
];

fn place(state: PaymentState) -> Place {
    PaymentState::ALL.iter().position(|known| *known == state).expect("a state")
}

impl Scene {
    const START: Scene = Scene {
        state: None,
        till_runs: true,
        till_waits: false,
        request_flies: false,
        answer: None,
        terminal: Terminal::Untouched,
        charges: 0,
        sent_again: false,
    };

    fn state(self) -> Option<PaymentState> {
        self.state.map(|place| PaymentState::ALL[place])
    }

    fn is(self, state: PaymentState) -> bool {
        self.state() == Some(state)
    }

    /// Through the real table. An event the till itself produces must never be forbidden.
    fn after(mut self, event: PaymentEvent) -> Scene {
        let state = self.state().expect("a payment");
        match state.on(event) {
            Step::To(next) => self.state = Some(place(next)),
            Step::Stay => {}
            Step::Forbidden => panic!("{state:?} meets {event:?} in {self:?}"),
        }
        self
    }

    /// What follows; `None` where it cannot happen.
    fn then(self, happening: Happening) -> Option<Scene> {
        let open = self.state().is_some_and(|state| !state.is_final());
        let can = match happening {
            Press => self.till_runs && self.state.is_none(),
            Send => self.till_runs && self.is(PaymentState::Recorded),
            RequestArrives | TerminalIsBusy => self.request_flies && self.terminal == Terminal::Untouched,
            LineBreaks => self.till_waits,
            TerminalApproves | TerminalDeclines => self.terminal == Terminal::Working,
            CashierCancels => self.till_runs && open && !self.is(PaymentState::Recorded),
            CancelArrives => {
                self.terminal == Terminal::Working
                    && (self.is(PaymentState::Cancelling) || self.is(PaymentState::InDoubt))
            }
            AnswerArrives => self.till_waits && self.answer.is_some(),
            TillIsKilled => self.till_runs,
            TillStarts => !self.till_runs,
            TillAsks => self.till_runs && !self.till_waits && self.is(PaymentState::InDoubt),
            PersonSaysPaid | PersonSaysNotPaid => self.is(PaymentState::InDoubt),
        };
        can.then(|| self.done(happening)).flatten()
    }

    fn done(mut self, happening: Happening) -> Option<Scene> {
        match happening {
            Press => self.state = Some(place(PaymentState::Recorded)),
            Send => {
                self = self.after(PaymentEvent::Transmitted);
                (self.till_waits, self.request_flies) = (true, true);
            }
            RequestArrives => (self.request_flies, self.terminal) = (false, Terminal::Working),
            TerminalIsBusy => {
                self.request_flies = false;
                self.say(Answer::Busy);
            }
            LineBreaks => {
                // Bytes that have not arrived die with their line.
                (self.till_waits, self.request_flies, self.answer) = (false, false, None);
                self = self.after(PaymentEvent::Lost);
            }
            TerminalApproves => {
                self.charges += 1;
                self.end(Terminal::Approved, Answer::Approved);
            }
            TerminalDeclines => self.end(Terminal::Declined, Answer::Declined),
            CashierCancels => self = self.after(PaymentEvent::CancelRequested),
            CancelArrives => self.end(Terminal::Cancelled, Answer::Cancelled),
            AnswerArrives => return Some(self.heard()),
            TillIsKilled => {
                // The request may still be on its way.
                (self.till_runs, self.till_waits, self.answer) = (false, false, None);
            }
            TillStarts => {
                self.till_runs = true;
                if self.state.is_some() {
                    self = self.after(PaymentEvent::Restarted);
                }
            }
            TillAsks => return self.asked(),
            PersonSaysPaid => self = self.after(PaymentEvent::PersonDecidedPaid),
            PersonSaysNotPaid => self = self.after(PaymentEvent::PersonDecidedNotPaid),
        }
        Some(self)
    }

    fn end(&mut self, terminal: Terminal, answer: Answer) {
        self.terminal = terminal;
        self.say(answer);
    }

    /// Nobody hears an answer on a line that is gone.
    fn say(&mut self, answer: Answer) {
        self.answer = self.till_waits.then_some(answer);
    }

    fn heard(mut self) -> Scene {
        let answer = self.answer.take().expect("an answer");
        self.till_waits = false;
        match answer {
            Answer::Approved => self.after(PaymentEvent::Approved),
            Answer::Declined => self.after(PaymentEvent::Declined),
            Answer::Cancelled => self.after(PaymentEvent::Cancelled),
            Answer::Busy if self.sent_again || self.is(PaymentState::Cancelling) => {
                self.after(PaymentEvent::NotCharged)
            }
            Answer::Busy => {
                (self.sent_again, self.till_waits, self.request_flies) = (true, true, true);
                self.after(PaymentEvent::Transmitted)
            }
        }
    }

    /// The terminal's word about what it did; nothing while it works, nor while the request may still arrive.
    fn asked(self) -> Option<Scene> {
        match self.terminal {
            Terminal::Working => None,
            Terminal::Untouched if self.request_flies => None,
            Terminal::Untouched => Some(self.after(PaymentEvent::NotCharged)),
            Terminal::Approved => Some(self.after(PaymentEvent::Approved)),
            Terminal::Declined => Some(self.after(PaymentEvent::Declined)),
            Terminal::Cancelled => Some(self.after(PaymentEvent::Cancelled)),
        }
    }

    fn judge(self) {
        assert!(self.charges <= 1, "charged twice: {self:?}");
        let Some(state) = self.state() else { return };
        match state {
            PaymentState::Approved => assert_eq!(self.charges, 1, "approved, and nothing taken: {self:?}"),
            PaymentState::Declined | PaymentState::Cancelled | PaymentState::NotCharged => {
                assert_eq!(self.charges, 0, "{state:?}, and money taken: {self:?}");
                let may_charge = self.terminal == Terminal::Working || self.request_flies;
                assert!(!may_charge, "{state:?}, and money may still be taken: {self:?}");
            }
            _ => {}
        }
    }

    fn next(self) -> impl Iterator<Item = Scene> {
        ALL.into_iter().filter_map(move |happening| self.then(happening))
    }
}

/// Every scene that can be reached, with the number of steps to it.
fn reachable() -> BTreeMap<Scene, usize> {
    let mut found = BTreeMap::from([(Scene::START, 0)]);
    let mut queue = VecDeque::from([Scene::START]);
    while let Some(scene) = queue.pop_front() {
        let depth = found[&scene] + 1;
        for next in scene.next() {
            if let Entry::Vacant(new) = found.entry(next) {
                new.insert(depth);
                queue.push_back(next);
            }
        }
    }
    found
}

#[test]
fn every_scene_keeps_the_rules_and_none_lies_deeper_than_the_walk() {
    let scenes = reachable();
    for scene in scenes.keys() {
        scene.judge();
    }
    let deepest = scenes.values().max().copied().unwrap_or_default();
    assert!(deepest <= DEPTH, "{deepest}");
    println!("{} scenes, the farthest {deepest} steps away", scenes.len());
}

#[test]
fn every_interleaving_to_depth_twelve_is_walked() {
    let mut ways: BTreeMap<Scene, u128> = BTreeMap::from([(Scene::START, 1)]);
    let mut walked = 0;
    for _ in 0..DEPTH {
        let mut next: BTreeMap<Scene, u128> = BTreeMap::new();
        for (scene, count) in ways {
            for following in scene.next() {
                following.judge();
                *next.entry(following).or_default() += count;
            }
        }
        walked += next.values().sum::<u128>();
        ways = next;
    }
    assert!(walked > 100_000, "{walked}");
    println!("{walked} interleavings");
}

#[test]
fn from_every_scene_the_machine_alone_or_a_person_comes_to_an_end() {
    let scenes: BTreeSet<Scene> = reachable().into_keys().collect();
    let is_end = |scene: &Scene| scene.state().is_some_and(PaymentState::is_final);
    let mut with_a_way_out: BTreeSet<Scene> = scenes.iter().copied().filter(is_end).collect();
    loop {
        let more: Vec<Scene> = scenes
            .iter()
            .copied()
            .filter(|scene| !with_a_way_out.contains(scene) && scene.next().any(|next| with_a_way_out.contains(&next)))
            .collect();
        if more.is_empty() {
            break;
        }
        with_a_way_out.extend(more);
    }
    let stuck: Vec<&Scene> = scenes.difference(&with_a_way_out).collect();
    assert!(stuck.is_empty(), "no way out of {stuck:?}");
}
