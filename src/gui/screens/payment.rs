//! The payment at hand: what the terminal shows, its question, and (see `outcome`) what became of it.

use iced::Element;
use iced::widget::{Column, text};

use super::follow_up::{self, FollowUp};
use super::outcome;
use super::payment_heading::{heading, in_doubt_band};
use super::payment_stop::{about_its_end, unstoppable};
use super::signing::{self, Signing};
use super::time_left::time_left;
use crate::domain::{Answer, Copy, Money, PaymentId, PaymentRequest, QuestionId};
use crate::gui::drawing::Drawing;
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::screens::terminal_mirror::{mirror, waiting_for};
use crate::gui::theme::{self, GAP};
use crate::terminal::{PaymentView, Stage, TerminalView};

/// What the cashier has already pressed, so that it cannot be pressed twice.
#[derive(Debug, Clone, Default)]
pub struct Payment {
    /// The payment all this is about.
    of: Option<PaymentId>,
    pub(super) answered: Option<QuestionId>,
    signing: Signing,
    pub(super) abort_pressed: bool,
    /// Nobody waits any more for what only the terminal can stop.
    pub(super) left: bool,
    pub(super) confirming_void: bool,
    pub(super) follow_up: FollowUp,
    pub(super) copy: Option<Copy>,
}

#[derive(Debug, Clone)]
pub enum Message {
    AbortPressed,
    /// Nobody wants to wait for what only the terminal can stop. Asked once more before it is so.
    LeavePressed,
    Answered(QuestionId, Answer),
    Signing(signing::Message),
    NewPressed,
    /// Enter or a digit: only where nothing has to be read first.
    Continued(Option<u8>),
    /// A code was read: the next customer's.
    NextRead,
    RestPressed(Money),
    VoidPressed,
    VoidConfirmed,
    VoidKept,
    FollowUp(follow_up::Message),
    AskAgainPressed,
    DecidePressed,
    /// The terminal wants its day closed first.
    SettlePressed,
    CopyChosen(Copy),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    Cancel,
    Answer(QuestionId, Answer),
    Sign(QuestionId, Drawing),
    /// Away with it; the digit begins the next amount.
    Dismiss(Option<u8>),
    RingUpRest(Money),
    Void(PaymentId, Money),
    /// A capture, a tip, a refund of this payment.
    FollowUp(PaymentRequest),
    Focus(&'static str),
    /// Why it cannot be stopped, as a message id.
    Explain(&'static str),
    Inquire(PaymentId),
    Decide,
    CloseDay,
}

impl Payment {
    /// What a key means here.
    pub fn key(&self, press: Press, payment: &PaymentView) -> Option<Message> {
        if payment.outcome().is_some() {
            return match press {
                Press::Enter | Press::Function(9) => Some(Message::Continued(None)),
                Press::Digit(digit) => Some(Message::Continued(Some(digit))),
                Press::Escape => Some(Message::NewPressed),
                Press::Function(4) => Some(Message::VoidPressed),
                Press::Function(3) => Some(Message::AskAgainPressed),
                _ => None,
            };
        }
        if self.signing_for(payment).is_some() {
            return Signing::key(press).map(Message::Signing);
        }
        match (press, &payment.question) {
            // No Enter here: a key pressed once too often must not vouch for a signature.
            (Press::Function(1), Some(question)) => Some(Message::Answered(question.id, Answer::Accept)),
            (Press::Function(2), Some(question)) => Some(Message::Answered(question.id, Answer::Reject)),
            (Press::Function(3), Some(question)) if signing::offers(question) => {
                Some(Message::Signing(signing::Message::OpenPressed))
            }
            (Press::Escape, None) => Some(Message::AbortPressed),
            _ => None,
        }
    }

    /// Forgets what was pressed for another payment.
    pub fn follow(&mut self, payment: &PaymentId) {
        if self.of.as_ref() != Some(payment) {
            *self = Payment { of: Some(payment.clone()), ..Payment::default() };
        }
    }

    /// `ready` is whether another request can go to this terminal now.
    pub fn update(&mut self, message: Message, terminal: &TerminalView, ready: bool) -> Action {
        let Some(payment) = &terminal.payment else { return Action::None };
        self.follow(&payment.id);
        match message {
            Message::AbortPressed if self.can_abort(payment, terminal) => {
                self.abort_pressed = true;
                Action::Cancel
            }
            Message::AbortPressed if self.can_leave(payment, terminal) => {
                self.left = true;
                Action::Cancel
            }
            Message::AbortPressed if payment.outcome().is_none() && !payment.cancel_requested => {
                unstoppable(payment).map_or(Action::None, Action::Explain)
            }
            Message::LeavePressed if self.can_begin_to_leave(payment, terminal) => {
                self.abort_pressed = true;
                Action::Cancel
            }
            Message::Answered(question, answer) if self.can_answer(payment, question) => {
                self.answered = Some(question);
                self.signing.close();
                Action::Answer(question, answer)
            }
            Message::Signing(message) => self.sign(message, payment),
            Message::NewPressed if self.confirming_void || self.follow_up.is_open() => {
                self.confirming_void = false;
                self.follow_up.close();
                Action::None
            }
            // A digit typed beside the field is meant for it.
            Message::Continued(_) if self.follow_up.is_open() => Action::Focus(follow_up::AMOUNT),
            Message::NewPressed if payment.outcome().is_some() => Action::Dismiss(None),
            Message::Continued(digit) if payment.outcome().is_some() && !outcome::holds(payment) => {
                match (digit, outcome::rest_due(payment)) {
                    (None, Some(rest)) => Action::RingUpRest(rest),
                    _ => Action::Dismiss(digit),
                }
            }
            Message::NextRead
                if !self.follow_up.is_open() && payment.outcome().is_some() && !outcome::holds(payment) =>
            {
                Action::Dismiss(None)
            }
            Message::RestPressed(rest) => Action::RingUpRest(rest),
            Message::FollowUp(message) => {
                let about = outcome::about(payment).filter(|_| ready);
                match self.follow_up.update(message, about) {
                    follow_up::Step::None => Action::None,
                    follow_up::Step::Opened => Action::Focus(follow_up::AMOUNT),
                    follow_up::Step::Start(request) => Action::FollowUp(*request),
                }
            }
            Message::VoidPressed => {
                self.follow_up.close();
                self.confirming_void = ready && outcome::can_void(payment, terminal);
                Action::None
            }
            Message::VoidConfirmed if ready && self.confirming_void => {
                self.confirming_void = false;
                Action::Void(payment.id.clone(), outcome::taken(payment))
            }
            Message::VoidKept => {
                self.confirming_void = false;
                Action::None
            }
            Message::AskAgainPressed if payment.outcome().is_some() => Action::Inquire(payment.id.clone()),
            Message::DecidePressed => Action::Decide,
            Message::SettlePressed => Action::CloseDay,
            Message::CopyChosen(copy) => {
                self.copy = Some(copy);
                Action::None
            }
            Message::AbortPressed
            | Message::LeavePressed
            | Message::Answered(..)
            | Message::NewPressed
            | Message::Continued(_)
            | Message::NextRead
            | Message::VoidConfirmed
            | Message::AskAgainPressed => Action::None,
        }
    }

    pub(super) fn can_answer(&self, payment: &PaymentView, question: QuestionId) -> bool {
        let answered = self.is_about(payment) && self.answered == Some(question);
        payment.question.as_ref().is_some_and(|open| open.id == question) && !answered
    }

    pub(super) fn is_about(&self, payment: &PaymentView) -> bool {
        self.of.as_ref() == Some(&payment.id)
    }

    fn sign(&mut self, message: signing::Message, payment: &PaymentView) -> Action {
        let open = payment.question.as_ref().filter(|open| signing::offers(open) && self.can_answer(payment, open.id));
        let Some(question) = open.map(|open| open.id) else { return Action::None };
        let Some(drawing) = self.signing.update(message, question) else { return Action::None };
        self.answered = Some(question);
        Action::Sign(question, drawing)
    }

    /// The question that the pad on the screen is for.
    fn signing_for(&self, payment: &PaymentView) -> Option<QuestionId> {
        let open = payment.question.as_ref().map(|open| open.id).filter(|_| self.is_about(payment))?;
        self.signing.is_open_for(open).then_some(open)
    }

    /// A question that is closed needs no signature any more.
    pub fn look_at(&mut self, payment: &PaymentView) {
        if self.is_about(payment) && self.signing_for(payment).is_none() {
            self.signing.close();
        }
    }

    /// The answer to a question could not be given: it is still open, and its buttons live again.
    pub fn answer_again(&mut self, question: QuestionId) {
        self.answered.take_if(|answered| *answered == question);
    }

    /// `back_to_bill` is whether more of its bill is to be paid.
    pub fn view<'a>(
        &'a self,
        payment: &'a PaymentView,
        terminal: &TerminalView,
        ready: bool,
        back_to_bill: bool,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        match (&payment.stage, &payment.question) {
            (Stage::Ended(ended), _) => outcome::view(self, payment, ended, terminal, ready, back_to_bill, scene),
            (_, Some(question)) => match self.pad(payment, scene) {
                Some(pad) => Column::new()
                    .push(heading(payment, scene))
                    .push(time_left(question, scene))
                    .push(pad)
                    .spacing(GAP)
                    .padding(16)
                    .into(),
                None => self.question(payment, question, terminal, scene),
            },
            _ => self.running(payment, terminal, scene),
        }
    }

    fn pad<'a>(&'a self, payment: &PaymentView, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        let pad = self.signing.view(self.signing_for(payment)?, scene)?;
        Some(pad.map(Message::Signing))
    }

    fn running<'a>(&self, payment: &'a PaymentView, terminal: &TerminalView, scene: Scene<'a>) -> Element<'a, Message> {
        let seeking = match &payment.stage {
            Stage::Seeking(why) => Some(in_doubt_band(scene.text("window-seeking"), scene.texts.explain(why))),
            _ => None,
        };
        let about = about_its_end(payment, terminal).map(|key| text(scene.text(key)).size(theme::LARGE));
        Column::new()
            .push(heading(payment, scene))
            .push(waiting_for(payment, scene))
            .push(seeking)
            .push(mirror(payment, scene))
            .push(about)
            .push(self.abort(payment, terminal, scene))
            .spacing(GAP)
            .padding(16)
            .into()
    }
}
