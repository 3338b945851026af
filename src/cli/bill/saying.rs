//! What people and programs are told of bills.

use jiff::tz::TimeZone;

use crate::domain::bill::Hold;
use crate::domain::{BillAccount, PaymentRecord};
use crate::printing::ShopPaper;
use crate::receipts::{BillCopy, Slip, bill_slip, lay_out, text_lines};

use super::super::arguments::PaperFiles;
use super::super::context::{Context, Failure};
use super::super::events::{BillCopyWord, Event};
use super::super::receipt_files::{save_slip, shop_paper};
use super::events::{BillFields, CashFields, change_minor};

/// Characters on a line where people read a whole bill.
const COLUMNS: usize = 42;

/// How it stands.
pub fn bill(context: &Context, account: &BillAccount) {
    context.output.event(&Event::Bill(BillFields::new(account)));
    context.output.line(&standing(context, account));
}

/// With everything on it.
pub fn whole(context: &Context, account: &BillAccount) {
    context.output.event(&Event::Bill(BillFields::whole(account, context.texts())));
    context.output.line(&standing(context, account));
    for line in on_paper(context, account, COLUMNS) {
        context.output.line(&line);
    }
}

pub fn receipt(context: &Context, account: &BillAccount, columns: usize) {
    let lines = on_paper(context, account, columns);
    lines.iter().for_each(|line| context.output.line(line));
    let copy = match copy_of(account) {
        BillCopy::ToPay => BillCopyWord::ToPay,
        BillCopy::Paid => BillCopyWord::Paid,
    };
    context.output.event(&Event::BillReceipt { bill: account.bill.id.to_string(), copy, lines });
}

/// Cash that was taken or given back.
pub fn cash(context: &Context, record: &PaymentRecord) {
    let (output, amount) = (&context.output, record.request.amount);
    output.event(&Event::CashOutcome(CashFields::new(record, context.texts())));
    let operation = output.operation(record.request.operation);
    let placeables =
        [("operation", &*operation), ("amount", &*context.texts().money(amount)), ("payment", record.id.as_str())];
    output.line(&context.texts().with("cli-cash", &placeables));
    if let Some(change) = change_minor(record).filter(|change| *change != 0) {
        let change = context.texts().money(crate::domain::Money::new(change, amount.currency()));
        output.line(&context.texts().with("cli-change", &[("amount", &change)]));
    }
}

fn on_paper(context: &Context, account: &BillAccount, columns: usize) -> Vec<String> {
    let slip = bill_slip(account, context.texts(), copy_of(account), &TimeZone::system());
    text_lines(&lay_out(&slip, columns), columns)
}

/// As its customer gets it, with the shop's lines.
pub fn slip(context: &Context, account: &BillAccount) -> Slip {
    let ShopPaper { head, texts, .. } = shop_paper(context);
    let mut slip = head.around(bill_slip(account, &texts, copy_of(account), &TimeZone::system()), &texts);
    slip.cut();
    slip
}

/// The same as files.
pub fn save(context: &Context, files: &PaperFiles, account: &BillAccount) -> Result<(), Failure> {
    if files.is_none() {
        return Ok(());
    }
    save_slip(context, files, &slip(context, account), &account.bill.id.to_string(), account.bill.opened_at)
}

fn copy_of(account: &BillAccount) -> BillCopy {
    if account.bill.is_open() { BillCopy::ToPay } else { BillCopy::Paid }
}

fn standing(context: &Context, account: &BillAccount) -> String {
    let (texts, bill) = (context.texts(), &account.bill);
    let table = bill.table.as_ref().map_or_else(|| texts.get("cli-bill-nowhere"), ToString::to_string);
    let mut parts = vec![texts.with(
        "cli-bill-line",
        &[
            ("bill", bill.id.as_str()),
            ("table", &table),
            ("total", &texts.money(account.total())),
            ("paid", &texts.number(account.paid())),
            ("due", &texts.number(account.due())),
        ],
    )];
    if account.settlement.pending_minor != 0 {
        parts.push(texts.with("cli-bill-pending", &[("amount", &texts.number(account.pending()))]));
    }
    match &bill.held {
        Some(Hold::Machine(lock)) => parts.push(texts.with("cli-bill-locked", &[("machine", lock.shown())])),
        Some(Hold::Till) => parts.push(texts.get("cli-bill-taken-up")),
        None => {}
    }
    if !bill.is_open() {
        parts.push(texts.get(&format!("cli-bill-{}", bill.stage.word())));
    }
    parts.join("  ")
}
