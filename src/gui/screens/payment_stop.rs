//! How a running payment is stopped or left: what can be done about it now, as its picture says, and the button with its reason.

use iced::Element;
use iced::widget::row;

use super::payment::{Message, Payment};
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::focusable_button::sized;
use crate::terminal::{PaymentView, Stage, Stopping, TerminalView};

/// What the cashier is told of a cancel that was asked, or of why none can be.
pub(super) fn about_its_end(payment: &PaymentView, terminal: &TerminalView) -> Option<&'static str> {
    match payment.stopping {
        _ if payment.cancel_requested && terminal.abilities.abort => Some("window-cancelling"),
        Stopping::Impossible(why) => Some(why),
        Stopping::Possible => None,
    }
}

/// Why asking the terminal to stop would do nothing. Seeking is the till's own, and can always be ended.
pub(super) fn unstoppable(payment: &PaymentView) -> Option<&'static str> {
    match (&payment.stage, payment.stopping) {
        (Stage::Starting | Stage::AtTerminal, Stopping::Impossible(why)) => Some(why),
        _ => None,
    }
}

impl Payment {
    pub(super) fn can_abort(&self, payment: &PaymentView, terminal: &TerminalView) -> bool {
        self.is_unasked(payment) && unstoppable(payment).is_none() && !self.can_leave(payment, terminal)
    }

    /// Nobody has asked to stop it yet.
    fn is_unasked(&self, payment: &PaymentView) -> bool {
        let pressed = self.abort_pressed && self.is_about(payment);
        payment.outcome().is_none() && !payment.cancel_requested && !pressed
    }

    /// The first of two steps: the till looks whether the line still stands, and says where the payment can be stopped.
    pub(super) fn can_begin_to_leave(&self, payment: &PaymentView, terminal: &TerminalView) -> bool {
        !terminal.abilities.abort && self.is_unasked(payment) && unstoppable(payment).is_some()
    }

    /// The till has said that only the terminal can stop it, or is finding out by itself: the cashier need not stay.
    pub(super) fn can_leave(&self, payment: &PaymentView, terminal: &TerminalView) -> bool {
        let told = payment.cancel_requested || matches!(payment.stage, Stage::Seeking(_));
        !terminal.abilities.abort && payment.outcome().is_none() && told && !(self.left && self.is_about(payment))
    }

    pub(super) fn abort<'a>(
        &self,
        payment: &PaymentView,
        terminal: &TerminalView,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let leaves = self.can_leave(payment, terminal);
        let message = (leaves || self.can_abort(payment, terminal)).then_some(Message::AbortPressed);
        let key = match payment.stage {
            _ if leaves || self.left => "window-stop-waiting",
            Stage::Seeking(_) => "window-stop-seeking",
            _ => "window-abort",
        };
        let button = |id, key: &str, role, message| sized(id, scene.text(key), theme::LARGE, role, message).height(84);
        let abort = button("abort", key, Role::Stop, message);
        if terminal.abilities.abort || leaves || unstoppable(payment).is_none() {
            return abort.into();
        }
        let begin = self.can_begin_to_leave(payment, terminal).then_some(Message::LeavePressed);
        row![abort, button("stop-waiting", "window-stop-waiting-ask", Role::Plain, begin)].spacing(GAP * 2.0).into()
    }
}
