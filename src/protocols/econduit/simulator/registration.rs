//! What real terminals say: registration, heartbeat, answers (reference 2.2 to 2.4, part 3 TCP).

use super::Cloud;
use super::deadlines::Alarm;
use super::options::{Bytes, Refuse};
use super::profile::{self, SILENCE};
use crate::domain::{Instant, Now};
use crate::protocols::econduit::DOORS;
use crate::protocols::econduit::codec;
use crate::protocols::econduit::messages::{Registration, RegistrationAnswer, TerminalLine};
use crate::protocols::frame::Frame;
use crate::protocols::simulator::{Carrier, Door, Line, SimulatorEffect};

const END_MARK: [u8; 2] = [0x04; 2];

impl Cloud {
    pub(super) fn opened(&mut self, now: &Now, line: Line, door: Door) {
        if door.carries != Carrier::Tcp || self.turns_away(door, now.at) {
            return self.effects.push(SimulatorEffect::Cut(line));
        }
        self.lines.open(line);
        self.deadlines.set(Alarm::Silence(line), now.at + SILENCE);
    }

    fn turns_away(&self, door: Door, now: Instant) -> bool {
        let is_over = |wait| self.began.is_some_and(|began| now - began >= wait);
        if self.options.refuse_for.is_some_and(is_over) {
            return false;
        }
        match self.options.refuse {
            Refuse::None => false,
            Refuse::Primary => door.name == DOORS[0].name,
            Refuse::Both => true,
        }
    }

    pub(super) fn piece(&mut self, now: &Now, line: Line, piece: &[u8]) {
        let Ok(messages) = self.lines.push(line, piece) else {
            self.complain("a message that is too large");
            self.drop_line(line);
            return self.effects.push(SimulatorEffect::Cut(line));
        };
        for message in messages {
            if self.lines.stands(line) {
                self.said(now, line, &message);
            }
        }
        // A terminal at work sends no heartbeats (2.4).
        if self.lines.stands(line) && !self.errands.is_on(line) {
            self.deadlines.set(Alarm::Silence(line), now.at + SILENCE);
        }
    }

    fn said(&mut self, now: &Now, line: Line, message: &[u8]) {
        let is_registered = self.lines.serial(line).is_some();
        match codec::terminal_line(message) {
            TerminalLine::Register(registration) => self.register(line, &registration),
            TerminalLine::BadRegistration => {
                self.complain("a registration that breaks the rules");
                self.say_word(line, &RegistrationAnswer::Failed);
            }
            TerminalLine::Unreadable if !is_registered => {
                self.complain("a registration that cannot be read");
                self.say_word(line, &RegistrationAnswer::Failed);
            }
            TerminalLine::Unreadable => self.complain("something that cannot be read"),
            TerminalLine::Heartbeat | TerminalLine::Response(_) if !is_registered => {
                self.complain("something else before the registration");
                self.drop_line(line);
                self.effects.push(SimulatorEffect::Close(line));
            }
            TerminalLine::Heartbeat => self.heartbeat(line),
            TerminalLine::Response(json) => self.answered(now, line, json),
        }
    }

    fn register(&mut self, line: Line, registration: &Registration) {
        let serial = &registration.terminal_id;
        if registration.terminal_type == profile::BAD_TYPE {
            return self.say_word(line, &RegistrationAnswer::InvalidTerminalType);
        }
        if profile::virtual_terminal(serial).is_some() {
            self.complain("the serial number of a terminal inside the cloud");
            return self.say_word(line, &RegistrationAnswer::Failed);
        }
        if let Some(before) = self.lines.register(line, serial, registration.ack_heartbeat) {
            self.drop_line(before);
            self.effects.push(SimulatorEffect::Close(before));
        }
        self.say_word(line, &RegistrationAnswer::Ok);
    }

    fn heartbeat(&mut self, line: Line) {
        if self.errands.is_on(line) {
            self.complain("a heartbeat during a transaction");
        }
        if self.lines.acknowledges(line) && !self.options.is_deaf {
            self.say(line, codec::encode_status());
        }
    }

    fn say_word(&mut self, line: Line, answer: &RegistrationAnswer) {
        self.say(line, answer.word().as_bytes().to_vec());
    }

    /// As the cloud is set up to send its texts.
    pub(super) fn say(&mut self, line: Line, text: Vec<u8>) {
        let ended = |text: Vec<u8>| [text, END_MARK.to_vec()].concat();
        self.effects.push(match self.options.bytes {
            Bytes::Whole => SimulatorEffect::Send(line, Frame::Bytes(ended(text))),
            Bytes::Single => SimulatorEffect::SendInPieces(line, Frame::Bytes(ended(text))),
            Bytes::Glued => {
                let both = [ended(text), ended(codec::encode_status())].concat();
                SimulatorEffect::Send(line, Frame::Bytes(both))
            }
            Bytes::Bare => SimulatorEffect::Send(line, Frame::Bytes(text)),
        });
    }

    /// (part 3 TCP 4) Offline, and closed.
    pub(super) fn is_silent(&mut self, line: Line) {
        self.drop_line(line);
        self.effects.push(SimulatorEffect::Close(line));
    }

    pub(super) fn line_is_gone(&mut self, line: Line) {
        self.drop_line(line);
    }

    /// Forgets a line, and tells whoever waits for its terminal.
    pub(super) fn drop_line(&mut self, line: Line) {
        if self.lines.close(line) {
            self.deadlines.clear(Alarm::Silence(line));
            self.terminal_is_lost(line);
        }
    }
}
