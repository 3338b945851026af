//! What can be done about an approved payment besides a void: a capture, a tip, a refund without the card. Part of the
//! payment's and of the history's screen.

use iced::widget::{Column, Row, column, row, text};
use iced::{Center, Element, Fill, FillPortion};

use super::amount_field::{AmountField, Typed};
use crate::domain::{Money, Operation, Original, PaymentId, PaymentRequest};
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::banner::mark;
use crate::gui::widgets::focusable_button::action;
use crate::terminal::TerminalView;

/// The id of the field that is typed into.
pub const AMOUNT: &str = "follow-up-amount";
/// A tip above this share of what was paid is asked about once more, in percent.
const USUAL_TIP_PERCENT: i64 = 25;

/// An approved payment, as far as its screen knows it; the terminal's actor reads the rest from the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    pub payment: PaymentId,
    pub operation: Operation,
    /// What it took itself.
    pub taken: Money,
}

/// The amount while it is typed.
#[derive(Debug, Clone, Default)]
pub struct FollowUp(Option<Form>);

#[derive(Debug, Clone)]
struct Form {
    about: About,
    operation: Operation,
    typed: AmountField,
    wrong: bool,
    /// An unusual amount was confirmed once; it is sent when it is confirmed once more.
    asked: Option<Money>,
}

#[derive(Debug, Clone)]
pub enum Message {
    Chosen(Operation),
    AmountTyped(Typed),
    Confirmed,
    Kept,
}

/// What a press came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    None,
    /// The field wants the keyboard.
    Opened,
    Start(Box<PaymentRequest>),
}

impl About {
    /// What a terminal can still do about it; the actor has the last word.
    fn offers(&self, terminal: &TerminalView) -> Vec<Operation> {
        let abilities = &terminal.abilities;
        let fits = |operation: &Operation| match (self.operation, operation) {
            (Operation::Preauth, Operation::Capture) | (Operation::Sale, Operation::Tip) => true,
            (Operation::Sale | Operation::Capture, Operation::Refund) => abilities.refunds_earlier,
            _ => false,
        };
        let all = [Operation::Capture, Operation::Tip, Operation::Refund];
        all.into_iter().filter(fits).filter(|operation| abilities.can(*operation)).collect()
    }
}

impl FollowUp {
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }

    pub fn close(&mut self) {
        self.0 = None;
    }

    /// `about` is the payment on the screen, unless nothing can be done about it now.
    pub fn update(&mut self, message: Message, about: Option<About>) -> Step {
        match message {
            Message::Chosen(operation) => {
                let Some(about) = about else { return Step::None };
                // A tip is typed; everything else begins with everything.
                let typed = match operation {
                    Operation::Tip => AmountField::default(),
                    _ => AmountField::offering(about.taken),
                };
                self.0 = Some(Form { about, operation, typed, wrong: false, asked: None });
                return Step::Opened;
            }
            Message::AmountTyped(typed) => {
                if let Some(form) = &mut self.0 {
                    form.typed.update(typed, form.about.taken.currency());
                    form.wrong = false;
                    form.asked = None;
                }
            }
            Message::Confirmed => return self.confirm(about),
            Message::Kept => self.close(),
        }
        Step::None
    }

    /// A digit that was typed beside the field and is meant for it.
    pub fn push(&mut self, digit: u8) {
        if let Some(form) = &mut self.0 {
            form.typed.push(digit, form.about.taken.currency());
            form.wrong = false;
            form.asked = None;
        }
    }

    fn confirm(&mut self, about: Option<About>) -> Step {
        let Some(form) = &mut self.0 else { return Step::None };
        if about.as_ref() != Some(&form.about) {
            return Step::None;
        }
        let Some(amount) = form.amount() else {
            form.wrong = true;
            return Step::None;
        };
        if form.is_unusual(amount) && form.asked != Some(amount) {
            form.asked = Some(amount);
            return Step::None;
        }
        let About { payment, operation, taken } = form.about.clone();
        let of = Some(Original { payment, operation, taken, reference: None });
        let request = PaymentRequest { of, ..PaymentRequest::new(form.operation, amount) };
        self.close();
        Step::Start(Box::new(request))
    }

    /// A button for each thing that can be done.
    pub fn buttons<'a>(
        about: &About,
        terminal: &TerminalView,
        height: f32,
        scene: Scene<'a>,
    ) -> Option<Row<'a, Message>> {
        let button = |operation: Operation| {
            let (id, key) = match operation {
                Operation::Capture => ("capture", "window-capture"),
                Operation::Tip => ("tip", "window-tip"),
                _ => ("refund-of", "window-refund-of"),
            };
            action(id, scene.text(key), Role::Plain, Some(Message::Chosen(operation))).height(height).into()
        };
        let offers = about.offers(terminal);
        (!offers.is_empty()).then(|| Row::with_children(offers.into_iter().map(button)).spacing(GAP))
    }

    /// The field and its two answers, while it is open.
    pub fn form<'a>(&'a self, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        let form = self.0.as_ref()?;
        let question = match form.operation {
            Operation::Capture => "window-how-much-captured",
            Operation::Tip => "window-how-much-tip",
            _ => "window-how-much-refunded",
        };
        let field = form
            .typed
            .view(String::new(), form.about.taken.currency(), scene, Message::AmountTyped)
            .id(AMOUNT)
            .on_submit(Message::Confirmed)
            .size(theme::LARGE)
            .padding(13)
            .width(FillPortion(2));
        let amount = form.amount().map(|amount| scene.texts.money(amount)).unwrap_or_default();
        let label = match form.asked {
            Some(_) => scene.texts.with("window-tip-really", &[("amount", &amount)]),
            None => format!("{} {amount}", scene.operation(form.operation)),
        };
        let paid = scene.texts.money(form.about.taken);
        let asked = form
            .asked
            .map(|_| scene.texts.with("window-tip-unusual", &[("amount", &amount), ("paid", &paid)]))
            .map(|words| mark(|colours| colours.in_doubt, "⚠", words, theme::BODY));
        let wrong = form.wrong.then(|| text(scene.text("window-amount-wrong")).size(theme::BODY));
        let answers = row![
            field,
            action("follow-up-yes", label, Role::Go, Some(Message::Confirmed)).height(56).width(FillPortion(3)),
            action("follow-up-no", scene.text("window-close"), Role::Plain, Some(Message::Kept))
                .height(56)
                .width(FillPortion(2)),
        ]
        .spacing(GAP)
        .align_y(Center);
        let question = text(scene.text(question)).size(theme::BODY);
        let all = Column::new().push(asked).push(column![question, answers].spacing(4)).push(wrong);
        Some(all.spacing(4).width(Fill).into())
    }
}

impl Form {
    fn amount(&self) -> Option<Money> {
        Some(self.typed.money(self.about.taken.currency())).filter(|amount| amount.is_positive())
    }

    /// A tip so large is a slip of the finger more often than generosity.
    fn is_unusual(&self, amount: Money) -> bool {
        let usual = self.about.taken.minor().saturating_mul(USUAL_TIP_PERCENT) / 100;
        self.operation == Operation::Tip && amount.minor() > usual
    }
}
