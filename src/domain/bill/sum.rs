//! What a bill comes to: lines, discounts and taxes, to the last minor unit.
//!
//! The bill's own discount is shared out over the lines. Tax is computed once for each rate, over all lines of that rate, and
//! then shared out over them: so the lines' taxes, the rates' taxes and the bill's tax are the same money.

use serde::{Deserialize, Serialize};

use super::largest_remainder::share_out;
use super::line::rounded;
use super::{Bill, Line};
use crate::domain::tax_rate::{TaxMode, TaxRate};

/// All in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillSum {
    /// Lines that count, in their order.
    pub lines: Vec<LineSum>,
    /// What the bill's own discount takes off.
    pub discount_minor: i64,
    /// By rate, the smallest first.
    pub taxes: Vec<TaxSum>,
    pub tip_minor: i64,
    /// What is to be paid, tip included.
    pub total_minor: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineSum {
    pub number: u32,
    /// Before any discount.
    pub gross_minor: i64,
    /// Its own discount, and its share of the bill's.
    pub discount_minor: i64,
    /// Its share of the tax at its rate.
    pub tax_minor: i64,
    /// What it adds to the total.
    pub total_minor: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxSum {
    pub rate: TaxRate,
    /// What is taxed, without the tax.
    pub net_minor: i64,
    pub tax_minor: i64,
}

impl BillSum {
    pub fn of(bill: &Bill) -> BillSum {
        let standing: Vec<&Line> = bill.standing_lines().collect();
        let before: Vec<i64> = standing.iter().map(|line| line.discounted()).collect();
        let discount_minor = bill.discount.map_or(0, |discount| discount.off(before.iter().sum()));
        let shares = share_out(discount_minor, &before);
        let charged: Vec<i64> = before.iter().zip(&shares).map(|(before, share)| before - share).collect();
        let (taxes, line_taxes) = tax(bill.tax_mode, &standing, &charged);
        let lines: Vec<LineSum> = (0..standing.len())
            .map(|place| LineSum {
                number: standing[place].number,
                gross_minor: standing[place].gross(),
                discount_minor: standing[place].gross() - charged[place],
                tax_minor: line_taxes[place],
                total_minor: charged[place] + if bill.tax_mode == TaxMode::Added { line_taxes[place] } else { 0 },
            })
            .collect();
        let total_minor = lines.iter().map(|line| line.total_minor).sum::<i64>() + bill.tip_minor;
        BillSum { lines, discount_minor, taxes, tip_minor: bill.tip_minor, total_minor }
    }

    pub fn tax_minor(&self) -> i64 {
        self.taxes.iter().map(|tax| tax.tax_minor).sum()
    }

    /// Without tax and tip.
    pub fn net_minor(&self) -> i64 {
        self.taxes.iter().map(|tax| tax.net_minor).sum()
    }
}

/// The taxes by rate, and each line's share.
fn tax(mode: TaxMode, lines: &[&Line], charged: &[i64]) -> (Vec<TaxSum>, Vec<i64>) {
    let mut rates: Vec<TaxRate> = lines.iter().map(|line| line.tax).collect();
    rates.sort_unstable();
    rates.dedup();
    let mut line_taxes = vec![0; lines.len()];
    let sums = rates.into_iter().map(|rate| {
        let places: Vec<usize> = (0..lines.len()).filter(|place| lines[*place].tax == rate).collect();
        let weights: Vec<i64> = places.iter().map(|place| charged[*place]).collect();
        let together: i64 = weights.iter().sum();
        let tax_minor = of(mode, rate, together);
        for (place, share) in places.iter().zip(share_out(tax_minor, &weights)) {
            line_taxes[*place] = share;
        }
        let net_minor = if mode == TaxMode::Included { together - tax_minor } else { together };
        TaxSum { rate, net_minor, tax_minor }
    });
    let sums = sums.collect();
    (sums, line_taxes)
}

fn of(mode: TaxMode, rate: TaxRate, minor: i64) -> i64 {
    const WHOLE: i128 = 100_000;
    let rate = i128::from(rate.thousandths());
    let by = if mode == TaxMode::Included { WHOLE + rate } else { WHOLE };
    rounded(i128::from(minor) * rate, by)
}
