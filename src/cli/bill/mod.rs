//! `bill …`: bills at tables, as the till's window has them. All but `pay` on a terminal work beside a running program.

mod desk;
pub mod events;
mod lines;
mod paying;
pub mod saying;
pub mod words;

use crate::domain::bill::BillStage;
use crate::domain::{BillAccount, BillChange, BillError, BillId, Currency, NewBill, TableName};
use crate::journal::{Journal, JournalError};
use crate::printing::JobTitle;
use crate::terminal::{shop_currency, takes_real_money};

use super::context::{Context, Done, Failure};
use super::exit_status::ExitStatus;
use super::printer::{Meant, meant, on_paper};

use desk::{Desk, Taken};
pub use paying::give_back;
use words::{AddLines, BillCommand, DiscountOf, MergeInto, MoveTo, OpenBill, ReceiptOfBill, ShowBill, TipOf, Unlock};

/// How many of the newest bills are searched for the last one at a table.
const SEARCHED: usize = 1_000;

pub async fn bill(context: &Context, asked: &BillCommand) -> Done {
    match asked {
        BillCommand::Open(asked) => open(context, asked).await,
        BillCommand::List => list(context),
        BillCommand::Show(asked) => show(context, asked).await,
        BillCommand::Add(asked) => add(context, asked).await,
        BillCommand::VoidLine(asked) => {
            changed(context, &asked.on.bill, |_| Ok(BillChange::LineVoided { line: asked.line })).await
        }
        BillCommand::Discount(asked) => discount(context, asked).await,
        BillCommand::Tip(asked) => tip(context, asked).await,
        BillCommand::Move(asked) => move_to(context, asked).await,
        BillCommand::Merge(asked) => merge(context, asked).await,
        BillCommand::Pay(asked) => paying::pay(context, asked).await,
        BillCommand::Close(asked) => close(context, &asked.bill).await,
        BillCommand::Remove(asked) => changed(context, &asked.bill, |_| Ok(BillChange::Removed)).await,
        BillCommand::Unlock(asked) => unlock(context, asked).await,
        BillCommand::Receipt(asked) => receipt(context, asked),
    }
}

async fn open(context: &Context, asked: &OpenBill) -> Done {
    let table = lines::table(context, &asked.table)?;
    let currency = match &asked.currency {
        Some(code) => code.parse::<Currency>().map_err(|_| context.usage("no-such-currency", &[("currency", code)]))?,
        None => shop_currency(&context.settings),
    };
    let new = NewBill {
        training: !takes_real_money(&context.settings),
        tax_mode: asked.tax.mode(),
        table: Some(table),
        waiter: asked.waiter.as_deref().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned),
        lines: lines::lines(context, &[&asked.lines, &asked.more], currency)?,
        ..NewBill::new(currency)
    };
    let desk = Desk::open(context)?;
    let opened = desk.bills().open(new).await;
    say(context, &desk.done(opened).await?)
}

async fn show(context: &Context, asked: &ShowBill) -> Done {
    let account = found(context, &context.journal()?, &asked.of.bill)?;
    match meant(context, &asked.paper, None)? {
        Meant::Screen => saying::whole(context, &account),
        Meant::Paper(printer) => {
            let title = JobTitle::Bill { bill: account.bill.id.to_string() };
            on_paper(context, printer, saying::slip(context, &account), &title).await?;
        }
    }
    saying::save(context, &asked.files, &account)?;
    Ok(ExitStatus::Done)
}

fn list(context: &Context) -> Done {
    let journal = context.journal()?;
    let failed = |error: JournalError| context.journal_failed(&error);
    let open = journal.open_bills().map_err(failed)?;
    open.iter().for_each(|account| saying::bill(context, account));
    let damaged = journal.damaged_open_bills().map_err(failed)?;
    if let Some(first) = damaged.first() {
        for bill in damaged.iter().skip(1) {
            let Failure { code, message, .. } = damage(context, bill);
            context.output.error(&code, &message);
        }
        return Err(damage(context, first));
    }
    if open.is_empty() {
        context.output.line(&context.texts().get("cli-bills-none"));
    }
    Ok(ExitStatus::Done)
}

/// All other bills have been told by then.
fn damage(context: &Context, bill: &BillId) -> Failure {
    context.journal_failed(&JournalError::Damaged { detail: format!("bill {bill}") })
}

async fn add(context: &Context, asked: &AddLines) -> Done {
    let desk = Desk::open(context)?;
    let Taken { account, .. } = &desk.take(&asked.to.bill).await?;
    let new = lines::lines(context, &[&asked.lines, &asked.more], account.bill.currency)?;
    let changes = new.into_iter().map(|line| BillChange::LineAdded { line }).collect();
    let added = desk.bills().change(&account.bill.id, changes).await;
    say(context, &desk.done(added).await?)
}

async fn discount(context: &Context, asked: &DiscountOf) -> Done {
    changed(context, &asked.on.bill, |account| {
        let discount = lines::discount(context, &asked.discount, account.bill.currency)?;
        Ok(match asked.line {
            Some(line) => BillChange::LineDiscounted { line, discount },
            None => BillChange::Discounted { discount },
        })
    })
    .await
}

async fn tip(context: &Context, asked: &TipOf) -> Done {
    changed(context, &asked.on.bill, |account| {
        let tip = context.money(&asked.amount, account.bill.currency)?;
        Ok(BillChange::Tipped { tip_minor: tip.minor() })
    })
    .await
}

async fn move_to(context: &Context, asked: &MoveTo) -> Done {
    let table = lines::table(context, &asked.to)?;
    changed(context, &asked.from.bill, |_| Ok(BillChange::Seated { table: Some(table) })).await
}

/// One change to one bill.
async fn changed(
    context: &Context,
    bill: &str,
    change: impl FnOnce(&BillAccount) -> Result<BillChange, Failure>,
) -> Done {
    let desk = Desk::open(context)?;
    let Taken { account, .. } = &desk.take(bill).await?;
    let change = change(account)?;
    let changed = desk.bills().change(&account.bill.id, vec![change]).await;
    say(context, &desk.done(changed).await?)
}

async fn merge(context: &Context, asked: &MergeInto) -> Done {
    let desk = Desk::open(context)?;
    let from = desk.take(&asked.from.bill).await?;
    let into = desk.take(&asked.into).await?;
    let merged = desk.bills().merge(&from.account.bill.id, &into.account.bill.id).await;
    say(context, &desk.done(merged).await?)
}

async fn close(context: &Context, bill: &str) -> Done {
    let desk = Desk::open(context)?;
    let taken = desk.take(bill).await?;
    let closed = desk.bills().close(&taken.account.bill.id).await;
    say(context, &desk.done(closed).await?)
}

/// The machine is not asked: whatever it takes from here on is booked, and may be too much.
async fn unlock(context: &Context, asked: &Unlock) -> Done {
    let desk = Desk::open(context)?;
    let (by, reason) = (asked.by.trim().to_owned(), asked.reason.trim().to_owned());
    let found = desk.bills().find(&asked.on.bill).await.map_err(|error| context.journal_failed(&error))?;
    let machine = found.bill.lock().map(|lock| lock.shown().to_owned());
    let lifted = desk.bills().change(&found.bill.id, vec![BillChange::LockLifted { by, reason }]).await;
    let lifted = desk.done(lifted).await?;
    if let Some(machine) = machine {
        context.output.warning(&context.texts().with("cli-lock-lifted", &[("machine", &machine)]));
    }
    say(context, &lifted)
}

fn receipt(context: &Context, asked: &ReceiptOfBill) -> Done {
    let journal = context.journal()?;
    let account = match journal.find_bill(&asked.of.bill) {
        Err(JournalError::Bill(error @ BillError::Unknown(_))) => {
            last_paid_at(&journal, &asked.of.bill).unwrap_or(Err(error.into()))
        }
        found => found,
    };
    let account = account.map_err(|error| context.journal_failed(&error))?;
    saying::receipt(context, &account, usize::from(asked.columns));
    Ok(ExitStatus::Done)
}

/// The guests of a table want their receipt when they have paid, and their bill is closed.
fn last_paid_at(journal: &Journal, table: &str) -> Option<Result<BillAccount, JournalError>> {
    let table: TableName = table.parse().ok()?;
    let was_there = |account: &BillAccount| {
        account.bill.stage == BillStage::Closed
            && account.bill.table.as_ref().is_some_and(|seated| seated.key() == table.key())
    };
    match journal.newest_bills(SEARCHED) {
        Ok(newest) => newest.into_iter().find(was_there).map(Ok),
        Err(error) => Some(Err(error)),
    }
}

fn found(context: &Context, journal: &Journal, bill: &str) -> Result<BillAccount, Failure> {
    journal.find_bill(bill).map_err(|error| context.journal_failed(&error))
}

/// How the bill stands by now.
fn say_now(context: &Context, bill: &BillId) -> Result<(), Failure> {
    let account = context.journal()?.bill_account(bill).map_err(|error| context.journal_failed(&error))?;
    saying::bill(context, &account);
    Ok(())
}

fn say(context: &Context, account: &BillAccount) -> Done {
    saying::bill(context, account);
    Ok(ExitStatus::Done)
}
