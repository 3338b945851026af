//! The payment at hand: what the terminal shows, its question, and (see `outcome`) what became of it.

use iced::Element;
use iced::widget::{Column, text};

use super::follow_up::{self, FollowUp};
use super::outcome::{self, Ahead};
use super::payment_heading::{heading, in_doubt_band};
use super::payment_stop::{about_its_end, unstoppable};
use super::ring_up::{self, RingUp};
use super::signing::{self, Signing};
use super::time_left::time_left;
use crate::domain::{Answer, Copy, Money, PaymentId, PaymentRequest, QuestionId, Receipt};
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
    /// Away with it, whatever it is.
    NewPressed,
    /// Away with it, where Escape was not what would have aborted the payment.
    EscapePressed,
    /// Enter or a digit: only where nothing has to be read first.
    Continued(Option<u8>),
    /// A choice for the next customer: only where nothing has to be read first.
    NextBegun(ring_up::Message),
    /// Nothing was taken: the customer pays it in cash.
    CashPressed,
    /// A code was read: the next customer's.
    NextRead,
    RestPressed(Money),
    /// Asked once more before it is so; pressed once more, it is.
    VoidPressed,
    VoidConfirmed,
    VoidKept,
    FollowUp(follow_up::Message),
    AskAgainPressed,
    DecidePressed,
    /// The terminal wants its day closed first.
    SettlePressed,
    CopyChosen(Copy),
    /// The customer wants no paper.
    HandOutPressed,
}

#[derive(Debug, Clone)]
pub enum Action {
    None,
    Cancel,
    Answer(QuestionId, Answer),
    Sign(QuestionId, Drawing),
    /// Away with it; the digit begins the next amount.
    Dismiss(Option<u8>),
    /// Enter: what this outcome leads to.
    Continue,
    /// The next customer, with this choice.
    Begin(ring_up::Message),
    /// What was not taken, in cash.
    Cash,
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
    HandOut,
}

impl Payment {
    /// What a key means here.
    pub fn key(&self, press: Press, payment: &PaymentView) -> Option<Message> {
        if payment.outcome().is_some() {
            return match press {
                Press::Enter | Press::Function(9) => Some(Message::Continued(None)),
                Press::Digit(digit) => Some(Message::Continued(Some(digit))),
                Press::Escape => Some(Message::EscapePressed),
                Press::Control('n') => Some(Message::NewPressed),
                Press::Function(1) | Press::PageUp => Some(Message::CashPressed),
                Press::Function(2) | Press::Control('k' | 't') => RingUp::key(press).map(Message::NextBegun),
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
            Message::EscapePressed if self.asks() => {
                self.put_questions_away();
                Action::None
            }
            Message::Continued(digit) if self.follow_up.is_open() => {
                digit.into_iter().for_each(|digit| self.follow_up.push(digit));
                Action::Focus(follow_up::AMOUNT)
            }
            Message::NewPressed
            | Message::Continued(_)
            | Message::NextBegun(_)
            | Message::CashPressed
            | Message::NextRead
                if self.asks() =>
            {
                Action::None
            }
            Message::NewPressed if payment.outcome().is_some() => Action::Dismiss(None),
            Message::EscapePressed if outcome::took_nothing(payment) => Action::Dismiss(None),
            Message::Continued(None) if payment.outcome().is_some() => match outcome::rest_due(payment) {
                Some(rest) if !outcome::must_be_read(payment) => Action::RingUpRest(rest),
                _ if outcome::holds(payment) => Action::None,
                _ => Action::Continue,
            },
            Message::Continued(digit) if gives_way(payment) => Action::Dismiss(digit),
            Message::NextRead if gives_way(payment) => Action::Dismiss(None),
            Message::NextBegun(choice) if gives_way(payment) => Action::Begin(choice),
            Message::CashPressed if outcome::took_nothing(payment) => Action::Cash,
            Message::RestPressed(rest) => Action::RingUpRest(rest),
            Message::FollowUp(message) => {
                let about = outcome::about(payment).filter(|_| ready);
                match self.follow_up.update(message, about) {
                    follow_up::Step::None => Action::None,
                    follow_up::Step::Opened => Action::Focus(follow_up::AMOUNT),
                    follow_up::Step::Start(request) => Action::FollowUp(*request),
                }
            }
            // A key that voids nothing here is the next customer's.
            Message::VoidPressed if !outcome::can_void(payment, terminal) => match gives_way(payment) && !self.asks() {
                true => Action::Begin(ring_up::Message::NextOperationPressed),
                false => Action::None,
            },
            Message::VoidPressed | Message::VoidConfirmed if ready && self.confirming_void => {
                self.confirming_void = false;
                Action::Void(payment.id.clone(), outcome::taken(payment))
            }
            Message::VoidPressed => {
                self.follow_up.close();
                self.confirming_void = ready;
                Action::None
            }
            Message::VoidKept => {
                self.confirming_void = false;
                Action::None
            }
            Message::AskAgainPressed if payment.outcome().is_some() && !self.asks() => {
                Action::Inquire(payment.id.clone())
            }
            Message::DecidePressed => Action::Decide,
            Message::SettlePressed => Action::CloseDay,
            Message::HandOutPressed => Action::HandOut,
            Message::CopyChosen(copy) => {
                self.copy = Some(copy);
                Action::None
            }
            Message::AbortPressed
            | Message::LeavePressed
            | Message::Answered(..)
            | Message::NewPressed
            | Message::EscapePressed
            | Message::Continued(_)
            | Message::NextBegun(_)
            | Message::CashPressed
            | Message::NextRead
            | Message::VoidConfirmed
            | Message::AskAgainPressed => Action::None,
        }
    }

    pub(super) fn can_answer(&self, payment: &PaymentView, question: QuestionId) -> bool {
        let answered = self.is_about(payment) && self.answered == Some(question);
        payment.question.as_ref().is_some_and(|open| open.id == question) && !answered
    }

    /// The copy that is looked at, once the payment has ended.
    pub(in crate::gui) fn receipt_shown<'a>(&self, payment: &'a PaymentView) -> Option<&'a Receipt> {
        let chosen = self.copy.filter(|_| self.is_about(payment)).unwrap_or(Copy::Customer);
        let receipts = payment.outcome().map_or(&[][..], |_| &payment.receipts);
        receipts.iter().rev().find(|receipt| receipt.copy == chosen)
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

    /// A question that is closed needs no signature any more, and an outcome that is none any more cannot be voided.
    pub fn look_at(&mut self, payment: &PaymentView) {
        if self.is_about(payment) && self.signing_for(payment).is_none() {
            self.signing.close();
        }
        if self.is_about(payment) && payment.outcome().is_none() {
            self.put_questions_away();
        }
    }

    /// What is asked about a payment is asked no longer where another one, or none, is on the screen.
    pub fn look_only_at(&mut self, payment: Option<&PaymentView>) {
        if !payment.is_some_and(|payment| self.is_about(payment)) {
            self.put_questions_away();
            self.copy = None;
        }
    }

    /// Whether the cashier is asked something about an outcome.
    pub fn asks(&self) -> bool {
        self.confirming_void || self.follow_up.is_open()
    }

    fn put_questions_away(&mut self) {
        self.confirming_void = false;
        self.follow_up.close();
    }

    /// The answer to a question could not be given: it is still open, and its buttons live again.
    pub fn answer_again(&mut self, question: QuestionId) {
        self.answered.take_if(|answered| *answered == question);
    }

    pub fn view<'a>(
        &'a self,
        payment: &'a PaymentView,
        terminal: &TerminalView,
        ahead: Ahead,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        match (&payment.stage, &payment.question) {
            (Stage::Ended(ended), _) => outcome::view(self, payment, ended, terminal, ahead, scene),
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
            Stage::Seeking(why) => Some(in_doubt_band(scene.text("window-seeking"), scene.explain(why))),
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

/// Whether the next customer's first key takes this outcome from the screen.
fn gives_way(payment: &PaymentView) -> bool {
    payment.outcome().is_some() && !outcome::holds(payment)
}
