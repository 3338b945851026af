//! What is printed unasked, what somebody may print now, and how the printers stand.

use std::collections::{BTreeMap, VecDeque};

use super::bill_desk::Sheet;
use super::desk::Desk;
use super::effect::Effect;
use super::places::Place;
use super::to_print::{PrintOrder, ToPrint};
use crate::domain::{BillId, Copy, PaymentId, Receipt};
use crate::printing::{JobId, JobState, JobView, PrintView, QueueTrouble};
use crate::settings::{PrintWhen, ReceiptSettings};
use crate::terminal::{PaymentView, TerminalView};

/// Copies remembered as printed; of older ones a print is a reprint anyway, because their payment is in the history.
const PRINTED_AT_MOST: usize = 200;

#[derive(Debug, Default)]
pub struct PrintDesk {
    receipts: ReceiptSettings,
    printers: Vec<String>,
    pub(super) view: PrintView,
    /// Copies that were given to a printer in this run.
    printed: VecDeque<(PaymentId, Copy)>,
    bills: VecDeque<BillId>,
    /// What of the queue's trouble somebody has read; what is over by itself goes by itself.
    read: Option<QueueTrouble>,
    /// Copies that nobody wanted when they were asked.
    not_wanted: VecDeque<(PaymentId, Copy)>,
    /// Payments that were seen before they ended, by terminal: what had ended before the program began is not printed unasked.
    running: BTreeMap<String, PaymentId>,
}

#[derive(Debug, Clone)]
pub enum Message {
    /// What somebody is asked about, else what is on the screen.
    PrintPressed,
    /// What somebody is asked about stays unprinted.
    NotPrintPressed,
    Changed(PrintView),
    AgainPressed(JobId),
    ElsewherePressed(JobId, String),
    GiveUpPressed(JobId),
    /// What was lost is lost, and somebody knows it.
    TroubleRead,
}

impl PrintDesk {
    /// What the settings say now.
    pub fn set(&mut self, receipts: ReceiptSettings, printers: Vec<String>) {
        (self.receipts, self.printers) = (receipts, printers);
    }

    /// The printer that is meant where nobody names one.
    fn printer(&self, terminal: Option<&str>) -> Option<&str> {
        self.receipts.printer_for(terminal).or_else(|| self.printers.first().map(String::as_str))
    }

    /// Whether the shop hands receipts out by mail, and as codes.
    pub(super) fn without_paper(&self) -> (bool, bool) {
        (self.receipts.mail.is_some(), self.receipts.qr_code.is_some())
    }

    /// Whether this copy was given to a printer in this run.
    pub(super) fn was_printed(&self, payment: &PaymentId, copy: Copy) -> bool {
        self.printed.iter().any(|(of, printed)| of == payment && *printed == copy)
    }

    /// The customer has it, if not on paper.
    pub(super) fn handed_out(&mut self, payment: &PaymentId) {
        is_first(&mut self.printed, (payment.clone(), Copy::Customer));
    }

    /// The copy that somebody is asked about, with the printer that is meant.
    fn asked(&self, view: &TerminalView) -> Option<(&str, ToPrint)> {
        let payment = view.payment.as_ref().filter(|payment| self.running.get(&view.name) == Some(&payment.id))?;
        let printer = self.receipts.printer_for(Some(&view.name))?;
        let is_asked = |receipt: &&Receipt| {
            let key = (payment.id.clone(), receipt.copy);
            (payment.outcome().is_some() || receipt.signature_line)
                && self.receipts.when(&view.name, receipt.copy) == PrintWhen::Ask
                && !self.printed.contains(&key)
                && !self.not_wanted.contains(&key)
        };
        // The customer waits for theirs.
        let (customers, merchants): (Vec<_>, Vec<_>) =
            payment.receipts.iter().filter(is_asked).partition(|receipt| receipt.copy == Copy::Customer);
        let receipt = customers.into_iter().chain(merchants).next()?.clone();
        Some((printer, ToPrint::Receipt { payment: payment.id.clone(), receipt, training: view.training }))
    }

    /// The first job that somebody has to look after.
    pub(super) fn faulty(&self) -> Option<&JobView> {
        self.view.jobs.iter().find(|job| matches!(job.state, JobState::Faulty { .. }))
    }

    /// What is wrong with the queue, unless somebody has read it.
    pub(super) fn trouble(&self) -> Option<&QueueTrouble> {
        self.view.trouble.as_ref().filter(|trouble| self.read.as_ref() != Some(trouble))
    }

    /// Where else it could be printed.
    pub(super) fn other_printer(&self, than: &str) -> Option<&str> {
        self.printers.iter().map(String::as_str).find(|printer| *printer != than)
    }

    /// Slips to sign at once, everything else when the payment has ended.
    pub(super) fn terminal_changed(&mut self, view: &TerminalView) -> Vec<Effect> {
        let Some(payment) = &view.payment else { return Vec::new() };
        let has_ended = payment.outcome().is_some();
        if !has_ended {
            self.running.insert(view.name.clone(), payment.id.clone());
        }
        if self.running.get(&view.name) != Some(&payment.id) {
            return Vec::new();
        }
        let due = payment.receipts.iter().filter(|receipt| has_ended || receipt.signature_line);
        let due: Vec<Receipt> = due.cloned().collect();
        due.into_iter().filter_map(|receipt| self.unasked(view, payment, receipt)).collect()
    }

    fn unasked(&mut self, view: &TerminalView, payment: &PaymentView, receipt: Receipt) -> Option<Effect> {
        let wanted = match self.receipts.when(&view.name, receipt.copy) {
            PrintWhen::Always => true,
            PrintWhen::Needed => receipt.from_till,
            PrintWhen::Ask | PrintWhen::Never => false,
        };
        // A printer somebody has chosen: the first one of a list is no choice.
        let printer = self.receipts.printer_for(Some(&view.name)).map(str::to_owned)?;
        if !wanted || !is_first(&mut self.printed, (payment.id.clone(), receipt.copy)) {
            return None;
        }
        let what = ToPrint::Receipt { payment: payment.id.clone(), receipt, training: view.training };
        Some(print(printer, what, false))
    }

    /// A bill that has just been settled.
    pub(super) fn bill_settled(&mut self, sheet: &Sheet) -> Option<Effect> {
        let Sheet::Settled(settled) = sheet else { return None };
        let account = &settled.account;
        let wanted = matches!(self.receipts.bill, PrintWhen::Always | PrintWhen::Needed) && !account.bill.is_open();
        let printer = self.receipts.printer.clone()?;
        if !wanted || !is_first(&mut self.bills, account.bill.id.clone()) {
            return None;
        }
        let order = PrintOrder {
            printer,
            what: ToPrint::Bill(Box::new(account.clone())),
            duplicate: false,
            open_drawer: settled.change.is_some(),
        };
        Some(Effect::Print(Box::new(order)))
    }
}

/// Whether it was not printed in this run; from now on it was.
fn is_first<T: PartialEq>(printed: &mut VecDeque<T>, what: T) -> bool {
    if printed.contains(&what) {
        return false;
    }
    if printed.len() == PRINTED_AT_MOST {
        printed.pop_front();
    }
    printed.push_back(what);
    true
}

fn print(printer: String, what: ToPrint, duplicate: bool) -> Effect {
    Effect::Print(Box::new(PrintOrder { printer, what, duplicate, open_drawer: false }))
}

impl Desk {
    pub(super) fn print_said(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::PrintPressed => self.print_asked().or_else(|| self.print_shown()).into_iter().collect(),
            Message::NotPrintPressed => {
                if let Some((payment, copy)) = self.asked_copy() {
                    is_first(&mut self.printing.not_wanted, (payment, copy));
                }
                Vec::new()
            }
            Message::Changed(view) => {
                self.printing.view = view;
                Vec::new()
            }
            Message::TroubleRead => {
                self.printing.read.clone_from(&self.printing.view.trouble);
                Vec::new()
            }
            Message::AgainPressed(job) => vec![Effect::PrintAgain(job)],
            Message::ElsewherePressed(job, printer) => vec![Effect::PrintElsewhere(job, printer)],
            Message::GiveUpPressed(job) => vec![Effect::PrintGiveUp(job)],
        }
    }

    /// Whether what is on the screen could be printed.
    pub(super) fn can_print(&self) -> bool {
        self.printing.printer(None).is_some() && (self.shown_on_paper().is_some() || self.asked().is_some())
    }

    /// The copy of the payment on the counter that is printed only where somebody says so.
    fn asked(&self) -> Option<(&str, ToPrint)> {
        let view = self.terminal().filter(|_| self.place == Place::Counter && self.payment_shown().is_some())?;
        self.printing.asked(view)
    }

    pub(super) fn asked_copy(&self) -> Option<(PaymentId, Copy)> {
        match self.asked()?.1 {
            ToPrint::Receipt { payment, receipt, .. } => Some((payment, receipt.copy)),
            _ => None,
        }
    }

    fn print_asked(&mut self) -> Option<Effect> {
        let (printer, what) = self.asked()?;
        let printer = printer.to_owned();
        let key = self.asked_copy()?;
        is_first(&mut self.printing.printed, key);
        Some(print(printer, what, false))
    }

    fn print_shown(&mut self) -> Option<Effect> {
        let (what, terminal, printed_before) = self.shown_on_paper()?;
        let printer = self.printing.printer(terminal.as_deref())?.to_owned();
        let duplicate = match &what {
            ToPrint::Receipt { payment, receipt, .. } => {
                !is_first(&mut self.printing.printed, (payment.clone(), receipt.copy)) || printed_before
            }
            ToPrint::Bill(account) => !is_first(&mut self.printing.bills, account.bill.id.clone()) || printed_before,
            ToPrint::Day(_) | ToPrint::DaySoFar(_) | ToPrint::Report { .. } => false,
        };
        Some(print(printer, what, duplicate))
    }

    /// What it is, the terminal it is of, and whether it is old enough to have been printed by somebody.
    pub(super) fn shown_on_paper(&self) -> Option<(ToPrint, Option<String>, bool)> {
        match self.place {
            Place::Counter => match self.payment_shown() {
                Some(payment) => {
                    let terminal = self.terminal()?;
                    let receipt = self.payment.receipt_shown(payment)?.clone();
                    let (payment, training) = (payment.id.clone(), terminal.training);
                    Some((ToPrint::Receipt { payment, receipt, training }, Some(terminal.name.clone()), false))
                }
                None => match self.bills.sheet() {
                    Sheet::Settled(settled) => Some((ToPrint::Bill(Box::new(settled.account.clone())), None, false)),
                    _ => None,
                },
            },
            Place::History => {
                let (what, terminal) = self.history.shown_on_paper()?;
                Some((what, Some(terminal), true))
            }
            Place::Day => self.shop_day.shown_on_paper().map(|what| (what, None, false)),
            Place::Reports => self.kept.shown_on_paper().map(|what| (what, None, false)),
            _ => None,
        }
    }
}
