//! Who is signed in, as the window knows it: what is shown until somebody is, when somebody has done nothing for too long,
//! and what waits for somebody who may allow it. What holds is decided beyond it, in `terminal::Operators`.

use iced::Element;
use jiff::Timestamp;

use super::app;
use super::effect::Effect;
use super::keys::Press;
use super::permission;
use super::problem::Problem;
use super::scene::Scene;
use super::screens::operators::{self, ManageOperators};
use super::screens::sign_in::{self, SignIn};
use super::wish;
use crate::domain::operator::{Presence, SignedOut};
use crate::domain::{Operator, OperatorName, Right};
use crate::terminal::{Roster, Tried};

#[derive(Debug)]
pub struct SigningIn {
    roster: Roster,
    presence: Option<Presence>,
    screen: SignIn,
    /// What waits for somebody who may allow it.
    held: Option<Effect>,
    /// The screen on which operators are managed.
    pub(super) managing: ManageOperators,
    now: Timestamp,
}

#[derive(Debug, Clone)]
pub enum Message {
    /// The operators as they are.
    Read(Roster),
    /// What came of a PIN.
    Tried(OperatorName, Result<Roster, Tried>),
    /// Whoever is signed in may not have this done.
    NotAllowed {
        right: Right,
        effect: Box<Effect>,
    },
    /// What came of a change of the operators.
    Changed(Result<Roster, Problem>),
    Screen(sign_in::Message),
    Manage(operators::Message),
    SignOutPressed,
}

/// What becomes of a message.
#[derive(Debug, Default)]
pub struct Outcome {
    pub effects: Vec<Effect>,
    /// What the window hears of what is not done.
    pub refused: Option<Box<app::Message>>,
    /// Somebody else is at the till, or nobody.
    pub changed: bool,
    pub problem: Option<Problem>,
    /// Back to where the screen that manages operators was opened.
    pub leave: bool,
}

impl Outcome {
    fn effect(effect: Effect) -> Outcome {
        Outcome { effects: vec![effect], ..Outcome::default() }
    }
}

impl Default for SigningIn {
    fn default() -> SigningIn {
        SigningIn::new(Roster::nobody())
    }
}

impl SigningIn {
    pub fn new(roster: Roster) -> SigningIn {
        let screen = SignIn::new(None, &roster.operators.iter().collect::<Vec<_>>());
        let (presence, held, managing) = (None, None, ManageOperators::default());
        let mut signing = SigningIn { roster, presence, screen, held, managing, now: Timestamp::UNIX_EPOCH };
        signing.meet();
        signing
    }

    /// The operators as they were last heard of.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// The name of whoever is signed in.
    pub fn operator(&self) -> Option<&str> {
        self.roster.signed_in.as_ref().map(|operator| operator.name.as_str())
    }

    /// Whether whoever is at the till may do it.
    pub fn may(&self, right: Right) -> bool {
        self.roster.may(right)
    }

    /// Whether a PIN is asked for before anything else is done.
    pub fn is_wanted(&self) -> bool {
        self.held.is_some() || self.roster.is_wanted()
    }

    /// Whether something waits for somebody who may allow it.
    pub fn holds(&self) -> bool {
        self.held.is_some()
    }

    /// Whether digits of a PIN have been typed.
    pub fn has_typed(&self) -> bool {
        self.screen.has_typed()
    }

    /// Whether somebody may be signed out by the time that passes.
    pub fn counts_minutes(&self) -> bool {
        self.presence.is_some() && self.roster.idle_minutes > 0
    }

    /// Whether a wait is counted on the screen.
    pub fn counts_seconds(&self) -> bool {
        self.is_wanted() && self.screen.is_waiting(self.now)
    }

    /// What a key means while a PIN is asked for.
    pub fn key(press: Press) -> Option<Message> {
        SignIn::key(press).map(Message::Screen)
    }

    /// The time it is now.
    pub fn set_time(&mut self, now: Timestamp) {
        self.now = now;
    }

    /// Time has passed, and perhaps somebody did something. `is_busy` is whether a payment runs or a question is open.
    pub fn passed(&mut self, is_deed: bool, is_busy: bool) -> Outcome {
        let (now, idle_minutes) = (self.now, self.roster.idle_minutes);
        let Some(presence) = &mut self.presence else { return Outcome::default() };
        if presence.is_idle(now, is_busy, idle_minutes) {
            return self.sign_out(SignedOut::Idle);
        }
        if is_deed {
            presence.touch(now);
        }
        Outcome::default()
    }

    pub fn update(&mut self, message: Message, is_busy: bool) -> Outcome {
        match message {
            Message::Read(roster) => self.take(roster),
            Message::Tried(name, Err(tried)) => {
                self.screen.hear(&name, &tried, self.now);
                Outcome::default()
            }
            // What was held is on its way.
            Message::Tried(_, Ok(roster)) => {
                self.held = None;
                let outcome = self.take(roster);
                self.ask(None);
                outcome
            }
            Message::NotAllowed { right, effect } => self.not_allowed(right, *effect),
            Message::Changed(changed) => {
                self.managing.hear(changed.as_ref().err().cloned());
                changed.map(|roster| self.take(roster)).unwrap_or_default()
            }
            Message::Screen(message) => self.screen_said(message),
            Message::Manage(message) => self.manage(message),
            Message::SignOutPressed if self.roster.signed_in.is_none() => Outcome::default(),
            Message::SignOutPressed if is_busy => {
                Outcome { problem: Some(Problem::new("window-sign-out-running")), ..Outcome::default() }
            }
            Message::SignOutPressed => self.sign_out(SignedOut::Key),
        }
    }

    fn take(&mut self, roster: Roster) -> Outcome {
        if roster.version < self.roster.version {
            return Outcome::default();
        }
        let changed = self.roster.signed_in != roster.signed_in;
        let wanted = self.roster.is_wanted();
        self.roster = roster;
        if changed {
            self.meet();
        }
        if self.roster.is_wanted() && (changed || !wanted) {
            self.ask(None);
        }
        let offered: Vec<Operator> = self.offered().into_iter().cloned().collect();
        self.screen.look_at(&offered.iter().collect::<Vec<_>>());
        Outcome { changed, refused: changed.then(|| self.let_go()).flatten(), ..Outcome::default() }
    }

    /// Somebody else's wish is not done for whoever comes next.
    fn let_go(&mut self) -> Option<Box<app::Message>> {
        let held = self.held.take()?;
        permission::refusal(&held).map(Box::new)
    }

    fn meet(&mut self) {
        let now = self.now;
        // What somebody else had begun there is not for whoever comes next.
        self.managing = ManageOperators::default();
        self.presence = self.roster.signed_in.clone().map(|operator| Presence::begins(operator, now));
    }

    /// At once, before the journal has it: nobody does anything in their name meanwhile.
    fn sign_out(&mut self, why: SignedOut) -> Outcome {
        self.roster.signed_in = None;
        self.meet();
        let refused = self.let_go();
        self.ask(None);
        Outcome { refused, changed: true, ..Outcome::effect(Effect::SignOut(why)) }
    }

    fn not_allowed(&mut self, right: Right, effect: Effect) -> Outcome {
        if self.held.is_some() || self.roster.who_may(right).next().is_none() {
            return Outcome { refused: permission::refusal(&effect).map(Box::new), ..Outcome::default() };
        }
        self.held = Some(effect);
        self.ask(Some(right));
        Outcome::default()
    }

    fn ask(&mut self, allows: Option<Right>) {
        self.screen = SignIn::new(allows, &offered(&self.roster, allows));
    }

    fn offered(&self) -> Vec<&Operator> {
        offered(&self.roster, self.screen.allows())
    }

    fn screen_said(&mut self, message: sign_in::Message) -> Outcome {
        let offered = offered(&self.roster, self.screen.allows());
        match self.screen.update(message, &offered, self.now) {
            sign_in::Action::None => Outcome::default(),
            sign_in::Action::Leave => {
                let refused = self.let_go();
                self.ask(None);
                Outcome { refused, ..Outcome::default() }
            }
            sign_in::Action::Try { name, digits } => match (&self.held, self.screen.allows()) {
                (Some(held), Some(right)) => {
                    Outcome::effect(Effect::Allow { right, name, digits, effect: Box::new(held.clone()) })
                }
                _ => Outcome::effect(Effect::SignIn { name, digits }),
            },
        }
    }

    fn manage(&mut self, message: operators::Message) -> Outcome {
        match self.managing.update(message, &self.roster) {
            operators::Action::None => Outcome::default(),
            operators::Action::Leave => Outcome { leave: true, ..Outcome::default() },
            operators::Action::Focus(field) => Outcome::effect(Effect::Focus(field)),
            operators::Action::Change(order) => Outcome::effect(Effect::ChangeOperators(order)),
        }
    }

    /// In the place of the desk, while nothing runs on it; or with what runs `beside` the names.
    pub fn view<'a>(&'a self, beside: Option<Element<'a, sign_in::Message>>, scene: Scene<'a>) -> Element<'a, Message> {
        let problem = self.roster.problem.as_ref().map(Problem::from);
        let operator = self.operator().unwrap_or_default();
        let wish = self.held.as_ref().and_then(|held| wish::sentence(held, operator, scene));
        self.screen.view(self.offered(), problem, beside, wish, scene).map(Message::Screen)
    }
}

impl SigningIn {
    /// The screen on which operators are managed.
    pub fn view_operators<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        self.managing.view(&self.roster, scene).map(Message::Manage)
    }
}

/// Everybody, or those who may allow it.
fn offered(roster: &Roster, allows: Option<Right>) -> Vec<&Operator> {
    match allows {
        Some(right) => roster.who_may(right).collect(),
        None => roster.operators.iter().collect(),
    }
}
