//! The shop's operators, and the rules by which they change.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Operator;
use super::error::OperatorError;
use super::rights::{Right, Rights, Role};

/// More than work in one shop.
pub const OPERATORS_AT_MOST: usize = 200;
/// Without doing anything, until somebody is signed out; unless the shop says otherwise.
pub const IDLE_MINUTES: u32 = 5;

/// What a PIN is checked against (a PHC string). Never printed: four digits are soon found by who has it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PinHash(String);

impl PinHash {
    pub fn new(phc: String) -> PinHash {
        PinHash(phc)
    }

    /// For the check and for the file.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PinHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// An operator with what their PIN is checked against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptOperator {
    #[serde(flatten)]
    pub operator: Operator,
    pub pin: PinHash,
}

/// All operators. Empty: nobody signs in, and everybody may do everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorBook {
    #[serde(default)]
    operators: Vec<KeptOperator>,
    /// What cashiers may besides taking payments.
    #[serde(default)]
    pub cashiers: Rights,
    /// Until somebody is signed out who does nothing; 0 for never.
    #[serde(default = "usual_idle_minutes")]
    pub idle_minutes: u32,
}

fn usual_idle_minutes() -> u32 {
    IDLE_MINUTES
}

impl Default for OperatorBook {
    fn default() -> OperatorBook {
        OperatorBook { operators: Vec::new(), cashiers: Rights::default(), idle_minutes: IDLE_MINUTES }
    }
}

impl OperatorBook {
    /// Whether anybody has to sign in.
    pub fn is_empty(&self) -> bool {
        self.operators.is_empty()
    }

    /// In the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Operator> {
        self.operators.iter().map(|kept| &kept.operator)
    }

    pub fn find(&self, name: &str) -> Option<&KeptOperator> {
        self.operators.iter().find(|kept| kept.operator.name.is(name))
    }

    pub fn may(&self, role: Role, right: Right) -> bool {
        role.has(right, &self.cashiers)
    }

    /// Those who may allow it.
    pub fn who_may(&self, right: Right) -> impl Iterator<Item = &Operator> {
        self.iter().filter(move |operator| self.may(operator.role, right))
    }

    /// # Errors
    /// `FirstManages`, `Taken`, `TooMany`.
    pub fn add(&mut self, operator: Operator, pin: PinHash) -> Result<(), OperatorError> {
        if self.find(operator.name.as_str()).is_some() {
            return Err(OperatorError::Taken(operator.name.to_string()));
        }
        if self.is_empty() && !self.may(operator.role, Right::Operators) {
            return Err(OperatorError::FirstManages);
        }
        if self.operators.len() >= OPERATORS_AT_MOST {
            return Err(OperatorError::TooMany);
        }
        self.operators.push(KeptOperator { operator, pin });
        Ok(())
    }

    /// The last one of all may go: then nobody signs in any more.
    ///
    /// # Errors
    /// `Unknown`, and `LastManager` for the last one who may manage those that are left.
    pub fn remove(&mut self, name: &str) -> Result<Operator, OperatorError> {
        let gone = self.find(name).ok_or_else(|| OperatorError::Unknown(name.trim().to_owned()))?.operator.clone();
        let left: Vec<&Operator> = self.iter().filter(|operator| operator.name != gone.name).collect();
        if !left.is_empty() && !left.iter().any(|operator| self.may(operator.role, Right::Operators)) {
            return Err(OperatorError::LastManager(gone.name.to_string()));
        }
        self.operators.retain(|kept| kept.operator.name != gone.name);
        Ok(gone)
    }

    /// # Errors
    /// `Unknown`.
    pub fn set_pin(&mut self, name: &str, pin: PinHash) -> Result<Operator, OperatorError> {
        let kept = self.operators.iter_mut().find(|kept| kept.operator.name.is(name));
        let kept = kept.ok_or_else(|| OperatorError::Unknown(name.trim().to_owned()))?;
        kept.pin = pin;
        Ok(kept.operator.clone())
    }

    /// Whether this file can be believed: names are told apart, and somebody may manage the others.
    pub fn is_sound(&self) -> bool {
        let twice = |kept: &KeptOperator| {
            self.iter().filter(|operator| operator.name.is(kept.operator.name.as_str())).count() > 1
        };
        let managed = self.is_empty() || self.who_may(Right::Operators).next().is_some();
        managed && self.operators.len() <= OPERATORS_AT_MOST && !self.operators.iter().any(twice)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn operator(name: &str, role: Role) -> Operator {
        Operator { name: name.parse().unwrap(), role }
    }

    fn hash() -> PinHash {
        PinHash::new("$argon2id$v=19$…".to_owned())
    }

    fn book(operators: &[(&str, Role)]) -> OperatorBook {
        let mut book = OperatorBook::default();
        operators.iter().for_each(|(name, role)| book.add(operator(name, *role), hash()).unwrap());
        book
    }

    #[test]
    fn the_first_operator_is_one_who_may_manage_operators() {
        let mut book = OperatorBook::default();
        assert_eq!(book.add(operator("Ada", Role::Cashier), hash()), Err(OperatorError::FirstManages));
        assert!(book.is_empty());
        book.add(operator("Eve", Role::Supervisor), hash()).unwrap();
        book.add(operator("Ada", Role::Cashier), hash()).unwrap();
        let taken = book.add(operator("ADA", Role::Installer), hash());
        assert_eq!(taken, Err(OperatorError::Taken("ADA".to_owned())));
    }

    #[test]
    fn the_last_one_who_may_manage_the_others_stays() {
        let mut book = book(&[("Eve", Role::Supervisor), ("Ada", Role::Cashier), ("Ivo", Role::Installer)]);
        assert_eq!(book.remove("nobody"), Err(OperatorError::Unknown("nobody".to_owned())));
        book.remove("eve").unwrap();
        assert_eq!(book.remove("Ivo"), Err(OperatorError::LastManager("Ivo".to_owned())));
        book.remove("Ada").unwrap();
        book.remove("Ivo").unwrap();
        assert!(book.is_empty() && book.is_sound());
    }

    #[test]
    fn who_may_allow_something_is_known() {
        let mut book = book(&[("Eve", Role::Supervisor), ("Ada", Role::Cashier), ("Ivo", Role::Installer)]);
        let who = |book: &OperatorBook, right| -> Vec<String> {
            book.who_may(right).map(|operator| operator.name.to_string()).collect()
        };
        assert_eq!(who(&book, Right::Refund), ["Eve", "Ivo"]);
        assert_eq!(who(&book, Right::Settings), ["Ivo"]);
        book.cashiers = book.cashiers.turned(Right::Refund);
        assert_eq!(who(&book, Right::Refund), ["Eve", "Ada", "Ivo"]);
    }

    #[test]
    fn nothing_prints_what_a_pin_is_checked_against() {
        let book = book(&[("Eve", Role::Supervisor)]);
        assert!(!format!("{book:?}").contains("argon2"));
    }
}
