//! Messages behind their length in four bytes, the most significant first (payprotocol-p3).

use super::FramingError;

const PREFIX: usize = 4;

/// Cuts messages out of what arrives.
#[derive(Debug)]
pub struct LengthPrefix {
    at_most: usize,
    begun: Vec<u8>,
}

impl LengthPrefix {
    /// `at_most` is the size of the largest message without its prefix, in bytes.
    pub fn new(at_most: usize) -> LengthPrefix {
        LengthPrefix { at_most, begun: Vec::new() }
    }

    /// The messages that `bytes` completes, in their order.
    ///
    /// # Errors
    /// `TooLarge` for a length over the bound, before anything of it is kept; `Empty` for a length of zero.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Vec<u8>>, FramingError> {
        let mut whole = Vec::new();
        let mut rest = bytes;
        loop {
            let wanted = PREFIX + self.length()?.unwrap_or(0);
            let missing = wanted.saturating_sub(self.begun.len());
            let (taken, after) = rest.split_at(missing.min(rest.len()));
            self.begun.extend_from_slice(taken);
            rest = after;
            if taken.len() < missing {
                return Ok(whole);
            }
            if self.length()?.is_some_and(|length| self.begun.len() == PREFIX + length) {
                whole.push(self.begun.split_off(PREFIX));
                self.begun.clear();
            }
        }
    }

    /// What the prefix says, once it is there.
    fn length(&self) -> Result<Option<usize>, FramingError> {
        let Some(prefix) = self.begun.first_chunk::<PREFIX>() else { return Ok(None) };
        match usize::try_from(u32::from_be_bytes(*prefix)).unwrap_or(usize::MAX) {
            0 => Err(FramingError::Empty),
            length if length > self.at_most => Err(FramingError::TooLarge { at_most: self.at_most }),
            length => Ok(Some(length)),
        }
    }
}

/// The message with its prefix.
///
/// # Errors
/// `Empty`, and `TooLarge` for what four bytes cannot count.
pub fn framed(message: &[u8]) -> Result<Vec<u8>, FramingError> {
    if message.is_empty() {
        return Err(FramingError::Empty);
    }
    let length = u32::try_from(message.len()).map_err(|_| FramingError::TooLarge { at_most: u32::MAX as usize })?;
    Ok([&length.to_be_bytes(), message].concat())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_length_of_zero_or_over_the_bound_is_refused_before_anything_is_kept() {
        assert_eq!(LengthPrefix::new(10).push(&[0, 0, 0, 0]), Err(FramingError::Empty));
        let mut reader = LengthPrefix::new(10);
        assert_eq!(reader.push(&[0, 0, 0, 11, 1, 2]), Err(FramingError::TooLarge { at_most: 10 }));
        assert!(reader.begun.len() <= PREFIX);
        assert_eq!(framed(b""), Err(FramingError::Empty));
    }

    #[test]
    fn two_messages_in_one_piece_are_two() {
        let stream = [framed(b"{}").unwrap(), framed(b"[1]").unwrap()].concat();
        assert_eq!(LengthPrefix::new(10).push(&stream).unwrap(), [b"{}".to_vec(), b"[1]".to_vec()]);
    }

    proptest! {
        #[test]
        fn any_split_of_any_stream_gives_the_same_messages(
            messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..40), 0..8),
            sizes in prop::collection::vec(1_usize..9, 1..60),
        ) {
            let stream: Vec<u8> = messages.iter().flat_map(|message| framed(message).unwrap()).collect();
            let mut reader = LengthPrefix::new(64);
            let mut found = Vec::new();
            let mut rest = stream.as_slice();
            for size in sizes.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (piece, after) = rest.split_at((*size).min(rest.len()));
                found.extend(reader.push(piece).unwrap());
                rest = after;
            }
            prop_assert_eq!(found, messages);
        }

        #[test]
        fn no_stream_makes_it_panic_or_keep_more_than_its_bound(
            pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..20),
        ) {
            let mut reader = LengthPrefix::new(32);
            for piece in pieces {
                let _ = reader.push(&piece);
                prop_assert!(reader.begun.len() <= PREFIX + 32);
            }
        }
    }
}
