//! `close-day`. A terminal that closes its batch does so; any other is logged out, so that it can do its maintenance.

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{DayEnd, DayReport, DayVerdict};
use crate::terminal::TerminalHandle;
use crate::terminal::Which;

use super::arguments::{CloseDay, ReportWord};
use super::context::{Context, Done};
use super::exit_status::ExitStatus;
use super::interrupts::Interrupts;
use super::terminal::reach;

pub async fn close_day(context: &Context, asked: &CloseDay) -> Done {
    let terminal = context.terminal_meant(asked.terminal.as_deref())?;
    if asked.report != ReportWord::EndOfDay {
        return Err(context.usage("not-able-report", &[("terminal", &terminal)]).with_code("not-able"));
    }
    let mut interrupts = context.interrupts()?;
    let till = context.open_till(Which::Only(terminal.clone())).await?;
    let done = match context.handle(&till, &terminal) {
        Ok(handle) if handle.view().borrow().abilities.reports.contains(&DayReport::EndOfDay) => {
            close_batch(context, handle, &mut interrupts).await
        }
        Ok(handle) => log_out(context, handle).await,
        Err(failure) => Err(failure),
    };
    till.close().await;
    done
}

/// A close cannot be taken back: whoever does not wait for it does not know what became of it.
async fn close_batch(context: &Context, handle: &TerminalHandle, interrupts: &mut Interrupts) -> Done {
    context.output.progress(&context.texts().with("cli-closing-day", &[("terminal", handle.name())]));
    let end = tokio::select! {
        end = handle.end_day(DayReport::EndOfDay) => end.map_err(|refusal| context.refused(&refusal))?,
        () = interrupts.next() => {
            let lost = Explanation::new("explain-day-end-lost", Fault::Nobody);
            DayEnd::without_figures(DayVerdict::Unknown, lost)
        }
    };
    context.output.day_end(handle.name(), &end);
    Ok(ExitStatus::of_day(end.verdict))
}

async fn log_out(context: &Context, handle: &TerminalHandle) -> Done {
    reach(context, handle).await?;
    if !handle.disconnect().await {
        return Err(context.failed("no-answer", &[("terminal", handle.name())]));
    }
    context.output.progress(&context.texts().with("cli-logged-out", &[("terminal", handle.name())]));
    Ok(ExitStatus::Done)
}
