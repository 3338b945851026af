//! How much larger than its own size the window is drawn.

use serde::{Deserialize, Serialize};

/// In whole percent, from [`Scale::SMALLEST`] to [`Scale::LARGEST`]; `1.25` in the settings file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Scale(u16);

impl Scale {
    pub const SMALLEST: Scale = Scale(100);
    pub const LARGEST: Scale = Scale(200);

    /// `None` outside the bounds.
    pub fn of_percent(percent: u16) -> Option<Scale> {
        Some(Scale(percent)).filter(|scale| (Scale::SMALLEST..=Scale::LARGEST).contains(scale))
    }

    pub fn percent(self) -> u16 {
        self.0
    }

    /// What a length is multiplied with.
    pub fn factor(self) -> f32 {
        f32::from(self.0) / 100.0
    }
}

impl From<Scale> for f64 {
    fn from(scale: Scale) -> f64 {
        f64::from(scale.0) / 100.0
    }
}

/// The scale in the settings file is none.
#[derive(Debug, thiserror::Error)]
#[error("the scale is {0}; it must be from 1.0 to 2.0")]
pub struct NotAScale(f64);

impl TryFrom<f64> for Scale {
    type Error = NotAScale;

    fn try_from(factor: f64) -> Result<Scale, NotAScale> {
        let percent = (factor * 100.0).round();
        // A number that is none compares with nothing.
        if !(100.0..=200.0).contains(&percent) {
            return Err(NotAScale(factor));
        }
        Ok(Scale(percent as u16))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_written_as_it_was_read() {
        for percent in 100..=200 {
            let scale = Scale::of_percent(percent).unwrap();
            let text = serde_json::to_string(&scale).unwrap();
            assert_eq!(serde_json::from_str::<Scale>(&text).unwrap(), scale, "{text}");
        }
        assert_eq!(serde_json::to_string(&Scale(115)).unwrap(), "1.15");
    }

    #[test]
    fn what_is_out_of_bounds_is_no_scale_and_the_error_names_the_bounds() {
        for text in ["0.99", "2.01", "-1", "1e300", "0"] {
            let error = serde_json::from_str::<Scale>(text).unwrap_err().to_string();
            assert!(error.contains("from 1.0 to 2.0"), "{error}");
        }
        assert!(Scale::try_from(f64::NAN).is_err());
        assert_eq!(Scale::of_percent(99), None);
        assert_eq!(Scale::of_percent(201), None);
    }
}
