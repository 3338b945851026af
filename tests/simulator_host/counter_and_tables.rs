//! Counter and tables of one simulated Connect site behind one real door: the till's own drivers over the till's own links.

use std::collections::BTreeMap;

use checkstand::domain::{
    Commission, Currency, Fulfilment, Money, Secret, TableAnswer, TableTaking, TableTask, Task, Verdict,
};
use checkstand::links::SystemClock;
use checkstand::protocols;
use checkstand::protocols::connect::DOORS;
use checkstand::protocols::driver::{Command, Driver, Effect, Input, Report, Session};
use checkstand::protocols::protocol::{DriverSetup, FieldValues, Secrets, SimulatorSetup};
use checkstand::protocols::simulator::LedgerEntry;

use super::*;

/// What the customers take is over in no time.
const SPEED: u32 = 1_000;
const DUE: i64 = 6_457;

/// A driver with its links. At the tables it is a shop with one bill.
struct Till {
    driver: Box<dyn Driver>,
    links: NetworkLinks,
    events: Receiver<(Channel, LinkEvent)>,
    session: Option<Session>,
    paid: i64,
    is_locked: bool,
    takings: Vec<TableTaking>,
}

impl Till {
    fn of(kind: &str, port: u16) -> Till {
        let protocol = protocols::find("connect").unwrap();
        let mut fields = FieldValues::default();
        let url = format!("ws://127.0.0.1:{port}");
        for (name, text) in [("url", url.as_str()), ("kind", kind), ("software_house_id", "L"), ("installer_id", "L")] {
            fields.set(name, text);
        }
        // The site has several terminals: at the counter one is chosen.
        if kind == "pac" {
            fields.set("terminal_id", "70031188");
        }
        let mut secrets = Secrets::default();
        secrets.set("api_key", Secret::new("k"));
        let setup = DriverSetup { fields: protocol.checked(&fields).unwrap(), secrets, memory: None, seed: 3 };
        let (sender, events) = mpsc::channel(256);
        let driver = (protocol.driver)(&setup).unwrap();
        Till { driver, links: links(sender), events, session: None, paid: 0, is_locked: false, takings: Vec::new() }
    }

    fn step(&mut self, input: Input) {
        for effect in self.driver.step(SystemClock::new().now(), input) {
            match effect {
                Effect::Link { channel, action, .. } => self.links.act(channel, action),
                Effect::Report(Report::Session(session)) => self.session = Some(session),
                Effect::Report(Report::TakenAtTable(taking)) => {
                    self.paid += taking.amount.minor();
                    self.takings.push(taking);
                }
                Effect::Report(Report::Commission(Commission { id, task: Task::AtTable(task) })) => {
                    let answer = self.answer(&task);
                    self.step(Input::Command(Command::Fulfil(id, Fulfilment::AtTable(answer))));
                }
                Effect::Report(_) => {}
            }
        }
    }

    fn answer(&mut self, task: &TableTask) -> TableAnswer {
        match task {
            TableTask::List { .. } => {
                let open = (self.paid < DUE).then(|| "12".to_owned());
                TableAnswer::Tables(open.into_iter().collect(), Currency::GBP)
            }
            TableTask::Lock { .. } => {
                self.is_locked = true;
                TableAnswer::Locked(Money::new(DUE - self.paid, Currency::GBP))
            }
            TableTask::Print { .. } => TableAnswer::Printed(Vec::new()),
            TableTask::Unlock { .. } => {
                self.is_locked = false;
                TableAnswer::Unlocked
            }
        }
    }

    async fn until(&mut self, reached: impl Fn(&Till) -> bool) {
        while !reached(self) {
            let (channel, event) = timeout(SOON, self.events.recv()).await.unwrap().unwrap();
            self.step(Input::Link(channel, event));
        }
    }

    fn is_ready(&self) -> bool {
        matches!(self.session, Some(Session::Ready(_)))
    }
}

async fn site() -> (SimulatorHost, UnboundedReceiver<HostNews>) {
    let setup =
        SimulatorSetup { seed: 7, speed: SPEED, memory: None, currency: Currency::GBP, options: BTreeMap::new() };
    let simulator = (protocols::find("connect").unwrap().simulator)(&setup);
    let (sink, news) = mpsc::unbounded_channel();
    let sink = move |news| drop(sink.send(news));
    let listen = "127.0.0.1:0".parse().unwrap();
    (SimulatorHost::start(listen, &DOORS[..1], None, simulator, sink).await.unwrap(), news)
}

async fn next_charge(news: &mut UnboundedReceiver<HostNews>) -> LedgerEntry {
    loop {
        match timeout(SOON, news.recv()).await.unwrap().unwrap() {
            HostNews::Ledger(entry) => return entry,
            HostNews::Complaint(what) => panic!("{what}"),
            _ => {}
        }
    }
}

#[tokio::test]
async fn the_till_at_the_counter_and_the_till_of_the_tables_share_one_door() {
    let (host, mut news) = site().await;
    let port = host.local_address().port();
    let mut counter = Till::of("pac", port);
    counter.step(Input::Command(Command::Connect));
    counter.until(Till::is_ready).await;
    let mut tables = Till::of("pat", port);
    tables.step(Input::Command(Command::Connect));
    tables.until(|till| !till.takings.is_empty() && !till.is_locked).await;
    assert!(tables.is_ready() && counter.is_ready());
    let charged = next_charge(&mut news).await;
    let taking = &tables.takings[0];
    assert_eq!((taking.outcome.verdict, taking.amount.minor()), (Verdict::Approved, DUE));
    assert_eq!(taking.outcome.taken.unwrap().total.minor(), charged.amount_minor);
    assert_eq!((&taking.reference, &*taking.table), (&charged.terminal_reference, "12"));
    assert_eq!(charged.till_reference, "12");
}

#[tokio::test]
async fn a_second_till_of_the_tables_takes_them_over_and_the_first_one_waits_for_a_person() {
    let (host, _news) = site().await;
    let port = host.local_address().port();
    let [mut first, mut second] = [Till::of("pat", port), Till::of("pat", port)];
    first.step(Input::Command(Command::Connect));
    first.until(Till::is_ready).await;
    second.step(Input::Command(Command::Connect));
    second.until(Till::is_ready).await;
    first.until(|till| matches!(till.session, Some(Session::Refused(_)))).await;
    let Some(Session::Refused(why)) = &first.session else { panic!() };
    assert_eq!(why.key, "explain-tables-discontinued");
    assert_eq!(first.driver.deadline(), None, "it does not come back by itself");
    second.until(|till| !till.takings.is_empty()).await;
}
