//! Login, logout and maintenance (section 4, 16.3).

use std::collections::BTreeSet;
use std::time::Duration;

use super::texts::Text;
use super::till_calls::Voice;
use super::{SETTLING, Terminal, responses};
use crate::domain::Now;
use crate::protocols::nexo::messages::*;
use crate::protocols::simulator::Line;

const CONFIGURING: Duration = Duration::from_secs(10);
const MAINTENANCE: Duration = Duration::from_secs(5);
/// More requests than a till makes in a session.
const SERVICE_IDS_AT_MOST: usize = 100_000;

/// From a successful login to logout, the next login or a power cut.
pub struct Session {
    pub poi_id: String,
    pub sale_id: String,
    pub full: bool,
    /// Full, and the cashier can answer.
    pub asks_cashier: bool,
    service_ids: BTreeSet<String>,
}

impl Session {
    /// Whether this `ServiceID` is new in the session (3.2).
    pub fn is_new(&mut self, service_id: &str) -> bool {
        if self.service_ids.len() >= SERVICE_IDS_AT_MOST {
            self.service_ids.clear();
        }
        self.service_ids.insert(service_id.to_owned())
    }
}

impl Terminal {
    pub(super) fn login(&mut self, now: &Now, line: Line, header: &Header, request: &LoginRequest) {
        if let Some((condition, text)) = self.login_refusal(now, header, request) {
            return self.refuse(line, header, None, condition, text);
        }
        self.end_running(now);
        let has = |capability: &str| request.capabilities.iter().any(|found| found == capability);
        let full = request.capabilities.iter().any(|found| !LIGHT_CAPABILITIES.contains(&found.as_str()));
        let mut session = Session {
            poi_id: header.poi_id.clone(),
            sale_id: header.sale_id.clone(),
            full,
            asks_cashier: full && has("CashierInput"),
            service_ids: BTreeSet::new(),
        };
        session.is_new(header.service_id.as_deref().unwrap_or_default());
        self.session = Some(session);
        let displays = ["CashierStatus", "CashierError", "CashierDisplay", "POIReplication"].into_iter().any(has);
        self.till.speak_to(full.then(|| Voice {
            poi_id: header.poi_id.clone(),
            sale_id: header.sale_id.clone(),
            language: request.operator_language.clone(),
            displays,
        }));
        let body =
            Body::LoginResponse(LoginResponse { response: Response::success(), system: Some(self.describe(now)) });
        self.send(line, &Message { header: responses::header_for(header), body });
        self.till.show(Text::Wait, header.service_id.as_deref());
        self.settle(now, Some(SETTLING));
    }

    fn login_refusal(
        &mut self,
        now: &Now,
        header: &Header,
        request: &LoginRequest,
    ) -> Option<(ErrorCondition, &'static str)> {
        if request.environment != "Attended" {
            return Some((ErrorCondition::Refusal, "Only attended terminals are supported"));
        }
        if header.poi_id.starts_with("REF") {
            return Some((ErrorCondition::Refusal, "POIID is not accepted"));
        }
        if self.session.as_ref().is_some_and(|session| session.poi_id != header.poi_id) {
            return Some((ErrorCondition::NotAllowed, "Log out before using another POIID"));
        }
        if header.poi_id.starts_with("NEW") && !self.is_configured(now, &header.poi_id) {
            let text = "POI Terminal Temporarily Unavailable: New Poi ID detected, updating parameters";
            return Some((ErrorCondition::Busy, text));
        }
        None
    }

    /// The first login with a new POIID starts the fetching of parameters (4.1).
    fn is_configured(&mut self, now: &Now, poi_id: &str) -> bool {
        if self.store.known.contains(poi_id) {
            return true;
        }
        match &self.configuring {
            Some((configured, until)) if configured == poi_id => {
                if *until > now.at {
                    return false;
                }
                self.store.known.insert(poi_id.to_owned());
                self.configuring = None;
                true
            }
            _ => {
                self.configuring = Some((poi_id.to_owned(), now.at + self.scaled(CONFIGURING)));
                false
            }
        }
    }

    fn describe(&self, now: &Now) -> PoiSystem {
        let words = "CustomerDisplay CustomerError CustomerInput MagStripe ICC EMVContactless";
        PoiSystem {
            date_time: now.utc_rfc3339(),
            provider: "Checkstand".to_owned(),
            application: "Training terminal".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            serial_number: format!("229{}", self.store.terminal_id),
            capabilities: words.split(' ').map(str::to_owned).collect(),
            global_status: "OK".to_owned(),
            printer_status: None,
        }
    }

    pub(super) fn logout(&mut self, now: &Now, line: Line, header: &Header, maintenance_allowed: bool) {
        self.session = None;
        self.settle(now, None);
        let body = Body::LogoutResponse(Response::success());
        self.send(line, &Message { header: responses::header_for(header), body });
        if maintenance_allowed && self.store.update_waits {
            self.till.notify(now, "BeginMaintenance", false, None);
            self.maintained_at = Some(now.at + self.scaled(MAINTENANCE));
        }
    }

    pub(super) fn maintained(&mut self, now: &Now) {
        if self.maintained_at.take_if(|until| *until <= now.at).is_some() {
            self.store.update_waits = false;
            self.till.notify(now, "EndMaintenance", false, None);
        }
    }
}
