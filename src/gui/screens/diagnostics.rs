//! What support asks for: program, till, journal, and every terminal as it stands. Nothing here is secret, and nothing
//! is changed here but how much is logged.

use std::sync::Arc;

use iced::widget::{Column, column, container, row, scrollable, text};
use iced::{Center, Element, Fill};

use crate::gui::keys::Press;
use crate::gui::problem::Problem;
use crate::gui::scene::Scene;
use crate::gui::screens::support_tools;
use crate::gui::terminal_state::{explained, link_key, why_not_there};
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::focusable_button::action;
use crate::gui::widgets::payment_facts::{Fact, table};
use crate::logs::Part;
use crate::terminal::{Session, TerminalView};

/// What was read for support, when it was last read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub version: &'static str,
    pub system: &'static str,
    /// Under which the till's payments are numbered.
    pub till: String,
    pub folder: String,
    /// In bytes, with what is not in its main file yet; `None` where nobody can tell.
    pub journal_bytes: Option<u64>,
    pub payments: u64,
    /// Parts that write more to the log files than usual.
    pub detailed: Vec<Part>,
}

/// What came of the last bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Bundle {
    #[default]
    None,
    Making,
    /// The file.
    Made(String),
    Failed(Problem),
}

#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    facts: Option<Facts>,
    /// The Fluent id of why they could not be read.
    problem: Option<String>,
    bundle: Bundle,
    /// Why a choice about the logs was not kept.
    not_kept: Option<Problem>,
}

#[derive(Debug, Clone)]
pub enum Message {
    Read(Result<Facts, String>),
    BundlePressed,
    BundleMade(Result<String, Problem>),
    /// More than the usual, or the usual again.
    DetailPicked(Part, bool),
    /// The parts that write more now.
    DetailKept(Result<Vec<Part>, Problem>),
    BackPressed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    None,
    Leave,
    Make,
    Choose(Part, bool),
}

impl Diagnostics {
    /// What a key means here.
    pub fn key(press: Press) -> Option<Message> {
        (press == Press::Escape).then_some(Message::BackPressed)
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Read(Ok(facts)) => (self.facts, self.problem) = (Some(facts), None),
            Message::Read(Err(key)) => self.problem = Some(key),
            Message::BundlePressed if self.bundle == Bundle::Making => {}
            Message::BundlePressed => {
                self.bundle = Bundle::Making;
                return Action::Make;
            }
            Message::BundleMade(made) => self.bundle = made.map_or_else(Bundle::Failed, Bundle::Made),
            Message::DetailPicked(part, more) => return Action::Choose(part, more),
            Message::DetailKept(Ok(parts)) => {
                self.not_kept = None;
                self.facts.iter_mut().for_each(|facts| facts.detailed.clone_from(&parts));
            }
            Message::DetailKept(Err(problem)) => self.not_kept = Some(problem),
            Message::BackPressed => return Action::Leave,
        }
        Action::None
    }

    pub fn view<'a>(
        &'a self,
        terminals: &'a [Arc<TerminalView>],
        broken: &'a [Problem],
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(170);
        let title = text(scene.text("window-place-diagnostics")).size(theme::LARGE).width(Fill);
        let cards = terminals.iter().map(|terminal| card(terminal, scene));
        let broken = broken.iter().map(|problem| {
            let words = text(problem.text(scene.texts)).size(theme::BODY);
            container(words).padding(14).width(Fill).style(theme::band(|colours| colours.declined)).into()
        });
        let body = Column::new()
            .push(self.facts.as_ref().map(|facts| sheet(table(facts.lines(scene)))))
            .push(support_tools::bundle(&self.bundle, scene))
            .extend(broken)
            .extend(cards)
            .push(self.facts.as_ref().map(|facts| support_tools::levels(&facts.detailed, scene)))
            .push(self.not_kept.as_ref().map(|problem| text(problem.text(scene.texts)).size(theme::BODY)))
            .spacing(GAP)
            .padding(iced::Padding { right: 16.0, ..iced::Padding::ZERO });
        column![row![title, back].spacing(GAP).align_y(Center)]
            .push(self.problem.as_ref().map(|key| text(scene.text(key)).size(theme::LARGE)))
            .push(scrollable(body).style(theme::scroll).height(Fill))
            .spacing(GAP)
            .padding(scene.edge())
            .height(Fill)
            .into()
    }
}

impl Facts {
    fn lines(&self, scene: Scene<'_>) -> Vec<Fact> {
        let size = self.journal_bytes.map(|bytes| {
            let number = scene.texts.count(i64::try_from(bytes.div_ceil(1024)).unwrap_or(i64::MAX));
            scene.texts.with("window-diagnostics-kilobytes", &[("number", &number)])
        });
        let mut lines = vec![
            (scene.text("window-diagnostics-version"), format!("{} ({})", self.version, self.system)),
            (scene.text("window-diagnostics-till"), self.till.clone()),
            (scene.text("window-diagnostics-folder"), self.folder.clone()),
            (
                scene.text("window-diagnostics-payments"),
                scene.texts.count(i64::try_from(self.payments).unwrap_or(i64::MAX)),
            ),
        ];
        lines.extend(size.map(|size| (scene.text("window-diagnostics-journal"), size)));
        lines
    }
}

fn sheet<'a>(content: Element<'a, Message>) -> Element<'a, Message> {
    container(content).padding(14).width(Fill).style(theme::sheet).into()
}

fn card<'a>(terminal: &'a TerminalView, scene: Scene<'a>) -> Element<'a, Message> {
    let mut facts: Vec<Fact> = vec![
        (scene.text("window-diagnostics-protocol"), terminal.protocol.to_owned()),
        (scene.text("window-diagnostics-link"), scene.text(link_key(terminal))),
    ];
    let mut fact = |key: &str, value: Option<String>| facts.extend(value.map(|value| (scene.text(key), value)));
    // Support wants the network's words too.
    let why = why_not_there(terminal).map(|why| scene.texts.explain(why));
    let why = why.or_else(|| explained(terminal, scene));
    fact("window-diagnostics-why", why);
    if let Some(Session::Ready(told)) = &terminal.session {
        fact("window-diagnostics-device", (!told.is_empty()).then(|| told.join(", ")));
    }
    fact("window-diagnostics-listener", terminal.no_listener.clone());
    fact("window-place-unresolved", terminal.unresolved.first().map(|doubt| doubt.id.to_string()));
    fact("window-diagnostics-notice", terminal.notices.last().map(|notice| scene.texts.explain(notice)));
    let name = text(scene.terminal(&terminal.name, terminal.training)).size(theme::LARGE);
    sheet(column![name, table(facts)].spacing(GAP).into())
}
