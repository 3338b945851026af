//! PINs against their hashes: argon2id as PHC strings. Slow on purpose, so never on the window's thread.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::domain::Pin;
use crate::domain::operator::PinHash;

/// In KiB. With [`PASSES`] one check takes a tenth to a fifth of a second on a till's computer.
const MEMORY: u32 = 48 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A file that somebody has damaged must not stop the till: what takes more than this is no hash of ours.
const MEMORY_AT_MOST: u32 = 4 * MEMORY;
const PASSES_AT_MOST: u32 = 4 * PASSES;

/// What the PIN is checked against from now on, with a salt of its own.
///
/// # Errors
/// Only where there is not enough memory; the text holds nothing of the PIN.
pub fn hash_pin(pin: &Pin) -> Result<PinHash, String> {
    let salt = uuid::Uuid::new_v4();
    let hash = hasher().map_err(|error| error.to_string())?;
    let hash: PasswordHash =
        hash.hash_password_with_salt(pin.reveal().as_bytes(), salt.as_bytes()).map_err(|error| error.to_string())?;
    Ok(PinHash::new(hash.to_string()))
}

/// Whether this is the PIN. Takes as long whatever the answer.
///
/// # Errors
/// For what is no hash of ours, or where there is not enough memory.
pub fn is_pin_of(pin: &Pin, hash: &PinHash) -> Result<bool, String> {
    let hash = parsed(hash)?;
    match Argon2::default().verify_password(pin.reveal().as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(error.to_string()),
    }
}

/// Whether PINs can be checked against it.
pub(super) fn is_sound(hash: &PinHash) -> bool {
    parsed(hash).is_ok()
}

fn parsed(hash: &PinHash) -> Result<PasswordHash, String> {
    let parsed = PasswordHash::new(hash.as_str()).map_err(|error| error.to_string())?;
    let params = Params::try_from(&parsed).map_err(|error| error.to_string())?;
    let is_ours = parsed.algorithm == argon2::ARGON2ID_IDENT && parsed.hash.is_some() && parsed.salt.is_some();
    if !is_ours || params.m_cost() > MEMORY_AT_MOST || params.t_cost() > PASSES_AT_MOST || params.p_cost() > LANES {
        return Err("no argon2id of ours".to_owned());
    }
    Ok(parsed)
}

fn hasher() -> Result<Argon2<'static>, argon2::Error> {
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(MEMORY, PASSES, LANES, None)?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::Secret;

    fn pin(digits: &str) -> Pin {
        Pin::tried(Secret::new(digits)).unwrap()
    }

    #[test]
    fn a_pin_is_its_own_and_no_other_ones() {
        let hash = hash_pin(&pin("2749")).unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=49152,t=2,p=1$"), "{}", hash.as_str());
        assert!(!hash.as_str().contains("2749"));
        assert_eq!(is_pin_of(&pin("2749"), &hash), Ok(true));
        assert_eq!(is_pin_of(&pin("27490"), &hash), Ok(false));
        assert_ne!(hash_pin(&pin("2749")).unwrap(), hash, "two people with one PIN do not show");
    }

    #[test]
    fn what_is_no_hash_of_ours_is_no_pin_and_takes_no_time() {
        let good = hash_pin(&pin("2749")).unwrap();
        for (from, to) in
            [("argon2id", "argon2i"), ("m=49152", "m=4194304"), ("t=2", "t=4000"), ("p=1", "p=64"), ("$argon2id", "")]
        {
            let bad = PinHash::new(good.as_str().replace(from, to));
            assert!(is_pin_of(&pin("2749"), &bad).is_err() && !is_sound(&bad), "{to}");
        }
        assert!(is_sound(&good));
    }

    #[test]
    #[ignore = "measures"]
    fn a_check_takes_its_time() {
        let hash = hash_pin(&pin("2749")).unwrap();
        let began = std::time::Instant::now();
        for _ in 0..5 {
            is_pin_of(&pin("2749"), &hash).unwrap();
        }
        println!("{:?}", began.elapsed() / 5);
    }
}
