//! The desk and its actor with a terminal that can do everything and does it at once.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use serde_json::json;
use tokio::sync::mpsc;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{
    Currency, DayEnd, DayReport, DayVerdict, Display, InputKind, Instant, Money, Now, Operation, Original, Outcome,
    PaymentId, PaymentRequest, Prompt, PromptAnswer, PromptKind, Question, QuestionId, QuestionKind, ScannedCode,
    SignatureImage, StartPayment, Taken, Tender, Verdict,
};
use crate::journal::{Entry, Journal, JournalHandle, NewPayment};
use crate::links::{Links, SystemClock};
use crate::protocols::driver::{Command, Driver, Effect, Input, LinkAction, Report, Stopping};
use crate::protocols::frame::{Channel, Frame};
use crate::protocols::protocol::{Abilities, Secrets};

use super::actor::{Actor, Parts};
use super::handle::TerminalHandle;
use super::order::Refusal;
use super::station::{ErrandEnd, Sending, Station};
use super::view::{Errand, Signal, TerminalView};

const CODE: &str = "28763420/91 55";

/// Approves everything in the step it is asked in; keeps an errand until it is told to end it.
#[derive(Default)]
struct Willing {
    /// Answers a close and a scan at once.
    prompt: bool,
    /// Asks for a signature first, and keeps the payment until it has one.
    asks: Option<Question>,
    /// Has something on its way that never arrives.
    parting: bool,
    /// What sales without their tips were, for tip adjustments.
    sold: i64,
}

impl Willing {
    fn approve(&mut self, start: &StartPayment) -> Vec<Effect> {
        let request = &start.request;
        let mut taken = Taken::exactly(request.amount);
        match request.operation {
            Operation::Sale => self.sold = request.amount.minor(),
            Operation::Tip => {
                taken = Taken { tip_minor: request.amount.minor(), ..Taken::exactly(kr(self.sold)) };
                taken.total = taken.total.checked_add(request.amount).unwrap();
            }
            _ => {}
        }
        let said = json!({ "amount": request.amount.minor(), "code": request.code.as_ref().map(ScannedCode::reveal) });
        let frame = Frame::Bytes(said.to_string().into_bytes());
        vec![
            Effect::Report(Report::Reference(json!({ "shown": start.id.as_str() }))),
            Effect::Report(Report::Transmitted),
            Effect::money(Channel::new("line", 1), LinkAction::Send(frame)),
            Effect::Report(Report::Outcome(Outcome::approved(taken))),
        ]
    }
}

impl Driver for Willing {
    fn step(&mut self, _: Now, input: Input) -> Vec<Effect> {
        match input {
            Input::Command(Command::Start(_)) if self.asks.is_some() => {
                self.asks.clone().map(|question| Effect::Report(Report::Question(question))).into_iter().collect()
            }
            Input::Command(Command::Start(start)) => self.approve(&start),
            Input::Command(Command::Sign(question, image)) => vec![
                Effect::Report(Report::QuestionClosed(question)),
                Effect::Report(Report::Display(Display::Words(format!("{image:?}")))),
            ],
            Input::Command(Command::EndDay(DayReport::EndOfDay)) if self.prompt => {
                vec![Effect::Report(Report::DayEnd(closed()))]
            }
            Input::Command(Command::EndDay(report)) if self.prompt => {
                vec![Effect::Report(Report::DayEnd(reported(report)))]
            }
            Input::Command(Command::Scan) if self.prompt => {
                vec![Effect::Report(Report::Scanned(Ok("4006381333931".to_owned())))]
            }
            Input::Command(Command::Prompt(Prompt::Input { .. })) if self.prompt => {
                vec![Effect::Report(Report::Prompted(Ok(PromptAnswer::TypedAmount(kr(350)))))]
            }
            Input::Command(Command::Cancel) => {
                let why = Explanation::new("explain-cancelled-by-cashier", Fault::Nobody);
                vec![Effect::Report(Report::Scanned(Err(why)))]
            }
            _ => Vec::new(),
        }
    }

    fn deadline(&self) -> Option<Instant> {
        None
    }

    fn stopping(&self) -> Stopping {
        Stopping::Possible
    }

    fn has_parting_words(&self) -> bool {
        self.parting
    }
}

struct Nowhere;

impl Links for Nowhere {
    fn act(&mut self, _: Channel, _: LinkAction) {}
}

fn kr(minor: i64) -> Money {
    Money::new(minor, Currency::SEK)
}

fn closed() -> DayEnd {
    DayEnd {
        batch: Some("17".to_owned()),
        transactions: Some(3),
        total: Some(kr(30_000)),
        ..DayEnd::bare(DayVerdict::Closed)
    }
}

fn reported(report: DayReport) -> DayEnd {
    DayEnd {
        report,
        lines: vec!["X BALANCE".to_owned(), "TOTAL    482.10".to_owned()],
        figures: Some(json!({ "totalAmount": 48_210 })),
        ..DayEnd::bare(DayVerdict::Reported)
    }
}

fn able() -> Abilities {
    Abilities {
        operations: &Operation::ALL,
        cashback: false,
        tip_with_sale: false,
        abort: true,
        voids_last_only: false,
        refunds_earlier: true,
        captures_more: false,
        tenders: &[Tender::Credit, Tender::Wallet],
        reports: &[DayReport::EndOfDay],
        keyed: false,
        scans: true,
        prompts: &[],
        serves_tables: false,
        pretends: false,
        currency: Currency::SEK,
    }
}

fn station(abilities: Abilities, driver: Willing) -> Station {
    let view = TerminalView { training: true, ..TerminalView::new("front", "nexo", abilities) };
    Station::new(Box::new(driver), view, &Secrets::default())
}

fn terminal(abilities: Abilities, driver: Willing) -> (TerminalHandle, JournalHandle) {
    let journal = JournalHandle::start(Journal::open_in_memory().unwrap());
    let (_, events) = mpsc::channel(1);
    let handle = Actor::start(Parts {
        station: station(abilities, driver),
        journal: journal.clone(),
        links: Box::new(Nowhere),
        clock: SystemClock::new(),
        events,
        on_moved: Box::new(|_, _| {}),
        commissions: mpsc::channel(1).0,
        open: Vec::new(),
    });
    (handle, journal)
}

fn willing() -> (TerminalHandle, JournalHandle) {
    terminal(able(), Willing { prompt: true, ..Willing::default() })
}

fn request(operation: Operation, minor: i64, of: Option<&PaymentId>) -> PaymentRequest {
    let original = |payment: &PaymentId| Original {
        payment: payment.clone(),
        operation: Operation::Sale,
        taken: kr(1),
        reference: None,
    };
    PaymentRequest { of: of.map(original), ..PaymentRequest::new(operation, kr(minor)) }
}

async fn paid(terminal: &TerminalHandle, operation: Operation, minor: i64, of: Option<&PaymentId>) -> PaymentId {
    let running = terminal.pay(request(operation, minor, of)).await.unwrap();
    assert_eq!(running.outcome.await.unwrap().verdict, Verdict::Approved);
    running.id
}

async fn refused(terminal: &TerminalHandle, operation: Operation, minor: i64, of: &PaymentId) -> Refusal {
    terminal.pay(request(operation, minor, Some(of))).await.unwrap_err()
}

async fn asked(journal: &JournalHandle, id: &PaymentId) -> (i64, Original) {
    let wanted = id.clone();
    let record = journal.read(move |journal| journal.payment(&wanted)).await.unwrap().unwrap().unwrap();
    (record.request.amount.minor(), record.request.of.unwrap())
}

fn now() -> Now {
    Now { at: Instant::ORIGIN, wall: "2026-03-14T09:00:00Z".parse().unwrap(), offset: jiff::tz::Offset::constant(1) }
}

#[tokio::test]
async fn a_preauthorisation_is_captured_once_and_never_for_more_than_it_reserved() {
    let (terminal, journal) = willing();
    let preauth = paid(&terminal, Operation::Preauth, 10_000, None).await;
    assert_eq!(
        refused(&terminal, Operation::Capture, 10_001, &preauth).await,
        Refusal::CaptureTooLarge { payment: preauth.clone(), reserved: kr(10_000) }
    );
    let capture = paid(&terminal, Operation::Capture, 6_000, Some(&preauth)).await;
    let (amount, original) = asked(&journal, &capture).await;
    assert_eq!((amount, original.taken, original.operation), (6_000, kr(10_000), Operation::Preauth));
    assert_eq!(original.reference, Some(json!({ "shown": preauth.as_str() })));
    let captured = Refusal::AlreadyCaptured(preauth.clone());
    assert_eq!(refused(&terminal, Operation::Capture, 4_000, &preauth).await, captured);
    assert_eq!(refused(&terminal, Operation::Void, 1, &preauth).await, captured);
    let void = paid(&terminal, Operation::Void, 1, Some(&capture)).await;
    assert_eq!(asked(&journal, &void).await.0, 6_000);
    assert_eq!(refused(&terminal, Operation::Capture, 4_000, &preauth).await, captured);
}

#[tokio::test]
async fn a_void_releases_a_preauthorisation_and_nothing_else_is_captured() {
    let (terminal, _) = willing();
    let preauth = paid(&terminal, Operation::Preauth, 10_000, None).await;
    paid(&terminal, Operation::Void, 1, Some(&preauth)).await;
    let refusal = refused(&terminal, Operation::Capture, 10_000, &preauth).await;
    assert_eq!(refusal, Refusal::AlreadyVoided(preauth));
    let sale = paid(&terminal, Operation::Sale, 10_000, None).await;
    let refusal = refused(&terminal, Operation::Capture, 10_000, &sale).await;
    assert_eq!(refusal, Refusal::WrongKind { payment: sale, kind: Operation::Sale, asked: Operation::Capture });
}

#[tokio::test]
async fn a_void_gives_back_the_newest_tip_too() {
    let (terminal, journal) = willing();
    let sale = paid(&terminal, Operation::Sale, 10_000, None).await;
    paid(&terminal, Operation::Tip, 1_000, Some(&sale)).await;
    let tip = paid(&terminal, Operation::Tip, 1_500, Some(&sale)).await;
    assert_eq!(asked(&journal, &tip).await.1.taken, kr(11_000));
    let refusal = refused(&terminal, Operation::Void, 1, &tip).await;
    assert_eq!(refusal, Refusal::WrongKind { payment: tip, kind: Operation::Tip, asked: Operation::Void });
    let void = paid(&terminal, Operation::Void, 1, Some(&sale)).await;
    let (amount, original) = asked(&journal, &void).await;
    assert_eq!((amount, original.taken), (11_500, kr(11_500)));
    assert_eq!(refused(&terminal, Operation::Tip, 500, &sale).await, Refusal::AlreadyVoided(sale));
}

#[tokio::test]
async fn only_a_sale_gets_a_tip() {
    let (terminal, _) = willing();
    let preauth = paid(&terminal, Operation::Preauth, 10_000, None).await;
    let refusal = refused(&terminal, Operation::Tip, 500, &preauth).await;
    assert_eq!(refusal, Refusal::WrongKind { payment: preauth, kind: Operation::Preauth, asked: Operation::Tip });
}

#[tokio::test]
async fn refunds_together_never_give_back_more_than_was_taken() {
    let (terminal, _) = willing();
    let sale = paid(&terminal, Operation::Sale, 10_000, None).await;
    paid(&terminal, Operation::Tip, 1_000, Some(&sale)).await;
    let too_large = |left| Refusal::RefundTooLarge { payment: sale.clone(), left: kr(left) };
    assert_eq!(refused(&terminal, Operation::Refund, 11_001, &sale).await, too_large(11_000));
    paid(&terminal, Operation::Refund, 4_000, Some(&sale)).await;
    let second = paid(&terminal, Operation::Refund, 4_000, Some(&sale)).await;
    assert_eq!(refused(&terminal, Operation::Refund, 3_001, &sale).await, too_large(3_000));
    assert_eq!(refused(&terminal, Operation::Void, 1, &sale).await, Refusal::AlreadyRefunded(sale.clone()));
    assert_eq!(refused(&terminal, Operation::Tip, 1, &sale).await, Refusal::AlreadyRefunded(sale.clone()));
    paid(&terminal, Operation::Void, 1, Some(&second)).await;
    assert_eq!(refused(&terminal, Operation::Refund, 7_001, &sale).await, too_large(7_000));
    paid(&terminal, Operation::Refund, 7_000, Some(&sale)).await;
    assert_eq!(refused(&terminal, Operation::Refund, 1, &sale).await, too_large(0));
}

#[test]
fn what_a_terminal_cannot_do_is_refused() {
    let some: PaymentId = "K7M2-1".parse().unwrap();
    let sale = |tender, code: Option<&str>| PaymentRequest {
        tender,
        code: code.map(ScannedCode::new),
        ..request(Operation::Sale, 100, None)
    };
    let check = |abilities, request: &PaymentRequest| station(abilities, Willing::default()).check(request);
    for (request, refusal) in [
        (sale(Some(Tender::Gift), None), Refusal::NoTender(Tender::Gift)),
        (sale(Some(Tender::Wallet), None), Refusal::NoCode),
        (sale(Some(Tender::Credit), Some(CODE)), Refusal::CodeWithoutWallet),
        (sale(None, Some(CODE)), Refusal::CodeWithoutWallet),
        (request(Operation::Void, 100, None), Refusal::NoOriginal(Operation::Void)),
        (request(Operation::Capture, 100, None), Refusal::NoOriginal(Operation::Capture)),
        (request(Operation::Tip, 100, None), Refusal::NoOriginal(Operation::Tip)),
    ] {
        assert_eq!(check(able(), &request), Err(refusal));
    }
    assert_eq!(check(able(), &sale(Some(Tender::Wallet), Some(CODE))), Ok(()));
    let plain = Abilities { refunds_earlier: false, operations: &[Operation::Sale, Operation::Refund], ..able() };
    assert_eq!(check(plain, &request(Operation::Refund, 100, Some(&some))), Err(Refusal::NoRefundOfEarlier));
    assert_eq!(check(plain, &request(Operation::Refund, 100, None)), Ok(()));
    assert_eq!(check(plain, &request(Operation::Reload, 100, None)), Err(Refusal::NotAble(Operation::Reload)));
}

#[tokio::test]
async fn a_card_check_is_a_payment_that_takes_nothing_and_of_which_nothing_can_be_done() {
    let (terminal, journal) = willing();
    let check = paid(&terminal, Operation::CardCheck, 0, None).await;
    let wanted = check.clone();
    let record = journal.read(move |journal| journal.payment(&wanted)).await.unwrap().unwrap().unwrap();
    assert_eq!(record.verdict(), Verdict::Approved);
    assert_eq!(record.outcome.unwrap().taken, Some(Taken::exactly(kr(0))));
    for asked in [Operation::Void, Operation::Capture, Operation::Refund, Operation::Tip] {
        let refusal = refused(&terminal, asked, 1, &check).await;
        assert_eq!(refusal, Refusal::WrongKind { payment: check.clone(), kind: Operation::CardCheck, asked });
    }
    let refusal = refused(&terminal, Operation::CardCheck, 0, &check).await;
    assert!(matches!(refusal, Refusal::WrongKind { .. }), "{refusal:?}");
}

#[test]
fn a_card_check_has_no_amount_and_everything_else_has_one() {
    let station = station(Abilities { tip_with_sale: true, ..able() }, Willing::default());
    assert_eq!(station.check(&request(Operation::CardCheck, 0, None)), Ok(()));
    for minor in [1, -1] {
        assert_eq!(station.check(&request(Operation::CardCheck, minor, None)), Err(Refusal::AmountNotZero));
    }
    let check = || request(Operation::CardCheck, 0, None);
    let tipped = |minor| PaymentRequest { tip: Some(kr(minor)), ..check() };
    assert_eq!(station.check(&tipped(100)), Err(Refusal::AmountNotZero));
    assert_eq!(station.check(&tipped(0)), Err(Refusal::NoTip));
    assert_eq!(station.check(&PaymentRequest { cashback: Some(kr(0)), ..check() }), Err(Refusal::NoCashback));
    for operation in [Operation::Sale, Operation::Refund, Operation::Preauth, Operation::Reload] {
        assert_eq!(station.check(&request(operation, 0, None)), Err(Refusal::AmountNotPositive), "{operation:?}");
    }
}

#[test]
fn a_balance_and_a_deactivation_have_no_amount_and_nothing_can_be_done_about_them() {
    let station = station(able(), Willing::default());
    for operation in [Operation::Balance, Operation::Deactivation] {
        assert_eq!(station.check(&request(operation, 0, None)), Ok(()));
        assert_eq!(station.check(&request(operation, 100, None)), Err(Refusal::AmountNotZero));
        assert!(!operation.is_voidable());
    }
}

#[tokio::test]
async fn a_gift_card_is_paid_with_given_back_to_and_voided_where_the_terminal_takes_some() {
    let gift = |operation| PaymentRequest { tender: Some(Tender::Gift), ..request(operation, 100, None) };
    let none = station(able(), Willing::default());
    let some = Abilities { tenders: &[Tender::Gift], ..able() };
    for operation in [Operation::Sale, Operation::Refund] {
        assert_eq!(none.check(&gift(operation)), Err(Refusal::NoTender(Tender::Gift)));
        assert_eq!(station(some, Willing::default()).check(&gift(operation)), Ok(()));
    }
    let (terminal, _journal) = terminal(some, Willing::default());
    for operation in [Operation::Sale, Operation::Refund] {
        let running = terminal.pay(gift(operation)).await.unwrap();
        let id = running.id.clone();
        assert_eq!(running.outcome.await.unwrap().verdict, Verdict::Approved);
        paid(&terminal, Operation::Void, 100, Some(&id)).await;
    }
}

#[test]
fn a_number_is_keyed_in_only_where_the_terminal_can_and_the_card_matters() {
    let some: PaymentId = "K7M2-1".parse().unwrap();
    let keyed = |operation, of| {
        let minor = if operation == Operation::CardCheck { 0 } else { 100 };
        PaymentRequest { keyed: true, ..request(operation, minor, of) }
    };
    let check =
        |can, request: &PaymentRequest| station(Abilities { keyed: can, ..able() }, Willing::default()).check(request);
    for operation in [Operation::Sale, Operation::Refund, Operation::Preauth] {
        assert_eq!(check(true, &keyed(operation, None)), Ok(()));
        assert_eq!(check(false, &keyed(operation, None)), Err(Refusal::NotKeyed(operation)));
    }
    for (operation, of) in [
        (Operation::CardCheck, None),
        (Operation::Reload, None),
        (Operation::Void, Some(&some)),
        (Operation::Refund, Some(&some)),
    ] {
        assert_eq!(check(true, &keyed(operation, of)), Err(Refusal::NotKeyed(operation)));
    }
    let wallet = PaymentRequest {
        tender: Some(Tender::Wallet),
        code: Some(ScannedCode::new(CODE)),
        ..keyed(Operation::Sale, None)
    };
    assert_eq!(check(true, &wallet), Err(Refusal::NotKeyed(Operation::Sale)));
}

#[tokio::test]
async fn every_report_a_terminal_makes_can_be_asked_and_no_other() {
    let abilities = Abilities { reports: &[DayReport::EndOfDay, DayReport::X], ..able() };
    let (terminal, journal) = terminal(abilities, Willing { prompt: true, ..Willing::default() });
    assert_eq!(terminal.end_day(DayReport::X).await, Ok(reported(DayReport::X)));
    assert_eq!(terminal.end_day(DayReport::Z).await, Err(Refusal::NoReport(DayReport::Z)));
    assert_eq!(terminal.end_day(DayReport::EndOfDay).await, Ok(closed()));
    let kept = journal.read(|journal| journal.day_ends(None, 20)).await.unwrap().unwrap();
    assert_eq!(kept.into_iter().map(|kept| kept.end).collect::<Vec<_>>(), [closed(), reported(DayReport::X)]);
}

#[test]
fn a_report_that_never_came_is_not_called_a_close() {
    let mut station = station(Abilities { reports: &DayReport::ALL, ..able() }, Willing::default());
    station.begin_errand(now(), Sending::EndDay(DayReport::Z));
    let late = station.tick(Now { at: station.deadline().unwrap(), ..now() });
    assert_eq!(late.errand, Some(ErrandEnd::DayEnd(DayEnd::lost(DayReport::Z, Fault::Terminal))));
    assert_eq!(DayEnd::lost(DayReport::Z, Fault::Terminal).explanation.unwrap().key, "explain-report-lost");
}

#[tokio::test]
async fn a_day_is_closed_and_a_barcode_is_read_for_whoever_asked() {
    let (terminal, _) = willing();
    let mut signals = terminal.signals();
    assert_eq!(terminal.end_day(DayReport::EndOfDay).await, Ok(closed()));
    assert_eq!(signals.recv().await.unwrap(), Signal::DayEnd(closed()));
    assert_eq!(terminal.scan().await, Ok(Ok("4006381333931".to_owned())));
    let signal = signals.recv().await.unwrap();
    assert_eq!(signal, Signal::Scanned(Ok(ScannedCode::new("4006381333931"))));
    assert!(!format!("{signal:?}").contains("4006381333931"));
    assert!(terminal.view().borrow().is_free());
}

#[tokio::test]
async fn a_terminal_that_can_do_neither_says_so() {
    let (terminal, _) = terminal(Abilities { reports: &[], keyed: false, scans: false, ..able() }, Willing::default());
    assert_eq!(terminal.end_day(DayReport::EndOfDay).await, Err(Refusal::NoReport(DayReport::EndOfDay)));
    assert_eq!(terminal.scan().await, Err(Refusal::NoScanner));
}

#[tokio::test]
async fn a_customer_is_asked_what_the_terminal_can_ask_and_the_journal_does_not_hear_the_answer() {
    let input = || Prompt::Input { title: "Tip?".to_owned(), kind: InputKind::Amount, longest: 6 };
    let able = Abilities { prompts: &[PromptKind::Input], ..able() };
    let willing = || Willing { prompt: true, ..Willing::default() };
    let turn = station(able, willing()).begin_errand(now(), Sending::Prompt(input()));
    assert!(!turn.entries.is_empty() && !format!("{:?} {:?}", turn.entries, turn.signals).contains("350"));
    let (terminal, _journal) = terminal(able, willing());
    assert_eq!(terminal.prompt(Prompt::Signature).await, Err(Refusal::NoPrompt(PromptKind::Signature)));
    assert_eq!(terminal.prompt(input()).await, Ok(Ok(PromptAnswer::TypedAmount(kr(350)))));
    assert_eq!(terminal.view().borrow().errand, None);
}

#[tokio::test]
async fn no_payment_starts_beside_a_scan_and_the_cashier_can_stop_it() {
    let (terminal, _) = terminal(able(), Willing::default());
    let scanning = tokio::spawn({
        let terminal = terminal.clone();
        async move { terminal.scan().await }
    });
    terminal.view().wait_for(|view| view.errand == Some(Errand::Scan)).await.unwrap();
    assert!(!terminal.view().borrow().is_free());
    let sale = request(Operation::Sale, 100, None);
    assert_eq!(terminal.pay(sale).await.unwrap_err(), Refusal::Running);
    assert_eq!(terminal.end_day(DayReport::EndOfDay).await, Err(Refusal::Running));
    terminal.cancel().await;
    let why = scanning.await.unwrap().unwrap().unwrap_err();
    assert_eq!(why.key, "explain-cancelled-by-cashier");
    paid(&terminal, Operation::Sale, 100, None).await;
}

#[test]
fn a_day_end_is_written_down_and_a_driver_that_never_answers_does_not_keep_anybody_waiting() {
    let mut station = station(able(), Willing::default());
    let kinds = |entries: &[Entry]| -> Vec<String> {
        let kind = |entry: &Entry| match entry {
            Entry::Note { kind, .. } => Some(kind.clone()),
            _ => None,
        };
        entries.iter().filter_map(kind).collect()
    };
    let turn = station.begin_errand(now(), Sending::EndDay(DayReport::EndOfDay));
    assert_eq!(kinds(&turn.entries), ["day-end-asked"]);
    assert_eq!(station.check_errand(Errand::EndDay(DayReport::EndOfDay)), Err(Refusal::Running));
    let until = station.deadline().unwrap();
    assert!(until.since_origin() > Duration::from_secs(200), "{until}");
    let early = station.tick(Now { at: Instant::from_origin(Duration::from_secs(200)), ..now() });
    assert_eq!(early.errand, None);
    let late = station.tick(Now { at: until, ..now() });
    let Some(ErrandEnd::DayEnd(end)) = late.errand else { panic!("{late:?}") };
    assert_eq!(end.verdict, DayVerdict::Unknown);
    assert_eq!(kinds(&late.entries), ["day-end"]);
    assert_eq!((station.deadline(), station.check_errand(Errand::EndDay(DayReport::EndOfDay))), (None, Ok(())));
}

#[test]
fn a_wallets_code_leaves_and_is_not_written_down() {
    let mut journal = Journal::open_in_memory().unwrap();
    let mut station = station(able(), Willing::default());
    let wallet = PaymentRequest {
        tender: Some(Tender::Wallet),
        code: Some(ScannedCode::new(CODE)),
        ..request(Operation::Sale, 100, None)
    };
    let new = NewPayment {
        terminal: "front".to_owned(),
        protocol: "nexo".to_owned(),
        training: true,
        request: wallet,
        at: now().wall,
    };
    let recorded = journal.record(new).unwrap();
    let turn = station.start(now(), recorded);
    let LinkAction::Send(Frame::Bytes(sent)) = &turn.links[0].action else { panic!("{turn:?}") };
    assert!(String::from_utf8_lossy(sent).contains(CODE));
    let messages: Vec<_> = turn.entries.iter().filter(|entry| matches!(entry, Entry::Message { .. })).collect();
    let Entry::Message { body, .. } = messages[0] else { panic!("{messages:?}") };
    assert_eq!(String::from_utf8_lossy(body), r#"{"amount":100,"code":"***"}"#);
}

fn asking(on_screen: bool) -> Willing {
    let question =
        Question { id: QuestionId(7), kind: QuestionKind::Signature, text: String::new(), on_screen, until: None };
    Willing { asks: Some(question), ..Willing::default() }
}

#[tokio::test]
async fn a_drawn_signature_is_taken_while_its_question_is_open() {
    let image = || SignatureImage::new(b"picture".to_vec()).unwrap();
    let (terminal, journal) = terminal(able(), asking(true));
    let running = terminal.pay(request(Operation::Sale, 100, None)).await.unwrap();
    assert_eq!(terminal.sign(QuestionId(8), image()).await, Err(Refusal::NoSuchQuestion));
    assert_eq!(terminal.sign(QuestionId(7), image()).await, Ok(()));
    let view = terminal.view().borrow().clone();
    let payment = view.payment.as_ref().unwrap();
    let shown: Vec<_> = payment.displays.iter().map(|shown| &shown.display).collect();
    assert_eq!((&payment.question, shown), (&None, vec![&Display::Words("[7 bytes]".to_owned())]));
    assert_eq!(terminal.sign(QuestionId(7), image()).await, Err(Refusal::NoSuchQuestion));
    let id = running.id.clone();
    let events = journal.read(move |journal| journal.events(&id)).await.unwrap().unwrap();
    let events = format!("{events:?}");
    assert_eq!(events.matches("signed_on_screen").count(), 1, "{events}");
    assert!(!events.contains("picture") && !events.contains("[112, 105"), "{events}");
}

#[tokio::test]
async fn a_question_that_takes_no_picture_stays_open() {
    let (terminal, _) = terminal(able(), asking(false));
    terminal.pay(request(Operation::Sale, 100, None)).await.unwrap();
    let image = SignatureImage::new(b"picture".to_vec()).unwrap();
    assert_eq!(terminal.sign(QuestionId(7), image).await, Err(Refusal::NoSuchQuestion));
    assert!(terminal.view().borrow().payment.as_ref().unwrap().question.is_some());
}

#[tokio::test(start_paused = true)]
async fn parting_words_are_waited_for_two_seconds_at_most() {
    for (parting, waited) in [(true, Duration::from_secs(2)), (false, Duration::ZERO)] {
        let (terminal, _) = terminal(able(), Willing { parting, ..Willing::default() });
        let began = tokio::time::Instant::now();
        terminal.parting_words().await;
        let passed = began.elapsed();
        assert!(passed >= waited && passed < waited + Duration::from_millis(10), "{parting}: {passed:?}");
    }
}

#[test]
fn nothing_is_asked_about_what_ended_and_waits_to_be_written() {
    let id = PaymentId::new("AAAA", 1);
    let mut station = station(able(), Willing::default());
    station.set_unsaved(true);
    assert!(matches!(station.check_inquiry(&id), Err(Refusal::Unsaved)));
    station.set_unsaved(false);
    assert!(station.check_inquiry(&id).is_ok());
}
