//! A person adds a terminal of each family and tests it, by the window alone: the real views, the real till behind them, and the
//! family's simulator behind real sockets.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use checkstand::domain::{Currency, Money, Operation, PaymentEvent, PaymentRequest};
use checkstand::gui::till_link::{self, Link};
use checkstand::gui::{print_link, printers_link};
use checkstand::journal::{Entry, Journal, NewPayment};
use checkstand::links::SimulatorHost;
use checkstand::protocols;
use checkstand::protocols::protocol::{FieldValues, SimulatorSetup};
use checkstand::settings::{Places, Settings, TerminalSettings};
use iced_test::futures::futures::StreamExt;
use iced_test::futures::futures::stream::{BoxStream, SelectAll};
use iced_test::futures::subscription;
use iced_test::runtime::{Action, task};

use super::*;

/// What a test has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Fine,
    /// It can be used, and something is to be read.
    Doubt,
    Fault,
}

/// `None` while it runs.
fn verdict(hand: &Hand) -> Option<Verdict> {
    let texts = checkstand::texts::Texts::new(Some("en"));
    let fault = texts.with("window-terminals-test-fault", &[("check", "\u{1}"), ("cause", "")]);
    let fault = fault.split('\u{1}').next().unwrap().to_owned();
    if hand.sees(&texts.get("window-terminals-test-fine")) {
        Some(Verdict::Fine)
    } else if hand.sees(&texts.get("window-terminals-test-doubt")) {
        Some(Verdict::Doubt)
    } else {
        hand.texts().iter().any(|text| text.starts_with(&fault)).then_some(Verdict::Fault)
    }
}

/// Nothing here may take longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is typed and chosen for a family. `{name}` is the port of the door of that name.
struct Person {
    protocol: &'static str,
    currency: Currency,
    /// The fields that are hidden at first are needed.
    more: bool,
    verdict: Verdict,
    typed: &'static [(&'static str, &'static str)],
}

const PEOPLE: [Person; 5] = [
    Person {
        protocol: "nexo",
        currency: Currency::SEK,
        more: false,
        verdict: Verdict::Fine,
        typed: &[("host", "127.0.0.1"), ("poi_id", "P-1"), ("port", "{http}"), ("listener", "127.0.0.1:0")],
    },
    Person {
        protocol: "valor",
        currency: Currency::USD,
        more: false,
        verdict: Verdict::Fine,
        typed: &[("host", "127.0.0.1"), ("port", "{0}"), ("cancel_port", "{1}")],
    },
    Person {
        protocol: "p3",
        currency: Currency::EUR,
        more: false,
        // The default is the provider's test system.
        verdict: Verdict::Doubt,
        typed: &[("merchant_id", "mer-1"), ("merchant_secret", "not so secret"), ("port", "{0}"), ("device", "mock1")],
    },
    Person {
        protocol: "connect",
        currency: Currency::GBP,
        more: true,
        verdict: Verdict::Fine,
        typed: &[
            ("api_key", "5b1f6a0e-9d0c-4c55-8f0a-1b7f2d9c4e77"),
            ("software_house_id", "LUMEN07"),
            ("installer_id", "LUMEN07"),
            ("terminal_id", "70031188"),
            ("url", "ws://127.0.0.1:{0}"),
        ],
    },
    Person {
        protocol: "econduit",
        currency: Currency::USD,
        more: true,
        verdict: Verdict::Fine,
        typed: &[
            ("terminal_id", "2044"),
            ("key", "K-17"),
            ("password", "P-17"),
            ("url", "http://127.0.0.1:{2}/services/api.asmx/"),
        ],
    },
];

/// The window and what is on its way behind it.
pub struct Live {
    pub hand: Hand,
    pub places: Places,
    work: SelectAll<BoxStream<'static, Action<Message>>>,
    pictures: SelectAll<BoxStream<'static, Message>>,
    pub clicks: usize,
}

impl Live {
    pub fn open(places: Places) -> Live {
        let hand = Hand::opening();
        let mut live = Live { hand, places, work: SelectAll::new(), pictures: SelectAll::new(), clicks: 0 };
        live.hand.size = iced::Size::new(1280.0, 1600.0);
        live.carry_out(vec![Effect::Open]);
        live
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let task = match (effect, self.hand.link()) {
                (Effect::Open, _) => {
                    let settings = Settings::load(&self.places.settings_file()).unwrap();
                    till_link::open(self.places.clone(), settings)
                }
                (Effect::Print(order), _) => print_link::print(self.hand.app(), *order),
                (Effect::TestPrinter(printer), _) => printers_link::test(self.hand.app(), printer),
                (effect, Some(link)) => till_link::carry_out(&link, effect),
                (_, None) => continue,
            };
            self.work.extend(task::into_stream(task));
        }
    }

    fn hear(&mut self, message: Message) {
        let is_another_till = matches!(message, Message::TillOpened(_) | Message::SettingsTakenUp(Ok(_)));
        let effects = self.hand.feed(message);
        if is_another_till {
            self.pictures.clear();
            let recipes = self.hand.link().as_ref().map(Link::subscription).map(subscription::into_recipes);
            for recipe in recipes.into_iter().flatten() {
                self.pictures.push(recipe.stream(iced_test::futures::futures::stream::pending().boxed()));
            }
        }
        self.carry_out(effects);
    }

    /// Until the window shows it.
    pub async fn until(&mut self, what: &str, shows: impl Fn(&Hand) -> bool) {
        let waiting = async {
            while !shows(&self.hand) {
                let message = tokio::select! {
                    Some(action) = self.work.next() => match action {
                        Action::Output(message) => message,
                        _ => continue,
                    },
                    Some(message) = self.pictures.next() => message,
                };
                self.hear(message);
            }
        };
        if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
            panic!("{what}: {:?}", self.hand.texts());
        }
    }

    pub fn click(&mut self, id: &str) {
        self.clicks += 1;
        let effects = self.hand.click(id);
        self.carry_out(effects);
    }

    /// A field is clicked once, and typed into.
    pub fn type_into(&mut self, id: &str, text: &str) {
        self.clicks += 1;
        let effects = self.hand.type_into(id, text);
        self.carry_out(effects);
    }
}

async fn simulator(person: &Person) -> SimulatorHost {
    let protocol = protocols::find(person.protocol).unwrap();
    let setup =
        SimulatorSetup { seed: 7, speed: 50, memory: None, currency: person.currency, options: BTreeMap::new() };
    let simulator = (protocol.simulator)(&setup);
    let listen = "127.0.0.1:0".parse().unwrap();
    SimulatorHost::start(listen, protocol.doors, None, simulator, |_| {}).await.unwrap()
}

fn filled(template: &str, host: &SimulatorHost) -> String {
    let mut text = template.to_owned();
    for (number, (door, address)) in host.local_addresses().iter().enumerate() {
        let port = address.port().to_string();
        text = text.replace(&format!("{{{number}}}"), &port).replace(&format!("{{{}}}", door.name), &port);
    }
    text
}

/// Adds the terminal with those of its fields and tests it.
async fn tested(person: &Person, is_typed: impl Fn(&&str) -> bool) -> (Live, SimulatorHost, tempfile::TempDir) {
    let host = simulator(person).await;
    let folder = tempfile::tempdir().unwrap();
    let mut live = Live::open(Places::in_folder(folder.path()).with_secrets_in_file());
    live.until("the till opens", |hand| hand.has("to-settings")).await;
    live.click("to-settings");
    live.click("terminals");
    live.until("the list is read", |hand| hand.has("terminal-add")).await;
    live.click("terminal-add");
    live.click(&format!("family-{}", person.protocol));
    if person.more {
        live.click("terminal-more");
    }
    for (field, text) in person.typed.iter().filter(|(field, _)| is_typed(field)) {
        live.type_into(field, &filled(text, &host));
    }
    live.click("terminal-save");
    live.until("the test ends", |hand| verdict(hand).is_some()).await;
    (live, host, folder)
}

/// How many clicks it took, from the counter on.
async fn adds_and_tests(person: &Person) -> usize {
    let (live, _host, _folder) = tested(person, |_| true).await;
    assert_eq!(verdict(&live.hand), Some(person.verdict), "{}: {:?}", person.protocol, live.hand.texts());
    let saved = Settings::load(&live.places.settings_file()).unwrap();
    let text = std::fs::read_to_string(live.places.settings_file()).unwrap();
    assert_eq!((saved.terminals.len(), saved.default_terminal.as_deref()), (1, Some("Front")));
    assert!(!text.contains("not so secret") && !text.contains("5b1f6a0e") && !text.contains("K-17"), "{text}");
    live.clicks
}

/// The name of what the provider has several of was not typed: the test says so at once, and says which there are.
#[test]
fn a_choice_that_nobody_made_is_named_by_the_test() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for (protocol, field, named) in [("p3", "device", "devices/mock2"), ("connect", "terminal_id", "70031188")] {
        let person = PEOPLE.iter().find(|person| person.protocol == protocol).unwrap();
        runtime.block_on(async {
            let (live, _host, _folder) = tested(person, |name| *name != field).await;
            assert_eq!(verdict(&live.hand), Some(Verdict::Fault), "{protocol}");
            assert!(live.hand.texts().iter().any(|text| text.contains(named)), "{protocol}: {:?}", live.hand.texts());
        });
    }
}

/// What a person sees and does for each family.
#[test]
fn fields_and_clicks_for_each_protocol() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut table = String::new();
    for person in &PEOPLE {
        let clicks = runtime.block_on(adds_and_tests(person));
        let fields = protocols::find(person.protocol).unwrap().fields;
        let shown =
            fields.iter().filter(|field| !field.advanced && field.when.is_none_or(|(_, word)| word != "terminal"));
        let required = fields.iter().filter(|field| field.required).count();
        let (shown, typed) = (shown.count(), person.typed.len());
        table += &format!(
            "{:<9} {shown} fields at first, {required} of them required, {typed} typed here, {clicks} clicks\n",
            person.protocol
        );
    }
    println!("{table}");
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "../golden", omit_expression => true }, {
        insta::assert_snapshot!("setting_up", table);
    });
}

/// A till with a terminal there, of which nothing else is known.
fn set_up(places: &Places, host: &str, port: u16) {
    let mut fields = FieldValues::default();
    fields.set("host", host);
    fields.set("port", &port.to_string());
    let mut settings = Settings::default();
    settings.put(TerminalSettings::new("Front", "valor", fields));
    places.create().unwrap();
    settings.save(&places.settings_file()).unwrap();
}

/// A payment on it that has not ended.
fn in_doubt(places: &Places) {
    let new = NewPayment {
        terminal: "Front".to_owned(),
        protocol: "valor".to_owned(),
        training: false,
        request: PaymentRequest::new(Operation::Sale, Money::new(1_250, Currency::USD)),
        at: jiff::Timestamp::now(),
    };
    let mut journal = Journal::open(&places.journal_file()).unwrap();
    journal.record(new).unwrap();
    let id = journal.open_payments(None).unwrap()[0].id.clone();
    let at = jiff::Timestamp::now();
    let reference = serde_json::json!({ "req_txn_id": "7" });
    let named = Entry::Reference { id: id.clone(), reference, at };
    journal.commit(&[named, Entry::Payment { id, event: PaymentEvent::Transmitted, outcome: None, at }]).unwrap();
}

/// Another machine at a new address knows nothing of the payment, and what it does not know was perhaps charged.
#[test]
fn a_terminal_becomes_no_other_one_while_a_payment_on_it_is_in_doubt() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let places = Places::in_folder(folder.path()).with_secrets_in_file();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    set_up(&places, "127.0.0.1", nobody);
    in_doubt(&places);
    let before = Settings::load(&places.settings_file()).unwrap();
    runtime.block_on(async {
        let mut live = Live::open(places.clone());
        live.until("the till opens", |hand| hand.has("to-settings")).await;
        live.click("to-settings");
        live.click("terminals");
        live.until("the list is read", |hand| hand.has("terminal-edit-Front")).await;
        live.click("terminal-edit-Front");
        live.type_into("host", "0");
        live.click("terminal-save");
        let texts = checkstand::texts::Texts::new(Some("en"));
        let said = texts.with("window-terminal-payment-open", &[("payment", "\u{1}"), ("terminal", "Front")]);
        let end = said.rsplit('\u{1}').next().unwrap().to_owned();
        live.until("it is refused", |hand| hand.sees_part(&end)).await;
    });
    assert_eq!(Settings::load(&places.settings_file()).unwrap().terminals, before.terminals);
}

/// A Valor terminal that says who it is; of another seed, it is another machine.
async fn describing(address: (Ipv4Addr, u16), seed: u64) -> SimulatorHost {
    let protocol = protocols::find("valor").unwrap();
    let options = BTreeMap::from([("query_data".to_owned(), "on".to_owned())]);
    let setup = SimulatorSetup { seed, speed: 50, memory: None, currency: Currency::USD, options };
    let simulator = (protocol.simulator)(&setup);
    SimulatorHost::start(address.into(), &protocol.doors[..1], None, simulator, |_| {}).await.unwrap()
}

/// The window at the list, with a terminal that told who it is when it was tested, and has moved since; another machine has taken
/// its address.
async fn moved_away(places: &Places, subnet: u8, is_in_doubt: bool) -> (Live, Vec<SimulatorHost>) {
    let at = |last| Ipv4Addr::new(127, 8, subnet, last);
    let taken = std::net::TcpListener::bind((at(1), 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    set_up(places, &at(2).to_string(), port);
    if is_in_doubt {
        in_doubt(places);
    }
    let first = describing((at(2), port), 21).await;
    let mut live = Live::open(places.clone());
    live.until("the till opens", |hand| hand.has("to-settings")).await;
    live.click("to-settings");
    live.click("terminals");
    live.until("the list is read", |hand| hand.has("terminal-test-Front")).await;
    live.click("terminal-test-Front");
    // Nobody listens at the port for cancelling.
    live.until("it is well", |hand| verdict(hand) == Some(Verdict::Doubt)).await;
    first.stop().await;
    let impostor = describing((at(2), port), 22).await;
    let moved = describing((at(9), port), 21).await;
    (live, vec![impostor, moved])
}

fn host_of_front(places: &Places) -> String {
    let settings = Settings::load(&places.settings_file()).unwrap();
    settings.terminal("Front").unwrap().fields.text("host").unwrap().to_owned()
}

/// The test says that it is another machine, and leads to the search, which finds the right one.
async fn seeks(live: &mut Live) {
    live.click("test-again");
    live.until("the test ends", |hand| hand.has("test-find-again")).await;
    live.click("test-find-again");
    live.until("it is found", |hand| hand.has("find-again-take")).await;
}

#[test]
fn a_terminal_that_moved_is_found_again_by_the_window_alone() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let places = Places::in_folder(folder.path()).with_secrets_in_file();
    runtime.block_on(async {
        let (mut live, _hosts) = moved_away(&places, 1, false).await;
        let known = Settings::load(&places.settings_file()).unwrap().terminals[0].identity.clone();
        assert!(known.to_string().contains("EPI 2"), "{known}");
        seeks(&mut live).await;
        assert!(live.hand.sees_part("127.8.1.9"), "{:?}", live.hand.texts());
        assert_eq!(host_of_front(&places), "127.8.1.2", "nobody said yes");
        live.click("find-again-take");
        live.until("it is tested where it is now", |hand| verdict(hand) == Some(Verdict::Doubt)).await;
        assert_eq!(host_of_front(&places), "127.8.1.9");
        assert_eq!(Settings::load(&places.settings_file()).unwrap().terminals[0].identity, known);
    });
}

#[test]
fn a_terminal_with_a_payment_in_doubt_is_found_and_stays_where_it_is() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let places = Places::in_folder(folder.path()).with_secrets_in_file();
    runtime.block_on(async {
        let (mut live, _hosts) = moved_away(&places, 2, true).await;
        seeks(&mut live).await;
        live.click("find-again-take");
        let texts = checkstand::texts::Texts::new(Some("en"));
        let said = texts.with("window-terminal-payment-open", &[("payment", "\u{1}"), ("terminal", "Front")]);
        let end = said.rsplit('\u{1}').next().unwrap().to_owned();
        live.until("it is refused", |hand| hand.sees_part(&end)).await;
        assert_eq!(host_of_front(&places), "127.8.2.2");
    });
}

#[test]
fn a_terminal_of_an_account_is_chosen_from_what_the_account_says() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let places = Places::in_folder(folder.path()).with_secrets_in_file();
    let person = PEOPLE.iter().find(|person| person.protocol == "connect").unwrap();
    runtime.block_on(async {
        let host = simulator(person).await;
        let mut live = Live::open(places.clone());
        live.until("the till opens", |hand| hand.has("to-settings")).await;
        live.click("to-settings");
        live.click("terminals");
        live.until("the list is read", |hand| hand.has("terminal-add")).await;
        live.click("terminal-add");
        live.click("family-connect");
        live.click("terminal-more");
        for (field, text) in person.typed.iter().filter(|(field, _)| *field != "terminal_id") {
            live.type_into(field, &filled(text, &host));
        }
        live.click("account-list");
        live.until("the account answers", |hand| hand.has("account-70031188")).await;
        live.click("account-70031188");
        live.click("terminal-save");
        let fine = checkstand::texts::Texts::new(Some("en")).get("window-terminals-test-fine");
        live.until("the test ends", |hand| hand.sees(&fine)).await;
        let saved = Settings::load(&places.settings_file()).unwrap();
        assert_eq!(saved.terminals[0].fields.text("terminal_id"), Some("70031188"));
    });
}
