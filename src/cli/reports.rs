//! `reports`: what terminals told of their days, oldest first. Works beside a running program.

use super::arguments::Reports;
use super::context::{Context, Done};
use super::exit_status::ExitStatus;

pub fn reports(context: &Context, asked: &Reports) -> Done {
    let journal = context.journal()?;
    let kept = journal.day_ends(asked.terminal.as_deref(), asked.limit as usize);
    let kept = kept.map_err(|error| context.journal_failed(&error))?;
    if kept.is_empty() {
        context.output.line(&context.texts().get("cli-reports-empty"));
    }
    kept.iter().rev().for_each(|kept| context.output.kept_day_end(kept));
    Ok(ExitStatus::Done)
}
