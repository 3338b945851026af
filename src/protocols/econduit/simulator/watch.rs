//! Who asks too often (reference 3.6, part 3 HTTP 4).

use std::collections::BTreeMap;

use super::accounts::Account;
use super::profile::{AT_FIRST, CHECKS_AT_FIRST, CHECKS_LATER, REVOKED_AT, SQUEEZED};
use crate::domain::Instant;

const WATCHED_AT_MOST: usize = 4_096;

#[derive(Debug, Clone, Copy)]
struct Checks {
    first: Instant,
    last: Instant,
}

/// The checks of each transaction of each account. A power cut resets it.
#[derive(Debug, Default)]
pub struct Watch {
    checks: BTreeMap<(Account, String), Checks>,
    violations: BTreeMap<Account, u32>,
}

impl Watch {
    /// Whether this check came too soon after the one before. How long its pause had to be goes by that one.
    pub fn is_too_soon(&mut self, account: Account, ref_id: &str, now: Instant) -> bool {
        let key = (account, ref_id.to_owned());
        let Some(checks) = self.checks.get_mut(&key) else {
            if self.checks.len() >= WATCHED_AT_MOST {
                self.forget_the_oldest();
            }
            self.checks.insert(key, Checks { first: now, last: now });
            return false;
        };
        let at_first = checks.last - checks.first < AT_FIRST;
        let pause = if at_first { CHECKS_AT_FIRST } else { CHECKS_LATER };
        let too_soon = now - checks.last + SQUEEZED < pause;
        checks.last = now;
        if too_soon {
            *self.violations.entry(account).or_default() += 1;
        }
        too_soon
    }

    pub fn has_revoked(&self, account: Account) -> bool {
        self.violations.get(&account).is_some_and(|count| *count >= REVOKED_AT)
    }

    fn forget_the_oldest(&mut self) {
        let oldest = self.checks.iter().min_by_key(|(_, checks)| checks.last).map(|(key, _)| key.clone());
        oldest.and_then(|key| self.checks.remove(&key));
    }
}
