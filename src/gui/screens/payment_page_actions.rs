//! What can be done about a payment as it stands, on the terminal it was made on; and why not. The terminal's actor has the last
//! word. What a terminal can never do is not shown; what only this payment does not allow is shown dead, with the reason.

use std::sync::Arc;

use super::payment_page::Dossier;
use crate::domain::{Money, Operation, PaymentRecord, PaymentRequest, PaymentState, Verdict};
use crate::gui::problem::Problem;
use crate::gui::scene::Scene;
use crate::terminal::{Earlier, Refusal, TerminalView};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Void,
    Capture,
    Tip,
    Refund,
    /// Cash, out of the drawer.
    GiveBack,
    /// Ask the terminal what became of it.
    Ask,
    /// A person says what became of it.
    Decide,
}

/// A deed that is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub deed: Deed,
    /// Why it cannot be done now.
    pub why_not: Option<Problem>,
}

impl Deed {
    /// The payment it makes; asking and deciding make none.
    pub fn operation(self) -> Operation {
        match self {
            Deed::Capture => Operation::Capture,
            Deed::Tip => Operation::Tip,
            Deed::Refund | Deed::GiveBack => Operation::Refund,
            Deed::Void | Deed::Ask | Deed::Decide => Operation::Void,
        }
    }

    /// Whether it is ever done about such a payment, on such a terminal; of one that is gone nobody knows.
    fn fits(self, record: &PaymentRecord, terminal: Option<&TerminalView>) -> bool {
        let approved = record.verdict() == Verdict::Approved;
        let kind = record.request.operation;
        let able = |operation| terminal.is_none_or(|terminal| terminal.abilities.can(operation));
        let earlier = terminal.is_some_and(|terminal| terminal.abilities.refunds_earlier);
        match self {
            Deed::Void => approved && kind.is_voidable() && able(Operation::Void),
            Deed::Capture => approved && kind == Operation::Preauth && able(Operation::Capture),
            Deed::Tip => approved && kind == Operation::Sale && able(Operation::Tip),
            Deed::Refund => {
                approved && matches!(kind, Operation::Sale | Operation::Capture) && earlier && able(Operation::Refund)
            }
            Deed::GiveBack => false,
            Deed::Ask => true,
            Deed::Decide => record.state == PaymentState::InDoubt,
        }
    }
}

/// Everything that can be done about a payment, and what cannot just now.
pub fn deeds(record: &PaymentRecord, dossier: Option<&Dossier>, terminals: &[Arc<TerminalView>]) -> Vec<Offer> {
    if record.is_cash() {
        return in_cash(record, dossier);
    }
    let terminal = terminals.iter().find(|terminal| terminal.name == record.terminal).map(Arc::as_ref);
    let all = [Deed::Void, Deed::Capture, Deed::Tip, Deed::Refund, Deed::Ask, Deed::Decide];
    let fit = all.into_iter().filter(|deed| deed.fits(record, terminal));
    fit.map(|deed| Offer { deed, why_not: why_not(deed, record, dossier, terminal) }).collect()
}

/// No terminal had a part in it, so none can do anything about it.
fn in_cash(record: &PaymentRecord, dossier: Option<&Dossier>) -> Vec<Offer> {
    if record.request.operation != Operation::Sale {
        return Vec::new();
    }
    let is_gone = refundable(record, dossier).is_none();
    let why_not = is_gone.then(|| Problem::from(&Refusal::AlreadyRefunded(record.id.clone())));
    vec![Offer { deed: Deed::GiveBack, why_not }]
}

/// What can still be given back of a payment, as far as the journal was read.
pub fn refundable(record: &PaymentRecord, dossier: Option<&Dossier>) -> Option<Money> {
    let about = dossier?.about.clone();
    Earlier::new(record.clone(), about).refundable()
}

fn why_not(
    deed: Deed,
    record: &PaymentRecord,
    dossier: Option<&Dossier>,
    terminal: Option<&TerminalView>,
) -> Option<Problem> {
    // A person decides beside any terminal, and about one that is gone most of all.
    if deed == Deed::Decide {
        return None;
    }
    let Some(terminal) = terminal else { return Some(Problem::new("window-terminal-gone")) };
    if deed == Deed::Ask {
        return terminal.is_paying().then(|| Problem::new("window-terminal-not-free"));
    }
    if let Err(refusal) = allowed(deed, record, dossier, terminal) {
        return Some(Problem::from(&refusal));
    }
    (!terminal.is_free()).then(|| Problem::new("window-terminal-not-free"))
}

/// As the terminal's actor will see it, as far as the journal was read.
fn allowed(
    deed: Deed,
    record: &PaymentRecord,
    dossier: Option<&Dossier>,
    terminal: &TerminalView,
) -> Result<(), Refusal> {
    let about = dossier.map(|dossier| dossier.about.clone()).unwrap_or_default();
    let earlier = Earlier::new(record.clone(), about);
    let Some(taken) = earlier.taken() else { return Err(Refusal::NotApproved(record.id.clone())) };
    // The least there is to give back: whether there is anything left.
    let amount = if deed == Deed::Refund { Money::new(1, taken.currency()) } else { taken };
    let request = PaymentRequest::new(deed.operation(), amount);
    match earlier.complete(request, &terminal.abilities) {
        Err(Refusal::RefundTooLarge { payment, .. }) => return Err(Refusal::AlreadyRefunded(payment)),
        done => done?,
    };
    let last = dossier.and_then(|dossier| dossier.last_approved.as_ref());
    let is_last = last.is_none_or(|last| *last == record.id);
    if deed == Deed::Void && terminal.abilities.voids_last_only && !is_last {
        return Err(Refusal::NotTheLast(record.id.clone()));
    }
    Ok(())
}

/// The reasons in words, each once, with what they keep from being done.
pub fn reasons(offers: &[Offer], scene: Scene<'_>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for reason in offers.iter().filter_map(|offer| offer.why_not.as_ref()) {
        let line = reason.text(scene.texts);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}
