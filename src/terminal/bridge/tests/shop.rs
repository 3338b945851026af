//! A shop: the till with a Valor terminal at its counter, and itself a terminal of the cloud's.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc::{self, Receiver, UnboundedReceiver, UnboundedSender};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::super::Bridge;
use crate::domain::{Commission, Currency, Money, Operation, PaymentId, PaymentRecord, PaymentRequest};
use crate::journal::{Journal, JournalHandle};
use crate::links::{HostNews, LinkSender, Links, NetworkLinks, Pacing, SimulatorHost, SystemClock};
use crate::protocols;
use crate::protocols::driver::{Departure, Driver, LinkAction, LinkEvent, Loss, LossCause};
use crate::protocols::econduit::{face, settings};
use crate::protocols::frame::{Channel, Frame};
use crate::protocols::protocol::{Abilities, DriverSetup, FieldValues, Secrets, SimulatorSetup, TerminalFace};
use crate::protocols::simulator::LedgerEntry;
use crate::terminal::actor::{Actor, Parts};
use crate::terminal::handle::TerminalHandle;
use crate::terminal::order::Running;
use crate::terminal::station::Station;
use crate::terminal::view::TerminalView;

pub const SERIAL: &str = "77031594";
/// Nothing in these tests may take longer.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Shop {
    pub face: TerminalHandle,
    pub player: TerminalHandle,
    pub journal: JournalHandle,
    pub cloud: Cloud,
    pub ledger: Arc<Mutex<Vec<LedgerEntry>>>,
    _terminal: SimulatorHost,
    _bridge: JoinSet<()>,
}

impl Shop {
    pub async fn open() -> Shop {
        Shop::with_currency("USD").await
    }

    /// Of the face; the counter's terminal takes dollars.
    pub async fn with_currency(currency: &str) -> Shop {
        let journal = JournalHandle::start(Journal::open_in_memory().unwrap());
        let (terminal, player, ledger) = counter(&journal).await;
        let (face, commissions, cloud) = cloud_face(&journal, currency);
        let mut bridge = JoinSet::new();
        bridge
            .spawn(Bridge { face: face.clone(), player: player.clone(), journal: journal.clone() }.serve(commissions));
        let mut shop = Shop { face, player, journal, cloud, ledger, _terminal: terminal, _bridge: bridge };
        shop.face.connect().await;
        shop.cloud.lets_in().await;
        shop
    }

    /// The cloud asks, and is answered.
    pub async fn told(&mut self, command: &str, reference: &str, amount: &str) -> Value {
        self.cloud.asks(command, reference, amount).await;
        self.cloud.hears().await
    }

    pub async fn records(&self, reference: &str) -> Vec<PaymentRecord> {
        let reference = reference.to_owned();
        self.journal.read(move |journal| journal.payments_from(SERIAL, &reference)).await.unwrap().unwrap()
    }

    /// Charges and reversals, in minor units.
    pub fn charges(&self) -> Vec<(Operation, i64)> {
        self.ledger.lock().unwrap().iter().map(|entry| (entry.operation, entry.amount_minor)).collect()
    }

    /// The cashier's own payment.
    pub async fn cashier_pays(&self, minor: i64) -> Running {
        self.player.pay(PaymentRequest::new(Operation::Sale, dollars(minor))).await.unwrap()
    }

    /// Until the counter's terminal has taken a payment on and told its number; ours for it.
    pub async fn is_at_terminal(&self) -> PaymentId {
        let mut changes = self.journal.changes();
        let has_number =
            |record: &PaymentRecord| record.reference.as_ref().is_some_and(|told| told["shown"].is_string());
        let under_way = async {
            loop {
                changes.mark_unchanged();
                let open = self.journal.read(|journal| journal.open_payments(Some("counter"))).await.unwrap().unwrap();
                if let Some(record) = open.into_iter().find(has_number) {
                    return record.id;
                }
                changes.changed().await.unwrap();
            }
        };
        timeout(PATIENCE, under_way).await.unwrap()
    }
}

pub fn dollars(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

/// The till's side of the cloud's line, without sockets: the test says and hears each word.
pub struct Cloud {
    events: LinkSender,
    lines: UnboundedReceiver<Channel>,
    sent: UnboundedReceiver<(Channel, Value)>,
    line: Option<Channel>,
}

struct CloudLinks {
    opened: UnboundedSender<Channel>,
    sent: UnboundedSender<(Channel, Value)>,
}

impl Links for CloudLinks {
    fn act(&mut self, channel: Channel, action: LinkAction) {
        match action {
            LinkAction::Open(_) => drop(self.opened.send(channel)),
            LinkAction::Send(Frame::Bytes(bytes)) => {
                drop(self.sent.send((channel, serde_json::from_slice(&bytes).unwrap())));
            }
            _ => {}
        }
    }
}

impl Cloud {
    pub async fn lets_in(&mut self) {
        let line = timeout(PATIENCE, self.lines.recv()).await.unwrap().unwrap();
        self.line = Some(line);
        self.happens(LinkEvent::Opened).await;
        assert_eq!(self.hears().await["Command"], "Register");
        self.says("OK-REGISTRATION").await;
    }

    async fn happens(&self, event: LinkEvent) {
        self.events.send((self.line.unwrap(), event)).await.unwrap();
    }

    async fn says(&self, text: &str) {
        self.happens(LinkEvent::Received(Frame::Bytes(text.into()))).await;
    }

    pub async fn asks(&self, command: &str, reference: &str, amount: &str) {
        let command = json!({ "Command": command, "TerminalID": SERIAL, "RefID": reference, "Amount": amount,
            "InvoiceNumber": "117" });
        self.says(&command.to_string()).await;
    }

    /// The next word of the till, on the line that stands.
    pub async fn hears(&mut self) -> Value {
        let (channel, said) = timeout(PATIENCE, self.sent.recv()).await.unwrap().unwrap();
        assert_eq!(Some(channel), self.line);
        said
    }

    pub fn has_heard_nothing(&mut self) -> bool {
        self.sent.try_recv().is_err()
    }

    pub async fn drops_the_line(&mut self) {
        let (departure, cause) = (Departure::Perhaps, LossCause::Broken);
        self.happens(LinkEvent::Lost(Loss { departure, cause, detail: String::new() })).await;
    }
}

fn view(name: &str, protocol: &'static str, abilities: Abilities, face: Option<TerminalFace>) -> TerminalView {
    TerminalView { face, ..TerminalView::new(name, protocol, abilities) }
}

fn start(
    view: TerminalView,
    driver: Box<dyn Driver>,
    journal: &JournalHandle,
    links: Box<dyn Links>,
    events: Receiver<(Channel, LinkEvent)>,
) -> (TerminalHandle, Receiver<Commission>) {
    let (commissions, commissioned) = mpsc::channel(16);
    let handle = Actor::start(Parts {
        station: Station::new(driver, view, &Secrets::default()),
        journal: journal.clone(),
        links,
        clock: SystemClock::new(),
        events,
        on_moved: Box::new(|_, _| {}),
        commissions,
        open: Vec::new(),
    });
    (handle, commissioned)
}

async fn counter(journal: &JournalHandle) -> (SimulatorHost, TerminalHandle, Arc<Mutex<Vec<LedgerEntry>>>) {
    let protocol = protocols::find("valor").unwrap();
    let simulator = (protocol.simulator)(&SimulatorSetup {
        seed: 1,
        speed: 50,
        memory: None,
        currency: Currency::USD,
        options: BTreeMap::new(),
    });
    let ledger = Arc::new(Mutex::new(Vec::new()));
    let written = ledger.clone();
    let sink = move |news| {
        if let HostNews::Ledger(entry) = news {
            written.lock().unwrap().push(entry);
        }
    };
    let host =
        SimulatorHost::start("127.0.0.1:0".parse().unwrap(), protocol.doors, None, simulator, sink).await.unwrap();
    let ports: Vec<String> = host.local_addresses().iter().map(|(_, address)| address.port().to_string()).collect();
    let handle = valor(journal, &ports[0], &ports[1]);
    (host, handle, ledger)
}

fn valor(journal: &JournalHandle, port: &str, cancel_port: &str) -> TerminalHandle {
    let protocol = protocols::find("valor").unwrap();
    let mut fields = FieldValues::default();
    for (name, text) in [("host", "127.0.0.1"), ("port", port), ("cancel_port", cancel_port)] {
        fields.set(name, text);
    }
    let fields = protocol.checked(&fields).unwrap();
    let setup = DriverSetup { fields: fields.clone(), secrets: Secrets::default(), memory: None, seed: 7 };
    let driver = (protocol.driver)(&setup).unwrap();
    let (sender, events) = mpsc::channel(256);
    let links = Box::new(NetworkLinks::new(sender, None, Pacing::in_folder(Path::new("/dev/null"))));
    start(view("counter", "valor", (protocol.abilities)(&fields), None), driver, journal, links, events).0
}

fn cloud_face(journal: &JournalHandle, currency: &str) -> (TerminalHandle, Receiver<Commission>, Cloud) {
    let mut fields = FieldValues::default();
    for field in settings::FIELDS {
        field.default.into_iter().for_each(|default| fields.set(field.name, default));
    }
    for (name, text) in [("role", "terminal"), ("terminal_id", SERIAL), ("through", "counter"), ("currency", currency)]
    {
        fields.set(name, text);
    }
    let setup = DriverSetup { fields: fields.clone(), secrets: Secrets::default(), memory: None, seed: 7 };
    let driver = face::create(&setup).unwrap();
    let (events, heard) = mpsc::channel(256);
    let (opened, lines) = mpsc::unbounded_channel();
    let (said, sent) = mpsc::unbounded_channel();
    let links = Box::new(CloudLinks { opened, sent: said });
    let view = view("cloud", "econduit", settings::abilities(&fields), settings::face(&fields));
    let (handle, commissions) = start(view, driver, journal, links, heard);
    (handle, commissions, Cloud { events, lines, sent, line: None })
}

/// A face that nobody plays for yet.
pub(in crate::terminal) fn face_alone(journal: &JournalHandle) -> (TerminalHandle, Receiver<Commission>) {
    let (handle, commissions, _) = cloud_face(journal, "USD");
    (handle, commissions)
}

/// A terminal that nobody has switched on.
pub(in crate::terminal) fn player_alone(journal: &JournalHandle) -> TerminalHandle {
    valor(journal, "1", "2")
}
