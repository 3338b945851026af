//! Shares of a bill that is split evenly, and how each of them stands. Part of the split's screen.

use iced::widget::{container, row, text};
use iced::{Center, Element, Fill, Right};

use super::split::Message;
use crate::domain::BillAccount;
use crate::domain::bill::split_evenly;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, MONO};

/// Shares of what was due, and how much was paid of the bill before the first of them, in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shares {
    parts: Vec<i64>,
    before: i64,
    /// What nobody knew of it then is none of theirs.
    pending_before: i64,
    /// Of the whole bill; when it changes the shares are of another bill.
    total: i64,
}

/// How a share stands, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    amount: i64,
    paid: i64,
    /// Nobody knows yet.
    pending: i64,
}

impl Shares {
    /// What is due now, among so many people.
    pub fn of(account: &BillAccount, people: usize) -> Shares {
        let settlement = &account.settlement;
        let parts = split_evenly(settlement.due_minor, people);
        let (before, pending_before) = (settlement.spoken_for_minor(), settlement.pending_minor);
        Shares { parts, before, pending_before, total: settlement.total_minor }
    }

    /// The shares with what has been paid since, the first ones first. None where the bill has become another.
    pub fn standing(&self, account: &BillAccount) -> Vec<Share> {
        let settlement = &account.settlement;
        if self.total != settlement.total_minor {
            return Vec::new();
        }
        let mut pending = (settlement.pending_minor - self.pending_before).max(0);
        let mut paid = (settlement.spoken_for_minor() - self.before - pending).max(0);
        let fill = |amount: &i64| {
            let share_paid = paid.min(*amount);
            paid -= share_paid;
            let share_pending = pending.min(amount - share_paid);
            pending -= share_pending;
            Share { amount: *amount, paid: share_paid, pending: share_pending }
        };
        self.parts.iter().map(fill).collect()
    }
}

impl Share {
    /// In minor units.
    pub fn left(self) -> i64 {
        self.amount - self.paid - self.pending
    }
}

/// One share, what was paid of it, and which is the next one's.
pub fn share_line<'a>(
    place: usize,
    share: Share,
    is_next: bool,
    account: &BillAccount,
    scene: Scene<'a>,
) -> Element<'a, Message> {
    let money = |minor| scene.texts.money(account.money(minor));
    let (sign, words) = match share {
        Share { amount, paid, .. } if paid == amount => ("✔", scene.text("window-split-paid")),
        Share { pending, .. } if pending > 0 => {
            ("?", scene.texts.with("window-split-pending", &[("amount", &money(pending))]))
        }
        Share { paid: 0, .. } => (if is_next { "▶" } else { " " }, String::new()),
        share => ("▶", scene.texts.with("window-split-left", &[("amount", &money(share.left()))])),
    };
    let words = row![
        text(sign).font(MONO).size(theme::LARGE).width(40),
        text((place + 1).to_string()).size(theme::LARGE).width(40),
        text(words).size(theme::BODY).width(Fill),
        text(money(share.amount)).size(theme::LARGE).align_x(Right),
    ]
    .spacing(GAP)
    .align_y(Center);
    container(words).padding([4, 12]).height(theme::TOUCH).width(Fill).style(theme::sheet).into()
}
