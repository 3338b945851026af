//! `printer …`: receipt printers, as the settings and this computer know them, and what waits for one. Works beside a running
//! program.

pub mod events;
mod finding;
mod sending;
pub mod words;

use crate::domain::clock::local_rfc3339;
use crate::printing::{JobTitle, Kept, KeptJob, ask_printer, kept_jobs, receipt_texts, test_slip};
use crate::settings::{PrinterConnection, PrinterSettings, SystemDocument, change_settings};

use super::context::{Context, Done, Failure};
use super::events::Event;
use super::exit_status::ExitStatus;
use events::{PrintJobFields, PrinterFields};
pub use sending::{Meant, meant, on_paper};
use words::{PrinterAdd, PrinterCommand};

pub async fn printer(context: &Context, asked: &PrinterCommand) -> Done {
    match asked {
        PrinterCommand::Add(asked) => add(context, asked),
        PrinterCommand::List => Ok(list(context)),
        PrinterCommand::Remove { name } => remove(context, name),
        PrinterCommand::Find => Ok(finding::find(context).await),
        PrinterCommand::Test { name } => test(context, name).await,
        PrinterCommand::Queue => queue(context),
    }
}

fn add(context: &Context, asked: &PrinterAdd) -> Done {
    let name = asked.name.as_str();
    if !PrinterSettings::is_name(name) {
        return Err(context.usage("printer-unusable-name", &[("printer", name)]));
    }
    let connection = connection(asked).filter(|connection| !connection.leads_nowhere());
    let connection = connection.ok_or_else(|| context.usage("printer-no-way", &[("printer", name)]))?;
    let known = context.settings.printer(name).map(|known| known.unknown.clone());
    let printer = PrinterSettings {
        paper: asked.paper,
        code_page: asked.code_page,
        cuts: !asked.no_cut,
        drawer: asked.drawer,
        unknown: known.unwrap_or_default(),
        ..PrinterSettings::new(name, connection)
    };
    let changed = change_settings(&context.places.settings_file(), |settings| {
        settings.put_printer(printer);
        if asked.default {
            settings.receipts.printer = Some(name.to_owned());
        }
        Some(())
    });
    changed.map_err(|error| context.settings_failed(&error))?;
    tracing::info!(printer = name, "a printer is set up");
    context.output.progress(&context.texts().with("cli-printer-saved", &[("printer", name)]));
    Ok(ExitStatus::Done)
}

fn connection(asked: &PrinterAdd) -> Option<PrinterConnection> {
    let way = &asked.way;
    let network =
        || way.network.clone().map(|address| PrinterConnection::Network { address: address.trim().to_owned() });
    // The till may be started in another folder.
    let absolute = |path: &std::path::PathBuf| std::path::absolute(path).ok()?.to_str().map(str::to_owned);
    let device = || way.device.as_ref().and_then(absolute).map(|path| PrinterConnection::Device { path });
    let document = if asked.pdf { SystemDocument::Pdf } else { SystemDocument::EscPos };
    let system = || way.system.clone().map(|queue| PrinterConnection::System { queue, document });
    network().or_else(device).or_else(system)
}

fn list(context: &Context) -> ExitStatus {
    let settings = &context.settings;
    for printer in &settings.printers {
        let is_default = settings.receipts.printer.as_deref() == Some(&printer.name);
        let key = if is_default { "cli-printer-line-default" } else { "cli-printer-line" };
        let place = printer.connection.place();
        let columns = printer.paper.columns().to_string();
        let placeables = [("printer", printer.name.as_str()), ("place", place), ("columns", columns.as_str())];
        context.output.line(&context.texts().with(key, &placeables));
        context.output.event(&Event::Printer(PrinterFields::new(printer, is_default)));
    }
    if settings.printers.is_empty() {
        context.output.line(&context.texts().get("cli-printers-none"));
    }
    ExitStatus::Done
}

fn remove(context: &Context, name: &str) -> Done {
    let file = context.places.settings_file();
    let removed = change_settings(&file, |settings| settings.remove_printer(name).then_some(()));
    removed.map_err(|error| context.settings_failed(&error))?.ok_or_else(|| no_such_printer(context, name))?;
    tracing::info!(printer = name, "a printer is forgotten");
    context.output.progress(&context.texts().with("cli-printer-removed", &[("printer", name)]));
    Ok(ExitStatus::Done)
}

fn no_such_printer(context: &Context, name: &str) -> Failure {
    context.usage("no-such-printer", &[("printer", name)])
}

async fn test(context: &Context, name: &str) -> Done {
    let printer = context.settings.printer(name).ok_or_else(|| no_such_printer(context, name))?;
    let answers = ask_printer(printer).await.map_err(|fault| sending::failed(context, name, &fault))?;
    let key = if answers { "cli-printer-ready" } else { "cli-printer-silent" };
    context.output.progress(&context.texts().with(key, &[("printer", name)]));
    let slip = test_slip(name, &receipt_texts(&context.settings));
    on_paper(context, printer, slip, &JobTitle::Test).await?;
    Ok(ExitStatus::Done)
}

fn queue(context: &Context) -> Done {
    let (jobs, unreadable) = kept_jobs(&context.places.print_queue())
        .map_err(|error| context.failed("printer-queue-closed", &[("problem", &error.to_string())]))?;
    jobs.iter().for_each(|kept| say_job(context, kept));
    if unreadable > 0 {
        let placeables = [("number", unreadable.to_string())];
        context.output.warning(&context.texts().with_words("cli-printer-queue-unreadable", &placeables));
    }
    if jobs.is_empty() {
        context.output.line(&context.texts().get("cli-printer-queue-empty"));
    }
    Ok(ExitStatus::Done)
}

fn say_job(context: &Context, KeptJob { kept, job, .. }: &KeptJob) {
    let texts = context.texts();
    let state = texts.get(match kept {
        Kept::Waiting => "cli-printer-job-waiting",
        Kept::Sending => "cli-printer-job-sending",
        Kept::Interrupted => "cli-printer-job-interrupted",
    });
    let here = job.made_at.to_zoned(jiff::tz::TimeZone::system());
    let at = local_rfc3339(job.made_at, here.offset());
    let title = job.title.words(texts);
    let id = job.id.to_string();
    let placeables = [("number", &id), ("printer", &job.printer), ("title", &title), ("at", &at), ("state", &state)];
    context.output.line(&texts.with("cli-printer-job", &placeables.map(|(name, text)| (name, text.as_str()))));
    let (id, printer) = (job.id.0, job.printer.clone());
    context.output.event(&Event::PrintJob(PrintJobFields { id, printer, title, state: *kept, made_at: at }));
}
