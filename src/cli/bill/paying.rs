//! `bill pay`, and cash that goes back.

use crate::domain::bill::split_evenly;
use crate::domain::{BillAccount, BillPart, Money, Operation};
use crate::terminal::{Author, CashPart, Earlier, Refusal, TRAINING, meant_terminal};

use super::super::context::{Context, Done, Failure};
use super::super::exit_status::ExitStatus;
use super::super::pay::{self, Order};
use super::desk::{Desk, Taken};
use super::words::PayBill;
use super::{say_now, saying};

pub async fn pay(context: &Context, asked: &PayBill) -> Done {
    let desk = Desk::open(context)?;
    let taken = desk.take(&asked.of.bill).await?;
    let amount = amount_of(context, asked, &taken.account)?;
    match &asked.cash {
        Some(given) => in_cash(context, desk, &taken, asked, amount, given).await,
        None => on_terminal(context, desk, taken, asked, amount).await,
    }
}

/// What of the bill is paid. Nothing that the journal would refuse is asked of a terminal first.
fn amount_of(context: &Context, asked: &PayBill, account: &BillAccount) -> Result<Money, Failure> {
    let refused = |error| context.bill_refused(&error);
    let due = account.settlement.due_minor;
    let amount = match (&asked.amount, asked.split) {
        (Some(text), _) => context.amount(text, account.bill.currency)?,
        (None, Some(parts)) => account.money(split_evenly(due, usize::from(parts)).first().copied().unwrap_or(due)),
        (None, None) if !asked.lines.is_empty() => account.money(account.part_of(&asked.lines).map_err(refused)?),
        (None, None) => account.money(due),
    };
    account.check_payment(amount, account.bill.training).map_err(refused)?;
    Ok(amount)
}

async fn in_cash(
    context: &Context,
    desk: Desk<'_>,
    taken: &Taken,
    asked: &PayBill,
    amount: Money,
    given: &str,
) -> Done {
    let bill = &taken.account.bill;
    let given = context.money(given, bill.currency)?;
    let part = CashPart {
        bill: bill.id.clone(),
        amount,
        given_minor: Some(given.minor()),
        lines: asked.lines.clone(),
        operator: context.operator.clone(),
    };
    let recorded = desk.bills().take_cash(part, bill.training).await;
    let record = desk.done(recorded).await?;
    saying::cash(context, &record);
    say_now(context, &bill.id)?;
    Ok(ExitStatus::Done)
}

/// The ordinary way of a sale, for the bill.
async fn on_terminal(context: &Context, desk: Desk<'_>, taken: Taken, asked: &PayBill, amount: Money) -> Done {
    let bill = taken.account.bill.clone();
    desk.done(Ok(())).await?;
    // The till takes the data folder for itself.
    drop(taken);
    let named = asked.options.terminal.as_deref();
    let terminal = meant_terminal(&context.settings, named).map_err(|error| context.till_failed(&error))?;
    if (terminal == TRAINING) != bill.training {
        return Err(context.bill_refused(&crate::domain::BillError::Training));
    }
    let part = BillPart { lines: asked.lines.clone(), ..BillPart::of(bill.id.clone()) };
    let order = Order {
        extras: Some(&asked.extras),
        means: pay::means_of(context, &asked.means)?,
        keyed: asked.keyed,
        part: Some((part, amount)),
        ..Order::about(Operation::Sale, None)
    };
    let done = pay::carry_out_on(context, terminal, order, &asked.options).await;
    if done.is_ok() {
        say_now(context, &bill.id)?;
    }
    done
}

/// Cash out of the drawer, of an earlier payment in cash: the amount, or all of it.
pub async fn give_back(context: &Context, earlier: &Earlier, amount: Option<&str>) -> Done {
    let record = earlier.record();
    let unable = || context.refused(&Refusal::NotAble(Operation::Void));
    let amount = match amount {
        Some(text) => context.amount(text, record.request.amount.currency())?,
        None if record.request.operation == Operation::Sale => record.request.amount,
        None => return Err(unable()),
    };
    let desk = Desk::open(context)?;
    let author = Author { operator: context.operator.clone(), ..Author::default() };
    let given = desk.bills().give_back(&record.id, amount, author).await;
    desk.done(Ok(())).await?;
    let given = given.map_err(|refusal| context.refused(&refusal))?;
    saying::cash(context, &given);
    Ok(ExitStatus::Done)
}
