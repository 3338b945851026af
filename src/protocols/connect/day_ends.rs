//! What a report of a terminal's day means (reference 4.13, 6.8).

use serde_json::{Map, Value};

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Currency, DayEnd, DayReport, DayVerdict, Money};

use super::messages::*;
use super::receipts;

/// Only what calls itself complete is, and is what was asked for (4.13).
pub fn day_end(asked: DayReport, report: &Report, ours: bool) -> DayEnd {
    let words = report.user_message.as_deref().unwrap_or_default();
    let ours = ours && report.kind.as_ref().is_none_or(|kind| *kind == kind_of_report(asked));
    let verdict = match (&report.result, asked) {
        _ if !ours => DayVerdict::Unknown,
        (Some(ReportResult::Complete), DayReport::EndOfDay) => DayVerdict::Closed,
        (Some(ReportResult::Complete), _) => DayVerdict::Reported,
        _ => DayVerdict::Unknown,
    };
    let explanation = match verdict {
        DayVerdict::Unknown => Some(Explanation::new("explain-day-end-lost", Fault::Terminal).with_detail(words)),
        _ => Some(words)
            .filter(|words| !words.trim().is_empty())
            .map(|words| Explanation::new("explain-terminal-says", Fault::Nobody).with_detail(words)),
    };
    DayEnd {
        report: asked,
        transactions: transactions(report),
        total: total(report),
        explanation,
        lines: receipts::rendered(&report.lines),
        figures: figures(report),
        ..DayEnd::bare(verdict)
    }
}

fn total(report: &Report) -> Option<Money> {
    let balances = report.balances.as_ref()?;
    let currency: Currency = balances.get("currency")?.as_str()?.parse().ok()?;
    Some(Money::new(balances.get("totalAmount")?.as_i64()?, currency))
}

fn transactions(report: &Report) -> Option<u32> {
    let balances = report.balances.as_ref()?;
    let count = |name: &str| balances.get(name).and_then(Value::as_u64);
    let sum = count("totalSalesCount")?.checked_add(count("totalRefundsCount").unwrap_or(0))?;
    u32::try_from(sum).ok()
}

/// As they came, for reconciliation (7.1).
fn figures(report: &Report) -> Option<Value> {
    let parts = [("balances", &report.balances), ("banking", &report.banking)];
    let there = parts.into_iter().filter_map(|(name, part)| Some((name.to_owned(), part.clone()?)));
    let figures: Map<String, Value> = there.collect();
    (!figures.is_empty()).then_some(Value::Object(figures))
}
