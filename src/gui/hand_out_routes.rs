//! The way to and from the page on which a customer's receipt is handed out without paper.

use super::desk::Desk;
use super::effect::Effect;
use super::hand_out_link::MailOrder;
use super::places::Place;
use super::problem::Problem;
use super::screens::hand_out::{self, Action, HandOut, HandedOut, Message};
use super::to_print::ToPrint;
use crate::domain::{Copy, PaymentId};

impl Desk {
    /// The customer's copy that is on the screen, where the shop hands receipts out so.
    pub(super) fn open_hand_out(&mut self) -> Vec<Effect> {
        let shown = self.shown_on_paper();
        let Some((ToPrint::Receipt { payment, receipt, training }, _, printed_before)) = shown else {
            return Vec::new();
        };
        let (mails, codes) = self.printing.without_paper();
        if receipt.copy != Copy::Customer || !(mails || codes) {
            return Vec::new();
        }
        let duplicate = printed_before || self.printing.was_printed(&payment, receipt.copy);
        let what = HandedOut { payment, receipt, training, duplicate };
        self.hand_out = Some((HandOut::new(what, mails), self.place));
        self.place = Place::HandOut;
        if mails { vec![Effect::Focus(hand_out::ADDRESS)] } else { Vec::new() }
    }

    pub(super) fn hand_out_said(&mut self, message: Message) -> Vec<Effect> {
        if let Message::Sent(payment, to, sent) = &message {
            self.mail_ended(payment, to, sent.clone());
        }
        let Some((hand_out, from)) = &mut self.hand_out else { return Vec::new() };
        match hand_out.update(message) {
            Action::None => Vec::new(),
            Action::Send(to) => {
                let what = hand_out.what().clone();
                vec![Effect::MailReceipt(Box::new(MailOrder { what, to }))]
            }
            Action::Leave => {
                self.place = *from;
                self.hand_out = None;
                Vec::new()
            }
        }
    }

    /// What was sent is no original any more. What was not is told also where nobody looks at its page.
    fn mail_ended(&mut self, payment: &PaymentId, to: &str, sent: Result<(), Problem>) {
        let hand_out = self.hand_out.as_ref().filter(|_| self.place == Place::HandOut);
        let is_seen = hand_out.is_some_and(|(hand_out, _)| hand_out.awaits(payment, to));
        match sent {
            Ok(()) => self.printing.handed_out(payment),
            Err(problem) if !is_seen => self.problem = Some(problem),
            Err(_) => {}
        }
    }

    /// What the customer's screen shows as a code meanwhile.
    pub(super) fn handed_out(&self) -> Option<&HandedOut> {
        let (hand_out, _) = self.hand_out.as_ref().filter(|_| self.place == Place::HandOut)?;
        // Whoever pays sees what they pay.
        if self.payment_shown().is_some_and(|payment| payment.outcome().is_none()) {
            return None;
        }
        Some(hand_out.what()).filter(|_| self.printing.without_paper().1)
    }
}
