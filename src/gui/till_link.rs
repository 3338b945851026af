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
use serde_json::{Value, json};
use tokio::sync::watch;

use super::account_link;
use super::app::Message;
use super::bill_link;
use super::day_link;
use super::desk::{self, Desk};
use super::diagnostics_link;
use super::drawing::Drawing;
use super::effect::Effect;
use super::hand_out_link;
use super::history_link;
use super::mail_link;
use super::permission::{self, Passage};
use super::price_import::{self, PriceImport};
use super::print_desk;
use super::print_link;
use super::printers_link;
use super::problem::{Placeable, Problem};
use super::receipts_link;
use super::screens::{opening, reports};
use super::search_again_link;
use super::search_link::{self, RunningSearch};
use super::set_up_link;
use super::signing_in::{self, SigningIn};
use crate::domain::operator::{OperatorEvent, SignedOut};
use crate::domain::{
    Decision, Money, Operation, OperatorName, Original, PaymentId, PaymentRecord, PaymentRequest, PriceList,
    QuestionId, Right, ScannedCode, Secret, SignatureImage,
};
use crate::journal::{HistoryQuery, Journal, JournalHandle, KeptDayEnd};

use crate::printing::{PrintView, Printing};
use crate::settings::{KeptPrices, Places, Settings};
use crate::terminal::{
    Author, Need, Operators, Refusal, Running, TerminalHandle, TerminalView, Till, TillError, Which, clock,
    shop_currency,
};

/// Payments kept beside the amount.
const RECENT: usize = 30;
/// A terminal that does not answer its logout in this time is left as it is.
const GOODBYE: Duration = Duration::from_secs(2);
/// Between two pictures of one terminal, or two words of the journal: nobody reads faster, and a terminal that floods the
/// till would otherwise keep the window drawing while a key waits.
const PACE: Duration = Duration::from_millis(50);
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
    operators: Operators,
    search: RunningSearch,
    printing: Printing,
    /// How often the till has taken settings up: its terminals are others then, under their old names.
    taken_up: u64,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link")
    }
}

impl Link {
    pub fn journal(&self) -> &JournalHandle {
        self.till.journal()
    }

    /// The desk as it is when the till has just opened.
    pub fn desk(&self) -> Desk {
        let views = self.till.terminals().iter().map(|handle| handle.view().borrow().clone()).collect();
        let mut desk = Desk::new(views, self.till.default_terminal().map(TerminalHandle::name));
        self.show_broken(&mut desk);
        desk.bills.set_prices(self.prices.clone());
        desk.signing = SigningIn::new(self.operators.roster());
        desk
    }

    pub fn till(&self) -> &Till {
        &self.till
    }

    pub fn places(&self) -> &Places {
        &self.price_import.places
    }

    /// The same with a till that has taken new settings up.
    pub fn with_till(self, till: Till) -> Link {
        Link { till, taken_up: self.taken_up + 1, ..self }
    }

    /// Shows its terminals on a desk that had others.
    pub fn show(&self, desk: &mut Desk) {
        let views = self.till.terminals().iter().map(|handle| handle.view().borrow().clone()).collect();
        desk.set_terminals(views, self.till.default_terminal().map(TerminalHandle::name));
        self.show_broken(desk);
    }

    fn show_broken(&self, desk: &mut Desk) {
        let broken = self.till.broken();
        desk.broken = broken.iter().map(Problem::from).chain(self.no_prices.clone()).collect();
        let named = broken.iter().filter_map(|error| Some((error.terminal()?.to_owned(), Problem::from(error))));
        desk.broken_terminals = named.collect();
    }

    pub fn printing(&self) -> &Printing {
        &self.printing
    }

    pub fn names(&self) -> Vec<String> {
        self.till.terminals().iter().map(|handle| handle.name().to_owned()).collect()
    }

    /// Pictures of every terminal as they change, and a word whenever the journal does.
    pub fn subscription(&self) -> Subscription<Message> {
        let terminals = self.till.terminals().iter().map(|handle| {
            let name = handle.name().to_owned();
            Subscription::run_with(Watched { name, taken_up: self.taken_up, receiver: handle.view() }, pictures)
        });
        let journal = Watched { name: String::new(), taken_up: 0, receiver: self.till.journal().changes() };
        let printing = Watched { name: "printing".to_owned(), taken_up: 0, receiver: self.printing.view() };
        let others = [Subscription::run_with(journal, changes), Subscription::run_with(printing, prints)];
        Subscription::batch(terminals.chain(others))
    }
}

/// Opens the till beside the window.
pub fn open(places: Places, settings: Settings) -> Task<Message> {
    let (told, upgrading) = watch::channel(None);
    let opening = async move {
        let tell = move |upgrading| {
            told.send_replace(Some(upgrading));
        };
        let till = Till::open_telling(&places, &settings, Which::All, tell).await?;
        let price_import = PriceImport { places: places.clone(), currency: shop_currency(&settings) };
        let (operators_file, print_queue) = (places.operators_file(), places.print_queue());
        let (prices, no_prices) = match prices(places).await {
            Ok(prices) => (prices, None),
            // A till without its price list takes payments all the same.
            Err(problem) => (None, Some(problem)),
        };
        let operators = Operators::open(&operators_file, till.journal().clone(), clock).await;
        let search = RunningSearch::default();
        let printing = Printing::open(&print_queue, &settings.printers).await;
        Ok::<_, TillError>(Link { till, prices, no_prices, price_import, operators, search, printing, taken_up: 0 })
    };
    let opened = Task::perform(opening, |opened| match opened {
        Ok(link) => Message::TillOpened(Box::new(link)),
        Err(error) => Message::Opening(opening::Message::Failed(opening::Problem {
            key: error.key().to_owned(),
            detail: error.to_string(),
        })),
    });
    let upgrading = every_change(upgrading, |upgrading| Message::Opening(opening::Message::Upgrading(*upgrading)));
    Task::batch([Task::run(upgrading, std::convert::identity), opened])
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
    let Some(Link { till, operators, printing, .. }) = link.cloned() else { return iced::exit() };
    let closed = async move {
        let _ = tokio::time::timeout(GOODBYE, operators.sign_out(SignedOut::Close)).await;
        let _ = tokio::time::timeout(CLOSING, printing.close()).await;
        // The day is over for the terminals too.
        let goodbyes = join_all(till.terminals().iter().map(TerminalHandle::disconnect));
        let _ = tokio::time::timeout(GOODBYE, goodbyes).await;
        let _ = tokio::time::timeout(CLOSING, till.close()).await;
    };
    Task::future(closed).then(|()| iced::exit())
}

/// Carries out an effect on the open till, if whoever is at it may have it done, with their name on it. What they may not
/// is kept by the window until somebody allows it. What has nothing to do with the till is not for here.
pub fn carry_out(link: &Link, effect: Effect) -> Task<Message> {
    match permission::pass(&link.operators, effect) {
        Passage::Through(effect, author) => perform(link, effect, author),
        Passage::Refused(heard) => heard.map_or_else(Task::none, Task::done),
        Passage::Asks(right, effect) => {
            let (operators, what) = (link.operators.clone(), permission::what(&effect));
            let written = Task::future(async move { operators.refused(right, &what).await }).discard();
            let effect = Box::new(effect);
            Task::batch([written, Task::done(signing(signing_in::Message::NotAllowed { right, effect }))])
        }
    }
}

/// Does it as somebody's doing.
fn perform(link: &Link, effect: Effect, author: Author) -> Task<Message> {
    let journal = link.till.journal().clone();
    let operators = link.operators.clone();
    match effect {
        Effect::Pay { terminal, request } => started(link, terminal, |handle| async move { handle.pay(request).await }),
        Effect::Void { terminal, payment, taken } => {
            let Author { operator, allowed_by } = author;
            let allowed_by = allowed_by.map(Box::new);
            let request = PaymentRequest { operator, allowed_by, ..void(payment, taken) };
            started(link, terminal, |handle| async move { handle.pay(request).await })
        }
        Effect::GiveBack { payment, amount } => {
            let bills = link.till.bills().on_behalf(author.operator.clone());
            let given = async move { bills.give_back(&payment, amount, author).await };
            Task::perform(given, |given| Message::Desk(desk::Message::GaveBack(given.map(Box::new))))
        }
        Effect::Inquire { terminal, payment } => {
            started(link, terminal, |handle| async move { handle.inquire(payment).await })
        }
        Effect::Cancel { terminal } => told(link, &terminal.clone(), |handle| async move {
            let payment = at_hand(&handle);
            // It waits for no disk.
            handle.cancel().await;
            operators.did(OperatorEvent::Cancelled { terminal }, payment).await;
        }),
        Effect::Dismiss { terminal } => told(link, &terminal, |handle| async move { handle.dismiss().await }),
        Effect::Connect { terminal } => told(link, &terminal, |handle| async move { handle.connect().await }),
        Effect::EndDay { terminal, report } => {
            let asked_for = OperatorEvent::DayAsked { terminal: terminal.clone(), report: report.word().to_owned() };
            let order = |handle: TerminalHandle| async move {
                operators.did(asked_for, None).await;
                handle.end_day(report).await
            };
            asked(link, terminal, order, desk::Message::DayEnded)
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
            Some(handle) => Task::future(async move {
                let payment = at_hand(&handle);
                handle.answer(question, answer).await?;
                operators.did(answered_by(&handle, question, json!(answer)), payment).await;
                Ok(())
            })
            .then(answered),
            None => Task::none(),
        },
        Effect::Sign { terminal, question, drawing } => match link.till.terminal(&terminal).cloned() {
            Some(handle) => Task::future(picture(drawing)).then(move |image| match image {
                Some(image) => {
                    let (handle, operators) = (handle.clone(), operators.clone());
                    Task::future(async move {
                        let payment = at_hand(&handle);
                        handle.sign(question, image).await?;
                        operators.did(answered_by(&handle, question, json!("signed")), payment).await;
                        Ok(())
                    })
                    .then(answered)
                }
                None => Task::done(Message::Desk(desk::Message::SigningFailed(question))),
            }),
            None => Task::none(),
        },
        Effect::ReadRecent => {
            let query = HistoryQuery { limit: RECENT, ..HistoryQuery::default() };
            Task::perform(read(journal, query), |read| Message::Desk(desk::Message::RecentRead(read)))
        }
        Effect::ReadPayment(payment) => history_link::read_payment(journal, payment),
        Effect::ReadReports => {
            Task::perform(day_ends(journal), |read| Message::Desk(desk::Message::Reports(reports::Message::Read(read))))
        }
        Effect::ReadDiagnostics => diagnostics_link::read(journal, link.price_import.places.clone()),
        Effect::MakeBundle => diagnostics_link::make_bundle(link.till().clone(), link.places().clone()),
        Effect::ChooseLogDetail(part, detailed) => {
            diagnostics_link::choose_detail(link.price_import.places.clone(), part, detailed)
        }
        Effect::ReadDay => day_link::read(journal),
        Effect::PlanSearch => search_link::plan(),
        Effect::StartSearch => search_link::start(&link.search, link.price_import.places.clone()),
        Effect::ListAccount(wanted) => account_link::list(link, *wanted),
        Effect::FindAgain(name) => search_again_link::start(&link.search, link.places().clone(), name),
        Effect::StopSearch => {
            link.search.stop();
            Task::none()
        }
        Effect::ImportPrices(file) => {
            let source = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
            let import = price_import::import(link.price_import.clone(), file);
            let imported = async move {
                let imported = import.await;
                if imported.is_ok() {
                    operators.did(OperatorEvent::PricesImported { source }, None).await;
                }
                imported
            };
            Task::perform(imported, Message::PricesImported)
        }
        Effect::CloseShopDay => day_link::close(link.till.clone(), &author),
        Effect::Decide { payment, paid, by, reason } => {
            let decision = Decision { paid, by, reason, at: Timestamp::now() };
            let decide = move |journal: &mut Journal| journal.decide(&payment, decision);
            let decided = async move { journal.change_as(author.operator, decide).await };
            Task::perform(decided, |decided| {
                let result = decided.map(|_| ()).map_err(|error| error.key().to_owned());
                Message::Desk(desk::Message::DecisionRecorded(result))
            })
        }
        Effect::Bill(by, order) => bill_link::carry_out(&link.till, by, order, author),
        Effect::SignIn { name, digits } => {
            let tried = async move {
                let tried = operators.sign_in(&name, digits).await;
                signing_in::Message::Tried(name, tried.map(|_| operators.roster()))
            };
            Task::perform(tried, signing)
        }
        Effect::SignOut(why) => {
            let gone = operators.leave();
            let left = async move {
                operators.left(gone, why).await;
                operators.roster()
            };
            Task::perform(left, |roster| signing(signing_in::Message::Read(roster)))
        }
        Effect::ReadOperators => Task::perform(async move { operators.read_again().await }, |roster| {
            signing(signing_in::Message::Read(roster))
        }),
        Effect::ChangeOperators(order) => {
            let changed = async move { operators.change(&author, order).await };
            Task::perform(changed, |changed| {
                signing(signing_in::Message::Changed(changed.map_err(|error| Problem::from(&error))))
            })
        }
        Effect::PrintAgain(job) => print_link::ordered(link.printing.again(job)),
        Effect::PrintElsewhere(job, printer) => print_link::ordered(link.printing.elsewhere(job, &printer)),
        Effect::PrintGiveUp(job) => print_link::ordered(link.printing.give_up(job)),
        Effect::ReadReceipts => receipts_link::read(link.places().clone()),
        Effect::KeepMailServer(wanted) => mail_link::keep(link.places().clone(), *wanted),
        Effect::TestMail(to) => mail_link::test(link.places().clone(), to),
        Effect::MailReceipt(order) => hand_out_link::mail(link, *order),
        Effect::ChangePrinters(order) => printers_link::change(link.places().clone(), order),
        Effect::FindPrinters => printers_link::find(),
        Effect::KeepReceipts(wanted) => receipts_link::keep(link.places().clone(), *wanted),
        Effect::SetUp(order) => set_up_link::carry_out(link, order, author),
        Effect::TestTerminal(terminal) => set_up_link::test(link, terminal),
        Effect::TakeUpSettings(renewed) => set_up_link::take_up(link, renewed),
        Effect::Allow { right, name, digits, effect } => allow(link, right, name, digits, *effect),
        Effect::Open
        | Effect::OpenWith(_)
        | Effect::Mend(_)
        | Effect::Close
        | Effect::FocusNext
        | Effect::FocusPrevious
        | Effect::Focus(_)
        | Effect::Scroll(..)
        | Effect::ReadHistory(_)
        | Effect::Unfocus
        | Effect::FullScreen
        | Effect::MeasureScreen
        | Effect::ShowCustomersHere
        | Effect::KeepSetting(_)
        | Effect::Print(_)
        | Effect::TestPrinter(_)
        | Effect::Sound(_) => Task::none(),
    }
}

/// Does what somebody else has allowed, if this is their PIN.
fn allow(link: &Link, right: Right, name: OperatorName, digits: Secret, effect: Effect) -> Task<Message> {
    // It is what it was when it was refused, or it is not done.
    if permission::need(&effect) != Need::Right(right) {
        return permission::refusal(&effect).map_or_else(Task::none, Task::done);
    }
    let (operators, what) = (link.operators.clone(), permission::what(&effect));
    let link = link.clone();
    Task::future(async move {
        let allowed = operators.allow(right, &what, &name, digits).await;
        (name, allowed, operators.roster())
    })
    .then(move |(name, allowed, roster)| match allowed {
        Ok(author) => {
            let done = perform(&link, permission::signed(effect.clone(), &author), author);
            Task::batch([Task::done(signing(signing_in::Message::Tried(name, Ok(roster)))), done])
        }
        Err(tried) => Task::done(signing(signing_in::Message::Tried(name, Err(tried)))),
    })
}

fn signing(message: signing_in::Message) -> Message {
    Message::Desk(desk::Message::Signing(message))
}

/// The payment that somebody's name is put to.
fn at_hand(handle: &TerminalHandle) -> Option<PaymentId> {
    handle.view().borrow().payment.as_ref().map(|payment| payment.id.clone())
}

fn answered_by(handle: &TerminalHandle, question: QuestionId, answer: Value) -> OperatorEvent {
    OperatorEvent::Answered { terminal: handle.name().to_owned(), question: question.0, answer }
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

async fn read(journal: JournalHandle, query: HistoryQuery) -> Result<Vec<PaymentRecord>, String> {
    let rows = journal.read(move |journal| journal.history(&query)).await.and_then(|inner| inner);
    rows.map_err(|error| error.key().to_owned())
}

async fn day_ends(journal: JournalHandle) -> Result<Vec<KeptDayEnd>, String> {
    let kept = journal.read(|journal| journal.day_ends(None, reports::AT_MOST)).await.and_then(|inner| inner);
    kept.map_err(|error| error.key().to_owned())
}

/// A watched value under a name; iced tells subscriptions apart by the name.
struct Watched<T> {
    name: String,
    taken_up: u64,
    receiver: watch::Receiver<T>,
}

impl<T> Hash for Watched<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.taken_up.hash(state);
    }
}

fn pictures(watched: &Watched<Arc<TerminalView>>) -> impl Stream<Item = Message> + use<> {
    every_change(watched.receiver.clone(), |view| Message::Desk(desk::Message::TerminalChanged(view.clone())))
}

fn changes(watched: &Watched<u64>) -> impl Stream<Item = Message> + use<> {
    every_change(watched.receiver.clone(), |_| Message::Desk(desk::Message::JournalChanged))
}

fn prints(watched: &Watched<PrintView>) -> impl Stream<Item = Message> + use<> {
    every_change(watched.receiver.clone(), |view| {
        Message::Desk(desk::Message::Print(print_desk::Message::Changed(view.clone())))
    })
}

/// The value as it is now, then every newer one, at once after a quiet time and at most one in each [`PACE`]; the newest wins.
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
            tokio::time::sleep(PACE).await;
        }
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use futures_util::StreamExt;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_terminal_that_floods_the_till_has_the_window_draw_at_most_twenty_times_a_second() {
        let (terminal, receiver) = watch::channel(0_u64);
        let window = every_change(receiver, |_| Message::Ticked);
        let drawn = tokio::spawn(window.fold(0_usize, |drawn, _| async move { drawn + 1 }));
        for word in 1..=1000 {
            tokio::time::sleep(Duration::from_millis(5)).await;
            terminal.send(word).unwrap();
        }
        tokio::time::sleep(PACE).await;
        drop(terminal);
        let drawn = drawn.await.unwrap();
        assert!((90..=102).contains(&drawn), "{drawn}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_changes_after_a_quiet_time_is_drawn_at_once() {
        let (terminal, receiver) = watch::channel(0_u64);
        let mut window = std::pin::pin!(every_change(receiver, |_| Message::Ticked));
        window.next().await.unwrap();
        let asked = tokio::time::Instant::now();
        let changed = async {
            tokio::time::sleep(PACE * 2).await;
            terminal.send(1).unwrap();
        };
        let (next, ()) = tokio::join!(window.next(), changed);
        next.unwrap();
        assert_eq!(asked.elapsed(), PACE * 2);
    }
}
