//! What is still to be sent.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Bundles that may wait at once: a day of a busy merchant. The host stores their bytes.
const CAPACITY: usize = 64;

/// First wait after a failure, seconds; doubles with every further one.
const FIRST_WAIT: i64 = 5;

/// Longest wait, seconds.
const LONGEST_WAIT: i64 = 3_600;

/// One bundle that the server has not taken yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// SHA-256 of the bundle's bytes, hexadecimal: the name under which the host stores them.
    pub bundle: String,
    /// Failed attempts so far.
    pub attempts: u32,
    /// Not before this time, seconds since 1970.
    pub not_before: i64,
}

/// Bundles in the order in which they were sealed. Serialise it after every change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox {
    pending: Vec<Pending>,
}

/// The outbox took no more.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("{CAPACITY} bundles wait to be sent: let them go first")]
pub struct OutboxError;

impl OutboxError {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        "outbox_full"
    }
}

impl Outbox {
    /// Adds a sealed bundle; one that waits already is not added twice.
    pub fn add(&mut self, sha256: &[u8; 32]) -> Result<(), OutboxError> {
        let bundle = hex::encode(sha256);
        if self.pending.iter().any(|pending| pending.bundle == bundle) {
            return Ok(());
        }
        if self.pending.len() >= CAPACITY {
            return Err(OutboxError);
        }
        self.pending.push(Pending { bundle, attempts: 0, not_before: 0 });
        Ok(())
    }

    /// The first bundle that may be sent at `now`, seconds since 1970.
    pub fn due(&self, now: i64) -> Option<&Pending> {
        self.pending.iter().find(|pending| pending.not_before <= now)
    }

    /// The server has taken it, or refused it for good: it waits no longer.
    pub fn settle(&mut self, bundle: &str) {
        self.pending.retain(|pending| pending.bundle != bundle);
    }

    /// The attempt failed in a way that may pass: wait, twice as long as the last time, or as long as
    /// the server asks.
    pub fn postpone(&mut self, bundle: &str, now: i64, retry_after: Option<i64>) {
        for pending in self.pending.iter_mut().filter(|pending| pending.bundle == bundle) {
            let doubled = FIRST_WAIT.saturating_mul(1 << pending.attempts.min(16));
            let wait = doubled.max(retry_after.unwrap_or_default()).clamp(1, LONGEST_WAIT);
            pending.attempts = pending.attempts.saturating_add(1);
            pending.not_before = now.saturating_add(wait);
        }
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.pending.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_exceeds_the_bound(
            steps in proptest::collection::vec((0u8..3, 0u8..100), 0..300)
        ) {
            let mut outbox = Outbox::default();
            let mut waiting = std::collections::BTreeSet::new();
            for (action, name) in steps {
                let bundle = hex::encode([name; 32]);
                match action {
                    0 => if outbox.add(&[name; 32]).is_ok() { waiting.insert(bundle); },
                    1 => { outbox.settle(&bundle); waiting.remove(&bundle); }
                    _ => outbox.postpone(&bundle, 0, None),
                }
                prop_assert!(outbox.len() <= CAPACITY);
                prop_assert_eq!(outbox.len(), waiting.len());
                prop_assert_eq!(outbox.due(i64::MAX).is_none(), waiting.is_empty());
            }
            let stored = serde_json::to_string(&outbox).expect("serialises");
            prop_assert_eq!(serde_json::from_str::<Outbox>(&stored).expect("and back"), outbox);
        }
    }

    #[test]
    fn waits_double_up_to_an_hour() {
        let mut outbox = Outbox::default();
        outbox.add(&[1; 32]).expect("room");
        let bundle = hex::encode([1; 32]);
        let mut last = 0;
        for _ in 0..40 {
            outbox.postpone(&bundle, 0, None);
            let wait = outbox.due(i64::MAX).expect("it waits").not_before;
            assert!(wait >= last && wait <= LONGEST_WAIT);
            last = wait;
        }
        assert_eq!(last, LONGEST_WAIT);
        assert!(outbox.due(LONGEST_WAIT - 1).is_none());
    }
}
