//! Terminals are set up in the window: which sheet lies on top, what is on its way, and what of it the running till has taken up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use iced::Element;

use super::effect::Effect;
use super::keys::Press;
use super::problem::Problem;
use super::scene::Scene;
use super::screens::find_again::{self, FindAgain};
use super::screens::terminal_family;
use super::screens::terminal_form::{self, Purpose, TerminalForm};
use super::screens::terminal_test::{self, TerminalTest};
use super::screens::terminals::{self, Terminals};
pub use super::set_up_link::{Done, KnownTerminals, News, SetUpOrder};
use crate::protocols::protocol::FieldValues;
use crate::protocols::{Protocol, find};
use crate::terminal::TerminalView;
use crate::terminal::setting_up::Proposal;

#[derive(Debug, Clone, Default)]
pub(super) enum Sheet {
    #[default]
    List,
    Family,
    Form(Box<TerminalForm>),
    Test(TerminalTest),
    FindAgain(FindAgain),
}

#[derive(Debug, Clone, Default)]
pub struct SettingUp {
    pub(super) sheet: Sheet,
    pub(super) list: Terminals,
    /// The word with which the names of new terminals begin, in the language of the window.
    first_name: String,
    /// Terminals that go on with their old settings until what is under way there has ended.
    pub(super) waiting: BTreeSet<String>,
    pub(super) taking_up: bool,
    /// What has changed since the till began to take settings up.
    pub(super) again: Option<BTreeSet<String>>,
    /// Is to be tested as soon as the till has it.
    pub(super) test_next: Option<String>,
}

#[derive(Debug, Clone)]
pub enum Message {
    List(terminals::Message),
    Family(terminal_family::Message),
    Form(terminal_form::Message),
    Test(terminal_test::Message),
    FindAgain(find_again::Message),
    News(News),
}

/// What the desk must do.
#[derive(Debug, Default)]
pub struct Outcome {
    pub effects: Vec<Effect>,
    pub leave: bool,
    /// Terminals are to be looked for.
    pub find: bool,
}

impl From<Effect> for Outcome {
    fn from(effect: Effect) -> Outcome {
        Outcome { effects: vec![effect], ..Outcome::default() }
    }
}

impl SettingUp {
    pub fn set_first_name(&mut self, word: String) {
        self.first_name = word;
    }

    /// Somebody comes here.
    pub fn open(&mut self) -> Effect {
        // What was typed and not saved is still there, and so is a search that runs.
        if !matches!(self.sheet, Sheet::Form(_) | Sheet::FindAgain(_)) {
            self.sheet = Sheet::List;
        }
        Effect::SetUp(SetUpOrder::Read)
    }

    /// What was typed as a secret is kept behind no other screen.
    pub fn forget_secrets(&mut self) {
        if let Sheet::Form(form) = &mut self.sheet {
            form.forget_secrets();
        }
    }

    pub fn key(&self, press: Press) -> Option<Message> {
        match &self.sheet {
            Sheet::List => self.list.key(press).map(Message::List),
            Sheet::Family => terminal_family::key(press).map(Message::Family),
            Sheet::Form(form) => form.key(press).map(Message::Form),
            Sheet::Test(_) => terminal_test::key(press).map(Message::Test),
            Sheet::FindAgain(finding) => finding.key(press).map(Message::FindAgain),
        }
    }

    pub fn update(&mut self, message: Message) -> Outcome {
        match (message, &mut self.sheet) {
            (Message::List(message), Sheet::List) => {
                let action = self.list.update(message);
                self.listed(action)
            }
            (Message::Family(message), Sheet::Family) => match message {
                terminal_family::Message::Chosen(id) => self.add(id),
                terminal_family::Message::BackPressed => self.back(),
            },
            (Message::Form(message), Sheet::Form(form)) => match form.update(message) {
                terminal_form::Action::None => Outcome::default(),
                terminal_form::Action::Focus(field) => Effect::Focus(field).into(),
                terminal_form::Action::Save(wanted) => Effect::SetUp(SetUpOrder::Save(wanted)).into(),
                terminal_form::Action::Pair(name, told) => Effect::SetUp(SetUpOrder::Pair(name, told)).into(),
                terminal_form::Action::ListAccount(wanted) => Effect::ListAccount(wanted).into(),
                terminal_form::Action::Leave => self.back(),
            },
            (Message::Test(message), Sheet::Test(test)) => match test.update(message) {
                terminal_test::Action::None => Outcome::default(),
                terminal_test::Action::Again(name) => Effect::TestTerminal(name).into(),
                terminal_test::Action::Change(name) => self.change(&name),
                terminal_test::Action::FindAgain(name) => self.find_again(name),
                terminal_test::Action::Pair(name) => self.open_form(&name, Purpose::Pair(name.clone())),
                terminal_test::Action::Leave => self.back(),
            },
            (Message::FindAgain(message), Sheet::FindAgain(finding)) => {
                let action = finding.update(message);
                self.found_again(action)
            }
            (Message::News(news), _) => self.heard(news),
            _ => Outcome::default(),
        }
    }

    pub(super) fn back(&mut self) -> Outcome {
        self.sheet = Sheet::List;
        Effect::SetUp(SetUpOrder::Read).into()
    }

    fn listed(&mut self, action: terminals::Action) -> Outcome {
        match action {
            terminals::Action::None => Outcome::default(),
            terminals::Action::Find => Outcome { find: true, ..Outcome::default() },
            terminals::Action::Leave => Outcome { leave: true, ..Outcome::default() },
            terminals::Action::Add => {
                self.sheet = Sheet::Family;
                Outcome::default()
            }
            terminals::Action::Edit(name) => self.change(&name),
            terminals::Action::Pair(name) => self.open_form(&name, Purpose::Pair(name.clone())),
            terminals::Action::Test(name) => self.test(name),
            terminals::Action::FindAgain(name) => self.find_again(name),
            terminals::Action::Order(order) => Effect::SetUp(order).into(),
        }
    }

    fn add(&mut self, id: &str) -> Outcome {
        self.open_new(id, TerminalForm::new)
    }

    /// One that was found is to be set up, with what it told of itself.
    pub fn add_found(&mut self, id: &str, told: &FieldValues) -> Outcome {
        self.open_new(id, |protocol, name, default| TerminalForm::found(protocol, name, told, default))
    }

    fn open_new(&mut self, id: &str, form: impl FnOnce(&'static Protocol, String, bool) -> TerminalForm) -> Outcome {
        let Some(protocol) = find(id) else { return Outcome::default() };
        let known = self.list.known();
        let word = if self.first_name.is_empty() { protocol.id } else { &self.first_name };
        let Proposal { name, default } = Proposal::of(word, &known.terminals);
        let form = form(protocol, name, default).in_currency(known.currency.as_deref());
        let first = form.first_field();
        self.sheet = Sheet::Form(Box::new(form));
        Effect::Focus(first).into()
    }

    fn change(&mut self, name: &str) -> Outcome {
        self.open_form(name, Purpose::Change(name.to_owned()))
    }

    fn open_form(&mut self, name: &str, purpose: Purpose) -> Outcome {
        let known = self.list.known();
        let is_default = known.default.as_deref() == Some(name);
        let Some(terminal) = known.terminals.iter().find(|terminal| terminal.name == name) else {
            return Outcome::default();
        };
        let Some(form) = TerminalForm::of(terminal, purpose, is_default) else { return Outcome::default() };
        let first = form.first_field();
        self.sheet = Sheet::Form(Box::new(form));
        Effect::Focus(first).into()
    }

    pub(super) fn test(&mut self, name: String) -> Outcome {
        self.sheet = Sheet::Test(TerminalTest::of(name.clone()));
        self.tell_test();
        Effect::TestTerminal(name).into()
    }

    fn heard(&mut self, news: News) -> Outcome {
        match news {
            News::Read(read) => {
                self.list.hear(read);
                self.tell_test();
            }
            News::Done(Ok(done)) => return self.done(done),
            News::Done(Err(problem)) => match &mut self.sheet {
                Sheet::Form(form) => {
                    if let terminal_form::Action::Focus(field) = form.hear(problem) {
                        return Effect::Focus(field).into();
                    }
                }
                Sheet::FindAgain(finding) => finding.complain(problem),
                _ => self.list.complain(problem),
            },
            News::Told(name, told) => {
                if let Sheet::Test(test) = &mut self.sheet {
                    test.hear(&name, told);
                }
            }
            News::Listed(listed) => {
                if let Sheet::Form(form) = &mut self.sheet {
                    form.hear_account(listed);
                }
            }
            News::Sought(name, sought) => {
                if let Sheet::FindAgain(finding) = &mut self.sheet {
                    finding.hear(&name, sought);
                }
            }
            News::Examined(name) => {
                if let Sheet::Test(test) = &mut self.sheet {
                    test.ended(&name);
                    // Perhaps it is known now who it is.
                    return Effect::SetUp(SetUpOrder::Read).into();
                }
            }
        }
        Outcome::default()
    }

    pub fn view<'a>(
        &'a self,
        views: &'a [Arc<TerminalView>],
        broken: &'a BTreeMap<String, Problem>,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        match &self.sheet {
            Sheet::List => self.list.view(views, broken, &self.waiting, scene).map(Message::List),
            Sheet::Family => terminal_family::view(scene).map(Message::Family),
            Sheet::Form(form) => form.view(scene).map(Message::Form),
            Sheet::Test(test) => test.view(scene).map(Message::Test),
            Sheet::FindAgain(finding) => finding.view(scene).map(Message::FindAgain),
        }
    }
}
