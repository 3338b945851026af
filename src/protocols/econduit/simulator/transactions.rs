//! runTransaction and runTransaction2: what is asked for, and whether it may start (reference 3.4, part 3 HTTP 2, 3, 5).

use super::Cloud;
use super::calls::Asked;
use super::cards::{Card, Entry};
use super::conduct::Conduct;
use super::profile::{self, Virtual};
use super::responses;
use super::running::{Running, Work};
use super::script;
use super::store::{Key, Record, Status};
use super::texts;
use crate::domain::{Money, Now};
use crate::protocols::econduit::messages::{CommandWord, LONGEST_REF_ID, Obstacle, ResultCode, central_day, parameter};

impl Cloud {
    pub(super) fn transaction(&mut self, now: &Now, asked: &Asked) {
        let command = CommandWord::read(asked.call.text(parameter::COMMAND));
        let refusal = |text| responses::error(&asked.number(), text);
        if !command.is_transaction() {
            self.complain("a transaction of no command");
            return self.answer(asked.line, &refusal(texts::INVALID_COMMAND));
        }
        let Some(ref_id) = self.ref_id(asked, &command) else {
            return self.answer(asked.line, &refusal(texts::NO_REF_ID));
        };
        let Some(amount) = self.amount(asked, &command) else {
            self.complain(&format!("{} with no amount of this currency", command.word()));
            let refused = responses::about(refusal(texts::INVALID_AMOUNT), &command, &ref_id);
            return self.answer(asked.line, &refused);
        };
        let key = Key { account: asked.account, command, ref_id, day: central_day(now.wall) };
        match profile::virtual_terminal(&asked.terminal.serial) {
            Some(terminal) => self.on_virtual(now, asked, terminal, key, amount),
            None => self.on_real(now, asked, key),
        }
    }

    /// Where a first transaction has none, the cloud makes one (3.4), and nobody will find it again.
    fn ref_id(&mut self, asked: &Asked, command: &CommandWord) -> Option<String> {
        let ref_id = asked.call.text(parameter::REF_ID).trim();
        if ref_id.is_empty() {
            self.complain(&format!("{} without a refID", command.word()));
            return (!command.is_follow_up()).then(|| self.dice.hex(32));
        }
        let plain = ref_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !plain || ref_id.len() > LONGEST_REF_ID {
            self.complain("a refID of odd characters, or too long");
        }
        Some(ref_id.to_owned())
    }

    /// In minor units: with all decimals of the currency, above zero where money is asked for (3.4).
    fn amount(&self, asked: &Asked, command: &CommandWord) -> Option<i64> {
        use CommandWord::{GiftBalance, GiftDeactivate, GiftVoid, TipAdjust, Void};
        let text = asked.call.text(parameter::AMOUNT).trim();
        let is_free = matches!(command, Void | GiftVoid | GiftBalance | GiftDeactivate);
        if text.is_empty() && is_free {
            return Some(0);
        }
        let money = Money::parse(text, self.currency).ok().filter(|money| money.to_decimal() == text)?;
        let least = if is_free || *command == TipAdjust { 0 } else { 1 };
        (money.minor() >= least).then_some(money.minor())
    }

    fn on_virtual(&mut self, now: &Now, asked: &Asked, terminal: &Virtual, key: Key, amount: i64) {
        let (line, number) = (asked.line, asked.number());
        if let Some(known) = self.store.of_key(&key).filter(|_| key.command.is_first_transaction()) {
            let answer = match known.status {
                Status::Running => responses::obstacle(&number, Obstacle::TerminalBusy),
                _ => responses::as_known(known),
            };
            return self.answer(line, &answer);
        }
        let conduct = match key.command {
            CommandWord::Capture => Conduct::of(self.options.cents, amount).without_card(),
            _ if key.command.is_first_transaction() => Conduct::of(self.options.cents, amount),
            _ => Conduct::Approves,
        };
        if let Some(why) = self.obstacle(asked, terminal, &key.command, conduct) {
            let answer = responses::about(responses::error(&number, why), &key.command, &key.ref_id);
            return self.answer(line, &answer);
        }
        if conduct == Conduct::CutNothing {
            return self.cut(line);
        }
        let record = self.started(now, asked, key, amount, conduct);
        let steps = match record.key.command.is_follow_up() {
            true => script::without_card(conduct),
            false => script::transaction(conduct, record.entry == Entry::Token),
        };
        let work = Work::Transaction(record.number);
        self.store.keep(record);
        self.start(now, asked.terminal.number, Running::new(line, work, conduct, steps));
    }

    /// Why it does not even start; nothing of it is kept.
    fn obstacle(
        &mut self,
        asked: &Asked,
        terminal: &Virtual,
        command: &CommandWord,
        conduct: Conduct,
    ) -> Option<&'static str> {
        let is_gift = command.word().starts_with("Gift");
        if self.is_busy(asked.terminal.number) {
            return Some(Obstacle::TerminalBusy.text());
        }
        if is_gift && !terminal.gift {
            return Some(texts::NO_GIFT);
        }
        let device = self.store.device(terminal.serial);
        let takes_card = command.is_first_transaction() && !is_gift;
        if takes_card && device.must_settle {
            return Some(Obstacle::PleaseSettle.text());
        }
        match conduct {
            Conduct::Busy => Some(Obstacle::TerminalBusy.text()),
            Conduct::Offline => Some(Obstacle::TerminalOffline.text()),
            Conduct::PleaseSettle => {
                device.must_settle = true;
                Some(Obstacle::PleaseSettle.text())
            }
            _ => None,
        }
    }

    fn started(&mut self, now: &Now, asked: &Asked, key: Key, amount: i64, conduct: Conduct) -> Record {
        let is_gift = key.command.word().starts_with("Gift");
        let has_token = !asked.call.text(parameter::TOKEN).is_empty();
        let entry = match conduct {
            _ if is_gift => Entry::Swiped,
            _ if has_token => Entry::Token,
            Conduct::Contactless => Entry::Contactless,
            _ => Entry::Chip,
        };
        Record {
            number: self.store.next_number(),
            key,
            terminal: asked.terminal.number,
            serial: asked.terminal.serial.clone(),
            batch: self.store.device(&asked.terminal.serial).batch,
            currency: self.currency.code().to_owned(),
            asked_minor: amount,
            amount_minor: 0,
            cash_back_minor: 0,
            total_minor: 0,
            tip_minor: 0,
            at: now.wall.as_millisecond(),
            invoice: asked.call.text(parameter::INVOICE_NUMBER).to_owned(),
            status: Status::Running,
            code: ResultCode::Error,
            message: String::new(),
            auth_code: String::new(),
            card: None,
            entry,
            is_signed: conduct == Conduct::Signature,
            gift_minor: None,
            captured_by: None,
            is_lost: matches!(conduct, Conduct::LostForGood | Conduct::NeverFinal),
        }
    }

    /// The card that was read for this transaction.
    pub(super) fn card_for(&mut self, record: &Record) -> Card {
        if record.is_gift() { Card::gift() } else { Card::draw(&mut self.dice) }
    }

    /// Whether the terminal of this number works on something.
    pub(super) fn is_busy(&self, number: u32) -> bool {
        self.running.contains_key(&number) || self.errands.is_busy(number)
    }
}
