//! The words of `operator`, as clap reads them.

use clap::{Args, Subcommand, ValueEnum};

use crate::domain::Role;

#[derive(Debug, Subcommand)]
pub enum OperatorCommand {
    /// Add somebody who signs in at the till; the first one must be a supervisor or installer
    Add(OperatorAdd),
    /// Those who sign in at the till
    List,
    /// Take somebody away; without anybody left nobody has to sign in
    Remove { name: String },
    /// Give somebody another PIN
    Pin(OperatorPin),
    /// What cashiers may do besides taking payments, and when who does nothing is signed out
    Rights(OperatorRights),
}

#[derive(Debug, Args)]
pub struct OperatorAdd {
    /// As it stands on the tile: at most 24 characters
    pub name: String,
    #[arg(long, value_enum, value_name = "ROLE")]
    pub role: RoleWord,
    #[command(flatten)]
    pub pin: PinSource,
}

#[derive(Debug, Args)]
pub struct OperatorPin {
    pub name: String,
    #[command(flatten)]
    pub pin: PinSource,
}

/// Where the PIN comes from; never the command line itself, which other programs can see.
#[derive(Debug, Args)]
pub struct PinSource {
    /// Take the PIN (4 to 8 digits) from this variable of the environment; from standard input when left out
    #[arg(long, value_name = "VARIABLE")]
    pub pin_env: Option<String>,
}

#[derive(Debug, Args)]
pub struct OperatorRights {
    /// Of refund, void, resolve, day-end, lift-lock and discount those that cashiers have; “none” for none of them
    #[arg(long, value_name = "RIGHT,RIGHT", value_delimiter = ',')]
    pub cashier: Option<Vec<String>>,
    /// Sign out who does nothing for so many minutes; 0 for never
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(0..=1440))]
    pub idle: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleWord {
    Cashier,
    Supervisor,
    Installer,
}

impl RoleWord {
    pub fn role(self) -> Role {
        match self {
            RoleWord::Cashier => Role::Cashier,
            RoleWord::Supervisor => Role::Supervisor,
            RoleWord::Installer => Role::Installer,
        }
    }
}
