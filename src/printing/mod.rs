//! What is to be printed, until it is: the jobs (`job.rs`) in a folder that survives a restart (`queue.rs`), in an order of its own
//! for each printer. `service.rs` is what others hold, `worker.rs` the task behind it, and `desk.rs` that task's pure half, which decides
//! what is printed next. No payment waits for any of it.

mod desk;
mod job;
mod now;
mod queue;
mod reaching;
mod rendering;
mod service;
mod shop_head;
mod test_slip;
mod view;
mod worker;

pub use crate::links::printers::{
    PrinterBlame, PrinterFault, SystemPrinter, Unreachability, known_devices, system_printers,
};
pub use job::{JobId, JobTitle, NewJob, PrintJob};
pub use now::{ask_printer, print_now};
pub use queue::{Kept, KeptJob, QueueError, kept_jobs};
pub use service::{NotSubmitted, Printing};
pub use shop_head::{LogoFault, ShopPaper, read_logo, receipt_texts, shop_lines};
pub use test_slip::test_slip;
pub use view::{JobState, JobView, PrintView, QueueTrouble};
