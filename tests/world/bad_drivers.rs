//! Drivers with one well-known mistake each, of every protocol. The judge must catch every one of them; a judge that does not
//! is worth nothing. The mistakes are made at the seam; what they need to know of a protocol's messages is a table.

use std::collections::BTreeMap;

use checkstand::domain::outcome::{Explanation, Fault};
use checkstand::domain::{Instant, Money, Now, Outcome, Taken, Verdict};
use checkstand::protocols;
use checkstand::protocols::Protocol;
use checkstand::protocols::driver::{
    Command, Departure, Driver, Effect, Endpoint, Input, LinkAction, LinkEvent, Loss, Report, Stopping,
};
use checkstand::protocols::frame::{Channel, Frame, HttpResponse};
use checkstand::protocols::protocol::{DriverSetup, FieldError};

use super::world::Counter;

type Make = fn(&DriverSetup) -> Result<Box<dyn Driver>, FieldError>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mistake {
    SendsAgain,
    BelievesCancel,
    BelievesNotification,
    BooksAsked,
    ForgetsReference,
    DeadlineStands,
    TakesForeign,
    /// None: the wrapper itself must change nothing.
    Innocent,
}

/// Each in words; the last is none.
const MISTAKES: [(Mistake, &str); 8] = [
    (Mistake::SendsAgain, "sends again after a loss"),
    (Mistake::BelievesCancel, "believes an acknowledged cancel"),
    (Mistake::BelievesNotification, "takes a notification for an outcome"),
    (Mistake::BooksAsked, "books the asked amount"),
    (Mistake::ForgetsReference, "forgets to persist the reference"),
    (Mistake::DeadlineStands, "its deadline stands still"),
    (Mistake::TakesForeign, "takes a foreign answer for its own"),
    (Mistake::Innocent, "makes no mistake"),
];

/// What a mistake has to know of a protocol's messages.
struct Words {
    protocol: &'static str,
    /// Whether a new line needs to be greeted before a request goes over it.
    greets: bool,
    /// The number of a request about money, which stands in quotes.
    number: fn(request: &[u8]) -> Option<String>,
    /// Whether it answers a cancel.
    acknowledges_cancel: fn(Channel, message: &[u8]) -> bool,
    /// Whether it looks like an approval to somebody who does not look twice.
    notifies: fn(Notification) -> bool,
    /// The answer under the ids of the request, whosever it was.
    adopted: fn(answer: &[u8], request: &[u8]) -> Option<Vec<u8>>,
}

enum Notification<'a> {
    Shown(&'a str),
    Received(&'a [u8]),
}

const WORDS: [Words; 5] = [nexo::WORDS, valor::WORDS, p3::WORDS, connect::WORDS, econduit::WORDS];

/// The drivers of a protocol, each with its mistake in words, and behind them one that makes none.
pub fn of(protocol: &str) -> (Vec<(&'static str, Make)>, Make) {
    let drivers = [all::<0>(), all::<1>(), all::<2>(), all::<3>(), all::<4>()];
    let known = WORDS.iter().position(|words| words.protocol == protocol).expect("a protocol with words");
    let mut of: Vec<(&str, Make)> = MISTAKES.iter().map(|(_, words)| *words).zip(drivers[known]).collect();
    let (_, innocent) = of.pop().expect("the one without");
    (of, innocent)
}

fn all<const OF: usize>() -> [Make; 8] {
    [
        make::<OF, 0>,
        make::<OF, 1>,
        make::<OF, 2>,
        make::<OF, 3>,
        make::<OF, 4>,
        make::<OF, 5>,
        make::<OF, 6>,
        make::<OF, 7>,
    ]
}

fn make<const OF: usize, const MISTAKE: usize>(setup: &DriverSetup) -> Result<Box<dyn Driver>, FieldError> {
    let (words, mistake) = (&WORDS[OF], MISTAKES[MISTAKE].0);
    let good = (protocols::find(words.protocol).expect("a protocol").driver)(setup)?;
    let (lines, renamed) = (BTreeMap::new(), BTreeMap::new());
    Ok(Box::new(Bad { good, words, mistake, asked: None, lines, renamed, stuck: None }))
}

/// The counter of a story with such a driver.
pub fn counter(of: Counter, driver: Make) -> Counter {
    let protocol = Protocol { driver, ..*of.protocol };
    Counter { protocol: Box::leak(Box::new(protocol)), others: &[], ..of }
}

struct Bad {
    good: Box<dyn Driver>,
    words: &'static Words,
    mistake: Mistake,
    /// Of the payment at hand.
    asked: Option<Money>,
    lines: BTreeMap<Channel, Line>,
    /// Second tries: the new number and the old one.
    renamed: BTreeMap<Channel, (String, String)>,
    stuck: Option<Instant>,
}

/// What went out on a channel.
struct Line {
    endpoint: Endpoint,
    /// Before the first request about money.
    greeting: Vec<Frame>,
    /// The newest request about money.
    money: Option<Vec<u8>>,
}

impl Driver for Bad {
    fn step(&mut self, now: Now, input: Input) -> Vec<Effect> {
        if let Input::Command(Command::Start(start)) = &input {
            self.asked = Some(start.request.amount);
        }
        if self.mistake == Mistake::DeadlineStands && matches!(input, Input::Tick) {
            self.stuck = Some(now.at);
        }
        let (acknowledged, notified) = match &input {
            Input::Link(channel, LinkEvent::Received(frame)) => (
                (self.words.acknowledges_cancel)(*channel, frame.body()),
                (self.words.notifies)(Notification::Received(frame.body())),
            ),
            _ => (false, false),
        };
        let (mut out, input) = match (self.mistake, input) {
            (Mistake::SendsAgain, Input::Link(channel, event)) => self.send_again(channel, event),
            (Mistake::TakesForeign, Input::Link(channel, event)) => {
                (Vec::new(), Some(Input::Link(channel, self.adopted(channel, event))))
            }
            (_, input) => (Vec::new(), Some(input)),
        };
        if let Some(input) = input {
            out.extend(self.good.step(now, input));
        }
        self.note(&out);
        if self.mistake == Mistake::BelievesCancel && acknowledged && self.asked.is_some() {
            let why = Explanation::new("explain-cancelled-by-cashier", Fault::Nobody);
            self.end(now, Outcome::without_money(Verdict::Cancelled, why), &mut out);
        }
        if notified {
            self.believe(now, &mut out);
        }
        self.spoil(now, out)
    }

    fn deadline(&self) -> Option<Instant> {
        self.stuck.or_else(|| self.good.deadline())
    }

    fn stopping(&self) -> Stopping {
        self.good.stopping()
    }
}

impl Bad {
    fn note(&mut self, effects: &[Effect]) {
        for effect in effects {
            let Effect::Link { channel, action, moves_money } = effect else { continue };
            match action {
                LinkAction::Open(endpoint) if !self.renamed.contains_key(channel) => {
                    let money = match endpoint {
                        Endpoint::Http { request, .. } if *moves_money => Some(request.body.clone()),
                        _ => None,
                    };
                    self.lines.insert(*channel, Line { endpoint: endpoint.clone(), greeting: Vec::new(), money });
                }
                LinkAction::Send(frame) => match self.lines.get_mut(channel) {
                    Some(line) if *moves_money => line.money = Some(frame.body().to_vec()),
                    Some(line) if line.money.is_none() => line.greeting.push(frame.clone()),
                    _ => {}
                },
                _ => {}
            }
        }
    }

    /// Whether that ended the payment.
    fn believe(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        let Some(asked) = self.asked.filter(|_| self.mistake == Mistake::BelievesNotification) else { return false };
        self.end(now, Outcome::approved(Taken::exactly(asked)), out);
        true
    }

    fn end(&mut self, now: Now, outcome: Outcome, out: &mut Vec<Effect>) {
        // What the good driver has found out in the same step is not waited for.
        out.retain(|effect| !matches!(effect, Effect::Report(Report::Outcome(_))));
        self.asked = None;
        out.push(Effect::Report(Report::Outcome(outcome)));
        out.extend(self.good.step(now, Input::Command(Command::Forget)));
    }

    fn spoil(&mut self, now: Now, effects: Vec<Effect>) -> Vec<Effect> {
        let mut out = Vec::new();
        let mut ended = false;
        for effect in effects {
            match effect {
                Effect::Report(Report::Outcome(_)) if ended => {}
                Effect::Report(Report::Reference(_)) if self.mistake == Mistake::ForgetsReference => {}
                Effect::Report(Report::Outcome(outcome)) => {
                    let asked = self.asked.take();
                    let books = self.mistake == Mistake::BooksAsked && outcome.verdict == Verdict::Approved;
                    let taken = if books { asked.map(Taken::exactly) } else { outcome.taken };
                    out.push(Effect::Report(Report::Outcome(Outcome { taken, ..outcome })));
                }
                Effect::Report(Report::Display(display)) => {
                    let notified = (self.words.notifies)(Notification::Shown(display.said()));
                    out.push(Effect::Report(Report::Display(display)));
                    ended |= notified && self.believe(now, &mut out);
                }
                effect => out.push(effect),
            }
        }
        out
    }

    /// Once, under a new number and on a new line; the good driver sees neither.
    fn send_again(&mut self, channel: Channel, event: LinkEvent) -> (Vec<Effect>, Option<Input>) {
        let told = |event| (Vec::new(), Some(Input::Link(channel, event)));
        let Some(line) = self.lines.get(&channel).filter(|_| self.asked.is_some()) else { return told(event) };
        let Some(request) = &line.money else { return told(event) };
        match (event, self.renamed.get(&channel)) {
            (event @ LinkEvent::Lost(Loss { departure: Departure::Perhaps, .. }), None) => {
                let Some(old) = (self.words.number)(request) else { return told(event) };
                let names = (format!("9{old}"), old);
                let endpoint = match line.endpoint.clone() {
                    Endpoint::Http { url, mut request, tls, pace, connect_within, answer_within, at_most } => {
                        request.body = renamed(&request.body, &names.1, &names.0);
                        Endpoint::Http { url, request, tls, pace, connect_within, answer_within, at_most }
                    }
                    endpoint => endpoint,
                };
                self.renamed.insert(channel, names);
                (vec![Effect::money(channel, LinkAction::Open(endpoint))], None)
            }
            (LinkEvent::Opened, Some((new, old))) if !matches!(line.endpoint, Endpoint::Http { .. }) => {
                let greeting = line.greeting.iter().filter(|_| self.words.greets).cloned().map(LinkAction::Send);
                let mut out: Vec<Effect> = greeting.map(|action| Effect::link(channel, action)).collect();
                let again = Frame::Bytes(renamed(request, old, new));
                out.push(Effect::money(channel, LinkAction::Send(again)));
                (out, None)
            }
            (LinkEvent::Received(frame), Some((new, old))) => {
                let body = renamed(frame.body(), new, old);
                told(LinkEvent::Received(with_body(frame, body)))
            }
            (event, _) => told(event),
        }
    }

    fn adopted(&self, channel: Channel, event: LinkEvent) -> LinkEvent {
        let request = self.lines.get(&channel).and_then(|line| line.money.as_ref());
        match (request, event) {
            (Some(request), LinkEvent::Received(frame)) => {
                let adopted = (self.words.adopted)(frame.body(), request);
                LinkEvent::Received(match adopted {
                    Some(body) => with_body(frame, body),
                    None => frame,
                })
            }
            (_, event) => event,
        }
    }
}

/// What stands in quotes replaced.
fn renamed(body: &[u8], from: &str, to: &str) -> Vec<u8> {
    match std::str::from_utf8(body) {
        Ok(text) => text.replace(&format!("\"{from}\""), &format!("\"{to}\"")).into_bytes(),
        Err(_) => body.to_vec(),
    }
}

fn with_body(frame: Frame, body: Vec<u8>) -> Frame {
    match frame {
        Frame::Response(response) => Frame::Response(HttpResponse { body, ..response }),
        Frame::Bytes(_) => Frame::Bytes(body),
        Frame::Request(_) => frame,
    }
}

mod nexo {
    use checkstand::protocols::nexo::codec;
    use checkstand::protocols::nexo::messages::Body;

    use super::*;

    pub const WORDS: Words = Words {
        protocol: "nexo",
        greets: true,
        number: |request| codec::decode(request).ok()?.header.service_id,
        acknowledges_cancel: |channel, _| channel.name == "abort",
        notifies: |told| matches!(told, Notification::Shown("Approved")),
        adopted,
    };

    fn adopted(answer: &[u8], request: &[u8]) -> Option<Vec<u8>> {
        let (asked, mut answer) = (codec::decode(request).ok()?, codec::decode(answer).ok()?);
        answer.header.service_id = asked.header.service_id;
        if let (Body::PaymentResponse(answer), Body::PaymentRequest(asked)) = (&mut answer.body, asked.body) {
            answer.sale_transaction = Some(asked.sale_transaction);
        }
        Some(codec::encode(&answer))
    }
}

mod connect {
    use checkstand::protocols::connect::codec;
    use checkstand::protocols::connect::messages::Message;
    use serde_json::Value;

    use super::*;

    pub const WORDS: Words = Words {
        protocol: "connect",
        greets: false,
        // Numbers are the line's own, so that the same one may be used on a new line.
        number: |_| Some("-".to_owned()),
        acknowledges_cancel: |_, message| {
            let cancelling = |answer: Value| answer.get("cancelling") == Some(&Value::Bool(true));
            matches!(codec::decode(message), Ok(Message::Response { answer: Ok(answer), .. }) if cancelling(answer.clone()))
        },
        notifies: |told| matches!(told, Notification::Shown("APPROVED")),
        adopted,
    };

    /// With the amounts that were asked for: the driver knows an answer of another amount for a stranger's.
    fn adopted(answer: &[u8], request: &[u8]) -> Option<Vec<u8>> {
        let Ok(Message::Request { id, params, .. }) = codec::decode(request) else { return None };
        match codec::decode(answer) {
            Ok(Message::Response { answer: Ok(mut result), .. }) if result.get("transactionResult").is_some() => {
                for (member, amount) in [("amountBase", &params["amount"]), ("amountTotal", &params["amount"])] {
                    result[member] = amount.clone();
                }
                result["amountCashback"] = Value::from(0);
                result["amountGratuity"] = Value::from(0);
                Some(codec::encode(&Message::Response { id, answer: Ok(result) }))
            }
            _ => None,
        }
    }
}

/// Of the flavour that says everything in a body.
mod econduit {
    use serde_json::Value;

    use super::*;

    pub const WORDS: Words = Words {
        protocol: "econduit",
        greets: false,
        number: |request| Some(read(request)?.get("RefId")?.as_str()?.to_owned()),
        // There is no cancel to acknowledge: what the cloud says beside the open request is taken for it.
        acknowledges_cancel: |channel, message| {
            channel.name == "status" && read(message).is_some_and(|told| told["ResultFinal"] == false)
        },
        // Nothing is told but the answer: whoever takes its word and not its amount.
        notifies: |told| match told {
            Notification::Received(message) => read(message).is_some_and(|told| told["ResultCode"] == "Approved"),
            Notification::Shown(_) => false,
        },
        adopted,
    };

    fn read(message: &[u8]) -> Option<Value> {
        serde_json::from_slice(message).ok()
    }

    fn adopted(answer: &[u8], request: &[u8]) -> Option<Vec<u8>> {
        let (asked, mut answer) = (read(request)?, read(answer)?);
        answer["RefID"] = asked.get("RefId")?.clone();
        answer["TransType"] = asked.get("Command")?.clone();
        Some(answer.to_string().into_bytes())
    }
}

mod valor {
    use checkstand::protocols::valor::codec;
    use checkstand::protocols::valor::messages::{Heard, Members, name};

    use super::*;

    pub const WORDS: Words = Words {
        protocol: "valor",
        greets: true,
        number: |request| codec::decode(request).ok()?.text(name::REQ_TXN_ID).map(str::to_owned),
        acknowledges_cancel: |channel, message| {
            channel.name == "cancel" && codec::decode(message).is_ok_and(|told| Heard::of(&told) == Heard::Result)
        },
        notifies: |told| match told {
            // S2, whose STATE is 0.
            Notification::Received(message) => {
                codec::decode(message).is_ok_and(|told| Heard::of(&told) == Heard::Accepted)
            }
            Notification::Shown(_) => false,
        },
        adopted,
    };

    fn adopted(answer: &[u8], request: &[u8]) -> Option<Vec<u8>> {
        let (asked, answer) = (codec::decode(request).ok()?, codec::decode(answer).ok()?);
        if Heard::of(&answer) != Heard::Result {
            return None;
        }
        let ids = [name::MER_TXN_ID, name::REQ_TXN_ID, name::STAN_ID, name::STAN_NO];
        let others = answer.iter().filter(|(name, _)| !ids.contains(name));
        let adopted = others.fold(Members::default(), |members, (name, value)| members.with(name, value));
        Some(codec::encode(&adopted.with(name::MER_TXN_ID, asked.text(name::REQ_TXN_ID)?)))
    }
}

mod p3 {
    use checkstand::protocols::p3::codec;
    use checkstand::protocols::p3::messages::{Body, Message, Status};

    use super::*;

    pub const WORDS: Words = Words {
        protocol: "p3",
        greets: true,
        number: |request| Some(codec::decode(request).ok()?.header.tag),
        // The message is OK whatever it says of the operation.
        acknowledges_cancel: |_, message| {
            let is_ok = |told: Message| {
                matches!(told.body, Body::AbortOperationResponse(_)) && told.header.status == Some(Status::Ok)
            };
            codec::decode(message).is_ok_and(is_ok)
        },
        notifies: |told| matches!(told, Notification::Shown(text) if text.contains("Approved")),
        adopted,
    };

    fn adopted(answer: &[u8], request: &[u8]) -> Option<Vec<u8>> {
        let (asked, mut answer) = (codec::decode(request).ok()?, codec::decode(answer).ok()?);
        let parameters = match asked.body {
            Body::ExecuteTransactionRequest(asked) => asked.transaction_parameters?,
            Body::AmendTransactionRequest(asked) => asked.transaction_parameters,
            _ => return None,
        };
        match &mut answer.body {
            Body::ExecuteTransactionResponse(progress) | Body::AmendTransactionResponse(progress) => {
                progress.transaction.as_mut()?.custom_identifier = parameters.custom_identifier;
            }
            _ => return None,
        }
        answer.header.tag = asked.header.tag;
        Some(codec::encode(&answer))
    }
}
