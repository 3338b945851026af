//! The pretend network: exchanges and lines of the tills, calls of the terminal, and what becomes of all of them on the way.

use std::time::Duration;

use checkstand::domain::{Instant, Secret};
use checkstand::protocols::driver::{Departure, Endpoint, LinkAction, LinkEvent, Loss, LossCause};
use checkstand::protocols::frame::{Channel, Frame, HttpRequest};
use checkstand::protocols::framing::{Cutter, Framing};
use checkstand::protocols::simulator::{Line, SimulatorEffect, SimulatorInput};

use super::chain::SAID;
use super::dice::For;
use super::faults::Fault;
use super::transcript::describe_state;
use super::{Event, LATENCY, OURS, OpenCall, World};

/// A till that cannot be reached is given up by the terminal after this long.
const CALL_WITHIN: Duration = Duration::from_secs(5);
/// Bytes that wait for others to be glued to go alone after this long.
const GLUE_DRIES: Duration = Duration::from_millis(200);
const FLOOD: u32 = 1000;
/// More than any protocol's largest message but one behind its length, which says it is larger still.
const OVERSIZED: usize = 80 * 1024;

/// One exchange or line that a till opened.
pub(crate) struct Wire {
    till: usize,
    channel: Channel,
    /// Nothing comes back on it any more, and nobody is told.
    dead: bool,
    at_most: usize,
    /// `None` for an HTTP exchange.
    stream: Option<Stream>,
}

/// What a line of a byte stream or WebSocket has besides.
struct Stream {
    /// `None` on a WebSocket, where each frame is a message.
    framing: Option<Framing>,
    cutter: Option<Cutter>,
    /// Nothing on a stream overtakes what went before.
    at_terminal: Instant,
    at_till: Instant,
    /// What the till sends vanishes.
    deaf: bool,
    /// After so long the link notices that no ping is answered.
    noticed_after: Option<Duration>,
    /// Sent while the cable was out, or waiting to be glued.
    held: Vec<Vec<u8>>,
    glue: Vec<u8>,
}

impl World {
    pub(crate) fn act_for_station(&mut self, till: usize, channel: Channel, action: LinkAction) {
        match action {
            LinkAction::Open(Endpoint::Http { url, request, connect_within, answer_within, at_most, .. }) => {
                let shown = Frame::Request(request.clone());
                self.say_sent(till, &shown.record());
                self.open(till, channel, &url, request, (connect_within, answer_within, at_most));
            }
            LinkAction::Open(Endpoint::Tcp { host, port, connect_within, framing }) => {
                self.open_stream(till, channel, (&host, port), connect_within, Ok(framing));
            }
            LinkAction::Open(Endpoint::WebSocket { host, port, target, connect_within, ping_every, .. }) => {
                self.open_stream(till, channel, (&host, port), connect_within, Err(target.reveal()));
                self.ping(till, channel, ping_every);
            }
            LinkAction::Send(Frame::Bytes(message)) => {
                self.overhear_answer(till, channel, &message);
                self.send_on_stream(till, channel, message);
            }
            LinkAction::Send(frame) => self.answer_call(till, channel, frame),
            LinkAction::Close | LinkAction::Abandon => {
                if let Some(line) = self.tills[till].channels.remove(&channel) {
                    if action == LinkAction::Close {
                        self.release(line);
                    }
                    self.close_wire(line);
                }
                if let Some(call) = self.tills[till].calls.remove(&channel) {
                    self.enqueue(LATENCY, Event::ToTerminal(SimulatorInput::Answered(call, None)));
                }
            }
        }
    }

    fn say_sent(&mut self, till: usize, body: &[u8]) {
        if self.transcript.is_kept() {
            let words = (self.counter.describe)(body);
            self.say_for(till, format!("till → terminal  {words}"));
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
        let line = self.new_wire(till, channel, at_most, None);
        self.note_name(till, line, &Frame::Request(request.clone()).record());
        let there = url.contains(&format!("//{}:", self.host));
        if !self.connects(line, there, connect_within) {
            return;
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
        self.perhaps_reset_later(line, latency);
    }

    fn new_wire(&mut self, till: usize, channel: Channel, at_most: usize, stream: Option<Stream>) -> Line {
        self.events += 1;
        let line = Line(self.events);
        self.tills[till].channels.insert(channel, line);
        self.wires.insert(line, Wire { till, channel, dead: false, at_most, stream });
        line
    }

    /// Whether somebody is there to connect to. If not, the till is told in due time.
    fn connects(&mut self, line: Line, there: bool, connect_within: Duration) -> bool {
        if self.cable_pulled || !there || self.dice.strikes(Fault::ConnectionLost) {
            self.lose(connect_within, line, Departure::SurelyNot, LossCause::TimedOut);
            return false;
        }
        if self.now.at < self.booted_at || self.dice.strikes(Fault::ConnectionRefused) {
            self.lose(LATENCY, line, Departure::SurelyNot, LossCause::Refused);
            return false;
        }
        true
    }

    fn perhaps_reset_later(&mut self, line: Line, latency: Duration) {
        if self.dice.strikes(Fault::AnswerReset) {
            let later = latency + Duration::from_millis(self.dice.roll(For::Delay, 20_000));
            self.lose(later, line, Departure::Perhaps, LossCause::Broken);
        }
    }

    fn open_stream(
        &mut self,
        till: usize,
        channel: Channel,
        (host, port): (&str, u16),
        connect_within: Duration,
        // of a byte stream; of a WebSocket what is asked for
        framing: Result<Framing, Secret>,
    ) {
        let (framing, target) = match framing {
            Ok(framing) => (Some(framing), None),
            Err(target) => (None, Some(target)),
        };
        let stream = Stream {
            framing,
            cutter: framing.map(Framing::cutter),
            at_terminal: self.now.at,
            at_till: self.now.at,
            deaf: false,
            noticed_after: None,
            held: Vec::new(),
            glue: Vec::new(),
        };
        let line = self.new_wire(till, channel, 0, Some(stream));
        let protocol = self.counter.protocol;
        let door = protocol.doors.get(usize::from(port - protocol.simulator_port)).copied().expect("a door");
        let there = host == self.host;
        if self.connects(line, there, connect_within) {
            if let Some(target) = target.filter(|_| door.guarded) {
                return self.enqueue(LATENCY, Event::ToTerminal(SimulatorInput::Knocked(line, door, target)));
            }
            self.enqueue(LATENCY, Event::ToTerminal(SimulatorInput::Opened(line, door)));
            self.tell(LATENCY, line, LinkEvent::Opened);
        }
    }

    /// Only where the till has nothing else to notice it by: the others' drivers have to do without.
    fn ping(&mut self, till: usize, channel: Channel, every: Option<Duration>) {
        let serves_tables = self.tills[till].station.view().abilities.serves_tables;
        let line = self.tills[till].channels.get(&channel).copied();
        if let Some(stream) = line.filter(|_| serves_tables).and_then(|line| self.stream(line)) {
            stream.noticed_after = every.map(|every| every * 3);
        }
    }

    fn pings_may_fail(&mut self, line: Line) {
        if let Some(after) = self.stream(line).and_then(|stream| stream.noticed_after) {
            self.enqueue(after, Event::PingsFail(line));
        }
    }

    pub(crate) fn all_pings_may_fail(&mut self) {
        let lines: Vec<Line> = self.wires.keys().copied().collect();
        lines.into_iter().for_each(|line| self.pings_may_fail(line));
    }

    /// Neither end hears the other: both give the line up.
    pub(crate) fn pings_fail(&mut self, line: Line) {
        let deaf = self.stream(line).is_some_and(|stream| stream.deaf);
        let dead = self.wires.get(&line).is_some_and(|wire| wire.dead);
        if self.wires.contains_key(&line) && (self.cable_pulled || deaf || dead) {
            self.say("   (nobody answers pings)".to_owned());
            self.enqueue(LATENCY, Event::ToTerminal(SimulatorInput::Closed(line)));
            self.lose(LATENCY, line, Departure::Perhaps, LossCause::TimedOut);
        }
    }

    fn stream(&mut self, line: Line) -> Option<&mut Stream> {
        self.wires.get_mut(&line)?.stream.as_mut()
    }

    fn send_on_stream(&mut self, till: usize, channel: Channel, message: Vec<u8>) {
        self.say_sent(till, &message);
        let Some(line) = self.tills[till].channels.get(&channel).copied() else { return };
        let Some(framing) = self.stream(line).map(|stream| stream.framing) else { return };
        self.note_name(till, line, &message);
        let bytes =
            framing.map_or_else(|| message.clone(), |framing| framing.framed(message.clone()).expect("a frame"));
        if self.dice.strikes(Fault::RequestReset) {
            self.enqueue(LATENCY, Event::ToTerminal(SimulatorInput::Closed(line)));
            return self.lose(LATENCY, line, Departure::Perhaps, LossCause::Broken);
        }
        if self.dice.strikes(Fault::RequestLost) {
            if let Some(stream) = self.stream(line) {
                stream.deaf = true;
            }
            self.pings_may_fail(line);
            return self.say("   (the line is half-open: nothing arrives any more)".to_owned());
        }
        if self.cable_pulled {
            if let Some(stream) = self.stream(line) {
                stream.held.push(bytes);
            }
            return;
        }
        self.deliver_to_terminal(line, bytes);
        self.perhaps_reset_later(line, LATENCY);
    }

    /// Where the till's own reference is not told, the request is known by its line and number.
    fn note_name(&mut self, till: usize, line: Line, request: &[u8]) {
        let name = self.mangler.and_then(|mangler| (mangler.name_of)(line, request));
        if let Some((name, id)) = name.zip(self.tills[till].station.at_hand().cloned()) {
            self.named.insert(name, id);
        }
    }

    fn deliver_to_terminal(&mut self, line: Line, bytes: Vec<u8>) {
        let latency = self.latency();
        let now = self.now.at;
        let cut = self.dice.strikes(Fault::BytesCut);
        let Some(stream) = self.stream(line).filter(|stream| !stream.deaf) else { return };
        stream.at_terminal = stream.at_terminal.max(now + latency);
        let after = stream.at_terminal - now;
        let whole = stream.framing.is_none() || !cut;
        let pieces: Vec<Vec<u8>> = if whole { vec![bytes] } else { bytes.into_iter().map(|byte| vec![byte]).collect() };
        for piece in pieces {
            self.enqueue(after, Event::ToTerminal(SimulatorInput::Received(line, Frame::Bytes(piece))));
        }
    }

    /// What was sent on lines while the cable was out is sent again by the system.
    pub(crate) fn cable_is_back(&mut self) {
        let lines: Vec<Line> = self.wires.keys().copied().collect();
        for line in lines {
            self.release(line);
        }
    }

    fn release(&mut self, line: Line) {
        let held = self.stream(line).map(|stream| std::mem::take(&mut stream.held)).unwrap_or_default();
        for bytes in held {
            self.deliver_to_terminal(line, bytes);
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
        if let Some(wire) = self.wires.remove(&line) {
            // The end of a stream does not overtake what was sent on it.
            let last = wire.stream.map_or(self.now.at, |stream| stream.at_terminal);
            let after = LATENCY.max(last - self.now.at);
            self.enqueue(after, Event::ToTerminal(SimulatorInput::Closed(line)));
        }
    }

    /// An event of an exchange ends it, of a line its loss; one that comes after that is told all the same, and must change
    /// nothing.
    pub(crate) fn arrive_at_till(&mut self, till: usize, channel: Channel, event: LinkEvent) {
        let line = self.tills[till].channels.get(&channel).copied();
        let is_stream = line.is_some_and(|line| self.wires.get(&line).is_some_and(|wire| wire.stream.is_some()));
        let ends = match &event {
            LinkEvent::Opened => false,
            LinkEvent::Received(_) => !is_stream,
            LinkEvent::Lost(_) => true,
        };
        if let Some(line) = line.filter(|_| ends) {
            self.last_words(till, channel, line);
            self.tills[till].channels.remove(&channel);
            self.close_wire(line);
        }
        if let LinkEvent::Received(frame) = &event {
            self.overhear_question(till, channel, frame.body());
        }
        let turn = self.tills[till].station.link(self.now, channel, event);
        self.carry_out(till, turn);
    }

    /// What the end of a stream completes.
    fn last_words(&mut self, till: usize, channel: Channel, line: Line) {
        if let Some(message) = self.cutter(line).and_then(Cutter::close) {
            self.message_arrives(till, channel, line, message);
        }
    }

    /// `None` where nothing is cut, or nothing comes out any more.
    fn cutter(&mut self, line: Line) -> Option<&mut Cutter> {
        self.wires.get_mut(&line).filter(|wire| !wire.dead)?.stream.as_mut()?.cutter.as_mut()
    }

    /// Bytes come out of a line at the till, and are cut into messages as its links do.
    pub(crate) fn bytes_arrive(&mut self, line: Line, pieces: &[Vec<u8>]) {
        for piece in pieces {
            let now = self.now.at;
            let Some(wire) = self.wires.get(&line).filter(|wire| !wire.dead) else { return };
            let (till, channel) = (wire.till, wire.channel);
            let messages = match self.cutter(line).map(|cutter| cutter.push(now, piece)) {
                None => vec![piece.clone()],
                Some(Ok(messages)) => messages,
                Some(Err(error)) => {
                    let detail = error.to_string();
                    let loss = Loss { departure: Departure::Perhaps, cause: LossCause::Garbled, detail };
                    return self.arrive_at_till(till, channel, LinkEvent::Lost(loss));
                }
            };
            for message in messages {
                self.message_arrives(till, channel, line, message);
            }
        }
        if let Some(silence) = self.cutter(line).and_then(|cutter| cutter.deadline()) {
            self.enqueue(silence - self.now.at, Event::FallsSilent(line));
        }
    }

    /// Nothing may have come out of a line for long enough to mean something.
    pub(crate) fn falls_silent(&mut self, line: Line) {
        let now = self.now.at;
        let whose = self.wires.get(&line).map(|wire| (wire.till, wire.channel));
        if let Some((message, (till, channel))) = self.cutter(line).and_then(|cutter| cutter.tick(now)).zip(whose) {
            self.message_arrives(till, channel, line, message);
        }
    }

    fn message_arrives(&mut self, till: usize, channel: Channel, line: Line, message: Vec<u8>) {
        if self.tills[till].channels.get(&channel) == Some(&line) {
            self.arrive_at_till(till, channel, LinkEvent::Received(Frame::Bytes(message)));
        }
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
                SimulatorEffect::Admit(line) => self.tell(LATENCY, line, LinkEvent::Opened),
                SimulatorEffect::Refuse(line, response) => {
                    self.lose(LATENCY, line, Departure::SurelyNot, LossCause::Upgrade(response.status));
                }
                SimulatorEffect::Send(line, frame) => self.answer(line, "", frame),
                SimulatorEffect::SendInPieces(line, frame) => self.answer(line, " (in single bytes)", frame),
                SimulatorEffect::SendHalf(line, _) => self.cut(line, "half an answer, then the line breaks"),
                SimulatorEffect::Cut(line) => self.cut(line, "the line breaks"),
                SimulatorEffect::Close(line) => self.cut(line, "the line is closed"),
                SimulatorEffect::Post(call, request) => self.call(call, request),
                SimulatorEffect::Ledger(mut entry) => {
                    if let Some(id) = self.named.get(&entry.till_reference) {
                        entry.till_reference = id.to_string();
                    }
                    self.say(format!(
                        "ledger: {:?} {} {} minor units ({})",
                        entry.operation,
                        entry.terminal_reference,
                        entry.amount_minor,
                        describe_state(entry.state)
                    ));
                    self.ledger.push(entry);
                }
                SimulatorEffect::Complaint(text) if text.starts_with(SAID) => self.say(text),
                SimulatorEffect::Complaint(text) => {
                    self.say(format!("terminal dislikes: {text}"));
                    self.complaints.push(text);
                }
            }
        }
    }

    fn cut(&mut self, line: Line, what: &str) {
        self.say(format!("terminal: {what}"));
        let after = self.in_order(line, LATENCY);
        self.tell_if_alive(after, line, lost_in_the_middle());
    }

    /// When something sent now comes out at the till.
    fn in_order(&mut self, line: Line, latency: Duration) -> Duration {
        let now = self.now.at;
        let Some(stream) = self.stream(line) else { return latency };
        stream.at_till = stream.at_till.max(now + latency);
        stream.at_till - now
    }

    fn answer(&mut self, line: Line, how: &str, mut frame: Frame) {
        if let Frame::Response(response) = &mut frame {
            response.date = Some(self.now.wall);
        }
        if self.transcript.is_kept() {
            let words = (self.counter.describe)(frame.body());
            let status =
                if let Frame::Response(response) = &frame { format!("{} ", response.status) } else { String::new() };
            self.say(format!("terminal = {status}{words}{how}"));
        }
        if self.dice.strikes(Fault::AnswerLost) {
            if let Some(wire) = self.wires.get_mut(&line) {
                wire.dead = true;
            }
            self.pings_may_fail(line);
            return self.say("   (the answer is lost)".to_owned());
        }
        if self.dice.strikes(Fault::AnswerCut) {
            return self.answer_is_cut(line, frame);
        }
        let mut latency = self.latency();
        if self.dice.strikes(Fault::AnswerLate) {
            latency += Duration::from_millis(self.dice.roll(For::Delay, 120_000));
        }
        let again =
            self.dice.strikes(Fault::AnswerTwice).then(|| Duration::from_millis(self.dice.roll(For::Delay, 5_000)));
        if self.stream(line).is_some() {
            return self.answer_on_stream(line, frame, latency, again, how);
        }
        let event = self.spoiled(line, frame);
        if let Some(later) = again {
            self.tell_if_alive(latency + later, line, event.clone());
        }
        self.tell_if_alive(latency, line, event);
    }

    fn answer_is_cut(&mut self, line: Line, frame: Frame) {
        if self.stream(line).is_some() {
            let body = frame.body();
            let after = self.in_order(line, LATENCY);
            self.enqueue(after, Event::ToTillInBytes(line, vec![body[..body.len() / 2].to_vec()]));
        }
        let after = self.in_order(line, LATENCY);
        self.tell_if_alive(after, line, lost_in_the_middle());
    }

    fn answer_on_stream(&mut self, line: Line, frame: Frame, latency: Duration, again: Option<Duration>, how: &str) {
        let event = self.spoiled(line, frame);
        let bytes = match event {
            LinkEvent::Received(frame) => frame.body().to_vec(),
            event => {
                let after = self.in_order(line, latency);
                return self.tell_if_alive(after, line, event);
            }
        };
        let cut = !how.is_empty() || self.dice.strikes(Fault::BytesCut);
        let glued = again.is_none() && self.dice.strikes(Fault::BytesGlued);
        let after = self.in_order(line, latency);
        let Some(stream) = self.stream(line) else { return };
        let framed = stream.framing.is_some();
        if glued && framed {
            stream.glue.extend(bytes);
            return self.enqueue(after + GLUE_DRIES, Event::GlueDries(line));
        }
        let mut all = std::mem::take(&mut stream.glue);
        all.extend(&bytes);
        let pieces = if cut && framed { all.iter().map(|byte| vec![*byte]).collect() } else { vec![all] };
        if !self.cable_pulled {
            self.enqueue(after, Event::ToTillInBytes(line, pieces));
            if let Some(later) = again {
                let after = self.in_order(line, latency + later);
                self.enqueue(after, Event::ToTillInBytes(line, vec![bytes]));
            }
        }
    }

    pub(crate) fn glue_dries(&mut self, line: Line) {
        let glued = self.stream(line).map(|stream| std::mem::take(&mut stream.glue)).unwrap_or_default();
        if !glued.is_empty() && !self.cable_pulled {
            self.bytes_arrive(line, &[glued]);
        }
    }

    fn tell_if_alive(&mut self, after: Duration, line: Line, event: LinkEvent) {
        if !self.cable_pulled && self.wires.get(&line).is_some_and(|wire| !wire.dead) {
            return self.tell(after, line, event);
        }
        // The other end is gone, and nobody could say so.
        let is_pinged = self.stream(line).is_some_and(|stream| stream.noticed_after.is_some());
        if is_pinged
            && matches!(event, LinkEvent::Lost(_))
            && let Some(wire) = self.wires.get_mut(&line)
        {
            wire.dead = true;
            self.pings_may_fail(line);
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
            return self.oversized(line);
        }
        LinkEvent::Received(frame)
    }

    /// The link gives up at its bound; on a stream it is the cutter that has to.
    fn oversized(&mut self, line: Line) -> LinkEvent {
        match self.stream(line).map(|stream| stream.framing) {
            Some(Some(Framing::JsonObjects { .. })) => {
                LinkEvent::Received(Frame::Bytes([br#"{"A":""#.to_vec(), vec![b'a'; OVERSIZED]].concat()))
            }
            Some(Some(Framing::EndMark { at_most, .. })) => LinkEvent::Received(Frame::Bytes(vec![b'a'; at_most + 1])),
            Some(Some(Framing::LengthPrefix { .. })) => {
                LinkEvent::Received(Frame::Bytes(vec![0x7f, 0xff, 0xff, 0xff, b'{']))
            }
            _ => {
                let at_most = self.wires.get(&line).map_or(0, |wire| wire.at_most);
                let detail = format!("the answer is larger than {at_most} bytes");
                LinkEvent::Lost(Loss { departure: Departure::Perhaps, cause: LossCause::Garbled, detail })
            }
        }
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
