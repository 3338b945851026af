//! From the window to the printers.

use iced::Task;
use jiff::Timestamp;

use super::app::{App, Message};
use super::desk;
use super::problem::Problem;
use super::to_print::PrintOrder;
use crate::printing::{NewJob, NotSubmitted};

/// Gives it to the queue, as it looks now. Nobody waits for it.
pub fn print(app: &App, order: PrintOrder) -> Task<Message> {
    let Some(link) = app.link() else { return Task::none() };
    let (look, texts, zone) = app.paper();
    let PrintOrder { printer, what, duplicate, open_drawer } = order;
    let slip = what.slip(duplicate, look, texts, zone);
    let job = NewJob { printer, title: what.title(), slip, made_at: Timestamp::now(), open_drawer };
    ordered(link.printing().submit(job))
}

/// What could not be ordered is told.
pub fn ordered<T>(done: Result<T, NotSubmitted>) -> Task<Message> {
    match done {
        Ok(_) => Task::none(),
        Err(error) => Task::done(Message::Desk(desk::Message::NotPrinted(Problem::new(error.key())))),
    }
}
