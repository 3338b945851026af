//! The words of `config` and `secrets`, as clap reads them.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::settings::SecretsPlace;

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Everything that is wrong in a settings file, with line and column
    Check(CheckFile),
    /// Make the key with which this shop signs settings, and print its public half
    Key,
    /// Take settings that are signed with this key
    Trust {
        /// As “config key” prints it
        #[arg(value_name = "PUBLIC KEY")]
        key: String,
    },
    /// Write the settings into a file for other tills; without secrets, operators and prices
    Export(ExportFile),
    /// Take the settings of such a file, all of them or none
    Import(ImportFile),
}

#[derive(Debug, Args)]
pub struct ExportFile {
    pub file: PathBuf,
    /// The key to sign with; the one that “config key” made here when left out
    #[arg(long, value_name = "KEYFILE")]
    pub sign_with: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ImportFile {
    pub file: PathBuf,
    /// Take it whoever wrote it
    #[arg(long)]
    pub unsigned: bool,
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
