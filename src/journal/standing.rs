//! How a payment stands, and what an event does to that. Pure: writing and verifying use the same rules.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::lifecycle::Step;
use crate::domain::{Decision, Outcome, PaymentEvent, PaymentState};

/// The part of a payment that changes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Standing {
    pub state: PaymentState,
    pub outcome: Option<Outcome>,
    pub reference: Option<Value>,
    pub decision: Option<Decision>,
}

/// The body of an event of class `life`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct LifeBody {
    /// How the payment stands after the event.
    pub state: PaymentState,
    /// What was said with the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// Contradicts what is known; the payment stands as it stood.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forbidden: bool,
}

impl Standing {
    pub fn new() -> Self {
        Standing { state: PaymentState::Recorded, outcome: None, reference: None, decision: None }
    }

    /// What the event means for a payment that stands like this.
    pub fn meet(&self, event: PaymentEvent, said: Option<Outcome>) -> LifeBody {
        let next = match self.state.on(event) {
            Step::To(next) => Some(next),
            Step::Stay => Some(self.state),
            Step::Forbidden => None,
        };
        let fits = next.is_some_and(|next| self.agrees(next, said.as_ref()));
        let state = next.filter(|_| fits).unwrap_or(self.state);
        LifeBody { state, outcome: said, decision: None, forbidden: !fits }
    }

    /// Takes over what an event brought. What is final stays, whatever the body says.
    pub fn take(&mut self, body: &LifeBody) {
        if body.forbidden || self.state.is_final() {
            return;
        }
        let known = self.outcome.take();
        self.state = body.state;
        self.outcome = body.outcome.clone().or(known).filter(|outcome| outcome.verdict == body.state.verdict());
        self.decision = body.decision.clone();
    }

    /// An outcome must say the same as the state it comes with; and two approvals must be about the same money.
    fn agrees(&self, next: PaymentState, said: Option<&Outcome>) -> bool {
        let Some(said) = said else { return true };
        if !self.state.is_final() {
            return said.verdict == next.verdict();
        }
        let total = |outcome: &Outcome| outcome.taken.map(|taken| taken.total);
        match (self.outcome.as_ref().and_then(total), total(said)) {
            (Some(known), Some(now)) => known == now,
            _ => true,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::outcome::{Explanation, Fault};
    use crate::domain::{Currency, Money, Taken, Verdict};

    fn approved(minor: i64) -> Outcome {
        Outcome::approved(Taken::exactly(Money::new(minor, Currency::SEK)))
    }

    fn after(events: &[(PaymentEvent, Option<Outcome>)]) -> Standing {
        let mut standing = Standing::new();
        for (event, said) in events {
            let body = standing.meet(*event, said.clone());
            standing.take(&body);
        }
        standing
    }

    #[test]
    fn an_approval_of_other_money_is_a_contradiction() {
        let standing = after(&[(PaymentEvent::Transmitted, None), (PaymentEvent::Approved, Some(approved(100)))]);
        assert!(!standing.meet(PaymentEvent::Approved, Some(approved(100))).forbidden);
        assert!(standing.meet(PaymentEvent::Approved, Some(approved(50))).forbidden);
    }

    #[test]
    fn an_outcome_that_does_not_fit_its_event_is_a_contradiction() {
        let standing = after(&[(PaymentEvent::Transmitted, None)]);
        assert!(standing.meet(PaymentEvent::Declined, Some(approved(100))).forbidden);
        assert!(standing.meet(PaymentEvent::Lost, Some(approved(100))).forbidden);
    }

    #[test]
    fn the_explanation_of_a_doubt_does_not_outlive_the_doubt() {
        let doubt = Outcome::without_money(Verdict::InDoubt, Explanation::new("explain-lost", Fault::Link));
        let lost = after(&[(PaymentEvent::Transmitted, None), (PaymentEvent::Lost, Some(doubt.clone()))]);
        assert_eq!(lost.outcome, Some(doubt));
        let mut settled = lost.clone();
        settled.take(&lost.meet(PaymentEvent::NotCharged, None));
        assert_eq!((settled.state, settled.outcome), (PaymentState::NotCharged, None));
    }

    #[test]
    fn what_is_final_takes_nothing_over() {
        for state in PaymentState::ALL.into_iter().filter(|state| state.is_final()) {
            for event in PaymentEvent::ALL {
                let standing = Standing { state, ..Standing::new() };
                let mut later = standing.clone();
                later.take(&standing.meet(event, Some(approved(1))));
                assert_eq!(later, standing, "{state:?} {event:?}");
            }
        }
    }
}
