//! `close-day`. A terminal that tells of its day is asked to, and with the end of day it closes its batch; one that tells
//! nothing is logged out, so that it can do its maintenance.

use crate::domain::outcome::Fault;
use crate::domain::{DayEnd, DayReport};
use crate::protocols::protocol::Abilities;
use crate::terminal::TerminalHandle;
use crate::terminal::Which;

use super::arguments::{CloseDay, ReportWord};
use super::context::{Context, Done, Failure};
use super::deeds::Deeds;
use super::exit_status::ExitStatus;
use super::interrupts::Interrupts;
use super::terminal::reach;

/// How a terminal's day is ended.
#[derive(Debug, PartialEq)]
enum Way {
    Report(DayReport),
    LogOut,
}

pub async fn close_day(context: &Context, asked: &CloseDay) -> Done {
    let terminal = context.terminal_meant(asked.terminal.as_deref())?;
    let report = report_of(asked.report);
    if let Some(abilities) = context.abilities_set_up(&terminal) {
        way_for(&abilities, report).ok_or_else(|| not_able(context, &terminal, &abilities))?;
    }
    let mut interrupts = context.interrupts()?;
    let till = context.open_till(Which::Only(terminal.clone())).await?;
    let done = match context.handle(&till, &terminal) {
        Ok(handle) => end(context, handle, &Deeds::of(context, &till), report, &mut interrupts).await,
        Err(failure) => Err(failure),
    };
    till.close().await;
    done
}

async fn end(
    context: &Context,
    handle: &TerminalHandle,
    deeds: &Deeds,
    report: DayReport,
    interrupts: &mut Interrupts,
) -> Done {
    let abilities = handle.view().borrow().abilities;
    let way = way_for(&abilities, report).ok_or_else(|| not_able(context, handle.name(), &abilities))?;
    deeds.asked_for_the_day(handle, report).await;
    match way {
        Way::Report(report) => make(context, handle, report, interrupts).await,
        Way::LogOut => log_out(context, handle).await,
    }
}

fn way_for(abilities: &Abilities, report: DayReport) -> Option<Way> {
    match (abilities.reports, report) {
        (known, _) if known.contains(&report) => Some(Way::Report(report)),
        ([], DayReport::EndOfDay) => Some(Way::LogOut),
        _ => None,
    }
}

fn not_able(context: &Context, terminal: &str, abilities: &Abilities) -> Failure {
    let known = if abilities.reports.is_empty() { &[DayReport::EndOfDay] } else { abilities.reports };
    let known = known.iter().map(|report| report.word()).collect::<Vec<_>>().join(", ");
    context.usage("not-able-report", &[("terminal", terminal), ("reports", &known)]).with_code("not-able")
}

/// Neither a close nor a report that begins its totals anew can be taken back: whoever does not wait for it does not know
/// what became of it.
async fn make(context: &Context, handle: &TerminalHandle, report: DayReport, interrupts: &mut Interrupts) -> Done {
    let doing = if report == DayReport::EndOfDay { "cli-closing-day" } else { "cli-making-report" };
    context.output.progress(&context.texts().with(doing, &[("terminal", handle.name())]));
    let end = tokio::select! {
        end = handle.end_day(report) => end.map_err(|refusal| context.refused(&refusal))?,
        () = interrupts.next() => DayEnd::lost(report, Fault::Nobody),
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

fn report_of(word: ReportWord) -> DayReport {
    match word {
        ReportWord::EndOfDay => DayReport::EndOfDay,
        ReportWord::X => DayReport::X,
        ReportWord::Z => DayReport::Z,
        ReportWord::Banking => DayReport::Banking,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::protocols;
    use crate::protocols::protocol::FieldValues;

    #[test]
    fn only_a_terminal_that_tells_nothing_at_all_is_logged_out() {
        let some = (protocols::find("valor").unwrap().abilities)(&FieldValues::default());
        let with = |reports| Abilities { reports, ..some };
        assert_eq!(way_for(&with(&[]), DayReport::EndOfDay), Some(Way::LogOut));
        assert_eq!(way_for(&with(&[]), DayReport::X), None);
        assert_eq!(way_for(&with(&[DayReport::X]), DayReport::EndOfDay), None);
        for report in DayReport::ALL {
            assert_eq!(way_for(&with(&DayReport::ALL), report), Some(Way::Report(report)));
        }
    }
}
