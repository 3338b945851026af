//! `receipt`: a payment's receipt again, as the terminal made it: to read, on paper, as a file, by mail. Works beside a running
//! program.

use crate::domain::receipt::Copy;
use crate::domain::{PaperWidth, PaymentRecord, Receipt};
use crate::printing::{JobTitle, ShopPaper};
use crate::receipts::{Marks, Slip, card_slip, lay_out, text_lines};
use crate::terminal::{receipt_document, send_receipt};

use super::arguments::{CopyWord, ReceiptOf};
use super::context::{Context, Done, Failure};
use super::exit_status::ExitStatus;
use super::mail::{not_sent, said_sent};
use super::printer::{Meant, meant, on_paper};
use super::receipt_files::{save, shop_paper};

pub async fn receipt(context: &Context, asked: &ReceiptOf) -> Done {
    let record = context.payment(&asked.payment)?;
    let wanted = asked.copy.map(|copy| match copy {
        CopyWord::Merchant => Copy::Merchant,
        CopyWord::Customer => Copy::Customer,
    });
    let receipts = context.journal()?.receipts(&record.id).map_err(|error| context.journal_failed(&error))?;
    let chosen: Vec<&Receipt> =
        receipts.iter().filter(|receipt| wanted.is_none_or(|copy| receipt.copy == copy)).collect();
    if chosen.is_empty() {
        return Err(none(context, &record));
    }
    let on_screen_only = !asked.paper.print && asked.files.is_none();
    let shop = if on_screen_only { ShopPaper::of(&context.settings) } else { shop_paper(context) };
    tell_or_print(context, asked, &shop, &record, &chosen).await?;
    let document = || receipt_document(&shop, &record, &chosen, true);
    save(context, &asked.files, document, || lines(&shop, &record, &chosen))?;
    if let Some(to) = &asked.mail {
        mail(context, &record, &receipts, to).await?;
    }
    Ok(ExitStatus::Done)
}

async fn tell_or_print(
    context: &Context,
    asked: &ReceiptOf,
    shop: &ShopPaper,
    record: &PaymentRecord,
    receipts: &[&Receipt],
) -> Result<(), Failure> {
    let place = meant(context, &asked.paper, Some(&record.terminal))?;
    for receipt in receipts {
        match place {
            Meant::Screen => context.output.receipt(record.id.as_str(), receipt),
            Meant::Paper(printer) => {
                let title = JobTitle::Payment { payment: record.id.to_string(), copy: receipt.copy };
                let mut slip = again(shop, record, receipt);
                slip.cut();
                on_paper(context, printer, slip, &title).await?;
            }
        }
    }
    Ok(())
}

fn none(context: &Context, record: &PaymentRecord) -> Failure {
    context.failed("no-receipt", &[("payment", record.id.as_str())])
}

/// Whoever has it by a command has had it before.
fn again(shop: &ShopPaper, record: &PaymentRecord, receipt: &Receipt) -> Slip {
    card_slip(receipt, &shop.head, Marks { training: record.training, duplicate: true }, &shop.texts)
}

fn lines(shop: &ShopPaper, record: &PaymentRecord, receipts: &[&Receipt]) -> Vec<String> {
    let columns = PaperWidth::default().columns();
    let paper = |receipt: &&Receipt| text_lines(&lay_out(&again(shop, record, receipt), columns), columns);
    receipts.iter().map(paper).collect::<Vec<_>>().join(&String::new())
}

/// The customer's newest, whichever copies were asked for.
async fn mail(context: &Context, record: &PaymentRecord, receipts: &[Receipt], to: &str) -> Result<(), Failure> {
    let customers = receipts.iter().rfind(|receipt| receipt.copy == Copy::Customer);
    let customers = customers.ok_or_else(|| none(context, record))?;
    let sent = send_receipt(&context.places, &context.settings, record, customers, true, to).await;
    sent.map_err(|error| not_sent(context, &error))?;
    said_sent(context, to);
    Ok(())
}
