//! `history`: the payments, oldest first. Works beside a running program.

use super::arguments::History;
use super::context::{Context, Done};
use super::exit_status::ExitStatus;
use crate::domain::Clue;
use crate::journal::HistoryQuery;

pub fn history(context: &Context, asked: &History) -> Done {
    let query = HistoryQuery {
        limit: asked.limit.unwrap_or(u32::MAX) as usize,
        search: asked.search.as_deref().map(Clue::without_days).unwrap_or_default(),
        ..HistoryQuery::default()
    };
    let payments = context.journal()?.history(&query).map_err(|error| context.journal_failed(&error))?;
    if payments.is_empty() {
        return Ok(nothing(context));
    }
    payments.iter().rev().for_each(|record| context.output.payment(record));
    Ok(ExitStatus::Done)
}

fn nothing(context: &Context) -> ExitStatus {
    context.output.line(&context.texts().get("cli-history-empty"));
    ExitStatus::Done
}
