//! The close of the batch (reference 7.9). It has no STAN, so a lost answer cannot be asked for: a person looks.

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{DayEnd, DayVerdict, Instant, Now};
use crate::protocols::driver::{Departure, Effect, LinkAction, LinkEvent, LossCause, Report};
use crate::protocols::frame::{Channel, Frame};

use super::super::codec;
use super::super::messages::{self, Heard, Members, Whose, code, mode, name, state};
use super::super::outcomes;
use super::State;
use super::ground::{self, Effects, Ground};
use super::presence::Resting;

/// A line is being opened, or the batch is being closed.
#[derive(Debug)]
pub struct Settling {
    channel: Channel,
    req_txn_id: String,
    sent: bool,
    until: Instant,
}

pub fn begin(ground: &mut Ground, now: Now, out: &mut Effects) -> State {
    let channel = ground.open("settlement", out);
    let until = now.at + ground::CONNECT_WITHIN + ground::RESULT_WITHIN;
    // The clock may be set back; the dice keep two tills apart, and nothing is ever asked by this id.
    let req_txn_id = format!("D{}{:04}", now.wall.as_second().unsigned_abs(), ground.dice % 10_000);
    State::Settling(Settling { channel, req_txn_id, sent: false, until })
}

impl Settling {
    pub fn channel(&self) -> Channel {
        self.channel
    }

    pub fn deadline(&self) -> Instant {
        self.until
    }

    pub fn on_tick(self, now: Now, out: &mut Effects) -> State {
        if now.at < self.until {
            return State::Settling(self);
        }
        ground::abandon(self.channel, out);
        let why = Explanation::new("explain-day-end-lost", Fault::Link);
        end(DayEnd::without_figures(DayVerdict::Unknown, why), out)
    }

    pub fn on_link(mut self, ground: &mut Ground, now: Now, event: LinkEvent, out: &mut Effects) -> State {
        match event {
            LinkEvent::Opened => {
                let close = Members::request(mode::FETCH, Some(code::SETTLEMENT))
                    .with(name::REQ_TXN_ID, self.req_txn_id.as_str())
                    .with(name::PAPER_RECEIPT, ground.settings.paper_receipt);
                let frame = Frame::Bytes(codec::encode(&close));
                out.push(Effect::money(self.channel, LinkAction::Send(frame)));
                self.sent = true;
                self.until = now.at + ground::RESULT_WITHIN;
                State::Settling(self)
            }
            LinkEvent::Received(frame) => match ground::read(&frame).filter(|told| Heard::of(told) == Heard::Result) {
                Some(result) if self.is_ours(ground, &result) => {
                    let acknowledgement = Members::state(state::SUCCESS).with(name::MSG, messages::ACK);
                    ground::send(self.channel, &acknowledgement, out);
                    ground::close(self.channel, out);
                    let told = outcomes::judge_settlement(&result, ground.settings.currency);
                    if told.verdict == DayVerdict::Closed {
                        ground.batch.note_closed(told.batch.as_deref());
                        ground.remember(out);
                    }
                    end(told, out)
                }
                _ => State::Settling(self),
            },
            LinkEvent::Lost(loss) => {
                let surely_not = loss.departure == Departure::SurelyNot || loss.cause == LossCause::Stranger;
                let end_of_it = if surely_not || !self.sent {
                    DayEnd::without_figures(DayVerdict::NotClosed, ground::explain_loss(&loss))
                } else {
                    let why = Explanation::new("explain-day-end-lost", Fault::Link).with_detail(&loss.detail);
                    DayEnd::without_figures(DayVerdict::Unknown, why)
                };
                end(end_of_it, out)
            }
        }
    }
}

impl Settling {
    fn is_ours(&self, ground: &Ground, result: &Members) -> bool {
        let told = result.text(name::EPI);
        let stranger = ground.settings.epi.as_deref().is_some_and(|epi| told.is_some_and(|told| told != epi));
        !stranger && outcomes::is_of_settlement(result, Whose::of(result, &self.req_txn_id, None))
    }
}

fn end(end: DayEnd, out: &mut Effects) -> State {
    out.push(Effect::Report(Report::DayEnd(end)));
    State::Resting(Resting::default())
}
