//! Who is signed in at the till, and what they may. The one place that says so: screens show what it tells, and what they
//! want done comes past it on its way to terminals and journal.
//!
//! PINs are checked one after the other, off the window's thread. A wrong one is in the journal before anybody is told,
//! so that starting the program anew gives nobody another try.

mod managing;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::domain::operator::{OperatorBook, OperatorEvent, PinGuard, PinHash, Rights, SignedOut};
use crate::domain::{Now, Operator, OperatorError, OperatorName, PaymentId, Pin, Right, Role, Secret};
use crate::journal::{Journal, JournalError, JournalHandle};
use crate::links::SystemClock;
use crate::settings::{OperatorsError, is_pin_of, load_operators};

pub use managing::OperatorsOrder;

/// What something needs of whoever wants it done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: it moves no money and no books, or must never wait.
    Nothing,
    /// That somebody is signed in.
    SignedIn,
    Right(Right),
}

/// The machine's clock, for [`Operators::open`].
pub fn clock() -> Now {
    SystemClock::new().now()
}

/// Whose doing something is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Author {
    /// Who is signed in, where somebody is.
    pub operator: Option<String>,
    /// Who allowed it, where the operator has no right to it.
    pub allowed_by: Option<OperatorName>,
}

impl Author {
    /// Who had the right to it.
    pub fn answerable(&self) -> Option<&str> {
        self.allowed_by.as_ref().map(OperatorName::as_str).or(self.operator.as_deref())
    }
}

/// Why something is not done. Nothing was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPermitted {
    /// Nobody is signed in, or nobody can be.
    NobodySignedIn,
    NoRight(Right),
}

/// What came of a PIN.
#[derive(Debug, Clone, PartialEq)]
pub enum Tried {
    /// So many tries are left; the wait is zero while there are some.
    Wrong { left: u32, wait: Duration },
    /// Too many wrong ones: nothing was looked at, and nobody may try for so long.
    Wait(Duration),
    /// Theirs, but they have no right to it either.
    NoRight,
    /// It could not be checked.
    Unable(OperatorsError),
}

/// The operators as a screen shows them.
#[derive(Debug, Clone, PartialEq)]
pub struct Roster {
    /// Grows with every change; a smaller one is older.
    pub version: u64,
    pub operators: Vec<Operator>,
    /// What cashiers may besides taking payments.
    pub cashiers: Rights,
    /// Until somebody is signed out who does nothing; 0 for never.
    pub idle_minutes: u32,
    pub signed_in: Option<Operator>,
    /// Why nobody can sign in.
    pub problem: Option<OperatorsError>,
}

impl Roster {
    /// Of a till where nobody signs in.
    pub fn nobody() -> Roster {
        let book = OperatorBook::default();
        let (cashiers, idle_minutes) = (book.cashiers, book.idle_minutes);
        Roster { version: 0, operators: Vec::new(), cashiers, idle_minutes, signed_in: None, problem: None }
    }

    /// Whether somebody has to sign in before anything is done.
    pub fn is_wanted(&self) -> bool {
        self.signed_in.is_none() && (self.problem.is_some() || !self.operators.is_empty())
    }

    /// Whether whoever is at the till has this right; without operators everybody has every one.
    pub fn may(&self, right: Right) -> bool {
        match &self.signed_in {
            Some(operator) => operator.role.has(right, &self.cashiers),
            None => !self.is_wanted(),
        }
    }

    /// Those who may allow it.
    pub fn who_may(&self, right: Right) -> impl Iterator<Item = &Operator> {
        self.operators.iter().filter(move |operator| operator.role.has(right, &self.cashiers))
    }
}

/// The operators of a till. Cheap to clone; all copies are one.
#[derive(Clone)]
pub struct Operators(Arc<Inner>);

struct Inner {
    file: PathBuf,
    journal: JournalHandle,
    clock: Box<dyn Fn() -> Now + Send + Sync>,
    state: Mutex<State>,
    /// Held while a PIN is checked, and while operators are changed.
    turn: tokio::sync::Mutex<()>,
}

struct State {
    book: Result<OperatorBook, OperatorsError>,
    signed_in: Option<Operator>,
    guard: PinGuard,
    version: u64,
}

impl State {
    /// Who has another PIN now begins anew.
    fn take(&mut self, book: Result<OperatorBook, OperatorsError>) {
        if let (Ok(before), Ok(now)) = (&self.book, &book) {
            let pin = |book: &OperatorBook, name: &OperatorName| book.find(name.as_str()).map(|kept| kept.pin.clone());
            let others = before.iter().filter(|operator| pin(before, &operator.name) != pin(now, &operator.name));
            others.for_each(|operator| self.guard.forget(&operator.name));
        }
        self.version += u64::from(self.book != book);
        self.book = book;
    }

    fn sign(&mut self, operator: Option<Operator>) -> Option<Operator> {
        self.version += 1;
        std::mem::replace(&mut self.signed_in, operator)
    }
}

impl Operators {
    /// Reads who they are. A file that cannot be believed lets nobody sign in.
    pub async fn open(
        file: &Path,
        journal: JournalHandle,
        clock: impl Fn() -> Now + Send + Sync + 'static,
    ) -> Operators {
        let state = State { book: read(file).await, signed_in: None, guard: PinGuard::default(), version: 1 };
        Operators(Arc::new(Inner {
            file: file.to_owned(),
            journal,
            clock: Box::new(clock),
            state: Mutex::new(state),
            turn: tokio::sync::Mutex::new(()),
        }))
    }

    pub fn roster(&self) -> Roster {
        let state = self.state();
        let (book, problem) = match &state.book {
            Ok(book) => (book.clone(), None),
            Err(error) => (OperatorBook::default(), Some(error.clone())),
        };
        Roster {
            version: state.version,
            operators: book.iter().cloned().collect(),
            cashiers: book.cashiers,
            idle_minutes: book.idle_minutes,
            signed_in: state.signed_in.clone(),
            problem,
        }
    }

    /// Reads the file anew: another program may have changed it. Who is no operator any more, or another one than they
    /// were, is signed out.
    pub async fn read_again(&self) -> Roster {
        let book = read(&self.0.file).await;
        let gone = {
            let mut state = self.state();
            state.take(book);
            let still = state.signed_in.as_ref().is_none_or(|operator| is_one_of(&state.book, operator));
            if still { None } else { state.sign(None) }
        };
        if let Some(operator) = gone {
            self.write_down(&operator.name, OperatorEvent::SignedOut { why: SignedOut::Removed }, None).await;
        }
        self.roster()
    }

    /// Signs an operator in, in the place of whoever was.
    ///
    /// # Errors
    /// What came of the PIN instead.
    pub async fn sign_in(&self, name: &OperatorName, digits: Secret) -> Result<Operator, Tried> {
        let _turn = self.0.turn.lock().await;
        let operator = self.check(name, digits, None).await?;
        let event = OperatorEvent::SignedIn { role: operator.role };
        self.write_down_as(Some(operator.name.to_string()), &operator.name, event, None).await;
        let mut state = self.state();
        state.guard.forget(&operator.name);
        state.sign(Some(operator.clone()));
        Ok(operator)
    }

    /// Nobody is signed in any more, and from now on nothing is done in anybody's name. Who was.
    pub fn leave(&self) -> Option<Operator> {
        let mut state = self.state();
        if state.signed_in.is_some() { state.sign(None) } else { None }
    }

    /// Writes down who has left, and why.
    pub async fn left(&self, operator: Option<Operator>, why: SignedOut) {
        if let Some(operator) = operator {
            let by = Some(operator.name.to_string());
            self.write_down_as(by, &operator.name, OperatorEvent::SignedOut { why }, None).await;
        }
    }

    /// Both.
    pub async fn sign_out(&self, why: SignedOut) {
        let operator = self.leave();
        self.left(operator, why).await;
    }

    /// Whose doing something is that needs this. Says nothing about right or wrong; see [`Operators::permit`].
    pub fn author(&self) -> Author {
        Author { operator: self.signed_in().map(|operator| operator.name.to_string()), allowed_by: None }
    }

    /// Whether whoever is at the till may do what needs this, and whose doing it is.
    ///
    /// # Errors
    /// Why not. [`Operators::refused`] writes it down.
    pub fn permit(&self, need: Need) -> Result<Author, NotPermitted> {
        let author = self.author();
        let state = self.state();
        match (need, &state.book, &state.signed_in) {
            (Need::Nothing, _, _) => Ok(author),
            (_, Err(_), _) => Err(NotPermitted::NobodySignedIn),
            (_, Ok(book), _) if book.is_empty() => Ok(author),
            (_, Ok(_), None) => Err(NotPermitted::NobodySignedIn),
            (Need::SignedIn, Ok(_), Some(_)) => Ok(author),
            (Need::Right(right), Ok(book), Some(operator)) if book.may(operator.role, right) => Ok(author),
            (Need::Right(right), ..) => Err(NotPermitted::NoRight(right)),
        }
    }

    /// Writes down that whoever is signed in wanted what they have no right to.
    pub async fn refused(&self, right: Right, what: &str) {
        if let Some(operator) = self.signed_in() {
            let event = OperatorEvent::Refused { right, what: what.to_owned() };
            self.write_down(&operator.name, event, None).await;
        }
    }

    /// Lets whoever is signed in do one thing that another operator has the right to. Both stand in the journal before it
    /// is done.
    ///
    /// # Errors
    /// What came of the PIN, or `NoRight`.
    pub async fn allow(&self, right: Right, what: &str, name: &OperatorName, digits: Secret) -> Result<Author, Tried> {
        let _turn = self.0.turn.lock().await;
        let allows = self.check(name, digits, Some(right)).await?;
        let signed_in = self.signed_in();
        let has_right = self.state().book.as_ref().is_ok_and(|book| book.may(allows.role, right));
        let Some(operator) = signed_in.filter(|_| has_right) else { return Err(Tried::NoRight) };
        let event = OperatorEvent::Allowed { right, what: what.to_owned(), to: operator.name.clone() };
        self.write_down(&allows.name, event, None).await;
        self.state().guard.forget(&allows.name);
        Ok(Author { operator: Some(operator.name.to_string()), allowed_by: Some(allows.name) })
    }

    /// Writes down what whoever is signed in did to a terminal. Nothing waits for it, and nothing without an operator.
    pub async fn did(&self, event: OperatorEvent, payment: Option<PaymentId>) {
        if let Some(operator) = self.signed_in() {
            self.write_down(&operator.name, event, payment).await;
        }
    }

    fn signed_in(&self) -> Option<Operator> {
        self.state().signed_in.clone()
    }

    /// The operator whose PIN this is. What was wrong is in the journal when this comes back.
    async fn check(&self, name: &OperatorName, digits: Secret, right: Option<Right>) -> Result<Operator, Tried> {
        self.read_again().await;
        let (operator, hash) = self.kept(name)?;
        let name = &operator.name;
        self.remember(name).await?;
        let wait = self.state().guard.wait(name, self.now());
        if !wait.is_zero() {
            return Err(Tried::Wait(wait));
        }
        if is_theirs(digits, hash).await? {
            return Ok(operator);
        }
        let (left, wait) = {
            let mut state = self.state();
            let wait = state.guard.wrong(name, self.now());
            (state.guard.left(name), wait)
        };
        self.write_down(name, OperatorEvent::WrongPin { right }, None).await;
        Err(Tried::Wrong { left, wait })
    }

    fn kept(&self, name: &OperatorName) -> Result<(Operator, PinHash), Tried> {
        let state = self.state();
        let book = state.book.as_ref().map_err(|error| Tried::Unable(error.clone()))?;
        let unknown = || Tried::Unable(OperatorError::Unknown(name.to_string()).into());
        let kept = book.find(name.as_str()).ok_or_else(unknown)?;
        Ok((kept.operator.clone(), kept.pin.clone()))
    }

    /// Wrong PINs of an earlier run of the program count, and a PIN that is another one now begins anew.
    async fn remember(&self, name: &OperatorName) -> Result<(), Tried> {
        let wanted = name.clone();
        let read = self.0.journal.read(move |journal| journal.wrong_pins(wanted.as_str())).await;
        let unable = |error: JournalError| Tried::Unable(OperatorsError::Check(error.to_string()));
        let before = read.and_then(|inner| inner).map_err(unable)?;
        let now = self.now();
        if let Some(before) = before {
            self.state().guard.remember(name, before, now);
        }
        Ok(())
    }

    fn now(&self) -> Now {
        (self.0.clock)()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing is half done where somebody panicked: each change is one assignment.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn write_down(&self, name: &OperatorName, event: OperatorEvent, payment: Option<PaymentId>) {
        let by = self.author().operator;
        self.write_down_as(by, name, event, payment).await;
    }

    /// A disk that does not take it keeps nobody out: what is about money is refused by the journal itself.
    async fn write_down_as(
        &self,
        by: Option<String>,
        name: &OperatorName,
        event: OperatorEvent,
        payment: Option<PaymentId>,
    ) {
        match &event {
            OperatorEvent::SignedIn { .. } => tracing::info!(operator = name.as_str(), "signed in"),
            OperatorEvent::SignedOut { why } => tracing::info!(operator = name.as_str(), ?why, "signed out"),
            _ => {}
        }
        let (name, at) = (name.clone(), self.now().wall);
        let write = move |journal: &mut Journal| journal.operator_did(name.as_str(), &event, payment.as_ref(), at);
        if let Err(error) = self.0.journal.change_as(by, write).await {
            tracing::error!(%error, "what an operator did is not in the journal");
        }
    }
}

fn is_one_of(book: &Result<OperatorBook, OperatorsError>, operator: &Operator) -> bool {
    book.as_ref().is_ok_and(|book| book.iter().any(|other| other == operator))
}

async fn read(file: &Path) -> Result<OperatorBook, OperatorsError> {
    let file = file.to_owned();
    let read = tokio::task::spawn_blocking(move || load_operators(&file)).await;
    read.unwrap_or_else(|error| Err(OperatorsError::Check(error.to_string())))
}

/// What can be nobody's PIN is a wrong one, and takes as long.
async fn is_theirs(digits: Secret, hash: PinHash) -> Result<bool, Tried> {
    let unable = |problem: String| Tried::Unable(OperatorsError::Check(problem));
    let Ok(pin) = Pin::tried(digits) else { return Ok(false) };
    let checked = tokio::task::spawn_blocking(move || is_pin_of(&pin, &hash)).await;
    checked.unwrap_or_else(|error| Err(error.to_string())).map_err(unable)
}

/// The role of whoever answers for it; without operators everybody is the installer.
fn role_of(book: &OperatorBook, author: &Author) -> Role {
    let known = author.answerable().and_then(|name| book.find(name));
    match known {
        Some(kept) => kept.operator.role,
        None if book.is_empty() => Role::Installer,
        None => Role::Cashier,
    }
}
