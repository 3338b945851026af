//! The till's side of nexo against terminals that misbehave: a scripted terminal that answers what a test tells it to,
//! and a random walk over the driver alone that holds the contract of the seam.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use checkstand::domain::{
    Answer, Currency, Decision, Instant, Money, Now, OpenPayment, Operation, Original, Outcome, PaymentId,
    PaymentRecord, PaymentRequest, PaymentState, QuestionId, Verdict,
};
use checkstand::journal::{Journal, NewPayment};
use checkstand::protocols;
use checkstand::protocols::driver::{
    Command, Departure, Driver, Effect, Endpoint, Input, LinkAction, LinkEvent, Loss, LossCause, Report, Session,
};
use checkstand::protocols::frame::{Channel, Frame, HttpRequest, HttpResponse};
use checkstand::protocols::nexo::codec;
use checkstand::protocols::nexo::messages::{
    self, Amounts, Body, Category, DisplayOutput, ErrorCondition, EventNotification, Header, InputRequest, Kind,
    LoginResponse, Message, PaymentReceipt, PaymentResponse, PaymentResult, Response, ResultCode, ReversalResponse,
    TransactionId, TransactionStatusResponse,
};
use checkstand::protocols::protocol::{DriverSetup, FieldValues, Secrets};
use checkstand::terminal::{Refusal, Signal, Stage, Station, TerminalView, Turn};

const LIGHT: &[(&str, &str)] =
    &[("host", "10.0.0.7"), ("poi_id", "POI"), ("sale_id", "TILL"), ("integration", "light")];
const FULL: &[(&str, &str)] =
    &[("host", "10.0.0.7"), ("poi_id", "POI"), ("sale_id", "TILL"), ("operator_language", "en")];
const LATENCY: Duration = Duration::from_millis(5);

// ---------------------------------------------------------------------------------------------------------------------
// A scripted terminal.

/// What the terminal does about one request.
enum Act {
    Say(Body),
    /// The same, under a header of the test's making.
    Message(Message),
    Status(u16),
    /// The line broke after the request may have arrived.
    Break,
    /// Nobody listens.
    Refuse,
    /// Nothing comes until the bound of the exchange.
    Silence,
}

type Script = Box<dyn FnMut(&Message) -> Act>;

/// A till's desk, with the journal, against a script.
struct Desk {
    station: Station,
    journal: Journal,
    now: Now,
    script: Script,
    /// Every request that left, in order.
    sent: Vec<Message>,
    queue: BTreeMap<(Instant, u64), (Channel, LinkEvent)>,
    open: BTreeSet<Channel>,
    counter: u64,
    conclusions: Vec<(PaymentId, Outcome)>,
    signals: Vec<Signal>,
    questions: Vec<QuestionId>,
    /// Commits that come back with an error.
    disk_fails: bool,
    replies: Vec<(Channel, HttpResponse)>,
}

fn start_of_day() -> Now {
    Now {
        at: Instant::ORIGIN,
        wall: "2026-03-14T09:00:00Z".parse().expect("a time"),
        offset: jiff::tz::Offset::constant(1),
    }
}

fn fields(given: &[(&str, &str)]) -> FieldValues {
    let mut values = FieldValues::default();
    for (name, text) in given {
        values.set(name, text);
    }
    protocols::find("nexo").expect("nexo").checked(&values).expect("settings")
}

fn driver(given: &[(&str, &str)], memory: Option<serde_json::Value>) -> Box<dyn Driver> {
    let protocol = protocols::find("nexo").expect("nexo");
    (protocol.driver)(&DriverSetup { fields: fields(given), secrets: Secrets::default(), memory, seed: 1000 })
        .expect("a driver")
}

fn station(given: &[(&str, &str)], memory: Option<serde_json::Value>) -> Station {
    let protocol = protocols::find("nexo").expect("nexo");
    let view = TerminalView {
        training: true,
        ..TerminalView::new("terminal", protocol.id, (protocol.abilities)(&fields(given)))
    };
    Station::new(driver(given, memory), view, &Secrets::default())
}

fn sek(minor: i64) -> Money {
    Money::new(minor, Currency::SEK)
}

fn sale() -> PaymentRequest {
    PaymentRequest::new(Operation::Sale, sek(10_000))
}

impl Desk {
    fn new(given: &[(&str, &str)], script: impl FnMut(&Message) -> Act + 'static) -> Desk {
        Desk {
            station: station(given, None),
            journal: Journal::open_in_memory().expect("a journal"),
            now: start_of_day(),
            script: Box::new(script),
            sent: Vec::new(),
            queue: BTreeMap::new(),
            open: BTreeSet::new(),
            counter: 0,
            conclusions: Vec::new(),
            signals: Vec::new(),
            questions: Vec::new(),
            disk_fails: false,
            replies: Vec::new(),
        }
    }

    fn scripted(&mut self, script: impl FnMut(&Message) -> Act + 'static) {
        self.script = Box::new(script);
    }

    /// The program ends and begins again, perhaps with other settings.
    fn restart(&mut self, given: &[(&str, &str)]) {
        self.queue.clear();
        self.open.clear();
        let memory = self.journal.memory("terminal").expect("memory");
        self.station = station(given, memory);
        for record in self.journal.open_payments(None).expect("open payments") {
            let turn = self.station.take_up(self.now, &record);
            self.carry_out(turn);
        }
    }

    fn start(&mut self, request: PaymentRequest) -> PaymentId {
        self.station.check(&request).expect("a request the station takes");
        let new = NewPayment {
            terminal: "terminal".to_owned(),
            protocol: "nexo".to_owned(),
            training: true,
            request,
            at: self.now.wall,
        };
        let recorded = self.journal.record(new).expect("a record");
        let id = recorded.id.clone();
        let turn = self.station.start(self.now, recorded);
        self.carry_out(turn);
        id
    }

    fn void(&mut self, original: &PaymentRecord) -> PaymentId {
        let taken = original.outcome.as_ref().and_then(|outcome| outcome.taken).expect("an approval").total;
        let mut request = PaymentRequest::new(Operation::Void, taken);
        request.of = Some(Original {
            payment: original.id.clone(),
            operation: original.request.operation,
            taken,
            reference: original.reference.clone(),
        });
        self.start(request)
    }

    fn inquire(&mut self, id: &PaymentId) {
        let record = self.record(id);
        let turn = self.station.inquire(self.now, &record);
        self.carry_out(turn);
    }

    fn cancel(&mut self) {
        let turn = self.station.cancel(self.now);
        self.carry_out(turn);
    }

    fn answer(&mut self, answer: Answer) {
        let question = *self.questions.last().expect("a question");
        let turn = self.station.command(self.now, Command::Answer(question, answer));
        self.carry_out(turn);
    }

    fn command(&mut self, command: Command) {
        let turn = self.station.command(self.now, command);
        self.carry_out(turn);
    }

    /// The terminal speaks on the till's listener.
    fn hear(&mut self, message: &Message) {
        self.counter += 1;
        let request = HttpRequest::post(messages::PATH, messages::CONTENT_TYPE, codec::encode(message));
        let event = LinkEvent::Received(Frame::Request(request));
        let turn = self.station.link(self.now, Channel::new("inbound", self.counter), event);
        self.carry_out(turn);
    }

    fn record(&self, id: &PaymentId) -> PaymentRecord {
        self.journal.payment(id).expect("the journal").expect("the payment")
    }

    fn concluded(&self, id: &PaymentId) -> Option<&Outcome> {
        self.conclusions.iter().rev().find(|(concluded, _)| concluded == id).map(|(_, outcome)| outcome)
    }

    fn sent_of(&self, category: &Category) -> Vec<&Message> {
        self.sent.iter().filter(|message| message.header.category == *category).collect()
    }

    /// Lets time pass, and everything happen that is due.
    fn run_for(&mut self, time: Duration) {
        let until = self.now.at + time;
        let mut steps = 0;
        loop {
            let queued = self.queue.keys().next().map(|(at, _)| *at);
            let Some(at) = [queued, self.station.deadline()].into_iter().flatten().min().filter(|at| *at <= until)
            else {
                break;
            };
            steps += 1;
            assert!(steps < 200_000, "the desk spins");
            self.move_clock(at);
            if let Some(entry) = self.queue.first_entry().filter(|entry| entry.key().0 <= at) {
                let (channel, event) = entry.remove();
                if self.open.contains(&channel) {
                    if !matches!(event, LinkEvent::Opened) {
                        self.open.remove(&channel);
                    }
                    let turn = self.station.link(self.now, channel, event);
                    self.carry_out(turn);
                }
            } else {
                let turn = self.station.tick(self.now);
                assert!(self.station.deadline().is_none_or(|due| due > at), "the deadline stands still");
                self.carry_out(turn);
            }
        }
        self.move_clock(until);
    }

    fn move_clock(&mut self, at: Instant) {
        if at > self.now.at {
            self.now.wall += jiff::SignedDuration::try_from(at - self.now.at).expect("a span");
            self.now.at = at;
        }
    }

    fn carry_out(&mut self, turn: Turn) {
        let mut next = Some(turn);
        while let Some(mut turn) = next.take() {
            if self.disk_fails {
                let instead = self.station.not_durable(self.now, &mut turn);
                if !instead.entries.is_empty() || !instead.links.is_empty() {
                    next = Some(instead);
                }
            } else {
                self.journal.commit(&turn.entries).expect("a commit");
            }
            for order in turn.links {
                self.act(order.channel, order.action);
            }
            for signal in turn.signals {
                if let Signal::Question { question, .. } = &signal {
                    self.questions.push(question.id);
                }
                self.signals.push(signal);
            }
            self.conclusions.extend(turn.conclusions);
        }
    }

    fn act(&mut self, channel: Channel, action: LinkAction) {
        match action {
            LinkAction::Open(Endpoint::Http { request, connect_within, answer_within, .. }) => {
                let asked = codec::decode(&request.body).expect("a message of ours");
                self.open.insert(channel);
                let act = (self.script)(&asked);
                let message = |message: &Message| {
                    let response = HttpResponse::ok(messages::CONTENT_TYPE, codec::encode(message));
                    LinkEvent::Received(Frame::Response(response))
                };
                let (after, event) = match act {
                    Act::Say(body) => (LATENCY, message(&answer_to(&asked, body))),
                    Act::Message(given) => (LATENCY, message(&given)),
                    Act::Status(status) => (LATENCY, LinkEvent::Received(Frame::Response(HttpResponse::empty(status)))),
                    Act::Break => (LATENCY, loss(Departure::Perhaps, LossCause::Broken)),
                    Act::Refuse => (LATENCY, loss(Departure::SurelyNot, LossCause::Refused)),
                    Act::Silence => (connect_within + answer_within, loss(Departure::Perhaps, LossCause::TimedOut)),
                };
                self.sent.push(asked);
                self.enqueue(after, channel, event);
            }
            LinkAction::Open(Endpoint::Tcp { .. } | Endpoint::WebSocket { .. }) => unreachable!("nexo speaks HTTP"),
            LinkAction::Send(frame) => {
                if let Frame::Response(response) = frame {
                    self.replies.push((channel, response));
                }
            }
            LinkAction::Close | LinkAction::Abandon => {
                self.open.remove(&channel);
            }
        }
    }

    fn enqueue(&mut self, after: Duration, channel: Channel, event: LinkEvent) {
        self.counter += 1;
        self.queue.insert((self.now.at + after, self.counter), (channel, event));
    }
}

fn loss(departure: Departure, cause: LossCause) -> LinkEvent {
    LinkEvent::Lost(Loss { departure, cause, detail: String::new() })
}

/// The header of an answer to this request.
fn answer_header(asked: &Message) -> Header {
    Header { kind: Kind::Response, protocol_version: false, ..asked.header.clone() }
}

fn answer_to(asked: &Message, body: Body) -> Message {
    Message { header: answer_header(asked), body }
}

fn logged_in() -> Act {
    Act::Say(Body::LoginResponse(LoginResponse { response: Response::success(), system: None }))
}

fn failed(condition: ErrorCondition) -> Response {
    Response::failure(condition, "")
}

fn poi_transaction() -> TransactionId {
    TransactionId { id: "4312070041".into(), time: "2026-03-14T09:42:33.208Z".into() }
}

fn receipt(signature: bool) -> PaymentReceipt {
    let json = serde_json::json!({
        "Merchant": {
            "Mandatory": { "Payment": { "SignatureBlock": signature } },
            "Optional": { "ReceiptString": ["SHOP", "TOTAL 100"] },
        }
    });
    PaymentReceipt {
        qualifier: "CashierReceipt".into(),
        content: json.to_string().into_bytes(),
        required_signature: false,
    }
}

/// The answer to a PaymentRequest; `amount` makes it an approval.
fn payment_answer(asked: &Message, response: Response, amount: Option<&str>) -> PaymentResponse {
    let Body::PaymentRequest(request) = &asked.body else { panic!("no payment: {asked:?}") };
    PaymentResponse {
        response,
        sale_transaction: Some(request.sale_transaction.clone()),
        poi_transaction: Some(poi_transaction()),
        result: amount.map(|amount| PaymentResult {
            payment_type: "Normal".into(),
            instrument: "Card".into(),
            amounts: Some(Amounts { currency: Some("SEK".into()), authorized: amount.into(), ..Amounts::default() }),
            ..PaymentResult::default()
        }),
        receipts: vec![receipt(false)],
    }
}

fn approval(asked: &Message) -> PaymentResponse {
    payment_answer(asked, Response::success(), Some("100.00"))
}

fn pay_says(answer: PaymentResponse) -> Act {
    Act::Say(Body::PaymentResponse(Box::new(answer)))
}

fn reversal_says(response: Response) -> Act {
    Act::Say(Body::ReversalResponse(Box::new(ReversalResponse {
        response,
        poi_transaction: Some(poi_transaction()),
        receipts: Vec::new(),
    })))
}

fn status_says(response: Response, repeated: Option<Message>) -> Act {
    Act::Say(Body::TransactionStatusResponse(Box::new(TransactionStatusResponse { response, repeated })))
}

fn not_found() -> Act {
    status_says(failed(ErrorCondition::NotFound), None)
}

/// Remembers the last request that moved money, the way a terminal's database does.
#[derive(Default, Clone)]
struct Memory(std::rc::Rc<std::cell::RefCell<Option<Message>>>);

impl Memory {
    fn keep(&self, message: Message) {
        *self.0.borrow_mut() = Some(message);
    }

    fn last(&self) -> Option<Message> {
        self.0.borrow().clone()
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Stuck states.

#[test]
fn asking_about_a_payment_that_was_never_sent_leaves_the_terminal_free() {
    let mut desk = Desk::new(LIGHT, |_| Act::Refuse);
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(5));
    assert_eq!(desk.record(&id).state, PaymentState::NotCharged);
    desk.conclusions.clear();
    desk.inquire(&id);
    desk.run_for(Duration::from_secs(120));
    assert_eq!(desk.station.check(&sale()), Ok(()), "the terminal is blocked by a payment that has ended");
    assert_eq!(desk.concluded(&id).map(|outcome| outcome.verdict), Some(Verdict::NotCharged));
}

#[test]
fn asking_about_an_approved_payment_the_terminal_has_forgotten_does_not_block_the_terminal() {
    let mut desk = Desk::new(LIGHT, |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => pay_says(approval(asked)),
        _ => not_found(),
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(5));
    assert_eq!(desk.record(&id).state, PaymentState::Approved);
    desk.inquire(&id);
    desk.run_for(Duration::from_secs(120));
    assert_eq!(desk.record(&id).state, PaymentState::Approved);
    assert!(desk.station.view().unresolved.is_empty(), "a payment that has ended is shown as in doubt");
    assert_eq!(desk.station.check(&sale()), Ok(()), "and no way out of it: a person may not decide what has ended");
}

#[test]
fn asking_about_an_ended_payment_can_be_called_off() {
    let mut desk = Desk::new(LIGHT, |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => pay_says(approval(asked)),
        _ => Act::Status(204),
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(5));
    desk.inquire(&id);
    desk.run_for(Duration::from_secs(120));
    desk.cancel();
    desk.run_for(Duration::from_secs(600));
    assert_ne!(
        desk.station.check(&sale()),
        Err(Refusal::Running),
        "a terminal that does not know TransactionStatus is blocked for good by a question about an ended payment"
    );
}

#[test]
fn a_rejected_signature_of_an_approval_without_a_terminals_number_ends() {
    let memory = Memory::default();
    let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => {
            let answer = PaymentResponse { poi_transaction: None, receipts: vec![receipt(true)], ..approval(asked) };
            memory.keep(answer_to(asked, Body::PaymentResponse(Box::new(answer.clone()))));
            pay_says(answer)
        }
        Body::TransactionStatusRequest { reference: None } => status_says(Response::success(), memory.last()),
        _ => not_found(),
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(5));
    desk.answer(Answer::Reject);
    desk.run_for(Duration::from_secs(3600));
    let status = desk.sent_of(&Category::TransactionStatus).len();
    assert!(status < 5, "{status} questions about a reversal that never was");
    let state = desk.record(&id).state;
    assert!(
        desk.concluded(&id).is_some(),
        "money is taken and nobody is told: after an hour the journal says {state:?}, {status} questions were asked"
    );
    assert_eq!(state, PaymentState::InDoubt);
}

#[test]
fn a_rejected_swish_payment_which_must_not_be_reversed_ends() {
    let memory = Memory::default();
    let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => {
            let mut answer = approval(asked);
            answer.receipts.clear();
            answer.result.as_mut().expect("a result").instrument = "Mobile".into();
            memory.keep(answer_to(asked, Body::PaymentResponse(Box::new(answer.clone()))));
            pay_says(answer)
        }
        Body::TransactionStatusRequest { reference: None } => status_says(Response::success(), memory.last()),
        _ => not_found(),
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(5));
    assert_eq!(desk.questions.len(), 1, "a missing merchant receipt asks for a check");
    desk.answer(Answer::Reject);
    desk.run_for(Duration::from_secs(3600));
    assert!(desk.sent_of(&Category::Reversal).is_empty());
    assert!(desk.sent_of(&Category::TransactionStatus).len() < 5);
    assert!(desk.concluded(&id).is_some(), "nobody is told; the journal says {:?}", desk.record(&id).state);
}

#[test]
fn a_reversal_that_cannot_reach_the_terminal_tells_who_waits_within_a_minute() {
    let mut reachable = true;
    let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => {
            reachable = false;
            pay_says(PaymentResponse { receipts: vec![receipt(true)], ..approval(asked) })
        }
        _ if reachable => not_found(),
        _ => Act::Refuse,
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(5));
    desk.answer(Answer::Reject);
    desk.run_for(Duration::from_secs(70));
    assert_eq!(
        desk.concluded(&id).map(|outcome| outcome.verdict),
        Some(Verdict::InDoubt),
        "who waits for the payment is not told; the journal says {:?}",
        desk.record(&id).state
    );
}

#[test]
fn a_cancel_while_the_reversal_cannot_reach_the_terminal_ends_within_ten_seconds() {
    let mut desk = Desk::new(LIGHT, |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => pay_says(PaymentResponse { receipts: vec![receipt(true)], ..approval(asked) }),
        _ => Act::Refuse,
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(5));
    desk.answer(Answer::Reject);
    desk.run_for(Duration::from_secs(5));
    desk.cancel();
    desk.run_for(Duration::from_secs(10));
    assert!(desk.concluded(&id).is_some(), "an interrupt does not end it");
}

#[test]
fn a_terminal_that_logs_in_but_answers_no_question_is_not_asked_without_a_pause() {
    let mut desk = Desk::new(LIGHT, |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => Act::Break,
        _ => status_says(failed(ErrorCondition::NotAllowed), None),
    });
    desk.start(sale());
    desk.run_for(Duration::from_secs(60));
    let logins = desk.sent_of(&Category::Login).len();
    assert!(logins < 70, "{logins} logins in a minute: each one resets the terminal");
}

#[test]
fn foreign_answers_to_every_question_leave_it_in_doubt_and_a_person_can_decide() {
    let mut desk = Desk::new(LIGHT, |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => Act::Break,
        _ => {
            let header = Header { service_id: Some("1".into()), ..answer_header(asked) };
            let body = Body::TransactionStatusResponse(Box::new(TransactionStatusResponse {
                response: failed(ErrorCondition::NotFound),
                repeated: None,
            }));
            Act::Message(Message { header, body })
        }
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(120));
    assert_eq!(desk.concluded(&id).map(|outcome| outcome.verdict), Some(Verdict::InDoubt));
    assert_eq!(desk.record(&id).state, PaymentState::InDoubt);
    assert_eq!(desk.station.check(&sale()), Err(Refusal::InDoubt(id)));
}

#[test]
fn a_probe_that_finds_a_dead_line_tells_who_waits_long_before_the_payments_bound() {
    let mut taken = false;
    let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) if !taken => {
            taken = true;
            Act::Silence
        }
        _ => Act::Refuse,
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(240));
    assert!(
        desk.concluded(&id).is_some(),
        "every question is refused for four minutes, and the payment still passes for running: {:?}",
        desk.record(&id).state
    );
}

// ---------------------------------------------------------------------------------------------------------------------
// Wrong books.

/// The terminal approves, the answer is lost, and `repeat` says how it is told again.
fn after_a_lost_approval(repeat: impl Fn(Message) -> Message + 'static) -> (Desk, PaymentId) {
    let memory = Memory::default();
    let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => {
            memory.keep(answer_to(asked, Body::PaymentResponse(Box::new(approval(asked)))));
            Act::Break
        }
        _ => status_says(Response::success(), memory.last().map(&repeat)),
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(120));
    (desk, id)
}

#[test]
fn a_repeated_approval_is_booked() {
    let (desk, id) = after_a_lost_approval(|message| message);
    assert_eq!(desk.record(&id).state, PaymentState::Approved);
}

#[test]
fn a_repeated_approval_without_the_tills_own_number_is_never_not_charged() {
    let (desk, id) = after_a_lost_approval(|mut message| {
        if let Body::PaymentResponse(answer) = &mut message.body {
            answer.sale_transaction = None;
        }
        message
    });
    assert_ne!(desk.record(&id).state, PaymentState::NotCharged, "the terminal has charged it under our ServiceID");
}

#[test]
fn a_repeated_approval_of_our_sale_under_another_service_id_is_never_not_charged() {
    for service_id in [None, Some("99999".to_owned())] {
        let (desk, id) = after_a_lost_approval(move |mut message| {
            message.header.service_id = service_id.clone();
            message
        });
        assert_ne!(desk.record(&id).state, PaymentState::NotCharged, "the terminal has charged our SaleTransactionID");
    }
}

#[test]
fn an_older_transaction_of_another_sale_is_never_booked() {
    let (desk, id) = after_a_lost_approval(|mut message| {
        message.header.service_id = Some("99999".to_owned());
        if let Body::PaymentResponse(answer) = &mut message.body {
            answer.sale_transaction = Some(TransactionId { id: "OTHER-1".into(), time: String::new() });
        }
        message
    });
    assert_eq!(desk.record(&id).state, PaymentState::NotCharged);
}

/// What was in doubt when the settings were changed.
fn after_new_settings(given: &[(&str, &str)], status: fn(&Message, Option<Message>) -> Act) -> (Desk, PaymentId) {
    let memory = Memory::default();
    let stored = memory.clone();
    let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => {
            stored.keep(answer_to(asked, Body::PaymentResponse(Box::new(approval(asked)))));
            Act::Break
        }
        _ => Act::Refuse,
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(90));
    assert_eq!(desk.record(&id).state, PaymentState::InDoubt);
    desk.restart(given);
    desk.scripted(move |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        _ => status(asked, memory.last()),
    });
    desk.inquire(&id);
    desk.run_for(Duration::from_secs(120));
    (desk, id)
}

#[test]
fn a_payment_in_doubt_is_found_after_the_till_got_another_sale_id() {
    let given = &[("host", "10.0.0.7"), ("poi_id", "POI"), ("sale_id", "NEWTILL"), ("integration", "light")];
    let (desk, id) = after_new_settings(given, |_, stored| status_says(Response::success(), stored));
    assert_eq!(desk.record(&id).state, PaymentState::Approved, "the terminal repeats our own approval word for word");
}

#[test]
fn not_found_under_another_poi_id_proves_nothing() {
    let given = &[("host", "10.0.0.9"), ("poi_id", "OTHERPOI"), ("sale_id", "TILL"), ("integration", "light")];
    let (desk, id) = after_new_settings(given, |_, _| not_found());
    assert_eq!(
        desk.record(&id).state,
        PaymentState::InDoubt,
        "a terminal searches among the transactions of its current POIID only"
    );
}

/// A void whose answer was lost; the terminal repeats it in its own way.
fn after_a_lost_void(repeat: impl Fn(Message) -> Message + 'static) -> (Desk, PaymentId) {
    let memory = Memory::default();
    let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => pay_says(approval(asked)),
        Body::ReversalRequest(_) => {
            let Act::Say(body) = reversal_says(Response::success()) else { unreachable!() };
            memory.keep(answer_to(asked, body));
            Act::Break
        }
        _ => status_says(Response::success(), memory.last().map(&repeat)),
    });
    let original = desk.start(sale());
    desk.run_for(Duration::from_secs(10));
    let original = desk.record(&original);
    let void = desk.void(&original);
    desk.run_for(Duration::from_secs(120));
    (desk, void)
}

#[test]
fn a_void_whose_answer_was_lost_is_found() {
    let (desk, void) = after_a_lost_void(|message| message);
    assert_eq!(desk.record(&void).state, PaymentState::Approved);
}

#[test]
fn a_void_that_the_terminal_gave_a_number_of_its_own_is_never_not_done() {
    let (desk, void) = after_a_lost_void(|mut message| {
        if let Body::ReversalResponse(answer) = &mut message.body {
            answer.poi_transaction = Some(TransactionId { id: "4312070042".into(), time: String::new() });
        }
        message
    });
    assert_ne!(
        desk.record(&void).state,
        PaymentState::NotCharged,
        "the terminal has reversed it under our ServiceID; a refund now would pay the customer twice"
    );
}

#[test]
fn a_status_answer_that_was_refused_long_ago_does_not_end_the_search() {
    // Refused once, unreachable for ten minutes, refused once more, then found.
    let memory = Memory::default();
    let mut asked_times = 0;
    let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => {
            memory.keep(answer_to(asked, Body::PaymentResponse(Box::new(approval(asked)))));
            Act::Break
        }
        _ => {
            asked_times += 1;
            match asked_times {
                1 | 61 => status_says(failed(ErrorCondition::UnavailableService), None),
                2..=60 => Act::Refuse,
                _ => status_says(Response::success(), memory.last()),
            }
        }
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(1200));
    assert_eq!(desk.record(&id).state, PaymentState::Approved, "it was given up although the machine could find out");
}

#[test]
fn a_repeated_answer_that_is_still_in_progress_is_asked_for_again() {
    let memory = Memory::default();
    let mut asked_times = 0;
    let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => {
            memory.keep(asked.clone());
            Act::Break
        }
        _ => {
            asked_times += 1;
            let original = memory.last().expect("a payment");
            let answer = if asked_times == 1 {
                payment_answer(&original, failed(ErrorCondition::InProgress), None)
            } else {
                approval(&original)
            };
            let repeated = answer_to(&original, Body::PaymentResponse(Box::new(answer)));
            status_says(Response::success(), Some(repeated))
        }
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(120));
    assert_eq!(desk.record(&id).state, PaymentState::Approved);
}

// ---------------------------------------------------------------------------------------------------------------------
// Never twice.

#[test]
fn a_payment_whose_answer_cannot_be_understood_is_asked_for_and_never_sent_again() {
    let direct: [fn(&Message) -> Act; 8] = [
        |_| Act::Status(500),
        |_| Act::Status(204),
        |_| Act::Break,
        |asked| {
            pay_says(payment_answer(
                asked,
                Response { result: ResultCode::Other("Partial".into()), condition: None, additional: None },
                None,
            ))
        },
        |asked| pay_says(payment_answer(asked, failed(ErrorCondition::InProgress), None)),
        |asked| {
            let header = Header { service_id: Some("7".into()), ..answer_header(asked) };
            let body = Body::PaymentResponse(Box::new(payment_answer(asked, failed(ErrorCondition::Busy), None)));
            Act::Message(Message { header, body })
        },
        |asked| {
            let header = Header { poi_id: "OTHER".into(), ..answer_header(asked) };
            let body = Body::PaymentResponse(Box::new(payment_answer(asked, failed(ErrorCondition::NotAllowed), None)));
            Act::Message(Message { header, body })
        },
        |asked| {
            let mut answer = payment_answer(asked, failed(ErrorCondition::Busy), None);
            answer.sale_transaction = Some(TransactionId { id: "OTHER-1".into(), time: String::new() });
            pay_says(answer)
        },
    ];
    for (case, act) in direct.into_iter().enumerate() {
        for given in [LIGHT, FULL] {
            let memory = Memory::default();
            let mut desk = Desk::new(given, move |asked| match asked.body {
                Body::LoginRequest(_) => logged_in(),
                Body::PaymentRequest(_) => {
                    memory.keep(answer_to(asked, Body::PaymentResponse(Box::new(approval(asked)))));
                    act(asked)
                }
                _ => status_says(Response::success(), memory.last()),
            });
            let id = desk.start(sale());
            desk.run_for(Duration::from_secs(120));
            assert_eq!(desk.sent_of(&Category::Payment).len(), 1, "case {case}");
            assert_eq!(desk.record(&id).state, PaymentState::Approved, "case {case}");
        }
    }
}

#[test]
fn busy_and_not_allowed_send_again_under_a_new_number_and_a_bounded_number_of_times() {
    for condition in [ErrorCondition::Busy, ErrorCondition::NotAllowed, ErrorCondition::LoggedOut] {
        let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
            Body::LoginRequest(_) => logged_in(),
            Body::PaymentRequest(_) => pay_says(payment_answer(asked, failed(condition.clone()), None)),
            _ => not_found(),
        });
        let id = desk.start(sale());
        desk.run_for(Duration::from_secs(120));
        let payments = desk.sent_of(&Category::Payment);
        let ids: BTreeSet<_> = payments.iter().map(|message| message.header.service_id.clone()).collect();
        assert_eq!(ids.len(), payments.len());
        assert!(payments.len() <= 4);
        assert_eq!(desk.record(&id).state, PaymentState::NotCharged);
    }
}

#[test]
fn a_disk_that_fails_keeps_the_payment_from_leaving_and_it_is_not_charged() {
    let mut desk = Desk::new(LIGHT, |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        _ => panic!("sent: {asked:?}"),
    });
    let id = desk.start(sale());
    desk.disk_fails = true;
    desk.run_for(Duration::from_secs(60));
    assert_eq!(desk.concluded(&id).map(|outcome| outcome.verdict), Some(Verdict::NotCharged));
    // What the journal has after a power cut agrees with it.
    desk.disk_fails = false;
    desk.restart(LIGHT);
    assert_eq!(desk.record(&id).state, PaymentState::NotCharged);
}

#[test]
fn cancel_at_every_moment_is_final_only_when_the_terminal_says_so() {
    // (what the terminal does about the payment, the moment of the cancel in milliseconds)
    for moment in [0, 3, 6, 8, 11, 500, 1012, 5_000, 21_000, 40_000] {
        for approves in [true, false] {
            for presses in 1..=2 {
                let memory = Memory::default();
                let mut busy = 1;
                let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
                    Body::LoginRequest(_) => logged_in(),
                    Body::PaymentRequest(_) if busy > 0 => {
                        busy -= 1;
                        pay_says(payment_answer(asked, failed(ErrorCondition::Busy), None))
                    }
                    Body::PaymentRequest(_) => {
                        let answer = if approves {
                            approval(asked)
                        } else {
                            payment_answer(asked, failed(ErrorCondition::Aborted), None)
                        };
                        memory.keep(answer_to(asked, Body::PaymentResponse(Box::new(answer))));
                        Act::Silence
                    }
                    Body::AbortRequest { .. } => Act::Status(204),
                    _ => match memory.last() {
                        Some(stored) => status_says(Response::success(), Some(stored)),
                        None => not_found(),
                    },
                });
                let id = desk.start(sale());
                desk.run_for(Duration::from_millis(moment));
                for _ in 0..presses {
                    desk.cancel();
                    desk.run_for(Duration::from_millis(2));
                }
                desk.run_for(Duration::from_secs(1200));
                let state = desk.record(&id).state;
                let charged = desk.sent_of(&Category::Payment).len() == 2 && approves;
                assert!(desk.sent_of(&Category::Payment).len() <= 2);
                // A cancel that meets `Busy` may be told as either: the terminal never started it.
                let fits = match state {
                    PaymentState::Approved => charged,
                    PaymentState::Cancelled | PaymentState::NotCharged => !charged,
                    _ => false,
                };
                assert!(fits, "{state:?}: cancelled after {moment} ms, {presses} presses");
                assert_eq!(desk.station.check(&sale()), Ok(()));
            }
        }
    }
}

#[test]
fn a_session_held_by_another_till_at_every_step_ends_and_charges_once() {
    // The n-th message is answered NotAllowed.
    for foreign in 0..8 {
        let memory = Memory::default();
        let mut count = 0;
        let mut desk = Desk::new(LIGHT, move |asked| {
            count += 1;
            let stolen = count - 1 == foreign;
            match asked.body {
                Body::LoginRequest(_) if stolen => Act::Say(Body::LoginResponse(LoginResponse {
                    response: failed(ErrorCondition::Busy),
                    system: None,
                })),
                Body::LoginRequest(_) => logged_in(),
                Body::PaymentRequest(_) if stolen => {
                    pay_says(payment_answer(asked, failed(ErrorCondition::NotAllowed), None))
                }
                Body::PaymentRequest(_) => {
                    memory.keep(answer_to(asked, Body::PaymentResponse(Box::new(approval(asked)))));
                    Act::Break
                }
                _ if stolen => status_says(failed(ErrorCondition::NotAllowed), None),
                _ => match memory.last() {
                    Some(stored) => status_says(Response::success(), Some(stored)),
                    None => not_found(),
                },
            }
        });
        let id = desk.start(sale());
        desk.run_for(Duration::from_secs(300));
        assert_eq!(desk.record(&id).state, PaymentState::Approved, "stolen at message {foreign}");
    }
}

#[test]
fn a_till_restarted_while_the_reversal_of_a_rejected_signature_runs_finds_the_end() {
    for restart_after in [0, 2, 6, 1000, 6000] {
        for arrives in [true, false] {
            let memory = Memory::default();
            let mut tries = 0;
            let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
                Body::LoginRequest(_) => logged_in(),
                Body::PaymentRequest(_) => {
                    let answer = PaymentResponse { receipts: vec![receipt(true)], ..approval(asked) };
                    memory.keep(answer_to(asked, Body::PaymentResponse(Box::new(answer.clone()))));
                    pay_says(answer)
                }
                Body::ReversalRequest(_) => {
                    tries += 1;
                    if arrives || tries > 1 {
                        let Act::Say(body) = reversal_says(Response::success()) else { unreachable!() };
                        memory.keep(answer_to(asked, body));
                    }
                    if tries > 1 { reversal_says(Response::success()) } else { Act::Break }
                }
                Body::TransactionStatusRequest { ref reference } => {
                    let last = memory.last().expect("a transaction");
                    let wanted = reference.as_ref().and_then(|reference| reference.service_id.clone());
                    if wanted.is_none() || wanted == last.header.service_id {
                        status_says(Response::success(), Some(last))
                    } else {
                        not_found()
                    }
                }
                _ => Act::Status(204),
            });
            let id = desk.start(sale());
            desk.run_for(Duration::from_secs(2));
            desk.answer(Answer::Reject);
            desk.run_for(Duration::from_millis(restart_after));
            if !desk.record(&id).state.is_final() {
                desk.restart(LIGHT);
                desk.inquire(&id);
                desk.run_for(Duration::from_secs(120));
            }
            let record = desk.record(&id);
            assert_eq!(record.state, PaymentState::NotCharged, "restarted after {restart_after} ms, arrives {arrives}");
        }
    }
}

#[test]
fn a_till_restarted_while_it_asks_for_the_signature_asks_again() {
    for (answer, state) in [(Answer::Accept, PaymentState::Approved), (Answer::Reject, PaymentState::NotCharged)] {
        let memory = Memory::default();
        let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
            Body::LoginRequest(_) => logged_in(),
            Body::PaymentRequest(_) => {
                let given = PaymentResponse { receipts: vec![receipt(true)], ..approval(asked) };
                memory.keep(answer_to(asked, Body::PaymentResponse(Box::new(given.clone()))));
                pay_says(given)
            }
            Body::ReversalRequest(_) => reversal_says(Response::success()),
            _ => status_says(Response::success(), memory.last()),
        });
        let id = desk.start(sale());
        desk.run_for(Duration::from_secs(2));
        desk.restart(LIGHT);
        desk.inquire(&id);
        desk.run_for(Duration::from_secs(2));
        assert_eq!(desk.questions.len(), 2);
        desk.answer(answer);
        desk.run_for(Duration::from_secs(2));
        assert_eq!(desk.record(&id).state, state);
    }
}

#[test]
fn an_answer_to_the_signature_that_comes_too_late_changes_nothing() {
    let mut desk = Desk::new(LIGHT, |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => pay_says(PaymentResponse { receipts: vec![receipt(true)], ..approval(asked) }),
        _ => Act::Silence,
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(1000));
    assert_eq!(desk.record(&id).state, PaymentState::InDoubt);
    desk.answer(Answer::Reject);
    desk.run_for(Duration::from_secs(60));
    assert!(desk.sent_of(&Category::Reversal).is_empty());
    assert_eq!(desk.record(&id).state, PaymentState::InDoubt);
}

#[test]
fn a_clock_that_jumps_neither_ends_nor_blocks_anything() {
    for jump in [-100_000_i64, 100_000] {
        let mut desk = Desk::new(LIGHT, |asked| match asked.body {
            Body::LoginRequest(_) => logged_in(),
            Body::PaymentRequest(_) => pay_says(approval(asked)),
            Body::LogoutRequest { .. } => Act::Say(Body::LogoutResponse(Response::success())),
            _ => not_found(),
        });
        desk.command(Command::Connect);
        desk.run_for(Duration::from_secs(300));
        desk.now.wall += jiff::SignedDuration::from_secs(jump);
        desk.run_for(Duration::from_secs(7200));
        let id = desk.start(sale());
        desk.now.wall += jiff::SignedDuration::from_secs(-jump);
        desk.run_for(Duration::from_secs(60));
        assert_eq!(desk.record(&id).state, PaymentState::Approved);
        assert!(desk.sent_of(&Category::Login).len() < 30);
    }
}

#[test]
fn a_payment_started_during_a_maintenance_logout_logs_in_again_first() {
    for answers in [true, false] {
        let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
            Body::LoginRequest(_) => logged_in(),
            Body::PaymentRequest(_) => pay_says(approval(asked)),
            Body::LogoutRequest { .. } if answers => Act::Say(Body::LogoutResponse(Response::success())),
            _ => Act::Silence,
        });
        desk.command(Command::Connect);
        desk.run_for(Duration::from_secs(2));
        desk.command(Command::Disconnect);
        let id = desk.start(sale());
        desk.run_for(Duration::from_secs(60));
        assert_eq!(desk.record(&id).state, PaymentState::Approved);
        assert_eq!(desk.sent_of(&Category::Login).len(), 2);
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// The listener.

fn terminals_header(category: Category, service_id: Option<&str>) -> Header {
    Header {
        class: category.class(),
        kind: if category == Category::Event { Kind::Notification } else { Kind::Request },
        category,
        protocol_version: false,
        service_id: service_id.map(str::to_owned),
        device_id: Some("9001".into()),
        sale_id: "TILL".into(),
        poi_id: "POI".into(),
    }
}

fn confirmation() -> Message {
    Message {
        header: terminals_header(Category::Input, Some("1")),
        body: Body::InputRequest(InputRequest {
            display: None,
            device: "CashierInput".into(),
            info_qualify: "Input".into(),
            command: "GetConfirmation".into(),
        }),
    }
}

fn event(name: &str) -> Message {
    Message {
        header: terminals_header(Category::Event, Some("1")),
        body: Body::EventNotification(EventNotification {
            time: String::new(),
            event: name.to_owned(),
            maintenance_required: false,
            details: Some("4999 9912 3456 4321".into()),
            rejected: None,
        }),
    }
}

#[test]
fn no_question_opens_while_the_till_only_asks_about_an_ended_payment() {
    let mut desk = Desk::new(FULL, |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => pay_says(approval(asked)),
        _ => Act::Silence,
    });
    desk.hear(&confirmation());
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(5));
    desk.hear(&confirmation());
    assert!(desk.questions.is_empty(), "no payment is outstanding");
    desk.inquire(&id);
    desk.hear(&confirmation());
    assert!(desk.questions.is_empty(), "a question about a payment that has ended (reference 2.2, security note)");
}

#[test]
fn whatever_the_listener_hears_the_answer_alone_decides() {
    for approves in [true, false] {
        let mut desk = Desk::new(FULL, move |asked| match asked.body {
            Body::LoginRequest(_) => logged_in(),
            Body::PaymentRequest(_) => Act::Silence,
            Body::TransactionStatusRequest { ref reference } => {
                let service_id = reference.as_ref().and_then(|reference| reference.service_id.clone());
                let header = Header { category: Category::Payment, service_id, ..answer_header(asked) };
                let body = Body::Other { element: "PaymentResponse".into(), response: None };
                let _ = (header, body);
                status_says(failed(ErrorCondition::Busy), None)
            }
            _ => Act::Status(204),
        });
        let id = desk.start(sale());
        desk.run_for(Duration::from_secs(5));
        for name in ["Completed", "Reject", "Abort", "Shutdown", "EndMaintenance", "BeginMaintenance", "Initialised"] {
            desk.hear(&event(name));
        }
        let display = Message {
            header: terminals_header(Category::Display, Some("1")),
            body: Body::DisplayRequest(vec![DisplayOutput {
                response_required: None,
                device: "CashierDisplay".into(),
                info_qualify: "Status".into(),
                text: if approves { "202,\"Approved\"".into() } else { "9,\"Declined\"".into() },
            }]),
        };
        desk.hear(&display);
        // A response on the listener is no answer.
        let sent = desk.sent_of(&Category::Payment)[0].clone();
        let stray = answer_to(&sent, Body::PaymentResponse(Box::new(approval(&sent))));
        desk.hear(&stray);
        desk.run_for(Duration::from_secs(60));
        assert_eq!(desk.record(&id).state, PaymentState::AtTerminal);
        assert!(desk.concluded(&id).is_none());
    }
}

#[test]
fn a_card_number_in_a_terminals_words_is_on_no_screen() {
    let mut desk = Desk::new(FULL, |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => pay_says(payment_answer(
            asked,
            Response::failure(ErrorCondition::Refusal, "Card 4999 9912 3456 4321 declined, 4999991234564321"),
            None,
        )),
        _ => not_found(),
    });
    desk.hear(&event("Shutdown"));
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(5));
    let everything = format!("{:?}{:?}{:?}", desk.record(&id), desk.station.view(), desk.signals);
    assert!(!everything.contains("4999991234564321") && !everything.contains("9912 3456"), "{everything}");
}

#[test]
fn a_card_number_is_masked_whatever_digits_stand_beside_it() {
    for words in [
        "4999991234564321 12/29 expired",
        "Card 4999 9912 3456 4321 12 29",
        "Amount 100 4999991234564321",
        "4999991234564321 20260314",
        "Ref 1-4999991234564321",
    ] {
        let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
            Body::LoginRequest(_) => logged_in(),
            Body::PaymentRequest(_) => {
                pay_says(payment_answer(asked, Response::failure(ErrorCondition::Refusal, words), None))
            }
            _ => not_found(),
        });
        let id = desk.start(sale());
        desk.run_for(Duration::from_secs(5));
        let everything = format!("{:?}{:?}{:?}", desk.record(&id), desk.station.view(), desk.signals);
        let digits: String = everything.chars().filter(|c| c.is_ascii_digit() || *c == '*').collect();
        assert!(!digits.contains("4999991234564321"), "in clear on the screen and in the journal: {words}");
    }
}

#[test]
fn maintenance_that_ends_during_a_payment_leaves_no_deadline_in_the_past() {
    let mut driver = driver(FULL, None);
    let mut now = start_of_day();
    let mut journal = Journal::open_in_memory().expect("a journal");
    driver.step(now, Input::Command(Command::Connect));
    let new = NewPayment {
        terminal: "terminal".into(),
        protocol: "nexo".into(),
        training: true,
        request: sale(),
        at: now.wall,
    };
    driver.step(now, Input::Command(Command::Start(journal.record(new).expect("a record"))));
    let request = HttpRequest::post(messages::PATH, messages::CONTENT_TYPE, codec::encode(&event("EndMaintenance")));
    driver.step(now, Input::Link(Channel::new("inbound", 1), LinkEvent::Received(Frame::Request(request))));
    now.at = now.at + Duration::from_secs(10);
    driver.step(now, Input::Command(Command::Cancel));
    let deadline = driver.deadline();
    driver.step(now, Input::Tick);
    assert!(
        deadline.is_none_or(|due| due >= now.at),
        "after the outcome the deadline lies in the past: {deadline:?} at {:?}",
        now.at
    );
}

#[test]
fn a_view_of_an_ended_payment_stays_ended_when_it_is_asked_about_in_vain() {
    let mut desk = Desk::new(LIGHT, |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => pay_says(payment_answer(asked, failed(ErrorCondition::Refusal), None)),
        _ => not_found(),
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(5));
    desk.inquire(&id);
    desk.run_for(Duration::from_secs(60));
    let stage = desk.station.view().payment.as_ref().map(|payment| payment.stage.clone());
    assert!(
        matches!(&stage, Some(Stage::Ended(outcome)) if outcome.verdict == Verdict::Declined),
        "the journal says declined, the screen says {stage:?}"
    );
}

// ---------------------------------------------------------------------------------------------------------------------
// The contract of the seam, on a random walk.

/// A small generator, so that a seed names a walk.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % sides
    }

    fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.roll(items.len() as u64) as usize].clone()
    }
}

struct Walk {
    dice: Dice,
    driver: Box<dyn Driver>,
    journal: Journal,
    now: Now,
    /// Channels that are open, and what was asked on them.
    open: BTreeMap<Channel, Message>,
    ever: BTreeSet<Channel>,
    /// The payment that owes an outcome.
    owed: Option<OpenPayment>,
    reference: Option<serde_json::Value>,
    question: Option<QuestionId>,
    /// Money messages since the last permission to send one, by category.
    money_sent: BTreeMap<&'static str, u32>,
    service_ids: BTreeSet<String>,
    last_payment: Option<Message>,
    last_reversal: Option<Message>,
    recovered: bool,
    log: Vec<String>,
    inbound: u64,
    ended: u32,
    standing: u32,
}

impl Walk {
    fn new(seed: u64, given: &[(&str, &str)]) -> Walk {
        Walk {
            dice: Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            driver: driver(given, None),
            journal: Journal::open_in_memory().expect("a journal"),
            now: start_of_day(),
            open: BTreeMap::new(),
            ever: BTreeSet::new(),
            owed: None,
            reference: None,
            question: None,
            money_sent: BTreeMap::new(),
            service_ids: BTreeSet::new(),
            last_payment: None,
            last_reversal: None,
            recovered: false,
            log: Vec::new(),
            inbound: 0,
            ended: 0,
            standing: 0,
        }
    }

    fn fail(&self, what: &str) -> ! {
        panic!("{what}\n{}", self.log.join("\n"))
    }

    fn step(&mut self, input: Input) {
        self.log.push(format!("{:>9.2} {}", self.now.at.since_origin().as_secs_f64(), brief(&input)));
        let had_case = self.owed.is_some();
        let tick = matches!(input, Input::Tick);
        let due = self.driver.deadline();
        let effects = self.driver.step(self.now, input);
        // A tick may end a payment and leave a session's overdue deadline; the next one has to move that.
        let standing = tick && due.is_some_and(|due| self.now.at >= due);
        let standing = standing && self.driver.deadline().is_some_and(|next| next <= self.now.at);
        self.standing = if standing { self.standing + 1 } else { 0 };
        if self.standing > 1 {
            self.fail("the deadline stands still");
        }
        let transmitted = effects.iter().any(|effect| matches!(effect, Effect::Report(Report::Transmitted)));
        let referenced = effects.iter().any(|effect| matches!(effect, Effect::Report(Report::Reference(_))));
        for effect in effects {
            match effect {
                Effect::Report(report) => self.reported(report, had_case),
                Effect::Link { channel, action, moves_money } => {
                    self.acted(channel, action, moves_money, transmitted, referenced);
                }
            }
        }
    }

    fn reported(&mut self, report: Report, had_case: bool) {
        match report {
            Report::Outcome(outcome) => {
                self.log.push(format!(
                    "            outcome {:?} {:?}",
                    outcome.verdict,
                    outcome.explanation.map(|why| why.key)
                ));
                if !had_case || self.owed.take().is_none() {
                    self.fail("an outcome nobody asked for");
                }
                self.ended += 1;
                self.question = None;
                self.money_sent.clear();
                self.last_payment = None;
                self.last_reversal = None;
            }
            Report::Question(question) => {
                if self.owed.is_none() {
                    self.fail("a question without a payment");
                }
                self.question = Some(question.id);
            }
            Report::QuestionClosed(id) if self.question == Some(id) => self.question = None,
            Report::Reference(reference) => self.reference = Some(reference),
            Report::Transmitted | Report::Lost(_) if self.owed.is_none() => self.fail("a report without a payment"),
            _ => {}
        }
    }

    fn acted(&mut self, channel: Channel, action: LinkAction, moves_money: bool, transmitted: bool, referenced: bool) {
        match action {
            LinkAction::Open(Endpoint::Http { request, .. }) => {
                let message = codec::decode(&request.body).expect("a message of ours");
                self.log.push(format!(
                    "            sends {} {} on {channel}",
                    message.header.category.name(),
                    message.header.service_id.as_deref().unwrap_or("?")
                ));
                if !self.ever.insert(channel) {
                    self.fail("a channel was opened twice");
                }
                if !self.service_ids.insert(message.header.service_id.clone().unwrap_or_default()) {
                    self.fail("a ServiceID was used twice");
                }
                let money = match message.body {
                    Body::PaymentRequest(_) => Some("payment"),
                    Body::ReversalRequest(_) => Some("reversal"),
                    _ => None,
                };
                if money.is_some() != moves_money {
                    self.fail("what moves money is not marked, or what does not is");
                }
                if let Some(money) = money {
                    if self.owed.is_none() {
                        self.fail("money moves without a payment");
                    }
                    if self.recovered && money == "payment" {
                        self.fail("a recovered payment was sent again");
                    }
                    if !referenced || (money == "payment" && !transmitted) {
                        self.fail("money left without the record of it in the same step");
                    }
                    let kept = self.reference.as_ref().map(ToString::to_string).unwrap_or_default();
                    if !kept.contains(message.header.service_id.as_deref().unwrap_or("?")) {
                        self.fail("the journal does not hold the number that was sent");
                    }
                    let sent = self.money_sent.entry(money).or_default();
                    *sent += 1;
                    if *sent > 1 {
                        self.fail("money was sent twice, and the terminal never said that nothing had happened");
                    }
                    if money == "payment" {
                        self.last_payment = Some(message.clone());
                    } else {
                        self.last_reversal = Some(message.clone());
                    }
                }
                self.open.insert(channel, message);
            }
            LinkAction::Open(Endpoint::Tcp { .. } | Endpoint::WebSocket { .. }) => self.fail("nexo speaks HTTP"),
            LinkAction::Send(_) => {
                if channel.name != "inbound" {
                    self.fail("sends on a channel of its own");
                }
            }
            LinkAction::Close | LinkAction::Abandon => {
                self.open.remove(&channel);
            }
        }
    }

    /// Some answer to what was asked: right, wrong, foreign, half.
    fn answer(&mut self, asked: &Message) -> LinkEvent {
        if self.dice.roll(6) == 0 {
            return match self.dice.roll(5) {
                0 => loss(Departure::Perhaps, LossCause::Broken),
                1 => loss(Departure::Perhaps, LossCause::TimedOut),
                2 => {
                    self.nothing_happened(asked);
                    loss(Departure::SurelyNot, LossCause::Refused)
                }
                3 => LinkEvent::Received(Frame::Response(HttpResponse::empty(204))),
                _ => LinkEvent::Received(Frame::Response(HttpResponse::ok("text/plain", b"<nonsense".to_vec()))),
            };
        }
        let response = self.response();
        let mut header = answer_header(asked);
        let foreign = self.dice.roll(8) == 0;
        if foreign {
            match self.dice.roll(4) {
                0 => header.service_id = Some("4711".into()),
                1 => header.poi_id = "OTHER".into(),
                2 => header.sale_id = "OTHER".into(),
                _ => header.service_id = None,
            }
        }
        let body = match &asked.body {
            Body::LoginRequest(_) => Body::LoginResponse(LoginResponse { response, system: None }),
            Body::LogoutRequest { .. } => Body::LogoutResponse(response),
            Body::PaymentRequest(_) => {
                if !foreign
                    && response.failed_with(&[
                        ErrorCondition::Busy,
                        ErrorCondition::NotAllowed,
                        ErrorCondition::LoggedOut,
                    ])
                {
                    self.nothing_happened(asked);
                }
                Body::PaymentResponse(Box::new(self.payment_response(asked, response)))
            }
            Body::ReversalRequest(_) => {
                if !foreign
                    && response.failed_with(&[
                        ErrorCondition::Busy,
                        ErrorCondition::NotAllowed,
                        ErrorCondition::LoggedOut,
                    ])
                {
                    self.nothing_happened(asked);
                }
                Body::ReversalResponse(Box::new(ReversalResponse {
                    response,
                    poi_transaction: Some(poi_transaction()),
                    receipts: Vec::new(),
                }))
            }
            Body::TransactionStatusRequest { .. } => {
                let stored =
                    if self.dice.roll(2) == 0 { self.last_payment.clone() } else { self.last_reversal.clone() };
                let repeated = stored.filter(|_| response.is_success()).map(|stored| {
                    let inner = self.response();
                    let body = if matches!(stored.body, Body::PaymentRequest(_)) {
                        Body::PaymentResponse(Box::new(self.payment_response(&stored, inner)))
                    } else {
                        Body::ReversalResponse(Box::new(ReversalResponse {
                            response: inner,
                            poi_transaction: None,
                            receipts: Vec::new(),
                        }))
                    };
                    answer_to(&stored, body)
                });
                // Not found, and the payment itself is the last: a reversal may go out again (11.3).
                let allows = |repeated: &Message| matches!(repeated.body, Body::PaymentResponse(_));
                if !foreign && repeated.as_ref().is_some_and(allows) {
                    self.money_sent.remove("reversal");
                }
                Body::TransactionStatusResponse(Box::new(TransactionStatusResponse { response, repeated }))
            }
            _ => return LinkEvent::Received(Frame::Response(HttpResponse::empty(204))),
        };
        let bytes = codec::encode(&Message { header, body });
        LinkEvent::Received(Frame::Response(HttpResponse::ok(messages::CONTENT_TYPE, bytes)))
    }

    fn nothing_happened(&mut self, asked: &Message) {
        match asked.body {
            Body::PaymentRequest(_) => drop(self.money_sent.remove("payment")),
            Body::ReversalRequest(_) => drop(self.money_sent.remove("reversal")),
            _ => {}
        }
    }

    fn payment_response(&mut self, asked: &Message, response: Response) -> PaymentResponse {
        let amount = self.dice.pick(&["100.00", "110.00", "50", "", "1e9", "100.001"]);
        let mut answer = payment_answer(asked, response, Some(amount));
        answer.receipts = match self.dice.roll(3) {
            0 => Vec::new(),
            1 => vec![receipt(true)],
            _ => vec![receipt(false)],
        };
        match self.dice.roll(12) {
            0 => answer.sale_transaction = None,
            1 => answer.sale_transaction = Some(TransactionId { id: "OTHER-1".into(), time: String::new() }),
            2 => answer.result = None,
            _ => {}
        }
        answer
    }

    fn response(&mut self) -> Response {
        if self.dice.roll(2) == 0 {
            return Response::success();
        }
        let conditions = [
            ErrorCondition::Busy,
            ErrorCondition::NotAllowed,
            ErrorCondition::Aborted,
            ErrorCondition::Refusal,
            ErrorCondition::NotFound,
            ErrorCondition::NotFound,
            ErrorCondition::InProgress,
            ErrorCondition::LoggedOut,
            ErrorCondition::Other("Martian".into()),
        ];
        failed(self.dice.pick(&conditions))
    }

    fn start(&mut self) {
        let operation = self.dice.pick(&[Operation::Sale, Operation::Sale, Operation::Refund, Operation::Void]);
        let mut request = PaymentRequest::new(operation, sek(10_000));
        if operation == Operation::Void {
            let reference = self.reference.clone();
            request.of = Some(Original {
                payment: PaymentId::new("XXXX", 1),
                operation: Operation::Sale,
                taken: sek(10_000),
                reference,
            });
        }
        // A terminal of its own for each, so that the journal does not mind.
        let terminal = format!("terminal-{}", self.ended);
        let new = NewPayment { terminal, protocol: "nexo".into(), training: true, request, at: self.now.wall };
        let recorded = self.journal.record(new).expect("a record");
        self.owed = Some(OpenPayment {
            id: recorded.id.clone(),
            request: recorded.request.clone(),
            state: PaymentState::AtTerminal,
            reference: None,
            at: self.now.wall,
        });
        self.recovered = false;
        self.step(Input::Command(Command::Start(recorded)));
    }

    fn recover(&mut self) {
        let Some(reference) = self.reference.clone() else { return };
        let state = self.dice.pick(&[PaymentState::InDoubt, PaymentState::InDoubt, PaymentState::Approved]);
        self.recover_as(state, Some(reference));
    }

    fn recover_as(&mut self, state: PaymentState, reference: Option<serde_json::Value>) {
        let new = NewPayment {
            terminal: format!("terminal-{}", self.ended),
            protocol: "nexo".into(),
            training: true,
            request: sale(),
            at: self.now.wall,
        };
        let recorded = self.journal.record(new).expect("a record");
        let open = OpenPayment { id: recorded.id.clone(), request: sale(), state, reference, at: self.now.wall };
        self.owed = Some(open.clone());
        self.recovered = true;
        self.step(Input::Command(Command::Recover(open)));
    }

    fn listener(&mut self) {
        self.inbound += 1;
        let channel = Channel::new("inbound", self.inbound);
        let message = match self.dice.roll(4) {
            0 => confirmation(),
            1 => event("EndMaintenance"),
            2 => event("Abort"),
            _ => Message {
                header: terminals_header(Category::Display, self.dice.pick(&[None, Some("1001")])),
                body: Body::DisplayRequest(Vec::new()),
            },
        };
        let request = HttpRequest::post(messages::PATH, messages::CONTENT_TYPE, codec::encode(&message));
        self.step(Input::Link(channel, LinkEvent::Received(Frame::Request(request))));
    }

    fn one(&mut self) {
        match self.dice.roll(20) {
            0..=9 if !self.open.is_empty() => {
                let channels: Vec<Channel> = self.open.keys().copied().collect();
                let channel = self.dice.pick(&channels);
                let asked = self.open.remove(&channel).expect("an open channel");
                let event = self.answer(&asked);
                self.step(Input::Link(channel, event));
            }
            10 => self.step(Input::Command(Command::Cancel)),
            11 => {
                let id = self.question.unwrap_or(QuestionId(self.dice.roll(5)));
                let answer = self.dice.pick(&[Answer::Accept, Answer::Reject]);
                self.step(Input::Command(Command::Answer(id, answer)));
            }
            12 => {
                let command = self.dice.pick(&[Command::Connect, Command::Disconnect]);
                self.step(Input::Command(command));
            }
            13 => self.listener(),
            14 => {
                // An event of a channel that is gone.
                let gone: Vec<Channel> =
                    self.ever.iter().filter(|channel| !self.open.contains_key(channel)).copied().collect();
                if !gone.is_empty() {
                    let channel = self.dice.pick(&gone);
                    self.step(Input::Link(channel, loss(Departure::SurelyNot, LossCause::Refused)));
                }
            }
            15 => {
                let hours = i64::try_from(self.dice.roll(100)).expect("small") - 50;
                self.now.wall += jiff::SignedDuration::from_hours(hours);
            }
            16 | 17 if self.owed.is_none() => self.start(),
            18 if self.owed.is_none() => self.recover(),
            _ => {
                let wait = match self.driver.deadline() {
                    Some(due) => due - self.now.at,
                    None => Duration::from_millis(self.dice.roll(3000)),
                };
                self.now.at = self.now.at + wait;
                self.now.wall += jiff::SignedDuration::try_from(wait).expect("a span");
                self.step(Input::Tick);
            }
        }
    }

    /// Lets a payment that is still owed come to its end against a terminal that answers every question well.
    fn wind_up(&mut self) {
        for _ in 0..3000 {
            if self.owed.is_none() {
                return;
            }
            if let Some(question) = self.question {
                self.step(Input::Command(Command::Answer(question, Answer::Accept)));
            } else if let Some((channel, asked)) = self.open.pop_first() {
                let event = match &asked.body {
                    Body::LoginRequest(_) => {
                        Some(Body::LoginResponse(LoginResponse { response: Response::success(), system: None }))
                    }
                    Body::PaymentRequest(_) => Some(Body::PaymentResponse(Box::new(approval(&asked)))),
                    Body::ReversalRequest(_) => Some(Body::ReversalResponse(Box::new(ReversalResponse {
                        response: Response::success(),
                        poi_transaction: Some(poi_transaction()),
                        receipts: Vec::new(),
                    }))),
                    Body::LogoutRequest { .. } => Some(Body::LogoutResponse(Response::success())),
                    Body::TransactionStatusRequest { .. } => {
                        Some(Body::TransactionStatusResponse(Box::new(TransactionStatusResponse {
                            response: failed(ErrorCondition::NotFound),
                            repeated: None,
                        })))
                    }
                    _ => None,
                };
                let event = event.map_or_else(
                    || LinkEvent::Received(Frame::Response(HttpResponse::empty(204))),
                    |body| {
                        let bytes = codec::encode(&answer_to(&asked, body));
                        LinkEvent::Received(Frame::Response(HttpResponse::ok(messages::CONTENT_TYPE, bytes)))
                    },
                );
                self.step(Input::Link(channel, event));
            } else if let Some(due) = self.driver.deadline() {
                self.now.at = due;
                self.step(Input::Tick);
            } else {
                self.fail("a payment is owed its outcome, and nothing more will happen");
            }
        }
        self.fail("the payment does not end, although the terminal answers everything");
    }
}

fn brief(input: &Input) -> String {
    match input {
        Input::Command(Command::Start(start)) => format!("start {} {:?}", start.id, start.request.operation),
        Input::Command(Command::Recover(open)) => format!("recover {} {:?}", open.id, open.state),
        Input::Command(command) => format!("{command:?}"),
        Input::Link(channel, LinkEvent::Received(frame)) => match codec::decode(frame.body()) {
            Ok(message) => {
                let text = format!("{:?}", message.body);
                format!("{channel}: {} {:.160}", message.header.service_id.as_deref().unwrap_or("-"), text)
            }
            Err(_) => format!("{channel}: no message"),
        },
        Input::Link(channel, event) => format!("{channel}: {event:?}"),
        Input::Tick => "tick".to_owned(),
    }
}

fn walk(seeds: std::ops::Range<u64>, given: &[(&str, &str)]) -> u32 {
    let mut ended = 0;
    for seed in seeds {
        let mut walk = Walk::new(seed, given);
        walk.log.push(format!("seed {seed}"));
        for _ in 0..250 {
            walk.one();
        }
        walk.wind_up();
        ended += walk.ended;
    }
    ended
}

#[test]
fn the_seams_contract_holds_on_random_walks_of_a_light_till() {
    assert!(walk(0..400, LIGHT) > 400);
}

#[test]
fn the_seams_contract_holds_on_random_walks_of_a_full_till() {
    assert!(walk(0..400, FULL) > 400);
}

#[test]
fn a_recovered_payment_without_a_reference_gets_its_one_outcome_whatever_its_state() {
    for state in PaymentState::ALL {
        let mut walk = Walk::new(1, LIGHT);
        walk.recover_as(state, None);
        walk.wind_up();
        assert_eq!(walk.ended, 1, "{state:?}");
    }
}

#[test]
fn a_cancel_is_harmless_when_nothing_is_at_hand() {
    let mut walk = Walk::new(1, LIGHT);
    for command in [Command::Cancel, Command::Forget, Command::Answer(QuestionId(1), Answer::Reject)] {
        walk.step(Input::Command(command));
    }
    assert!(walk.open.is_empty());
}

fn logins_and_logouts(desk: &Desk) -> (usize, usize) {
    (desk.sent_of(&Category::Login).len(), desk.sent_of(&Category::Logout).len())
}

fn busy_with_logouts(times: u32) -> Desk {
    let mut left = times;
    Desk::new(LIGHT, move |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        _ if left > 0 => {
            left -= 1;
            Act::Say(Body::LogoutResponse(failed(ErrorCondition::Busy)))
        }
        _ => Act::Say(Body::LogoutResponse(Response::success())),
    })
}

#[test]
fn a_logout_the_terminal_was_too_busy_for_is_made_again() {
    let mut desk = busy_with_logouts(2);
    desk.command(Command::Connect);
    desk.run_for(Duration::from_secs(1));
    desk.command(Command::Disconnect);
    desk.run_for(Duration::from_secs(10));
    assert_eq!(logins_and_logouts(&desk), (1, 3));
    assert_eq!(desk.station.view().session, Some(Session::Maintenance));
}

#[test]
fn a_logout_is_not_made_again_for_ever_nor_after_somebody_wants_the_session_back() {
    let mut desk = busy_with_logouts(100);
    desk.command(Command::Connect);
    desk.run_for(Duration::from_secs(1));
    desk.command(Command::Disconnect);
    desk.run_for(Duration::from_secs(60));
    assert_eq!(logins_and_logouts(&desk), (1, 5));
    desk.command(Command::Disconnect);
    desk.run_for(Duration::from_millis(100));
    desk.command(Command::Connect);
    desk.run_for(Duration::from_secs(30));
    assert_eq!(logins_and_logouts(&desk), (1, 6));
}

#[test]
fn a_terminal_that_never_knows_its_reversal_is_not_sent_it_for_ever() {
    let memory = Memory::default();
    let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => {
            let mut answer = approval(asked);
            answer.receipts = vec![receipt(true)];
            let body = Body::PaymentResponse(Box::new(answer));
            memory.keep(answer_to(asked, body.clone()));
            Act::Say(body)
        }
        Body::ReversalRequest(_) => Act::Break,
        Body::TransactionStatusRequest { ref reference } => match reference {
            Some(_) => not_found(),
            None => status_says(Response::success(), memory.last()),
        },
        _ => Act::Refuse,
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(5));
    desk.answer(Answer::Reject);
    desk.run_for(Duration::from_secs(600));
    assert_eq!(desk.sent_of(&Category::Reversal).len(), 3);
    assert_eq!(desk.record(&id).state, PaymentState::InDoubt);
}

/// What the terminal shows while it works on the request with this ServiceID.
fn display_about(service_id: &str) -> Message {
    Message { header: terminals_header(Category::Display, Some(service_id)), body: Body::DisplayRequest(Vec::new()) }
}

#[test]
fn a_payment_the_terminal_denied_and_then_works_on_is_an_alarm() {
    let mut desk = Desk::new(FULL, |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => Act::Break,
        _ => not_found(),
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(60));
    assert_eq!(desk.record(&id).state, PaymentState::NotCharged);
    let sent = desk.sent_of(&Category::Payment)[0].header.service_id.clone().expect("a number");
    desk.hear(&display_about(&sent));
    let alarms = desk.station.view().notices.iter().filter(|notice| notice.key == "explain-denied-and-alive");
    assert_eq!(alarms.count(), 1);
}

#[test]
fn a_late_sign_of_life_keeps_a_denied_payment_in_doubt() {
    let mut desk = Desk::new(FULL, |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => Act::Break,
        _ => not_found(),
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(2));
    let sent = desk.sent_of(&Category::Payment)[0].header.service_id.clone().expect("a number");
    desk.hear(&display_about(&sent));
    desk.run_for(Duration::from_secs(60));
    assert_eq!(desk.record(&id).state, PaymentState::InDoubt);
}

#[test]
fn a_lost_session_is_remembered_by_a_till_that_is_killed() {
    let mut questions = 0;
    let mut desk = Desk::new(FULL, move |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => Act::Break,
        _ => {
            questions += 1;
            if questions == 2 { status_says(failed(ErrorCondition::NotAllowed), None) } else { not_found() }
        }
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_millis(100));
    let sent = desk.sent_of(&Category::Payment)[0].header.service_id.clone().expect("a number");
    desk.hear(&display_about(&sent));
    desk.run_for(Duration::from_millis(5_500));
    desk.restart(FULL);
    desk.inquire(&id);
    desk.run_for(Duration::from_secs(60));
    assert_eq!(desk.record(&id).state, PaymentState::NotCharged, "{:?}", desk.record(&id).outcome);
}

#[test]
fn asking_again_and_again_does_not_put_off_the_answer_to_who_waits() {
    let mut taken = false;
    let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) if !taken => {
            taken = true;
            Act::Break
        }
        _ => Act::Refuse,
    });
    let id = desk.start(sale());
    for _ in 0..7 {
        desk.run_for(Duration::from_secs(9));
        if desk.concluded(&id).is_none() {
            desk.inquire(&id);
        }
    }
    assert_eq!(desk.concluded(&id).map(|outcome| outcome.verdict), Some(Verdict::InDoubt));
}

#[test]
fn a_payment_decided_as_not_paid_is_called_off_at_the_terminal() {
    for (paid, aborts) in [(false, 1), (true, 0)] {
        let mut desk = Desk::new(LIGHT, |asked| match asked.body {
            Body::LoginRequest(_) => logged_in(),
            Body::PaymentRequest(_) => Act::Break,
            Body::AbortRequest { .. } => Act::Status(204),
            _ => status_says(failed(ErrorCondition::InProgress), None),
        });
        let id = desk.start(sale());
        desk.run_for(Duration::from_secs(90));
        let decision = Decision { paid, by: "Åsa".into(), reason: "the customer left".into(), at: desk.now.wall };
        let record = desk.journal.decide(&id, decision).expect("a decision");
        let turn = desk.station.settled_elsewhere(desk.now, &record);
        desk.carry_out(turn);
        desk.run_for(Duration::from_secs(60));
        assert_eq!(desk.sent_of(&Category::Abort).len(), aborts);
        assert_eq!(desk.station.check(&sale()), Ok(()));
    }
}

#[test]
fn a_request_that_may_still_be_under_way_is_not_declared_dead() {
    // The line went silent with the request on it, and the cashier gives up waiting: the system may still deliver it.
    let mut taken = false;
    let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) if !taken => {
            taken = true;
            Act::Silence
        }
        Body::AbortRequest { .. } => Act::Refuse,
        _ => not_found(),
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(2));
    desk.cancel();
    desk.run_for(Duration::from_secs(25));
    assert_ne!(desk.record(&id).state, PaymentState::NotCharged);
    desk.run_for(Duration::from_secs(30));
    assert_eq!(desk.record(&id).state, PaymentState::NotCharged);
}

#[test]
fn a_till_killed_just_after_sending_does_not_believe_the_first_not_found() {
    let mut desk = Desk::new(LIGHT, |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => Act::Silence,
        _ => not_found(),
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(1));
    desk.restart(LIGHT);
    desk.inquire(&id);
    desk.run_for(Duration::from_secs(20));
    assert_eq!(desk.record(&id).state, PaymentState::InDoubt);
    desk.run_for(Duration::from_secs(30));
    assert_eq!(desk.record(&id).state, PaymentState::NotCharged);
}

#[test]
fn a_session_lost_again_after_hours_of_sleep_is_opened_again() {
    let denied = || status_says(failed(ErrorCondition::NotAllowed), None);
    let mut questions = 0;
    let mut desk = Desk::new(LIGHT, move |asked| match asked.body {
        Body::LoginRequest(_) => logged_in(),
        Body::PaymentRequest(_) => Act::Break,
        _ => {
            questions += 1;
            if [1, 2, 3, 6].contains(&questions) { denied() } else { not_found() }
        }
    });
    let id = desk.start(sale());
    desk.run_for(Duration::from_secs(6));
    assert_eq!(desk.record(&id).state, PaymentState::InDoubt);
    desk.now.at = desk.now.at + Duration::from_secs(9 * 3600);
    desk.run_for(Duration::from_secs(60));
    assert_eq!(desk.record(&id).state, PaymentState::NotCharged, "{:?}", desk.record(&id).outcome);
}
