#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::SignedDuration;
use jiff::tz::Offset;

use super::*;
use crate::domain::Instant;
use crate::journal::Deed;

const EVE: &str = "58213";
const ADA: &str = "2749";

struct Shop {
    folder: tempfile::TempDir,
    journal: JournalHandle,
    seconds: Arc<AtomicU64>,
    operators: Operators,
}

fn name(text: &str) -> OperatorName {
    text.parse().unwrap()
}

fn pin(digits: &str) -> Pin {
    Pin::choose(Secret::new(digits)).unwrap()
}

fn operator(text: &str, role: Role) -> Operator {
    Operator { name: name(text), role }
}

impl Shop {
    async fn empty() -> Shop {
        let folder = tempfile::tempdir().unwrap();
        let journal = JournalHandle::start(Journal::open(folder.path()).unwrap());
        let seconds = Arc::new(AtomicU64::new(0));
        let operators = opened(&folder, &journal, &seconds).await;
        Shop { folder, journal, seconds, operators }
    }

    /// Eve supervises, Ada takes payments.
    async fn of_two() -> Shop {
        let shop = Shop::empty().await;
        shop.add("Eve", Role::Supervisor, EVE).await.unwrap();
        shop.sign_in("Eve", EVE).await.unwrap();
        shop.add("Ada", Role::Cashier, ADA).await.unwrap();
        shop.operators.sign_out(SignedOut::Key).await;
        shop
    }

    /// The program ends, and is started again.
    async fn restarted(mut self) -> Shop {
        self.operators = opened(&self.folder, &self.journal, &self.seconds).await;
        self
    }

    async fn add(&self, text: &str, role: Role, digits: &str) -> Result<Roster, OperatorsError> {
        let order = OperatorsOrder::Add { operator: operator(text, role), pin: pin(digits) };
        self.operators.change(&self.operators.author(), order).await
    }

    async fn sign_in(&self, text: &str, digits: &str) -> Result<Operator, Tried> {
        self.operators.sign_in(&name(text), Secret::new(digits)).await
    }

    fn pass(&self, seconds: u64) {
        self.seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Everything about operators in the journal, oldest first.
    async fn told(&self) -> Vec<String> {
        let read = self.journal.read(|journal| {
            let mut all: Vec<Deed> = ["Eve", "Ada"].iter().flat_map(|by| journal.deeds_of(by, 100).unwrap()).collect();
            all.sort_by_key(|deed| deed.number);
            all.into_iter().map(|deed| format!("{} {}", deed.about, deed.kind)).collect()
        });
        read.await.unwrap()
    }
}

async fn opened(folder: &tempfile::TempDir, journal: &JournalHandle, seconds: &Arc<AtomicU64>) -> Operators {
    let seconds = seconds.clone();
    let clock = move || {
        let passed = seconds.load(Ordering::Relaxed);
        let start: jiff::Timestamp = "2026-03-14T09:42:31Z".parse().unwrap();
        let wall = start + SignedDuration::from_secs(passed.try_into().unwrap());
        Now { at: Instant::from_origin(Duration::from_secs(passed)), wall, offset: Offset::UTC }
    };
    Operators::open(&folder.path().join("operators.json"), journal.clone(), clock).await
}

fn right(shop: &Shop, right: Right) -> Result<Author, NotPermitted> {
    shop.operators.permit(Need::Right(right))
}

#[tokio::test]
async fn without_operators_everything_is_allowed_and_nobodys_doing() {
    let shop = Shop::empty().await;
    assert!(!shop.operators.roster().is_wanted());
    for every in Right::ALL {
        assert_eq!(right(&shop, every), Ok(Author::default()));
        assert!(shop.operators.roster().may(every));
    }
}

#[tokio::test]
async fn with_operators_nothing_is_done_before_somebody_signs_in() {
    let shop = Shop::of_two().await;
    assert!(shop.operators.roster().is_wanted());
    assert_eq!(shop.operators.permit(Need::Nothing), Ok(Author::default()));
    assert_eq!(shop.operators.permit(Need::SignedIn), Err(NotPermitted::NobodySignedIn));
    assert_eq!(right(&shop, Right::Refund), Err(NotPermitted::NobodySignedIn));
    shop.sign_in("ada", ADA).await.unwrap();
    let ada = Author { operator: Some("Ada".to_owned()), allowed_by: None };
    assert_eq!(shop.operators.permit(Need::SignedIn), Ok(ada.clone()));
    assert_eq!(right(&shop, Right::Discount), Ok(ada));
    for lacking in [Right::Refund, Right::Void, Right::Resolve, Right::DayEnd, Right::LiftLock, Right::Operators] {
        assert_eq!(right(&shop, lacking), Err(NotPermitted::NoRight(lacking)));
    }
    shop.sign_in("Eve", EVE).await.unwrap();
    assert!(right(&shop, Right::Refund).is_ok() && right(&shop, Right::Settings).is_err());
}

#[tokio::test]
async fn five_wrong_pins_wait_and_starting_the_program_anew_makes_the_wait_no_shorter() {
    let mut shop = Shop::of_two().await;
    for left in (1..5).rev() {
        let wrong = Tried::Wrong { left, wait: Duration::ZERO };
        assert_eq!(shop.sign_in("Ada", "9999").await, Err(wrong));
        shop = shop.restarted().await;
    }
    let wait = Duration::from_secs(60);
    assert_eq!(shop.sign_in("Ada", "1").await, Err(Tried::Wrong { left: 0, wait }));
    shop.pass(20);
    shop = shop.restarted().await;
    let left = Duration::from_secs(40);
    assert_eq!(shop.sign_in("Ada", ADA).await, Err(Tried::Wait(left)), "the right one is not looked at");
    assert!(shop.sign_in("Eve", EVE).await.is_ok(), "others may");
    shop.pass(40);
    assert_eq!(shop.sign_in("Ada", "9999").await, Err(Tried::Wrong { left: 0, wait: wait * 2 }));
    shop.pass(120);
    shop.sign_in("Ada", ADA).await.unwrap();
    assert_eq!(shop.sign_in("Ada", "9999").await, Err(Tried::Wrong { left: 4, wait: Duration::ZERO }));
}

#[tokio::test]
async fn pins_that_are_tried_at_once_are_counted_one_by_one() {
    let shop = Shop::of_two().await;
    let tries = (0..8).map(|_| shop.sign_in("Ada", "9999"));
    let tried = futures_util::future::join_all(tries).await;
    assert_eq!(tried.iter().filter(|tried| matches!(tried, Err(Tried::Wrong { .. }))).count(), 5);
    assert_eq!(tried.iter().filter(|tried| matches!(tried, Err(Tried::Wait(_)))).count(), 3);
}

#[tokio::test]
async fn a_supervisor_at_the_side_allows_one_thing_and_the_cashier_stays() {
    let shop = Shop::of_two().await;
    shop.sign_in("Ada", ADA).await.unwrap();
    shop.operators.refused(Right::Refund, "refund 500 SEK").await;
    let wrong = shop.operators.allow(Right::Refund, "refund 500 SEK", &name("Eve"), Secret::new("0000")).await;
    assert_eq!(wrong, Err(Tried::Wrong { left: 4, wait: Duration::ZERO }));
    let own = shop.operators.allow(Right::Refund, "refund 500 SEK", &name("Ada"), Secret::new(ADA)).await;
    assert_eq!(own, Err(Tried::NoRight));
    let allowed = shop.operators.allow(Right::Refund, "refund 500 SEK", &name("Eve"), Secret::new(EVE)).await.unwrap();
    assert_eq!(allowed, Author { operator: Some("Ada".to_owned()), allowed_by: Some("Eve".parse().unwrap()) });
    assert_eq!(allowed.answerable(), Some("Eve"));
    assert!(right(&shop, Right::Refund).is_err(), "the next one needs her again");
    let told = shop.told().await;
    let expected = ["Ada signed_in", "Ada refused", "Eve wrong_pin", "Eve allowed"];
    assert_eq!(told[told.len() - 4..], expected, "{told:?}");
}

#[tokio::test]
async fn who_signs_in_and_out_is_in_the_journal() {
    let shop = Shop::of_two().await;
    shop.sign_in("Ada", ADA).await.unwrap();
    shop.operators.sign_out(SignedOut::Idle).await;
    shop.operators.sign_out(SignedOut::Close).await;
    let told = shop.told().await;
    let expected = ["Eve signed_in", "Ada added", "Eve signed_out", "Ada signed_in", "Ada signed_out"];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn nobody_makes_themselves_or_others_more_than_they_are() {
    let shop = Shop::of_two().await;
    shop.sign_in("Eve", EVE).await.unwrap();
    let above = |text: &str| Err(OperatorsError::Refused(OperatorError::StandsAbove(text.to_owned())));
    assert_eq!(shop.add("Ivo", Role::Installer, "90417").await, above("Ivo"));
    shop.operators.change(&Author::default(), OperatorsOrder::Remove { name: name("Ada") }).await.unwrap_err();
    let by_ada = Author { operator: Some("Ada".to_owned()), allowed_by: None };
    let order = OperatorsOrder::SetPin { name: name("Eve"), pin: pin("90417") };
    assert_eq!(shop.operators.change(&by_ada, order).await, above("Eve"));
    let allowed = Author { allowed_by: Some("Eve".parse().unwrap()), ..by_ada };
    let order = OperatorsOrder::SetPin { name: name("Ada"), pin: pin("90417") };
    shop.operators.change(&allowed, order).await.unwrap();
    assert!(shop.sign_in("Ada", "90417").await.is_ok());
}

#[tokio::test]
async fn who_is_removed_or_becomes_another_is_signed_out() {
    let shop = Shop::of_two().await;
    shop.sign_in("Ada", ADA).await.unwrap();
    // As another program does it.
    crate::settings::change_operators(&shop.folder.path().join("operators.json"), |book| book.remove("Ada")).unwrap();
    assert!(shop.operators.permit(Need::SignedIn).is_ok());
    let roster = shop.operators.read_again().await;
    assert!(roster.is_wanted() && roster.operators.len() == 1);
    assert_eq!(roster.signed_in, None);
}

#[tokio::test]
async fn a_new_pin_ends_the_wait() {
    let shop = Shop::of_two().await;
    for _ in 0..5 {
        shop.sign_in("Ada", "9999").await.unwrap_err();
    }
    shop.sign_in("Eve", EVE).await.unwrap();
    let order = OperatorsOrder::SetPin { name: name("Ada"), pin: pin("90417") };
    shop.operators.change(&shop.operators.author(), order).await.unwrap();
    assert!(shop.sign_in("Ada", "90417").await.is_ok());
}

#[tokio::test]
async fn a_pin_that_another_program_set_ends_the_wait() {
    let shop = Shop::of_two().await;
    for _ in 0..5 {
        shop.sign_in("Ada", "9999").await.unwrap_err();
    }
    let hash = crate::settings::hash_pin(&pin("90417")).unwrap();
    let file = shop.folder.path().join("operators.json");
    crate::settings::change_operators(&file, |book| book.set_pin("Ada", hash)).unwrap();
    let noted =
        |journal: &mut Journal| journal.operator_did("Ada", &OperatorEvent::PinSet, None, jiff::Timestamp::now());
    shop.journal.change(noted).await.unwrap();
    assert!(shop.sign_in("Ada", "90417").await.is_ok());
}

#[tokio::test]
async fn a_damaged_file_lets_nobody_in_and_allows_nothing() {
    let shop = Shop::of_two().await;
    shop.sign_in("Ada", ADA).await.unwrap();
    std::fs::write(shop.folder.path().join("operators.json"), "{}").unwrap();
    let roster = shop.operators.read_again().await;
    assert!(roster.is_wanted() && roster.problem.is_some() && !roster.may(Right::Refund));
    assert_eq!(shop.operators.permit(Need::SignedIn), Err(NotPermitted::NobodySignedIn));
    assert!(matches!(shop.sign_in("Ada", ADA).await, Err(Tried::Unable(_))));
}
