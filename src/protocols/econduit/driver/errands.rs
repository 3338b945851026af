//! What the terminal does besides payments: the close of its batch (reference 3.7), and what the customer is asked or shown
//! (3.8). None of it can be asked about later.

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{
    DayEnd, DayReport, DayVerdict, InputKind, Instant, Money, Now, Prompt, PromptAnswer, PromptKind, ShownLine,
};
use crate::protocols::driver::{Departure, Effect, LinkEvent, Report};
use crate::protocols::frame::{Channel, Frame};
use crate::protocols::json::Json;

use super::super::codec;
use super::super::messages::{BatchResponse, Call, Method, Obstacle, Response, ResultCode, Value, parameter};
use super::super::outcomes;
use super::State;
use super::ground::{self, Effects, Ground, Told, credentials};
use super::inquiry;
use super::presence::Resting;

/// (3.8) What a terminal's screen holds.
const LONGEST_TITLE: usize = 100;
const OPTIONS_AT_MOST: usize = 20;
const LINES_AT_MOST: usize = 200;

/// One call is out.
#[derive(Debug)]
pub struct Running {
    kind: Kind,
    channel: Channel,
    until: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// Under this name.
    Close(String),
    Prompt(PromptKind, Option<InputKind>),
}

/// (3.7) Under a name of its own, by which nothing is ever asked.
pub fn close_batch(ground: &mut Ground, now: Now, out: &mut Effects) -> State {
    let name = format!("D{}-{:06x}", now.wall.as_second().unsigned_abs(), ground.dice % 0x0100_0000);
    let mut given = credentials(&ground.settings.account);
    given.push((parameter::BATCH_REF_ID, name.as_str().into()));
    given.push((parameter::MERCHANT_ID, ground.settings.merchant_id.clone().unwrap_or_default().into()));
    let call = Call::new(Method::CloseBatch, given);
    let channel = ground.call("batch", &call, ground::TRANSACTION_WITHIN, true, out);
    running(now, Kind::Close(name), channel)
}

pub fn prompt(ground: &mut Ground, now: Now, prompt: &Prompt, out: &mut Effects) -> State {
    let input = if let Prompt::Input { kind, .. } = prompt { Some(*kind) } else { None };
    let kind = Kind::Prompt(prompt.kind(), input);
    let Some((method, further)) = asked(prompt) else {
        let why = Explanation::new("explain-prompt-too-long", Fault::Nobody);
        return end_prompt(Err(why), out);
    };
    let mut given = credentials(&ground.settings.account);
    given.extend(further);
    let within = if prompt.kind() == PromptKind::Lines { ground::QUESTION_WITHIN } else { ground::TRANSACTION_WITHIN };
    let channel = ground.call("prompt", &Call::new(method, given), within, false, out);
    running(now, kind, channel)
}

fn running(now: Now, kind: Kind, channel: Channel) -> State {
    let until = now.at + ground::CONNECT_WITHIN + ground::TRANSACTION_WITHIN + ground::CONNECT_WITHIN;
    State::Running(Running { kind, channel, until })
}

/// (3.8) `None` for more than a terminal's screen holds.
fn asked(prompt: &Prompt) -> Option<(Method, Vec<(&'static str, Value)>)> {
    let fits = |text: &str| text.chars().count() <= LONGEST_TITLE;
    match prompt {
        Prompt::Input { title, kind, longest } => {
            let kind = match kind {
                InputKind::Amount => "c",
                InputKind::Digits => "n",
                InputKind::Letters => "a",
                InputKind::LettersAndDigits => "an",
            };
            let given = vec![
                (parameter::TITLE, title.as_str().into()),
                (parameter::TYPE, kind.into()),
                (parameter::MAX_LENGTH, longest.to_string().into()),
            ];
            fits(title).then_some((Method::GetUserInput, given))
        }
        Prompt::Choice { title, options } => {
            let fit = fits(title) && options.len() <= OPTIONS_AT_MOST && options.iter().all(|option| fits(option));
            let given =
                vec![(parameter::TITLE, title.as_str().into()), (parameter::OPTIONS, Value::Texts(options.clone()))];
            fit.then_some((Method::GetUserSelection, given))
        }
        Prompt::Signature => Some((Method::GetSignature, Vec::new())),
        Prompt::Lines { title, lines, total } => {
            let data = line_items(title, lines, *total);
            let given = vec![(parameter::TYPE, "json".into()), (parameter::DATA, data.into())];
            (fits(title) && lines.len() <= LINES_AT_MOST).then_some((Method::ShowLineItems, given))
        }
    }
}

/// (3.8) JSON inside a text.
fn line_items(title: &str, lines: &[ShownLine], total: Money) -> String {
    let row = |text: &str, amount: Option<Money>| {
        let text = [("text".to_owned(), Json::text(text))];
        let amount = amount.map(|money| ("amt".to_owned(), Json::text(&money.to_decimal())));
        Json::Object(text.into_iter().chain(amount).collect())
    };
    let section = |rows: Vec<Json>| Json::Object(vec![("rows".to_owned(), Json::List(rows))]);
    let body = lines.iter().map(|line| row(&line.text, line.amount)).collect();
    let sections = [
        ("header", section(vec![row(title, None)])),
        ("body", section(body)),
        ("footer", section(vec![row("Total", Some(total))])),
    ];
    Json::Object(sections.into_iter().map(|(name, section)| (name.to_owned(), section)).collect()).to_text()
}

impl Running {
    pub fn channel(&self) -> Channel {
        self.channel
    }

    pub fn deadline(&self) -> Instant {
        self.until
    }

    pub fn on_tick(self, now: Now, out: &mut Effects) -> State {
        if now.at < self.until {
            return State::Running(self);
        }
        ground::abandon(self.channel, out);
        self.lost(Explanation::new("explain-link-timed-out", Fault::Link), out)
    }

    /// A close cannot be taken back, and a prompt ends by the terminal's red key: the till only stops waiting for it.
    pub fn cancel(self, out: &mut Effects) -> State {
        if matches!(self.kind, Kind::Close(_)) {
            return State::Running(self);
        }
        ground::abandon(self.channel, out);
        end_prompt(Err(Explanation::new("explain-prompt-left", Fault::Nobody)), out)
    }

    pub fn on_link(self, ground: &Ground, event: LinkEvent, out: &mut Effects) -> State {
        match event {
            LinkEvent::Opened => State::Running(self),
            LinkEvent::Received(frame) => self.on_answer(ground, &frame, out),
            LinkEvent::Lost(loss) => {
                let why = ground::explain_loss(&loss);
                if loss.departure == Departure::SurelyNot { self.not_done(why, out) } else { self.lost(why, out) }
            }
        }
    }

    fn on_answer(self, ground: &Ground, frame: &Frame, out: &mut Effects) -> State {
        match (&self.kind, inquiry::answer_in(frame)) {
            (_, Told::Refused(why)) => self.not_done(why, out),
            (Kind::Close(name), told) => match codec::batch(frame.body()) {
                Ok(batch) if matches!(told, Told::Response(_)) && is_of(&batch, name) => {
                    end_day(outcomes::judge_batch(&batch, ground.settings.currency), out)
                }
                _ => self.lost(Explanation::new("explain-unknown-answer", Fault::Terminal), out),
            },
            (Kind::Prompt(kind, input), Told::Response(response)) => {
                end_prompt(answer_of(*kind, *input, &response, ground), out)
            }
            (_, Told::Nothing(why)) => self.lost(why, out),
        }
    }

    /// Nothing of it was begun.
    fn not_done(self, why: Explanation, out: &mut Effects) -> State {
        match self.kind {
            Kind::Close(_) => end_day(DayEnd::without_figures(DayVerdict::NotClosed, why), out),
            Kind::Prompt(..) => end_prompt(Err(why), out),
        }
    }

    fn lost(self, why: Explanation, out: &mut Effects) -> State {
        match self.kind {
            Kind::Close(_) => {
                let detail = why.detail.unwrap_or_default();
                let lost = DayEnd::lost(DayReport::EndOfDay, Fault::Link);
                let explanation = lost.explanation.map(|why| why.with_detail(&detail));
                end_day(DayEnd { explanation, ..lost }, out)
            }
            Kind::Prompt(..) => end_prompt(Err(why), out),
        }
    }
}

/// An answer that names another close is another's.
fn is_of(batch: &BatchResponse, name: &str) -> bool {
    batch.ref_id.as_deref().is_none_or(|told| told.eq_ignore_ascii_case(name))
}

fn answer_of(
    kind: PromptKind,
    input: Option<InputKind>,
    response: &Response,
    ground: &Ground,
) -> Result<PromptAnswer, Explanation> {
    let explained = |key: &str, fault: Fault| outcomes::explain(key, fault, response);
    match &response.result_code {
        Some(ResultCode::Success | ResultCode::Approved) => {}
        Some(ResultCode::Cancelled | ResultCode::Timeout) => {
            return Err(explained("explain-prompt-cancelled", Fault::Nobody));
        }
        _ => {
            let (key, fault) = match response.obstacle() {
                Some(Obstacle::TerminalBusy) => ("explain-econduit-busy", Fault::Terminal),
                Some(Obstacle::TerminalOffline) => ("explain-econduit-offline", Fault::Terminal),
                Some(Obstacle::InvalidCredentials) => ("explain-econduit-credentials", Fault::Settings),
                _ => ("explain-prompt-refused", Fault::Terminal),
            };
            return Err(explained(key, fault));
        }
    }
    let typed = || response.user_input.clone().unwrap_or_default();
    match (kind, input) {
        (PromptKind::Lines, _) => Ok(PromptAnswer::Shown),
        (PromptKind::Signature, _) => {
            let image = response.signature.clone().map(PromptAnswer::Signed);
            image.ok_or_else(|| explained("explain-no-signature-picture", Fault::Terminal))
        }
        (PromptKind::Choice, _) if response.user_input.is_none() => {
            Err(explained("explain-unknown-answer", Fault::Terminal))
        }
        (PromptKind::Choice, _) => Ok(PromptAnswer::Chosen(typed())),
        // without a decimal point (3.8)
        (PromptKind::Input, Some(InputKind::Amount)) => {
            let minor = typed().parse().ok().filter(|minor: &i64| *minor >= 0);
            let money = minor.map(|minor| PromptAnswer::TypedAmount(Money::new(minor, ground.settings.currency)));
            money.ok_or_else(|| explained("explain-unknown-answer", Fault::Terminal))
        }
        (PromptKind::Input, _) => Ok(PromptAnswer::Typed(typed())),
    }
}

fn end_day(end: DayEnd, out: &mut Effects) -> State {
    out.push(Effect::Report(Report::DayEnd(end)));
    State::Resting(Resting::default())
}

fn end_prompt(answer: Result<PromptAnswer, Explanation>, out: &mut Effects) -> State {
    out.push(Effect::Report(Report::Prompted(answer)));
    State::Resting(Resting::default())
}
