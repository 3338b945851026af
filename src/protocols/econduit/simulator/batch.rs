//! closeBatch (reference 3.7, part 3 HTTP 6).

use super::Cloud;
use super::calls::Asked;
use super::conduct::Conduct;
use super::profile;
use super::responses;
use super::running::{Running, Work};
use super::script;
use super::store::Record;
use super::texts;
use crate::domain::{Money, Now};
use crate::protocols::econduit::codec;
use crate::protocols::econduit::messages::{BatchPart, BatchResponse, BatchResult, Obstacle, parameter};
use crate::protocols::json::{Amount, Json};

/// Counts and totals in minor units.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    count: u32,
    minor: i64,
}

impl Sum {
    fn with(self, record: &Record) -> Sum {
        Sum { count: self.count + 1, minor: self.minor.saturating_add(record.signed_minor()) }
    }
}

impl Cloud {
    pub(super) fn close_batch(&mut self, now: &Now, asked: &Asked) {
        let ref_id = asked.call.text(parameter::BATCH_REF_ID).trim().to_owned();
        if ref_id.is_empty() {
            self.complain("closeBatch without a refId");
        }
        if profile::virtual_terminal(&asked.terminal.serial).is_none() {
            return self.close_real_batch(now, asked, ref_id);
        }
        if self.is_busy(asked.terminal.number) {
            return self.answer(asked.line, &responses::obstacle(&asked.number(), Obstacle::TerminalBusy));
        }
        let steps = script::without_card(Conduct::Approves);
        let running = Running::new(asked.line, Work::Batch { ref_id }, Conduct::Approves, steps);
        self.start(now, asked.terminal.number, running);
    }

    /// Empties the batch; what of it the till is told.
    pub(super) fn batch_closed(&mut self, terminal: u32, ref_id: &str) -> Json {
        let Some(serial) = self.store.accounts.serial_of(terminal) else { return Json::Null };
        let gives = profile::virtual_terminal(&serial).is_some_and(|terminal| terminal.gift);
        let batch = self.store.device(&serial).batch;
        let (mut credit, mut gift) = (Sum::default(), Sum::default());
        let counted = |record: &&Record| record.serial == serial && record.batch == batch && record.is_booked();
        for record in self.store.records().filter(counted) {
            let sum = if record.is_gift() { &mut gift } else { &mut credit };
            *sum = sum.with(record);
        }
        let number = batch.to_string();
        let device = self.store.device(&serial);
        device.must_settle = false;
        // An empty batch stays open.
        device.batch += u64::from(credit.count + gift.count > 0);
        let amount = |minor: i64| Amount::of(Money::new(minor, self.currency));
        let part = |sum: Sum| BatchPart {
            result: Some(BatchResult::Success),
            message: Some(texts::APPROVED.to_owned()),
            number: Some(number.clone()),
            count: Some(sum.count),
            amount: Some(amount(sum.minor)),
        };
        let unsupported = BatchPart { result: Some(BatchResult::NotSupported), ..BatchPart::default() };
        let answer = BatchResponse {
            ref_id: Some(ref_id.to_owned()),
            credit: part(credit),
            gift: if gives { part(gift) } else { unsupported },
            count: Some(credit.count + gift.count),
            amount: Some(amount(credit.minor.saturating_add(gift.minor))),
            refused: None,
        };
        codec::batch_json(&terminal.to_string(), &answer)
    }
}
