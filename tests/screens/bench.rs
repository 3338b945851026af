//! A counter with a real journal behind it: the hand presses, orders about bills go into the journal, and what it answers
//! comes back to the window. Terminals are pictures; what becomes of a payment is said by the test and written as their
//! actor writes it.

use std::collections::VecDeque;

use checkstand::domain::{
    BillAccount, Operation as Asked, PaymentEvent, PaymentRequest, PriceItem, PriceList, TaxMode, TaxRate,
};
use checkstand::gui::bill_desk;
use checkstand::gui::bill_link::{self, BillOrder, By};
use checkstand::journal::{Entry, Journal, JournalHandle, NewPayment};
use checkstand::terminal::Bills;
use iced_test::futures::futures::executor::block_on;

use super::*;

pub struct Bench {
    pub hand: Hand,
    pub journal: JournalHandle,
    views: Vec<TerminalView>,
    /// Orders that have not reached the disk.
    waiting: VecDeque<(By, BillOrder)>,
    /// What else the window wanted.
    pub other: Vec<Effect>,
}

pub fn training() -> TerminalView {
    let mut view = terminal("training");
    view.training = true;
    view
}

/// Machines that are carried to the tables.
pub fn serving(session: Session) -> TerminalView {
    let mut view = terminal("tables");
    view.abilities.operations = &[];
    view.abilities.serves_tables = true;
    view.abilities.cashback = false;
    view.session = Some(session);
    view
}

pub fn prices() -> PriceList {
    let item = |code: &str, label: &str, minor| PriceItem {
        code: code.to_owned(),
        label: label.to_owned(),
        price: kr(minor),
        tax: TaxRate::new(12_000).unwrap(),
    };
    let items = vec![
        item("7310865004703", "Coffee", 3_500),
        item("96385074", "Iced coffee", 4_500),
        item("1001", "Cinnamon bun", 2_800),
        item("1002", "Sandwich with shrimps", 8_900),
    ];
    PriceList::new(SEK, TaxMode::Included, items).unwrap()
}

impl Bench {
    pub fn new() -> Bench {
        Bench::at(vec![terminal("front"), terminal("back")])
    }

    pub fn at(views: Vec<TerminalView>) -> Bench {
        let journal = JournalHandle::start(Journal::open_in_memory_as("K7M2").unwrap());
        Bench::on(journal, "en", views)
    }

    pub fn speaking(language: &str, views: Vec<TerminalView>) -> Bench {
        let journal = JournalHandle::start(Journal::open_in_memory_as("K7M2").unwrap());
        Bench::on(journal, language, views)
    }

    /// The window opens on what is in the journal.
    pub fn on(journal: JournalHandle, language: &str, views: Vec<TerminalView>) -> Bench {
        let hand = Hand::speaking(language, views.clone());
        let mut bench = Bench { hand, journal, views, waiting: VecDeque::new(), other: Vec::new() };
        bench.take(vec![Effect::Bill(By::Tables, BillOrder::PutBackAll)]);
        bench.catch_up();
        bench
    }

    /// The same journal with a new window, as after a power cut.
    pub fn restarted(self) -> Bench {
        Bench::on(self.journal, "en", self.views)
    }

    pub fn with_prices(mut self) -> Bench {
        self.hand.sell(prices());
        self
    }

    pub fn bills(&self) -> Bills {
        Bills::new(self.journal.clone())
    }

    /// Open bills in the journal.
    pub fn open(&self) -> Vec<BillAccount> {
        block_on(self.bills().all_open()).unwrap()
    }

    pub fn newest(&self) -> BillAccount {
        let read = self.journal.read(|journal| journal.newest_bills(1));
        block_on(read).unwrap().unwrap().remove(0)
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Bill(by, order) => self.waiting.push_back((by, order)),
                other => self.other.push(other),
            }
        }
    }

    /// The disk does what it was told, and the window hears of it.
    pub fn catch_up(&mut self) {
        for _ in 0..400 {
            let Some((by, order)) = self.waiting.pop_front() else { return };
            let reads = matches!(
                order,
                BillOrder::Read(..) | BillOrder::ReadOpen | BillOrder::CountParked | BillOrder::ReadTables
            );
            let news = block_on(bill_link::answer(self.bills(), self.journal.clone(), by, order));
            if !reads {
                self.changed();
            }
            let effects = self.hand.tell(desk::Message::Bills(bill_desk::Message::News(news)));
            self.take(effects);
        }
        panic!("the window never stops asking");
    }

    /// The disk takes nothing of what waits.
    pub fn refuse(&mut self, problem: checkstand::gui::problem::Problem) {
        let Some((by, _)) = self.waiting.pop_front() else { panic!("nothing waits") };
        self.waiting.clear();
        let news = bill_link::News::Done(by, Err(problem));
        let effects = self.hand.tell(desk::Message::Bills(bill_desk::Message::News(news)));
        self.take(effects);
        self.catch_up();
    }

    /// The journal has changed, whoever changed it.
    fn changed(&mut self) {
        let effects = self.hand.tell(desk::Message::JournalChanged);
        self.take(effects);
    }

    pub fn heard(&mut self) {
        self.changed();
        self.catch_up();
    }

    /// What the window wants of the bills when the journal has changed; it gets it, too.
    pub fn orders_after_a_change(&mut self) -> Vec<BillOrder> {
        self.changed();
        let orders = self.waiting.iter().map(|(_, order)| order.clone()).collect();
        self.catch_up();
        orders
    }

    /// Types without waiting for the disk.
    pub fn type_ahead(&mut self, text: &str) {
        let effects = self.hand.typewrite(text);
        self.take(effects);
    }

    pub fn typewrite(&mut self, text: &str) {
        self.type_ahead(text);
        self.catch_up();
    }

    pub fn tap_ahead(&mut self, key: Named) {
        let effects = self.hand.tap(key);
        self.take(effects);
    }

    pub fn go_to(&mut self, place: desk::Place) {
        let effects = self.hand.go_to(place);
        self.take(effects);
        self.catch_up();
    }

    pub fn control(&mut self, letter: char) {
        let effects = self.hand.control(letter);
        self.take(effects);
        self.catch_up();
    }

    pub fn other_terminal(&mut self) {
        let effects = self.hand.other_terminal();
        self.take(effects);
        self.catch_up();
    }

    pub fn tap(&mut self, key: Named) {
        self.tap_ahead(key);
        self.catch_up();
    }

    pub fn click(&mut self, id: &str) {
        let effects = self.hand.click(id);
        self.take(effects);
        self.catch_up();
    }

    pub fn type_into(&mut self, id: &str, text: &str) {
        let effects = self.hand.type_into(id, text);
        self.take(effects);
        self.catch_up();
    }

    /// Where the focus is, as in the running window.
    pub fn tap_focused(&mut self, key: Named) {
        let effects = self.hand.tap_focused(key);
        self.take(effects);
        self.catch_up();
    }

    pub fn type_focused(&mut self, text: &str) {
        let effects = self.hand.type_focused(text, 90);
        self.take(effects);
        self.catch_up();
    }

    pub fn scan(&mut self, code: &str) {
        self.scan_at(code, 4);
    }

    /// So many milliseconds between its characters.
    pub fn scan_at(&mut self, code: &str, gap: u64) {
        let effects = self.hand.scan(code, gap);
        self.take(effects);
        self.catch_up();
    }

    /// The requests that went to terminals since somebody looked.
    pub fn requests(&mut self) -> Vec<(String, PaymentRequest)> {
        let other = std::mem::take(&mut self.other);
        let pay = other.into_iter().filter_map(|effect| match effect {
            Effect::Pay { terminal, request } => Some((terminal, request)),
            _ => None,
        });
        pay.collect()
    }

    /// The one request, recorded and at its terminal.
    #[track_caller]
    pub fn at_terminal(&mut self) -> PaymentId {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        let (terminal, request) = requests.remove(0);
        let view = self.views.iter().find(|view| view.name == terminal).unwrap();
        let (training, amount) = (view.training, request.amount);
        let new =
            NewPayment { terminal: terminal.clone(), protocol: "nexo".to_owned(), training, request, at: hand::now() };
        let id = block_on(self.journal.record(new)).unwrap().id.clone();
        self.write(&id, PaymentEvent::Transmitted, None);
        let mut running = payment(Stage::AtTerminal);
        (running.id, running.amount) = (id.clone(), amount);
        self.show(&terminal, |view| view.payment = Some(running));
        self.hand.tell(desk::Message::Started(terminal, Ok(id.clone())));
        self.heard();
        id
    }

    /// What the terminal says of it.
    pub fn ends(&mut self, id: &PaymentId, event: PaymentEvent, outcome: Outcome) {
        self.write(id, event, Some(outcome.clone()));
        let name = self.views.iter().find(|view| view.payment.as_ref().is_some_and(|payment| payment.id == *id));
        let name = name.unwrap().name.clone();
        let doubt = outcome.verdict == Verdict::InDoubt;
        self.show(&name, |view| {
            let payment = view.payment.as_mut().unwrap();
            payment.stage = Stage::Ended(outcome);
            let unresolved = Unresolved {
                id: payment.id.clone(),
                operation: Asked::Sale,
                amount: payment.amount,
                since: hand::now(),
                explanation: None,
                seeking: false,
            };
            view.unresolved = doubt.then_some(unresolved).into_iter().collect();
        });
        self.heard();
        self.hand.reads();
    }

    pub fn approves(&mut self, minor: i64) {
        let id = self.at_terminal();
        self.ends(&id, PaymentEvent::Approved, approved(minor));
    }

    /// Nobody knows what became of it.
    pub fn doubts(&mut self) -> PaymentId {
        let id = self.at_terminal();
        self.ends(&id, PaymentEvent::LeftInDoubt, why(Verdict::InDoubt, "explain-still-unknown"));
        id
    }

    fn write(&mut self, id: &PaymentId, event: PaymentEvent, outcome: Option<Outcome>) {
        let entry = Entry::Payment { id: id.clone(), event, outcome, at: hand::now() };
        assert_eq!(block_on(self.journal.commit(vec![entry])).unwrap(), []);
    }

    pub fn show(&mut self, terminal: &str, change: impl FnOnce(&mut TerminalView)) {
        let view = self.views.iter_mut().find(|view| view.name == terminal).unwrap();
        change(view);
        let effects = self.hand.tell(desk::Message::TerminalChanged(Arc::new(view.clone())));
        self.take(effects);
        self.catch_up();
    }
}

/// A name and the window in that state, for those who look at all screens.
pub fn gallery(language: &str) -> Vec<(&'static str, Hand)> {
    let bench = || Bench::speaking(language, vec![terminal("front"), terminal("back")]).with_prices();
    let rung = || {
        let mut bench = bench();
        bench.scan("7310865004703");
        bench.typewrite("2*");
        bench.type_into("item-search", "1002");
        bench.click("item-1002");
        bench.typewrite("1250+");
        bench.type_into("item-search", "1001");
        bench.click("item-1001");
        bench.click("line-2");
        bench.click("line-edit");
        bench.click("edit-percent");
        bench.typewrite("10");
        bench.tap(Named::Enter);
        bench.tap(Named::Escape);
        bench
    };
    let after = |act: fn(&mut Bench)| {
        let mut bench = rung();
        act(&mut bench);
        bench.hand
    };
    let tabled = |act: fn(&mut Bench)| {
        let why = Explanation::new("explain-link-unreachable", Fault::Link);
        let views = vec![terminal("front"), terminal("back"), serving(Session::Refused(why))];
        let mut bench = Bench::speaking(language, views);
        for (table, minor) in [("4", 48_250), ("7", 9_000), ("bar 2", 123_400), ("terrace 12", 5_000)] {
            super::tables::seat(&mut bench, table, minor);
        }
        super::tables::lock(&mut bench, "7", "70031204");
        super::tables::taken(&mut bench, "7", 2_000);
        bench.typewrite("5500+");
        bench.go_to(Place::Tables);
        act(&mut bench);
        bench.hand
    };
    let mut training_bill = Bench::speaking(language, vec![training(), terminal("front")]);
    training_bill.typewrite("4500+1250+");
    training_bill.other_terminal();
    let mut left_over = Bench::speaking(language, vec![terminal("front")]);
    left_over.typewrite("4500+");
    let journal = left_over.journal.clone();
    let left_over = Bench::on(journal, language, vec![terminal("front")]);
    vec![
        ("bill-none", bench().hand),
        ("bill-left-over", left_over.hand),
        ("bill-lines", after(|bench| bench.typewrite("3*"))),
        ("bill-line-chosen", after(|bench| bench.click("line-3"))),
        ("bill-search", after(|bench| bench.type_into("item-search", "co"))),
        ("bill-edit", after(|bench| bench.click("edit-bill"))),
        ("bill-removing", after(|bench| bench.click("remove-bill"))),
        ("bill-unknown-code", after(|bench| bench.scan("4006381333931"))),
        ("bill-training-mixed", training_bill.hand),
        ("cash", after(|bench| bench.tap(Named::PageUp))),
        (
            "cash-given",
            after(|bench| {
                bench.tap(Named::PageUp);
                bench.typewrite("50000");
            }),
        ),
        (
            "cash-part",
            after(|bench| {
                bench.tap(Named::PageUp);
                bench.typewrite("10000");
                bench.tap(Named::Enter);
            }),
        ),
        (
            "cash-change",
            after(|bench| {
                bench.tap(Named::PageUp);
                bench.typewrite("50000");
                bench.tap(Named::Enter);
            }),
        ),
        (
            "bill-approved",
            after(|bench| {
                bench.typewrite("5000");
                bench.tap(Named::Enter);
                bench.approves(5_000);
            }),
        ),
        (
            "bill-doubt",
            after(|bench| {
                bench.typewrite("5000");
                bench.tap(Named::Enter);
                bench.doubts();
                bench.click("new");
            }),
        ),
        (
            "split-evenly",
            after(|bench| {
                bench.tap(Named::F3);
                bench.typewrite("4");
                bench.tap(Named::Enter);
                bench.approves(3_000);
                bench.click("new");
            }),
        ),
        (
            "split-lines",
            after(|bench| {
                bench.tap(Named::F3);
                bench.click("split-lines");
                bench.typewrite("13");
            }),
        ),
        (
            "split-amount",
            after(|bench| {
                bench.tap(Named::F3);
                bench.click("split-amount");
                bench.typewrite("5000");
            }),
        ),
        ("park", after(|bench| bench.click("park-bill"))),
        ("tables", tabled(|_| {})),
        ("table-locked", tabled(|bench| bench.click("tile-K7M2-B2"))),
        (
            "table-lifting",
            tabled(|bench| {
                bench.click("tile-K7M2-B2");
                bench.click("table-lift");
            }),
        ),
        (
            "table-merging",
            tabled(|bench| {
                bench.click("tile-K7M2-B1");
                bench.click("table-merge");
            }),
        ),
        (
            "table-moving",
            tabled(|bench| {
                bench.click("tile-K7M2-B1");
                bench.click("table-move");
            }),
        ),
        ("tables-lost", tabled(|bench| bench.tap(Named::Escape))),
    ]
}
