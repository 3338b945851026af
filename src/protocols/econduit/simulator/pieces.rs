//! Cuts what a terminal sends at `04 04` (reference 2.2). What is between messages is skipped.

use crate::protocols::econduit::messages::AT_MOST;

/// Half of the end mark. Alone it ends nothing.
const HALF: u8 = 0x04;

/// What came and is no whole message yet. Takes no memory while there is nothing.
#[derive(Debug, Default)]
pub struct Pieces(Vec<u8>);

/// A message outgrew its bound.
#[derive(Debug, PartialEq, Eq)]
pub struct TooLarge;

impl Pieces {
    /// The messages that the piece completes, without their mark.
    pub fn push(&mut self, piece: &[u8]) -> Result<Vec<Vec<u8>>, TooLarge> {
        let mut whole = Vec::new();
        for byte in piece {
            match (byte, self.0.last()) {
                (&HALF | b'\r' | b'\n' | b' ', None) => {}
                (&HALF, Some(&HALF)) => {
                    let mut message = std::mem::take(&mut self.0);
                    message.pop();
                    whole.push(message);
                }
                _ if self.0.len() > AT_MOST => return Err(TooLarge),
                _ => self.0.push(*byte),
            }
        }
        Ok(whole)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn messages_end_at_the_mark_however_they_come() {
        let stream = b"\x04\r\n{\"a\":1}\x04\x04\x04 \x04{\"b\":\x042}\x04\x04{\"c\"";
        let expected = [b"{\"a\":1}".to_vec(), b"{\"b\":\x042}".to_vec()];
        let mut pieces = Pieces::default();
        assert_eq!(pieces.push(stream).unwrap(), expected);
        let mut pieces = Pieces::default();
        let one_by_one: Vec<_> = stream.iter().flat_map(|byte| pieces.push(&[*byte]).unwrap()).collect();
        assert_eq!(one_by_one, expected);
        assert_eq!(pieces.push(b":3}\x04\x04").unwrap(), [b"{\"c\":3}".to_vec()]);
        assert_eq!(pieces.0.capacity(), 0);
    }

    #[test]
    fn a_message_has_a_bound() {
        let mut pieces = Pieces::default();
        assert_eq!(pieces.push(&vec![b'x'; AT_MOST]), Ok(Vec::new()));
        assert_eq!(pieces.push(b"\x04\x04").unwrap()[0].len(), AT_MOST);
        assert_eq!(pieces.push(&vec![b'x'; AT_MOST + 2]), Err(TooLarge));
    }
}
