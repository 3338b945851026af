//! Who is at the till: the window with the real operators and the real journal behind it. Terminals are pictures.

use checkstand::domain::{OperatorName, PaymentRequest, Pin, Right, Role, Secret};
use checkstand::gui::keys::Press;
use checkstand::gui::permission::{self, Passage};
use checkstand::gui::screens::{diagnostics, operators, sign_in};
use checkstand::gui::signing_in;
use checkstand::journal::{Journal, JournalHandle};
use checkstand::terminal::{Author, Operators, OperatorsOrder, Roster, clock};
use iced::Size;
use tokio::runtime::Runtime;

use super::*;

pub const EVE: &str = "58213";
pub const ADA: &str = "2749";

/// The window, and the till's door as `till_link` keeps it.
pub struct Shop {
    pub hand: Hand,
    runtime: Runtime,
    journal: JournalHandle,
    operators: Operators,
    folder: tempfile::TempDir,
    /// What went through the door.
    done: Vec<Effect>,
}

fn operator(name: &str, role: Role) -> checkstand::domain::Operator {
    checkstand::domain::Operator { name: name.parse().unwrap(), role }
}

fn pin(digits: &str) -> Pin {
    Pin::choose(Secret::new(digits)).unwrap()
}

fn running() -> TerminalView {
    let mut view = terminal("front");
    view.payment = Some(payment(Stage::AtTerminal));
    view
}

impl Shop {
    pub fn empty(language: &str, views: Vec<TerminalView>) -> Shop {
        let runtime = Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let journal = JournalHandle::start(Journal::open(folder.path()).unwrap());
        let file = folder.path().join("operators.json");
        let operators = runtime.block_on(Operators::open(&file, journal.clone(), clock));
        let hand = Hand::speaking(language, views);
        Shop { hand, runtime, journal, operators, folder, done: Vec::new() }
    }

    /// Eve supervises, Ada takes payments; nobody is signed in.
    pub fn of_two(language: &str, views: Vec<TerminalView>) -> Shop {
        let mut shop = Shop::empty(language, views);
        let author = Author::default();
        for (name, role, digits) in [("Eve", Role::Supervisor, EVE), ("Ada", Role::Cashier, ADA)] {
            let order = OperatorsOrder::Add { operator: operator(name, role), pin: pin(digits) };
            let author = Author {
                operator: shop.operators.roster().operators.first().map(|first| first.name.to_string()),
                ..author.clone()
            };
            shop.runtime.block_on(shop.operators.change(&author, order)).unwrap();
        }
        shop.read_again();
        shop
    }

    pub fn read_again(&mut self) {
        self.carry_out(vec![Effect::ReadOperators]);
    }

    pub fn roster(&self) -> Roster {
        self.operators.roster()
    }

    pub fn hear(&mut self, message: signing_in::Message) {
        let effects = self.hand.tell(desk::Message::Signing(message));
        self.carry_out(effects);
    }

    pub fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match permission::pass(&self.operators, effect) {
                Passage::Through(effect, author) => self.perform(effect, &author),
                Passage::Refused(heard) => {
                    let effects = heard.map(|message| self.hand.feed(message)).unwrap_or_default();
                    self.carry_out(effects);
                }
                Passage::Asks(right, effect) => {
                    let what = permission::what(&effect);
                    self.runtime.block_on(self.operators.refused(right, &what));
                    self.hear(signing_in::Message::NotAllowed { right, effect: Box::new(effect) });
                }
            }
        }
    }

    fn perform(&mut self, effect: Effect, author: &Author) {
        match effect {
            Effect::SignIn { name, digits } => {
                let tried = self.runtime.block_on(self.operators.sign_in(&name, digits));
                let tried = tried.map(|_| self.roster());
                self.hear(signing_in::Message::Tried(name, tried));
            }
            Effect::SignOut(why) => {
                self.runtime.block_on(self.operators.sign_out(why));
                self.hear(signing_in::Message::Read(self.roster()));
            }
            Effect::ReadOperators => {
                let roster = self.runtime.block_on(self.operators.read_again());
                self.hear(signing_in::Message::Read(roster));
            }
            Effect::ChangeOperators(order) => {
                let changed = self.runtime.block_on(self.operators.change(author, order));
                let changed = changed.map_err(|error| checkstand::gui::problem::Problem::from(&error));
                self.hear(signing_in::Message::Changed(changed));
            }
            Effect::Allow { right, name, digits, effect } => {
                let what = permission::what(&effect);
                match self.runtime.block_on(self.operators.allow(right, &what, &name, digits)) {
                    Ok(author) => {
                        self.hear(signing_in::Message::Tried(name, Ok(self.roster())));
                        self.perform(permission::signed(*effect, &author), &author);
                    }
                    Err(tried) => self.hear(signing_in::Message::Tried(name, Err(tried))),
                }
            }
            other => self.done.push(other),
        }
    }

    pub fn click(&mut self, id: &str) {
        let effects = self.hand.click(id);
        self.carry_out(effects);
    }

    pub fn typewrite(&mut self, text: &str) {
        let effects = self.hand.typewrite(text);
        self.carry_out(effects);
    }

    pub fn tap(&mut self, key: Named) {
        let effects = self.hand.tap(key);
        self.carry_out(effects);
    }

    pub fn press(&mut self, press: Press) {
        let effects = self.hand.feed(Message::KeyPressed(press));
        self.carry_out(effects);
    }

    pub fn later(&mut self, seconds: i64) {
        self.hand.later(seconds);
        let effects = self.hand.feed(Message::Ticked);
        self.carry_out(effects);
    }

    pub fn show(&mut self, view: TerminalView) {
        let effects = self.hand.tell(desk::Message::TerminalChanged(Arc::new(view)));
        self.carry_out(effects);
    }

    pub fn type_pin(&mut self, name: &str, digits: &str) {
        if self.hand.has(&format!("tile-{name}")) {
            self.click(&format!("tile-{name}"));
        }
        self.typewrite(digits);
        self.tap(Named::Enter);
    }

    pub fn signed_in(&self) -> Option<String> {
        self.roster().signed_in.map(|operator| operator.name.to_string())
    }

    pub fn requests(&mut self) -> Vec<PaymentRequest> {
        let done = std::mem::take(&mut self.done);
        let pay = done.into_iter().filter_map(|effect| match effect {
            Effect::Pay { request, .. } => Some(request),
            _ => None,
        });
        pay.collect()
    }

    fn kinds_of(&self, name: &str) -> Vec<String> {
        let name = name.to_owned();
        let deeds =
            self.runtime.block_on(self.journal.read(move |journal| journal.deeds_of(&name, 50))).unwrap().unwrap();
        deeds.into_iter().rev().map(|deed| format!("{} {}", deed.about, deed.kind)).collect()
    }

    /// Rings up a refund and starts it.
    pub fn refund(&mut self) {
        self.typewrite("1250");
        self.click("refund");
        self.tap(Named::Enter);
    }
}

#[test]
fn without_operators_nobody_signs_in_and_everything_is_as_before() {
    let mut shop = Shop::empty("en", vec![terminal("front")]);
    shop.read_again();
    shop.refund();
    let requests = shop.requests();
    assert_eq!((requests[0].operation, &requests[0].operator), (Operation::Refund, &None));
    shop.press(Press::Control('l'));
    assert!(!shop.hand.sees("Who is at the till?"));
}

#[test]
fn a_name_and_a_pin_open_the_till_and_the_name_goes_with_each_payment() {
    let mut shop = Shop::of_two("en", vec![terminal("front")]);
    assert!(shop.hand.sees("Who is at the till?") && !shop.hand.has("start"));
    assert!(shop.hand.bounds("tile-Eve").height >= 64.0);
    shop.typewrite("1250");
    shop.tap(Named::Enter);
    assert_eq!(shop.requests(), [], "nothing is rung up behind it");
    shop.type_pin("Ada", ADA);
    assert_eq!(shop.signed_in().as_deref(), Some("Ada"));
    shop.typewrite("1250");
    shop.tap(Named::Enter);
    let requests = shop.requests();
    assert_eq!(requests[0].operator.as_deref(), Some("Ada"));
    assert_eq!(shop.kinds_of("Ada"), ["Ada signed_in"]);
}

#[test]
fn tiles_are_found_by_their_first_letter_and_the_pad_types_digits() {
    let mut shop = Shop::of_two("en", vec![terminal("front")]);
    shop.typewrite("e");
    assert!(shop.hand.sees("PIN of Eve"));
    for digit in EVE.chars() {
        shop.click(&format!("pad-{digit}"));
    }
    assert!(shop.hand.sees("●●●●●") && !shop.hand.sees_part(EVE));
    shop.click("pad-back");
    assert!(shop.hand.sees("●●●●"));
    shop.typewrite("3");
    shop.click("sign-in-enter");
    assert_eq!(shop.signed_in().as_deref(), Some("Eve"));
}

#[test]
fn a_wrong_pin_is_said_and_after_five_the_wait_is_counted_down() {
    let mut shop = Shop::of_two("en", vec![terminal("front")]);
    for left in (1..5).rev() {
        shop.type_pin("Ada", "9999");
        assert!(shop.hand.sees(&format!("The PIN is wrong. Tries before there is a wait: {left}")), "{left}");
    }
    shop.type_pin("Ada", "9999");
    assert!(shop.hand.sees_part("Try again in 1:00") && shop.hand.counts_seconds());
    shop.later(45);
    assert!(shop.hand.sees_part("Try again in 0:15"));
    shop.typewrite(ADA);
    shop.tap(Named::Enter);
    assert_eq!(shop.signed_in(), None, "nothing is typed while there is a wait");
    shop.type_pin("Eve", EVE);
    assert_eq!(shop.signed_in().as_deref(), Some("Eve"), "others may");
    assert_eq!(shop.kinds_of("Ada"), Vec::<String>::new(), "whoever typed it is not known");
}

#[test]
fn the_key_signs_out_but_not_while_a_payment_runs() {
    let mut shop = Shop::of_two("en", vec![terminal("front")]);
    shop.type_pin("Ada", ADA);
    shop.show(running());
    shop.press(Press::Control('l'));
    assert!(shop.hand.sees_part("Sign out when it has ended") && shop.signed_in().is_some());
    shop.show(terminal("front"));
    shop.press(Press::Control('l'));
    assert!(shop.hand.sees("Who is at the till?") && shop.signed_in().is_none());
    assert_eq!(shop.kinds_of("Ada"), ["Ada signed_in", "Ada signed_out"]);
}

#[test]
fn who_does_nothing_is_signed_out_but_never_while_a_payment_runs() {
    let mut shop = Shop::of_two("en", vec![terminal("front")]);
    shop.type_pin("Ada", ADA);
    shop.later(299);
    assert!(shop.signed_in().is_some());
    shop.typewrite("1");
    shop.later(500);
    assert!(shop.signed_in().is_some(), "typing is doing something");
    shop.show(running());
    shop.later(4_000);
    assert!(shop.signed_in().is_some());
    shop.show(terminal("front"));
    shop.later(4_299);
    assert!(shop.signed_in().is_some(), "the time begins when it has ended");
    shop.later(4_300);
    assert!(shop.signed_in().is_none() && shop.hand.sees("Who is at the till?"));
}

#[test]
fn what_the_till_says_by_itself_keeps_nobody_signed_in() {
    let mut shop = Shop::of_two("en", vec![terminal("front")]);
    shop.type_pin("Ada", ADA);
    shop.later(299);
    shop.hand.feed(Message::SettingNotKept("No space left on device".to_owned()));
    shop.hand.tell(desk::Message::Diagnostics(diagnostics::Message::Read(Err("Permission denied".to_owned()))));
    shop.show(terminal("front"));
    assert!(shop.signed_in().is_some());
    shop.later(300);
    assert!(shop.signed_in().is_none() && shop.hand.sees("Who is at the till?"));
}

#[test]
fn what_is_pressed_by_whoever_comes_back_too_late_is_not_done() {
    let mut shop = Shop::of_two("en", vec![terminal("front")]);
    shop.type_pin("Ada", ADA);
    shop.typewrite("1250");
    shop.hand.later(3_600);
    shop.tap(Named::Enter);
    assert_eq!(shop.requests(), []);
    assert!(shop.hand.sees("Who is at the till?"));
}

#[test]
fn a_supervisor_at_the_side_allows_a_refund_once_and_the_cashier_stays() {
    let mut shop = Shop::of_two("en", vec![terminal("front")]);
    shop.type_pin("Ada", ADA);
    shop.refund();
    assert_eq!(shop.requests(), []);
    assert!(shop.hand.sees("Somebody has to allow this: Give money back"));
    assert!(!shop.hand.has("tile-Ada"), "only those who may");
    shop.type_pin("Eve", "9999");
    assert!(shop.hand.sees_part("The PIN is wrong"));
    shop.type_pin("Eve", EVE);
    let requests = shop.requests();
    let names = (requests[0].operator.as_deref(), requests[0].allowed_by.as_deref().map(OperatorName::as_str));
    assert_eq!((requests[0].operation, names), (Operation::Refund, (Some("Ada"), Some("Eve"))));
    assert_eq!(shop.signed_in().as_deref(), Some("Ada"));
    assert_eq!(shop.kinds_of("Ada")[1..], ["Ada refused", "Eve wrong_pin", "Eve allowed"]);
}

#[test]
fn what_nobody_allows_is_not_done_and_the_till_goes_on() {
    let mut shop = Shop::of_two("en", vec![terminal("front")]);
    shop.type_pin("Ada", ADA);
    shop.refund();
    shop.click("sign-in-leave");
    assert!(shop.hand.sees_part("Nothing was done") && shop.hand.has("start"));
    assert_eq!(shop.requests(), []);
    // The button is alive again.
    shop.tap(Named::Enter);
    assert!(shop.hand.sees("Somebody has to allow this: Give money back"));
}

#[test]
fn a_right_that_the_shop_gave_cashiers_needs_nobody_else() {
    let mut shop = Shop::of_two("en", vec![terminal("front")]);
    let eve = Author { operator: Some("Eve".to_owned()), allowed_by: None };
    let cashiers = shop.roster().cashiers.turned(Right::Refund);
    let order = OperatorsOrder::SetRights { cashiers, idle_minutes: 5 };
    shop.runtime.block_on(shop.operators.change(&eve, order)).unwrap();
    shop.read_again();
    shop.type_pin("Ada", ADA);
    shop.refund();
    assert_eq!(shop.requests()[0].operation, Operation::Refund);
}

#[test]
fn nothing_passes_the_door_that_the_window_let_through_by_mistake() {
    let mut shop = Shop::of_two("en", vec![terminal("front")]);
    let pay =
        |operation| Effect::Pay { terminal: "front".to_owned(), request: PaymentRequest::new(operation, kr(100)) };
    shop.carry_out(vec![pay(Operation::Sale), Effect::CloseShopDay]);
    assert_eq!(shop.done, []);
    shop.type_pin("Ada", ADA);
    shop.carry_out(vec![pay(Operation::Void)]);
    assert_eq!(shop.done, []);
    shop.carry_out(vec![Effect::Cancel { terminal: "front".to_owned() }]);
    assert_eq!(shop.done.len(), 1, "stopping waits for nobody");
}

#[test]
fn a_payment_that_runs_stays_on_the_screen_when_nobody_is_signed_in() {
    for (size, beside) in [(Size::new(1024.0, 768.0), false), (Size::new(1440.0, 900.0), true)] {
        let mut shop = Shop::of_two("en", vec![asking_for_a_signature()]);
        shop.hand.size = size;
        assert!(shop.hand.has("signature-yes") || shop.hand.sees_part("Is the signature OK?"), "{size:?}");
        assert_eq!(shop.hand.has("tile-Ada"), beside, "{size:?}");
        if beside {
            shop.type_pin("Ada", ADA);
            assert_eq!(shop.signed_in().as_deref(), Some("Ada"));
        }
        shop.show(terminal("front"));
        assert_eq!(shop.hand.sees("Who is at the till?"), !beside);
    }
}

/// A payment runs at the front; at the back a refund waits for somebody who may allow it.
pub fn allowing_beside_a_payment(language: &str) -> Shop {
    let mut shop = Shop::of_two(language, vec![terminal("front"), terminal("back")]);
    shop.type_pin("Ada", ADA);
    let mut paying = running();
    paying.payment.as_mut().unwrap().displays = shown([Display::Words("Present card".to_owned())]);
    shop.show(paying);
    shop.press(Press::Function(6));
    shop.refund();
    shop
}

#[test]
fn a_supervisor_allows_one_thing_in_a_small_window_with_the_running_payment_in_sight() {
    for size in [Size::new(1024.0, 600.0), Size::new(1024.0, 768.0), Size::new(1366.0, 768.0)] {
        let mut shop = allowing_beside_a_payment("en");
        shop.hand.size = size;
        assert!(shop.hand.sees("Somebody has to allow this: Give money back"), "{size:?}");
        assert!(shop.hand.sees("front"), "{size:?}");
        if size.width < 1240.0 {
            assert!(shop.hand.sees("Running now") && shop.hand.sees("Sale  ·  12.50 SEK  ·  Present card"), "{size:?}");
            shop.later(65);
            assert!(shop.hand.sees("1:05"), "{size:?}");
        }
        shop.type_pin("Eve", EVE);
        assert_eq!(shop.requests()[0].operation, Operation::Refund, "{size:?}");
        assert!(!shop.hand.sees("Running now"));
    }
}

#[test]
fn escape_at_the_sheet_means_the_sheet_and_never_the_payment_behind_it() {
    let mut shop = allowing_beside_a_payment("en");
    shop.hand.size = Size::new(1024.0, 600.0);
    shop.press(Press::Function(5));
    assert!(shop.hand.sees("Running now"));
    for _ in 0..3 {
        shop.tap(Named::Escape);
        assert!(!shop.done.iter().any(|effect| matches!(effect, Effect::Cancel { .. })), "{:?}", shop.done);
        if !shop.hand.sees("Running now") {
            break;
        }
    }
    assert!(!shop.hand.sees("Running now") && shop.hand.sees_part("Nothing was done"));
}

#[test]
fn a_question_comes_in_front_of_the_sheet_and_the_sheet_comes_back() {
    let mut shop = allowing_beside_a_payment("en");
    shop.hand.size = Size::new(1024.0, 600.0);
    shop.show(asking_for_a_signature());
    assert!(shop.hand.sees_part("Is the signature OK?") && shop.hand.has("accept") && !shop.hand.sees("Running now"));
    shop.hand.later(100);
    shop.press(Press::Function(1));
    shop.show(running());
    assert!(shop.hand.sees("Running now") && shop.hand.sees("Somebody has to allow this: Give money back"));
}

#[test]
fn whoever_is_signed_in_decides_without_typing_a_name() {
    let mut shop = Shop::of_two("en", vec![in_doubt("front")]);
    shop.type_pin("Eve", EVE);
    shop.press(Press::Control('4'));
    shop.click("decide-K7M2-41");
    assert!(!shop.hand.has("decide-name"));
    let effects = shop.hand.type_into("decide-reason", "slip");
    shop.carry_out(effects);
    shop.click("decide-paid");
    let [.., Effect::Decide { by, .. }] = shop.done.as_slice() else { panic!("{:?}", shop.done) };
    assert_eq!(by, "Eve");
}

#[test]
fn operators_are_managed_by_who_may_and_cashiers_rights_are_turned() {
    let mut shop = Shop::of_two("en", vec![terminal("front")]);
    shop.type_pin("Ada", ADA);
    shop.hand.tell(desk::Message::PlacePressed(desk::Place::Operators));
    shop.click("cashiers-refund");
    assert!(shop.hand.sees("Somebody has to allow this: Manage operators"));
    shop.type_pin("Eve", EVE);
    assert!(shop.roster().may(Right::Refund));
}

#[test]
fn an_operator_who_is_removed_elsewhere_is_signed_out_here() {
    let mut shop = Shop::of_two("en", vec![terminal("front")]);
    shop.type_pin("Ada", ADA);
    let file = shop.folder.path().join("operators.json");
    checkstand::settings::change_operators(&file, |book| book.remove("Ada")).unwrap();
    let effects = shop.hand.tell(desk::Message::JournalChanged);
    shop.carry_out(effects);
    assert!(shop.hand.sees("Who is at the till?") && shop.signed_in().is_none());
}

#[test]
fn news_that_come_late_sign_nobody_out() {
    let mut shop = Shop::of_two("en", vec![terminal("front")]);
    let before = shop.roster();
    shop.type_pin("Ada", ADA);
    shop.hear(signing_in::Message::Read(before));
    assert!(!shop.hand.sees("Who is at the till?"));
}

#[test]
fn no_pin_is_in_what_the_window_would_log() {
    let mut shop = Shop::of_two("en", vec![terminal("front")]);
    shop.click("tile-Ada");
    shop.typewrite(ADA);
    let effects = shop.hand.tap(Named::Enter);
    let name: OperatorName = "Ada".parse().unwrap();
    assert_eq!(effects, [Effect::SignIn { name, digits: Secret::new(ADA) }]);
    assert!(!format!("{effects:?}").contains(ADA));
}

/// A name and the window in that state, for those who look at all screens.
pub fn gallery(language: &str) -> Vec<(&'static str, Hand)> {
    let shop = || Shop::of_two(language, vec![terminal("front")]);
    let after = |act: fn(&mut Shop)| {
        let mut shop = shop();
        act(&mut shop);
        shop.hand
    };
    vec![
        ("signing-in", shop().hand),
        (
            "signing-in-pin",
            after(|shop| {
                shop.click("tile-Ada");
                shop.typewrite("27");
            }),
        ),
        ("signing-in-wrong", after(|shop| shop.type_pin("Ada", "9999"))),
        ("signing-in-wait", after(|shop| (0..5).for_each(|_| shop.type_pin("Ada", "9999")))),
        (
            "allowing",
            after(|shop| {
                shop.type_pin("Ada", ADA);
                shop.refund();
            }),
        ),
        (
            "operators",
            after(|shop| {
                shop.type_pin("Eve", EVE);
                shop.hand.tell(desk::Message::PlacePressed(desk::Place::Operators));
            }),
        ),
        (
            "operators-adding",
            after(|shop| {
                shop.type_pin("Eve", EVE);
                shop.hand.tell(desk::Message::PlacePressed(desk::Place::Operators));
                shop.click("manage-add");
            }),
        ),
        ("running-signed-out", Shop::of_two(language, vec![running()]).hand),
    ]
}

#[test]
fn no_digit_of_a_pin_is_in_the_debug_output_of_messages_and_state() {
    let said = |message| Message::Desk(desk::Message::Signing(signing_in::Message::Screen(message)));
    let managed = |message| Message::Desk(desk::Message::Signing(signing_in::Message::Manage(message)));
    let messages = [
        Message::KeyPressed(Press::Digit(7)),
        said(sign_in::Message::DigitTyped(7)),
        managed(operators::Message::PinTyped(Secret::new("7"))),
        managed(operators::Message::PinTypedAgain(Secret::new("7"))),
    ];
    for message in messages {
        assert!(!format!("{message:?}").contains('7'), "{message:?}");
    }
    let mut shop = Shop::of_two("en", vec![terminal("front")]);
    shop.click("tile-Ada");
    shop.typewrite(ADA);
    assert!(!format!("{:?}", shop.hand.desk()).contains(ADA));
    shop.tap(Named::Backspace);
    shop.typewrite("9");
    shop.tap(Named::Enter);
    shop.hand.tell(desk::Message::PlacePressed(desk::Place::Operators));
    shop.click("manage-add");
    for id in ["manage-pin", "manage-pin-again"] {
        shop.hand.type_into(id, EVE);
    }
    let state = format!("{:?}", shop.hand.desk());
    assert!(!state.contains(EVE) && !state.contains(ADA));
}

#[test]
fn a_pin_that_was_typed_is_gone_when_its_screen_is_left_or_it_was_tried() {
    let mut shop = Shop::of_two("en", vec![terminal("front")]);
    shop.type_pin("Eve", EVE);
    shop.hand.tell(desk::Message::PlacePressed(desk::Place::Operators));
    let fill = |shop: &mut Shop| {
        for id in ["manage-pin", "manage-pin-again"] {
            shop.hand.type_into(id, "90417");
        }
    };
    shop.click("manage-pin-Ada");
    fill(&mut shop);
    shop.press(Press::Function(10));
    shop.hand.tell(desk::Message::PlacePressed(desk::Place::Operators));
    assert!(
        shop.hand.click("manage-confirm").is_empty() && shop.hand.has("manage-pin"),
        "the form is there, and no PIN"
    );
    fill(&mut shop);
    let effects = shop.hand.click("manage-confirm");
    assert!(matches!(effects.as_slice(), [Effect::ChangeOperators(_)]));
    let full = checkstand::gui::problem::Problem::new("operators-unwritable");
    shop.hear(signing_in::Message::Changed(Err(full)));
    assert!(shop.hand.click("manage-confirm").is_empty() && shop.hand.has("manage-pin"), "it is to be typed again");
    shop.later(3_600);
    assert!(shop.hand.sees("Who is at the till?"));
    shop.type_pin("Eve", EVE);
    shop.hand.tell(desk::Message::PlacePressed(desk::Place::Operators));
    assert!(!shop.hand.has("manage-pin"), "what somebody had begun is not there for who comes next");
}
