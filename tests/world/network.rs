//! The pretend network: exchanges of the tills, calls of the terminal, and what becomes of both on the way.

use std::time::Duration;

use checkstand::protocols::driver::{Departure, Endpoint, LinkAction, LinkEvent, Loss, LossCause};
use checkstand::protocols::frame::{Channel, Frame, HttpRequest};
use checkstand::protocols::simulator::{Line, SimulatorEffect, SimulatorInput};

use super::dice::For;
use super::faults::Fault;
use super::transcript::describe_state;
use super::{Event, LATENCY, OURS, OpenCall, World};

/// A till that cannot be reached is given up by the terminal after this long.
const CALL_WITHIN: Duration = Duration::from_secs(5);
const FLOOD: u32 = 1000;

/// One exchange that a till opened.
pub(crate) struct Wire {
    till: usize,
    channel: Channel,
    /// Nothing comes back on it any more, and nobody is told.
    dead: bool,
    at_most: usize,
}

impl World {
    pub(crate) fn act_for_station(&mut self, till: usize, channel: Channel, action: LinkAction) {
        match action {
            LinkAction::Open(Endpoint::Http { url, request, connect_within, answer_within, at_most }) => {
                if self.transcript.is_kept() {
                    let words = (self.counter.describe)(&request.body);
                    self.say_for(till, format!("till → terminal  {words}"));
                }
                self.open(till, channel, &url, request, (connect_within, answer_within, at_most));
            }
            LinkAction::Open(Endpoint::Tcp { .. }) => unimplemented!("no protocol uses TCP yet"),
            LinkAction::Send(frame) => self.answer_call(till, channel, frame),
            LinkAction::Close => {
                if let Some(line) = self.tills[till].channels.remove(&channel) {
                    self.close_wire(line);
                }
                if let Some(call) = self.tills[till].calls.remove(&channel) {
                    self.enqueue(LATENCY, Event::ToTerminal(SimulatorInput::Answered(call, None)));
                }
            }
        }
    }

    fn open(
        &mut self,
        till: usize,
        channel: Channel,
        url: &str,
        request: HttpRequest,
        (connect_within, answer_within, at_most): (Duration, Duration, usize),
    ) {
        self.events += 1;
        let line = Line(self.events);
        self.tills[till].channels.insert(channel, line);
        self.wires.insert(line, Wire { till, channel, dead: false, at_most });
        let there = url.contains(&format!("//{}:", self.host));
        if self.cable_pulled || !there || self.dice.strikes(Fault::ConnectionLost) {
            return self.lose(connect_within, line, Departure::SurelyNot, LossCause::TimedOut);
        }
        if self.now.at < self.booted_at || self.dice.strikes(Fault::ConnectionRefused) {
            return self.lose(LATENCY, line, Departure::SurelyNot, LossCause::Refused);
        }
        let latency = self.latency();
        self.tell(latency, line, LinkEvent::Opened);
        self.enqueue(connect_within + answer_within, Event::TimeOut(line));
        if self.dice.strikes(Fault::RequestReset) {
            return self.lose(latency, line, Departure::Perhaps, LossCause::Broken);
        }
        if self.dice.strikes(Fault::RequestLost) {
            return self.say("   (the request is lost)".to_owned());
        }
        self.enqueue(latency, Event::ToTerminal(SimulatorInput::Received(line, Frame::Request(request))));
        if self.dice.strikes(Fault::AnswerReset) {
            let later = latency + Duration::from_millis(self.dice.roll(For::Delay, 20_000));
            self.lose(later, line, Departure::Perhaps, LossCause::Broken);
        }
    }

    fn latency(&mut self) -> Duration {
        if self.dice.strikes(Fault::Slow) {
            return Duration::from_millis(self.dice.roll(For::Latency, 8_000));
        }
        LATENCY
    }

    fn tell(&mut self, after: Duration, line: Line, event: LinkEvent) {
        let Some(wire) = self.wires.get(&line) else { return };
        let (till, channel) = (wire.till, wire.channel);
        let life = self.tills[till].life();
        self.enqueue(after, Event::ToTill(till, life, channel, event));
    }

    fn lose(&mut self, after: Duration, line: Line, departure: Departure, cause: LossCause) {
        self.say(format!("   (the line is lost: {cause:?})"));
        self.tell(after, line, LinkEvent::Lost(Loss { departure, cause, detail: String::new() }));
    }

    pub(crate) fn time_out(&mut self, line: Line) {
        if self.wires.contains_key(&line) {
            self.lose(Duration::ZERO, line, Departure::Perhaps, LossCause::TimedOut);
        }
    }

    pub(crate) fn close_wire(&mut self, line: Line) {
        if self.wires.remove(&line).is_some() {
            self.enqueue(LATENCY, Event::ToTerminal(SimulatorInput::Closed(line)));
        }
    }

    /// An event of a line ends it; one that comes after that is told all the same, and must change nothing.
    pub(crate) fn arrive_at_till(&mut self, till: usize, channel: Channel, event: LinkEvent) {
        if !matches!(event, LinkEvent::Opened)
            && let Some(line) = self.tills[till].channels.remove(&channel)
        {
            self.close_wire(line);
        }
        let turn = self.tills[till].station.link(self.now, channel, event);
        self.carry_out(till, turn);
    }

    fn answer_call(&mut self, till: usize, channel: Channel, frame: Frame) {
        if let (Some(call), Frame::Response(response)) = (self.tills[till].calls.remove(&channel), frame) {
            if self.transcript.is_kept() {
                let words = (self.counter.describe)(&response.body);
                self.say_for(till, format!("till = {} {words}", response.status));
            }
            self.enqueue(LATENCY, Event::ToTerminal(SimulatorInput::Answered(call, Some(response))));
        }
    }

    pub(crate) fn act_for_simulator(&mut self, effects: Vec<SimulatorEffect>) {
        for effect in effects {
            match effect {
                SimulatorEffect::Send(line, frame) => self.answer(line, "", frame),
                SimulatorEffect::SendInPieces(line, frame) => self.answer(line, " (in single bytes)", frame),
                SimulatorEffect::SendHalf(line, _) => self.cut(line, "half an answer, then the line breaks"),
                SimulatorEffect::Cut(line) => self.cut(line, "the line breaks"),
                SimulatorEffect::Post(call, request) => self.call(call, request),
                SimulatorEffect::Ledger(entry) => {
                    self.say(format!(
                        "ledger: {:?} {} {} minor units ({})",
                        entry.operation,
                        entry.terminal_reference,
                        entry.amount_minor,
                        describe_state(entry.state)
                    ));
                    self.ledger.push(entry);
                }
                SimulatorEffect::Complaint(text) => {
                    self.say(format!("terminal dislikes: {text}"));
                    self.complaints.push(text);
                }
            }
        }
    }

    fn cut(&mut self, line: Line, what: &str) {
        self.say(format!("terminal: {what}"));
        self.tell_if_alive(LATENCY, line, lost_in_the_middle());
    }

    fn answer(&mut self, line: Line, how: &str, frame: Frame) {
        if self.transcript.is_kept()
            && let Frame::Response(response) = &frame
        {
            let words = (self.counter.describe)(&response.body);
            self.say(format!("terminal = {} {words}{how}", response.status));
        }
        if self.dice.strikes(Fault::AnswerLost) {
            if let Some(wire) = self.wires.get_mut(&line) {
                wire.dead = true;
            }
            return self.say("   (the answer is lost)".to_owned());
        }
        if self.dice.strikes(Fault::AnswerCut) {
            return self.tell_if_alive(LATENCY, line, lost_in_the_middle());
        }
        let mut latency = self.latency();
        if self.dice.strikes(Fault::AnswerLate) {
            latency += Duration::from_millis(self.dice.roll(For::Delay, 120_000));
        }
        let event = self.spoiled(line, frame);
        if self.dice.strikes(Fault::AnswerTwice) {
            let later = latency + Duration::from_millis(self.dice.roll(For::Delay, 5_000));
            self.tell_if_alive(later, line, event.clone());
        }
        self.tell_if_alive(latency, line, event);
    }

    fn tell_if_alive(&mut self, after: Duration, line: Line, event: LinkEvent) {
        if !self.cable_pulled && self.wires.get(&line).is_some_and(|wire| !wire.dead) {
            self.tell(after, line, event);
        }
    }

    /// What is left of an answer on its way.
    fn spoiled(&mut self, line: Line, frame: Frame) -> LinkEvent {
        let mut frame = frame;
        if self.dice.strikes(Fault::AnswerOfAnother)
            && let Some(older) = self.older_answer.clone()
        {
            self.mangle(line, "the answer to another question");
            return LinkEvent::Received(older);
        }
        self.older_answer = Some(frame.clone());
        let kinds =
            [Fault::AnswerOtherCurrency, Fault::AnswerUnknownCode, Fault::AnswerInvalidText, Fault::AnswerClearNumber];
        for kind in kinds {
            if self.dice.strikes(kind)
                && let Some(spoiled) = self.mangler.and_then(|mangler| (mangler.answer)(kind, &frame))
            {
                frame = spoiled;
                self.mangle(line, &format!("{kind:?}"));
            }
        }
        if self.dice.strikes(Fault::AnswerOversized) {
            self.mangle(line, "oversized");
            let at_most = self.wires.get(&line).map_or(0, |wire| wire.at_most);
            // The link gives up at its bound.
            let detail = format!("the answer is larger than {at_most} bytes");
            return LinkEvent::Lost(Loss { departure: Departure::Perhaps, cause: LossCause::Garbled, detail });
        }
        LinkEvent::Received(frame)
    }

    fn mangle(&mut self, line: Line, how: &str) {
        let till = self.wires.get(&line).map(|wire| wire.till);
        if let Some(id) = till.and_then(|till| self.tills[till].station.at_hand()) {
            self.spoiled.insert(id.clone());
        }
        self.say(format!("   (the answer is spoiled: {how})"));
    }

    /// The terminal calls the till's listener.
    pub(crate) fn call(&mut self, call: OpenCall, request: HttpRequest) {
        if self.transcript.is_kept() {
            let words = (self.counter.describe)(&request.body);
            self.say(format!("terminal → till  {words}"));
        }
        if self.cable_pulled || !self.tills[OURS].runs || self.dice.strikes(Fault::ListenerUnreachable) {
            return self.enqueue(CALL_WITHIN, Event::ToTerminal(SimulatorInput::Answered(call, None)));
        }
        let mut latency = LATENCY;
        if self.dice.strikes(Fault::CallLate) {
            latency += Duration::from_millis(self.dice.roll(For::Delay, 8_000));
        }
        let twice = self.dice.strikes(Fault::CallTwice);
        let display = self.mangler.is_some_and(|mangler| (mangler.is_display)(&request));
        let flood = display && self.dice.strikes(Fault::CallFlood);
        let copies = if flood { FLOOD } else { u32::from(twice) };
        for copy in 0..copies {
            let later = latency + Duration::from_millis(u64::from(copy));
            self.arrive_from_terminal(later, request.clone());
        }
        let channel = self.arrive_from_terminal(latency, request);
        self.tills[OURS].calls.insert(channel, call);
    }

    pub(crate) fn arrive_from_terminal(&mut self, after: Duration, request: HttpRequest) -> Channel {
        self.events += 1;
        let channel = Channel::new("inbound", self.events);
        let life = self.tills[OURS].life();
        self.enqueue(after, Event::ToTill(OURS, life, channel, LinkEvent::Received(Frame::Request(request))));
        channel
    }
}

fn lost_in_the_middle() -> LinkEvent {
    LinkEvent::Lost(Loss { departure: Departure::Perhaps, cause: LossCause::Broken, detail: String::new() })
}
