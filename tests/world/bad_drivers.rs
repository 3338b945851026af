//! Drivers with one well-known mistake each. The judge must catch every one of them; a judge that does not is worth nothing.

use std::collections::BTreeMap;

use checkstand::domain::outcome::{Explanation, Fault};
use checkstand::domain::{Instant, Money, Now, Outcome, Taken, Verdict};
use checkstand::protocols;
use checkstand::protocols::Protocol;
use checkstand::protocols::driver::{
    Command, Departure, Driver, Effect, Endpoint, Input, LinkAction, LinkEvent, Loss, Report,
};
use checkstand::protocols::frame::{Channel, Frame, HttpResponse};
use checkstand::protocols::nexo::codec;
use checkstand::protocols::nexo::messages::{Body, Message};
use checkstand::protocols::protocol::{DriverSetup, FieldError};

use super::world::Counter;

type Make = fn(&DriverSetup) -> Result<Box<dyn Driver>, FieldError>;

/// Each with its mistake in words.
pub const ALL: [(&str, Make); 7] = [
    ("sends again after silence", |setup| make(setup, Mistake::SendsAgain)),
    ("believes an acknowledged cancel", |setup| make(setup, Mistake::BelievesCancel)),
    ("takes a notification for an outcome", |setup| make(setup, Mistake::BelievesDisplay)),
    ("books the asked amount", |setup| make(setup, Mistake::BooksAsked)),
    ("forgets to persist the reference", |setup| make(setup, Mistake::ForgetsReference)),
    ("its deadline stands still", |setup| make(setup, Mistake::DeadlineStands)),
    ("takes a foreign answer for its own", |setup| make(setup, Mistake::TakesForeign)),
];

/// The counter of a story with such a driver.
pub fn counter(of: Counter, driver: Make) -> Counter {
    let Protocol { id, name_key, fields, abilities, simulator, doors, simulator_port, ref listener, .. } = *of.protocol;
    let protocol =
        Protocol { id, name_key, fields, abilities, driver, simulator, doors, simulator_port, listener: *listener };
    Counter { protocol: Box::leak(Box::new(protocol)), others: &[], ..of }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mistake {
    SendsAgain,
    BelievesCancel,
    BelievesDisplay,
    BooksAsked,
    ForgetsReference,
    DeadlineStands,
    TakesForeign,
}

fn make(setup: &DriverSetup, mistake: Mistake) -> Result<Box<dyn Driver>, FieldError> {
    let good = (protocols::find("nexo").expect("nexo").driver)(setup)?;
    Ok(Box::new(Bad { good, mistake, asked: None, money: BTreeMap::new(), renamed: BTreeMap::new(), stuck: None }))
}

struct Bad {
    good: Box<dyn Driver>,
    mistake: Mistake,
    asked: Option<Money>,
    /// What went out on the channels that move money.
    money: BTreeMap<Channel, Endpoint>,
    /// Second tries: the new number and the old one.
    renamed: BTreeMap<Channel, (String, String)>,
    stuck: Option<Instant>,
}

impl Driver for Bad {
    fn step(&mut self, now: Now, input: Input) -> Vec<Effect> {
        if let Input::Command(Command::Start(start)) = &input {
            self.asked = Some(start.request.amount);
        }
        if self.mistake == Mistake::DeadlineStands && matches!(input, Input::Tick) {
            self.stuck = Some(now.at);
        }
        let cancel_acknowledged =
            matches!(&input, Input::Link(channel, LinkEvent::Received(_)) if channel.name == "abort");
        let (again, input) = match (self.mistake, input) {
            (Mistake::SendsAgain, Input::Link(channel, event)) => self.send_again(channel, event),
            (Mistake::TakesForeign, Input::Link(channel, event)) => {
                (None, Some(Input::Link(channel, self.adopted(channel, event))))
            }
            (_, input) => (None, Some(input)),
        };
        let mut out: Vec<Effect> = again.into_iter().collect();
        if let Some(input) = input {
            out.extend(self.good.step(now, input));
        }
        for effect in &out {
            if let Effect::Link { channel, action: LinkAction::Open(endpoint), moves_money: true } = effect {
                self.money.insert(*channel, endpoint.clone());
            }
        }
        if self.mistake == Mistake::BelievesCancel && cancel_acknowledged {
            let why = Explanation::new("explain-cancelled-by-cashier", Fault::Nobody);
            self.end(now, Outcome::without_money(Verdict::Cancelled, why), &mut out);
        }
        self.spoil(now, out)
    }

    fn deadline(&self) -> Option<Instant> {
        self.stuck.or_else(|| self.good.deadline())
    }
}

impl Bad {
    fn end(&mut self, now: Now, outcome: Outcome, out: &mut Vec<Effect>) {
        out.push(Effect::Report(Report::Outcome(outcome)));
        out.extend(self.good.step(now, Input::Command(Command::Forget)));
    }

    fn spoil(&mut self, now: Now, effects: Vec<Effect>) -> Vec<Effect> {
        let mut out = Vec::new();
        for effect in effects {
            match (self.mistake, effect) {
                (Mistake::ForgetsReference, Effect::Report(Report::Reference(_))) => {}
                (Mistake::BooksAsked, Effect::Report(Report::Outcome(outcome)))
                    if outcome.verdict == Verdict::Approved =>
                {
                    let taken = self.asked.map(Taken::exactly);
                    out.push(Effect::Report(Report::Outcome(Outcome { taken, ..outcome })));
                }
                (Mistake::BelievesDisplay, Effect::Report(Report::Display(text))) if text == "Approved" => {
                    out.push(Effect::Report(Report::Display(text)));
                    if let Some(asked) = self.asked.take() {
                        self.end(now, Outcome::approved(Taken::exactly(asked)), &mut out);
                    }
                }
                (_, effect) => out.push(effect),
            }
        }
        out
    }

    fn send_again(&mut self, channel: Channel, event: LinkEvent) -> (Option<Effect>, Option<Input>) {
        match event {
            LinkEvent::Lost(Loss { departure: Departure::Perhaps, .. }) if !self.renamed.contains_key(&channel) => {
                let Some(Endpoint::Http { url, mut request, connect_within, answer_within, at_most }) =
                    self.money.get(&channel).cloned()
                else {
                    return (None, Some(Input::Link(channel, event)));
                };
                let message = codec::decode(&request.body).expect("a message of ours");
                let old = message.header.service_id.clone().unwrap_or_default();
                let new = format!("9{old}");
                let body = String::from_utf8(request.body).expect("text");
                request.body = body.replace(&format!("\"{old}\""), &format!("\"{new}\"")).into_bytes();
                self.renamed.insert(channel, (new, old));
                let endpoint = Endpoint::Http { url, request, connect_within, answer_within, at_most };
                (Some(Effect::money(channel, LinkAction::Open(endpoint))), None)
            }
            LinkEvent::Received(frame) if self.renamed.contains_key(&channel) => {
                let (new, old) = &self.renamed[&channel];
                let frame = rewritten(frame, |text| text.replace(&format!("\"{new}\""), &format!("\"{old}\"")));
                (None, Some(Input::Link(channel, LinkEvent::Received(frame))))
            }
            event => (None, Some(Input::Link(channel, event))),
        }
    }

    /// The answer under the ids of the request, whosever it was.
    fn adopted(&self, channel: Channel, event: LinkEvent) -> LinkEvent {
        let (Some(Endpoint::Http { request, .. }), LinkEvent::Received(Frame::Response(response))) =
            (self.money.get(&channel), &event)
        else {
            return event;
        };
        let (Ok(asked), Ok(mut answer)) = (codec::decode(&request.body), codec::decode(&response.body)) else {
            return event;
        };
        answer.header.service_id.clone_from(&asked.header.service_id);
        if let (Body::PaymentResponse(answer), Body::PaymentRequest(asked)) = (&mut answer.body, &asked.body) {
            answer.sale_transaction = Some(asked.sale_transaction.clone());
        }
        LinkEvent::Received(Frame::Response(HttpResponse { body: encoded(&answer), ..response.clone() }))
    }
}

fn encoded(message: &Message) -> Vec<u8> {
    codec::encode(message)
}

fn rewritten(frame: Frame, change: impl Fn(&str) -> String) -> Frame {
    match frame {
        Frame::Response(response) => match std::str::from_utf8(&response.body) {
            Ok(text) => Frame::Response(HttpResponse { body: change(text).into_bytes(), ..response }),
            Err(_) => Frame::Response(response),
        },
        other => other,
    }
}
