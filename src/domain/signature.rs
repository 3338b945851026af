//! What a customer signed on the till's screen.

use std::fmt;

/// A drawn signature, as the bytes of a PNG picture. It goes to the terminal that asked for it and nowhere else (rule 8):
/// it has no serialized form and shows its size alone.
#[derive(Clone, PartialEq, Eq)]
pub struct SignatureImage(Vec<u8>);

impl SignatureImage {
    /// A drawn line takes a few kilobytes; no message grows without a bound.
    pub const AT_MOST: usize = 256 * 1024;

    /// `None` for more than [`SignatureImage::AT_MOST`] bytes.
    pub fn new(png: Vec<u8>) -> Option<SignatureImage> {
        (png.len() <= Self::AT_MOST).then_some(SignatureImage(png))
    }

    /// For the request that carries it, and nothing else.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SignatureImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes]", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_shows_its_size_and_has_a_bound() {
        let image = SignatureImage::new(b"picture".to_vec());
        assert_eq!(format!("{image:?}"), "Some([7 bytes])");
        assert!(SignatureImage::new(vec![0; SignatureImage::AT_MOST]).is_some());
        assert_eq!(SignatureImage::new(vec![0; SignatureImage::AT_MOST + 1]), None);
    }
}
