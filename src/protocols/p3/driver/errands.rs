//! What a PayServer does beside payments: scanning a barcode (reference 5.7), handing in what was taken offline (7.10).

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{DayEnd, DayVerdict, Instant, Now};
use crate::protocols::driver::{Effect, Report};

use super::super::messages::*;
use super::State;
use super::ground::{self, Effects, Ground};
use super::presence::Resting;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Scan,
    Submit,
}

/// The line is being brought up, or the server is at it.
#[derive(Debug)]
pub struct Errand {
    kind: Kind,
    asked: Option<(String, Instant)>,
}

/// Begins, now or as soon as the line is up.
pub fn begin(ground: &mut Ground, now: Now, kind: Kind, out: &mut Effects) -> State {
    let errand = Errand { kind, asked: None };
    if ground.is_up() {
        return errand.on_up(ground, now, out);
    }
    ground.want_line(now, out);
    State::Errand(errand)
}

/// What could not be done.
pub fn refuse(kind: Kind, why: Explanation, out: &mut Effects) {
    let report = match kind {
        Kind::Scan => Report::Scanned(Err(why)),
        Kind::Submit => Report::DayEnd(DayEnd::without_figures(DayVerdict::NotClosed, why)),
    };
    out.push(Effect::Report(report));
}

impl Errand {
    pub fn deadline(&self) -> Option<Instant> {
        self.asked.as_ref().map(|(_, until)| *until)
    }

    pub fn on_up(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        let tag = ground.tag(now);
        let (header, body, within) = match self.kind {
            Kind::Scan => {
                let device = match ground.device() {
                    Ok(device) => device,
                    Err(why) => return self.end(why, out),
                };
                let scan = StartScan {
                    trigger_type: Some(TriggerType::AlwaysOn),
                    beep: Some(true),
                    scan_mode: Some(ScanMode::Single),
                };
                let header = Header::request(&tag).on(&device.resource);
                (header, Body::ScanBarcodeRequest(scan), ground::SCAN_WITHIN)
            }
            Kind::Submit => (Header::request(&tag), Body::SubmitTransactionsBatchRequest, ground::SUBMIT_WITHIN),
        };
        ground.send(&Message { header, body }, out);
        State::Errand(Errand { asked: Some((tag, now.at + within)), ..self })
    }

    fn end(self, why: Explanation, out: &mut Effects) -> State {
        refuse(self.kind, why, out);
        State::Resting(Resting)
    }

    pub fn on_lost(self, why: Explanation, out: &mut Effects) -> State {
        if self.kind == Kind::Submit && self.asked.is_some() {
            let lost = Explanation { key: "explain-day-end-lost".to_owned(), ..why };
            out.push(Effect::Report(Report::DayEnd(DayEnd::without_figures(DayVerdict::Unknown, lost))));
            return State::Resting(Resting);
        }
        self.end(why, out)
    }

    /// Nothing was scanned; the reader shall not wait for ever.
    pub fn on_tick(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if self.deadline().is_none_or(|until| now.at < until) {
            return State::Errand(self);
        }
        if let Some((tag, _)) = &self.asked {
            ground.send_abort(now, tag, None, out);
        }
        self.on_lost(Explanation::new("explain-link-timed-out", Fault::Terminal), out)
    }

    pub fn cancel(&self, ground: &mut Ground, now: Now, out: &mut Effects) {
        if let (Kind::Scan, Some((tag, _))) = (self.kind, &self.asked) {
            ground.send_abort(now, tag, None, out);
        }
    }

    pub fn on_message(self, ground: &Ground, message: Message, out: &mut Effects) -> State {
        let Message { header, body } = message;
        if self.asked.as_ref().is_none_or(|(tag, _)| *tag != header.tag) {
            return State::Errand(self);
        }
        match body {
            Body::ScanBarcodeResponse(progress) => match progress.barcode {
                Some(code) if header.error.is_none() => {
                    out.push(Effect::Report(Report::Scanned(Ok(code.reveal().to_owned()))));
                    State::Resting(Resting)
                }
                _ => self.end(why(header.error.as_ref(), "explain-nothing-scanned"), out),
            },
            Body::SubmitTransactionsBatchResponse(results) => {
                submitted(ground, header.error.as_ref(), results, out);
                State::Resting(Resting)
            }
            Body::UnknownResponse => self.end(why(header.error.as_ref(), "explain-terminal-did-not-understand"), out),
            _ => State::Errand(self),
        }
    }
}

/// (7.10) Each result is listed; those that failed are for a person to look at.
fn submitted(_ground: &Ground, error: Option<&Error>, results: Option<Vec<BatchResult>>, out: &mut Effects) {
    let results = results.unwrap_or_default();
    let approved = |result: &&BatchResult| {
        let code = result.status_details.as_ref().and_then(|details| details.code.as_ref());
        code == Some(&StatusCode::Approved)
    };
    let failed: Vec<&str> =
        results.iter().filter(|result| !approved(result)).map(|result| result.identifier.as_str()).collect();
    let verdict = match (error, results.is_empty()) {
        (Some(_), true) => DayVerdict::NotClosed,
        (None, true) => DayVerdict::NothingToClose,
        _ => DayVerdict::Closed,
    };
    let explanation = if !failed.is_empty() {
        Some(Explanation::new("explain-offline-refused", Fault::Nobody).with_detail(&failed.join(", ")))
    } else {
        error.map(|error| Explanation::new("explain-day-end-refused", Fault::Terminal).with_detail(&error.message))
    };
    let transactions = (!results.is_empty()).then(|| u32::try_from(results.len()).unwrap_or(u32::MAX));
    out.push(Effect::Report(Report::DayEnd(DayEnd { transactions, explanation, ..DayEnd::bare(verdict) })));
}

fn why(error: Option<&Error>, key: &str) -> Explanation {
    let words = error.map(|error| error.message.as_str()).unwrap_or_default();
    Explanation::new(key, Fault::Terminal).with_detail(words)
}
