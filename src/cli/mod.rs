//! The command line: one file per command. What it promises to other programs stands in DESIGN section 5.

mod arguments;
mod ask;
mod bill;
mod certificate_file;
mod close_day;
mod config;
mod context;
mod day;
mod day_events;
mod deeds;
mod events;
mod examining;
mod exit_status;
mod find;
mod find_adding;
mod find_in_accounts;
mod following;
mod history;
mod interrupts;
mod keyboard;
mod log;
mod logging;
mod mail;
mod mail_words;
mod operator;
mod output;
mod pairing;
mod pay;
mod prices;
mod printer;
mod receipt;
mod receipt_files;
mod reports;
mod resolve;
mod saved_file;
mod scan;
mod secrets;
mod serve;
mod setting_up;
mod simulate;
mod simulate_printer;
mod status;
mod stopping;
mod stored_secrets;
mod support_bundle;
mod support_words;
mod terminal;
mod void;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::domain::Operation;
use crate::settings::{Places, Settings, SettingsError, remember_as_good};
use crate::terminal::settings_rules;
use crate::texts::Texts;

use arguments::{Arguments, Command};
use config::words::ConfigCommand;
use context::{Context, Done, Failure};
use exit_status::ExitStatus;
use output::Output;

/// The key of [`OpenWindow`] for a program that was built without a window.
pub const NO_WINDOW: &str = "cli-no-window";

/// Opens the window and comes back when it is closed, or with the Fluent id and the problem that kept it from opening. Settings
/// that cannot be used are mended there.
pub type OpenWindow = fn(Places, Result<Settings, SettingsError>, Vec<String>) -> Result<(), (&'static str, String)>;

/// Reads the command line and does what it says.
pub fn run(open_window: OpenWindow) -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return not_understood(&error),
    };
    let found = find_places(&arguments);
    let homeless = found.is_none();
    let places = found.unwrap_or_else(|| Places::in_folder(&std::env::temp_dir()));
    let _logs = logging::start(&places, arguments.command.as_ref());
    let (mut context, broken, prepared) = prepare(&arguments, places, homeless);
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        system = std::env::consts::OS,
        process = std::process::id(),
        command = arguments.command.as_ref().map_or("window", Command::word),
        "the program starts"
    );
    let named = prepared.and_then(|()| name_operator(&mut context, &arguments));
    let done = named.and_then(|()| match &arguments.command {
        Some(command) => carry_out(&context, command),
        None => window(&context, broken, open_window),
    });
    match done {
        Ok(status) => {
            tracing::info!(?status, process = std::process::id(), "the program ends");
            status.into()
        }
        Err(failure) => {
            tracing::info!(code = failure.code, status = ?failure.status, process = std::process::id(), "the program ends");
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

fn find_places(arguments: &Arguments) -> Option<Places> {
    match arguments.folder() {
        Some(folder) => Some(Places::in_folder(&folder)),
        None => Places::of_platform(),
    }
}

/// The context, why the settings cannot be used, if so, and whether the command can do its work all the same.
fn prepare(
    arguments: &Arguments,
    places: Places,
    homeless: bool,
) -> (Context, Option<SettingsError>, Result<(), Failure>) {
    let loaded = Settings::load_usable(&places.settings_file(), &settings_rules());
    let language = loaded.as_ref().ok().and_then(|settings| settings.language.clone());
    let output = Output::new(arguments.json, Texts::new(language.as_deref()));
    let (settings, problem) = match loaded {
        Ok(settings) => (settings, None),
        Err(error) => (Settings::default(), Some(error)),
    };
    let mut context = Context { places, settings, output, operator: None, dropped: Vec::new() };
    let needs_none = matches!(
        arguments.command,
        Some(
            Command::Simulate(_)
                | Command::SupportBundle(_)
                | Command::Log(_)
                | Command::Config(ConfigCommand::Check(_))
        )
    );
    let result = match &problem {
        _ if needs_none => Ok(()),
        _ if homeless => Err(context.usage("no-home", &[])),
        // The window mends them.
        Some(error) if arguments.command.is_some() => Err(context.settings_failed(error)),
        _ => create_places(&context),
    };
    if problem.is_none() && result.is_ok() && matches!(arguments.command, None | Some(Command::Serve(_))) {
        context.dropped = config::take_dropped(&context);
        keep_good(&context);
        if !context.dropped.is_empty()
            && let Ok(settings) = Settings::load(&context.places.settings_file())
        {
            context.settings = settings;
        }
    }
    (context, problem, result)
}

fn create_places(context: &Context) -> Result<(), Failure> {
    let folder = context.places.data().display().to_string();
    context
        .places
        .create()
        .map_err(|error| context.usage("no-folder", &[("folder", &folder), ("problem", &error.to_string())]))
}

/// What a till works with is what it may go back to.
fn keep_good(context: &Context) {
    if let Err(error) = remember_as_good(&context.places.settings_file()) {
        tracing::warn!(%error, "no copy of the good settings could be kept");
    }
}

fn window(context: &Context, broken: Option<SettingsError>, open_window: OpenWindow) -> Done {
    let settings = broken.map_or_else(|| Ok(context.settings.clone()), Err);
    match open_window(context.places.clone(), settings, context.dropped.clone()) {
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
        Command::Receipt(asked) => receipt::receipt(context, asked).await,
        Command::Mail(asked) => mail::mail(context, asked).await,
        Command::CloseDay(asked) => close_day::close_day(context, asked).await,
        Command::Day(asked) => day::day(context, asked).await,
        Command::Reports(asked) => reports::reports(context, asked),
        Command::Prices(asked) => prices::prices(context, asked),
        Command::Bill(asked) => bill::bill(context, asked).await,
        Command::Printer(asked) => printer::printer(context, asked).await,
        Command::Config(asked) => config::config(context, asked).await,
        Command::Secrets(asked) => stored_secrets::secrets(context, asked).await,
        Command::Operator(asked) => operator::operator(context, asked).await,
        Command::Terminal(asked) => terminal::terminal(context, asked).await,
        Command::Simulate(asked) => simulate::simulate(context, asked).await,
        Command::Log(asked) => log::log(context, asked).await,
        Command::SupportBundle(asked) => support_bundle::support_bundle(context, asked).await,
        Command::Serve(asked) => serve::serve(context, asked).await,
    }
}
