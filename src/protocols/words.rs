//! Enumerations of the wire. A word we do not know is kept as `Other`, with card numbers masked.

/// An enumeration of the wire: its known words, and `Other` for the rest. What remembers one writes its word.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$about])* $variant,)+
            /// A word we do not know.
            Other(String),
        }

        impl $name {
            pub const KNOWN: &'static [$name] = &[$($name::$variant,)+];

            pub fn word(&self) -> &str {
                match self {
                    $($name::$variant => $word,)+
                    $name::Other(word) => word,
                }
            }

            pub fn from_word(word: &str) -> $name {
                match word {
                    $($word => $name::$variant,)+
                    _ => $name::Other($crate::protocols::words::stranger(word)),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(deserializer).map(|word| $name::from_word(&word))
            }
        }
    };
}

pub(in crate::protocols) use words;

/// Longer words than any of the reference's are cut.
const LONGEST: usize = 100;

/// An unknown word as it may be kept.
pub fn stranger(word: &str) -> String {
    crate::domain::card::mask_card_numbers(&word.chars().take(LONGEST).collect::<String>())
}
