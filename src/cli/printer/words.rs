//! The words of `printer …`, and of what prints besides.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::Value;

use crate::domain::{CodePage, PaperWidth};

#[derive(Debug, Subcommand)]
pub enum PrinterCommand {
    /// Set a receipt printer up, or change one that is
    Add(PrinterAdd),
    /// The printers that are set up
    List,
    /// Forget a printer
    Remove { name: String },
    /// The printers that this computer knows
    Find,
    /// Ask a printer how it is, and print a slip with everything receipts need
    Test { name: String },
    /// What waits for a printer
    Queue,
}

#[derive(Debug, Args)]
pub struct PrinterAdd {
    pub name: String,
    #[command(flatten)]
    pub way: Way,
    /// How many letters stand on a line: 32 on paper of 58 mm, 42 or 48 on 80 mm
    #[arg(long, value_name = "COLUMNS", default_value = "48", value_parser = paper)]
    pub paper: PaperWidth,
    /// The letters it has besides those of ASCII: pc437, pc850, pc852, pc858, pc865, wpc1252 or ascii
    #[arg(long, value_name = "PAGE", default_value = "pc858", value_parser = code_page)]
    pub code_page: CodePage,
    /// It has no knife
    #[arg(long)]
    pub no_cut: bool,
    /// A cash drawer hangs on it
    #[arg(long)]
    pub drawer: bool,
    /// Give the system pages instead of a receipt printer's bytes
    #[arg(long, conflicts_with_all = ["network", "device"])]
    pub pdf: bool,
    /// Mean this printer where none is named
    #[arg(long)]
    pub default: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Way {
    /// Its address in the network; its port is 9100 unless it is given
    #[arg(long, value_name = "HOST[:PORT]")]
    pub network: Option<String>,
    /// Its device file, for example /dev/usb/lp0
    #[arg(long, value_name = "PATH")]
    pub device: Option<PathBuf>,
    /// What the system calls it
    #[arg(long, value_name = "QUEUE")]
    pub system: Option<String>,
}

#[derive(Debug, Args)]
pub struct OnPaper {
    /// Print it, instead of showing it
    #[arg(long)]
    pub print: bool,
    /// On this printer of the settings
    #[arg(long, value_name = "NAME", requires = "print")]
    pub printer: Option<String>,
}

fn paper(text: &str) -> Result<PaperWidth, String> {
    let columns: u8 = text.trim().parse().map_err(|_| "not a number".to_owned())?;
    PaperWidth::try_from(columns).map_err(str::to_owned)
}

fn code_page(text: &str) -> Result<CodePage, String> {
    let known = "pc437, pc850, pc852, pc858, pc865, wpc1252 or ascii";
    serde_json::from_value(Value::String(text.trim().to_lowercase())).map_err(|_| known.to_owned())
}
