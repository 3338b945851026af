//! A receipt printer without a printer: bytes in, status bytes and paper out. It has its own reading of the commands and shares with the
//! encoder only what letters look like. Pure: its door is `links/printer_door.rs`.

mod command;
mod head;
mod parser;
mod reading;
mod sheet;
mod status;

use std::collections::VecDeque;

use crate::domain::PaperWidth;

use command::Command;
use head::Head;
use parser::{Parsed, parse};

pub use sheet::Sheet;

/// What it takes in before it makes its peer wait, in bytes.
const ROOM: usize = 256 * 1024;
/// Complaints and sheets that nobody fetches, the newest ones.
const NEWS: usize = 256;

/// What somebody who watches it would see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrinterNews {
    /// Cut, or torn off.
    Sheet(Sheet),
    DrawerOpened,
    /// It got something that it does not understand, or that goes wrong on paper.
    Complaint(String),
}

/// What is left of the roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PaperLeft {
    #[default]
    Plenty,
    /// So many lines; then it is out.
    Lines(usize),
    Out,
}

/// A printer, switched on.
#[derive(Debug)]
pub struct PrinterSimulator {
    unread: Vec<u8>,
    /// With the bytes each came in.
    waiting: VecDeque<(Command, usize)>,
    waiting_bytes: usize,
    head: Head,
    paper: PaperLeft,
    is_cover_open: bool,
    is_mute: bool,
    says_done: bool,
    /// How many lines it still prints behind the place at which it sees the end of the paper.
    tail: usize,
    /// Whether it tells of every change by itself.
    tells: bool,
    answers: Vec<u8>,
    news: VecDeque<PrinterNews>,
}

impl PrinterSimulator {
    pub fn new(paper: PaperWidth) -> PrinterSimulator {
        PrinterSimulator {
            unread: Vec::new(),
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            head: Head::new(paper),
            paper: PaperLeft::default(),
            is_cover_open: false,
            is_mute: false,
            says_done: true,
            tail: 0,
            tells: false,
            answers: Vec::new(),
            news: VecDeque::new(),
        }
    }

    /// Takes bytes in. What is asked in real time is answered at once, the rest waits for [`PrinterSimulator::work`].
    pub fn receive(&mut self, bytes: &[u8]) {
        self.unread.extend_from_slice(bytes);
        let mut read = 0;
        while let Parsed::Whole(command, length) = parse(&self.unread[read..]) {
            read += length;
            match command {
                Command::RealTimeStatus(kind) => self.answer_at_once(kind),
                Command::KickAtOnce => self.tell(PrinterNews::DrawerOpened),
                command => {
                    self.waiting_bytes += length;
                    self.waiting.push_back((command, length));
                }
            }
        }
        self.unread.drain(..read);
        if self.unread.len() > ROOM {
            self.unread.clear();
            self.complain("a command without end");
        }
    }

    /// Whether it takes more in.
    pub fn has_room(&self) -> bool {
        self.waiting_bytes + self.unread.len() < ROOM
    }

    /// Whether something waits that it could print.
    pub fn is_busy(&self) -> bool {
        !self.waiting.is_empty() && !self.is_stopped()
    }

    /// Prints at most so many lines of what waits, or all of it.
    pub fn work(&mut self, lines: Option<usize>) {
        let mut left = lines.unwrap_or(usize::MAX);
        while left > 0 && !self.is_stopped() {
            let Some((command, length)) = self.waiting.pop_front() else { break };
            self.waiting_bytes -= length;
            let printed = self.carry_out(command);
            left = left.saturating_sub(printed);
            self.use_paper(printed);
        }
    }

    /// How many lines it took.
    fn carry_out(&mut self, command: Command) -> usize {
        match command {
            Command::Status(_) if !self.says_done => {}
            Command::Status(kind) => self.answer(status::transmitted(kind, self.condition()).into_iter().collect()),
            Command::Tell(what) => {
                self.tells = what != 0;
                self.tell_condition();
            }
            Command::Kick => self.tell(PrinterNews::DrawerOpened),
            Command::Cut { feed } => {
                self.head.feed_dots(feed);
                self.tear_off();
            }
            Command::Unknown(bytes) => self.complain(&format!("unknown command {bytes:02x?}")),
            command => {
                let printed = self.head.carry_out(command);
                self.head.take_complaints().iter().for_each(|complaint| self.complain(complaint));
                return printed;
            }
        }
        0
    }

    /// What is printed is one sheet now, if anything is.
    pub fn tear_off(&mut self) {
        if let Some(sheet) = self.head.tear_off() {
            self.tell(PrinterNews::Sheet(sheet));
        }
    }

    /// What is printed and not cut yet.
    pub fn unfinished(&self) -> &Sheet {
        self.head.sheet()
    }

    /// The connection has ended: half a command is forgotten, what waits is printed all the same.
    pub fn hung_up(&mut self) {
        self.tells = false;
        self.answers.clear();
        if !std::mem::take(&mut self.unread).is_empty() {
            self.complain("the connection ended within a command");
        }
    }

    /// Status bytes since it was last asked for them.
    pub fn take_answers(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.answers)
    }

    /// In the order of what happened.
    pub fn take_news(&mut self) -> Vec<PrinterNews> {
        self.news.drain(..).collect()
    }

    /// How much paper there is from now on.
    pub fn set_paper(&mut self, paper: PaperLeft) {
        self.paper = if paper == PaperLeft::Lines(0) { PaperLeft::Out } else { paper };
        self.tell_condition();
    }

    pub fn set_cover(&mut self, is_open: bool) {
        self.is_cover_open = is_open;
        self.tell_condition();
    }

    /// Whether it answers nothing, as printers at a one-way line.
    pub fn set_mute(&mut self, is_mute: bool) {
        self.is_mute = is_mute;
    }

    /// Whether it answers what is asked in its turn, as not all printers do that answer in real time.
    pub fn set_says_done(&mut self, says_done: bool) {
        self.says_done = says_done;
    }

    /// The end of the paper is seen so many lines before the print head comes to it, and it prints them.
    pub fn set_tail(&mut self, lines: usize) {
        self.tail = lines;
    }

    fn use_paper(&mut self, lines: usize) {
        if self.paper == PaperLeft::Out {
            self.tail = self.tail.saturating_sub(lines);
        }
        if let PaperLeft::Lines(left) = self.paper
            && lines > 0
        {
            let left = left.saturating_sub(lines);
            self.paper = PaperLeft::Lines(left);
            if left == 0 {
                self.set_paper(PaperLeft::Out);
            }
        }
    }

    fn is_stopped(&self) -> bool {
        self.is_cover_open || self.paper == PaperLeft::Out && self.tail == 0
    }

    fn condition(&self) -> status::Condition {
        status::Condition { paper_out: self.paper == PaperLeft::Out, cover_open: self.is_cover_open }
    }

    fn answer_at_once(&mut self, kind: u8) {
        match status::in_real_time(kind, self.condition()) {
            Some(byte) => self.answer(vec![byte]),
            None => self.complain(&format!("unknown kind of status {kind}")),
        }
    }

    fn tell_condition(&mut self) {
        if self.tells {
            self.answer(status::told_by_itself(self.condition()).to_vec());
        }
    }

    fn answer(&mut self, bytes: Vec<u8>) {
        if !self.is_mute && self.answers.len() < ROOM {
            self.answers.extend(bytes);
        }
    }

    fn complain(&mut self, text: &str) {
        self.tell(PrinterNews::Complaint(text.to_owned()));
    }

    fn tell(&mut self, news: PrinterNews) {
        if self.news.len() == NEWS {
            self.news.pop_front();
        }
        self.news.push_back(news);
    }
}

#[cfg(test)]
mod tests;
