//! `receipt`: a payment's receipt again, as the terminal made it, to read or on paper. Works beside a running program.

use crate::domain::receipt::Copy;
use crate::domain::{PaymentRecord, Receipt};
use crate::printing::{JobTitle, receipt_texts, shop_head};
use crate::receipts::{Marks, Slip, card_slip};
use crate::terminal::TRAINING;

use super::arguments::{CopyWord, ReceiptOf};
use super::context::{Context, Done};
use super::exit_status::ExitStatus;
use super::printer::{Meant, meant, on_paper};

pub async fn receipt(context: &Context, asked: &ReceiptOf) -> Done {
    let record = context.payment(&asked.payment)?;
    let wanted = asked.copy.map(|copy| match copy {
        CopyWord::Merchant => Copy::Merchant,
        CopyWord::Customer => Copy::Customer,
    });
    let mut receipts = context.journal()?.receipts(&record.id).map_err(|error| context.journal_failed(&error))?;
    receipts.retain(|receipt| wanted.is_none_or(|copy| receipt.copy == copy));
    if receipts.is_empty() {
        return Err(context.failed("no-receipt", &[("payment", record.id.as_str())]));
    }
    let place = meant(context, &asked.paper, Some(&record.terminal))?;
    for receipt in &receipts {
        match place {
            Meant::Screen => context.output.receipt(record.id.as_str(), receipt),
            Meant::Paper(printer) => {
                let title = JobTitle::Payment { payment: record.id.to_string(), copy: receipt.copy };
                on_paper(context, printer, again(context, &record, receipt), &title).await?;
            }
        }
    }
    Ok(ExitStatus::Done)
}

/// Whoever prints it by a command has had it before.
fn again(context: &Context, record: &PaymentRecord, receipt: &Receipt) -> Slip {
    let marks = Marks { training: record.terminal == TRAINING, duplicate: true };
    let mut slip = card_slip(receipt, &shop_head(&context.settings), marks, &receipt_texts(&context.settings));
    slip.cut();
    slip
}
