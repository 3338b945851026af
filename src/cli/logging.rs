//! Where what the program does is logged: to standard error, as `CHECKSTAND_LOG` says, and to the log files of a run that
//! holds the till.

use std::path::Path;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, reload};

use super::arguments::{Command, DayCommand, PricesCommand, TerminalCommand};
use crate::logs::{LogLines, Logs};
use crate::settings::Places;

/// What standard error is told where nobody says otherwise: what is wrong with the program or its surroundings. What happens
/// to payments and lines is told to whoever sits there in other ways, and to the log files.
const USUALLY: &str = "warn,checkstand::terminal::noted=off";

/// Starts both, as far as they are wanted. The log files are complete when what is given is dropped.
pub fn start(places: &Places, command: Option<&Command>) -> Option<Logs> {
    let to_files = command.is_none_or(writes_log).then(|| files(&places.logs(), &places.log_levels_file())).flatten();
    let (logs, lines) = to_files.unzip();
    let wanted = EnvFilter::try_from_env("CHECKSTAND_LOG").unwrap_or_else(|_| EnvFilter::new(USUALLY));
    let told = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_filter(wanted);
    // Only a program that embeds this one has a log of its own already.
    let _ = tracing_subscriber::registry().with(lines).with(told).try_init();
    logs
}

fn files<S>(folder: &Path, levels: &Path) -> Option<(Logs, impl Layer<S> + use<S>)>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
{
    let (filter, handle) = reload::Layer::new(Targets::new());
    // Whoever cannot be told any more has gone with the program.
    let apply = move |targets| drop(handle.reload(targets));
    let logs = Logs::start(folder, levels, apply).ok()?;
    let lines = LogLines::new(logs.writer()).with_filter(filter);
    Some((logs, lines))
}

/// Whether it may talk to terminals or change what is kept.
fn writes_log(command: &Command) -> bool {
    !matches!(
        command,
        Command::History(_)
            | Command::Timeline(_)
            | Command::Receipt(_)
            | Command::Reports(_)
            | Command::Simulate(_)
            | Command::Log(_)
            | Command::SupportBundle(_)
            | Command::Day(DayCommand::X | DayCommand::List(_) | DayCommand::Show { .. })
            | Command::Prices(PricesCommand::Check(_) | PricesCommand::List(_))
            | Command::Terminal(TerminalCommand::List | TerminalCommand::Show { .. })
    )
}
