//! The words of `log` and `support-bundle`, as clap reads them.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::logs::{Detail, Part};
use crate::support::{DAYS, DAYS_AT_MOST};

#[derive(Debug, Subcommand)]
pub enum LogCommand {
    /// How much each part of the program writes to the log files, and until when
    Show,
    /// Have a part write more or less; more than “info” ends by itself after a day
    Level(LogLevel),
    /// The newest lines, and those that come, until interrupted
    Follow(LogFollow),
}

#[derive(Debug, Args)]
pub struct LogLevel {
    #[arg(value_enum)]
    pub part: PartWord,
    #[arg(value_enum)]
    pub level: DetailWord,
}

#[derive(Debug, Args)]
pub struct LogFollow {
    /// Only lines about this payment
    #[arg(long, value_name = "PAYMENT")]
    pub payment: Option<String>,
    /// How many of the newest lines come first
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(0..=10_000))]
    pub lines: u16,
}

#[derive(Debug, Args)]
pub struct SupportBundle {
    /// Where it is written; a name with the time in this folder when left out
    #[arg(value_name = "FILE.zip")]
    pub file: Option<PathBuf>,
    /// Logs of the last N days, today among them
    #[arg(long, value_name = "N", default_value_t = DAYS, value_parser = clap::value_parser!(u16).range(1..=i64::from(DAYS_AT_MOST)))]
    pub days: u16,
    /// A payment whose story goes in, besides those that have not ended
    #[arg(long = "payment", value_name = "PAYMENT")]
    pub payments: Vec<String>,
    /// Test every terminal first; not beside a running program, which does so itself
    #[arg(long)]
    pub doctor: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PartWord {
    /// Every part
    All,
    Links,
    Protocols,
    Terminal,
    Journal,
    Settings,
    Gui,
    Cli,
}

impl PartWord {
    pub fn parts(self) -> Vec<Part> {
        match self {
            PartWord::All => Part::ALL.to_vec(),
            PartWord::Links => vec![Part::Links],
            PartWord::Protocols => vec![Part::Protocols],
            PartWord::Terminal => vec![Part::Terminal],
            PartWord::Journal => vec![Part::Journal],
            PartWord::Settings => vec![Part::Settings],
            PartWord::Gui => vec![Part::Gui],
            PartWord::Cli => vec![Part::Cli],
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DetailWord {
    Error,
    Warn,
    /// The usual
    Info,
    Debug,
    Trace,
}

impl DetailWord {
    pub fn detail(self) -> Detail {
        match self {
            DetailWord::Error => Detail::Error,
            DetailWord::Warn => Detail::Warn,
            DetailWord::Info => Detail::Info,
            DetailWord::Debug => Detail::Debug,
            DetailWord::Trace => Detail::Trace,
        }
    }
}
