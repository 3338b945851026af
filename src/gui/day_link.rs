//! The shop's day between window and till: read, and closed while the window hears what each terminal says.

use iced::futures::channel::mpsc::Sender;
use iced::{Task, stream};

use super::app::Message;
use super::desk;
use super::screens::day::{self, AT_MOST};
use crate::domain::{DayClose, OpenDay};
use crate::journal::{Journal, JournalError, JournalHandle};
use crate::terminal::{Author, Till};

/// Answers of terminals that the window has not looked at yet.
const ANSWERS: usize = 64;

pub fn read(journal: JournalHandle) -> Task<Message> {
    let days = |journal: &Journal| -> Result<(OpenDay, Vec<DayClose>), JournalError> {
        Ok((journal.day_totals()?, journal.day_closes(AT_MOST)?))
    };
    let read = async move { journal.read(days).await.and_then(|inner| inner) };
    Task::perform(read, |read| said(day::Message::Read(read.map_err(|error| error.key().to_owned()))))
}

/// Each answer as it comes, and then the close, or why there is none.
pub fn close(till: Till, author: &Author) -> Task<Message> {
    let by = author.answerable().map(str::to_owned);
    Task::stream(stream::channel(ANSWERS, async move |mut window: Sender<Message>| {
        let mut teller = window.clone();
        // An answer that finds no room is in the close all the same.
        let told = move |answer: &crate::domain::TerminalAnswer| {
            let _ = teller.try_send(said(day::Message::Told(answer.clone())));
        };
        let closed = till.close_shop_day(by, std::future::pending(), told).await;
        let closed = closed.map_err(|error| error.key().to_owned());
        let _ = futures_util::SinkExt::send(&mut window, said(day::Message::Closed(closed))).await;
    }))
}

fn said(message: day::Message) -> Message {
    Message::Desk(desk::Message::ShopDay(message))
}
