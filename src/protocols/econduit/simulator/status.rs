//! checkStatus: what became of a transaction (reference 3.6, part 3 HTTP 3 and 4).

use super::Cloud;
use super::calls::Asked;
use super::profile;
use super::responses;
use super::store::Key;
use crate::domain::Now;
use crate::protocols::econduit::messages::{CommandWord, Method, Obstacle, Response, parameter};
use crate::protocols::json::Json;

const LISTED_AT_MOST: usize = 100;

impl Cloud {
    pub(super) fn check(&mut self, now: &Now, asked: &Asked) {
        let ref_id = asked.call.text(parameter::REF_ID).trim().to_owned();
        if self.watch.is_too_soon(asked.account, &ref_id, now.at) {
            self.complain(&format!("checkStatus of {ref_id} too soon after the one before"));
            if self.watch.has_revoked(asked.account) {
                return self.respond_with(asked.line, &responses::invalid_credentials());
            }
        }
        let command = CommandWord::read(asked.call.text(parameter::COMMAND));
        let day = asked.call.text(parameter::DATE).trim().to_owned();
        if day.len() != 8 || !day.bytes().all(|byte| byte.is_ascii_digit()) {
            self.complain("checkStatus without a day of the form MMddyyyy");
        }
        let key = Key { account: asked.account, command, ref_id, day };
        if asked.call.method == Method::CheckStatusList {
            return self.list(asked, &key);
        }
        if profile::virtual_terminal(&asked.terminal.serial).is_none() {
            return self.check_real(now, asked, key);
        }
        let answer = match self.store.of_key(&key) {
            Some(record) => responses::as_known(record),
            None => not_found(asked, &key),
        };
        self.answer(asked.line, &answer);
    }

    /// All of that day and command; of one RefID where one is given.
    fn list(&mut self, asked: &Asked, key: &Key) {
        let fits = |found: &Key| {
            let named = key.ref_id.is_empty() || found.ref_id == key.ref_id;
            named && found.account == key.account && found.command == key.command && found.day == key.day
        };
        let found = self.store.records().filter(|record| fits(&record.key) && record.serial == asked.terminal.serial);
        let all = found.take(LISTED_AT_MOST).map(|record| responses::body(&responses::as_known(record)));
        let list = Json::List(all.collect());
        self.respond_with(asked.line, &list);
    }
}

pub fn not_found(asked: &Asked, key: &Key) -> Response {
    responses::about(responses::obstacle(&asked.number(), Obstacle::NotFound), &key.command, &key.ref_id)
}
