//! `simulate printer`: a simulated receipt printer behind a real socket, until interrupted.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use crate::domain::PaperWidth;
use crate::links::PrinterDoor;
use crate::receipts::printer_simulator::{PaperLeft, PrinterNews, PrinterSimulator, Sheet};

use super::arguments::Simulate;
use super::context::{Context, Done, Failure};
use super::events::Event;
use super::exit_status::ExitStatus;
use super::interrupts::Interrupts;
use super::simulate::{cannot_listen, file_failed, tell};

/// What it is called where else a family of terminals is named.
pub const PRINTER: &str = "printer";
/// Where receipt printers listen.
const PORT: u16 = 9100;
/// News that wait to be told; more are lost, and only where nobody reads standard output.
const NEWS: usize = 1024;

/// What of it was chosen.
#[derive(Default)]
struct Chosen {
    width: PaperWidth,
    paper: PaperLeft,
    is_cover_open: bool,
    is_mute: bool,
    never_says_done: bool,
    tail: usize,
    lines_a_second: Option<u32>,
}

pub async fn simulate_printer(context: &Context, asked: &Simulate) -> Done {
    let chosen = chosen(context, asked)?;
    let mut papers = Papers { folder: asked.papers.clone(), number: 0 };
    if let Some(folder) = &asked.papers {
        std::fs::create_dir_all(folder).map_err(|error| file_failed(context, folder, &error.to_string()))?;
    }
    let mut interrupts =
        Interrupts::listen().map_err(|error| context.failed("no-interrupts", &[("problem", &error.to_string())]))?;
    let listen = asked.listen.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, PORT).into());
    let (sender, mut news) = tokio::sync::mpsc::channel(NEWS);
    let told = move |news| drop(sender.try_send(news));
    let door = PrinterDoor::open(listen, chosen.printer(), chosen.lines_a_second, told)
        .await
        .map_err(|error| cannot_listen(context, listen, &error))?;
    let address = door.address().to_string();
    context.output.event(&Event::Listening { address: address.clone(), door: None });
    context.output.line(&format!("listening on {address}"));
    loop {
        tokio::select! {
            () = interrupts.next() => break,
            Some(news) = news.recv() => papers.note(context, news)?,
        }
    }
    // What was never cut is a sheet too.
    door.tear_off();
    let rest = door.close().await;
    while let Ok(news) = news.try_recv() {
        papers.note(context, news)?;
    }
    rest.into_iter().try_for_each(|news| papers.note(context, news))?;
    Ok(ExitStatus::Done)
}

fn chosen(context: &Context, asked: &Simulate) -> Result<Chosen, Failure> {
    let mut chosen = Chosen::default();
    for assignment in &asked.options {
        let (name, word) =
            assignment.split_once('=').ok_or_else(|| context.usage("not-an-assignment", &[("text", assignment)]))?;
        let unknown = || context.usage("no-such-option", &[("protocol", PRINTER), ("option", name)]);
        chosen.choose(name, word).ok_or_else(unknown)?;
    }
    Ok(chosen)
}

impl Chosen {
    /// `None` where there is no such option, or it does not take this.
    fn choose(&mut self, name: &str, word: &str) -> Option<()> {
        match (name, word) {
            ("paper", "out") => self.paper = PaperLeft::Out,
            ("paper", word) => self.paper = PaperLeft::Lines(word.strip_prefix("after:")?.parse().ok()?),
            ("cover", "open") => self.is_cover_open = true,
            ("status", "mute") => self.is_mute = true,
            ("done", "mute") => self.never_says_done = true,
            ("tail", word) => self.tail = word.parse().ok().filter(|lines| *lines <= 100)?,
            ("speed", word) => {
                self.lines_a_second = Some(word.parse().ok().filter(|lines| (1..=1000).contains(lines))?)
            }
            ("width", word) => self.width = word.parse::<u8>().ok()?.try_into().ok()?,
            _ => return None,
        }
        Some(())
    }

    fn printer(&self) -> PrinterSimulator {
        let mut printer = PrinterSimulator::new(self.width);
        printer.set_paper(self.paper);
        printer.set_cover(self.is_cover_open);
        printer.set_mute(self.is_mute);
        printer.set_says_done(!self.never_says_done);
        printer.set_tail(self.tail);
        printer
    }
}

/// The sheets so far.
struct Papers {
    folder: Option<PathBuf>,
    number: usize,
}

impl Papers {
    fn note(&mut self, context: &Context, news: PrinterNews) -> Result<(), Failure> {
        match news {
            PrinterNews::Sheet(sheet) => return self.sheet(context, sheet),
            PrinterNews::DrawerOpened => {
                context.output.event(&Event::Drawer);
                context.output.line(&context.texts().get("cli-simulate-drawer"));
            }
            PrinterNews::Complaint(text) => tell(&format!("! {text}")),
        }
        Ok(())
    }

    /// In its files before anybody hears of it.
    fn sheet(&mut self, context: &Context, sheet: Sheet) -> Result<(), Failure> {
        self.number += 1;
        if let Some(folder) = &self.folder {
            let text = sheet.lines.iter().map(|line| format!("{line}\n")).collect::<String>();
            keep(context, &folder.join(format!("sheet-{}.txt", self.number)), text.as_bytes())?;
            keep(context, &folder.join(format!("sheet-{}.png", self.number)), &sheet.picture.png())?;
        }
        let number = self.number.to_string();
        context.output.line(&context.texts().with("cli-simulate-sheet", &[("number", &number)]));
        sheet.lines.iter().for_each(|line| context.output.line(line));
        context.output.event(&Event::Sheet { number: self.number, lines: sheet.lines });
        Ok(())
    }
}

fn keep(context: &Context, file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(file, bytes).map_err(|error| file_failed(context, file, &error.to_string()))
}
