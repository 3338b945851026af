//! A bill on paper: before it is paid, and as the receipt.

use jiff::tz::TimeZone;

use crate::domain::bill::{Discount, Line, LineSum, TaxSum};
use crate::domain::{BillAccount, PaymentRecord, TaxMode, TaxRate, Verdict};
use crate::texts::Texts;

use super::slip::{Slip, Weight};
use super::tenders;

/// What the paper is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BillCopy {
    /// Before the payment: what is due.
    ToPay,
    /// The bill's receipt.
    Paid,
}

/// The bill, with the times of this zone.
pub fn bill_slip(account: &BillAccount, texts: &Texts, copy: BillCopy, zone: &TimeZone) -> Slip {
    let mut sheet = Sheet { account, texts, copy, zone, paper: Slip::default() };
    sheet.head();
    sheet.lines();
    sheet.sums();
    tenders::print(account, texts, &mut sheet.paper);
    sheet.standing();
    sheet.training();
    sheet.paper
}

struct Sheet<'a> {
    account: &'a BillAccount,
    texts: &'a Texts,
    copy: BillCopy,
    zone: &'a TimeZone,
    paper: Slip,
}

impl Sheet<'_> {
    fn head(&mut self) {
        let bill = &self.account.bill;
        self.training();
        let title = match self.copy {
            BillCopy::ToPay => "bill-receipt-title-to-pay",
            BillCopy::Paid => "bill-receipt-title-paid",
        };
        self.paper.centred(&self.texts.get(title), Weight::Bold);
        if let Some(table) = &bill.table {
            let table = self.texts.with("bill-receipt-table", &[("table", table.as_str())]);
            self.paper.centred(&table, Weight::Tall);
        }
        self.row("bill-receipt-bill", bill.id.as_str());
        let took = |payment: &&PaymentRecord| payment.verdict() == Verdict::Approved;
        let paid_at = self.account.payments.iter().rfind(took).map(|payment| payment.at);
        let (key, at) = match (self.copy, paid_at) {
            (BillCopy::Paid, Some(at)) => ("bill-receipt-date", at),
            _ => ("bill-receipt-opened", bill.opened_at),
        };
        let at = self.texts.date_time(&at.to_zoned(self.zone.clone()));
        self.row(key, &at);
        if let Some(waiter) = &bill.waiter {
            self.row("bill-receipt-waiter", waiter);
        }
        self.paper.rule(false);
    }

    fn lines(&mut self) {
        let account = self.account;
        for (line, sum) in account.bill.standing_lines().zip(&account.sum.lines) {
            self.line(line, sum);
        }
    }

    /// What is counted stands before the label, what is weighed below it with its price.
    fn line(&mut self, line: &Line, sum: &LineSum) {
        let quantity = line.quantity.to_string();
        let weighed = line.quantity.thousandths() % 1_000 != 0;
        let label = match quantity.as_str() {
            "1" => line.label.clone(),
            _ if weighed => line.label.clone(),
            _ => {
                let quantity = self.texts.decimal(&quantity);
                self.texts.with("bill-receipt-quantity", &[("quantity", &quantity), ("label", &line.label)])
            }
        };
        let gross = self.number(sum.gross_minor);
        self.paper.row(&label, &gross, Weight::Plain);
        if weighed {
            let price = self.number(line.price_minor);
            let quantity = self.texts.decimal(&quantity);
            let below = self.texts.with("bill-receipt-weight", &[("quantity", &quantity), ("price", &price)]);
            self.paper.detail(&below, "");
        }
        let off = line.gross() - line.discounted();
        if let Some(discount) = line.discount.filter(|_| off != 0) {
            let (label, off) = (self.discount(discount), self.number(-off));
            self.paper.detail(&label, &off);
        }
    }

    fn sums(&mut self) {
        let account = self.account;
        let (bill, sum) = (&account.bill, &account.sum);
        self.paper.rule(false);
        if let Some(discount) = bill.discount.filter(|_| sum.discount_minor != 0) {
            self.amount("bill-receipt-subtotal", bill.standing_lines().map(Line::discounted).sum());
            let (label, off) = (self.discount(discount), self.number(-sum.discount_minor));
            self.paper.row(&label, &off, Weight::Plain);
        }
        let added = bill.tax_mode == TaxMode::Added;
        if added {
            self.taxes("bill-receipt-tax-added");
        }
        if sum.tip_minor != 0 {
            self.amount("bill-receipt-tip", sum.tip_minor);
        }
        let total = self.texts.money(account.total());
        self.paper.row(&self.texts.get("bill-receipt-total"), &total, Weight::Bold);
        if !added {
            self.taxes("bill-receipt-tax-included");
        }
    }

    /// By rate; a bill without any tax says nothing of it.
    fn taxes(&mut self, key: &str) {
        let account = self.account;
        let taxes = &account.sum.taxes;
        if taxes.iter().all(|tax| tax.rate == TaxRate::ZERO) {
            return;
        }
        for TaxSum { rate, net_minor, tax_minor } in taxes.iter().filter(|tax| tax.net_minor != 0) {
            let (net, tax) = (self.number(*net_minor), self.number(*tax_minor));
            let label = self.texts.with(key, &[("rate", &self.percent(*rate)), ("net", &net)]);
            self.paper.row(&label, &tax, Weight::Plain);
        }
    }

    /// What is left to be done about it.
    fn standing(&mut self) {
        let account = self.account;
        let settlement = &account.settlement;
        if settlement.pending_minor != 0 {
            self.amount("bill-receipt-pending", settlement.pending_minor);
        }
        let due = settlement.due_minor.max(0);
        let (key, weight) = match self.copy {
            BillCopy::ToPay => ("bill-receipt-to-pay", Weight::Tall),
            BillCopy::Paid => ("bill-receipt-still-due", Weight::Bold),
        };
        if self.copy == BillCopy::ToPay || due > 0 {
            self.paper.rule(true);
            let due = self.texts.money(account.money(due));
            self.paper.row(&self.texts.get(key), &due, weight);
        }
        if settlement.over_minor() > 0 {
            self.amount("bill-receipt-over-paid", settlement.over_minor());
        }
    }

    fn training(&mut self) {
        if self.account.bill.training {
            self.paper.centred(&self.texts.get("bill-receipt-training"), Weight::Bold);
        }
    }

    fn row(&mut self, key: &str, value: &str) {
        self.paper.row(&self.texts.get(key), value, Weight::Plain);
    }

    fn amount(&mut self, key: &str, minor: i64) {
        let number = self.number(minor);
        self.row(key, &number);
    }

    fn discount(&self, discount: Discount) -> String {
        match discount {
            Discount::Percent(rate) => {
                self.texts.with("bill-receipt-discount-percent", &[("percent", &self.percent(rate))])
            }
            Discount::Amount(_) => self.texts.get("bill-receipt-discount"),
        }
    }

    fn percent(&self, rate: TaxRate) -> String {
        self.texts.decimal(&rate.to_string())
    }

    fn number(&self, minor: i64) -> String {
        self.texts.number(self.account.money(minor))
    }
}
