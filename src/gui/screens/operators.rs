//! Operators: added, removed, given PINs; and what cashiers may.

use iced::widget::{Column, Row, column, container, row, scrollable, space, text, text_input};
use iced::{Center, Element, Fill};

use crate::domain::operator::Rights;
use crate::domain::{Operator, OperatorError, OperatorName, Pin, Right, Role as OperatorRole, Secret};
use crate::gui::keys::Press;
use crate::gui::problem::Problem;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::focusable_button::action;
use crate::gui::widgets::visited_last;
use crate::terminal::{OperatorsOrder, Roster};

/// Ids of the fields.
const NAME: &str = "manage-name";
const PIN: &str = "manage-pin";
const TYPED_AT_MOST: usize = 40;
const IDLE_STEP: u32 = 5;
const IDLE_AT_MOST: u32 = 60;

#[derive(Debug, Clone, Default, PartialEq)]
enum Form {
    #[default]
    None,
    Adding {
        name: String,
        role: Option<OperatorRole>,
        pin: TwoPins,
    },
    NewPin {
        name: OperatorName,
        pin: TwoPins,
    },
    Removing(OperatorName),
}

/// Typed twice: nobody sees what they type.
#[derive(Debug, Clone, PartialEq)]
struct TwoPins {
    first: Secret,
    again: Secret,
}

impl Default for TwoPins {
    fn default() -> TwoPins {
        TwoPins { first: Secret::new(""), again: Secret::new("") }
    }
}

impl TwoPins {
    fn chosen(&self) -> Result<Pin, Problem> {
        let pin = Pin::choose(self.first.clone()).map_err(refused)?;
        if self.first == self.again { Ok(pin) } else { Err(Problem::new("window-operators-pins-differ")) }
    }
}

#[derive(Debug, Clone, Default)]
pub struct ManageOperators {
    form: Form,
    /// A change is on its way.
    sent: bool,
    problem: Option<Problem>,
}

#[derive(Debug, Clone)]
pub enum Message {
    AddPressed,
    PinPressed(OperatorName),
    RemovePressed(OperatorName),
    NameTyped(String),
    RoleChosen(OperatorRole),
    PinTyped(Secret),
    PinTypedAgain(Secret),
    Confirmed,
    RightTurned(Right),
    IdleMore,
    IdleLess,
    BackPressed,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    Focus(&'static str),
    Change(OperatorsOrder),
    Leave,
}

impl ManageOperators {
    /// What a key means here.
    pub fn key(&self, press: Press) -> Option<Message> {
        match (press, &self.form) {
            (Press::Escape, _) => Some(Message::BackPressed),
            (Press::Function(1), Form::None) => Some(Message::AddPressed),
            // Enter may still be on its way from something else.
            (Press::Function(4), Form::Removing(_)) => Some(Message::Confirmed),
            (Press::Enter, Form::Adding { .. } | Form::NewPin { .. }) => Some(Message::Confirmed),
            _ => None,
        }
    }

    pub fn update(&mut self, message: Message, roster: &Roster) -> Action {
        match (message, &mut self.form) {
            // One change after the other.
            (_, _) if self.sent => {}
            (Message::AddPressed, _) => {
                self.open(Form::Adding { name: String::new(), role: None, pin: TwoPins::default() });
                return Action::Focus(NAME);
            }
            (Message::PinPressed(name), _) => {
                self.open(Form::NewPin { name, pin: TwoPins::default() });
                return Action::Focus(PIN);
            }
            (Message::RemovePressed(name), _) => self.open(Form::Removing(name)),
            (Message::NameTyped(typed), Form::Adding { name, .. }) => {
                *name = typed.chars().take(TYPED_AT_MOST).collect();
            }
            (Message::RoleChosen(chosen), Form::Adding { role, .. }) => *role = Some(chosen),
            (Message::PinTyped(typed), Form::Adding { pin, .. } | Form::NewPin { pin, .. }) => pin.first = typed,
            (Message::PinTypedAgain(typed), Form::Adding { pin, .. } | Form::NewPin { pin, .. }) => pin.again = typed,
            (Message::Confirmed, _) => match self.order() {
                Ok(order) => return self.send(order),
                Err(problem) => self.problem = problem,
            },
            (Message::RightTurned(right), _) => {
                let (cashiers, idle_minutes) = (roster.cashiers.turned(right), roster.idle_minutes);
                return self.send(OperatorsOrder::SetRights { cashiers, idle_minutes });
            }
            (Message::IdleMore, _) => return self.idle(roster, roster.idle_minutes.saturating_add(IDLE_STEP)),
            (Message::IdleLess, _) => return self.idle(roster, roster.idle_minutes.saturating_sub(IDLE_STEP)),
            (Message::BackPressed, Form::None) => return Action::Leave,
            (Message::BackPressed, _) => self.open(Form::None),
            _ => {}
        }
        Action::None
    }

    /// The PINs that were typed: they are kept behind no other screen, and not after they were tried.
    pub fn forget_pins(&mut self) {
        if let Form::Adding { pin, .. } | Form::NewPin { pin, .. } = &mut self.form {
            *pin = TwoPins::default();
        }
    }

    /// What came of the change.
    pub fn hear(&mut self, problem: Option<Problem>) {
        self.sent = false;
        if problem.is_none() {
            self.form = Form::None;
        }
        self.problem = problem;
    }

    fn open(&mut self, form: Form) {
        self.form = form;
        self.problem = None;
    }

    fn send(&mut self, order: OperatorsOrder) -> Action {
        self.forget_pins();
        self.sent = true;
        self.problem = None;
        Action::Change(order)
    }

    fn idle(&mut self, roster: &Roster, minutes: u32) -> Action {
        let (cashiers, idle_minutes) = (roster.cashiers.clone(), minutes.min(IDLE_AT_MOST));
        self.send(OperatorsOrder::SetRights { cashiers, idle_minutes })
    }

    fn order(&self) -> Result<OperatorsOrder, Option<Problem>> {
        match &self.form {
            Form::None => Err(None),
            Form::Adding { name, role, pin } => {
                let name: OperatorName = name.parse().map_err(refused)?;
                let role = role.ok_or_else(|| Problem::new("window-operators-role-missing"))?;
                Ok(OperatorsOrder::Add { operator: Operator { name, role }, pin: pin.chosen()? })
            }
            Form::NewPin { name, pin } => Ok(OperatorsOrder::SetPin { name: name.clone(), pin: pin.chosen()? }),
            Form::Removing(name) => Ok(OperatorsOrder::Remove { name: name.clone() }),
        }
    }

    pub fn view<'a>(&'a self, roster: &'a Roster, scene: Scene<'a>) -> Element<'a, Message> {
        let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(170);
        let head = row![text(scene.text("window-operators-title")).size(theme::LARGE), space().width(Fill), back];
        let problem = self.problem.as_ref().map(|problem| {
            container(text(problem.text(scene.texts)).size(theme::BODY))
                .padding(12)
                .width(Fill)
                .style(theme::band(|colours| colours.declined))
        });
        let body = match &self.form {
            Form::None => self.list(roster, scene),
            Form::Adding { name, role, pin } => self.adding(name, *role, pin, roster, scene),
            Form::NewPin { name, pin } => {
                let title = text(scene.texts.with("window-operators-new-pin-of", &[("name", name.as_str())]));
                column![title.size(theme::LARGE), pins(pin, scene), self.confirm(Role::Go, scene)].spacing(GAP).into()
            }
            Form::Removing(name) => {
                let title = text(scene.texts.with("window-operators-remove-really", &[("name", name.as_str())]));
                column![title.size(theme::LARGE), self.confirm(Role::Stop, scene)].spacing(GAP).into()
            }
        };
        let body = scrollable(container(body).padding(iced::Padding { right: 16.0, ..iced::Padding::ZERO }));
        let body = Column::new().push(problem).push(body.style(theme::scroll).height(Fill)).spacing(GAP).height(Fill);
        container(visited_last::above(head.align_y(Center), body, GAP)).padding(16).into()
    }

    fn list<'a>(&'a self, roster: &'a Roster, scene: Scene<'a>) -> Element<'a, Message> {
        let mine = roster.signed_in.as_ref().map(|operator| operator.role);
        let rows = roster.operators.iter().map(|operator| {
            let may = mine.is_none_or(|role| role.may_manage(operator.role));
            self.line(operator, may, scene)
        });
        let add = scene.with_key("window-operators-add", Press::Function(1));
        let add = action("manage-add", add, Role::Go, self.alive(Message::AddPressed));
        let none = roster.operators.is_empty().then(|| text(scene.text("window-operators-none")).size(theme::BODY));
        Column::new()
            .push(none)
            .extend(rows)
            .push(add.width(320).height(64))
            .push(self.rights(roster, scene))
            .spacing(GAP)
            .into()
    }

    fn line<'a>(&'a self, operator: &'a Operator, may: bool, scene: Scene<'a>) -> Element<'a, Message> {
        let name = &operator.name;
        let button = |word: &str, key: &str, message: Message| {
            action(format!("manage-{word}-{name}"), scene.text(key), Role::Plain, self.alive(message).filter(|_| may))
                .width(190)
        };
        let role = scene.text(&format!("operator-role-{}", operator.role.word()));
        let line = row![
            text(name.as_str()).size(theme::LARGE).width(Fill),
            text(role).size(theme::BODY).width(180),
            button("pin", "window-operators-new-pin", Message::PinPressed(name.clone())),
            button("remove", "window-operators-remove", Message::RemovePressed(name.clone())),
        ];
        container(line.spacing(GAP).align_y(Center)).padding([6, 12]).style(theme::sheet).into()
    }

    /// What cashiers may, and when who does nothing is signed out.
    fn rights<'a>(&'a self, roster: &'a Roster, scene: Scene<'a>) -> Element<'a, Message> {
        let mut buttons = Right::FOR_CASHIERS.into_iter().map(|right| {
            let has = roster.cashiers.has(right);
            let sign = if has { "✔" } else { "–" };
            let label = format!("{sign}  {}", scene.text(&format!("operator-right-{}", right.word())));
            let role = if has { Role::Chosen } else { Role::Plain };
            action(format!("cashiers-{}", right.word()), label, role, self.alive(Message::RightTurned(right)))
        });
        let mut rows = Column::new().spacing(GAP);
        while let Some(first) = buttons.next() {
            rows = rows.push(Row::new().push(first).push(buttons.next()).spacing(GAP));
        }
        let idle = match roster.idle_minutes {
            0 => scene.text("window-operators-idle-never"),
            minutes => scene.texts.with("window-operators-idle", &[("minutes", &minutes.to_string())]),
        };
        let less = (roster.idle_minutes > 0).then_some(Message::IdleLess).and_then(|message| self.alive(message));
        let more = (roster.idle_minutes < IDLE_AT_MOST).then_some(Message::IdleMore);
        let idle = row![
            text(idle).size(theme::BODY).width(Fill),
            action("idle-less", "–".to_owned(), Role::Plain, less).width(64),
            action("idle-more", "+".to_owned(), Role::Plain, more.and_then(|message| self.alive(message))).width(64),
        ];
        column![
            text(scene.text("window-operators-cashiers")).size(theme::LARGE),
            rows,
            idle.spacing(GAP).align_y(Center)
        ]
        .spacing(GAP)
        .into()
    }

    fn adding<'a>(
        &'a self,
        name: &'a str,
        chosen: Option<OperatorRole>,
        pin: &'a TwoPins,
        roster: &Roster,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let mine = roster.signed_in.as_ref().map(|operator| operator.role);
        let roles = OperatorRole::ALL.into_iter().map(|role| {
            let fits = mine.is_none_or(|mine| mine.may_manage(role))
                && (!roster.operators.is_empty() || role.has(Right::Operators, &Rights::none()));
            let style = if chosen == Some(role) { Role::Chosen } else { Role::Plain };
            let label = scene.text(&format!("operator-role-{}", role.word()));
            let message = fits.then_some(Message::RoleChosen(role));
            action(format!("role-{}", role.word()), label, style, message).height(60).into()
        });
        column![
            text_input(&scene.text("window-operators-name"), name)
                .id(NAME)
                .on_input(Message::NameTyped)
                .size(theme::BODY)
                .padding(13)
                .style(theme::field),
            Row::with_children(roles).spacing(GAP),
            pins(pin, scene),
            self.confirm(Role::Go, scene),
        ]
        .spacing(GAP)
        .into()
    }

    fn confirm<'a>(&'a self, role: Role, scene: Scene<'a>) -> Element<'a, Message> {
        let label = match role {
            Role::Stop => scene.with_key("window-operators-remove", Press::Function(4)),
            _ => scene.with_key("window-operators-save", Press::Enter),
        };
        row![
            action("manage-confirm", label, role, self.alive(Message::Confirmed)).height(64),
            action(
                "manage-keep",
                scene.with_key("window-close", Press::Escape),
                Role::Plain,
                self.alive(Message::BackPressed)
            )
            .height(64),
        ]
        .spacing(GAP)
        .into()
    }

    fn alive(&self, message: Message) -> Option<Message> {
        (!self.sent).then_some(message)
    }
}

fn pins<'a>(pin: &'a TwoPins, scene: Scene<'a>) -> Element<'a, Message> {
    let field = |id: &'static str, key: &str, value: &'a Secret, typed: fn(Secret) -> Message| {
        let typed = move |text: String| typed(Secret::new(text));
        text_input(&scene.text(key), value.reveal())
            .id(id)
            .secure(true)
            .on_input(typed)
            .on_submit(Message::Confirmed)
            .size(theme::BODY)
            .padding(13)
            .style(theme::field)
    };
    row![
        field(PIN, "window-operators-pin", &pin.first, Message::PinTyped),
        field("manage-pin-again", "window-operators-pin-again", &pin.again, Message::PinTypedAgain),
    ]
    .spacing(GAP)
    .into()
}

fn refused(error: OperatorError) -> Problem {
    Problem::from(&crate::settings::OperatorsError::Refused(error))
}
