//! The command line: one file per command. What it promises to other programs stands in DESIGN section 5.

mod arguments;
mod ask;
mod bill;
mod certificate_file;
mod close_day;
mod context;
mod day;
mod day_events;
mod deeds;
mod events;
mod exit_status;
mod following;
mod history;
mod interrupts;
mod keyboard;
mod operator;
mod output;
mod pairing;
mod pay;
mod prices;
mod receipt;
mod reports;
mod resolve;
mod scan;
mod secrets;
mod serve;
mod setting_up;
mod simulate;
mod status;
mod stopping;
mod terminal;
mod void;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::domain::Operation;
use crate::settings::{Places, Settings};
use crate::texts::Texts;

use arguments::{Arguments, Command};
use context::{Context, Done, Failure};
use exit_status::ExitStatus;
use output::Output;

/// The key of [`OpenWindow`] for a program that was built without a window.
pub const NO_WINDOW: &str = "cli-no-window";

/// Opens the window and comes back when it is closed, or with the Fluent id and the problem that kept it from opening.
pub type OpenWindow = fn(Places, Settings) -> Result<(), (&'static str, String)>;

/// Reads the command line and does what it says.
pub fn run(open_window: OpenWindow) -> ExitCode {
    let _ = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_env("CHECKSTAND_LOG").unwrap_or_else(|_| EnvFilter::new("warn")))
        .with_writer(std::io::stderr)
        .try_init();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return not_understood(&error),
    };
    let (mut context, settings_read) = prepare(&arguments);
    let named = settings_read.and_then(|()| name_operator(&mut context, &arguments));
    let done = named.and_then(|()| match &arguments.command {
        Some(command) => carry_out(&context, command),
        None => window(&context, open_window),
    });
    match done {
        Ok(status) => status.into(),
        Err(failure) => {
            context.output.error(&failure.code, &failure.message);
            failure.status.into()
        }
    }
}

/// Whoever is named does what the command does.
fn name_operator(context: &mut Context, arguments: &Arguments) -> Result<(), Failure> {
    let named = arguments.operator.as_deref().map(|name| operator::named(context, name)).transpose()?;
    context.operator = named.map(|name| name.to_string());
    Ok(())
}

/// Help and version are no mistakes; what is one is said in both ways.
fn not_understood(error: &clap::Error) -> ExitCode {
    if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") {
        let message = error.to_string();
        let first = message.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Output::new(true, Texts::new(None)).event(&events::Event::Error { code: "usage".to_owned(), message: first });
    }
    let _ = error.print();
    let _ = std::io::stdout().flush();
    if error.use_stderr() { ExitStatus::Usage.into() } else { ExitStatus::Done.into() }
}

/// The context, and why the settings could not be read, if so.
fn prepare(arguments: &Arguments) -> (Context, Result<(), Failure>) {
    let places = match arguments.folder() {
        Some(folder) => Some(Places::in_folder(&folder)),
        None => Places::of_platform(),
    };
    let homeless = places.is_none();
    let places = places.unwrap_or_else(|| Places::in_folder(&std::env::temp_dir()));
    let loaded = Settings::load(&places.settings_file());
    let language = loaded.as_ref().ok().and_then(|settings| settings.language.clone());
    let output = Output::new(arguments.json, Texts::new(language.as_deref()));
    let (settings, problem) = match loaded {
        Ok(settings) => (settings, None),
        Err(error) => (Settings::default(), Some(error)),
    };
    let context = Context { places, settings, output, operator: None };
    let needs_none = matches!(arguments.command, Some(Command::Simulate(_)));
    let result = match problem {
        _ if needs_none => Ok(()),
        _ if homeless => Err(context.usage("no-home", &[])),
        Some(error) => Err(context.settings_failed(&error)),
        None => create_places(&context),
    };
    (context, result)
}

fn create_places(context: &Context) -> Result<(), Failure> {
    let folder = context.places.data().display().to_string();
    context
        .places
        .create()
        .map_err(|error| context.usage("no-folder", &[("folder", &folder), ("problem", &error.to_string())]))
}

fn window(context: &Context, open_window: OpenWindow) -> Done {
    match open_window(context.places.clone(), context.settings.clone()) {
        Ok(()) => Ok(ExitStatus::Done),
        Err((key, problem)) => Err(Failure {
            code: key.to_owned(),
            message: context.texts().with(key, &[("problem", &problem)]),
            status: if key == NO_WINDOW { ExitStatus::Usage } else { ExitStatus::Failed },
        }),
    }
}

fn carry_out(context: &Context, command: &Command) -> Done {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| context.failed("no-runtime", &[("problem", &error.to_string())]))?;
    runtime.block_on(obey(context, command))
}

async fn obey(context: &Context, command: &Command) -> Done {
    match command {
        Command::Sale(asked) => pay::take(context, Operation::Sale, asked).await,
        Command::Preauth(asked) => pay::take(context, Operation::Preauth, asked).await,
        Command::Refund(asked) => pay::refund(context, asked).await,
        Command::Void(asked) => void::void(context, asked).await,
        Command::Capture(asked) => void::capture(context, asked).await,
        Command::Tip(asked) => void::tip(context, asked).await,
        Command::CheckCard(options) => pay::check_card(context, options).await,
        Command::Gift(asked) => pay::gift(context, asked).await,
        Command::Scan(asked) => scan::scan(context, asked).await,
        Command::Ask(asked) => ask::ask(context, asked).await,
        Command::Show(asked) => ask::show(context, asked).await,
        Command::Status(asked) => status::status(context, asked).await,
        Command::Resolve(asked) => resolve::resolve(context, asked),
        Command::History(asked) => history::history(context, asked),
        Command::Timeline(asked) => history::timeline(context, asked),
        Command::Receipt(asked) => receipt::receipt(context, asked),
        Command::CloseDay(asked) => close_day::close_day(context, asked).await,
        Command::Day(asked) => day::day(context, asked).await,
        Command::Reports(asked) => reports::reports(context, asked),
        Command::Prices(asked) => prices::prices(context, asked),
        Command::Bill(asked) => bill::bill(context, asked).await,
        Command::Operator(asked) => operator::operator(context, asked).await,
        Command::Terminal(asked) => terminal::terminal(context, asked).await,
        Command::Simulate(asked) => simulate::simulate(context, asked).await,
        Command::Serve(asked) => serve::serve(context, asked).await,
    }
}
