//! Roles, and the one table of which role may do what.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What not everybody may do. Taking payments needs no right beyond being signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Right {
    /// Give money back, to a card or out of the drawer.
    Refund,
    /// Undo an earlier payment.
    Void,
    /// Decide what became of a payment in doubt.
    Resolve,
    /// Close the day, the shop's or a terminal's.
    DayEnd,
    /// Lift the lock of a card machine that has forgotten its table.
    LiftLock,
    /// Take something off a bill, or off one of its lines.
    Discount,
    /// Import what is sold and for how much.
    Prices,
    /// Terminals and the shop's settings.
    Settings,
    /// Add and remove operators, and give them PINs.
    Operators,
}

impl Right {
    pub const ALL: [Right; 9] = [
        Right::Refund,
        Right::Void,
        Right::Resolve,
        Right::DayEnd,
        Right::LiftLock,
        Right::Discount,
        Right::Prices,
        Right::Settings,
        Right::Operators,
    ];

    /// What the shop may let cashiers do.
    pub const FOR_CASHIERS: [Right; 6] =
        [Right::Refund, Right::Void, Right::Resolve, Right::DayEnd, Right::LiftLock, Right::Discount];

    /// The word of the command line, of the journal, and the end of a Fluent key.
    pub fn word(self) -> &'static str {
        match self {
            Right::Refund => "refund",
            Right::Void => "void",
            Right::Resolve => "resolve",
            Right::DayEnd => "day-end",
            Right::LiftLock => "lift-lock",
            Right::Discount => "discount",
            Right::Prices => "prices",
            Right::Settings => "settings",
            Right::Operators => "operators",
        }
    }

    pub fn from_word(word: &str) -> Option<Right> {
        Right::ALL.into_iter().find(|right| right.word() == word)
    }
}

/// Ordered by what it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Cashier,
    Supervisor,
    Installer,
}

impl Role {
    pub const ALL: [Role; 3] = [Role::Cashier, Role::Supervisor, Role::Installer];

    /// The word of the command line, of the journal, and the end of a Fluent key.
    pub fn word(self) -> &'static str {
        match self {
            Role::Cashier => "cashier",
            Role::Supervisor => "supervisor",
            Role::Installer => "installer",
        }
    }

    /// The table. What cashiers may is the shop's to say.
    pub fn has(self, right: Right, cashiers: &Rights) -> bool {
        match self {
            Role::Cashier => cashiers.has(right),
            Role::Supervisor => right != Right::Settings,
            Role::Installer => true,
        }
    }

    /// Whether one of this role may give PINs to, or remove, one of the other: nobody makes themselves more than they are.
    pub fn may_manage(self, other: Role) -> bool {
        self >= other && self.has(Right::Operators, &Rights::none())
    }
}

/// What cashiers may besides taking payments. Holds nothing that they cannot be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeSet<Right>", into = "BTreeSet<Right>")]
pub struct Rights(BTreeSet<Right>);

impl Rights {
    pub fn none() -> Rights {
        Rights(BTreeSet::new())
    }

    /// Those that cashiers cannot be given are left out.
    pub fn of(rights: impl IntoIterator<Item = Right>) -> Rights {
        Rights(rights.into_iter().filter(|right| Right::FOR_CASHIERS.contains(right)).collect())
    }

    pub fn has(&self, right: Right) -> bool {
        self.0.contains(&right)
    }

    pub fn iter(&self) -> impl Iterator<Item = Right> {
        self.0.iter().copied()
    }

    /// With this right, or without it where it was there.
    pub fn turned(&self, right: Right) -> Rights {
        let (with, without) = (self.iter().chain([right]), self.iter().filter(|other| *other != right));
        if self.has(right) { Rights::of(without) } else { Rights::of(with) }
    }
}

impl Default for Rights {
    /// As before there were operators, cashiers give discounts.
    fn default() -> Rights {
        Rights::of([Right::Discount])
    }
}

impl From<BTreeSet<Right>> for Rights {
    fn from(rights: BTreeSet<Right>) -> Rights {
        Rights::of(rights)
    }
}

impl From<Rights> for BTreeSet<Right> {
    fn from(rights: Rights) -> BTreeSet<Right> {
        rights.0
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_roles_and_rights_is_this_one() {
        let may = |role: Role, cashiers: &Rights| -> Vec<&str> {
            Right::ALL.into_iter().filter(|right| role.has(*right, cashiers)).map(Right::word).collect()
        };
        assert_eq!(may(Role::Cashier, &Rights::default()), ["discount"]);
        assert_eq!(may(Role::Cashier, &Rights::none()), Vec::<&str>::new());
        let all = Rights::of(Right::ALL);
        assert_eq!(may(Role::Cashier, &all), ["refund", "void", "resolve", "day-end", "lift-lock", "discount"]);
        let supervisor = ["refund", "void", "resolve", "day-end", "lift-lock", "discount", "prices", "operators"];
        assert_eq!(may(Role::Supervisor, &Rights::none()), supervisor);
        assert_eq!(may(Role::Installer, &Rights::none()).len(), Right::ALL.len());
    }

    #[test]
    fn nobody_manages_who_stands_above_them() {
        let managed = |role: Role| Role::ALL.into_iter().filter(|other| role.may_manage(*other)).count();
        assert_eq!(Role::ALL.map(managed), [0, 2, 3]);
    }

    #[test]
    fn no_file_gives_cashiers_what_they_cannot_be_given() {
        let read: Rights = serde_json::from_str(r#"["refund", "settings", "operators"]"#).unwrap();
        assert_eq!(read, Rights::of([Right::Refund]));
        assert_eq!(read.turned(Right::Void).turned(Right::Refund).iter().collect::<Vec<_>>(), [Right::Void]);
    }

    #[test]
    fn words_are_read_again() {
        for right in Right::ALL {
            assert_eq!(Right::from_word(right.word()), Some(right));
            assert_eq!(serde_json::to_value(right).unwrap(), right.word());
        }
        for role in Role::ALL {
            assert_eq!(serde_json::to_value(role).unwrap(), role.word());
        }
    }
}
