//! What can be done about a payment that has ended: the usual first and largest. Part of the payment's screen.

use iced::Element;
use iced::widget::row;

use super::follow_up::FollowUp;
use super::outcome::{Ahead, Onward, about, can_void, holds, must_be_read, rest_due, taken, wants_settling};
use super::payment::{Message, Payment};
use crate::domain::{Money, Operation, Outcome, Verdict};
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::focusable_button::{FocusableButton, sized};
use crate::terminal::{PaymentView, TerminalView};

/// Of every button here.
const HEIGHT: f32 = 76.0;
/// Takes away what is not to go by Enter, Escape or a digit.
const PUT_AWAY: Press = Press::Control('n');

/// The buttons, or what the cashier is asked instead: then nothing else can be pressed.
pub(super) fn buttons<'a>(
    state: &'a Payment,
    payment: &PaymentView,
    ended: &Outcome,
    terminal: &TerminalView,
    ahead: Ahead,
    scene: Scene<'a>,
) -> Element<'a, Message> {
    if state.is_about(payment) {
        if state.confirming_void && can_void(payment, terminal) {
            return confirm_void(payment, scene);
        }
        if let Some(form) = state.follow_up.form(scene) {
            return form.map(Message::FollowUp);
        }
    }
    let in_doubt = ended.verdict == Verdict::InDoubt;
    let rest = rest_due(payment).map(|rest| take_rest(rest, payment, scene));
    let void = can_void(payment, terminal).then(|| {
        let role = if payment.approved_after_cancel() { Role::Stop } else { Role::Plain };
        wide("void", scene.text("window-void"), role, ahead.ready.then_some(Message::VoidPressed), scene)
    });
    let about = about(payment).filter(|_| ahead.ready);
    let follow_ups = about.and_then(|about| FollowUp::buttons(&about, terminal, HEIGHT, scene));
    let follow_ups = follow_ups.map(|buttons| Element::from(buttons).map(Message::FollowUp));
    let decide =
        in_doubt.then(|| wide("decide", scene.text("window-decide"), Role::Plain, Some(Message::DecidePressed), scene));
    let ask_role = if in_doubt { Role::Go } else { Role::Plain };
    let settle = wants_settling(ended, terminal).then(|| {
        let message = ahead.ready.then_some(Message::SettlePressed);
        wide("settle", scene.text("window-settle"), Role::Go, message, scene)
    });
    row![]
        .push(rest)
        .push(settle)
        .push(ahead.again.map(|amount| again(amount, scene)))
        .push(new(payment, ahead, in_doubt, scene))
        .push(cash(payment, ahead, scene))
        .push(void)
        .push(follow_ups)
        .push(wide("ask", scene.text("window-ask-again"), ask_role, Some(Message::AskAgainPressed), scene))
        .push(decide)
        .spacing(GAP)
        .into()
}

fn wide<'a>(
    id: &'static str,
    label: String,
    role: Role,
    message: Option<Message>,
    scene: Scene<'a>,
) -> FocusableButton<'a, Message> {
    // A label of three lines would lose its last one, which names the key.
    let size = if scene.is_wide() { theme::LARGE } else { theme::BODY };
    sized(id, label, size, role, message).height(HEIGHT)
}

fn take_rest<'a>(rest: Money, payment: &PaymentView, scene: Scene<'a>) -> Element<'a, Message> {
    let label = scene.texts.with("window-take-rest", &[("amount", &scene.texts.money(rest))]);
    let role = if must_be_read(payment) { Role::Plain } else { Role::Go };
    wide("rest", label, role, Some(Message::RestPressed(rest)), scene).into()
}

/// Rung up as it was; nothing is sent before it is started once more.
fn again<'a>(amount: Money, scene: Scene<'a>) -> Element<'a, Message> {
    let label = scene.texts.with("window-again", &[("amount", &scene.texts.money(amount))]);
    wide("again", label, Role::Go, Some(Message::Continued(None)), scene).into()
}

/// For a sale that stands alone; what is paid of a bill has its cash on the bill.
fn cash<'a>(payment: &PaymentView, ahead: Ahead, scene: Scene<'a>) -> Option<Element<'a, Message>> {
    let offered = ahead.again.is_some() && payment.operation == Operation::Sale;
    offered
        .then(|| wide("in-cash", scene.text("window-pay-cash"), Role::Plain, Some(Message::CashPressed), scene).into())
}

/// Away with it: by Enter where that is usual, by a key of its own where it must be read.
fn new<'a>(payment: &PaymentView, ahead: Ahead, in_doubt: bool, scene: Scene<'a>) -> Element<'a, Message> {
    let own = |key: &str| (Role::Plain, scene.with_key(key, PUT_AWAY));
    let enter = |key: &str| (Role::Go, scene.text(key));
    let (role, label) = match (holds(payment), ahead.onward) {
        (false, Onward::Bill) => enter("window-back-to-bill-enter"),
        (false, Onward::Receipt) => enter("window-bill-receipt-enter"),
        (false, Onward::SetUp) => enter("window-back-to-set-up-enter"),
        (false, Onward::Next) if ahead.again.is_some() => (Role::Plain, scene.text("window-new-payment")),
        (false, Onward::Next) => enter("window-new-payment-enter"),
        // No payment can start behind it: it must not promise one.
        (true, _) if in_doubt => own("window-later"),
        (true, Onward::Bill) => own("window-back-to-bill"),
        (true, Onward::Next | Onward::Receipt | Onward::SetUp) => own("window-new-payment-held"),
    };
    wide("new", label, role, Some(Message::NewPressed), scene).into()
}

fn confirm_void<'a>(payment: &PaymentView, scene: Scene<'a>) -> Element<'a, Message> {
    let amount = scene.texts.money(taken(payment));
    let yes = scene.texts.with("window-outcome-void-yes", &[("amount", &amount)]);
    let no = scene.text("window-outcome-void-no");
    row![
        sized("void-yes", yes, theme::LARGE, Role::Stop, Some(Message::VoidConfirmed)).height(HEIGHT),
        sized("void-no", no, theme::LARGE, Role::Plain, Some(Message::VoidKept)).height(HEIGHT),
    ]
    .spacing(GAP)
    .into()
}
