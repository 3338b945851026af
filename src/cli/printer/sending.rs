//! A slip that a command prints at once: on which printer, and what is told when it does not.

use crate::printing::{JobTitle, PrinterBlame, PrinterFault, print_now};
use crate::receipts::Slip;
use crate::settings::PrinterSettings;

use super::super::context::{Context, Done, Failure};
use super::super::events::Event;
use super::super::exit_status::ExitStatus;
use super::words::OnPaper;

/// Where something is to appear.
pub enum Meant<'a> {
    Screen,
    Paper(&'a PrinterSettings),
}

/// The printer that is named; else the one of the terminal's receipts, else of all; else the only one.
pub fn meant<'a>(context: &'a Context, asked: &OnPaper, terminal: Option<&str>) -> Result<Meant<'a>, Failure> {
    if !asked.print {
        return Ok(Meant::Screen);
    }
    let settings = &context.settings;
    match (asked.printer.as_deref().or(settings.receipts.printer_for(terminal)), settings.printers.as_slice()) {
        (Some(name), _) => {
            settings.printer(name).map(Meant::Paper).ok_or_else(|| super::no_such_printer(context, name))
        }
        (None, [only]) => Ok(Meant::Paper(only)),
        (None, []) => Err(context.usage("printer-none", &[])),
        (None, several) => {
            let names: Vec<&str> = several.iter().map(|printer| printer.name.as_str()).collect();
            Err(context.usage("printer-which", &[("printers", &names.join(", "))]))
        }
    }
}

/// Prints it, cut off at its end.
pub async fn on_paper(context: &Context, printer: &PrinterSettings, slip: Slip, title: &JobTitle) -> Done {
    let name = printer.name.as_str();
    print_now(printer, &slip, title).await.map_err(|fault| failed(context, name, &fault))?;
    let title = title.words(context.texts());
    context.output.line(&context.texts().with("cli-printer-printed", &[("printer", name), ("title", &title)]));
    context.output.event(&Event::Printed { printer: name.to_owned(), title });
    Ok(ExitStatus::Done)
}

pub fn failed(context: &Context, printer: &str, fault: &PrinterFault) -> Failure {
    let text = fault_text(context, fault);
    // What is printed, perhaps, is not said to be not printed.
    let failure = match fault {
        PrinterFault::Interrupted(_) => context.failed("printer-doubt", &[("printer", printer), ("text", &text)]),
        _ => context.failed("printer-failed", &[("printer", printer), ("text", &text)]),
    };
    let status = if fault.blame() == PrinterBlame::Settings { ExitStatus::Usage } else { ExitStatus::Failed };
    Failure { status, ..failure }.with_code(fault.code())
}

/// What happened, what to do, where to look, and what was said about it.
pub fn fault_text(context: &Context, fault: &PrinterFault) -> String {
    let texts = context.texts();
    let detail = Some(fault.detail()).filter(|detail| !detail.is_empty());
    let text = texts.with_detail(texts.get(fault.key()), detail);
    let blame = texts.get(fault.blame().key());
    texts.with("cli-printer-fault", &[("text", &text), ("blame", &blame)])
}
