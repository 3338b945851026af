//! The only place where the window meets the till: effects become tasks, terminals and journal become subscriptions.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use futures_util::SinkExt;
use futures_util::future::join_all;
use iced::futures::Stream;
use iced::futures::channel::mpsc::Sender;
use iced::{Subscription, Task, stream};
use jiff::Timestamp;
use tokio::sync::watch;

use super::app::Message;
use super::bill_link;
use super::day_link;
use super::desk::{self, Desk};
use super::diagnostics_link;
use super::drawing::Drawing;
use super::effect::Effect;
use super::price_import::{self, PriceImport};
use super::problem::{Placeable, Problem};
use super::screens::history::{self, PAGE, Page};
use super::screens::{opening, reports};
use crate::domain::{
    Decision, Money, Operation, Original, PaymentId, PaymentRecord, PaymentRequest, PriceList, Receipt, ScannedCode,
    SignatureImage,
};
use crate::journal::{HistoryQuery, JournalHandle, KeptDayEnd};

use crate::settings::{KeptPrices, Places, Settings};
use crate::terminal::{Refusal, Running, TerminalHandle, TerminalView, Till, TillError, Which, shop_currency};

/// Payments kept beside the amount.
const RECENT: usize = 30;
/// A terminal that does not answer its logout in this time is left as it is.
const GOODBYE: Duration = Duration::from_secs(2);
/// Closing writes what still waits; longer than this nobody waits for a window to go.
const CLOSING: Duration = Duration::from_secs(10);

/// The open till.
#[derive(Clone)]
pub struct Link {
    till: Till,
    /// What the shop sells, where it has a list.
    prices: Option<Arc<PriceList>>,
    /// Why its list cannot be read.
    no_prices: Option<Problem>,
    price_import: PriceImport,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link")
    }
}

impl Link {
    /// The desk as it is when the till has just opened.
    pub fn desk(&self) -> Desk {
        let views = self.till.terminals().iter().map(|handle| handle.view().borrow().clone()).collect();
        let mut desk = Desk::new(views, self.till.default_terminal().map(TerminalHandle::name));
        desk.broken =
            self.till.broken().iter().map(|error| Problem::with_detail(error.key(), error.to_string())).collect();
        desk.broken.extend(self.no_prices.clone());
        desk.bills.set_prices(self.prices.clone());
        desk
    }

    pub fn names(&self) -> Vec<String> {
        self.till.terminals().iter().map(|handle| handle.name().to_owned()).collect()
    }

    /// Pictures of every terminal as they change, and a word whenever the journal does.
    pub fn subscription(&self) -> Subscription<Message> {
        let terminals = self.till.terminals().iter().map(|handle| {
            Subscription::run_with(Watched { name: handle.name().to_owned(), receiver: handle.view() }, pictures)
        });
        let journal = Watched { name: String::new(), receiver: self.till.journal().changes() };
        Subscription::batch(terminals.chain([Subscription::run_with(journal, changes)]))
    }
}

/// Opens the till beside the window.
pub fn open(places: Places, settings: Settings) -> Task<Message> {
    let opening = async move {
        let till = Till::open(&places, &settings, Which::All).await?;
        let price_import = PriceImport { places: places.clone(), currency: shop_currency(&settings) };
        let (prices, no_prices) = match prices(places).await {
            Ok(prices) => (prices, None),
            // A till without its price list takes payments all the same.
            Err(problem) => (None, Some(problem)),
        };
        Ok::<_, TillError>(Link { till, prices, no_prices, price_import })
    };
    Task::perform(opening, |opened| match opened {
        Ok(link) => Message::TillOpened(link),
        Err(error) => Message::Opening(opening::Message::Failed(opening::Problem {
            key: error.key().to_owned(),
            detail: error.to_string(),
        })),
    })
}

async fn prices(places: Places) -> Result<Option<Arc<PriceList>>, Problem> {
    let file = places.prices_file();
    match tokio::task::spawn_blocking(move || KeptPrices::load(&file)).await {
        Ok(Ok(kept)) => Ok(kept.map(|kept| Arc::new(kept.list))),
        Ok(Err(error)) => {
            let words = error.placeables().into_iter().map(|(name, words)| (name, Placeable::Words(words)));
            Err(Problem { placeables: words.collect(), ..Problem::new(error.key()) })
        }
        Err(_) => Ok(None),
    }
}

/// Closes the till and ends the program.
pub fn close(link: Option<&Link>) -> Task<Message> {
    let Some(Link { till, .. }) = link.cloned() else { return iced::exit() };
    let closed = async move {
        // The day is over for the terminals too.
        let goodbyes = join_all(till.terminals().iter().map(TerminalHandle::disconnect));
        let _ = tokio::time::timeout(GOODBYE, goodbyes).await;
        let _ = tokio::time::timeout(CLOSING, till.close()).await;
    };
    Task::future(closed).then(|()| iced::exit())
}

/// Carries out an effect on the open till. What has nothing to do with it is not for here.
pub fn carry_out(link: &Link, effect: Effect) -> Task<Message> {
    let journal = link.till.journal().clone();
    match effect {
        Effect::Pay { terminal, request } => started(link, terminal, |handle| async move { handle.pay(request).await }),
        Effect::Void { terminal, payment, taken } => {
            started(link, terminal, |handle| async move { handle.pay(void(payment, taken)).await })
        }
        Effect::Inquire { terminal, payment } => {
            started(link, terminal, |handle| async move { handle.inquire(payment).await })
        }
        Effect::Cancel { terminal } => told(link, &terminal, |handle| async move { handle.cancel().await }),
        Effect::Dismiss { terminal } => told(link, &terminal, |handle| async move { handle.dismiss().await }),
        Effect::Connect { terminal } => told(link, &terminal, |handle| async move { handle.connect().await }),
        Effect::EndDay { terminal, report } => {
            asked(link, terminal, |handle| async move { handle.end_day(report).await }, desk::Message::DayEnded)
        }
        Effect::Scan { terminal } => asked(
            link,
            terminal,
            |handle| async move { handle.scan().await },
            |name, read| {
                // Hidden before it becomes a message.
                desk::Message::Scanned(name, read.map(|read| read.map(|code| ScannedCode::new(&code))))
            },
        ),
        Effect::Answer { terminal, question, answer } => match link.till.terminal(&terminal).cloned() {
            Some(handle) => Task::future(async move { handle.answer(question, answer).await }).then(answered),
            None => Task::none(),
        },
        Effect::Sign { terminal, question, drawing } => match link.till.terminal(&terminal).cloned() {
            Some(handle) => Task::future(picture(drawing)).then(move |image| match image {
                Some(image) => {
                    let handle = handle.clone();
                    Task::future(async move { handle.sign(question, image).await }).then(answered)
                }
                None => Task::done(Message::Desk(desk::Message::SigningFailed(question))),
            }),
            None => Task::none(),
        },
        Effect::ReadRecent => {
            let query = HistoryQuery { limit: RECENT, ..HistoryQuery::default() };
            Task::perform(read(journal, query), |read| Message::Desk(desk::Message::RecentRead(read)))
        }
        Effect::ReadHistory(page) => Task::perform(read(journal, query(&page)), move |read| {
            Message::Desk(desk::Message::History(history::Message::Read(page.clone(), read)))
        }),
        Effect::ReadReceipts(payment) => Task::perform(receipts(journal, payment.clone()), move |read| {
            Message::Desk(desk::Message::History(history::Message::ReceiptsRead(payment.clone(), read)))
        }),
        Effect::ReadReports => {
            Task::perform(day_ends(journal), |read| Message::Desk(desk::Message::Reports(reports::Message::Read(read))))
        }
        Effect::ReadDiagnostics => diagnostics_link::read(journal, link.price_import.places.clone()),
        Effect::ReadDay => day_link::read(journal),
        Effect::ImportPrices(file) => {
            Task::perform(price_import::import(link.price_import.clone(), file), Message::PricesImported)
        }
        Effect::CloseShopDay => day_link::close(link.till.clone()),
        Effect::Decide { payment, paid, by, reason } => {
            let decision = Decision { paid, by, reason, at: Timestamp::now() };
            let decided = async move { journal.decide(payment, decision).await };
            Task::perform(decided, |decided| {
                let result = decided.map(|_| ()).map_err(|error| error.key().to_owned());
                Message::Desk(desk::Message::DecisionRecorded(result))
            })
        }
        Effect::Bill(by, order) => bill_link::carry_out(&link.till, by, order),
        Effect::Open
        | Effect::Close
        | Effect::FocusNext
        | Effect::FocusPrevious
        | Effect::Focus(_)
        | Effect::Unfocus
        | Effect::FullScreen
        | Effect::KeepSetting(_)
        | Effect::Sound(_) => Task::none(),
    }
}

/// An order that is taken or refused; either way the window hears of it.
fn started<F>(link: &Link, terminal: String, order: impl FnOnce(TerminalHandle) -> F) -> Task<Message>
where
    F: Future<Output = Result<Running, Refusal>> + Send + 'static,
{
    let Some(handle) = link.till.terminal(&terminal).cloned() else {
        return Task::done(Message::Desk(desk::Message::Started(terminal, Err(Refusal::Gone))));
    };
    Task::perform(order(handle), move |started| {
        let started = started.map(|running| running.id);
        Message::Desk(desk::Message::Started(terminal.clone(), started))
    })
}

/// An errand, whose end or refusal the window hears of.
fn asked<T, F>(
    link: &Link,
    terminal: String,
    order: impl FnOnce(TerminalHandle) -> F,
    heard: fn(String, Result<T, Refusal>) -> desk::Message,
) -> Task<Message>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Refusal>> + Send + 'static,
{
    let Some(handle) = link.till.terminal(&terminal).cloned() else {
        return Task::done(Message::Desk(heard(terminal, Err(Refusal::Gone))));
    };
    Task::perform(order(handle), move |ended| Message::Desk(heard(terminal.clone(), ended)))
}

/// The terminal's next question or outcome says more than that the answer was taken.
fn answered(answered: Result<(), Refusal>) -> Task<Message> {
    match answered {
        Ok(()) => Task::none(),
        Err(refusal) => Task::done(Message::Desk(desk::Message::AnswerRefused(refusal))),
    }
}

/// Beside the window, which goes on drawing meanwhile.
async fn picture(drawing: Drawing) -> Option<SignatureImage> {
    tokio::task::spawn_blocking(move || drawing.to_picture()).await.ok().flatten()
}

/// An order that needs no answer.
fn told<F>(link: &Link, terminal: &str, order: impl FnOnce(TerminalHandle) -> F) -> Task<Message>
where
    F: Future<Output = ()> + Send + 'static,
{
    link.till.terminal(terminal).cloned().map_or_else(Task::none, |handle| Task::future(order(handle)).discard())
}

/// The terminal's actor fills in what the journal knows of the original.
fn void(payment: PaymentId, taken: Money) -> PaymentRequest {
    let original = Original { payment, operation: Operation::Sale, taken, reference: None };
    PaymentRequest { of: Some(original), ..PaymentRequest::new(Operation::Void, taken) }
}

fn query(page: &Page) -> HistoryQuery {
    let search = page.search.trim();
    HistoryQuery {
        limit: PAGE,
        before: page.before.clone(),
        search: (!search.is_empty()).then(|| search.to_owned()),
        terminal: None,
    }
}

async fn read(journal: JournalHandle, query: HistoryQuery) -> Result<Vec<PaymentRecord>, String> {
    let rows = journal.read(move |journal| journal.history(&query)).await.and_then(|inner| inner);
    rows.map_err(|error| error.key().to_owned())
}

async fn day_ends(journal: JournalHandle) -> Result<Vec<KeptDayEnd>, String> {
    let kept = journal.read(|journal| journal.day_ends(None, reports::AT_MOST)).await.and_then(|inner| inner);
    kept.map_err(|error| error.key().to_owned())
}

async fn receipts(journal: JournalHandle, payment: PaymentId) -> Result<Vec<Receipt>, String> {
    let receipts = journal.read(move |journal| journal.receipts(&payment)).await.and_then(|inner| inner);
    receipts.map_err(|error| error.key().to_owned())
}

/// A watched value under a name; iced tells subscriptions apart by the name.
struct Watched<T> {
    name: String,
    receiver: watch::Receiver<T>,
}

impl<T> Hash for Watched<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

fn pictures(watched: &Watched<Arc<TerminalView>>) -> impl Stream<Item = Message> + use<> {
    every_change(watched.receiver.clone(), |view| Message::Desk(desk::Message::TerminalChanged(view.clone())))
}

fn changes(watched: &Watched<u64>) -> impl Stream<Item = Message> + use<> {
    every_change(watched.receiver.clone(), |_| Message::Desk(desk::Message::JournalChanged))
}

/// The value as it is now, then every newer one; the newest wins where the window is slow.
fn every_change<T: Send + Sync + 'static>(
    mut receiver: watch::Receiver<T>,
    message: fn(&T) -> Message,
) -> impl Stream<Item = Message> {
    stream::channel(8, async move |mut window: Sender<Message>| {
        receiver.mark_changed();
        while receiver.changed().await.is_ok() {
            let message = message(&receiver.borrow_and_update());
            if window.send(message).await.is_err() {
                return;
            }
        }
    })
}
