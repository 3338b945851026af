//! What of the desk is told aloud or to the customer when it changes: two pictures of it, and what lies between them.
//! What was there at the start has not happened.

use super::bill_desk::Sheet;
use super::bill_routes::takes_payments;
use super::desk::Desk;
use super::problem::Problem;
use crate::domain::{BillId, Money, PaymentId, QuestionId, Verdict};
use crate::terminal::TerminalView;

/// The desk before or after a message, as far as it can be heard.
#[derive(Debug, PartialEq)]
pub struct Standing {
    terminals: Vec<AtTerminal>,
    cash: Option<CashTaken>,
    problem: Option<Problem>,
    codes_refused: u32,
    /// What is missing of what was typed.
    missing: Option<&'static str>,
}

#[derive(Debug, PartialEq)]
struct AtTerminal {
    name: String,
    payment: Option<(PaymentId, Option<Verdict>)>,
    question: Option<QuestionId>,
}

/// Cash was taken for a bill just now.
#[derive(Debug, Clone, PartialEq)]
pub struct CashTaken {
    pub bill: BillId,
    /// What was handed over, where it was typed.
    pub given: Option<Money>,
    pub change: Money,
}

/// What has happened between two pictures.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// A payment ended on the terminal of this name, or what became of it is known at last.
    Ended {
        terminal: String,
        verdict: Verdict,
    },
    /// A terminal wants to know something of the cashier.
    Asked,
    CashTaken(CashTaken),
    /// What was wanted is not done.
    Refused,
}

impl Standing {
    pub fn of(desk: &Desk) -> Standing {
        let cashiers = desk.terminals.iter().filter(|terminal| takes_payments(terminal));
        Standing {
            terminals: cashiers.map(|terminal| AtTerminal::of(terminal)).collect(),
            cash: CashTaken::of(desk.bills.sheet()),
            problem: desk.problem.clone(),
            codes_refused: desk.codes_refused,
            missing: desk.ring_up.problem(),
        }
    }

    /// Everything that is in this picture and was not in the one before.
    pub fn since(&self, before: &Standing) -> Vec<Happening> {
        let mut happened = Vec::new();
        for terminal in &self.terminals {
            // A terminal that is looked at for the first time tells nothing new.
            let Some(was) = before.terminals.iter().find(|was| was.name == terminal.name) else { continue };
            if let Some((_, Some(verdict))) = terminal.payment
                && terminal.payment != was.payment
            {
                happened.push(Happening::Ended { terminal: terminal.name.clone(), verdict });
            }
            if terminal.question.is_some() && terminal.question != was.question {
                happened.push(Happening::Asked);
            }
        }
        let cash = self.cash.iter().filter(|_| before.cash.is_none());
        happened.extend(cash.cloned().map(Happening::CashTaken));
        let problem = self.problem.is_some() && self.problem != before.problem;
        let missing = self.missing.is_some() && self.missing != before.missing;
        let code = self.codes_refused != before.codes_refused;
        happened.extend((problem || missing || code).then_some(Happening::Refused));
        happened
    }
}

impl AtTerminal {
    fn of(terminal: &TerminalView) -> AtTerminal {
        let payment = terminal.payment.as_ref();
        AtTerminal {
            name: terminal.name.clone(),
            payment: payment.map(|payment| (payment.id.clone(), payment.outcome().map(|outcome| outcome.verdict))),
            question: payment.and_then(|payment| payment.question.as_ref()).map(|question| question.id),
        }
    }
}

impl CashTaken {
    fn of(sheet: &Sheet) -> Option<CashTaken> {
        let Sheet::Settled(settled) = sheet else { return None };
        let bill = settled.account.bill.id.clone();
        Some(CashTaken { bill, given: settled.given, change: settled.change? })
    }
}
