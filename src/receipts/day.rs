//! The shop's day on paper: its totals so far (X), and its close (Z) with what the terminals said.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::day_totals::{CARD, Group};
use crate::domain::{
    CASH, Comparison, CurrencyTotals, DayClose, DayTotals, Money, OpenDay, Operation, Tally, TerminalDay,
};
use crate::texts::Texts;

use super::slip::{Slip, Weight};

/// The day so far, with the times of this zone.
pub fn open_day_slip(day: &OpenDay, texts: &Texts, zone: &TimeZone) -> Slip {
    let mut sheet = Sheet { texts, zone, paper: Slip::default() };
    sheet.title(day.number, "receipt-day-so-far");
    if let Some(since) = day.since {
        sheet.at("receipt-day-since", since);
    }
    sheet.totals(&day.totals);
    sheet.paper
}

/// A day that was closed.
pub fn day_close_slip(close: &DayClose, texts: &Texts, zone: &TimeZone) -> Slip {
    let mut sheet = Sheet { texts, zone, paper: Slip::default() };
    sheet.title(close.number, "receipt-day-closed");
    sheet.at("receipt-day-closed-at", close.at);
    if let Some(by) = &close.by {
        sheet.paper.row(&texts.get("receipt-day-closed-by"), by, Weight::Plain);
    }
    sheet.totals(&close.totals);
    close.terminals.iter().for_each(|terminal| sheet.terminal(terminal));
    sheet.paper
}

struct Sheet<'a> {
    texts: &'a Texts,
    zone: &'a TimeZone,
    paper: Slip,
}

impl Sheet<'_> {
    fn title(&mut self, number: i64, key: &str) {
        self.paper.centred(&self.texts.with(key, &[("number", &number.to_string())]), Weight::Bold);
    }

    fn at(&mut self, key: &str, at: Timestamp) {
        let there = self.texts.date_time(&at.to_zoned(self.zone.clone()));
        self.paper.row(&self.texts.get(key), &there, Weight::Plain);
    }

    fn totals(&mut self, totals: &DayTotals) {
        if totals.is_empty() {
            self.paper.rule(false);
            self.paper.row(&self.texts.get("receipt-day-nothing"), "", Weight::Plain);
        }
        for day in &totals.currencies {
            self.paper.rule(true);
            self.currency(day);
        }
    }

    fn currency(&mut self, day: &CurrencyTotals) {
        let amount = |minor| self.texts.number(Money::new(minor, day.currency));
        let all = &day.all;
        self.paper.centred(day.currency.code(), Weight::Bold);
        let counted = |key: &str, number: i64| self.texts.with_values(key, &[("number", number.into())]);
        self.paper.row(&counted("receipt-day-taken", all.taken), &amount(all.taken_minor), Weight::Plain);
        for (key, minor) in [
            ("receipt-day-tips", all.tip_minor),
            ("receipt-day-cashback", all.cashback_minor),
            ("receipt-day-surcharges", all.surcharge_minor),
        ] {
            if minor != 0 {
                self.paper.detail(&self.texts.get(key), &amount(minor));
            }
        }
        self.paper.row(
            &counted("receipt-day-given-back", all.given_back),
            &amount(-all.given_back_minor),
            Weight::Plain,
        );
        self.paper.row(&self.texts.get("receipt-day-net"), &amount(all.net_minor()), Weight::Bold);
        if day.drawer_minor() != 0 || day.tenders.iter().any(|group| group.name == CASH) {
            self.paper.row(&self.texts.get("receipt-day-drawer"), &amount(day.drawer_minor()), Weight::Bold);
        }
        for (key, Tally { count, minor }) in [
            ("receipt-day-reserved", day.reserved),
            ("receipt-day-loaded", day.loaded),
            ("receipt-day-in-doubt", day.in_doubt),
        ] {
            if (count, minor) != (0, 0) {
                self.paper.row(&counted(key, count), &amount(minor), Weight::Plain);
            }
        }
        self.groups(day, "receipt-day-by-tender", &day.tenders, Sheet::tender);
        self.groups(day, "receipt-day-by-card", &day.brands, |sheet, name| sheet.or("receipt-day-unknown-card", name));
        self.groups(day, "receipt-day-by-terminal", &day.terminals, Sheet::place);
        self.groups(day, "receipt-day-by-operator", &day.operators, |sheet, name| sheet.or("receipt-day-nobody", name));
        self.groups(day, "receipt-day-by-kind", &day.kinds, Sheet::kind);
        self.bills(day);
    }

    fn groups(&mut self, day: &CurrencyTotals, key: &str, groups: &[Group], name: fn(&Self, &str) -> String) {
        if groups.is_empty() {
            return;
        }
        self.paper.rule(false);
        self.paper.row(&self.texts.get(key), "", Weight::Bold);
        for group in groups {
            let amount = self.texts.number(Money::new(group.takings.net_minor(), day.currency));
            let name = name(self, &group.name);
            let number = group.takings.payments.into();
            let label = self.texts.with_values("receipt-day-group", &[("name", (&name).into()), ("number", number)]);
            self.paper.row(&label, &amount, Weight::Plain);
        }
    }

    fn bills(&mut self, day: &CurrencyTotals) {
        let amount = |minor| self.texts.number(Money::new(minor, day.currency));
        let bills = &day.bills;
        if (bills.count, bills.total_minor) == (0, 0) && day.taxes.is_empty() {
            return;
        }
        self.paper.rule(false);
        let label = self.texts.with_values("receipt-day-bills", &[("number", bills.count.into())]);
        self.paper.row(&label, &amount(bills.total_minor), Weight::Bold);
        for (key, minor) in
            [("receipt-day-discounts", -bills.discount_minor), ("receipt-day-bill-tips", bills.tip_minor)]
        {
            if minor != 0 {
                self.paper.detail(&self.texts.get(key), &amount(minor));
            }
        }
        for tax in &day.taxes {
            let rate = self.texts.decimal(&tax.rate.to_string());
            let net = amount(tax.net_minor);
            let label = self.texts.with("receipt-day-tax", &[("rate", &rate), ("net", &net)]);
            self.paper.row(&label, &amount(tax.tax_minor), Weight::Plain);
        }
    }

    fn terminal(&mut self, day: &TerminalDay) {
        let name = [("terminal", day.answer.terminal.as_str())];
        self.paper.rule(true);
        let key = format!("cli-day-{}", day.answer.end.key());
        self.paper.row(&self.texts.with(&key, &name), "", Weight::Plain);
        if let Some(explanation) = day.answer.end.explanation.as_ref().filter(|_| day.is_open()) {
            self.paper.row(&self.texts.explain(explanation), "", Weight::Plain);
        }
        let difference = &day.difference;
        for (key, money) in
            [("receipt-day-terminal-total", difference.terminal), ("receipt-day-journal-total", difference.journal)]
        {
            if let Some(money) = money {
                self.paper.row(&self.texts.get(key), &self.texts.money(money), Weight::Plain);
            }
        }
        match difference.comparison {
            Comparison::Equal => self.paper.row(&self.texts.get("receipt-day-equal"), "", Weight::Plain),
            Comparison::NotComparable => {
                self.paper.row(&self.texts.get("receipt-day-not-comparable"), "", Weight::Plain)
            }
            Comparison::Different => {
                let more = difference.more_at_the_terminal().map(|more| self.texts.money(more)).unwrap_or_default();
                self.paper.row(&self.texts.get("receipt-day-different"), &more, Weight::Bold);
            }
        }
    }

    fn or(&self, key: &str, name: &str) -> String {
        if name.is_empty() { self.texts.get(key) } else { name.to_owned() }
    }

    fn place(&self, name: &str) -> String {
        if name == CASH { self.texts.get("receipt-day-cash") } else { name.to_owned() }
    }

    fn tender(&self, name: &str) -> String {
        match name {
            CASH => self.texts.get("receipt-day-cash"),
            CARD => self.texts.get("receipt-day-card"),
            word => self.texts.get(&format!("cli-tender-{word}")),
        }
    }

    fn kind(&self, name: &str) -> String {
        Operation::from_word(name).map_or_else(|| name.to_owned(), |operation| self.texts.operation("cli", operation))
    }
}
