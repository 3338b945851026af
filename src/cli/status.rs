//! `status`: asks the terminals what became of payments, and ends by itself within a minute.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::{Instant, sleep, timeout_at};

use crate::domain::{PaymentId, PaymentRecord, PaymentState};
use crate::terminal::{Refusal, TRAINING, Till, Which};

use super::arguments::{Answering, Status};
use super::context::{Context, Done, Failure};
use super::deeds::Deeds;
use super::exit_status::ExitStatus;
use super::following::Follower;
use super::interrupts::Interrupts;

/// Everything together; closing the till comes on top.
const ASKED_FOR_AT_MOST: Duration = Duration::from_secs(50);
/// For payments that have ended: the terminal can only confirm what the journal says.
const ASKED_AGAIN_FOR_AT_MOST: Duration = Duration::from_secs(15);
/// After an interrupt.
const GIVEN_UP_WITHIN: Duration = Duration::from_secs(5);
/// How soon a terminal that was busy is asked again.
const AGAIN_AFTER: Duration = Duration::from_millis(100);

pub async fn status(context: &Context, asked: &Status) -> Done {
    let payments = match &asked.payment {
        Some(payment) => vec![context.payment(payment)?],
        None => open_payments(context)?,
    };
    if payments.is_empty() {
        context.output.line(&context.texts().get("cli-nothing-in-doubt"));
        return Ok(ExitStatus::Done);
    }
    ask(context, &payments, asked.answering).await?;
    for payment in &payments {
        if !context.payment(payment.id.as_str())?.state.is_final() {
            return Ok(ExitStatus::InDoubt);
        }
    }
    Ok(ExitStatus::Done)
}

fn open_payments(context: &Context) -> Result<Vec<PaymentRecord>, Failure> {
    context.journal()?.open_payments(None).map_err(|error| context.journal_failed(&error))
}

/// Asks about all of them and says each as soon as it is known, or known not to be known.
async fn ask(context: &Context, payments: &[PaymentRecord], answering: Answering) -> Result<(), Failure> {
    let mut interrupts =
        Interrupts::listen().map_err(|error| context.failed("no-interrupts", &[("problem", &error.to_string())]))?;
    let Some(which) = terminals_to_open(context, payments) else {
        payments.iter().for_each(|payment| context.output.outcome_in_journal(payment));
        return Ok(());
    };
    let nothing_open = payments.iter().all(|payment| payment.state.is_final());
    let mut deadline = Instant::now() + if nothing_open { ASKED_AGAIN_FOR_AT_MOST } else { ASKED_FOR_AT_MOST };
    let till = context.open_till(which).await?;
    let mut asking: FuturesUnordered<_> =
        payments.iter().map(|payment| ask_about(context, &till, payment, answering)).collect();
    let mut said = BTreeSet::new();
    loop {
        tokio::select! {
            next = timeout_at(deadline, asking.next()) => match next {
                Ok(Some(payment)) => {
                    say(context, &payment)?;
                    said.insert(payment);
                }
                Ok(None) | Err(_) => break,
            },
            () = interrupts.next() => {
                deadline = deadline.min(Instant::now() + GIVEN_UP_WITHIN);
                let deeds = Deeds::of(context, &till);
                join_all(till.terminals().iter().map(|handle| deeds.cancel(handle))).await;
            }
        }
    }
    drop(asking);
    for payment in payments.iter().filter(|payment| !said.contains(&payment.id)) {
        say(context, &payment.id)?;
    }
    till.close().await;
    Ok(())
}

/// `None` when none of the terminals is set up any more.
fn terminals_to_open(context: &Context, payments: &[PaymentRecord]) -> Option<Which> {
    let is_known = |name: &&str| *name == TRAINING || context.settings.terminal(name).is_some();
    let names: BTreeSet<&str> = payments.iter().map(|payment| payment.terminal.as_str()).filter(is_known).collect();
    match names.len() {
        0 => None,
        1 => names.first().map(|name| Which::Only((*name).to_owned())),
        _ => Some(Which::All),
    }
}

/// Says how the payment stands in the journal.
fn say(context: &Context, payment: &PaymentId) -> Result<(), Failure> {
    context.output.outcome_in_journal(&context.payment(payment.as_str())?);
    Ok(())
}

/// Comes back when the terminal has told, or cannot. The till asks about payments in doubt by itself from its start;
/// while it does, the terminal is busy with that.
async fn ask_about(context: &Context, till: &Till, payment: &PaymentRecord, answering: Answering) -> PaymentId {
    let id = payment.id.clone();
    let Some(handle) = till.terminal(&payment.terminal) else { return id };
    if payment.state.is_final() && payment.reference.is_none() {
        return id;
    }
    let mut follower = Follower::new(context, handle, Deeds::of(context, till), answering);
    let mut signals = handle.signals();
    loop {
        if !payment.state.is_final() && has_ended(context, &id) {
            return id;
        }
        // What never left is settled by the start of the till; there is nothing to ask about.
        if payment.state != PaymentState::Recorded {
            match handle.inquire(id.clone()).await {
                Ok(running) => {
                    follower.follow(running, &mut signals, None).await;
                    return id;
                }
                Err(Refusal::Running | Refusal::InDoubt(_)) => {}
                Err(refusal) => {
                    context.output.progress(&context.refused(&refusal).message);
                    return id;
                }
            }
        }
        sleep(AGAIN_AFTER).await;
    }
}

fn has_ended(context: &Context, id: &PaymentId) -> bool {
    context.payment(id.as_str()).is_ok_and(|now| now.state.is_final())
}
