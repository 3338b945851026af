//! Which terminal belongs to whom (reference 3.5, part 3 HTTP 7).

use super::Cloud;
use super::accounts::Unpairable;
use super::profile::{self, COUNTRIES};
use super::texts;
use crate::domain::Secret;
use crate::protocols::econduit::codec;
use crate::protocols::econduit::messages::{Method, Obstacle, PairingResponse, ReceivedCall, parameter};
use crate::protocols::simulator::Line;

impl Cloud {
    pub(super) fn pair(&mut self, line: Line, call: &ReceivedCall) {
        let answer = self.paired(call).unwrap_or_else(refused);
        self.respond_with(line, &codec::pairing_json(&answer));
    }

    fn paired(&mut self, call: &ReceivedCall) -> Result<PairingResponse, &'static str> {
        let reference_id = call.text(parameter::REFERENCE_ID).trim();
        let serial = call.text(parameter::TERMINAL_SERIAL_NUMBER).trim();
        if reference_id.is_empty() {
            return Err(texts::NO_REFERENCE);
        }
        let country = call.text(parameter::COUNTRY);
        if call.method == Method::PairTerminalWithCountry && !COUNTRIES.contains(&country) {
            return Err(texts::NO_COUNTRY);
        }
        if !self.knows(serial) {
            return Err(texts::TERMINAL_UNKNOWN);
        }
        let dice = &mut self.dice;
        // The count keeps them apart from what earlier dice gave out.
        let credentials = |count: usize| (format!("K-{count}-{}", dice.hex(16)), format!("P-{count}-{}", dice.hex(16)));
        let (number, account) =
            self.store.accounts.pair(reference_id, serial, credentials).map_err(|why| match why {
                Unpairable::PairedElsewhere => texts::ALREADY_PAIRED,
                Unpairable::Full => texts::FULL,
            })?;
        let (key, password) = self.store.accounts.credentials(account).unwrap_or_default();
        Ok(PairingResponse {
            terminal_id: Some(number.to_string()),
            api_key: Some(Secret::new(key)),
            api_password: Some(Secret::new(password)),
            status: Some(texts::STATUS_SUCCESS.to_owned()),
            error_message: None,
        })
    }

    /// Whether there is such a terminal: inside the cloud, on a line, or paired at some time.
    fn knows(&self, serial: &str) -> bool {
        profile::virtual_terminal(serial).is_some()
            || self.lines.of_serial(serial).is_some()
            || self.store.accounts.of_serial(serial).is_some()
    }

    pub(super) fn unpair(&mut self, line: Line, call: &ReceivedCall) {
        let answer = self.unpaired(call).unwrap_or_else(refused);
        self.respond_with(line, &codec::pairing_json(&answer));
    }

    fn unpaired(&mut self, call: &ReceivedCall) -> Result<PairingResponse, &'static str> {
        let account = self.account_of(call).ok_or(Obstacle::InvalidCredentials.text())?;
        let terminal = self.store.accounts.terminal(account, call.text(parameter::TERMINAL_ID));
        let number = terminal.ok_or(texts::TERMINAL_UNKNOWN)?.number;
        if self.is_busy(number) {
            return Err(Obstacle::TerminalBusy.text());
        }
        self.store.accounts.remove(number);
        Ok(PairingResponse {
            terminal_id: Some(number.to_string()),
            status: Some(texts::STATUS_SUCCESS.to_owned()),
            ..PairingResponse::default()
        })
    }
}

fn refused(why: &'static str) -> PairingResponse {
    PairingResponse {
        status: Some(texts::STATUS_ERROR.to_owned()),
        error_message: Some(why.to_owned()),
        ..PairingResponse::default()
    }
}
