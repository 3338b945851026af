//! Texts on screen, from `i18n/*.ftl` and nowhere else.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::domain::outcome::Explanation;
use crate::domain::{CardSummary, Display, Money, Operation, Receipt};

/// Characters on a line of 58 mm paper.
const RECEIPT_COLUMNS: usize = 32;

/// Every language there is, the fallback first.
pub const LANGUAGES: [(&str, &str); 2] =
    [("en", include_str!("../i18n/en.ftl")), ("sv", include_str!("../i18n/sv.ftl"))];

/// The texts of one language; what it lacks comes from English.
pub struct Texts {
    language: &'static str,
    bundles: Vec<FluentBundle<FluentResource>>,
}

impl Texts {
    /// The language asked for (a tag such as `sv` or `sv-SE`), else the system's, else English.
    pub fn new(asked: Option<&str>) -> Texts {
        let system = sys_locale::get_locale();
        let wanted = asked.or(system.as_deref()).unwrap_or_default().to_ascii_lowercase();
        let wanted = wanted.split(['-', '_', '.']).next().unwrap_or_default();
        let chosen = LANGUAGES.iter().find(|(tag, _)| *tag == wanted).unwrap_or(&LANGUAGES[0]);
        let fallback = (chosen.0 != LANGUAGES[0].0).then_some(&LANGUAGES[0]);
        Texts {
            language: chosen.0,
            bundles: std::iter::once(chosen).chain(fallback).map(|(tag, source)| bundle(tag, source)).collect(),
        }
    }

    /// The tag of the language in use.
    pub fn language(&self) -> &'static str {
        self.language
    }

    pub fn get(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The text with its placeables filled in. A key nobody has is shown as it is, so that a person can report it.
    pub fn with(&self, key: &str, placeables: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in placeables {
            args.set(*name, *value);
        }
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

    /// `1 249,50 SEK` or `1,249.50 SEK`.
    pub fn money(&self, money: Money) -> String {
        let number = money.to_localized(&self.get("decimal-mark"), &self.group_separator());
        self.with("money", &[("number", &number), ("currency", money.currency().code())])
    }

    /// The number alone.
    pub fn number(&self, money: Money) -> String {
        money.to_localized(&self.get("decimal-mark"), &self.group_separator())
    }

    /// Why, and what to do, with the terminal's own words behind it.
    pub fn explain(&self, explanation: &Explanation) -> String {
        let text = self.get(&explanation.key);
        match &explanation.detail {
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
        let lines = receipt.lines.iter().enumerate();
        lines
            .map(|(place, line)| match receipt.labels.get(&place) {
                Some(key) => self.labelled(key, line),
                None => line.clone(),
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

    /// `space` in the file stands for a no-break space, which editors do not show.
    fn group_separator(&self) -> String {
        match self.get("group-separator").as_str() {
            "space" => "\u{a0}".to_owned(),
            other => other.to_owned(),
        }
    }
}

fn bundle(tag: &str, source: &str) -> FluentBundle<FluentResource> {
    let language: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Marks around placeables confuse terminals and printers.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
    let _ = bundle.add_resource(resource);
    bundle
}
