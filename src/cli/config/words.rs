//! The words of `config` and `secrets`, as clap reads them.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::settings::SecretsPlace;

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Everything that is wrong in a settings file, with line and column
    Check(CheckFile),
}

#[derive(Debug, Args)]
pub struct CheckFile {
    /// The file; this till’s own settings when left out
    pub file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum SecretsCommand {
    /// Which secrets are set, and where they are kept; never what they are
    List,
    /// Take all secrets from the keyring into the file, or from the file into the keyring
    Move(MoveSecrets),
}

#[derive(Debug, Args)]
pub struct MoveSecrets {
    /// Where they are kept from now on
    #[arg(long, value_enum, value_name = "PLACE")]
    pub to: PlaceWord,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlaceWord {
    Keyring,
    File,
}

impl PlaceWord {
    pub fn place(self) -> SecretsPlace {
        match self {
            PlaceWord::Keyring => SecretsPlace::Keyring,
            PlaceWord::File => SecretsPlace::File,
        }
    }
}
