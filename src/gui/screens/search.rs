//! Looking for terminals in the till's own networks: what will be asked, and nothing is before somebody presses the button; then
//! whoever answers, as it comes.

use iced::widget::{Column, column, container, progress_bar, row, scrollable, text};
use iced::{Center, Element, Fill};

use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, MONO, Role};
use crate::gui::widgets::focusable_button::{FocusableButton, action};
use crate::protocols::protocol::FieldValues;
use crate::search::{Hit, Progress, Stretch};

/// What a search would be about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    pub stretches: Vec<Stretch>,
    /// The message ids of the families that are looked for.
    pub families: Vec<&'static str>,
    pub ports: Vec<u16>,
}

/// Somebody who answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub hit: Hit,
    /// The terminal that is set up as this one.
    pub known_as: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq)]
enum Stage {
    #[default]
    Planning,
    /// The computer does not tell its networks: its own words.
    NoPlan(String),
    Ready(Plan),
    Running {
        plan: Plan,
        done: usize,
        of: usize,
    },
    Ended {
        plan: Plan,
        whole: bool,
    },
}

#[derive(Debug, Clone, Default)]
pub struct Search {
    stage: Stage,
    answers: Vec<Answer>,
}

#[derive(Debug, Clone)]
pub enum Message {
    Planned(Result<Plan, String>),
    StartPressed,
    StopPressed,
    Heard(Progress, Option<String>),
    Ended {
        whole: bool,
    },
    /// The answer of this number is to be set up.
    AnswerPicked(usize),
    BackPressed,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    Start,
    Stop,
    /// A new terminal is to be set up with these settings.
    SetUp {
        protocol: &'static str,
        fields: FieldValues,
    },
    Leave,
}

impl Search {
    /// What a key means here.
    pub fn key(press: Press) -> Option<Message> {
        (press == Press::Escape).then_some(Message::BackPressed)
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            // A search that runs is not forgotten over a look at another place.
            Message::Planned(_) if self.is_running() => {}
            Message::Planned(Ok(plan)) => self.stage = Stage::Ready(plan),
            Message::Planned(Err(problem)) => self.stage = Stage::NoPlan(problem),
            Message::StartPressed => return self.start(),
            Message::StopPressed => {
                self.end(false);
                return Action::Stop;
            }
            Message::Heard(progress, known_as) => self.hear(progress, known_as),
            Message::Ended { whole } => self.end(whole),
            Message::AnswerPicked(number) => return self.set_up(number),
            Message::BackPressed => {
                let running = self.is_running();
                self.end(false);
                return if running { Action::Stop } else { Action::Leave };
            }
        }
        Action::None
    }

    pub fn is_running(&self) -> bool {
        matches!(self.stage, Stage::Running { .. })
    }

    fn plan(&self) -> Option<&Plan> {
        match &self.stage {
            Stage::Planning | Stage::NoPlan(_) => None,
            Stage::Ready(plan) | Stage::Running { plan, .. } | Stage::Ended { plan, .. } => Some(plan),
        }
    }

    fn start(&mut self) -> Action {
        let Some(plan) = self.plan().filter(|plan| !plan.stretches.is_empty() && !self.is_running()).cloned() else {
            return Action::None;
        };
        self.answers.clear();
        self.stage = Stage::Running { plan, done: 0, of: 0 };
        Action::Start
    }

    /// What comes after the end was on its way when the search was stopped.
    fn hear(&mut self, progress: Progress, known_as: Option<String>) {
        let Stage::Running { done, of, .. } = &mut self.stage else { return };
        match progress {
            Progress::Asked { done: now, of: all } => (*done, *of) = (now, all),
            Progress::Found(hit) => self.answers.push(Answer { hit, known_as }),
        }
    }

    fn end(&mut self, whole: bool) {
        if let Stage::Running { plan, .. } = &self.stage {
            self.stage = Stage::Ended { plan: plan.clone(), whole };
        }
    }

    fn set_up(&self, number: usize) -> Action {
        match self.answers.get(number) {
            Some(Answer { hit, known_as: None }) => {
                Action::SetUp { protocol: hit.protocol, fields: hit.fields.clone() }
            }
            _ => Action::None,
        }
    }

    pub fn view<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(170);
        let title = text(scene.text("window-search-title")).size(theme::LARGE).width(Fill);
        let answers = self.answers.iter().enumerate().map(|(number, answer)| line(number, answer, scene));
        let body = Column::new()
            .push(self.about(scene))
            .push(self.state(scene))
            .extend(answers)
            .spacing(GAP)
            .padding(iced::Padding { right: 16.0, ..iced::Padding::ZERO });
        column![row![title, self.button(scene), back].spacing(GAP).align_y(Center)]
            .push(scrollable(body).style(theme::scroll).height(Fill))
            .spacing(GAP)
            .padding(scene.edge())
            .height(Fill)
            .into()
    }

    fn button<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        if self.is_running() {
            return action("search-stop", scene.text("window-search-stop"), Role::Plain, Some(Message::StopPressed))
                .width(200)
                .into();
        }
        let can = self.plan().is_some_and(|plan| !plan.stretches.is_empty());
        let message = can.then_some(Message::StartPressed);
        action("search-start", scene.text("window-search-start"), Role::Go, message).width(200).into()
    }

    /// What is asked, and of whom.
    fn about<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let words = |words: String| text(words).size(theme::BODY);
        let quiet = |key: &str| text(scene.text(key)).size(theme::BODY).style(theme::quiet);
        let mut lines = Column::new().spacing(4);
        match (&self.stage, self.plan()) {
            (Stage::NoPlan(problem), _) => {
                lines = lines.push(words(scene.texts.with("window-search-no-plan", &[("problem", problem)])));
            }
            (_, Some(plan)) if plan.stretches.is_empty() => {
                lines = lines.push(words(scene.text("window-search-no-network")));
            }
            (_, Some(plan)) => {
                let networks: Vec<_> = plan.stretches.iter().map(|stretch| stretch.network.to_string()).collect();
                let families: Vec<_> = plan.families.iter().map(|key| scene.text(key)).collect();
                let ports: Vec<_> = plan.ports.iter().map(u16::to_string).collect();
                let networks = [("networks", networks.join(", "))];
                let families = [("families", families.join(", ")), ("ports", ports.join(", "))];
                let networks = networks.each_ref().map(|(name, text)| (*name, text.as_str()));
                let families = families.each_ref().map(|(name, text)| (*name, text.as_str()));
                lines = lines.push(words(scene.texts.with("window-search-networks", &networks)));
                lines = lines.push(words(scene.texts.with("window-search-families", &families)));
                if plan.stretches.iter().any(|stretch| stretch.narrowed) {
                    lines = lines.push(quiet("window-search-narrowed"));
                }
                lines = lines.push(quiet("window-search-quiet-hour"));
            }
            _ => {}
        }
        container(lines).padding(14).width(Fill).style(theme::sheet).into()
    }

    fn state<'a>(&self, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        let said = |key: &str| Some(text(scene.text(key)).size(theme::BODY).into());
        match &self.stage {
            Stage::Running { done, of, .. } => {
                let share = *done as f32 / (*of).max(1) as f32;
                Some(progress_bar(0.0..=1.0, share).style(theme::progress).into())
            }
            Stage::Ended { whole: false, .. } => said("window-search-unfinished"),
            Stage::Ended { whole: true, .. } if self.answers.is_empty() => said("window-search-nobody"),
            Stage::Ended { .. } => said("window-search-ended"),
            _ => None,
        }
    }
}

/// One that is set up already cannot be pressed.
fn line<'a>(number: usize, answer: &Answer, scene: Scene<'a>) -> Element<'a, Message> {
    let hit = &answer.hit;
    let small = |words: String| text(words).size(theme::SMALL);
    let who = match (&answer.known_as, hit.certain) {
        (Some(name), _) => scene.texts.with("window-search-known", &[("terminal", name)]),
        (None, true) => scene.text("window-search-new"),
        (None, false) => scene.text("window-search-perhaps"),
    };
    let identity = (!hit.identity.is_empty()).then(|| small(hit.identity.to_string()));
    let address = text(format!("{}:{}", hit.address, hit.port)).font(MONO).size(theme::BODY);
    let words = row![
        address.width(250),
        column![text(scene.text(hit.name_key)).size(theme::BODY)].push(identity).push(small(who)).width(Fill)
    ]
    .spacing(GAP)
    .align_y(Center);
    let message = answer.known_as.is_none().then_some(Message::AnswerPicked(number));
    let id = format!("answer-{}-{}", hit.address, hit.port);
    FocusableButton::new(id, container(words).center_y(Fill), Role::Plain, message).height(88).into()
}
