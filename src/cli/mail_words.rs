//! The words of `mail`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::settings::MailSecurity;

#[derive(Debug, Subcommand)]
pub enum MailCommand {
    /// Set the server up, in the place of an earlier one
    Set(MailSet),
    /// The server there is
    Show,
    /// Send no receipts any more, and forget the password
    Remove,
    /// Send a mail that says nothing but that it works
    Test {
        #[arg(value_name = "ADDRESS")]
        to: String,
    },
}

#[derive(Debug, Args)]
pub struct MailSet {
    #[arg(long, value_name = "NAME")]
    pub host: String,
    /// 465 with tls and 587 with start-tls when left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    #[arg(long, value_enum, value_name = "HOW", default_value = "tls")]
    pub security: SecurityWord,
    /// Who the receipts come from: an address, or “Name <address>”
    #[arg(long, value_name = "ADDRESS")]
    pub from: String,
    /// Whoever the server knows; nobody logs in when left out
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// Read the password from standard input; the one that is kept when left out
    #[arg(long, requires = "user")]
    pub password_stdin: bool,
    /// A certificate authority of your own, as a PEM file
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SecurityWord {
    Tls,
    StartTls,
}

impl SecurityWord {
    pub fn security(self) -> MailSecurity {
        match self {
            SecurityWord::Tls => MailSecurity::Tls,
            SecurityWord::StartTls => MailSecurity::StartTls,
        }
    }
}
