//! The shop's key, with which settings are signed, and the keys whose files this till takes.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use zeroize::Zeroizing;

use super::super::replacing::{replace, replace_for_owner};
use super::SharingError;

/// In bytes; a key takes a hundred.
const FILE_AT_MOST: u64 = 16 << 10;
/// Of an Ed25519 key, in bytes.
const PUBLIC_KEY: usize = 32;

/// Both halves of the shop's key. It is no part of the settings and is never shared.
pub struct ShopKey(Ed25519KeyPair);

impl ShopKey {
    /// Makes a key and keeps it in a file that only its owner can read; the one that is there already stays.
    ///
    /// # Errors
    /// The file cannot be read or written, or is no key.
    pub fn make(file: &Path) -> Result<ShopKey, SharingError> {
        if file.exists() {
            return ShopKey::load(file);
        }
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
        let made = made.map_err(|_| SharingError::key(file, "no random numbers"))?;
        let text = Zeroizing::new(STANDARD.encode(made.as_ref()));
        replace_for_owner(file, text.as_bytes()).map_err(|error| SharingError::key(file, error))?;
        ShopKey::load(file)
    }

    /// # Errors
    /// `NoKey` where none was made, `Key` where the file is none.
    pub fn load(file: &Path) -> Result<ShopKey, SharingError> {
        let no_key = || SharingError::NoKey { file: file.display().to_string() };
        let text = Zeroizing::new(text_of(file)?.ok_or_else(no_key)?);
        let bytes = STANDARD.decode(text.trim()).map_err(|_| SharingError::key(file, "base64"))?;
        let bytes = Zeroizing::new(bytes);
        let pair = Ed25519KeyPair::from_pkcs8(&bytes).map_err(|_| SharingError::key(file, "Ed25519"))?;
        Ok(ShopKey(pair))
    }

    /// What a till is told to trust.
    pub fn public(&self) -> String {
        STANDARD.encode(self.0.public_key().as_ref())
    }

    pub(super) fn sign(&self, message: &[u8]) -> String {
        STANDARD.encode(self.0.sign(message).as_ref())
    }
}

/// Whether somebody who has the private half of `public` has signed this.
pub(super) fn is_signed(public: &str, message: &[u8], signature: &str) -> bool {
    let (Ok(public), Ok(signature)) = (STANDARD.decode(public), STANDARD.decode(signature)) else { return false };
    UnparsedPublicKey::new(&ED25519, public).verify(message, &signature).is_ok()
}

/// The keys whose files this till takes, one a line.
///
/// # Errors
/// The file cannot be read; one that does not exist trusts nobody.
pub fn trusted_keys(file: &Path) -> Result<Vec<String>, SharingError> {
    let text = text_of(file)?.unwrap_or_default();
    Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

/// Takes files that are signed with this key from now on.
///
/// # Errors
/// `NotAKey`, and the file cannot be written.
pub fn trust_key(file: &Path, public: &str) -> Result<(), SharingError> {
    let public = public.trim();
    if STANDARD.decode(public).map(|bytes| bytes.len()) != Ok(PUBLIC_KEY) {
        return Err(SharingError::NotAKey);
    }
    let mut keys = trusted_keys(file)?;
    if keys.iter().all(|known| known != public) {
        keys.push(public.to_owned());
        let text = keys.join("\n") + "\n";
        replace(file, text.as_bytes()).map_err(|error| SharingError::key(file, error))?;
    }
    Ok(())
}

fn text_of(file: &Path) -> Result<Option<String>, SharingError> {
    if let Ok(about) = fs::metadata(file)
        && about.len() > FILE_AT_MOST
    {
        return Err(SharingError::key(file, "too long"));
    }
    let mut text = String::new();
    match File::open(file).and_then(|file| file.take(FILE_AT_MOST).read_to_string(&mut text)) {
        Ok(_) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SharingError::key(file, error)),
    }
}
