//! `scan`: reads one barcode with the terminal's reader and prints it.

use crate::domain::outcome::Explanation;
use crate::terminal::{Refusal, Scan, TerminalHandle, Which};

use super::arguments::ScanOne;
use super::context::{Context, Done, Failure};
use super::deeds::Deeds;
use super::events::Event;
use super::exit_status::ExitStatus;
use super::interrupts::Interrupts;
use super::stopping::stoppable;

pub async fn scan(context: &Context, asked: &ScanOne) -> Done {
    let terminal = context.terminal_meant(asked.terminal.as_deref())?;
    let mut interrupts = context.interrupts()?;
    let till = context.open_till(Which::Only(terminal.clone())).await?;
    let done = match context.handle(&till, &terminal) {
        Ok(handle) => read(context, handle, &Deeds::of(context, &till), &mut interrupts).await,
        Err(failure) => Err(failure),
    };
    till.close().await;
    done
}

async fn read(context: &Context, handle: &TerminalHandle, deeds: &Deeds, interrupts: &mut Interrupts) -> Done {
    match stoppable(context, handle, deeds, interrupts, handle.scan()).await {
        Some(read) => say(context, handle.name(), read),
        None => Ok(ExitStatus::Cancelled),
    }
}

fn say(context: &Context, terminal: &str, read: Result<Scan, Refusal>) -> Done {
    match read.map_err(|refusal| context.refused(&refusal))? {
        Ok(code) => {
            context.output.line(&code);
            context.output.event(&Event::Scanned { code });
            Ok(ExitStatus::Done)
        }
        Err(explanation) => Err(not_scanned(context, terminal, &explanation)),
    }
}

fn not_scanned(context: &Context, terminal: &str, explanation: &Explanation) -> Failure {
    let text = context.texts().explain(explanation);
    let code = explanation.key.trim_start_matches("explain-").to_owned();
    context.failed("not-scanned", &[("terminal", terminal), ("text", &text)]).with_code(&code)
}
