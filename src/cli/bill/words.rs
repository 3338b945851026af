//! The words of `bill`, as clap reads them.

use clap::{Args, Subcommand};

use super::super::arguments::{Extras, Means, PaperFiles, PaymentOptions, TaxWord};
use super::super::printer::words::OnPaper;

#[derive(Debug, Subcommand)]
pub enum BillCommand {
    /// Open a bill at a table
    Open(OpenBill),
    /// The open bills, oldest first
    List,
    /// One bill, with its lines and payments
    Show(ShowBill),
    /// Put more on a bill
    Add(AddLines),
    /// Take a line off
    VoidLine(VoidLine),
    /// Take something off a bill, or off one of its lines
    Discount(DiscountOf),
    /// The tip that stands on the bill; it replaces an earlier one
    Tip(TipOf),
    /// Move a bill to another table
    Move(MoveTo),
    /// Put what is on one bill on another, with what was paid of it
    Merge(MergeInto),
    /// Take payment for a bill, or for a part of it
    Pay(PayBill),
    /// Close a bill of which nothing is due
    Close(Named),
    /// Give a bill up of which nothing was paid
    Remove(Named),
    /// Lift the lock of a card machine that has forgotten the table
    Unlock(Unlock),
    /// What is due, or the receipt of a bill that was paid
    Receipt(ReceiptOfBill),
}

#[derive(Debug, Args)]
pub struct Named {
    /// The table, or the bill’s name
    #[arg(value_name = "TABLE")]
    pub bill: String,
}

#[derive(Debug, Args)]
pub struct ShowBill {
    #[command(flatten)]
    pub of: Named,
    #[command(flatten)]
    pub paper: OnPaper,
    #[command(flatten)]
    pub files: PaperFiles,
}

#[derive(Debug, Args)]
pub struct OpenBill {
    pub table: String,
    /// One line with its price as plain decimal text; how many stands before it and the tax rate behind it, for example
    /// “Cappuccino=2x18.50@12%”
    #[arg(long = "line", value_name = "TEXT=PRICE", required = true)]
    pub lines: Vec<String>,
    /// More lines
    #[arg(value_name = "TEXT=PRICE")]
    pub more: Vec<String>,
    /// Who serves the table
    #[arg(long, value_name = "NAME")]
    pub waiter: Option<String>,
    /// The currency; the shop’s when left out
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// Whether prices contain their tax, or it comes on top
    #[arg(long, value_enum, value_name = "HOW", default_value = "included")]
    pub tax: TaxWord,
}

#[derive(Debug, Args)]
pub struct AddLines {
    #[command(flatten)]
    pub to: Named,
    /// As in “bill open”
    #[arg(long = "line", value_name = "TEXT=PRICE", required = true)]
    pub lines: Vec<String>,
    /// More lines
    #[arg(value_name = "TEXT=PRICE")]
    pub more: Vec<String>,
}

#[derive(Debug, Args)]
pub struct VoidLine {
    #[command(flatten)]
    pub on: Named,
    /// The line’s number
    pub line: u32,
}

#[derive(Debug, Args)]
pub struct DiscountOf {
    #[command(flatten)]
    pub on: Named,
    /// An amount, a percentage such as “10%”, or “none”
    #[arg(value_name = "AMOUNT|PERCENT%|none", allow_negative_numbers = true)]
    pub discount: String,
    /// Off this line only
    #[arg(long, value_name = "N")]
    pub line: Option<u32>,
}

#[derive(Debug, Args)]
pub struct TipOf {
    #[command(flatten)]
    pub on: Named,
    /// The whole tip; 0 takes it away
    #[arg(allow_negative_numbers = true)]
    pub amount: String,
}

#[derive(Debug, Args)]
pub struct MoveTo {
    #[command(flatten)]
    pub from: Named,
    /// A table without an open bill
    pub to: String,
}

#[derive(Debug, Args)]
pub struct MergeInto {
    #[command(flatten)]
    pub from: Named,
    /// The table or bill that takes the lines
    pub into: String,
}

#[derive(Debug, Args)]
pub struct Unlock {
    #[command(flatten)]
    pub on: Named,
    /// Who lifts the lock
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

#[derive(Debug, Args)]
pub struct ReceiptOfBill {
    #[command(flatten)]
    pub of: Named,
    /// Characters on a line
    #[arg(long, value_name = "N", default_value_t = 42, value_parser = clap::value_parser!(u16).range(24..=96))]
    pub columns: u16,
}

#[derive(Debug, Args)]
pub struct PayBill {
    #[command(flatten)]
    pub of: Named,
    /// What of it is paid; everything that is due when left out
    #[arg(allow_negative_numbers = true, conflicts_with_all = ["split", "lines"])]
    pub amount: Option<String>,
    /// One of so many even parts of what is due
    #[arg(long, value_name = "N", conflicts_with = "lines", value_parser = clap::value_parser!(u8).range(1..=99))]
    pub split: Option<u8>,
    /// These lines, by their numbers
    #[arg(long, value_name = "N,N", value_delimiter = ',')]
    pub lines: Vec<u32>,
    /// What the customer hands over in cash
    #[arg(
        long,
        value_name = "GIVEN",
        allow_negative_numbers = true,
        conflicts_with_all = ["terminal", "cashback", "tip", "tender", "keyed", "reference", "answer"]
    )]
    pub cash: Option<String>,
    #[command(flatten)]
    pub extras: Extras,
    #[command(flatten)]
    pub means: Means,
    /// The card is not here: its number is keyed in on the terminal
    #[arg(long, conflicts_with = "code")]
    pub keyed: bool,
    #[command(flatten)]
    pub options: PaymentOptions,
}
