//! `resolve`: a person decides what no machine can find out. Works beside a running program.

use jiff::Timestamp;

use crate::domain::{Decision, PaymentRecord, PaymentState};
use crate::journal::DataLock;

use super::arguments::{DecidedWord, Resolve};
use super::context::{Context, Done, Failure};
use super::exit_status::ExitStatus;

pub fn resolve(context: &Context, asked: &Resolve) -> Done {
    let (by, reason) = (asked.by.trim(), asked.reason.trim());
    if by.is_empty() || reason.is_empty() {
        return Err(context.usage("resolve-by-and-reason", &[]));
    }
    let record = context.payment(&asked.payment)?;
    if record.state.is_final() {
        let outcome = context.output.verdict(record.verdict());
        return Err(context.usage("resolve-ended", &[("payment", record.id.as_str()), ("outcome", &outcome)]));
    }
    let decision = Decision {
        paid: asked.decided == DecidedWord::Paid,
        by: by.to_owned(),
        reason: reason.to_owned(),
        at: Timestamp::now(),
    };
    let _held = held_unless_in_doubt(context, &record)?;
    let usage = |error| Failure { status: ExitStatus::Usage, ..context.journal_failed(&error) };
    let mut journal = context.journal_for_writing().map_err(usage)?;
    journal.decide(&record.id, decision).map_err(usage)?;
    context.output.outcome_in_journal(&context.payment(record.id.as_str())?);
    Ok(ExitStatus::Done)
}

/// A payment that is not in doubt yet may be running in another copy of the program, and then nobody decides about it.
fn held_unless_in_doubt(context: &Context, record: &PaymentRecord) -> Result<Option<DataLock>, Failure> {
    if record.state == PaymentState::InDoubt {
        return Ok(None);
    }
    let running = |_| context.usage("resolve-running", &[("payment", record.id.as_str())]);
    DataLock::acquire(context.places.data()).map(Some).map_err(running)
}
