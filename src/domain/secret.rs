//! A secret: it can be used, and neither printed nor written by mistake (rule 8).

use std::fmt;

use zeroize::Zeroizing;

/// A password, a key, a merchant's secret. It has no serialized form, shows itself as `***`, and its memory is wiped when
/// it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(Zeroizing::new(text.into()))
    }

    /// For the request that carries it and for the store that keeps it, and nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Nothing has been typed.
impl Default for Secret {
    fn default() -> Secret {
        Secret::new("")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_cannot_be_printed() {
        let secret = Some(Secret::new("hunter2"));
        assert_eq!(format!("{secret:?}"), "Some(***)");
        assert_eq!(Secret::new("hunter2").to_string(), "***");
        assert_eq!(Secret::new("hunter2").reveal(), "hunter2");
    }
}
