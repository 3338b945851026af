//! Operators are added, removed, and given PINs and rights from the window.

use super::{Author, Operators, Roster, role_of};
use crate::domain::operator::{OperatorBook, OperatorEvent, PinHash, Rights};
use crate::domain::{Operator, OperatorError, OperatorName, Pin};
use crate::settings::{OperatorsError, change_operators, hash_pin};

/// What is to be done about operators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperatorsOrder {
    Add { operator: Operator, pin: Pin },
    Remove { name: OperatorName },
    SetPin { name: OperatorName, pin: Pin },
    SetRights { cashiers: Rights, idle_minutes: u32 },
}

impl OperatorsOrder {
    fn pin(&self) -> Option<&Pin> {
        match self {
            OperatorsOrder::Add { pin, .. } | OperatorsOrder::SetPin { pin, .. } => Some(pin),
            OperatorsOrder::Remove { .. } | OperatorsOrder::SetRights { .. } => None,
        }
    }

    /// Whom it is about, and what the journal says of it.
    fn event(&self) -> (Option<OperatorName>, OperatorEvent) {
        match self {
            OperatorsOrder::Add { operator, .. } => {
                (Some(operator.name.clone()), OperatorEvent::Added { role: operator.role })
            }
            OperatorsOrder::Remove { name } => (Some(name.clone()), OperatorEvent::Removed),
            OperatorsOrder::SetPin { name, .. } => (Some(name.clone()), OperatorEvent::PinSet),
            OperatorsOrder::SetRights { cashiers, idle_minutes } => {
                (None, OperatorEvent::RightsSet { cashiers: cashiers.clone(), idle_minutes: *idle_minutes })
            }
        }
    }

    /// Nobody manages who stands above them.
    fn apply(self, book: &mut OperatorBook, author: &Author, hash: Option<PinHash>) -> Result<(), OperatorError> {
        let role = role_of(book, author);
        let may = |operator: &Operator| {
            let above = || Err(OperatorError::StandsAbove(operator.name.to_string()));
            if role.may_manage(operator.role) { Ok(()) } else { above() }
        };
        let found = |book: &OperatorBook, name: &OperatorName| {
            let kept = book.find(name.as_str()).map(|kept| kept.operator.clone());
            kept.ok_or_else(|| OperatorError::Unknown(name.to_string()))
        };
        match (self, hash) {
            (OperatorsOrder::Add { operator, .. }, Some(hash)) => {
                may(&operator)?;
                book.add(operator, hash)
            }
            (OperatorsOrder::Remove { name }, _) => {
                may(&found(book, &name)?)?;
                book.remove(name.as_str()).map(drop)
            }
            (OperatorsOrder::SetPin { name, .. }, Some(hash)) => {
                may(&found(book, &name)?)?;
                book.set_pin(name.as_str(), hash).map(drop)
            }
            (OperatorsOrder::SetRights { cashiers, idle_minutes }, _) => {
                book.cashiers = cashiers;
                book.idle_minutes = idle_minutes;
                Ok(())
            }
            (OperatorsOrder::Add { .. } | OperatorsOrder::SetPin { .. }, None) => Err(OperatorError::BadPin),
        }
    }
}

impl Operators {
    /// Changes the operators as whoever answers for it may. The author has the right to manage operators; see
    /// [`Operators::permit`].
    ///
    /// # Errors
    /// Why they stay as they are.
    pub async fn change(&self, author: &Author, order: OperatorsOrder) -> Result<Roster, OperatorsError> {
        let _turn = self.0.turn.lock().await;
        let (name, event) = order.event();
        let (file, by) = (self.0.file.clone(), author.clone());
        let changed = tokio::task::spawn_blocking(move || {
            let hash = order.pin().map(hash_pin).transpose().map_err(OperatorsError::Check)?;
            change_operators(&file, |book| order.apply(book, &by, hash))
        });
        changed.await.unwrap_or_else(|error| Err(OperatorsError::Check(error.to_string())))?;
        self.write_down_change(author, name.as_ref(), event).await;
        if let Some(name) = name {
            self.state().guard.forget(&name);
        }
        Ok(self.read_again().await)
    }

    async fn write_down_change(&self, author: &Author, name: Option<&OperatorName>, event: OperatorEvent) {
        let (name, at) = (name.map(ToString::to_string).unwrap_or_default(), self.now().wall);
        let by = author.answerable().map(str::to_owned);
        let written = self.0.journal.change_as(by, move |journal| journal.operator_did(&name, &event, None, at)).await;
        if let Err(error) = written {
            tracing::error!(%error, "a change of the operators is not in the journal");
        }
    }
}
