//! Texts on screen, from `i18n/*.ftl` and nowhere else, and numbers, dates and times as their language writes them.

mod formats;
mod locales;
mod pseudo;
mod value;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use jiff::Zoned;
use unic_langid::LanguageIdentifier;

use crate::domain::outcome::Explanation;
use crate::domain::{CardSummary, Display, Money, Operation, Receipt};

use formats::Formats;
use locales::Chosen;
pub use locales::{LOCALES, TextLocale, language_of};
pub use value::Value;

/// Characters on a line of 58 mm paper.
const RECEIPT_COLUMNS: usize = 32;

/// The texts of one locale; what it lacks comes from British English.
pub struct Texts {
    locale: &'static TextLocale,
    bundles: Vec<FluentBundle<FluentResource>>,
    formats: Formats,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Texts").field(&self.locale.tag).finish()
    }
}

impl Texts {
    /// The locale asked for (a tag such as `sv`, `de-AT` or `en_US.UTF-8`), else the system's, else British English.
    pub fn new(asked: Option<&str>) -> Texts {
        let chosen = Chosen::by(asked);
        let bundles = chain(chosen.texts).map(|locale| bundle(locale.tag, locale.source.to_owned())).collect();
        Texts { locale: chosen.texts, bundles, formats: Formats::new(&chosen.formats) }
    }

    /// For tests: British English with accents on every letter and two fifths longer, `[Šéţţîñĝš ····]`.
    pub fn pseudo() -> Texts {
        let chosen = Chosen::by(Some(LOCALES[0].tag));
        let bundles = vec![bundle(chosen.texts.tag, pseudo::dressed(chosen.texts.source))];
        Texts { locale: chosen.texts, bundles, formats: Formats::new(&chosen.formats) }
    }

    /// Every locale there is: its tag, as the settings have it, and its name in its own language.
    pub fn locales() -> impl ExactSizeIterator<Item = (&'static str, &'static str)> {
        LOCALES.iter().map(|locale| (locale.tag, locale.name))
    }

    /// The tag of the locale in use, one of [`Texts::locales`].
    pub fn tag(&self) -> &'static str {
        self.locale.tag
    }

    /// ISO 639-1 of the language in use.
    pub fn language(&self) -> &'static str {
        self.locale.language()
    }

    pub fn get(&self, key: &str) -> String {
        self.filled(key, FluentArgs::new())
    }

    /// The text with words in its placeables.
    pub fn with(&self, key: &str, placeables: &[(&str, &str)]) -> String {
        self.filled(key, placeables.iter().copied().collect())
    }

    /// The text with words of somebody's own in its placeables, as errors and findings give them.
    pub fn with_words(&self, key: &str, placeables: &[(&str, String)]) -> String {
        self.filled(key, placeables.iter().map(|(name, words)| (*name, words.as_str())).collect())
    }

    /// The text with words and counts in its placeables: `&[("number", 3.into()), ("name", name.into())]`.
    pub fn with_values(&self, key: &str, placeables: &[(&str, Value)]) -> String {
        self.filled(key, placeables.iter().copied().collect())
    }

    /// A key nobody has is shown as it is, so that a person can report it.
    fn filled(&self, key: &str, args: FluentArgs) -> String {
        for bundle in &self.bundles {
            if let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) {
                return bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned();
            }
        }
        key.to_owned()
    }

    pub fn has(&self, key: &str) -> bool {
        self.bundles.iter().any(|bundle| bundle.has_message(key))
    }

    /// `1 249,50 SEK` or `1,249.50 SEK`. The code, not the sign: SEK, NOK and DKK are all `kr`.
    pub fn money(&self, money: Money) -> String {
        self.with("money", &[("number", &self.formats.money(money)), ("currency", money.currency().code())])
    }

    /// The number alone.
    pub fn number(&self, money: Money) -> String {
        self.formats.money(money)
    }

    /// How many there are of something: `1 234`.
    pub fn count(&self, count: i64) -> String {
        self.formats.count(count)
    }

    /// Plain decimal text, such as a quantity's `0.35`, as this locale writes it; what is no number stays as it is.
    pub fn decimal(&self, text: &str) -> String {
        self.formats.decimal(text)
    }

    /// Plain decimal text as a percentage: `12.5%` or `12,5 %`.
    pub fn percent(&self, text: &str) -> String {
        self.with("percent", &[("number", &self.formats.decimal(text))])
    }

    /// What stands before the decimals; what a person is still typing is shown with it.
    pub fn decimal_mark(&self) -> &str {
        self.formats.decimal_mark()
    }

    /// `14/03/2026`.
    pub fn date(&self, at: &Zoned) -> String {
        self.formats.date(at)
    }

    /// `14/03/2026, 14:05`.
    pub fn date_time(&self, at: &Zoned) -> String {
        self.formats.date_time(at)
    }

    /// `14:05`.
    pub fn time(&self, at: &Zoned) -> String {
        self.formats.time(at)
    }

    /// `14:05:09`.
    pub fn time_with_seconds(&self, at: &Zoned) -> String {
        self.formats.seconds(at)
    }

    /// Why, and what to do, with the terminal's own words behind it.
    pub fn explain(&self, explanation: &Explanation) -> String {
        self.with_detail(self.get(&explanation.key), explanation.detail.as_deref())
    }

    /// A text with somebody else's own words behind it, where there are any.
    pub fn with_detail(&self, text: String, detail: Option<&str>) -> String {
        match detail {
            Some(detail) => self.with("with-detail", &[("text", &text), ("detail", detail)]),
            None => text,
        }
    }

    /// What a terminal shows, in its words or in ours.
    pub fn display(&self, display: &Display) -> String {
        match display {
            Display::Words(words) => words.clone(),
            Display::State { key, .. } => self.get(key),
        }
    }

    /// An operation's name; window and command line have their own words for it.
    pub fn operation(&self, area: &str, operation: Operation) -> String {
        self.get(&format!("{area}-operation-{}", operation.word().replace('_', "-")))
    }

    /// `Visa Debit •••• 4321`.
    pub fn card(&self, card: &CardSummary) -> String {
        self.with("card", &[("brand", &card.brand), ("last4", &card.last4)])
    }

    /// A receipt's lines, those of the till's own making in this language.
    pub fn receipt_lines(&self, receipt: &Receipt) -> Vec<String> {
        let lines = receipt.shown_lines().into_iter().enumerate();
        lines
            .map(|(place, line)| match receipt.labels.get(&place) {
                Some(key) => self.labelled(key, &line),
                None => line,
            })
            .collect()
    }

    /// Label at the left, value at the right of the narrowest paper.
    fn labelled(&self, key: &str, value: &str) -> String {
        let label = self.get(key);
        if value.is_empty() {
            return label;
        }
        let room = RECEIPT_COLUMNS.saturating_sub(label.chars().count() + 1);
        format!("{label} {value:>room$}")
    }
}

/// A locale, what it is laid over, and the one that has everything.
fn chain(locale: &'static TextLocale) -> impl Iterator<Item = &'static TextLocale> {
    let base = locale.overlay_of.unwrap_or(LOCALES[0].tag);
    let base = LOCALES.iter().find(|other| other.tag == base && other.tag != locale.tag);
    let last = Some(&LOCALES[0]).filter(|last| last.tag != locale.tag && base.is_none_or(|base| base.tag != last.tag));
    std::iter::once(locale).chain(base).chain(last)
}

fn bundle(tag: &str, source: String) -> FluentBundle<FluentResource> {
    let language: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Marks around placeables confuse terminals and printers.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(value::written));
    let resource = FluentResource::try_new(source).unwrap_or_else(|(resource, _)| resource);
    let _ = bundle.add_resource(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speaking(tag: &str, source: &str) -> Texts {
        let bundles = vec![bundle(tag, source.to_owned())];
        Texts { bundles, ..Texts::new(Some(tag)) }
    }

    #[test]
    fn a_text_chooses_its_plural_by_the_rules_of_its_language() {
        let source = "left = { $number ->\n    [one] one { $number }\n    [many] many { $number }\n   *[other] other { $number }\n}";
        let left = |tag, number: i64| speaking(tag, source).with_values("left", &[("number", number.into())]);
        assert_eq!(
            [0, 1, 2, 1_000].map(|number| left("en-GB", number)),
            ["other 0", "one 1", "other 2", "other 1,000"]
        );
        assert_eq!([0, 1, 2].map(|number| left("sv", number)), ["other 0", "one 1", "other 2"]);
        let words = speaking("sv", source).with("left", &[("number", "1")]);
        assert_eq!(words, "other 1", "words have no plural");
    }

    #[test]
    fn an_overlay_falls_back_to_its_base_and_everything_to_the_first() {
        let chains = LOCALES.iter().map(|locale| chain(locale).map(|locale| locale.tag).collect::<Vec<_>>());
        for (locale, chain) in LOCALES.iter().zip(chains) {
            assert_eq!((chain[0], chain.last()), (locale.tag, Some(&LOCALES[0].tag)));
            assert!(chain.len() <= 3 && locale.overlay_of.is_none_or(|base| chain[1] == base), "{chain:?}");
        }
    }
}
