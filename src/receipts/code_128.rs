//! A text as the bars of a Code 128.

use barcoders::sym::code128::Code128;

/// Says to the encoder that letters follow as they are.
const LETTERS: char = '\u{181}';
/// The longest text that still has bars anybody can read.
const LONGEST: usize = 48;

/// Bars (`true`) and gaps of one width each, without the white around them. `None` where the text has letters that the code has
/// not, or too many.
pub fn code_128(text: &str) -> Option<Vec<bool>> {
    let fits = !text.is_empty() && text.len() <= LONGEST;
    if !fits || !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return None;
    }
    let code = Code128::new(format!("{LETTERS}{text}")).ok()?;
    Some(code.encode().into_iter().map(|bar| bar == 1).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_text_begins_and_ends_with_bars_and_what_has_no_code_has_none() {
        let bars = code_128("K7M2-41").unwrap();
        // start, seven letters, check and stop of 11 each, and the last two bars
        assert_eq!(bars.len(), 11 * 10 + 2);
        assert!(bars[0] && bars[bars.len() - 1]);
        assert_eq!(code_128("Å"), None);
        assert_eq!(code_128(""), None);
        assert_eq!(code_128(&"1".repeat(49)), None);
    }
}
