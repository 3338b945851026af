//! eConduit Cloud: the till as a point of sale that asks the cloud for payments on a terminal of the cloud's (part 2 of the
//! reference), and the till as a terminal that plays what the cloud asks (part 1).

pub mod codec;
pub mod face;
pub mod messages;
pub mod settings;
