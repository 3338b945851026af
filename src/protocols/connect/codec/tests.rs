//! Laws of the codec, and the reference's own examples.
