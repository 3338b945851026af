//! The running till: journal, actor, links and listener over real sockets on loopback, against a simulated terminal.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use checkstand::domain::{
    Answer, Currency, Decision, Money, Operation, Original, Outcome, PaymentId, PaymentRequest, PaymentState, Verdict,
};
use checkstand::journal::Journal;
use checkstand::links::{HostNews, SimulatorHost};
use checkstand::protocols;
use checkstand::protocols::protocol::{FieldValues, SimulatorSetup};
use checkstand::protocols::simulator::LedgerEntry;
use checkstand::settings::{Places, Settings, TerminalSettings};
use checkstand::terminal::{Refusal, Running, Signal, TerminalHandle, TerminalView, Till, TillError, Which};

/// Nothing in these tests may take longer.
const PATIENCE: Duration = Duration::from_secs(30);

struct Shop {
    folder: tempfile::TempDir,
    settings: Settings,
    ledger: Arc<Mutex<Vec<LedgerEntry>>>,
    complaints: Arc<Mutex<Vec<String>>>,
    _terminal: SimulatorHost,
}

/// An address of the loopback net that no other test uses, so that its ports are free.
fn own_address() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let process = std::process::id();
    format!("127.{}.{}.{}", 64 + (process >> 8) % 64, process % 256, number % 256)
}

impl Shop {
    async fn open(integration: &str) -> Shop {
        let protocol = protocols::find("nexo").unwrap();
        let listener = format!("{}:11000", own_address());
        let simulator = (protocol.simulator)(&SimulatorSetup {
            seed: 1,
            speed: 200,
            memory: None,
            currency: Currency::SEK,
            options: BTreeMap::new(),
        });
        let ledger = Arc::new(Mutex::new(Vec::new()));
        let complaints = Arc::new(Mutex::new(Vec::new()));
        let (written, disliked) = (ledger.clone(), complaints.clone());
        let sink = move |news| match news {
            HostNews::Ledger(entry) => written.lock().unwrap().push(entry),
            HostNews::Complaint(text) => disliked.lock().unwrap().push(text),
            _ => {}
        };
        let till = Some(format!("http://{listener}"));
        let host =
            SimulatorHost::start("127.0.0.1:0".parse().unwrap(), protocol.doors, till, simulator, sink).await.unwrap();
        let mut fields = FieldValues::default();
        fields.set("host", "127.0.0.1");
        fields.set("port", &host.local_address().port().to_string());
        fields.set("poi_id", "BUTIK7-K2");
        fields.set("integration", integration);
        fields.set("listener", &listener);
        fields.set("operator_language", "en");
        fields.set("listener_peer", "any");
        let mut settings = Settings::default();
        settings.put(TerminalSettings::new("front", "nexo", fields));
        Shop { folder: tempfile::tempdir().unwrap(), settings, ledger, complaints, _terminal: host }
    }

    fn places(&self) -> Places {
        Places::in_folder(self.folder.path())
    }

    async fn till(&self) -> Till {
        Till::open(&self.places(), &self.settings, Which::Only("front".into())).await.unwrap()
    }

    fn charged(&self, id: &PaymentId) -> i64 {
        use checkstand::protocols::simulator::LedgerState;
        let ledger = self.ledger.lock().unwrap();
        ledger
            .iter()
            .filter(|entry| entry.till_reference == id.as_str())
            .map(|entry| if entry.state == LedgerState::Approved { entry.amount_minor } else { -entry.amount_minor })
            .sum()
    }

    fn no_complaints(&self) {
        let complaints = self.complaints.lock().unwrap();
        assert!(complaints.is_empty(), "{complaints:?}");
    }
}

fn sale(minor: i64) -> PaymentRequest {
    PaymentRequest::new(Operation::Sale, Money::new(minor, Currency::SEK))
}

async fn outcome(running: Running) -> Outcome {
    tokio::time::timeout(PATIENCE, running.outcome).await.expect("an outcome in time").unwrap()
}

async fn pay(terminal: &TerminalHandle, request: PaymentRequest) -> (PaymentId, Outcome) {
    let running = terminal.pay(request).await.unwrap();
    let id = running.id.clone();
    (id, outcome(running).await)
}

async fn until(terminal: &TerminalHandle, what: impl Fn(&TerminalView) -> bool) -> Arc<TerminalView> {
    let mut view = terminal.view();
    let seen = tokio::time::timeout(PATIENCE, view.wait_for(|view| what(view))).await;
    seen.expect("a picture in time").unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_in_the_full_style_is_shown_live_and_kept() {
    let shop = Shop::open("full").await;
    let till = shop.till().await;
    let terminal = till.terminal("front").unwrap();
    let mut signals = terminal.signals();
    let (id, outcome) = pay(terminal, sale(24_900)).await;
    assert_eq!(outcome.verdict, Verdict::Approved);
    assert_eq!(shop.charged(&id), 24_900);
    let mut displays = Vec::new();
    while let Ok(signal) = signals.try_recv() {
        if let Signal::Display { display, .. } = signal {
            displays.push(display.said().to_owned());
        }
    }
    assert!(displays.iter().any(|text| text == "Present card"), "{displays:?}");
    // Its stars come over a line of their own, and the outcome may be there before the last of them.
    assert!(displays.iter().any(|text| text.starts_with("Enter PIN")), "{displays:?}");
    let receipts = till.journal().read(move |journal| journal.receipts(&id)).await.unwrap().unwrap();
    assert_eq!(receipts.len(), 2);
    assert!(till.journal().read(|journal| journal.verify()).await.unwrap().unwrap().is_whole());
    shop.no_complaints();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_in_both_styles() {
    for integration in ["full", "light"] {
        for (answer, verdict, charged) in
            [(Answer::Accept, Verdict::Approved, 10_055), (Answer::Reject, Verdict::NotCharged, 0)]
        {
            let shop = Shop::open(integration).await;
            let till = shop.till().await;
            let terminal = till.terminal("front").unwrap();
            let running = terminal.pay(sale(10_055)).await.unwrap();
            let id = running.id.clone();
            let view =
                until(terminal, |view| view.payment.as_ref().is_some_and(|payment| payment.question.is_some())).await;
            let question = view.payment.as_ref().unwrap().question.clone().unwrap();
            terminal.answer(question.id, answer).await.unwrap();
            assert_eq!(terminal.answer(question.id, answer).await, Err(Refusal::NoSuchQuestion));
            assert_eq!(outcome(running).await.verdict, verdict, "{integration} {answer:?}");
            assert_eq!(shop.charged(&id), charged, "{integration} {answer:?}");
            shop.no_complaints();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_void_is_filled_in_from_the_journal_and_works_once() {
    let shop = Shop::open("light").await;
    let till = shop.till().await;
    let terminal = till.terminal("front").unwrap();
    let (first, _) = pay(terminal, sale(10_000)).await;
    let (second, _) = pay(terminal, sale(20_057)).await;
    let void = |of: &PaymentId| {
        let amount = Money::new(1, Currency::SEK);
        let mut request = PaymentRequest::new(Operation::Void, amount);
        request.of = Some(Original { payment: of.clone(), operation: Operation::Sale, taken: amount, reference: None });
        request
    };
    assert_eq!(terminal.pay(void(&first)).await.unwrap_err(), Refusal::NotTheLast(first.clone()));
    let (_, voided) = pay(terminal, void(&second)).await;
    assert_eq!(voided.verdict, Verdict::Approved);
    // 10 % tip included: what was taken is what is given back
    assert_eq!(voided.taken.unwrap().total.minor(), 22_062);
    assert_eq!(shop.charged(&second), 0);
    assert_eq!(terminal.pay(void(&second)).await.unwrap_err(), Refusal::AlreadyVoided(second));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_refused_before_anything_is_recorded() {
    let shop = Shop::open("light").await;
    let till = shop.till().await;
    let terminal = till.terminal("front").unwrap();
    let euro = PaymentRequest::new(Operation::Sale, Money::new(100, Currency::EUR));
    assert!(matches!(terminal.pay(euro).await, Err(Refusal::WrongCurrency { .. })));
    assert!(matches!(terminal.pay(sale(0)).await, Err(Refusal::AmountNotPositive)));
    assert!(matches!(terminal.pay(sale(-5)).await, Err(Refusal::AmountNotPositive)));
    let preauth = PaymentRequest::new(Operation::Preauth, Money::new(100, Currency::SEK));
    assert!(matches!(terminal.pay(preauth).await, Err(Refusal::NotAble(Operation::Preauth))));
    let history = till.journal().read(|journal| journal.history(&Default::default())).await.unwrap().unwrap();
    assert!(history.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn pressing_start_twice_starts_one_payment() {
    let shop = Shop::open("light").await;
    let till = shop.till().await;
    let terminal = till.terminal("front").unwrap();
    let (one, other) = tokio::join!(terminal.pay(sale(10_070)), terminal.pay(sale(10_070)));
    let (running, refused) = match (one, other) {
        (Ok(running), Err(refused)) | (Err(refused), Ok(running)) => (running, refused),
        both => panic!("{both:?}"),
    };
    assert_eq!(refused, Refusal::Running);
    terminal.cancel().await;
    terminal.cancel().await;
    assert_eq!(outcome(running).await.verdict, Verdict::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_program_on_the_same_folder_is_refused() {
    let shop = Shop::open("light").await;
    let till = shop.till().await;
    let second = Till::open(&shop.places(), &shop.settings, Which::All).await;
    assert!(matches!(second, Err(TillError::Locked(_))));
    till.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_whose_address_is_taken_refuses_payments_with_a_text() {
    let shop = Shop::open("full").await;
    let listener = shop.settings.terminal("front").unwrap().fields.text("listener").unwrap().to_owned();
    let _holder = std::net::TcpListener::bind(&listener).unwrap();
    let till = shop.till().await;
    match till.terminal("front").unwrap().pay(sale(100)).await {
        Err(Refusal::NoListener(text)) => assert!(text.contains(&listener), "{text}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_new_payments_and_never_hides_a_running_ones_outcome() {
    let shop = Shop::open("light").await;
    let till = shop.till().await;
    let terminal = till.terminal("front").unwrap();
    let running = terminal.pay(sale(10_070)).await.unwrap();
    let id = running.id.clone();
    until(terminal, |view| {
        view.payment.as_ref().is_some_and(|payment| payment.stage == checkstand::terminal::Stage::AtTerminal)
    })
    .await;
    till.journal().limit_pages(1).await.unwrap();
    // Free pages inside the file would still take some rows.
    let mut cancelled = None;
    terminal.cancel().await;
    if let Ok(outcome) = tokio::time::timeout(PATIENCE, running.outcome).await {
        cancelled = outcome.ok();
    }
    assert_eq!(cancelled.expect("an outcome").verdict, Verdict::Cancelled);
    let view = terminal.view().borrow().clone();
    if view.unsaved {
        assert!(
            matches!(terminal.inquire(id.clone()).await, Err(Refusal::Unsaved)),
            "the journal does not know its end"
        );
        assert!(matches!(
            terminal.pay(sale(100)).await,
            Err(Refusal::Unsaved | Refusal::InDoubt(_) | Refusal::Journal(_))
        ));
    } else {
        // It fitted; then the next ones do not.
        let mut refused = false;
        for _ in 0..200 {
            match terminal.pay(sale(100)).await {
                Ok(running) => drop(outcome(running).await),
                Err(Refusal::Journal(_) | Refusal::Unsaved | Refusal::InDoubt(_)) => {
                    refused = true;
                    break;
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        assert!(refused, "a full disk was not noticed");
    }
    till.journal().limit_pages(1_000_000).await.unwrap();
    terminal.dismiss().await;
    until(terminal, |view| !view.unsaved).await;
    let wanted = id.clone();
    let record = till.journal().read(move |journal| journal.payment(&wanted)).await.unwrap().unwrap().unwrap();
    assert_eq!(record.verdict(), Verdict::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_that_was_killed_asks_on_its_own_when_it_starts_again() {
    let shop = Shop::open("light").await;
    let till = shop.till().await;
    // The terminal takes the money and never says so: whatever the till finds out, it finds out by asking.
    let running = till.terminal("front").unwrap().pay(sale(10_064)).await.unwrap();
    let id = running.id.clone();
    let taken = async {
        while shop.charged(&id) == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, taken).await.expect("the terminal to take the money");
    // Everything is dropped without a goodbye, as a crash would.
    drop(running);
    drop(till);
    let places = shop.places();
    let reopened = tokio::time::timeout(PATIENCE, async {
        loop {
            match Till::open(&places, &shop.settings, Which::Only("front".into())).await {
                Ok(till) => break till,
                Err(TillError::Locked(_)) => tokio::task::yield_now().await,
                Err(other) => panic!("{other}"),
            }
        }
    })
    .await
    .expect("the folder to be free");
    let mut changes = reopened.journal().changes();
    let record = tokio::time::timeout(PATIENCE, async {
        loop {
            let wanted = id.clone();
            let read = reopened.journal().read(move |journal| journal.payment(&wanted)).await;
            let record = read.unwrap().unwrap().unwrap();
            if record.state.is_final() {
                break record;
            }
            changes.changed().await.unwrap();
        }
    })
    .await
    .expect("the payment to be settled");
    let booked = record.outcome.and_then(|outcome| outcome.taken).map(|taken| taken.total.minor());
    assert_eq!((record.state, booked), (PaymentState::Approved, Some(10_064)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_made_in_another_program_frees_the_terminal() {
    let shop = Shop::open("full").await;
    let till = shop.till().await;
    let terminal = till.terminal("front").unwrap();
    let (id, lost) = pay(terminal, sale(10_074)).await;
    assert_eq!(lost.verdict, Verdict::InDoubt);
    assert_eq!(terminal.pay(sale(100)).await.unwrap_err(), Refusal::InDoubt(id.clone()));
    let mut other_program = Journal::open(&shop.places().journal_file()).unwrap();
    let decision = Decision {
        paid: true,
        by: "Kim".to_owned(),
        reason: "printed slip".to_owned(),
        at: "2026-03-14T12:00:00Z".parse().unwrap(),
    };
    other_program.decide(&id, decision).unwrap();
    until(terminal, |view| view.is_free()).await;
    let (_, next) = pay(terminal, sale(10_000)).await;
    assert_eq!(next.verdict, Verdict::Approved);
}

/// What an installer changes while the till runs.
mod settings_taken_up {
    use std::collections::BTreeSet;

    use super::*;

    fn renewed(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    async fn open(shop: &Shop) -> Till {
        Till::open(&shop.places(), &shop.settings, Which::All).await.unwrap()
    }

    fn names(till: &Till) -> Vec<&str> {
        till.terminals().iter().map(TerminalHandle::name).collect()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_payment_that_runs_is_never_disturbed_and_the_settings_are_taken_up_behind_it() {
        let shop = Shop::open("full").await;
        let till = open(&shop).await;
        let running = till.terminal("front").unwrap().pay(sale(24_970)).await.unwrap();
        let id = running.id.clone();
        until(till.terminal("front").unwrap(), |view| {
            view.is_paying() && view.payment.as_ref().is_some_and(|payment| !payment.displays.is_empty())
        })
        .await;
        let mut settings = shop.settings.clone();
        settings.terminals[0].fields.set("sale_id", "OTHER");
        settings.put(TerminalSettings::new("back", "nexo", settings.terminals[0].fields.clone()));
        settings.terminals[1].fields.set("poi_id", "BUTIK7-K3");
        let taken = till.take_up(&shop.places(), &settings, &renewed(&[])).await.unwrap();
        assert_eq!(taken.waiting, renewed(&["front"]));
        assert_eq!(names(&taken.till), ["front", "back", "training"], "the new one is there at once");
        let front = taken.till.terminal("front").unwrap().clone();
        assert!(front.view().borrow().is_paying(), "the same actor goes on");
        front.cancel().await;
        let outcome = outcome(running).await;
        assert_eq!(outcome.verdict, Verdict::Cancelled);
        assert_eq!(shop.charged(&id), 0);
        until(&front, |view| !view.is_paying()).await;
        let behind = taken.till.take_up(&shop.places(), &settings, &renewed(&["front"])).await.unwrap();
        assert_eq!(behind.waiting, renewed(&[]));
        let front = behind.till.terminal("front").unwrap();
        let shown = front.view().borrow().payment.clone().unwrap();
        let verdict = shown.outcome().map(|outcome| outcome.verdict);
        assert_eq!((shown.id, verdict), (id, Some(Verdict::Cancelled)));
        let (second, outcome) = pay(front, sale(1_000)).await;
        assert_eq!((outcome.verdict, shop.charged(&second)), (Verdict::Approved, 1_000));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_the_same_goes_on_and_what_is_gone_ends() {
        let mut shop = Shop::open("full").await;
        let fields = shop.settings.terminals[0].fields.clone();
        shop.settings.put(TerminalSettings::new("back", "nexo", fields));
        shop.settings.terminals[1].fields.set("poi_id", "BUTIK7-K3");
        let till = open(&shop).await;
        let (front, back) = (till.terminal("front").unwrap().clone(), till.terminal("back").unwrap().clone());
        let mut settings = shop.settings.clone();
        settings.remove("back");
        let taken = till.take_up(&shop.places(), &settings, &renewed(&[])).await.unwrap();
        assert_eq!((names(&taken.till), taken.waiting), (vec!["front", "training"], renewed(&[])));
        assert!(matches!(back.pay(sale(100)).await, Err(Refusal::Gone)));
        assert_eq!(pay(&front, sale(500)).await.1.verdict, Verdict::Approved, "it was never stopped");
        shop.no_complaints();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_in_doubt_stays_so_and_settings_that_are_wrong_are_told() {
        let shop = Shop::open("light").await;
        let till = open(&shop).await;
        let front = till.terminal("front").unwrap();
        let running = front.pay(sale(1_274)).await.unwrap();
        let id = running.id.clone();
        until(front, |view| {
            matches!(view.payment.as_ref().map(|payment| &payment.stage), Some(checkstand::terminal::Stage::Seeking(_)))
        })
        .await;
        front.cancel().await;
        assert_eq!(outcome(running).await.verdict, Verdict::InDoubt);
        let mut settings = shop.settings.clone();
        settings.terminals[0].fields.set("sale_id", "OTHER");
        let taken = till.take_up(&shop.places(), &settings, &renewed(&[])).await.unwrap();
        let front = taken.till.terminal("front").unwrap();
        until(front, |view| view.unresolved.iter().any(|doubt| doubt.id == id)).await;
        assert!(matches!(front.pay(sale(100)).await, Err(Refusal::InDoubt(_) | Refusal::Running)));
        let mut wrong = settings.terminals[0].fields.clone();
        wrong.set("port", "no port");
        settings.put(TerminalSettings::new("back", "nexo", wrong));
        let taken = taken.till.take_up(&shop.places(), &settings, &renewed(&[])).await.unwrap();
        assert_eq!(names(&taken.till), ["front", "training"]);
        assert!(matches!(taken.till.broken(), [TillError::Field { terminal, .. }] if terminal == "back"));
    }
}
