//! The actor: one tokio task per terminal and one loop. Record, transmit, publish.

mod actor;
mod backlog;
mod bills;
mod bridge;
mod earlier;
mod handle;
mod mail_server;
mod mailing;
mod noted;
mod operators;
mod order;
pub mod setting_up;
mod settings_rules;
mod shop;
mod shop_day;
mod station;
mod table_service;
#[cfg(test)]
mod tests;
mod till;
mod view;

pub use crate::protocols::driver::{Session, Stopping, TerminalIdentity};
pub use crate::protocols::protocol::TerminalFace;
pub use backlog::Backlog;
pub use bills::{Bills, CashPart};
pub use bridge::{
    Asked, Face, Plan, Refused, is_ambiguous, is_disputed, pay as plan_payment, refused as fulfil_refusal,
    status as plan_status, which_one,
};
pub use earlier::Earlier;
pub use handle::TerminalHandle;
pub use mail_server::{MailServerError, keep_mail_server};
pub use mailing::{MailingError, receipt_document, send_receipt, send_test_mail};
pub use operators::{Author, Need, NotPermitted, Operators, OperatorsOrder, Roster, Tried, clock};
pub use order::{Prompted, Refusal, Running, Scan};
pub use settings_rules::settings_rules;
pub use shop::{agreed_currency, shop_currency, takes_real_money};
pub use station::{Discretion, ErrandEnd, LinkOrder, Sending, Station, TableNews, Told, Turn};
pub use table_service::{PrintBill, TableDesk, TableService};
pub use till::{TRAINING, TakenUp, Till, TillError, Which, face_of, meant_terminal, training_settings};
pub use view::{Errand, PaymentView, Shown, Signal, Stage, TerminalView, Unresolved};
