//! The places of the window, and the keys that lead there.

use super::desk::{Desk, Message};
use super::effect::Effect;
use super::keys::Press;
use super::print_desk;
use super::screens::mail_server::{self, MailServer};

/// Where the cashier is. The counter is the amount, or the payment at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Counter,
    Tables,
    History,
    Unresolved,
    Day,
    /// What terminals told of their days; reached from the day.
    Reports,
    Settings,
    /// Who works here; reached from the settings.
    Operators,
    /// The set-up of a new till, step by step; reached from the settings, and at the first start.
    Guide,
    /// What is on receipts; reached from the settings.
    Receipts,
    /// Which printers are set up; reached from the settings.
    Printers,
    /// Through which server mails go; reached from what is on receipts.
    MailServer,
    /// Which terminals are set up; reached from the settings.
    Terminals,
    /// Which terminals there are in the network; reached from those that are set up.
    Search,
    Diagnostics,
    /// A customer's receipt without paper; reached from where it is on the screen.
    HandOut,
}

/// What waits at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Badge {
    /// So many of something.
    Number(usize),
    /// A payment runs.
    Running,
}

impl Place {
    /// As they stand in the rail.
    pub const RAIL: [Place; 7] = [
        Place::Counter,
        Place::Tables,
        Place::History,
        Place::Unresolved,
        Place::Day,
        Place::Settings,
        Place::Diagnostics,
    ];

    /// The place of the rail that leads to it.
    fn on_rail(self) -> Place {
        match self {
            Place::HandOut => Place::Counter,
            Place::Reports => Place::Day,
            Place::Operators
            | Place::Guide
            | Place::Receipts
            | Place::Printers
            | Place::MailServer
            | Place::Terminals
            | Place::Search => Place::Settings,
            Place::Counter
            | Place::Tables
            | Place::History
            | Place::Unresolved
            | Place::Day
            | Place::Settings
            | Place::Diagnostics => self,
        }
    }

    /// Of its button: the id, the Fluent id of its name, the sign, and the key.
    fn button(self) -> (&'static str, &'static str, &'static str, Press) {
        match self.on_rail() {
            Place::Tables => ("to-tables", "window-place-bills", "≡", Press::Control('2')),
            Place::History => ("to-history", "window-place-history", "↺", Press::Control('f')),
            Place::Unresolved => ("to-unresolved", "window-place-unresolved", "?", Press::Control('4')),
            Place::Day => ("to-day-place", "window-place-day", "Σ", Press::Function(10)),
            Place::Settings => ("to-settings", "window-place-settings", "⚙", Press::Control('6')),
            Place::Diagnostics => ("to-diagnostics", "window-place-diagnostics", "✚", Press::Function(12)),
            _ => ("to-counter", "window-place-counter", "⌂", Press::Control('1')),
        }
    }

    /// Of its button.
    pub fn id(self) -> &'static str {
        self.button().0
    }

    /// The Fluent id of its name.
    pub fn key(self) -> &'static str {
        self.button().1
    }

    /// A sign of [`MONO`](super::theme::MONO).
    pub fn sign(self) -> &'static str {
        self.button().2
    }

    /// The key on its button.
    pub fn press(self) -> Press {
        self.button().3
    }

    /// The place that a key means: the one on its button, or its number in the rail.
    pub fn of(press: Press) -> Option<Place> {
        if let Press::Control(digit @ '1'..='7') = press {
            return Place::RAIL.get(usize::from(digit as u8 - b'1')).copied();
        }
        Place::RAIL.into_iter().find(|place| place.press() == press)
    }

    /// Whether the button of `other` is this place's.
    pub fn is_under(self, other: Place) -> bool {
        self.on_rail() == other.on_rail()
    }
}

impl Desk {
    /// What waits at a place, for those who are elsewhere.
    pub fn badge(&self, place: Place) -> Option<Badge> {
        match place {
            Place::Counter => self.terminals.iter().any(|terminal| terminal.is_paying()).then_some(Badge::Running),
            Place::Tables => number(self.bills.tables.parked()),
            Place::Unresolved => number(self.in_doubt()),
            _ => None,
        }
    }

    /// Where the cashier is.
    pub fn place(&self) -> Place {
        self.place
    }

    pub(super) fn go_to(&mut self, place: Place) -> Vec<Effect> {
        self.day.forget_the_step();
        match place {
            Place::Counter | Place::Unresolved | Place::Settings | Place::Operators | Place::Guide => {
                self.place = place
            }
            Place::Receipts => {
                self.place = place;
                self.receipts.open();
                return vec![Effect::ReadReceipts];
            }
            Place::Printers => {
                self.place = place;
                self.printers.open();
                return vec![Effect::ReadReceipts];
            }
            Place::MailServer => {
                self.place = place;
                self.mail_server = MailServer::default();
                return vec![Effect::ReadReceipts, Effect::Focus(mail_server::HOST)];
            }
            Place::HandOut => return self.open_hand_out(),
            Place::Search => return self.open_search(),
            Place::Terminals => {
                self.place = place;
                return vec![self.setting_up.open()];
            }
            Place::Tables => return self.open_tables(),
            Place::History => return self.open_history(),
            Place::Day => return self.open_day(),
            Place::Reports => return self.open_reports(None),
            Place::Diagnostics => {
                self.place = place;
                return vec![Effect::ReadDiagnostics];
            }
        }
        Vec::new()
    }

    /// What a key means wherever the cashier is.
    pub(super) fn key_of_any_place(&self, press: Press) -> Option<Message> {
        match press {
            Press::Control('p') if self.can_print() => Some(Message::Print(print_desk::Message::PrintPressed)),
            Press::Control('p') => Some(Message::ReprintPressed),
            Press::Function(number @ 5..=8) => self.terminal_of_key(number).map(Message::TerminalChosen),
            // There it begins a new search.
            _ => Place::of(press)
                .filter(|place| *place != self.place || *place == Place::History)
                .map(Message::PlacePressed),
        }
    }

    /// The terminals that a cashier can turn to, in their order.
    fn choosable(&self) -> Vec<usize> {
        (0..self.terminals.len()).filter(|place| self.can_choose(*place)).collect()
    }

    /// F5 to F8 are the first terminals; pressed at the fourth or behind it, F8 goes on to the next.
    fn terminal_of_key(&self, number: u8) -> Option<usize> {
        let shown = self.choosable();
        let wanted = usize::from(number - 5);
        let here = shown.iter().position(|place| *place == self.chosen);
        let wanted = match here {
            Some(here) if wanted == 3 && (3..shown.len() - 1).contains(&here) => here + 1,
            _ => wanted,
        };
        shown.get(wanted).copied()
    }

    /// The key on a terminal's button, where it has one.
    pub(super) fn key_of_terminal(&self, terminal: usize) -> Option<u8> {
        let place = self.choosable().iter().position(|shown| *shown == terminal)?;
        u8::try_from(place).ok().filter(|place| *place < 4).map(|place| place + 5)
    }
}

fn number(number: usize) -> Option<Badge> {
    (number > 0).then_some(Badge::Number(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_has_a_key_of_its_own_and_its_number() {
        for (number, place) in ('1'..).zip(Place::RAIL) {
            assert_eq!(Place::of(place.press()), Some(place));
            assert_eq!(Place::of(Press::Control(number)), Some(place));
        }
        assert_eq!(Place::of(Press::Control('9')), None);
    }
}
