//! What a cashier sees of each row of the scenario table, on each protocol, from the first picture to the outcome: driver,
//! simulator and station in the pretend world, and the real window in front of them, in two languages.
#![cfg(feature = "gui")]
#![allow(clippy::unwrap_used)]

mod world;

#[path = "world/counters.rs"]
#[allow(dead_code)]
mod counters;
#[path = "screens/hand.rs"]
#[allow(dead_code)]
mod hand;
#[path = "screens/seen.rs"]
#[allow(dead_code)]
mod seen;

use std::sync::Arc;
use std::time::Duration;

use checkstand::domain::{Operation, PaymentRecord, PaymentRequest, Verdict};
use checkstand::gui::desk;
use checkstand::protocols::simulator::Scenario;
use checkstand::terminal::{Stage, TerminalView};
use checkstand::texts::Texts;
use hand::Hand;
use world::{Cashier, Counter, OURS, World};

/// How often the window is looked at while a payment runs.
const A_LOOK: Duration = Duration::from_millis(700);
/// The longest row is 60 s at the terminal; then a minute of seeking, and what a provider takes to give up.
const LOOKS_AT_MOST: usize = 600;

/// A window and the world behind it.
struct Counted<'t> {
    world: World,
    hand: Hand,
    texts: &'t Texts,
    before: Option<TerminalView>,
}

impl Counted<'_> {
    fn look(&mut self, what: &str) {
        let view = self.world.till().station.view().clone();
        if self.before.as_ref() == Some(&view) {
            return;
        }
        self.hand.tell(desk::Message::TerminalChanged(Arc::new(view.clone())));
        self.before = Some(view.clone());
        let seen = self.hand.texts();
        let raw = seen.iter().find(|text| is_a_key(text));
        assert_eq!(raw, None, "{what}: a key is on the screen");
        if let Some(payment) = view.payment.as_ref().filter(|payment| payment.outcome().is_none()) {
            let amount = self.texts.money(payment.amount);
            assert!(seen.iter().any(|text| text.contains(&amount)), "{what}: {amount} is not in {seen:?}");
            assert!(payment.question.is_some() || self.hand.has("abort"), "{what}: nothing stops it: {seen:?}");
            if payment.question.is_some() {
                assert!(self.hand.has("accept") && self.hand.has("reject"), "{what}: {seen:?}");
            }
        }
    }

    /// The outcome by word and amount, and a way on.
    fn judge(&mut self, record: &PaymentRecord, what: &str) {
        let seen = self.hand.texts();
        let sees = |words: &str| seen.iter().any(|text| text.contains(words));
        // A terminal that goes on telling nothing is asked on, and the payment is said to be in doubt meanwhile.
        let payment = self.world.till().station.view().payment.as_ref();
        if payment.is_some_and(|payment| matches!(payment.stage, Stage::Seeking(_))) {
            assert_eq!(record.verdict(), Verdict::InDoubt, "{what}");
            assert!(sees(&self.texts.get("window-seeking")) && self.hand.has("abort"), "{what}: {seen:?}");
            return;
        }
        let verdict = self.texts.get(word_of(record.verdict()));
        assert!(sees(&verdict), "{what}: {verdict} is not in {seen:?}");
        let outcome = record.outcome.as_ref().unwrap();
        if let Some(taken) = outcome.taken {
            assert!(sees(&self.texts.money(taken.total)), "{what}: {seen:?}");
        }
        if let Some(why) = outcome.explanation.as_ref().filter(|_| record.verdict() != Verdict::Approved) {
            let words = self.texts.get(&why.key);
            assert!(sees(&words), "{what}: {words} is not in {seen:?}");
        }
        assert!(self.hand.has("new") || self.hand.has("decide") || self.hand.has("ask"), "{what}: no way on: {seen:?}");
    }
}

fn word_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approved => "window-verdict-approved",
        Verdict::Declined => "window-verdict-declined",
        Verdict::Cancelled => "window-verdict-cancelled",
        Verdict::NotCharged => "window-verdict-not-charged",
        Verdict::InDoubt => "window-verdict-in-doubt",
    }
}

fn is_a_key(text: &str) -> bool {
    let areas = ["window-", "explain-", "refusal-", "display-", "problem-", "key-"];
    !text.contains(' ') && areas.iter().any(|area| text.starts_with(area))
}

fn play(counter: Counter, scenario: Scenario, cents: i64, texts: &Texts) {
    let what = format!("{} {scenario:?} in {}", counter.protocol.id, texts.tag());
    let mut world = World::calm(counter.protocol, counter.fields, counter.describe);
    let hand = Hand::speaking(texts.tag(), vec![world.till().station.view().clone()]);
    let request = PaymentRequest::new(Operation::Sale, world.money(10_000 + cents));
    let id = world.start(request, &Cashier::playing(scenario));
    let mut counted = Counted { world, hand, texts, before: None };
    for _ in 0..LOOKS_AT_MOST {
        counted.look(&what);
        let ended = |view: &TerminalView| {
            view.payment.as_ref().is_some_and(|payment| payment.id == id && matches!(payment.stage, Stage::Ended(_)))
        };
        if ended(counted.world.till().station.view()) && counted.world.tills[OURS].station.at_hand().is_none() {
            break;
        }
        counted.world.run_for(A_LOOK);
    }
    let record = counted.world.record(&id);
    assert!(record.outcome.is_some(), "{what}: it never ends");
    counted.judge(&record, &what);
}

fn stories_in(language: &str) {
    let texts = Texts::new(Some(language));
    for counter in counters::all() {
        for (cents, scenario) in Scenario::TABLE {
            play(counter, scenario, cents, &texts);
        }
    }
}

#[test]
fn every_outcome_of_the_table_is_told_in_english() {
    stories_in("en-GB");
}

#[test]
fn every_outcome_of_the_table_is_told_in_german() {
    stories_in("de");
}
