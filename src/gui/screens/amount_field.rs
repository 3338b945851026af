//! An amount that is typed into a field: its digits move in from the right as on the counter, and the field shows what they
//! come to as money, as this language writes it.

use iced::widget::{TextInput, text_input};

use super::amount_entry::AmountEntry;
use crate::domain::{Currency, Money};
use crate::gui::scene::Scene;
use crate::gui::theme;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AmountField {
    entry: AmountEntry,
    /// Was there before anybody typed: the first digit takes its place.
    offered: bool,
    /// So many keys were told. A picture knows how many went before it.
    keys: u32,
    /// What was told last, and how many keys went before the picture it was typed on.
    told: Option<(u32, String)>,
}

/// A key in the field. A field tells all of its text and never the key; what became of it shows which one it was.
#[derive(Debug, Clone)]
pub struct Typed {
    /// How many keys went before the picture that was typed on: two keys can be typed on one.
    keys: u32,
    drawn: String,
    text: String,
}

impl AmountField {
    /// With an amount that is there before anybody types.
    pub fn offering(money: Money) -> AmountField {
        AmountField { entry: AmountEntry::of(money), offered: true, ..AmountField::default() }
    }

    pub fn is_empty(&self) -> bool {
        self.entry.is_empty()
    }

    pub fn money(&self, currency: Currency) -> Money {
        self.entry.money(currency)
    }

    /// The field; `on_typed` hears every key, for [`AmountField::update`].
    pub fn view<'a, Message: Clone + 'a>(
        &self,
        hint: String,
        currency: Currency,
        scene: Scene<'a>,
        on_typed: impl Fn(Typed) -> Message + 'a,
    ) -> TextInput<'a, Message> {
        let drawn = if self.is_empty() { String::new() } else { scene.texts.number(self.money(currency)) };
        let keys = self.keys;
        let field = text_input(&hint, &drawn);
        field.on_input(move |text| on_typed(Typed { keys, drawn: drawn.clone(), text })).style(theme::field)
    }

    /// A key in the field.
    pub fn update(&mut self, typed: Typed, currency: Currency) {
        let Typed { keys, drawn, text } = typed;
        let before = match self.told.take() {
            Some((on, told)) if on == keys => told,
            _ => drawn,
        };
        self.edit(&before, &text, currency);
        self.keys = self.keys.wrapping_add(1);
        self.told = Some((keys, text));
    }

    /// A digit that was typed beside the field and is meant for it.
    pub fn push(&mut self, digit: u8, currency: Currency) {
        if self.offered {
            self.entry.clear();
        }
        self.entry.push(digit, currency);
        self.offered = false;
        self.keys = self.keys.wrapping_add(1);
        self.told = None;
    }

    /// One text has become another. The cursor may stand anywhere, as it does when a sign
    /// comes in from the left: what was put in is typed, and so many digits as were taken out are taken back.
    fn edit(&mut self, before: &str, text: &str, currency: Currency) {
        let (drawn, text): (Vec<char>, Vec<char>) = (before.chars().collect(), text.chars().collect());
        let same = |(one, other): &(&char, &char)| one == other;
        let before = drawn.iter().zip(&text).take_while(same).count();
        let (drawn, text) = (&drawn[before..], &text[before..]);
        let behind = drawn.iter().rev().zip(text.iter().rev()).take_while(same).count();
        let (taken, typed) = (&drawn[..drawn.len() - behind], &text[..text.len() - behind]);
        let was = self.entry.clone();
        let entry = &mut self.entry;
        if self.offered && taken.is_empty() && typed.iter().any(|key| is_meant(*key)) {
            entry.clear();
        }
        // A mark that is taken out is a key taken back, as a digit is.
        let digits = taken.iter().filter(|sign| sign.is_ascii_digit()).count();
        let back = if taken.is_empty() { 0 } else { digits.max(1) };
        (0..back).for_each(|_| entry.pop());
        for key in typed {
            match key.to_digit(10).and_then(|digit| u8::try_from(digit).ok()) {
                Some(digit) => entry.push(digit, currency),
                None if is_meant(*key) => entry.push_mark(currency),
                None => {}
            }
        }
        self.offered &= self.entry == was;
    }
}

fn is_meant(key: char) -> bool {
    key.is_ascii_digit() || matches!(key, ',' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shown between keys, in a language with a comma.
    fn shown(field: &AmountField) -> String {
        if field.is_empty() {
            return String::new();
        }
        field.money(Currency::SEK).to_decimal().replace('.', ",")
    }

    /// Typed on the newest picture of it.
    fn after(field: &AmountField, text: &str) -> AmountField {
        let mut field = field.clone();
        let typed = Typed { keys: field.keys, drawn: shown(&field), text: text.to_owned() };
        field.update(typed, Currency::SEK);
        field
    }

    #[test]
    fn digits_come_in_from_the_right_wherever_the_cursor_stands() {
        let mut field = AmountField::default();
        for (text, now) in [("2", "0,02"), ("00,02", "0,20"), ("0,020", "2,00"), ("2,005", "20,05")] {
            field = after(&field, text);
            assert_eq!(shown(&field), now);
        }
    }

    #[test]
    fn keys_between_two_pictures_are_each_there_once_and_in_their_order() {
        let mut field = after(&AmountField::default(), "20");
        assert_eq!(shown(&field), "0,20");
        // The cursor stands behind the comma, and the digit that is there already is typed again.
        let picture = field.keys;
        for (text, now) in [("0,220", "2,02"), ("0,2520", "20,25"), ("0,25720", "202,57"), ("0,2520", "20,25")] {
            let typed = Typed { keys: picture, drawn: "0,20".to_owned(), text: text.to_owned() };
            field.update(typed, Currency::SEK);
            assert_eq!(shown(&field), now);
        }
        assert_eq!(shown(&after(&field, "20,251")), "202,51", "and on the next picture");
    }

    #[test]
    fn keys_are_taken_back_one_by_one_and_all_at_once() {
        let field = after(&AmountField::default(), "1250");
        assert_eq!(shown(&after(&field, "12,5")), "1,25");
        assert_eq!(shown(&after(&field, "1250")), "1,25");
        assert!(after(&field, "").is_empty());
        assert_eq!(shown(&after(&field, "7")), "0,07");
    }

    #[test]
    fn a_mark_makes_whole_units_of_what_stands_before_it() {
        let field = after(&AmountField::default(), "12,5");
        assert_eq!(shown(&field), "12,50");
        assert_eq!(shown(&after(&AmountField::default(), "2x")), "0,02");
    }

    #[test]
    fn the_first_digit_takes_the_place_of_what_was_offered() {
        let field = AmountField::offering(Money::new(1_250, Currency::SEK));
        assert_eq!(shown(&after(&field, "12,503")), "0,03");
        assert_eq!(shown(&after(&after(&field, "12,5"), "1,257")), "12,57");
        let unchanged = after(&field, "12,50x");
        assert!(unchanged.offered && unchanged.entry == field.entry);
    }
}
