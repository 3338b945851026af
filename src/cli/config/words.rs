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
    /// Print the line for which others seal secrets that only this till can open
    Recipient,
    /// Write the settings into a file for other tills; without operators and prices, and with secrets only where they are sealed
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
    /// With the secrets, sealed for the till that prints this line with “config recipient”; may be given for several
    #[arg(long, value_name = "RECIPIENT")]
    pub seal_for: Vec<String>,
    /// With the secrets, sealed with a passphrase, which is read from standard input
    #[arg(long, conflicts_with = "seal_for")]
    pub seal_with_passphrase: bool,
}

#[derive(Debug, Args)]
pub struct ImportFile {
    pub file: PathBuf,
    /// Take it whoever wrote it
    #[arg(long)]
    pub unsigned: bool,
    /// Open its secrets with a passphrase, which is read from standard input
    #[arg(long, conflicts_with = "without_secrets")]
    pub passphrase: bool,
    /// Leave the secrets in it alone
    #[arg(long)]
    pub without_secrets: bool,
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
