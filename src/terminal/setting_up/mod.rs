//! Setting terminals up, for window and command line: names, fields and secrets are checked, secrets are kept before the settings
//! say so, and the settings file is read again before it is changed, for somebody else may have written it meanwhile.

mod deed;
mod error;
mod name;
mod pairing;
mod saving;
mod secrets;

pub use deed::SetUpDeed;
pub use error::{SetupError, Step};
pub use name::{Proposal, checked_name, proposed_name};
pub use pairing::{Subject, keep_paired, pair, unpair};
pub use saving::{Permitted, Settled, Wanted, load, make_default, remove, secrets_wanted, set_up, try_out};
pub use secrets::{SecretChanges, all_gone, keep_secrets, secrets_after};
