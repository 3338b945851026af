//! `log`: how much is written to the log files, and what was. Works beside a running program, which hears of a change within
//! seconds.

use std::io::SeekFrom;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::time::sleep;

use super::context::{Context, Done};
use super::events::Event;
use super::exit_status::ExitStatus;
use super::support_words::{LogCommand, LogFollow, LogLevel};
use crate::logs::{self, Detail, FILE_AT_MOST, Levels, LogFile, Part};

/// How often somebody who reads along is told what is new.
const LOOK_EVERY: Duration = Duration::from_millis(500);

pub async fn log(context: &Context, asked: &LogCommand) -> Done {
    match asked {
        LogCommand::Show => show(context),
        LogCommand::Level(asked) => level(context, asked),
        LogCommand::Follow(asked) => follow(context, asked).await,
    }
}

fn show(context: &Context) -> Done {
    let levels = Levels::load(&context.places.log_levels_file());
    let now = Timestamp::now();
    for part in Part::ALL {
        tell(context, part, levels.of(part, now));
    }
    Ok(ExitStatus::Done)
}

fn tell(context: &Context, part: Part, (level, until): (Detail, Option<Timestamp>)) {
    context.output.event(&Event::LogLevel {
        part: part.word(),
        level: level.word(),
        until: until.map(|until| format!("{until:.0}")),
    });
    let line = match until {
        Some(until) => {
            let until = context.texts().date_time(&until.to_zoned(TimeZone::system()));
            let placeables = [("part", part.word()), ("level", level.word()), ("until", &until)];
            context.texts().with("cli-log-level-until", &placeables)
        }
        None => context.texts().with("cli-log-level", &[("part", part.word()), ("level", level.word())]),
    };
    context.output.line(&line);
}

fn level(context: &Context, asked: &LogLevel) -> Done {
    let file = context.places.log_levels_file();
    let mut levels = Levels::load(&file);
    let now = Timestamp::now();
    for part in asked.part.parts() {
        levels.choose(part, asked.level.detail(), now);
    }
    levels.save(&file).map_err(|error| context.failed("file", &[("file", &error.file), ("problem", &error.cause)]))?;
    for part in asked.part.parts() {
        tell(context, part, levels.of(part, now));
    }
    Ok(ExitStatus::Done)
}

async fn follow(context: &Context, asked: &LogFollow) -> Done {
    let mut interrupts = context.interrupts()?;
    let mut reader = Reader::new(context, asked);
    reader.begin(usize::from(asked.lines));
    loop {
        tokio::select! {
            () = interrupts.next() => return Ok(ExitStatus::Done),
            () = sleep(LOOK_EVERY) => reader.go_on(),
        }
    }
}

/// Knows what was told already.
struct Reader<'a> {
    context: &'a Context,
    payment: Option<String>,
    /// The name of the file, and how far it was read.
    at: Option<(String, u64)>,
}

impl<'a> Reader<'a> {
    fn new(context: &'a Context, asked: &LogFollow) -> Reader<'a> {
        let payment = asked.payment.as_deref().map(|name| name.trim().to_uppercase());
        Reader { context, payment, at: None }
    }

    /// The newest lines of all files, as many as are wanted.
    fn begin(&mut self, lines: usize) {
        let files = logs::files(&self.context.places.logs());
        let mut newest: Vec<String> = Vec::new();
        for file in files.iter().rev() {
            let (text, end) = from(file, 0);
            if self.at.is_none() {
                self.at = Some((file.name.clone(), end));
            }
            let mut fitting: Vec<String> = text.lines().filter(|line| self.fits(line)).map(str::to_owned).collect();
            fitting.append(&mut newest);
            newest = fitting;
            if newest.len() >= lines {
                break;
            }
        }
        newest.drain(..newest.len().saturating_sub(lines));
        newest.iter().for_each(|line| self.tell(line));
    }

    /// What has come since, in the file that was read and in those after it.
    fn go_on(&mut self) {
        let files = logs::files(&self.context.places.logs());
        let known = self.at.as_ref().and_then(|(name, _)| files.iter().position(|file| file.name == *name));
        for file in &files[known.unwrap_or_default()..] {
            let read = self.at.as_ref().filter(|(name, _)| *name == file.name).map_or(0, |(_, read)| *read);
            let (text, end) = from(file, read);
            text.lines().filter(|line| self.fits(line)).for_each(|line| self.tell(line));
            self.at = Some((file.name.clone(), end));
        }
    }

    fn fits(&self, line: &str) -> bool {
        let Some(wanted) = &self.payment else { return true };
        // time, level, part, payment
        let payment = line.split_whitespace().nth(3).unwrap_or_default();
        payment == wanted || payment.split_once('-').is_some_and(|(_, number)| number == wanted)
    }

    fn tell(&self, line: &str) {
        self.context.output.event(&Event::LogLine { line: line.to_owned() });
        self.context.output.line(line);
    }
}

/// The whole lines behind that place, and where the last of them ends.
fn from(file: &LogFile, read: u64) -> (String, u64) {
    let text = file.read_from(SeekFrom::Start(read), FILE_AT_MOST * 2).unwrap_or_default();
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let end = read + u64::try_from(whole).unwrap_or_default();
    (String::from_utf8_lossy(&text[..whole]).into_owned(), end)
}
