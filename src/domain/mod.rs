//! What the trade means. Pure: imports nothing else of ours, does no I/O, reads no clock.

pub mod bill;
pub mod card;
pub mod cash;
pub mod clock;
pub mod commission;
pub mod day_close;
pub mod day_end;
pub mod day_totals;
pub mod display;
pub mod lifecycle;
pub mod money;
pub mod movement;
pub mod operator;
pub mod outcome;
pub mod payment;
pub mod price_csv;
pub mod price_fault;
pub mod price_list;
pub mod prompt;
pub mod question;
pub mod receipt;
pub mod recorded;
pub mod request;
pub mod secret;
pub mod signature;
pub mod table;
pub mod takings;
pub mod tax_rate;

pub use bill::{Bill, BillAccount, BillChange, BillError, BillId, NewBill, NewLine, TableName};
pub use card::CardSummary;
pub use cash::CASH;
pub use clock::{Instant, Now};
pub use commission::{Commission, CommissionId, Fulfilment, Task};
pub use day_close::{Comparison, DayClose, Difference, TerminalAnswer, TerminalDay};
pub use day_end::{DayEnd, DayReport, DayVerdict};
pub use day_totals::{CurrencyTotals, DayTotals, OpenDay};
pub use display::Display;
pub use lifecycle::{PaymentEvent, PaymentState};
pub use money::{Currency, Money, MoneyError};
pub use operator::{Operator, OperatorError, OperatorName, Pin, Right, Role};
pub use outcome::{Outcome, Taken, Verdict};
pub use payment::{Decision, OpenPayment, PaymentRecord};
pub use price_fault::{Column, PriceFault, PriceFaults, PriceProblem};
pub use price_list::{PriceItem, PriceList};
pub use prompt::{InputKind, Prompt, PromptAnswer, PromptKind, ShownLine};
pub use question::{Answer, Question, QuestionId, QuestionKind};
pub use receipt::{Copy, Receipt};
pub use recorded::Recorded;
pub use request::{
    BillPart, Operation, Origin, Original, PaymentId, PaymentRequest, ScannedCode, StartPayment, Tender, Whence,
};
pub use secret::Secret;
pub use signature::SignatureImage;
pub use table::{PrintedLine, TableAnswer, TableAsker, TableTaking, TableTask};
pub use takings::{Takings, Tally};
pub use tax_rate::{TaxMode, TaxRate, TaxRateError};
