//! How long to leave something alone that failed.

use serde::{Deserialize, Serialize};

/// First wait after a failure, seconds; doubles with every further one.
const FIRST: i64 = 5;

/// Longest wait of our own, seconds.
const LONGEST: i64 = 3_600;

/// Longest wait that a server may ask for, seconds: no answer can silence a phone for longer.
const LONGEST_ASKED: i64 = 6 * 3_600;

/// What failed how often, and when it may be tried again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pause {
    /// Failures since the last success.
    pub(super) attempts: u32,
    /// Not before this time, seconds since 1970.
    pub(super) not_before: i64,
    /// Whether the server asked for it (`Retry-After`).
    pub(super) asked: bool,
}

impl Pause {
    /// When it ends, where it has not at `now`. A clock that was set back must not make it endless.
    pub(super) fn holds(&self, now: i64) -> Option<i64> {
        let left = self.not_before.saturating_sub(now);
        (1..=LONGEST_ASKED).contains(&left).then_some(self.not_before)
    }

    /// One more failure: twice the last wait, of which half is left to chance (`jitter`, any number) so that
    /// phones that failed together do not come back together; or as long as the server asks.
    pub(super) fn fail(&mut self, now: i64, retry_after: Option<i64>, jitter: u32) {
        let doubled = FIRST.saturating_mul(1 << self.attempts.min(16)).min(LONGEST);
        let half = doubled / 2;
        let wait = half + i64::from(jitter) % (half + 1);
        let asked = retry_after.unwrap_or_default().min(LONGEST_ASKED);
        self.attempts = self.attempts.saturating_add(1);
        self.asked = asked > wait;
        self.not_before = now.saturating_add(wait.max(asked).max(1));
    }

    /// Nothing wrong, but not at once again.
    pub(super) fn rest(&mut self, now: i64, seconds: i64) {
        let not_before = now.saturating_add(seconds.clamp(1, LONGEST));
        *self = Self { attempts: 0, not_before, asked: false };
    }

    /// Nothing wrong, and nothing new to be expected for as long as anything may be left alone: six hours.
    pub(super) fn sleep(&mut self, now: i64) {
        *self = Self { attempts: 0, not_before: now.saturating_add(LONGEST_ASKED), asked: true };
    }

    /// Lets it be tried at once, unless the server asked for the wait.
    pub(super) fn wake(&mut self) {
        if !self.asked {
            self.not_before = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn waits_grow_within_their_bounds(
            now in any::<i64>(),
            retry_after in any::<Option<i64>>(),
            jitter in any::<u32>(),
            times in 1u32..40,
        ) {
            let mut pause = Pause::default();
            for time in 0..times {
                pause.fail(now, retry_after, jitter);
                let wait = pause.not_before.saturating_sub(now);
                prop_assert!((0..=LONGEST_ASKED).contains(&wait));
                if now < i64::MAX - LONGEST_ASKED {
                    let least = (FIRST << time.min(16)).min(LONGEST) / 2;
                    prop_assert!(wait >= least.max(retry_after.unwrap_or(0).min(LONGEST_ASKED)));
                    prop_assert_eq!(pause.holds(now), Some(pause.not_before));
                    prop_assert_eq!(pause.holds(pause.not_before), None);
                }
            }
        }
    }

    #[test]
    fn a_clock_set_back_ends_it() {
        let mut pause = Pause::default();
        pause.fail(1_000_000, None, 0);
        assert!(pause.holds(1_000_000).is_some());
        assert_eq!(pause.holds(0), None);
    }
}
