//! The window's routes to and from the guided set-up: it leads to other places, and they lead back.

use std::collections::BTreeSet;

use super::app::App;
use super::desk::{Desk, Place};
use super::effect::Effect;
use super::problem::Problem;
use super::screens::guide::{self, Action, Guide, Kept, Step};
use super::screens::ring_up::RingUp;
use super::trial::{Trial, WayBack, amount_to_try};
use crate::domain::{Operation, PaymentId, PaymentRequest};
use crate::settings::WindowChange;
use crate::terminal::TerminalView;

/// Where it can be found again.
const LEFT: &str = "window-guide-left";
/// What is to be done there yet.
const OWED: &str = "window-guide-left-owing";

impl App {
    pub(super) fn guide_said(&mut self, message: guide::Message) -> Vec<Effect> {
        let Some(desk) = self.desk_mut() else { return Vec::new() };
        let Some(guide) = desk.guide.as_mut() else { return Vec::new() };
        let is_leaving = matches!(message, guide::Message::LeavePressed);
        let before = guide.step();
        let action = guide.update(message, &desk.trial);
        let reached = Some(guide.step()).filter(|step| *step != before);
        let mut effects = self.guide_wants(action.clone());
        effects.extend(reached.and_then(entering));
        if is_leaving && action != Action::Leave {
            effects.extend(self.guide_wants(Action::Leave));
        }
        effects
    }

    fn guide_wants(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::None => Vec::new(),
            Action::Language(tag) => self.change(WindowChange::Language(Some(tag.to_owned()))),
            Action::Shop(kept) => self.keep_shop(kept),
            Action::Printers => self.at_desk(|desk| desk.away_to(Place::Printers)),
            Action::Operators => self.at_desk(|desk| desk.away_to(Place::Operators)),
            Action::Terminals => self.at_desk(|desk| desk.away_to(Place::Terminals)),
            Action::Try(terminal) => self.at_desk(|desk| desk.try_terminal(&terminal)),
            Action::GiveBack => self.at_desk(Desk::give_trial_back),
            Action::Leave => {
                let mut effects = self.at_desk(Desk::leave_guide);
                // Training works in the currency that was chosen, also for whoever leaves before the last step.
                effects.push(Effect::TakeUpSettings(BTreeSet::new()));
                if self.was_new() {
                    // Whoever left without a change is not asked again at the next start.
                    let language = self.language().to_owned();
                    effects.extend(self.change(WindowChange::Language(Some(language))));
                }
                effects
            }
        }
    }

    fn keep_shop(&mut self, kept: Kept) -> Vec<Effect> {
        let name = self.change(WindowChange::ShopName(kept.name));
        let currency = kept.currency.and_then(|code| code.parse().ok());
        let currency = self.change(WindowChange::Currency(currency));
        name.into_iter().chain(currency).collect()
    }

    /// From its first step, whatever was set up before; a test payment that has not come to its end is shown at once.
    pub(super) fn begin_guide(&mut self) {
        let kept = Kept { name: self.shop().name.clone(), currency: self.shop().currency.clone() };
        if let Some(desk) = self.desk_mut() {
            let guide = Guide::of(kept);
            desk.guide = Some(if desk.trial.is_open() { guide.at(Step::Trial) } else { guide });
            desk.place = Place::Guide;
        }
    }

    fn at_desk(&mut self, work: impl FnOnce(&mut Desk) -> Vec<Effect>) -> Vec<Effect> {
        self.desk_mut().map(work).unwrap_or_default()
    }
}

/// What a step begins with: the name can be typed at once, and training works in the currency that was chosen.
fn entering(step: Step) -> Option<Effect> {
    match step {
        Step::Shop => Some(Effect::Focus(guide::NAME)),
        Step::Trial => Some(Effect::TakeUpSettings(BTreeSet::new())),
        Step::Language | Step::Printer | Step::Operators | Step::Terminal => None,
    }
}

impl Desk {
    fn away_to(&mut self, place: Place) -> Vec<Effect> {
        self.guide.iter_mut().for_each(|guide| guide.is_away = true);
        self.go_to(place)
    }

    /// The guide, where it has sent somebody away; else where the place was opened from.
    pub(super) fn back_from(&mut self, otherwise: Place) {
        let away = self.guide.as_mut().is_some_and(|guide| std::mem::take(&mut guide.is_away));
        self.place = if away { Place::Guide } else { otherwise };
    }

    /// The way of any sale: on the counter, where its terminal's questions and its outcome are seen.
    fn try_terminal(&mut self, name: &str) -> Vec<Effect> {
        let Some(place) = self.terminals.iter().position(|terminal| terminal.name == name) else { return Vec::new() };
        self.choose(place);
        let Some(terminal) = self.terminal().cloned().filter(|_| self.ready()) else { return Vec::new() };
        self.begin_trial(Trial::begin(&terminal));
        let amount = amount_to_try(terminal.abilities.currency);
        self.follow_up(name, PaymentRequest::new(Operation::Sale, amount))
    }

    fn begin_trial(&mut self, trial: Trial) {
        self.trial = trial;
        self.guide.iter_mut().for_each(|guide| guide.is_away = true);
    }

    fn give_trial_back(&mut self) -> Vec<Effect> {
        let Trial::Taken { subject, payment, taken } = self.trial.clone() else { return Vec::new() };
        let Some(place) = self.terminals.iter().position(|terminal| terminal.name == subject.terminal) else {
            return Vec::new();
        };
        self.choose(place);
        if !self.ready() {
            return Vec::new();
        }
        self.trial.give_back();
        self.guide.iter_mut().for_each(|guide| guide.is_away = true);
        match subject.way_back {
            WayBack::Void => self.void(&subject.terminal, payment, taken),
            WayBack::Refund => self.follow_up(&subject.terminal, PaymentRequest::new(Operation::Refund, taken)),
            WayBack::None => Vec::new(),
        }
    }

    fn leave_guide(&mut self) -> Vec<Effect> {
        let finished = self.guide.take().is_some_and(|guide| guide.step() == guide::Step::Trial);
        self.place = Place::Counter;
        if self.trial.owes() {
            self.say(Problem::new(OWED));
        } else if !finished {
            self.say(Problem::new(LEFT));
        }
        Vec::new()
    }

    /// What a terminal took up, or refused, may be the trial.
    pub(super) fn trial_started(&mut self, terminal: &str, started: Option<&PaymentId>) {
        self.trial.started(terminal, started);
        let is_here = self.trial.terminal().is_none_or(|name| name == terminal);
        if started.is_none() && is_here && self.guide.as_ref().is_some_and(|guide| guide.is_away) {
            self.back_from(Place::Counter);
        }
    }

    pub(super) fn trial_seen(&mut self, terminal: &TerminalView) {
        self.trial.look_at(terminal);
    }

    /// Whether this outcome leads back to the guide, whose trial it is.
    pub(super) fn leads_to_guide(&self, payment: &PaymentId) -> bool {
        self.trial.is_about(payment) && self.guide.as_ref().is_some_and(|guide| guide.is_away)
    }

    /// An outcome was put away: the one of the trial leads back to the guide.
    pub(super) fn trial_put_away(&mut self, payment: &PaymentId) {
        if self.leads_to_guide(payment) {
            self.ring_up = RingUp::default();
            self.back_from(Place::Counter);
        }
    }
}
