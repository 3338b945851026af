//! Who is at the till: a tile for each operator, and the PIN of the one that is chosen. The same screen asks for the PIN of
//! somebody who may allow one action.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use iced::alignment::Horizontal;
use iced::widget::{Column, Row, column, container, row, scrollable, text};
use iced::{Center, Element, Fill, FillPortion};
use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

use crate::domain::{Operator, OperatorName, Pin, Right, Secret};
use crate::gui::keys::Press;
use crate::gui::problem::Problem;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, MONO, Role};
use crate::gui::widgets::banner::{banner, mark};
use crate::gui::widgets::fitted::fitted;
use crate::gui::widgets::focusable_button::{action, sized};
use crate::gui::widgets::number_pad::{PadKey, pin_pad};
use crate::terminal::Tried;

/// The least height of a tile.
const TILE: f32 = 72.0;
const TILES_IN_A_ROW: usize = 2;

/// Digits on their way to the check. Cannot be printed; its memory is wiped.
#[derive(Clone, Default)]
struct Typed(Zeroizing<String>);

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Typed {
    fn push(&mut self, digit: u8) {
        // Room for all of them at once: what grows leaves copies behind.
        if self.0.capacity() < Pin::LONGEST {
            self.0 = Zeroizing::new(String::with_capacity(Pin::LONGEST));
        }
        if self.0.len() < Pin::LONGEST && digit < 10 {
            self.0.push(char::from(b'0' + digit));
        }
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn take(&mut self) -> Secret {
        Secret::new(std::mem::take(&mut *self.0))
    }
}

/// What was said of the last PIN.
#[derive(Debug, Clone, PartialEq)]
enum Said {
    Nothing,
    /// So many tries are left.
    Wrong(u32),
    NoRight,
    Unable(Problem),
}

#[derive(Debug, Clone)]
pub struct SignIn {
    /// What is to be allowed; `None` where somebody signs in.
    allows: Option<Right>,
    chosen: Option<OperatorName>,
    typed: Typed,
    /// A PIN is being checked.
    checking: bool,
    said: Said,
    /// By operator: when they may be tried again.
    waits: BTreeMap<OperatorName, Timestamp>,
}

#[derive(Clone)]
pub enum Message {
    TileChosen(OperatorName),
    DigitTyped(u8),
    PadPressed(PadKey),
    BackspacePressed,
    EnterPressed,
    BackPressed,
    /// It is not to be allowed.
    LeavePressed,
    /// The name of an operator begins with it.
    LetterTyped(char),
}

/// Says what was done and never which digit.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Message::TileChosen(_) => "TileChosen",
            Message::DigitTyped(_) => "DigitTyped",
            Message::PadPressed(_) => "PadPressed",
            Message::BackspacePressed => "BackspacePressed",
            Message::EnterPressed => "EnterPressed",
            Message::BackPressed => "BackPressed",
            Message::LeavePressed => "LeavePressed",
            Message::LetterTyped(_) => "LetterTyped",
        })
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    Try {
        name: OperatorName,
        digits: Secret,
    },
    /// Nobody allows it.
    Leave,
}

impl SignIn {
    /// Where there is one to choose, they are chosen.
    pub fn new(allows: Option<Right>, offered: &[&Operator]) -> SignIn {
        let chosen = match offered {
            [only] => Some(only.name.clone()),
            _ => None,
        };
        let (typed, said) = (Typed::default(), Said::Nothing);
        SignIn { allows, chosen, typed, checking: false, said, waits: BTreeMap::new() }
    }

    /// What is to be allowed.
    pub fn allows(&self) -> Option<Right> {
        self.allows
    }

    /// What a key means here.
    pub fn key(press: Press) -> Option<Message> {
        match press {
            Press::Digit(digit) => Some(Message::DigitTyped(digit)),
            Press::Backspace | Press::Delete => Some(Message::BackspacePressed),
            Press::Enter => Some(Message::EnterPressed),
            Press::Escape => Some(Message::BackPressed),
            Press::Letter(letter) => Some(Message::LetterTyped(letter)),
            _ => None,
        }
    }

    pub fn has_typed(&self) -> bool {
        self.typed.len() > 0
    }

    /// Whether somebody has to wait: the seconds are counted on the screen.
    pub fn is_waiting(&self, now: Timestamp) -> bool {
        self.chosen.as_ref().is_some_and(|name| self.wait_of(name, now) > 0)
    }

    pub fn update(&mut self, message: Message, offered: &[&Operator], now: Timestamp) -> Action {
        match message {
            // What is checked is answered first.
            _ if self.checking => {}
            Message::TileChosen(name) => self.choose(name),
            Message::LetterTyped(letter) => {
                let begins = |operator: &&&Operator| {
                    operator
                        .name
                        .as_str()
                        .chars()
                        .next()
                        .is_some_and(|first| first.to_lowercase().eq(letter.to_lowercase()))
                };
                if let Some(operator) = offered.iter().find(begins) {
                    self.choose(operator.name.clone());
                }
            }
            Message::DigitTyped(digit) | Message::PadPressed(PadKey::Digit(digit)) => self.type_digits(&[digit], now),
            Message::PadPressed(PadKey::DoubleZero) => self.type_digits(&[0, 0], now),
            Message::BackspacePressed | Message::PadPressed(PadKey::Backspace) => drop(self.typed.0.pop()),
            Message::PadPressed(PadKey::Times | PadKey::Add) => {}
            Message::EnterPressed => return self.try_it(now),
            Message::LeavePressed if self.allows.is_some() => return Action::Leave,
            Message::LeavePressed => {}
            Message::BackPressed if self.typed.len() > 0 => self.typed = Typed::default(),
            Message::BackPressed if self.chosen.is_some() && offered.len() > 1 => self.chosen = None,
            Message::BackPressed if self.allows.is_some() => return Action::Leave,
            Message::BackPressed => {}
        }
        Action::None
    }

    /// What came of the PIN that was tried.
    pub fn hear(&mut self, name: &OperatorName, tried: &Tried, now: Timestamp) {
        self.checking = false;
        let wait = match tried {
            Tried::Wrong { left, wait } => {
                self.said = Said::Wrong(*left);
                *wait
            }
            Tried::Wait(wait) => *wait,
            Tried::NoRight => {
                self.said = Said::NoRight;
                Duration::ZERO
            }
            Tried::Unable(error) => {
                self.said = Said::Unable(Problem::from(error));
                Duration::ZERO
            }
        };
        if !wait.is_zero() {
            let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
            self.waits.insert(name.clone(), now.checked_add(wait).unwrap_or(Timestamp::MAX));
        }
    }

    /// Those who are no operators any more are not asked for their PIN.
    pub fn look_at(&mut self, offered: &[&Operator]) {
        let there = |name: &OperatorName| offered.iter().any(|operator| operator.name == *name);
        if self.chosen.as_ref().is_some_and(|name| !there(name)) {
            self.chosen = None;
            self.typed = Typed::default();
        }
    }

    fn choose(&mut self, name: OperatorName) {
        self.chosen = Some(name);
        self.typed = Typed::default();
        self.said = Said::Nothing;
    }

    fn type_digits(&mut self, digits: &[u8], now: Timestamp) {
        if self.chosen.is_some() && !self.is_waiting(now) {
            self.said = Said::Nothing;
            digits.iter().for_each(|digit| self.typed.push(*digit));
        }
    }

    fn try_it(&mut self, now: Timestamp) -> Action {
        if !self.is_complete(now) {
            return Action::None;
        }
        let Some(name) = self.chosen.clone() else { return Action::None };
        self.checking = true;
        self.said = Said::Nothing;
        Action::Try { name, digits: self.typed.take() }
    }

    fn is_complete(&self, now: Timestamp) -> bool {
        !self.checking && self.typed.len() >= Pin::SHORTEST && !self.is_waiting(now)
    }

    /// In whole seconds, the one that has begun counted.
    fn wait_of(&self, name: &OperatorName, now: Timestamp) -> i64 {
        let until = self.waits.get(name).copied().unwrap_or(now);
        (until.duration_since(now).as_millis() + 999).div_euclid(1000).max(0).try_into().unwrap_or(i64::MAX)
    }

    pub fn view<'a>(
        &'a self,
        offered: Vec<&'a Operator>,
        problem: Option<Problem>,
        beside: Option<Element<'a, Message>>,
        wish: Option<String>,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let title = match self.allows {
            Some(right) => {
                let right = scene.text(&format!("operator-right-{}", right.word()));
                scene.texts.with("window-sign-in-allow", &[("right", &right)])
            }
            None => scene.text("window-sign-in-title"),
        };
        let problem = problem.map(|problem| {
            container(text(problem.text(scene.texts)).size(theme::BODY))
                .padding(12)
                .style(theme::band(|colours| colours.declined))
        });
        let leave = self.allows.is_some().then(|| {
            action("sign-in-leave", scene.text("window-sign-in-leave"), Role::Plain, Some(Message::LeavePressed))
                .width(240)
        });
        let words = match wish.as_ref().filter(|_| scene.is_low()) {
            Some(wish) => {
                let wish = fitted(wish.clone(), theme::BODY).across(Horizontal::Left).on_one_line();
                column![text(title).size(theme::SMALL), wish]
            }
            None => column![text(title).size(theme::LARGE)],
        };
        let head = Row::new().push(words.width(Fill)).push(leave).spacing(GAP).align_y(Center);
        // What is to be allowed, before anybody types a PIN for it. A low window has no room for a line of its own.
        let wish_line = wish.clone().filter(|_| !scene.is_low());
        let wish_line = wish_line.map(|wish| mark(|colours| colours.notice, "⚠", wish, theme::LARGE));
        let body: Element<'a, Message> = match &self.chosen {
            // The tiles stay where they are: a second touch of one hits it.
            chosen if scene.is_wide() => {
                let hint = || text(scene.text("window-sign-in-choose")).size(theme::BODY).into();
                let pin: Element<'a, Message> = chosen.as_ref().map_or_else(hint, |name| self.pin(name, scene));
                let names = Column::new().push(beside).push(self.tiles(offered, scene)).spacing(GAP);
                row![names.width(FillPortion(1)), container(pin).width(FillPortion(1))].spacing(GAP * 2.0).into()
            }
            Some(name) => Column::new().push(beside).push(self.pin(name, scene)).spacing(GAP).into(),
            None => Column::new().push(beside).push(self.tiles(offered, scene)).spacing(GAP).into(),
        };
        Column::new()
            .push(head)
            .push(wish_line)
            .push(problem)
            .push(body)
            .spacing(GAP * 1.5)
            .padding(16)
            .height(Fill)
            .into()
    }

    fn tiles<'a>(&'a self, offered: Vec<&'a Operator>, scene: Scene<'a>) -> Element<'a, Message> {
        let tile = |operator: &&'a Operator| {
            let role = if self.chosen.as_ref() == Some(&operator.name) { Role::Chosen } else { Role::Plain };
            let message = (!self.checking).then(|| Message::TileChosen(operator.name.clone()));
            let id = format!("tile-{}", operator.name);
            Element::from(sized(id, operator.name.to_string(), theme::LARGE, role, message).height(TILE))
        };
        let rows = offered.chunks(TILES_IN_A_ROW).map(|few| {
            let empty = (few.len()..TILES_IN_A_ROW).map(|_| Element::from(iced::widget::space().width(Fill)));
            Row::with_children(few.iter().map(tile).chain(empty)).spacing(GAP).into()
        });
        let rows =
            Column::with_children(rows).spacing(GAP).padding(iced::Padding { right: 16.0, ..iced::Padding::ZERO });
        let hint = (!scene.is_wide()).then(|| text(scene.text("window-sign-in-choose")).size(theme::BODY));
        Column::new()
            .push(hint)
            .push(scrollable(rows).style(theme::scroll).height(Fill))
            .spacing(GAP)
            .height(Fill)
            .into()
    }

    fn pin<'a>(&'a self, name: &OperatorName, scene: Scene<'a>) -> Element<'a, Message> {
        let dots = "●".repeat(self.typed.len());
        let dots = if dots.is_empty() { "–".to_owned() } else { dots };
        let dots =
            container(text(dots).font(MONO).size(40)).padding([6, 16]).width(Fill).center_x(Fill).style(theme::amount);
        let now = scene.clock.now;
        let enter = self.is_complete(now).then_some(Message::EnterPressed);
        let label = if self.allows.is_some() { "window-sign-in-allow-enter" } else { "window-sign-in-enter" };
        let enter = action("sign-in-enter", scene.text(label), Role::Go, enter).height(64);
        let back = action("sign-in-back", scene.text("window-sign-in-other"), Role::Plain, Some(Message::BackPressed));
        let words = self.words(name, scene);
        let is_bad = !self.checking && (self.said != Said::Nothing || self.is_waiting(now));
        let said: Element<'a, Message> = if is_bad {
            banner(|colours| colours.declined, "⚠", words, None)
        } else {
            text(words).size(theme::BODY).into()
        };
        column![
            text(scene.texts.with("window-sign-in-pin", &[("name", name.as_str())])).size(theme::LARGE),
            dots,
            said,
            row![back.height(64), enter].spacing(GAP),
            pin_pad(Message::PadPressed),
        ]
        .spacing(GAP)
        .height(Fill)
        .into()
    }

    fn words(&self, name: &OperatorName, scene: Scene<'_>) -> String {
        let wait = self.wait_of(name, scene.clock.now);
        match &self.said {
            _ if self.checking => scene.text("window-sign-in-checking"),
            _ if wait > 0 => {
                let left = format!("{}:{:02}", wait / 60, wait % 60);
                scene.texts.with("window-sign-in-wait", &[("left", &left)])
            }
            Said::Nothing => scene.text("window-sign-in-type"),
            Said::Wrong(0) => scene.text("window-sign-in-wrong-again"),
            Said::Wrong(left) => scene.texts.with("window-sign-in-wrong", &[("left", &left.to_string())]),
            Said::NoRight => scene.texts.with("window-sign-in-no-right", &[("name", name.as_str())]),
            Said::Unable(problem) => problem.text(scene.texts),
        }
    }
}
