//! The terminal's day (4.13).

use serde_json::{Map, Value, json};

use super::receipts::{self, money, of, pair, separator};
use super::requests::Asker;
use super::running::{Running, Work};
use super::store::{Memory, Session};
use super::totals::{Book, Totals};
use super::validation::Refusal;
use super::{Cloud, local_time, profile, results, script, texts};
use crate::domain::Now;
use crate::protocols::connect::messages::*;

/// What stands for the time of the last reset when there was none.
const NEVER: &str = "INSTALLATION";

impl Cloud {
    pub(super) fn start_report(
        &mut self,
        now: &Now,
        asker: &Asker,
        tid: &str,
        kind: ReportKind,
    ) -> Result<(), Refusal> {
        if !self.terminal(tid)?.is_ingenico {
            return Err(Refusal::ordinary(ErrorCode::NotSupported, texts::NOT_SUPPORTED));
        }
        self.free_terminal(tid)?;
        self.start(now, Running::new(now, asker, tid, Work::Report(kind, None), script::report()));
        Ok(())
    }

    pub(super) fn make_report(&mut self, now: &Now, running: &mut Running) {
        let currency = self.terminal(&running.tid).map_or(self.currency, |terminal| terminal.currency);
        let version = self.version_of(running);
        let Work::Report(kind, report) = &mut running.work else { return };
        *report = Some(self.report_of(now, &running.tid, kind, currency, version));
    }

    /// Z balance and end of day begin to count anew, whether or not anybody hears what they say.
    pub(super) fn report_of(
        &mut self,
        now: &Now,
        tid: &str,
        kind: &ReportKind,
        currency: &str,
        version: Version,
    ) -> Value {
        let memory = self.store.memory_mut(tid);
        let time = local_time(now);
        let report = Day { tid, kind, time: &time, currency, memory }.report(version);
        if matches!(kind, ReportKind::ZBalance | ReportKind::EndOfDay) {
            memory.balances = Book::default();
            memory.since = Some(time);
        }
        if *kind == ReportKind::EndOfDay {
            memory.end_day();
        }
        report
    }
}

/// What a report is made of.
struct Day<'a> {
    tid: &'a str,
    kind: &'a ReportKind,
    time: &'a str,
    currency: &'a str,
    memory: &'a Memory,
}

impl Day<'_> {
    fn report(&self, version: Version) -> Value {
        let mut members = Map::new();
        let mut add = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
        add(version.terminal_id(), Value::from(self.tid));
        add("reportType", Value::from(self.kind.word()));
        add("reportResult", Value::from(ReportResult::Complete.word()));
        add("reportTime", Value::from(self.time));
        add("reportLines", results::lines(&self.lines()));
        if *self.kind != ReportKind::Banking {
            add("balances", self.balances());
        }
        if matches!(self.kind, ReportKind::Banking | ReportKind::EndOfDay) {
            add("banking", json!({ profile::ACQUIRER: self.banking() }));
        }
        Value::Object(members)
    }

    fn since(&self) -> &str {
        self.memory.since.as_deref().unwrap_or(NEVER)
    }

    fn balances(&self) -> Value {
        let Book { all, .. } = &self.memory.balances;
        let mut balances = all.object(self.currency);
        let parts = [("Cashback", all.cashback), ("Gratuity", all.gratuity)];
        for (name, sum) in parts {
            balances[format!("total{name}Amount")] = Value::from(sum.amount);
            balances[format!("total{name}Count")] = Value::from(sum.count);
        }
        balances["totalsSince"] = Value::from(self.since());
        balances["issuerTotals"] = self.memory.balances.issuers_object(self.currency);
        balances["waiterTotals"] = json!({});
        balances
    }

    fn banking(&self) -> Value {
        let (current, previous) = (&self.memory.session, &self.memory.previous);
        let totals = |session: &Session| session.book.all.object(self.currency);
        let issuers = |session: &Session| session.book.issuers_object(self.currency);
        json!({
            "currency": self.currency,
            "currentSessionTotals": totals(current),
            "previousSessionTotals": totals(previous),
            "currentSessionIssuerTotals": issuers(current),
            "previousSessionIssuerTotals": issuers(previous),
            "currentSessionTransactionNumbers": current.numbers(),
            "previousSessionTransactionNumbers": previous.numbers(),
        })
    }

    fn lines(&self) -> Vec<ReceiptLine> {
        let (title, book) = match self.kind {
            ReportKind::Banking => ("BANKING", &self.memory.session.book),
            ReportKind::XBalance => ("X BALANCE", &self.memory.balances),
            ReportKind::ZBalance => ("Z BALANCE", &self.memory.balances),
            _ => ("END OF DAY", &self.memory.balances),
        };
        let mut lines = receipts::head(title);
        lines.push(pair("TID", self.tid));
        lines.push(receipts::text(&self.time.replace('T', " ")));
        lines.push(separator());
        lines.extend(self.totals(&book.all));
        for (issuer, totals) in &book.issuers {
            lines.push(pair(issuer, &money(totals.total(), self.currency)));
        }
        if matches!(self.kind, ReportKind::Banking | ReportKind::EndOfDay) {
            let [first, last] = self.memory.session.numbers();
            lines.push(separator());
            lines.push(receipts::text(profile::ACQUIRER));
            lines.push(pair("TRANSACTIONS", &format!("{first}-{last}")));
        }
        lines.push(of(LineKind::TicketFeed, ""));
        lines
    }

    fn totals(&self, totals: &Totals) -> Vec<ReceiptLine> {
        let rows = [
            ("SALES", totals.sales),
            ("REFUNDS", totals.refunds),
            ("CASHBACK", totals.cashback),
            ("GRATUITY", totals.gratuity),
        ];
        let mut lines: Vec<ReceiptLine> = rows
            .into_iter()
            .map(|(title, sum)| pair(&format!("{title} {}", sum.count), &money(sum.amount, self.currency)))
            .collect();
        lines.push(pair("TOTAL", &money(totals.total(), self.currency)));
        lines.push(separator());
        lines
    }
}
