//! What every state of the driver stands on: settings, channels, and how a call gets on its way.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value as Memory};
use sha2::{Digest, Sha256};

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now};
use crate::protocols::driver::{Effect, Endpoint, LinkAction, Loss, Pace, Report};
use crate::protocols::frame::{Channel, HttpRequest, HttpResponse};
use crate::protocols::recovery::RateLimit;

use super::super::codec;
use super::super::messages::{AT_MOST, CONTENT_TYPE, Call, Flavour, Method, Response, Value, parameter};
use super::super::outcomes::is_refused_by_status;
use super::super::settings::{Account, PosSettings, STRANGER, Site};

/// For the name, the connection and TLS. A cashier who gives up shall know after 10 s.
pub const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// (3.1) A transaction blocks until the terminal has finished.
pub const TRANSACTION_WITHIN: Duration = Duration::from_secs(190);
/// A question, or something shown: nobody has to do anything for it.
pub const QUESTION_WITHIN: Duration = Duration::from_secs(15);
/// (3.6) checkStatus: at most every 5 s in the first minutes, and a little less often, because the vendor counts when it hears
/// us and revokes credentials …
pub const ASK_EVERY: Duration = Duration::from_millis(5_200);
/// … which are these, counted from the request …
pub const FIRST_MINUTES: Duration = Duration::from_secs(180);
/// … then so often …
pub const ASK_LATER_EVERY: Duration = Duration::from_millis(30_200);
/// … and in the background as often as it is recommended.
pub const ASK_IN_BACKGROUND_EVERY: Duration = Duration::from_secs(60);
pub const BACKGROUND_AFTER: Duration = Duration::from_secs(3600);
/// Other tills of the account on this machine take their turns before ours.
const TURN_WITHIN: Duration = Duration::from_secs(60);
/// (3.6, proposed) "Not found" means "not paid" no sooner than this.
pub const NOT_FOUND_AFTER: Duration = Duration::from_secs(60);
/// Without a word for so long, the till asks beside the open request, which may be dead without anybody knowing.
pub const SILENCE: Duration = Duration::from_secs(60);

pub type Effects = Vec<Effect>;

pub struct Ground {
    pub settings: PosSettings,
    /// Whether the terminal is to be held in sight while idle.
    pub holding: bool,
    /// When checkStatus was last asked, by the wall's clock, kept over restarts …
    asked: Option<Timestamp>,
    /// … and in this run.
    asked_at: Option<Instant>,
    /// How far the cloud's clock is ahead of ours, as it told last.
    pub ahead: Option<SignedDuration>,
    /// What differs between tills.
    pub dice: u64,
    channels: u64,
}

impl Ground {
    pub fn new(settings: PosSettings, memory: Option<&Memory>, seed: u64) -> Ground {
        let asked = RateLimit::remembered(ASK_EVERY, memory).last();
        Ground { settings, holding: false, asked, asked_at: None, ahead: None, dice: seed, channels: 0 }
    }

    /// The cloud has told what its clock says.
    pub fn note_date(&mut self, now: Now, date: Option<Timestamp>) {
        if let Some(date) = date {
            self.ahead = Some(date.duration_since(now.wall));
        }
    }

    /// How long to wait before checkStatus may be asked again, so often. A clock that was set back forbids nothing but what
    /// this run remembers by itself.
    pub fn wait_to_ask(&self, now: Now, every: Duration) -> Duration {
        let here = self.asked_at.map_or(Duration::ZERO, |at| every.saturating_sub(now.at - at));
        RateLimit::new(every, self.asked).wait(now.wall).min(every).max(here)
    }

    /// Notes that checkStatus is asked now; the note is durable before the question leaves. Once more when its turn has come
    /// and it leaves: the vendor counts from then.
    pub fn note_asking(&mut self, now: Now, out: &mut Effects) {
        (self.asked, self.asked_at) = (Some(now.wall), Some(now.at));
        let mut memory = Map::new();
        RateLimit::new(ASK_EVERY, self.asked).remember(&mut memory);
        out.push(Effect::Report(Report::Remember(Memory::Object(memory))));
    }

    fn channel(&mut self, name: &'static str) -> Channel {
        self.channels += 1;
        Channel::new(name, self.channels)
    }

    /// One call whose answer tells about money, or makes something happen.
    pub fn call(
        &mut self,
        name: &'static str,
        call: &Call,
        within: Duration,
        moves: bool,
        out: &mut Effects,
    ) -> Channel {
        self.open(name, call, within, None, moves, out)
    }

    /// What the terminal can do, which disturbs nobody, and tells whether it is there.
    pub fn ask_features(&mut self, out: &mut Effects) -> Channel {
        let call = Call::new(Method::GetTerminalFeatures, credentials(&self.settings.account));
        self.call("features", &call, QUESTION_WITHIN, false, out)
    }

    /// One checkStatus: the vendor revokes the credentials of an account that asks too often, whichever till it was.
    pub fn ask(&mut self, now: Now, call: &Call, out: &mut Effects) -> Channel {
        self.note_asking(now, out);
        let shared_by = shared_by(&self.settings.account);
        let pace = Pace { shared_by, least: ASK_EVERY, at_most: TURN_WITHIN };
        self.open("status", call, QUESTION_WITHIN, Some(pace), false, out)
    }

    fn open(
        &mut self,
        name: &'static str,
        call: &Call,
        answer_within: Duration,
        pace: Option<Pace>,
        moves_money: bool,
        out: &mut Effects,
    ) -> Channel {
        let channel = self.channel(name);
        let endpoint = exchange(&self.settings.site, call, answer_within, pace);
        out.push(Effect::Link { channel, action: LinkAction::Open(endpoint), moves_money });
        channel
    }
}

/// (3.6) How often may be asked about what was sent then, and has been at hand `for_long` already. Where the clock was set
/// back the first minutes may be over.
pub fn ask_every(now: Timestamp, sent_at: Timestamp, for_long: Duration) -> Duration {
    let passed = Duration::try_from(now.duration_since(sent_at)).unwrap_or(FIRST_MINUTES).max(for_long);
    if passed < FIRST_MINUTES {
        ASK_EVERY
    } else if passed < BACKGROUND_AFTER {
        ASK_LATER_EVERY
    } else {
        ASK_IN_BACKGROUND_EVERY
    }
}

/// When a question is given up although its link says nothing.
pub fn question_ends(now: Now) -> Instant {
    now.at + TURN_WITHIN + CONNECT_WITHIN + QUESTION_WITHIN + Duration::from_secs(5)
}

/// (3.1) One call in the site's flavour.
pub fn exchange(site: &Site, call: &Call, answer_within: Duration, pace: Option<Pace>) -> Endpoint {
    let mut url = site.base.clone();
    url.set_path(&format!("{}{}", site.base.path(), call.method.word()));
    let request = match site.flavour {
        Flavour::Classic => HttpRequest::get(url.path(), codec::query(call)),
        Flavour::Json => HttpRequest::post(url.path(), CONTENT_TYPE, codec::body(call)),
    };
    Endpoint::Http {
        url: url.to_string(),
        request,
        tls: site.tls.clone(),
        pace,
        connect_within: CONNECT_WITHIN,
        answer_within,
        at_most: AT_MOST,
    }
}

/// Every call but pairing begins with them (3.2).
pub fn credentials(account: &Account) -> Vec<(&'static str, Value)> {
    vec![
        (parameter::KEY, Value::Hidden(account.key.clone())),
        (parameter::PASSWORD, Value::Hidden(account.password.clone())),
        (parameter::TERMINAL_ID, account.terminal_id.as_str().into()),
    ]
}

/// Names an account without telling its key, in letters and digits (see [`Pace::shared_by`]).
fn shared_by(account: &Account) -> String {
    let hash = Sha256::digest(account.key.reveal().as_bytes());
    let name: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("econduit{name}")
}

/// Whom a terminal's payments go to: account and merchant, without telling the key. A site that takes the key is of the same
/// cloud, whatever its address and flavour.
pub fn addressee(settings: &PosSettings) -> String {
    let merchant = settings.merchant_id.as_deref().unwrap_or_default();
    let whole = [settings.account.key.reveal(), merchant].join("\n");
    Sha256::digest(whole.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// What an answer comes to before anybody looks at what it means.
pub enum Told {
    Response(Box<Response>),
    /// Nothing that could be read, or a server's own trouble (3.9, the first step).
    Nothing(Explanation),
    /// Who asks, or where, is wrong; nothing was done.
    Refused(Explanation),
}

/// (3.1, 3.9) Error statuses carry no usable answer.
pub fn told(response: &HttpResponse) -> Told {
    let status = format!("HTTP {}", response.status);
    if is_refused_by_status(response.status) {
        let key =
            if matches!(response.status, 401 | 403) { "explain-econduit-credentials" } else { "explain-not-econduit" };
        return Told::Refused(Explanation::new(key, Fault::Settings).with_detail(&status));
    }
    if !(200..300).contains(&response.status) {
        return Told::Nothing(Explanation::new("explain-econduit-unwell", Fault::Link).with_detail(&status));
    }
    match codec::response(&response.body) {
        Ok(response) => Told::Response(Box::new(response)),
        Err(error) => {
            Told::Nothing(Explanation::new("explain-unknown-answer", Fault::Terminal).with_detail(&error.to_string()))
        }
    }
}

pub fn close(channel: Channel, out: &mut Effects) {
    out.push(Effect::link(channel, LinkAction::Close));
}

pub fn abandon(channel: Channel, out: &mut Effects) {
    out.push(Effect::link(channel, LinkAction::Abandon));
}

/// Whose fault a lost line is, and what to do.
pub fn explain_loss(loss: &Loss) -> Explanation {
    loss.explain(STRANGER)
}
