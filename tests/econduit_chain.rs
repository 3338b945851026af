//! The whole chain over real sockets: a point of sale asks the cloud, the cloud asks the till, the till asks the terminal at its
//! counter.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use checkstand::domain::{Currency, Operation, Verdict};
use checkstand::links::{HostNews, SimulatorHost};
use checkstand::protocols;
use checkstand::protocols::driver::Session;
use checkstand::protocols::protocol::{FieldValues, SimulatorSetup};
use checkstand::protocols::simulator::LedgerEntry;
use checkstand::settings::{Places, Settings, TerminalSettings};
use checkstand::terminal::{Till, TillError, Which};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const SERIAL: &str = "70441922";
/// Nothing in these tests may take longer.
const PATIENCE: Duration = Duration::from_secs(30);

type Ledger = Arc<Mutex<Vec<LedgerEntry>>>;

async fn simulator(id: &str, complaints: &Arc<Mutex<Vec<String>>>) -> (SimulatorHost, Ledger) {
    let protocol = protocols::find(id).unwrap();
    let simulator = (protocol.simulator)(&SimulatorSetup {
        seed: 1,
        speed: 50,
        memory: None,
        currency: Currency::USD,
        options: BTreeMap::new(),
    });
    let ledger = Ledger::default();
    let (written, disliked) = (ledger.clone(), complaints.clone());
    let sink = move |news| match news {
        HostNews::Ledger(entry) => written.lock().unwrap().push(entry),
        HostNews::Complaint(text) => disliked.lock().unwrap().push(text),
        _ => {}
    };
    let listen = "127.0.0.1:0".parse().unwrap();
    (SimulatorHost::start(listen, protocol.doors, None, simulator, sink).await.unwrap(), ledger)
}

fn port(host: &SimulatorHost, door: usize) -> String {
    host.local_addresses()[door].1.port().to_string()
}

fn terminal(name: &str, protocol: &str, given: &[(&str, &str)]) -> TerminalSettings {
    let mut fields = FieldValues::default();
    given.iter().for_each(|(name, text)| fields.set(name, text));
    TerminalSettings::new(name, protocol, fields)
}

struct Chain {
    folder: tempfile::TempDir,
    settings: Settings,
    cloud: SimulatorHost,
    counter: SimulatorHost,
    ledger: Ledger,
    complaints: Arc<Mutex<Vec<String>>>,
}

impl Chain {
    async fn new(through: &str) -> Chain {
        let complaints = Arc::default();
        let (cloud, _) = simulator("econduit", &complaints).await;
        let (counter, ledger) = simulator("valor", &complaints).await;
        let mut settings = Settings::default();
        let own = [("host", "127.0.0.1"), ("port", &port(&counter, 0)), ("cancel_port", &port(&counter, 1))];
        settings.put(terminal("counter", "valor", &own));
        let secondary = format!("127.0.0.1:{}", port(&cloud, 1));
        let face = [
            ("role", "terminal"),
            ("host", "127.0.0.1"),
            ("port", &port(&cloud, 0)),
            ("secondary", &secondary),
            ("terminal_id", SERIAL),
            ("through", through),
        ];
        settings.put(terminal("cloud", "econduit", &face));
        Chain { folder: tempfile::tempdir().unwrap(), settings, cloud, counter, ledger, complaints }
    }

    async fn till(&self, which: Which) -> Result<Till, TillError> {
        Till::open(&Places::in_folder(self.folder.path()), &self.settings, which).await
    }

    /// What a point of sale asks of the cloud's web interface.
    async fn posts(&self, method: &str, body: &Value) -> Value {
        let address = self.cloud.local_addresses()[2].1;
        let mut stream = TcpStream::connect(address).await.unwrap();
        let body = body.to_string();
        let head = format!(
            "POST /1.0/{method} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        let mut answer = String::new();
        timeout(PATIENCE, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    async fn pairs(&self) -> Pos<'_> {
        let merchant = json!({ "BusinessName": "Corner Cafe", "ContactName": "Kim", "Address": "1 Main St",
            "City": "Omaha", "State": "NE", "ZipCode": "68102", "Email": "kim@example.com", "Phone": "4025550100",
            "ResellerName": "R", "ReferenceId": "CORNER-CAFE", "TerminalSerialNumber": SERIAL });
        let paired = self.posts("pairTerminal", &merchant).await;
        assert_eq!(paired["Status"], "Success", "{paired}");
        Pos { chain: self, paired }
    }
}

struct Pos<'a> {
    chain: &'a Chain,
    paired: Value,
}

impl Pos<'_> {
    async fn asks(&self, command: &str, reference: &str, amount: &str) -> Value {
        let id = match &self.paired["TerminalID"] {
            Value::String(id) => id.clone(),
            number => number.to_string(),
        };
        let body = json!({ "Key": self.paired["ApiKey"], "Password": self.paired["ApiPassword"], "TerminalId": id,
            "Command": command, "Amount": amount, "RefId": reference });
        self.chain.posts("runTransaction", &body).await
    }
}

#[tokio::test]
async fn a_point_of_sale_behind_the_cloud_is_paid_at_the_tills_own_terminal() {
    let chain = Chain::new("counter").await;
    let till = chain.till(Which::Only("cloud".to_owned())).await.unwrap();
    let face = till.terminal("cloud").unwrap();
    face.connect().await;
    let mut view = face.view();
    let ready = view.wait_for(|view| matches!(view.session, Some(Session::Ready(_))));
    timeout(PATIENCE, ready).await.unwrap().unwrap();

    let pos = chain.pairs().await;
    let sold = pos.asks("Sale", "a1-1", "18.00").await;
    assert_eq!((&sold["ResultCode"], &sold["AmountString"]), (&json!("Approved"), &json!("18.00")), "{sold}");
    assert_eq!(pos.asks("Sale", "a1-1", "18.00").await["AuthCode"], sold["AuthCode"]);
    let declined = pos.asks("Sale", "a1-2", "18.51").await;
    assert_eq!((&declined["ResultCode"], &declined["ResultFinal"]), (&json!("Declined"), &json!(true)));
    let voided = pos.asks("Void", "a1-1", "18.00").await;
    assert_eq!(voided["ResultCode"], "Approved", "{voided}");
    let nothing = pos.asks("Capture", "a1-9", "18.00").await;
    assert_eq!(nothing["Message"], "Transaction not found", "{nothing}");

    let read = till.journal().read(|journal| journal.payments_from(SERIAL, "a1-1")).await.unwrap().unwrap();
    let told: Vec<_> = read.iter().map(|record| (record.request.operation, record.verdict())).collect();
    assert_eq!(told, [(Operation::Sale, Verdict::Approved), (Operation::Void, Verdict::Approved)]);
    let charged: Vec<i64> = chain.ledger.lock().unwrap().iter().map(|entry| entry.amount_minor).collect();
    assert_eq!(charged.first(), Some(&1_800));
    assert!(chain.complaints.lock().unwrap().is_empty(), "{:?}", chain.complaints.lock().unwrap());
    assert!(face.disconnect().await);
    till.close().await;
    drop(chain.counter);
}

#[tokio::test]
async fn a_face_through_nobody_or_through_itself_is_broken_and_the_till_opens_all_the_same() {
    for through in ["nobody", "cloud"] {
        let chain = Chain::new(through).await;
        let till = chain.till(Which::All).await.unwrap();
        let [TillError::Field { terminal, error }] = till.broken() else { panic!("{:?}", till.broken()) };
        assert_eq!((terminal.as_str(), error.field.as_str()), ("cloud", "through"));
        assert!(till.terminal("counter").is_some() && till.terminal("cloud").is_none());
        till.close().await;
    }
}
