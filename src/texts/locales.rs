//! The locales there are, and which of them is meant by what somebody asks for.

use icu_locale_core::{LanguageIdentifier, Locale};

/// One locale of the program: a line of [`LOCALES`].
pub struct TextLocale {
    /// BCP 47, as the settings' `language` names it.
    pub tag: &'static str,
    /// Its name in its own language. Nobody translates it: who looks for a language reads this.
    pub name: &'static str,
    /// Its Fluent file.
    pub source: &'static str,
    /// The locale whose texts these are, but for the few of `source`.
    pub overlay_of: Option<&'static str>,
}

impl TextLocale {
    const fn full(tag: &'static str, name: &'static str, source: &'static str) -> TextLocale {
        TextLocale { tag, name, source, overlay_of: None }
    }

    const fn overlay(tag: &'static str, of: &'static str, name: &'static str, source: &'static str) -> TextLocale {
        TextLocale { tag, name, source, overlay_of: Some(of) }
    }

    /// ISO 639-1, two letters.
    pub fn language(&self) -> &'static str {
        self.tag.split_once('-').map_or(self.tag, |(language, _)| language)
    }

    fn region(&self) -> Option<&'static str> {
        self.tag.split_once('-').map(|(_, region)| region)
    }
}

/// Every locale. The first is what all others fall back to; of one language, the first is meant by the language alone.
pub const LOCALES: &[TextLocale] = &[
    TextLocale::full("en-GB", "English (UK)", include_str!("../../i18n/en-GB.ftl")),
    TextLocale::overlay("en-US", "en-GB", "English (US)", include_str!("../../i18n/en-US.ftl")),
    TextLocale::full("sv", "Svenska", include_str!("../../i18n/sv.ftl")),
    TextLocale::full("de", "Deutsch", include_str!("../../i18n/de.ftl")),
    TextLocale::full("es", "Español", include_str!("../../i18n/es.ftl")),
    TextLocale::full("fr", "Français", include_str!("../../i18n/fr.ftl")),
    TextLocale::full("fi", "Suomi", include_str!("../../i18n/fi.ftl")),
];

/// The locale of the texts, and the one by which numbers and dates are written: `de-AT` has the texts of `de` and
/// Austria's numbers.
pub(super) struct Chosen {
    pub texts: &'static TextLocale,
    pub formats: Locale,
}

impl Chosen {
    /// A tag such as `sv`, `sv-SE` or `en_US.UTF-8`; else the system's; else British English.
    pub fn by(asked: Option<&str>) -> Chosen {
        let system = if asked.is_none() { sys_locale::get_locale() } else { None };
        let wanted = asked.or(system.as_deref()).and_then(parsed).unwrap_or(LanguageIdentifier::UNKNOWN);
        let region = wanted.region.as_ref().map(|region| region.as_str());
        let of_language = || LOCALES.iter().filter(|locale| locale.language() == wanted.language.as_str());
        let exact = of_language().find(|locale| locale.region().is_some() && locale.region() == region);
        match exact.or_else(|| of_language().next()) {
            Some(texts) if region.is_some() => Chosen { texts, formats: wanted.into() },
            Some(texts) => Chosen { texts, formats: own(texts) },
            None => Chosen { texts: &LOCALES[0], formats: own(&LOCALES[0]) },
        }
    }
}

/// The language, ISO 639-1, in which the program speaks when this is asked for.
pub fn language_of(asked: Option<&str>) -> &'static str {
    Chosen::by(asked).texts.language()
}

fn own(locale: &TextLocale) -> Locale {
    parsed(locale.tag).unwrap_or(LanguageIdentifier::UNKNOWN).into()
}

/// Language, script and region; what POSIX puts behind them (`.UTF-8`, `@euro`) says nothing of the language.
fn parsed(tag: &str) -> Option<LanguageIdentifier> {
    let tag = tag.split(['.', '@']).next().unwrap_or_default().replace('_', "-");
    Locale::try_from_str(&tag).ok().map(|locale| locale.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(asked: &str) -> (&'static str, String) {
        let chosen = Chosen::by(Some(asked));
        (chosen.texts.tag, chosen.formats.to_string())
    }

    #[test]
    fn a_tag_is_the_nearest_locale_there_is() {
        for (asked, texts, formats) in [
            ("en", "en-GB", "en-GB"),
            ("en-GB", "en-GB", "en-GB"),
            ("en-us", "en-US", "en-US"),
            ("en_US.UTF-8", "en-US", "en-US"),
            ("en-AU", "en-GB", "en-AU"),
            ("sv", "sv", "sv"),
            ("sv_FI.UTF-8@euro", "sv", "sv-FI"),
            ("sv-Latn-SE", "sv", "sv-Latn-SE"),
            ("sv-SE-u-nu-arab", "sv", "sv-SE"),
            ("tlh", "en-GB", "en-GB"),
            ("C.UTF-8", "en-GB", "en-GB"),
            ("POSIX", "en-GB", "en-GB"),
            ("", "en-GB", "en-GB"),
            ("sv’; DROP TABLE", "en-GB", "en-GB"),
        ] {
            assert_eq!(chosen(asked), (texts, formats.to_owned()), "{asked}");
        }
    }

    #[test]
    fn every_locale_is_found_by_its_tag_and_by_its_region() {
        for locale in LOCALES {
            assert_eq!(chosen(locale.tag).0, locale.tag);
            assert_eq!(chosen(&locale.tag.replace('-', "_")).0, locale.tag);
            assert_eq!(language_of(Some(locale.tag)), &locale.tag[..2]);
            if locale.region().is_none() {
                let abroad = format!("{}-AT", locale.tag);
                assert_eq!(chosen(&abroad), (locale.tag, abroad.clone()));
            }
        }
    }
}
