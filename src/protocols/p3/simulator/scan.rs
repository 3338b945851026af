//! Barcodes (5.7, 10.11).

use std::collections::VecDeque;

use super::running::{Running, Work};
use super::script::{Manner, Step};
use super::texts::Text;
use super::{PayServer, profile};
use crate::domain::Now;
use crate::domain::request::ScannedCode;
use crate::protocols::p3::messages::*;
use crate::protocols::simulator::{Line, Scenario};

/// Scans of one request in continuous mode, before it ends by itself.
const SCANS_AT_MOST: usize = 500;

impl PayServer {
    pub(super) fn scan_request(&mut self, now: &Now, line: Line, header: Header, request: &StartScan) {
        let device = match self.free_reader(&header) {
            Ok(device) => device,
            Err(refusal) => return self.refuse(line, &header, &MessageType::ScanBarcodeResponse, &refusal),
        };
        let continuous = request.scan_mode == Some(ScanMode::Continuous);
        let waiting = ScanProgress {
            state: Some(ScanState::WaitingForScan),
            state_details: Some(ScanStateDetails::WaitingForScan),
            information: Text::ScanBarcode.lines(None),
            barcode: None,
        };
        self.send(line, &Message { header: header.answer(), body: Body::ScanBarcodeUpdate(waiting) });
        let scans = if continuous { SCANS_AT_MOST } else { 1 };
        let steps = (0..scans).flat_map(|_| [Step::Pause(profile::SCAN), Step::Scan]).chain(ended()).collect();
        let work = Work::Scan { continuous, state: ScanState::WaitingForScan };
        self.start(now, Running::new(line, header, Some(device), Scenario::ChipAndPin, work, steps, now.at));
    }

    pub(super) fn scanned(&mut self, running: &mut Running) {
        let Work::Scan { continuous, state } = &mut running.work else { return };
        *state = ScanState::Completed;
        if *continuous {
            let progress = ScanProgress { state: Some(ScanState::WaitingForScan), ..end(&ScanState::Completed) };
            let body = Body::ScanBarcodeUpdate(progress);
            self.tell(running, Message { header: running.request.answer(), body });
        }
    }
}

/// What is left of a scan that was aborted, or is done.
pub fn ended() -> VecDeque<Step> {
    VecDeque::from([Step::Respond(Manner::Plainly)])
}

/// The data of the last response.
pub fn end(state: &ScanState) -> ScanProgress {
    let scanned = *state == ScanState::Completed;
    let (details, text) = match scanned {
        true => (ScanStateDetails::Completed, "Barcode scanned"),
        false => (ScanStateDetails::Aborted, "Scan aborted"),
    };
    ScanProgress {
        state: Some(state.clone()),
        state_details: Some(details),
        information: vec![text.to_owned(), String::new()],
        barcode: scanned.then(|| ScannedCode::new(profile::BARCODE)),
    }
}
