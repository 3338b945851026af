//! What the settings say of the whole shop.

use crate::domain::Currency;
use crate::protocols;
use crate::protocols::protocol::Abilities;
use crate::settings::{Settings, TerminalSettings};

use super::till::{face_of, meant_terminal, training_settings};

/// What bills are in where nobody says: the currency that all real terminals agree on, those at the tables included, else
/// that of the terminal that is meant, else the first one's, else training's.
pub fn shop_currency(settings: &Settings) -> Currency {
    let meant = || {
        let name = meant_terminal(settings, None).ok()?;
        abilities_of(settings.terminal(&name)?)
    };
    let training = || abilities_of(&training_settings(settings));
    agreed_currency(settings)
        .or_else(|| meant().map(|abilities| abilities.currency))
        .or_else(|| currencies(settings).first().copied())
        .or_else(|| training().map(|abilities| abilities.currency))
        .unwrap_or(Currency::EUR)
}

/// The currency of all real terminals, where they have the same; training's where there is none.
pub fn agreed_currency(settings: &Settings) -> Option<Currency> {
    match currencies(settings).as_slice() {
        [] => abilities_of(&training_settings(settings)).map(|abilities| abilities.currency),
        [first, others @ ..] => others.iter().all(|other| other == first).then_some(*first),
    }
}

fn currencies(settings: &Settings) -> Vec<Currency> {
    real(settings).filter_map(abilities_of).map(|abilities| abilities.currency).collect()
}

/// Whether bills are about real money: some terminal is set up that takes it.
pub fn takes_real_money(settings: &Settings) -> bool {
    real(settings).next().is_some()
}

fn real(settings: &Settings) -> impl Iterator<Item = &TerminalSettings> {
    settings.terminals.iter().filter(|terminal| face_of(terminal).is_none())
}

fn abilities_of(terminal: &TerminalSettings) -> Option<Abilities> {
    let protocol = protocols::find(&terminal.protocol)?;
    let fields = protocol.checked(&terminal.fields).ok()?;
    Some((protocol.abilities)(&fields))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::protocols::protocol::FieldValues;

    use super::*;

    fn settings(terminals: &[(&str, &str)]) -> Settings {
        let mut settings = Settings { training_currency: Some("NOK".to_owned()), ..Settings::default() };
        for (name, currency) in terminals {
            let mut fields = FieldValues::default();
            fields.set("host", "192.0.2.7");
            fields.set("poi_id", "1");
            fields.set("currency", currency);
            settings.put(TerminalSettings::new(name, "nexo", fields));
        }
        settings
    }

    #[test]
    fn bills_are_in_what_all_terminals_take_else_in_what_the_meant_or_the_first_one_takes_else_in_trainings() {
        assert_eq!(shop_currency(&settings(&[])), Currency::NOK);
        assert_eq!(shop_currency(&settings(&[("front", "SEK"), ("back", "SEK")])), Currency::SEK);
        let mut two = settings(&[("front", "SEK"), ("back", "EUR")]);
        assert_eq!((agreed_currency(&two), shop_currency(&two)), (None, Currency::SEK));
        two.default_terminal = Some("back".to_owned());
        assert_eq!(shop_currency(&two), Currency::EUR);
    }

    #[test]
    fn a_shop_without_a_terminal_takes_no_real_money() {
        assert!(!takes_real_money(&settings(&[])));
        assert!(takes_real_money(&settings(&[("front", "SEK")])));
    }
}
