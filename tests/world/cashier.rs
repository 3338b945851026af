//! The person at the till, and what else happens in the shop meanwhile.

use std::time::Duration;

use checkstand::domain::{
    Answer, BillPart, Decision, NewBill, NewLine, Operation, PaymentId, PaymentRequest, QuestionId,
};
use checkstand::protocols::simulator::Scenario;
use checkstand::terminal::{Earlier, Turn};

use super::dice::For;
use super::faults::Fault;
use super::{Event, OURS, Weather, World};

/// A terminal that lost its power is back after this long.
const BOOT: Duration = Duration::from_secs(40);

/// What the cashier does about one payment, and when (after its start, or after a question came).
#[derive(Debug, Clone)]
pub struct Cashier {
    pub answer: Option<Answer>,
    pub answer_after: Duration,
    /// Another answer to the same question, after the first.
    pub answer_again: Option<(Duration, Answer)>,
    pub cancel_after: Option<Duration>,
    pub cancel_again_after: Option<Duration>,
}

impl Cashier {
    /// What the cashier has to do for a row of the scenario table to play.
    pub fn playing(scenario: Scenario) -> Cashier {
        match scenario {
            Scenario::Signature => Cashier { answer: Some(Answer::Accept), ..Cashier::default() },
            Scenario::CancelAcknowledgedApproved | Scenario::CancelRefusedApproved | Scenario::WaitsUntilCancelled => {
                Cashier { cancel_after: Some(Duration::from_secs(3)), ..Cashier::default() }
            }
            _ => Cashier::default(),
        }
    }
}

impl Default for Cashier {
    fn default() -> Self {
        Cashier {
            answer: None,
            answer_after: Duration::from_secs(2),
            answer_again: None,
            cancel_after: None,
            cancel_again_after: None,
        }
    }
}

fn plays_with_cancels(request: &PaymentRequest) -> bool {
    use Scenario::{CancelAcknowledgedApproved, CancelRefusedApproved, WaitsUntilCancelled};
    let scenario = Scenario::of_amount(request.amount.minor());
    matches!(scenario, CancelAcknowledgedApproved | CancelRefusedApproved | WaitsUntilCancelled)
}

impl World {
    pub(crate) fn plan_answers(&mut self, index: usize, question: QuestionId) {
        let (life, cashier) = (self.tills[index].life(), self.tills[index].cashier.clone());
        let Some(answer) = cashier.answer else { return };
        self.enqueue(cashier.answer_after, Event::Answer(index, life, question, answer));
        if let Some((later, other)) = cashier.answer_again {
            self.enqueue(cashier.answer_after + later, Event::Answer(index, life, question, other));
        }
    }

    /// A cashier out of the dice.
    pub(crate) fn some_cashier(&mut self, request: &PaymentRequest) -> Cashier {
        let mut cashier = Cashier::default();
        let answer = if self.dice.roll(For::Cashier, 4) == 0 { Answer::Reject } else { Answer::Accept };
        cashier.answer = (!self.dice.strikes(Fault::WalksAway)).then_some(answer);
        cashier.answer_after = Duration::from_millis(self.dice.roll(For::Cashier, 6_000));
        if self.dice.strikes(Fault::AnswersLate) {
            cashier.answer_after += Duration::from_secs(self.dice.roll(For::Cashier, 300));
        }
        if self.dice.strikes(Fault::AnswersTwice) {
            let other = if answer == Answer::Accept { Answer::Reject } else { Answer::Accept };
            let later = Duration::from_millis(self.dice.roll(For::Cashier, 3_000));
            cashier.answer_again = Some((later, other));
        }
        if self.dice.strikes(Fault::Cancels) {
            cashier.cancel_after = Some(Duration::from_millis(self.dice.roll(For::Cashier, 30_000)));
        }
        // What only a cancel brings to light is mostly cancelled.
        if cashier.cancel_after.is_none() && plays_with_cancels(request) && self.dice.roll(For::Cashier, 4) > 0 {
            cashier.cancel_after = Some(Duration::from_millis(self.dice.roll(For::Cashier, 4_000)));
        }
        if self.dice.strikes(Fault::CancelsTwice) {
            cashier.cancel_again_after = Some(Duration::from_millis(self.dice.roll(For::Cashier, 90_000)));
        }
        cashier
    }

    /// Spreads over the next seconds what the dice have for this payment.
    pub(crate) fn plan_weather(&mut self) {
        let cut = Duration::from_millis(1 + self.dice.roll(For::Shop, 300_000));
        let kinds = [
            (Fault::CablePulled, Weather::CablePulled(cut)),
            (Fault::TerminalRebooted, Weather::TerminalRebooted),
            (Fault::AddressChanged, Weather::AddressChanged),
            (Fault::ClockJumps, Weather::ClockJumps),
            (Fault::Suspended, Weather::Suspended),
            (Fault::OtherTillPays, Weather::OtherTillPays),
            (Fault::StartsAnother, Weather::StartsAnother),
            (Fault::AsksMeanwhile, Weather::Asks),
            (Fault::AsksAboutAnOlderOne, Weather::AsksAboutAnOlderOne),
            (Fault::DecidesTooEarly, Weather::Decides),
        ];
        for (fault, weather) in kinds {
            if self.dice.strikes(fault) {
                let after = Duration::from_millis(self.dice.roll(For::Shop, 40_000));
                self.enqueue(after, Event::Weather(weather));
            }
        }
    }

    pub(crate) fn weather(&mut self, weather: Weather) {
        self.say(format!("-- {weather:?}"));
        match weather {
            Weather::CablePulled(pause) => {
                self.cable_pulled = true;
                self.all_pings_may_fail();
                self.enqueue(pause, Event::Weather(Weather::CableBack));
            }
            Weather::CableBack => {
                self.cable_pulled = false;
                self.cable_is_back();
            }
            Weather::TerminalRebooted => {
                self.booted_at =
                    self.now.at + Duration::from_millis(self.dice.roll(For::Pause, BOOT.as_millis() as u64));
                self.power_cut();
            }
            Weather::AddressChanged => self.move_terminal(),
            Weather::ClockJumps => self.jump(),
            Weather::Suspended => self.suspend(),
            Weather::OtherTillPays => self.other_till_pays(),
            Weather::StartsAnother => self.start_another(),
            Weather::Asks => self.ask_about_the_last(0),
            Weather::AsksAboutAnOlderOne => self.ask_about_the_last(1),
            Weather::Decides => self.decide_all(),
        }
    }

    fn move_terminal(&mut self) {
        let number = 8 + self.dice.roll(For::Pause, 200);
        self.host = format!("10.0.0.{number}");
        self.announce();
    }

    /// The terminal tells the till where it is.
    pub(crate) fn announce(&mut self) {
        let host = self.host.clone();
        let announced = self.mangler.and_then(|mangler| (mangler.announcement)(&host, 11000));
        match announced {
            Some(_) if self.cable_pulled || !self.tills[OURS].runs => {}
            Some(request) => {
                self.arrive_from_terminal(Duration::from_millis(50), request);
            }
            None => {}
        }
        // Its other till was told by hand.
        for till in self.tills.iter_mut().skip(1) {
            till.fields.set("host", &host);
        }
        for index in 1..self.tills.len() {
            self.kill_till(index);
            self.start_till(index);
        }
    }

    fn jump(&mut self) {
        const MOMENTS: [&str; 4] =
            ["2038-01-19T03:14:06Z", "2026-03-29T00:59:59Z", "2026-10-25T00:59:59Z", "1970-01-01T00:00:00Z"];
        if self.dice.roll(For::Pause, 2) == 0 {
            self.now.wall = self.dice.pick(For::Pause, &MOMENTS).parse().expect("a time");
        } else {
            let hours = i64::try_from(self.dice.roll(For::Pause, 96)).expect("small") - 48;
            self.now.wall += jiff::SignedDuration::from_hours(hours);
        }
        let hours = i8::try_from(self.dice.roll(For::Pause, 3)).expect("small");
        self.now.offset = jiff::tz::Offset::constant(hours);
    }

    /// Hours pass, and the machine notices nothing of them.
    fn suspend(&mut self) {
        let hours = Duration::from_secs(3600 * (1 + self.dice.roll(For::Pause, 14)));
        self.move_clock(self.now.at + hours);
        for till in &mut self.tills {
            till.seeking_since = till.seeking_since.map(|since| since + hours);
        }
        self.slept += hours;
    }

    fn other_till_pays(&mut self) {
        if self.tills.len() == 1 && !self.counter.others.is_empty() {
            let mut fields = super::checked(self.counter.protocol, self.counter.others);
            fields.set("host", &self.host);
            self.tills.push(super::till::Till::new(self.counter.protocol, &fields, 1));
        }
        // An amount of its own: two equal ones at once on one terminal of Connect are told apart by nobody but a person.
        let request = PaymentRequest::new(Operation::Sale, self.money(90_000));
        if self.tills.len() > 1 && self.tills[1].station.check(&request).is_ok() {
            self.start_at(1, request, Cashier { answer: Some(Answer::Accept), ..Cashier::default() });
        }
    }

    /// While one is running, nothing starts (rule 6): neither at the desk nor, past it, in the journal.
    fn start_another(&mut self) {
        if !self.tills[OURS].runs {
            return;
        }
        let request = PaymentRequest::new(Operation::Sale, self.money(1_000));
        let till = &self.tills[OURS];
        let open = !till.journal.open_payments(Some("terminal")).expect("the journal").is_empty();
        if open && till.station.check(&request).is_ok() {
            self.violate("a second payment may start while one is open".to_owned());
        }
    }

    fn ask_about_the_last(&mut self, back: usize) {
        let Some(id) = self.asked.iter().rev().nth(back).cloned() else { return };
        if !self.tills[OURS].runs {
            return;
        }
        if self.tills[OURS].station.view().unsaved {
            self.carry_out(OURS, Turn::default());
        }
        let till = &self.tills[OURS];
        if till.runs && till.station.check_inquiry(&id).is_ok() {
            self.ask_about(OURS, &id);
        }
    }

    /// A named person decides about what the till shows as in doubt.
    pub(crate) fn decide_all(&mut self) {
        if !self.tills[OURS].runs {
            return;
        }
        let doubts: Vec<PaymentId> =
            self.tills[OURS].station.view().unresolved.iter().map(|doubt| doubt.id.clone()).collect();
        for id in doubts {
            let decision = Decision {
                paid: self.dice.roll(For::Cashier, 2) == 0,
                by: "Åsa".to_owned(),
                reason: "the slip".to_owned(),
                at: self.now.wall,
            };
            let till = &mut self.tills[OURS];
            if let Ok(record) = till.journal.decide(&id, decision) {
                let turn = till.station.settled_elsewhere(self.now, &record);
                self.say(format!("a person decides about {id}"));
                self.carry_out(OURS, turn);
            }
        }
    }

    /// What the cashier rings up next.
    pub(crate) fn some_request(&mut self) -> PaymentRequest {
        let cents = match self.dice.roll(For::Amount, 3) {
            0 => 0,
            _ => 50 + self.dice.roll(For::Amount, 26),
        };
        let minor = i64::try_from(1_000 + self.dice.roll(For::Amount, 500) * 100 + cents).expect("small");
        let sale = PaymentRequest::new(Operation::Sale, self.money(minor));
        let wanted = match self.dice.roll(For::Request, 20) {
            0 | 1 => Some(PaymentRequest::new(Operation::Refund, self.money(minor))),
            2..=4 => self.void_of_an_earlier_one(),
            5 => Some(PaymentRequest::new(Operation::Preauth, self.money(minor))),
            6 | 7 => self.about_an_earlier_one(Operation::Capture, minor),
            8 => self.about_an_earlier_one(Operation::Tip, minor / 10),
            9 => self.about_an_earlier_one(Operation::Refund, minor),
            _ => None,
        };
        match wanted.filter(|request| self.abilities().can(request.operation)) {
            Some(wanted) => wanted,
            // No dice: stories keep the faults they had before there were bills.
            None if self.asked.len().is_multiple_of(2) => self.for_a_bill(sale),
            None => sale,
        }
    }

    /// Pays a bill, or most of one.
    fn for_a_bill(&mut self, sale: PaymentRequest) -> PaymentRequest {
        let mut new = NewBill::new(sale.amount.currency());
        new.training = true;
        new.lines = vec![NewLine::new("Coffee", sale.amount.minor())];
        if self.asked.len().is_multiple_of(4) {
            new.lines.push(NewLine::new("Cake", 350));
        }
        let bill = self.tills[OURS].journal.open_bill(new, self.now.wall).expect("a bill").bill.id;
        PaymentRequest { bill: Some(Box::new(BillPart::of(bill))), ..sale }
    }

    /// The newest payment about which this can be done, with as much of the amount as it allows.
    fn about_an_earlier_one(&self, operation: Operation, minor: i64) -> Option<PaymentRequest> {
        let journal = &self.till().journal;
        self.asked.iter().rev().find_map(|id| {
            let earlier = Earlier::read(journal, id).expect("the journal")?;
            let taken = earlier.taken()?.minor();
            let amount = self.money(if operation == Operation::Tip { minor } else { minor.min(taken) });
            let request = earlier.complete(PaymentRequest::new(operation, amount), &self.abilities()).ok()?;
            let linked_refund = operation == Operation::Refund && !self.abilities().refunds_earlier;
            (!linked_refund).then_some(request)
        })
    }

    /// Of the last approved payment where the terminal takes back no other.
    fn void_of_an_earlier_one(&self) -> Option<PaymentRequest> {
        if !self.abilities().voids_last_only {
            return self.about_an_earlier_one(Operation::Void, 1);
        }
        let journal = &self.till().journal;
        let last = journal.last_approved("terminal").expect("the journal")?;
        let earlier = Earlier::read(journal, &last.id).expect("the journal")?;
        earlier.complete(PaymentRequest::new(Operation::Void, self.money(1)), &self.abilities()).ok()
    }
}
