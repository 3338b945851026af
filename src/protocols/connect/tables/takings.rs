//! What was taken at a table (reference 6.4): each payment that counts is reported in the step of its acknowledgement. Nothing
//! is acknowledged that was not understood; what of it was is reported all the same.

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Money, TableTaking};
use crate::protocols::driver::{Effect, Report};

use super::super::codec;
use super::super::messages::*;
use super::super::outcomes::{AtTable, is_not_taken, judge_at_table};
use super::answers::Answer;
use super::ground::Effects;

/// Characters of what is said about a message.
const SAID_AT_MOST: usize = 200;

/// Reports what was taken; the acknowledgement, which must not leave before that is durable.
pub fn take(params: &Params, currency: &str, out: &mut Effects) -> Answer {
    let takings = match codec::takings(params) {
        Ok(takings) => takings,
        Err(error) => {
            alarm("explain-table-unreadable", &error.to_string(), out);
            return refused();
        }
    };
    let mut counted = Counted::default();
    for payment in &takings.payments {
        match payment {
            Ok(payment) => counted.add(&takings, payment, currency),
            Err(member) => counted.unreadable.push(member.clone()),
        }
    }
    counted.look_at_totals(&takings);
    counted.report(&takings, currency, out)
}

fn refused() -> Answer {
    Err(RpcError::new(ErrorCode::InvalidParams, None))
}

#[derive(Default)]
struct Counted {
    taken: Vec<TableTaking>,
    /// Members that are wrong.
    unreadable: Vec<String>,
    /// What the payments come to: paid, cashback, gratuity, of those approved and of all that were reported.
    approved: [i64; 3],
    reported: [i64; 3],
    totals_differ: bool,
}

impl Counted {
    fn add(&mut self, takings: &Takings, payment: &TablePayment, own: &str) {
        let currency = takings.currency.as_deref().unwrap_or(own);
        match judge_at_table(payment, takings.result.as_ref(), currency) {
            AtTable::NotTaken => {}
            AtTable::Unreadable(member) => self.unreadable.push(member),
            AtTable::Told { reference, amount, outcome } => {
                let table = takings.table.clone().unwrap_or_default();
                let taking = TableTaking { asker: takings.asker.clone(), table, reference, amount, outcome: *outcome };
                self.keep(taking, payment);
            }
        }
    }

    /// One payment told twice is one; two under one name are more than can be understood.
    fn keep(&mut self, taking: TableTaking, payment: &TablePayment) {
        match self.taken.iter().find(|known| known.reference == taking.reference) {
            Some(known) if *known == taking => return,
            Some(_) => return self.unreadable.push(table_member::PAYMENT_ID.to_owned()),
            None => {}
        }
        let PaidAmounts { paid, cashback, gratuity } = payment.amounts;
        let amounts = [paid, cashback, gratuity].map(Option::unwrap_or_default);
        add(&mut self.reported, amounts);
        if taking.outcome.taken.is_some() {
            add(&mut self.approved, amounts);
        }
        self.taken.push(taking);
    }

    /// Nothing is booked by the totals; but where they say something else, somebody has to look.
    fn look_at_totals(&mut self, takings: &Takings) {
        let totals = match &takings.totals {
            Ok(PaidAmounts { paid, cashback, gratuity }) => [*paid, *cashback, *gratuity],
            Err(member) => return self.unreadable.push(member.clone()),
        };
        let agree =
            |sums: &[i64; 3]| totals.iter().zip(sums).all(|(total, sum)| total.is_none_or(|total| total == *sum));
        let agrees = agree(&self.approved) || agree(&self.reported);
        let is_not_taken = takings.result.as_ref().is_some_and(is_not_taken);
        let is_about_money = !agrees || takings.result.is_some();
        if takings.payments.is_empty() && is_about_money && !is_not_taken {
            // Money was taken, and nothing says by which payments.
            self.unreadable.push(table_member::PAYMENTS.to_owned());
        } else if !agrees && self.unreadable.is_empty() && !(self.taken.is_empty() && is_not_taken) {
            self.totals_differ = true;
        }
    }

    fn report(self, takings: &Takings, own: &str, out: &mut Effects) -> Answer {
        if takings.table.is_none() && !self.taken.is_empty() {
            alarm("explain-table-unnamed", &says(takings), out);
        }
        if self.taken.iter().any(|taking| taking.amount.currency().code() != own) {
            alarm("explain-table-other-currency", &says(takings), out);
        }
        if self.totals_differ {
            alarm("explain-table-totals-differ", &says(takings), out);
        }
        if !self.unreadable.is_empty() {
            alarm("explain-table-unreadable", &format!("{}: {}", says(takings), self.unreadable.join(", ")), out);
        }
        out.extend(self.taken.into_iter().map(|taking| Effect::Report(Report::TakenAtTable(taking))));
        if self.unreadable.is_empty() { Ok(codec::table_accepted()) } else { refused() }
    }
}

fn add(sums: &mut [i64; 3], amounts: [i64; 3]) {
    for (sum, amount) in sums.iter_mut().zip(amounts) {
        *sum = sum.saturating_add(amount);
    }
}

/// Machine, table and sum, as they were told.
fn says(takings: &Takings) -> String {
    let currency = takings.currency.as_deref().and_then(|code| code.parse().ok());
    let total = takings.totals.as_ref().ok().and_then(|totals| totals.paid).zip(currency);
    let total = total.map(|(minor, currency)| Money::new(minor, currency).to_string());
    let parts = [Some(takings.asker.machine.clone()), takings.table.clone(), total];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

fn alarm(key: &str, words: &str, out: &mut Effects) {
    let words: String = words.chars().take(SAID_AT_MOST).collect();
    out.push(Effect::Report(Report::Alarm(Explanation::new(key, Fault::Terminal).with_detail(&words))));
}
