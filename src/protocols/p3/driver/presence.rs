//! Nothing at hand.

/// The line may stand, where it is wanted; nothing is under way on it.
#[derive(Debug, Default)]
pub struct Resting;
