//! The payment at hand: what the terminal shows, its question, and (see `outcome`) what became of it.

use iced::widget::{Column, column, container, row, scrollable, space, text};
use iced::{Center, Element, Fill};

use super::follow_up::{self, FollowUp};
use super::outcome;
use super::signing::{self, Signing};
use super::time_left::time_left;
use crate::domain::{Answer, Copy, Money, Origin, PaymentId, PaymentRequest, Question, QuestionId, QuestionKind};
use crate::gui::drawing::Drawing;
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::screens::terminal_mirror::{mirror, waiting_for};
use crate::gui::theme::{self, GAP, MONO, Role};
use crate::gui::widgets::focusable_button::sized;
use crate::gui::widgets::receipt_paper::receipt_paper;
use crate::terminal::{PaymentView, Stage, Stopping, TerminalView};

/// What the cashier has already pressed, so that it cannot be pressed twice.
#[derive(Debug, Clone, Default)]
pub struct Payment {
    /// The payment all this is about.
    of: Option<PaymentId>,
    answered: Option<QuestionId>,
    signing: Signing,
    abort_pressed: bool,
    /// Nobody waits any more for what only the terminal can stop.
    left: bool,
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

/// What the cashier is told of a cancel that was asked, or of why none can be.
fn about_its_end(payment: &PaymentView, terminal: &TerminalView) -> Option<&'static str> {
    match payment.stopping {
        _ if payment.cancel_requested && terminal.abilities.abort => Some("window-cancelling"),
        Stopping::Impossible(why) => Some(why),
        Stopping::Possible => None,
    }
}

/// Why asking the terminal to stop would do nothing. Seeking is the till's own, and can always be ended.
fn unstoppable(payment: &PaymentView) -> Option<&'static str> {
    match (&payment.stage, payment.stopping) {
        (Stage::Starting | Stage::AtTerminal, Stopping::Impossible(why)) => Some(why),
        _ => None,
    }
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

    fn can_abort(&self, payment: &PaymentView, terminal: &TerminalView) -> bool {
        self.is_unasked(payment) && unstoppable(payment).is_none() && !self.can_leave(payment, terminal)
    }

    /// Nobody has asked to stop it yet.
    fn is_unasked(&self, payment: &PaymentView) -> bool {
        let pressed = self.abort_pressed && self.is_about(payment);
        payment.outcome().is_none() && !payment.cancel_requested && !pressed
    }

    /// The first of two steps: the till looks whether the line still stands, and says where the payment can be stopped.
    fn can_begin_to_leave(&self, payment: &PaymentView, terminal: &TerminalView) -> bool {
        !terminal.abilities.abort && self.is_unasked(payment) && unstoppable(payment).is_some()
    }

    /// The till has said that only the terminal can stop it, or is finding out by itself: the cashier need not stay.
    fn can_leave(&self, payment: &PaymentView, terminal: &TerminalView) -> bool {
        let told = payment.cancel_requested || matches!(payment.stage, Stage::Seeking(_));
        !terminal.abilities.abort && payment.outcome().is_none() && told && !(self.left && self.is_about(payment))
    }

    fn can_answer(&self, payment: &PaymentView, question: QuestionId) -> bool {
        let answered = self.is_about(payment) && self.answered == Some(question);
        payment.question.as_ref().is_some_and(|open| open.id == question) && !answered
    }

    fn is_about(&self, payment: &PaymentView) -> bool {
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

    fn abort<'a>(&self, payment: &PaymentView, terminal: &TerminalView, scene: Scene<'a>) -> Element<'a, Message> {
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

    fn question<'a>(
        &self,
        payment: &'a PaymentView,
        question: &'a Question,
        terminal: &TerminalView,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let key = match question.kind {
            QuestionKind::Signature => "window-question-signature",
            QuestionKind::Confirmation => "window-question-confirmation",
        };
        let words = Column::new()
            .push(text(scene.text(key)).size(40.0 * scene.scale()))
            .push((!question.text.is_empty()).then(|| text(question.text.clone()).size(theme::LARGE)))
            .push(time_left(question, scene))
            .push(
                payment
                    .displays
                    .last()
                    .map(|shown| text(scene.texts.display(&shown.display)).size(theme::BODY).style(theme::quiet)),
            )
            .spacing(GAP)
            .width(Fill);
        let slip = payment
            .receipts
            .iter()
            .find(|receipt| receipt.signature_line)
            .filter(|_| question.kind == QuestionKind::Signature)
            .map(|receipt| container(receipt_paper(receipt, terminal.training, scene)).width(380));
        let can_answer = self.can_answer(payment, question.id);
        let button = |id: &'static str, key: &str, role, message| {
            sized(id, scene.text(key), theme::LARGE, role, can_answer.then_some(message)).height(92)
        };
        let answer =
            |id, key: &str, role, answer| Element::from(button(id, key, role, Message::Answered(question.id, answer)));
        let sign = signing::offers(question).then(|| {
            let message = Message::Signing(signing::Message::OpenPressed);
            button("sign", "window-sign-on-screen", Role::Plain, message)
        });
        let (yes, no) = match question.kind {
            QuestionKind::Signature => ("window-signature-accept", "window-signature-reject"),
            QuestionKind::Confirmation => ("window-yes", "window-no"),
        };
        let body = row![scrollable(words).style(theme::scroll).width(Fill)].push(slip).spacing(GAP * 2.0).height(Fill);
        column![
            heading(payment, scene),
            container(body).padding(20).width(Fill).height(Fill).style(theme::sheet),
            row![answer("accept", yes, Role::Go, Answer::Accept)]
                .push(sign)
                .push(answer("reject", no, Role::Stop, Answer::Reject))
                .spacing(GAP * 2.0),
        ]
        .spacing(GAP)
        .padding(16)
        .height(Fill)
        .into()
    }
}

/// What is being paid, and for how long.
fn heading<'a>(payment: &PaymentView, scene: Scene<'a>) -> Element<'a, Message> {
    let amount = match payment.cashback {
        Some(cashback) => scene.texts.with(
            "window-amount-with-cashback",
            &[("amount", &scene.texts.money(payment.amount)), ("cashback", &scene.texts.money(cashback))],
        ),
        None => scene.amount(payment.operation, payment.amount),
    };
    let line = row![
        text(scene.operation(payment.operation)).size(40.0 * scene.scale()),
        // Larger than the terminal's words: a display that says Approved is no outcome.
        text(amount).size(56.0 * scene.scale()),
        space().width(Fill),
        text(scene.clock.stopwatch(payment.started_at)).font(MONO).size(theme::LARGE).style(theme::quiet),
    ]
    .spacing(24)
    .align_y(Center);
    let origin = payment.origin.as_ref().map(|origin| asked_elsewhere(origin, scene));
    Column::new().push(line).push(origin).spacing(4).into()
}

/// Whose payment it is, where it is not the cashier's, and that theirs waits behind it.
fn asked_elsewhere<'a>(origin: &Origin, scene: Scene<'a>) -> Element<'a, Message> {
    let words = column![
        text(scene.origin(origin)).size(theme::LARGE),
        text(scene.text("window-rung-up-kept")).size(theme::BODY),
    ];
    let words = row![text("i").font(MONO).size(theme::LARGE), words].spacing(GAP).align_y(Center);
    container(words).padding([6, 14]).width(Fill).style(theme::band(|colours| colours.notice)).into()
}

/// What nobody knows yet, and why.
fn in_doubt_band<'a>(title: String, why: String) -> Element<'a, Message> {
    let words = column![text(title).size(theme::LARGE), text(why).size(theme::BODY)].spacing(4);
    let words = row![text("?").font(MONO).size(theme::LARGE), words].spacing(GAP).align_y(Center);
    container(words).padding(14).width(Fill).style(theme::band(|colours| colours.in_doubt)).into()
}
