//! The command line's words, as clap reads them.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::domain::{ScannedCode, TaxMode};

use super::bill::words::BillCommand;
use super::config::words::{ConfigCommand, SecretsCommand};
use super::mail_words::MailCommand;
use super::operator::words::OperatorCommand;
use super::printer::words::{OnPaper, PrinterCommand};
use super::support_words::{LogCommand, SupportBundle};

/// The till PC's card payments: one program for five families of card terminals.
///
/// Without a command the window opens.
#[derive(Debug, Parser)]
#[command(name = "checkstand", version, disable_help_subcommand = true)]
pub struct Arguments {
    /// Folder for settings, journal and logs instead of the platform's places (or CHECKSTAND_DATA)
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Standard output as JSON Lines, one event per line
    #[arg(long, global = true)]
    pub json: bool,
    /// Who does it: the name stands in the journal beside what is done. No PIN is asked for
    #[arg(long, global = true, value_name = "NAME")]
    pub operator: Option<String>,
    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Arguments {
    /// The folder that was named, on the command line or in the environment.
    pub fn folder(&self) -> Option<PathBuf> {
        let environment = || std::env::var_os("CHECKSTAND_DATA").filter(|folder| !folder.is_empty());
        self.data.clone().or_else(|| environment().map(PathBuf::from))
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take a card payment
    Sale(NewPayment),
    /// Give money back to the card
    Refund(Refund),
    /// Undo an earlier payment, on the terminal that took it
    Void(Void),
    /// Reserve an amount on the card
    Preauth(NewPayment),
    /// Take what a pre-authorisation reserved, or a part of it
    Capture(Capture),
    /// Add a tip to an earlier payment
    Tip(Tip),
    /// Ask whether a card is valid; moves no money
    CheckCard(PaymentOptions),
    /// Make a gift card valid or void, put more on it, or ask what it holds
    #[command(subcommand)]
    Gift(GiftCommand),
    /// Read one barcode with the terminal's reader
    Scan(ScanOne),
    /// Ask the customer something on the terminal
    #[command(subcommand)]
    Ask(AskCommand),
    /// Show the customer on the terminal what is rung up
    Show(ShowLines),
    /// Ask the terminal about one payment, or about every one in doubt
    Status(Status),
    /// Decide what became of a payment that no machine can find out about
    Resolve(Resolve),
    /// The payments, oldest first
    History(History),
    /// Everything that happened to a payment, with the time
    Timeline(Timeline),
    /// The receipt of a payment
    Receipt(ReceiptOf),
    /// End the terminal's day, or have it make a report of it
    CloseDay(CloseDay),
    /// The shop's day: its totals, its close, and the days that were closed
    #[command(subcommand)]
    Day(DayCommand),
    /// The reports that terminals made of their days, oldest first
    Reports(Reports),
    /// Import, check or list what the shop sells and for how much
    #[command(subcommand)]
    Prices(PricesCommand),
    /// Open, change and pay bills
    #[command(subcommand)]
    Bill(BillCommand),
    /// Set up, list, show, remove or test terminals
    #[command(subcommand)]
    Terminal(TerminalCommand),
    /// Set up, list, remove, find or test receipt printers, and see what waits for one
    #[command(subcommand)]
    Printer(PrinterCommand),
    /// Set up, show, remove or test the server through which receipts are mailed
    #[command(subcommand)]
    Mail(MailCommand),
    /// Check the settings file
    #[command(subcommand)]
    Config(ConfigCommand),
    /// List the secrets that are set, and move them to another place
    #[command(subcommand)]
    Secrets(SecretsCommand),
    /// Add, list, change and remove those who sign in at the till
    #[command(subcommand)]
    Operator(OperatorCommand),
    /// Play a terminal for tests and training
    Simulate(Simulate),
    /// How much is written to the log files, and what was
    #[command(subcommand)]
    Log(LogCommand),
    /// One zip for support: versions, settings, logs, the stories of payments; no secrets and no card data
    SupportBundle(SupportBundle),
    /// Hold the standing connections without a window, until interrupted
    Serve(Serve),
}

impl Command {
    /// What it is called in the log.
    pub fn word(&self) -> &'static str {
        match self {
            Command::Sale(_) => "sale",
            Command::Refund(_) => "refund",
            Command::Void(_) => "void",
            Command::Preauth(_) => "preauth",
            Command::Capture(_) => "capture",
            Command::Tip(_) => "tip",
            Command::CheckCard(_) => "check-card",
            Command::Gift(_) => "gift",
            Command::Scan(_) => "scan",
            Command::Ask(_) => "ask",
            Command::Show(_) => "show",
            Command::Status(_) => "status",
            Command::Resolve(_) => "resolve",
            Command::History(_) => "history",
            Command::Timeline(_) => "timeline",
            Command::Receipt(_) => "receipt",
            Command::CloseDay(_) => "close-day",
            Command::Day(_) => "day",
            Command::Reports(_) => "reports",
            Command::Prices(_) => "prices",
            Command::Bill(_) => "bill",
            Command::Printer(_) => "printer",
            Command::Mail(_) => "mail",
            Command::Config(_) => "config",
            Command::Secrets(_) => "secrets",
            Command::Terminal(_) => "terminal",
            Command::Operator(_) => "operator",
            Command::Simulate(_) => "simulate",
            Command::Log(_) => "log",
            Command::SupportBundle(_) => "support-bundle",
            Command::Serve(_) => "serve",
        }
    }
}

#[derive(Debug, Args)]
pub struct NewPayment {
    /// The purchase as plain decimal text, for example 249.50
    #[arg(allow_negative_numbers = true)]
    pub amount: String,
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

#[derive(Debug, Args)]
pub struct Means {
    /// What it is paid with, where the till has a say in it
    #[arg(long, value_enum, value_name = "TENDER")]
    pub tender: Option<TenderWord>,
    /// The code on the customer's telephone, for a wallet; “-” reads it from standard input
    #[arg(long, value_name = "CODE", requires = "tender", allow_hyphen_values = true, value_parser = scanned)]
    pub code: Option<ScannedCode>,
}

fn scanned(text: &str) -> Result<ScannedCode, std::convert::Infallible> {
    Ok(ScannedCode::new(text))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TenderWord {
    Credit,
    Debit,
    EbtFood,
    EbtCash,
    Gift,
    Wallet,
}

#[derive(Debug, Subcommand)]
pub enum GiftCommand {
    /// Make a gift card valid with this amount on it
    Activate(GiftAmount),
    /// Put more on a gift card
    Reload(GiftAmount),
    /// Ask what a gift card still holds; moves no money
    Balance(PaymentOptions),
    /// Make a gift card void
    Deactivate(PaymentOptions),
}

#[derive(Debug, Args)]
pub struct GiftAmount {
    /// What is put on the card as plain decimal text
    #[arg(allow_negative_numbers = true)]
    pub amount: String,
    #[command(flatten)]
    pub options: PaymentOptions,
}

#[derive(Debug, Args)]
pub struct ScanOne {
    /// The terminal's name in the settings
    #[arg(long, value_name = "NAME")]
    pub terminal: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum AskCommand {
    /// Have the customer type something
    Input(AskInput),
    /// Have the customer pick one
    Choice(AskChoice),
    /// Have the customer sign on the terminal
    Signature(AskSignature),
}

#[derive(Debug, Args)]
pub struct AskInput {
    /// What the customer reads; some terminals know certain titles only
    #[arg(long, value_name = "TEXT")]
    pub title: String,
    /// What may be typed
    #[arg(long = "type", value_enum, value_name = "WHAT")]
    pub kind: InputWord,
    /// The longest answer, in characters
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u8).range(1..))]
    pub longest: u8,
    /// The terminal's name in the settings
    #[arg(long, value_name = "NAME")]
    pub terminal: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InputWord {
    /// An amount of the terminal's currency
    Amount,
    Digits,
    Letters,
    /// Letters and digits
    Any,
}

#[derive(Debug, Args)]
pub struct AskChoice {
    /// What the customer reads
    #[arg(long, value_name = "TEXT")]
    pub title: String,
    /// One of what can be picked
    #[arg(long = "option", value_name = "TEXT", required = true)]
    pub options: Vec<String>,
    /// The terminal's name in the settings
    #[arg(long, value_name = "NAME")]
    pub terminal: Option<String>,
}

#[derive(Debug, Args)]
pub struct AskSignature {
    /// Write the picture (PNG) to this file
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// The terminal's name in the settings
    #[arg(long, value_name = "NAME")]
    pub terminal: Option<String>,
}

#[derive(Debug, Args)]
pub struct ShowLines {
    /// One line, with what it costs as plain decimal text, for example “2 x Espresso=6.40”
    #[arg(long = "line", value_name = "TEXT[=AMOUNT]", required = true)]
    pub lines: Vec<String>,
    /// What stands above the lines
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// What it comes to; the sum of the lines when left out
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub total: Option<String>,
    /// The terminal's name in the settings
    #[arg(long, value_name = "NAME")]
    pub terminal: Option<String>,
}

#[derive(Debug, Args)]
pub struct Extras {
    /// Cash handed out, on top of the amount
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub cashback: Option<String>,
    /// Tip, on top of the amount
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub tip: Option<String>,
}

#[derive(Debug, Args)]
pub struct PaymentOptions {
    /// The terminal's name in the settings
    #[arg(long, value_name = "NAME")]
    pub terminal: Option<String>,
    /// The cashier's own reference
    #[arg(long, value_name = "TEXT")]
    pub reference: Option<String>,
    #[command(flatten)]
    pub answering: Answering,
}

#[derive(Debug, Clone, Copy, Args)]
pub struct Answering {
    /// Answer a signature question without asking anybody
    #[arg(long, value_enum, value_name = "ANSWER")]
    pub answer: Option<AnswerWord>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnswerWord {
    Accept,
    Reject,
}

#[derive(Debug, Args)]
pub struct Refund {
    /// What to give back as plain decimal text
    #[arg(allow_negative_numbers = true)]
    pub amount: String,
    /// The payment it is given back for
    #[arg(long, value_name = "PAYMENT")]
    pub of: Option<String>,
    /// What it is given back to, where the till has a say in it
    #[arg(long, value_enum, value_name = "TENDER")]
    pub tender: Option<TenderWord>,
    /// The card is not here: its number is keyed in on the terminal
    #[arg(long, conflicts_with = "of")]
    pub keyed: bool,
    #[command(flatten)]
    pub options: PaymentOptions,
}

#[derive(Debug, Args)]
pub struct Void {
    /// The payment to undo
    pub payment: String,
    #[command(flatten)]
    pub options: PaymentOptions,
}

#[derive(Debug, Args)]
pub struct Capture {
    /// The pre-authorisation
    pub payment: String,
    /// What to take; everything that was reserved when left out
    #[arg(allow_negative_numbers = true)]
    pub amount: Option<String>,
    #[command(flatten)]
    pub options: PaymentOptions,
}

#[derive(Debug, Args)]
pub struct Tip {
    /// The payment the tip belongs to
    pub payment: String,
    /// The whole tip; it replaces an earlier one
    #[arg(allow_negative_numbers = true)]
    pub amount: String,
    #[command(flatten)]
    pub options: PaymentOptions,
}

#[derive(Debug, Args)]
pub struct Status {
    /// The payment to ask about; every one in doubt when left out
    pub payment: Option<String>,
    #[command(flatten)]
    pub answering: Answering,
}

#[derive(Debug, Args)]
pub struct Resolve {
    pub payment: String,
    /// What became of it
    #[arg(long = "as", value_enum, value_name = "WHAT")]
    pub decided: DecidedWord,
    /// Who decides
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DecidedWord {
    Paid,
    NotPaid,
}

#[derive(Debug, Args)]
pub struct History {
    /// The newest N payments only
    #[arg(long, value_name = "N")]
    pub limit: Option<u32>,
    /// Only payments with this amount, reference or code (or a part of it), number, last four digits, brand or date
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
    /// Only payments from this day on, for example 2026-11-22
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Only payments until the end of this day
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// Only payments that ended so
    #[arg(long, value_enum, value_name = "VERDICT")]
    pub verdict: Option<EndingWord>,
    /// Only this operation, for example refund
    #[arg(long, value_name = "OPERATION")]
    pub operation: Option<String>,
    /// Only payments of this terminal
    #[arg(long, value_name = "NAME")]
    pub terminal: Option<String>,
}

/// Written as in the events: `not_charged`, and `not-charged` too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EndingWord {
    Approved,
    Declined,
    Cancelled,
    #[value(alias = "not_charged")]
    NotCharged,
    #[value(alias = "in_doubt")]
    InDoubt,
    /// Not ended yet
    Running,
}

#[derive(Debug, Args)]
pub struct Timeline {
    pub payment: String,
    /// The messages between till and terminal as well, as far as they are kept
    #[arg(long)]
    pub messages: bool,
}

#[derive(Debug, Args)]
pub struct ReceiptOf {
    pub payment: String,
    /// Both copies when left out
    #[arg(long, value_enum)]
    pub copy: Option<CopyWord>,
    #[command(flatten)]
    pub paper: OnPaper,
    #[command(flatten)]
    pub files: PaperFiles,
    /// Send the customer's copy there
    #[arg(long, value_name = "ADDRESS")]
    pub mail: Option<String>,
}

/// Where what is on paper is saved besides.
#[derive(Debug, Args)]
pub struct PaperFiles {
    /// Save it as a PDF document
    #[arg(long, value_name = "FILE")]
    pub pdf: Option<PathBuf>,
    /// Save it as text
    #[arg(long, value_name = "FILE")]
    pub text: Option<PathBuf>,
    /// Replace files that are there already
    #[arg(long)]
    pub force: bool,
}

impl PaperFiles {
    pub fn is_none(&self) -> bool {
        self.pdf.is_none() && self.text.is_none()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CopyWord {
    Merchant,
    Customer,
}

#[derive(Debug, Args)]
pub struct CloseDay {
    /// The terminal's name in the settings
    #[arg(long, value_name = "NAME")]
    pub terminal: Option<String>,
    /// What the terminal is to tell; only end-of-day closes the day
    #[arg(long, value_enum, default_value = "end-of-day")]
    pub report: ReportWord,
}

#[derive(Debug, Subcommand)]
pub enum DayCommand {
    /// What was taken and given back since the day was closed; closes nothing
    X,
    /// Close the day; terminals with a day of their own end it first
    Z(DayZ),
    /// The days that were closed, oldest first
    List(DayList),
    /// A day that was closed
    Show(DayShow),
}

#[derive(Debug, Args)]
pub struct DayShow {
    pub number: i64,
    #[command(flatten)]
    pub paper: OnPaper,
    #[command(flatten)]
    pub files: PaperFiles,
}

#[derive(Debug, Args)]
pub struct DayZ {
    /// Who closes it
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

#[derive(Debug, Args)]
pub struct DayList {
    /// The newest N days
    #[arg(long, value_name = "N", default_value_t = 31)]
    pub limit: u32,
}

#[derive(Debug, Args)]
pub struct Reports {
    /// Only those of this terminal
    #[arg(long, value_name = "NAME")]
    pub terminal: Option<String>,
    /// The newest N reports
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportWord {
    EndOfDay,
    X,
    Z,
    Banking,
}

#[derive(Debug, Subcommand)]
pub enum PricesCommand {
    /// Put the list of this file in the place of the one there is
    Import(PricesFile),
    /// Say what is wrong with a file, and change nothing
    Check(PricesFile),
    /// The list there is
    List(PricesList),
}

#[derive(Debug, Args)]
pub struct PricesFile {
    /// CSV in UTF-8 with the columns code, label, price and, if there is tax, tax (its rate in percent)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// What the prices are in; the currency of the terminal that is meant when left out
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// Whether the prices include the tax or it comes on top
    #[arg(long, value_enum, value_name = "HOW", default_value = "included")]
    pub tax: TaxWord,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TaxWord {
    Included,
    Added,
}

impl TaxWord {
    pub fn mode(self) -> TaxMode {
        match self {
            TaxWord::Included => TaxMode::Included,
            TaxWord::Added => TaxMode::Added,
        }
    }
}

#[derive(Debug, Args)]
pub struct PricesList {
    /// Only items in whose label or code this text occurs
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
    /// The first N items only
    #[arg(long, value_name = "N")]
    pub limit: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub enum TerminalCommand {
    /// Set a terminal up, or change one that is
    Add(TerminalAdd),
    /// The terminals that are set up
    List,
    /// A terminal's settings with the defaults filled in
    Show { name: String },
    /// Forget a terminal
    Remove { name: String },
    /// Examine a terminal step by step, from its settings to its own word, and say what is wrong
    Test { name: String },
    /// Look for terminals in this computer's own networks
    Find(TerminalFind),
    /// Look for a terminal that has another address now, and take the address over
    FindAgain(TerminalFindAgain),
    /// Make a terminal known to its account, which gives the till its credentials
    Pair(TerminalPair),
    /// Take a terminal away from its account, and the credentials from the till
    Unpair { name: String },
}

#[derive(Debug, Args)]
pub struct TerminalFind {
    /// Only terminals of this family; may be given several times
    #[arg(long = "protocol", value_name = "ID")]
    pub protocols: Vec<String>,
    /// Set up whoever said for certain that it is a terminal and is not set up yet
    #[arg(long, conflicts_with = "accounts")]
    pub add: bool,
    /// Ask the accounts of the terminals that are set up which terminals they have, and nobody in the network
    #[arg(long, conflicts_with_all = ["networks", "port"])]
    pub accounts: bool,
    #[command(flatten)]
    pub place: SearchPlace,
}

#[derive(Debug, Args)]
pub struct TerminalFindAgain {
    /// A terminal that is set up
    pub name: String,
    #[command(flatten)]
    pub place: SearchPlace,
}

#[derive(Debug, Args)]
pub struct SearchPlace {
    /// Only this part of this computer's networks, for example 192.168.1.0/24; may be given several times
    #[arg(long = "network", value_name = "ADDRESS/BITS")]
    pub networks: Vec<String>,
    /// Where the terminals listen, if not at their family's usual port
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
}

#[derive(Debug, Args)]
pub struct TerminalPair {
    /// A terminal that is set up; its credentials may be missing
    pub name: String,
    /// What the account wants to know of the shop and the terminal
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub fields: Vec<String>,
}

#[derive(Debug, Args)]
pub struct TerminalAdd {
    pub name: String,
    /// The terminal's family, for example nexo
    #[arg(long, value_name = "ID")]
    pub protocol: String,
    /// One field of the settings; an empty value takes it away
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub fields: Vec<String>,
    /// A secret field, read from standard input, one a line; an empty line takes it away
    #[arg(long = "secret", value_name = "FIELD")]
    pub secrets: Vec<String>,
    /// Mean this terminal where none is named
    #[arg(long)]
    pub default: bool,
}

#[derive(Debug, Args)]
pub struct Simulate {
    /// The terminal's family, for example nexo; or printer, for a receipt printer
    pub protocol: String,
    /// Where the simulated terminal listens, at the family's usual port of this computer when left out; port 0 takes a
    /// free one. What it listens for besides lies at the ports above
    #[arg(long, value_name = "HOST:PORT")]
    pub listen: Option<SocketAddr>,
    /// What carries the messages, where the family leaves it open; tcp when left out
    #[arg(long, value_enum, value_name = "WHAT")]
    pub transport: Option<TransportWord>,
    /// Where the till listens for it, where the protocol has that
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:11001")]
    pub till: SocketAddr,
    /// Append every movement of money to this file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// Write the certificate by which a till trusts the simulated terminal to this file, where it speaks TLS
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// What the terminal remembers over a restart of the simulator
    #[arg(long, value_name = "FILE")]
    pub memory: Option<PathBuf>,
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// How many times faster than real time
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub speed: u32,
    /// The family's usual one when left out
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// How strict it is, where the family has that: strict, lenient or mute
    #[arg(long, value_name = "WORD")]
    pub mode: Option<String>,
    /// What else the family's simulator lets one choose. Of a printer: paper=out or after:LINES, cover=open, status=mute,
    /// done=mute, tail=LINES, speed=LINES a second, width=32, 42 or 48
    #[arg(long = "option", value_name = "NAME=VALUE")]
    pub options: Vec<String>,
    /// A printer's sheets are written to this folder, as pictures and as text
    #[arg(long, value_name = "FOLDER")]
    pub papers: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TransportWord {
    Tcp,
    #[value(name = "websocket")]
    WebSocket,
}

#[derive(Debug, Args)]
pub struct Serve {
    /// The terminals to serve; all of them when left out
    pub names: Vec<String>,
    #[command(flatten)]
    pub answering: Answering,
}
