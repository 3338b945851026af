//! What each effect needs of whoever wants it done, whose name it carries, and what the window hears when it is not done.
//! Exhaustive on purpose: an effect that is new says here what it needs.

use super::app::Message;
use super::bill_desk;
use super::bill_link::{BillOrder, News};
use super::desk;
use super::effect::Effect;
use super::price_import::ImportFailure;
use super::problem::Problem;
use super::screens::{day, diagnostics, mail_server, search};
use super::search_again_link::Sought;
use super::set_up_link::{News as SetUpNews, SetUpOrder};
use super::setting_up;
use super::signing_in;
use crate::domain::{BillChange, DayReport, Operation, Right};
use crate::terminal::{Author, Need, NotPermitted, Operators, Refusal};

/// What becomes of an effect at the till's door.
#[derive(Debug)]
pub enum Passage {
    /// It is done, with the names of whose doing it is on it.
    Through(Effect, Author),
    /// It is not done, and this is heard of it.
    Refused(Option<Message>),
    /// Somebody who has this right may allow it.
    Asks(Right, Effect),
}

/// Whether whoever is at the till may have it done.
pub fn pass(operators: &Operators, effect: Effect) -> Passage {
    match operators.permit(need(&effect)) {
        Ok(author) => Passage::Through(signed(effect, &author), author),
        Err(NotPermitted::NobodySignedIn) => Passage::Refused(refusal(&effect)),
        Err(NotPermitted::NoRight(right)) => Passage::Asks(right, effect),
    }
}

/// Stopping a payment and answering a question never wait for a PIN: the customer stands there.
pub fn need(effect: &Effect) -> Need {
    match effect {
        Effect::Pay { request, .. } => match request.operation {
            Operation::Refund => Need::Right(Right::Refund),
            Operation::Void => Need::Right(Right::Void),
            Operation::Sale
            | Operation::Preauth
            | Operation::Capture
            | Operation::Tip
            | Operation::CardCheck
            | Operation::Activation
            | Operation::Reload
            | Operation::Balance
            | Operation::Deactivation => Need::SignedIn,
        },
        Effect::Void { .. } => Need::Right(Right::Void),
        Effect::GiveBack { .. } => Need::Right(Right::Refund),
        Effect::EndDay { report: DayReport::X, .. } => Need::SignedIn,
        Effect::EndDay { .. } | Effect::CloseShopDay => Need::Right(Right::DayEnd),
        Effect::Decide { .. } => Need::Right(Right::Resolve),
        Effect::ImportPrices(_) => Need::Right(Right::Prices),
        Effect::ChangeOperators(_) => Need::Right(Right::Operators),
        Effect::StartSearch | Effect::FindAgain(_) | Effect::ListAccount(_) => Need::Right(Right::Settings),
        Effect::SetUp(SetUpOrder::Read) | Effect::TakeUpSettings(_) => Need::Nothing,
        Effect::SetUp(_) | Effect::KeepReceipts(_) | Effect::ChangePrinters(_) | Effect::KeepMailServer(_) => Need::Right(Right::Settings),
        // None of it moves money.
        Effect::Inquire { .. }
        | Effect::Scan { .. }
        | Effect::TestTerminal(_)
        | Effect::TestMail(_)
        | Effect::MakeBundle
        | Effect::ChooseLogDetail(..) => Need::SignedIn,
        Effect::Bill(_, order) => of_bill(order),
        Effect::Cancel { .. }
        | Effect::Answer { .. }
        | Effect::Sign { .. }
        | Effect::Dismiss { .. }
        | Effect::Connect { .. }
        | Effect::ReadRecent
        | Effect::ReadHistory(_)
        | Effect::ReadPayment(_)
        | Effect::Scroll(..)
        | Effect::ReadReports
        | Effect::ReadDay
        | Effect::ReadDiagnostics
        | Effect::ReadReceipts
        | Effect::FindPrinters
        // A receipt waits for no PIN: the customer stands there.
        | Effect::Print(_)
        | Effect::MailReceipt(_)
        | Effect::TestPrinter(_)
        | Effect::PrintAgain(_)
        | Effect::PrintElsewhere(..)
        | Effect::PrintGiveUp(_)
        | Effect::PlanSearch
        | Effect::StopSearch
        // How a window looks, reads and sounds is whose eyes and ears it is for.
        | Effect::KeepSetting(_)
        | Effect::FullScreen
        | Effect::MeasureScreen
        | Effect::ShowCustomersHere
        | Effect::Sound(_)
        | Effect::SignIn { .. }
        | Effect::SignOut(_)
        | Effect::ReadOperators
        // Says itself what it needs.
        | Effect::Allow { .. }
        | Effect::Open
        // Nobody can sign in while there is no till.
        | Effect::OpenWith(_)
        | Effect::Mend(_)
        | Effect::Close
        | Effect::FocusNext
        | Effect::FocusPrevious
        | Effect::Focus(_)
        | Effect::Unfocus => Need::Nothing,
    }
}

fn of_bill(order: &BillOrder) -> Need {
    match order {
        BillOrder::Change(_, changes) => changes.iter().find_map(right_of).map_or(Need::SignedIn, Need::Right),
        BillOrder::Open(_) | BillOrder::Cash { .. } | BillOrder::Close(_) | BillOrder::Merge { .. } => Need::SignedIn,
        BillOrder::Read(..)
        | BillOrder::ReadOpen
        | BillOrder::CountParked
        | BillOrder::ReadTables
        | BillOrder::PutBackAll => Need::Nothing,
    }
}

/// Taking a discount away again needs none.
fn right_of(change: &BillChange) -> Option<Right> {
    match change {
        BillChange::LockLifted { .. } => Some(Right::LiftLock),
        BillChange::LineDiscounted { discount: Some(_), .. } | BillChange::Discounted { discount: Some(_) } => {
            Some(Right::Discount)
        }
        _ => None,
    }
}

/// The effect with the names of whose doing it is, wherever it carries one.
pub fn signed(effect: Effect, author: &Author) -> Effect {
    let answerable = |typed: String| author.answerable().map_or(typed, str::to_owned);
    match effect {
        Effect::Pay { terminal, mut request } => {
            request.operator.clone_from(&author.operator);
            request.allowed_by = author.allowed_by.clone().map(Box::new);
            Effect::Pay { terminal, request }
        }
        Effect::Decide { payment, paid, by, reason } => Effect::Decide { payment, paid, by: answerable(by), reason },
        Effect::Bill(side, BillOrder::Cash { mut part, training }) => {
            part.operator.clone_from(&author.operator);
            Effect::Bill(side, BillOrder::Cash { part, training })
        }
        Effect::Bill(side, BillOrder::Change(bill, changes)) => {
            let changes = changes.into_iter().map(|change| match change {
                BillChange::LockLifted { by, reason } => BillChange::LockLifted { by: answerable(by), reason },
                other => other,
            });
            Effect::Bill(side, BillOrder::Change(bill, changes.collect()))
        }
        other => other,
    }
}

/// What it is, for the journal.
pub fn what(effect: &Effect) -> String {
    match effect {
        Effect::Pay { request, .. } => {
            let of = request.of.as_ref().map(|of| format!(" {}", of.payment)).unwrap_or_default();
            format!(
                "{} {} {}{of}",
                request.operation.word(),
                request.amount.to_decimal(),
                request.amount.currency().code()
            )
        }
        Effect::Void { payment, .. } => format!("void {payment}"),
        Effect::GiveBack { payment, amount } => {
            format!("refund {} {} {payment}", amount.to_decimal(), amount.currency().code())
        }
        Effect::EndDay { terminal, report } => format!("{} {terminal}", report.word()),
        Effect::CloseShopDay => "day".to_owned(),
        Effect::Decide { payment, paid, .. } => format!("{} {payment}", if *paid { "paid" } else { "not-paid" }),
        Effect::ImportPrices(_) => "prices".to_owned(),
        Effect::KeepReceipts(_) => "receipts".to_owned(),
        Effect::ChangePrinters(order) => order.what(),
        Effect::KeepMailServer(_) => "mail".to_owned(),
        Effect::ChangeOperators(_) => "operators".to_owned(),
        Effect::StartSearch => "search".to_owned(),
        Effect::FindAgain(name) => format!("find-again {name}"),
        Effect::ListAccount(wanted) => format!("list-account {}", wanted.name),
        Effect::SetUp(order) => order.what(),
        Effect::Bill(_, BillOrder::Change(bill, changes)) => {
            let change = changes.iter().find(|change| right_of(change).is_some()).map_or("change", BillChange::word);
            format!("{change} {bill}")
        }
        _ => String::new(),
    }
}

/// What the window hears when it is not done: whoever waits for it waits no longer.
pub fn refusal(effect: &Effect) -> Option<Message> {
    let refused = Refusal::NotAllowed;
    let problem = || Problem::from(&Refusal::NotAllowed);
    let said = match effect {
        Effect::Pay { terminal, .. } | Effect::Void { terminal, .. } | Effect::Inquire { terminal, .. } => {
            desk::Message::Started(terminal.clone(), Err(refused))
        }
        Effect::GiveBack { .. } => desk::Message::GaveBack(Err(refused)),
        Effect::EndDay { terminal, .. } => desk::Message::DayEnded(terminal.clone(), Err(refused)),
        Effect::Scan { terminal } => desk::Message::Scanned(terminal.clone(), Err(refused)),
        Effect::CloseShopDay => desk::Message::ShopDay(day::Message::Closed(Err(problem().key))),
        Effect::Decide { .. } => desk::Message::DecisionRecorded(Err(problem().key)),
        Effect::Bill(side, _) => desk::Message::Bills(bill_desk::Message::News(News::Done(*side, Err(problem())))),
        Effect::MakeBundle => desk::Message::Diagnostics(diagnostics::Message::BundleMade(Err(problem()))),
        Effect::ChooseLogDetail(..) => desk::Message::Diagnostics(diagnostics::Message::DetailKept(Err(problem()))),
        Effect::ImportPrices(_) => return Some(Message::PricesImported(Err(ImportFailure::Files(problem())))),
        Effect::KeepReceipts(_) | Effect::ChangePrinters(_) => return Some(Message::ReceiptsKept(Err(problem()))),
        Effect::KeepMailServer(_) => desk::Message::MailServer(mail_server::Message::Kept(Err(problem()))),
        Effect::TestMail(_) => desk::Message::MailServer(mail_server::Message::Tried(Err(problem()))),
        Effect::ChangeOperators(_) => desk::Message::Signing(signing_in::Message::Changed(Err(problem()))),
        Effect::StartSearch => desk::Message::Search(search::Message::Ended { whole: false }),
        Effect::ListAccount(_) => {
            desk::Message::SettingUp(setting_up::Message::News(SetUpNews::Listed(Err(problem()))))
        }
        Effect::FindAgain(name) => desk::Message::SettingUp(setting_up::Message::News(SetUpNews::Sought(
            name.clone(),
            Sought::NotFound(problem()),
        ))),
        Effect::SetUp(_) => desk::Message::SettingUp(setting_up::Message::News(SetUpNews::Done(Err(problem())))),
        Effect::TestTerminal(name) => {
            desk::Message::SettingUp(setting_up::Message::News(SetUpNews::Examined(name.clone())))
        }
        _ => return None,
    };
    Some(Message::Desk(said))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::bill::Discount;
    use crate::domain::{BillId, Currency, Money, PaymentRequest};
    use crate::gui::bill_link::By;

    fn pay(operation: Operation) -> Effect {
        let request = PaymentRequest::new(operation, Money::new(1_250, Currency::SEK));
        Effect::Pay { terminal: "front".to_owned(), request }
    }

    fn change(change: BillChange) -> Effect {
        Effect::Bill(By::Tables, BillOrder::Change(BillId::new("K7M2", 3), vec![change]))
    }

    fn give_back() -> Effect {
        Effect::GiveBack { payment: crate::domain::PaymentId::new("K7M2", 4), amount: Money::new(500, Currency::SEK) }
    }

    fn lifted(by: &str) -> BillChange {
        BillChange::LockLifted { by: by.to_owned(), reason: "gone".to_owned() }
    }

    fn author(operator: &str, allowed_by: Option<&str>) -> Author {
        Author { operator: Some(operator.to_owned()), allowed_by: allowed_by.map(|name| name.parse().unwrap()) }
    }

    #[test]
    fn money_that_goes_back_and_books_that_are_closed_need_a_right() {
        let day = |report| Effect::EndDay { terminal: "front".to_owned(), report };
        let off = BillChange::Discounted { discount: Some(Discount::Amount(100)) };
        for (effect, right) in [
            (pay(Operation::Refund), Some(Right::Refund)),
            (pay(Operation::Void), Some(Right::Void)),
            (pay(Operation::Sale), None),
            (pay(Operation::Tip), None),
            (day(DayReport::EndOfDay), Some(Right::DayEnd)),
            (day(DayReport::X), None),
            (Effect::CloseShopDay, Some(Right::DayEnd)),
            (give_back(), Some(Right::Refund)),
            (change(lifted("Ada")), Some(Right::LiftLock)),
            (change(off), Some(Right::Discount)),
            (change(BillChange::Discounted { discount: None }), None),
            (change(BillChange::PutBack), None),
        ] {
            assert_eq!(need(&effect), right.map_or(Need::SignedIn, Need::Right), "{effect:?}");
        }
    }

    #[test]
    fn stopping_a_payment_waits_for_nobody() {
        assert_eq!(need(&Effect::Cancel { terminal: "front".to_owned() }), Need::Nothing);
        assert_eq!(need(&Effect::Dismiss { terminal: "front".to_owned() }), Need::Nothing);
    }

    #[test]
    fn names_are_the_signed_in_ones_whatever_was_typed() {
        let Effect::Pay { request, .. } = signed(pay(Operation::Refund), &author("Ada", Some("Eve"))) else { panic!() };
        assert_eq!(
            (request.operator.as_deref(), request.allowed_by.as_deref().map(|name| name.as_str())),
            (Some("Ada"), Some("Eve"))
        );
        let id = crate::domain::PaymentId::new("K7M2", 4);
        let decide = Effect::Decide { payment: id, paid: true, by: "typed".to_owned(), reason: "slip".to_owned() };
        let Effect::Decide { by, .. } = signed(decide.clone(), &author("Ada", Some("Eve"))) else { panic!() };
        assert_eq!(by, "Eve");
        assert_eq!(signed(decide.clone(), &Author::default()), decide, "without operators names are typed");
        assert_eq!(signed(change(lifted("typed")), &author("Eve", None)), change(lifted("Eve")));
    }

    #[test]
    fn whoever_waits_for_what_is_not_done_hears_of_it() {
        for effect in [
            pay(Operation::Refund),
            give_back(),
            Effect::CloseShopDay,
            change(BillChange::PutBack),
            change(lifted("Ada")),
        ] {
            assert!(refusal(&effect).is_some(), "{effect:?}");
        }
        assert!(refusal(&Effect::ReadDay).is_none());
        assert_eq!(what(&pay(Operation::Refund)), "refund 12.50 SEK");
        assert_eq!(what(&give_back()), "refund 5.00 SEK K7M2-4");
        assert_eq!(what(&change(lifted("Ada"))), "lock_lifted K7M2-B3");
    }
}
