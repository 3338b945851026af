//! The lines of the till in the middle: to the cloud, where they break and go silent, and to the terminal at its counter.

use std::time::Duration;

use checkstand::domain::Instant;
use checkstand::protocols::driver::{Departure, Endpoint, LinkAction, LinkEvent, Loss, LossCause};
use checkstand::protocols::frame::{Channel, Frame};
use checkstand::protocols::framing::{Cutter, Framing};
use checkstand::protocols::simulator::{Line, SimulatorEffect, SimulatorInput};

use super::weather::Trouble;
use super::{Chain, Event, LATENCY, Side};

/// Lines of the till have other numbers than the world's.
const FIRST_LINE: u64 = 1 << 40;
/// What begins so is no complaint.
pub const SAID: &str = "[chain] ";
const BREAKS_WITHIN: Duration = Duration::from_secs(10);

pub struct Wire {
    side: Side,
    channel: Channel,
    stream: Option<(Framing, Cutter)>,
    /// Nothing on a stream overtakes what went before.
    at_simulator: Instant,
    at_till: Instant,
    /// Nothing arrives any more, and nobody is told.
    half_open: bool,
}

impl Wire {
    pub fn is_half_open(&self) -> bool {
        self.half_open
    }
}

impl Chain {
    /// Seen where a transcript is kept.
    pub(super) fn say(&mut self, what: String) {
        self.out.push(SimulatorEffect::Complaint(format!("{SAID}{what}")));
    }

    pub(super) fn act_for_till(&mut self, side: Side, channel: Channel, action: LinkAction) {
        match action {
            LinkAction::Open(Endpoint::Tcp { port, framing, .. }) => self.open_stream(side, channel, port, framing),
            LinkAction::Open(Endpoint::Http { request, connect_within, answer_within, .. }) => {
                let line = self.new_wire(side, channel, None);
                self.tell_till(LATENCY, side, channel, LinkEvent::Opened);
                self.enqueue(connect_within + answer_within, Event::TimeOut(line));
                let input = SimulatorInput::Received(line, Frame::Request(request));
                self.enqueue(LATENCY, Event::ToSimulator(side, input));
            }
            LinkAction::Open(Endpoint::WebSocket { .. }) => panic!("no terminal of a chain has a WebSocket"),
            LinkAction::Send(Frame::Bytes(message)) => self.send(side, channel, message),
            LinkAction::Send(Frame::Response(response)) => {
                if let Some(call) = self.calls.remove(&channel) {
                    let input = SimulatorInput::Answered(call, Some(response));
                    self.enqueue(LATENCY, Event::ToSimulator(side, input));
                }
            }
            LinkAction::Send(Frame::Request(_)) => {}
            LinkAction::Close | LinkAction::Abandon => {
                if let Some(line) = self.till.channels.remove(&(side, channel)) {
                    self.close_wire(line);
                }
                if let Some(call) = self.calls.remove(&channel) {
                    self.enqueue(LATENCY, Event::ToSimulator(side, SimulatorInput::Answered(call, None)));
                }
            }
        }
    }

    fn new_wire(&mut self, side: Side, channel: Channel, stream: Option<(Framing, Cutter)>) -> Line {
        self.events += 1;
        let line = Line(FIRST_LINE + self.events);
        let (at_simulator, at_till) = (self.now.at, self.now.at);
        self.wires.insert(line, Wire { side, channel, stream, at_simulator, at_till, half_open: false });
        self.till.channels.insert((side, channel), line);
        line
    }

    fn open_stream(&mut self, side: Side, channel: Channel, port: u16, framing: Framing) {
        let line = self.new_wire(side, channel, Some((framing, framing.cutter())));
        let (doors, first) = match side {
            Side::Cloud => (checkstand::protocols::econduit::PROTOCOL.doors, 9001),
            Side::Counter => (self.local.doors, self.local.simulator_port),
        };
        let door = doors[usize::from(port - first)];
        self.enqueue(LATENCY, Event::ToSimulator(side, SimulatorInput::Opened(line, door)));
        self.tell_till(LATENCY, side, channel, LinkEvent::Opened);
    }

    fn send(&mut self, side: Side, channel: Channel, message: Vec<u8>) {
        let Some(line) = self.till.channels.get(&(side, channel)).copied() else { return };
        self.perhaps_breaks(line);
        let now = self.now.at;
        let Some(wire) = self.wires.get_mut(&line).filter(|wire| !wire.half_open) else { return };
        let Some((framing, _)) = &wire.stream else { return };
        let bytes = framing.framed(message).expect("a frame");
        wire.at_simulator = wire.at_simulator.max(now + LATENCY);
        let after = wire.at_simulator - now;
        self.enqueue(after, Event::ToSimulator(side, SimulatorInput::Received(line, Frame::Bytes(bytes))));
    }

    /// Only the cloud is far away.
    fn perhaps_breaks(&mut self, line: Line) {
        if self.wires.get(&line).is_none_or(|wire| wire.side == Side::Counter) {
            return;
        }
        if self.weather.strikes(Trouble::Breaks) {
            let after = self.weather.wait(BREAKS_WITHIN);
            self.enqueue(after, Event::Breaks(line));
        }
        if self.weather.strikes(Trouble::HalfOpen) {
            self.say("   (the cloud's line is half open: nothing arrives any more)".to_owned());
            if let Some(wire) = self.wires.get_mut(&line) {
                wire.half_open = true;
            }
        }
    }

    fn tell_till(&mut self, after: Duration, side: Side, channel: Channel, event: LinkEvent) {
        let life = self.till.life;
        self.enqueue(after, Event::ToTill(life, side, channel, event));
    }

    pub(super) fn break_line(&mut self, line: Line) {
        let Some(wire) = self.wires.get(&line) else { return };
        let (side, channel) = (wire.side, wire.channel);
        self.say("   (the cloud's line breaks)".to_owned());
        self.tell_till(Duration::ZERO, side, channel, lost(LossCause::Broken));
    }

    pub(super) fn time_out(&mut self, line: Line) {
        if let Some(wire) = self.wires.get(&line) {
            let (side, channel) = (wire.side, wire.channel);
            self.tell_till(Duration::ZERO, side, channel, lost(LossCause::TimedOut));
        }
    }

    pub(super) fn close_wire(&mut self, line: Line) {
        if let Some(wire) = self.wires.remove(&line) {
            // What was sent before arrives before; of a line that is half open its end does not.
            let after = LATENCY.max(wire.at_simulator - self.now.at);
            if !wire.half_open {
                self.enqueue(after, Event::ToSimulator(wire.side, SimulatorInput::Closed(line)));
            }
        }
    }

    /// The till is gone from its listener.
    pub(super) fn hang_up(&mut self) {
        for call in std::mem::take(&mut self.calls).into_values() {
            self.enqueue(LATENCY, Event::ToSimulator(Side::Counter, SimulatorInput::Answered(call, None)));
        }
    }

    pub(super) fn arrive_at_till(&mut self, side: Side, channel: Channel, event: LinkEvent) {
        let line = self.till.channels.get(&(side, channel)).copied();
        let is_exchange = line.and_then(|line| self.wires.get(&line)).is_some_and(|wire| wire.stream.is_none());
        let ends = matches!(event, LinkEvent::Lost(_)) || (is_exchange && matches!(event, LinkEvent::Received(_)));
        if let Some(line) = line.filter(|_| ends) {
            let last = self.wires.get_mut(&line).and_then(|wire| wire.stream.as_mut()?.1.close());
            self.till.channels.remove(&(side, channel));
            self.close_wire(line);
            if let Some(message) = last {
                let turn = self.till.station(side).link(self.now, channel, received(message));
                self.carry_out(side, turn);
            }
        }
        if self.till.runs {
            let turn = self.till.station(side).link(self.now, channel, event);
            self.carry_out(side, turn);
        }
    }

    pub(super) fn out_of_line(&mut self, line: Line, pieces: &[Vec<u8>]) {
        let now = self.now.at;
        for piece in pieces {
            let Some(wire) = self.wires.get_mut(&line).filter(|wire| !wire.half_open) else { return };
            let (side, channel) = (wire.side, wire.channel);
            let Some((_, cutter)) = &mut wire.stream else { return };
            let Ok(messages) = cutter.push(now, piece) else {
                return self.arrive_at_till(side, channel, lost(LossCause::Garbled));
            };
            for message in messages {
                self.message_arrives(line, side, channel, message);
            }
        }
        let stream = self.wires.get(&line).and_then(|wire| wire.stream.as_ref());
        if let Some(silence) = stream.and_then(|(_, cutter)| cutter.deadline()) {
            self.enqueue(silence - now, Event::FallsSilent(line));
        }
    }

    pub(super) fn falls_silent(&mut self, line: Line) {
        let now = self.now.at;
        let Some(wire) = self.wires.get_mut(&line) else { return };
        let (side, channel) = (wire.side, wire.channel);
        if let Some(message) = wire.stream.as_mut().and_then(|(_, cutter)| cutter.tick(now)) {
            self.message_arrives(line, side, channel, message);
        }
    }

    fn message_arrives(&mut self, line: Line, side: Side, channel: Channel, message: Vec<u8>) {
        if self.till.runs && self.till.channels.get(&(side, channel)) == Some(&line) {
            self.arrive_at_till(side, channel, received(message));
        }
    }

    pub(super) fn act_for(&mut self, side: Side, effects: Vec<SimulatorEffect>) {
        for effect in effects {
            match effect {
                SimulatorEffect::Send(line, frame) if self.is_inside(line) => self.answer_line(line, frame, false),
                SimulatorEffect::SendInPieces(line, frame) if self.is_inside(line) => {
                    self.answer_line(line, frame, true);
                }
                SimulatorEffect::SendHalf(line, frame) if self.is_inside(line) => {
                    let body = frame.body();
                    self.answer_line(line, Frame::Bytes(body[..body.len() / 2].to_vec()), false);
                    self.end_line(line);
                }
                SimulatorEffect::Cut(line) | SimulatorEffect::Close(line) if self.is_inside(line) => {
                    self.end_line(line);
                }
                SimulatorEffect::Post(call, request) => {
                    self.events += 1;
                    let channel = Channel::new("inbound", FIRST_LINE + self.events);
                    if self.till.runs {
                        self.calls.insert(channel, call);
                        self.tell_till(LATENCY, side, channel, LinkEvent::Received(Frame::Request(request)));
                    } else {
                        self.enqueue(LATENCY, Event::ToSimulator(side, SimulatorInput::Answered(call, None)));
                    }
                }
                SimulatorEffect::Ledger(entry) if side == Side::Counter => self.tell_ledger(entry),
                SimulatorEffect::Complaint(text) if side == Side::Counter => {
                    self.wrong.push(format!("the terminal at the counter dislikes: {text}"));
                }
                SimulatorEffect::Admit(_) | SimulatorEffect::Refuse(..) => {}
                effect => self.out.push(effect),
            }
        }
    }

    fn is_inside(&self, line: Line) -> bool {
        line.0 >= FIRST_LINE
    }

    fn answer_line(&mut self, line: Line, frame: Frame, in_pieces: bool) {
        self.perhaps_breaks(line);
        let now = self.now.at;
        let Some(wire) = self.wires.get_mut(&line).filter(|wire| !wire.half_open) else { return };
        wire.at_till = wire.at_till.max(now + LATENCY);
        let (after, side, channel) = (wire.at_till - now, wire.side, wire.channel);
        if wire.stream.is_none() {
            return self.tell_till(after, side, channel, LinkEvent::Received(frame));
        }
        let body = frame.body();
        let pieces = if in_pieces { body.iter().map(|byte| vec![*byte]).collect() } else { vec![body.to_vec()] };
        self.enqueue(after, Event::OutOfLine(line, pieces));
    }

    fn end_line(&mut self, line: Line) {
        let now = self.now.at;
        let Some(wire) = self.wires.get_mut(&line).filter(|wire| !wire.half_open) else { return };
        wire.at_till = wire.at_till.max(now + LATENCY);
        let (after, side, channel) = (wire.at_till - now, wire.side, wire.channel);
        self.tell_till(after, side, channel, lost(LossCause::Broken));
    }
}

fn received(message: Vec<u8>) -> LinkEvent {
    LinkEvent::Received(Frame::Bytes(message))
}

fn lost(cause: LossCause) -> LinkEvent {
    LinkEvent::Lost(Loss { departure: Departure::Perhaps, cause, detail: String::new() })
}
