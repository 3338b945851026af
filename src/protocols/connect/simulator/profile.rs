//! What the reference leaves open about cloud and terminals (marks I, U) and these decide. One place to correct.

use std::time::Duration;

/// One step of a machine, in milliseconds.
pub const STEP: u64 = 300;
/// What a customer takes to present a card or key a PIN, in milliseconds.
pub const CUSTOMER: u64 = 1500;
/// One that takes long enough for the cashier to press cancel, in milliseconds.
pub const SLOW_CUSTOMER: u64 = 4000;
/// Between two notifications of a terminal that floods the till, in milliseconds; and how many there are.
pub const FLOOD_EVERY: u64 = 5;
pub const FLOOD: usize = 2000;
/// What a person takes to key a card's data, in milliseconds.
pub const KEYING: u64 = 6000;
/// What the acquirer takes to decide, in milliseconds.
pub const HOST: u64 = 1000;
/// How long a terminal waits for a card, in milliseconds.
pub const CARD_WITHIN: u64 = 30_000;
/// (5.7) After this Connect gives a transaction up, in milliseconds from its start.
pub const GIVES_UP: u64 = 200_000;
/// (8.3, 91) How long the terminal works on behind that, in milliseconds.
pub const WORKS_ON: u64 = 30_000;
/// Until the acquirer decides, where everything is slow, in milliseconds from the start.
pub const SLOW: u64 = 60_000;
/// What a report takes, in milliseconds.
pub const REPORT: u64 = 3000;
/// (4.12)
pub const SIGNATURE_WITHIN: Duration = Duration::from_secs(80);
/// (1.6) Between two requests on a line.
pub const SPACING: Duration = Duration::from_millis(100);
/// What a network may have squeezed out of the spacing on the way.
pub const SQUEEZED: Duration = Duration::from_millis(10);

/// The word that is no right token, where none is fixed (1.4).
pub const WRONG_TOKEN: &str = "wrong";
/// Tokens for which the cloud itself fails, with the status it gives (1.4).
pub const FAILING_TOKENS: [(&str, u16); 2] = [("fails-500", 500), ("fails-503", 503)];

/// Dates of every card (2): `MM/YY`.
pub const EXPIRES: &str = "12/31";
pub const STARTED: &str = "01/24";

/// The one acquirer of the reports (4.13).
pub const ACQUIRER: &str = "TRAINING BANK";
/// The merchant's part of a slip, at most 24 columns.
pub const MERCHANT: [&str; 3] = ["TRAINING SHOP", "1 EXAMPLE STREET", "TRAINING - NO REAL MONEY"];

/// The card machines for the tables (8.2), and how many there are at most.
pub const TABLE_MACHINES: [&str; 2] = ["70031204", "70031212"];
/// Until a machine asks for the first time after a till came, in milliseconds; the second machine waits as long again.
pub const TABLES_FIRST: u64 = 1000;
/// Until it asks again, in milliseconds; and how much longer it may be, by the dice.
pub const TABLES_AGAIN: u64 = 5000;
pub const TABLES_LATER: u64 = 2000;
/// How long a table is left alone where nothing was paid, in milliseconds.
pub const LEFT_ALONE: u64 = 600_000;
/// Until a late payment is told after its table was unlocked, in milliseconds.
pub const LATE: u64 = 30_000;
/// (6.0) How long a machine waits for the till. Machines keep to it however fast their simulator runs.
pub const TILL_ANSWERS_WITHIN: Duration = Duration::from_secs(10);
/// What is paid too much, in minor units.
pub const OVER: i64 = 500;
/// A table that no shop has, the payment that is told of it in minor units.
pub const FOREIGN_TABLE: (&str, i64) = ("GONE 9", 1111);
