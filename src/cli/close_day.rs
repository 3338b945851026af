//! `close-day`. A nexo terminal has no settlement: it is logged out, so that it can do its maintenance.

use crate::terminal::TerminalHandle;
use crate::terminal::Which;

use super::arguments::{CloseDay, ReportWord};
use super::context::{Context, Done};
use super::exit_status::ExitStatus;
use super::terminal::reach;

pub async fn close_day(context: &Context, asked: &CloseDay) -> Done {
    let terminal = context.terminal_meant(asked.terminal.as_deref())?;
    if asked.report != ReportWord::EndOfDay {
        return Err(context.usage("not-able-report", &[("terminal", &terminal)]).with_code("not-able"));
    }
    let till = context.open_till(Which::Only(terminal.clone())).await?;
    let done = match context.handle(&till, &terminal) {
        Ok(handle) => log_out(context, handle).await,
        Err(failure) => Err(failure),
    };
    till.close().await;
    done
}

async fn log_out(context: &Context, handle: &TerminalHandle) -> Done {
    reach(context, handle).await?;
    if !handle.disconnect().await {
        return Err(context.failed("no-answer", &[("terminal", handle.name())]));
    }
    context.output.progress(&context.texts().with("cli-logged-out", &[("terminal", handle.name())]));
    Ok(ExitStatus::Done)
}
