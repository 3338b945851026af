//! `receipt`: a payment's receipt again, as the terminal made it. Works beside a running program.

use crate::domain::receipt::Copy;

use super::arguments::{CopyWord, ReceiptOf};
use super::context::{Context, Done};
use super::exit_status::ExitStatus;

pub fn receipt(context: &Context, asked: &ReceiptOf) -> Done {
    let record = context.payment(&asked.payment)?;
    let wanted = asked.copy.map(|copy| match copy {
        CopyWord::Merchant => Copy::Merchant,
        CopyWord::Customer => Copy::Customer,
    });
    let receipts = context.journal()?.receipts(&record.id).map_err(|error| context.journal_failed(&error))?;
    let mut found = false;
    for receipt in receipts.iter().filter(|receipt| wanted.is_none_or(|copy| receipt.copy == copy)) {
        found = true;
        context.output.receipt(record.id.as_str(), receipt);
    }
    if found { Ok(ExitStatus::Done) } else { Err(context.failed("no-receipt", &[("payment", record.id.as_str())])) }
}
