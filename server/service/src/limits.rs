//! Who may ask how often.

use std::hash::{BuildHasher, Hash, RandomState};
use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Buckets in all, so that memory is bounded (some 20 MiB when every one is in use) however many addresses ask. Two clients
/// share one by chance only: at 2,600 busy clients 1 in 100 has a neighbour, and each then has half.
const BUCKETS: u64 = 1 << 18;

/// A share of requests for each of many.
pub(crate) struct Limiter {
    buckets: DefaultKeyedRateLimiter<u64>,
    /// Drawn anew in each process: nobody can choose whose bucket to empty.
    chance: RandomState,
}

impl Limiter {
    /// `per_second` requests on average, a few seconds' worth at once.
    pub(crate) fn new(per_second: u32) -> Self {
        let average = NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN);
        let burst = NonZeroU32::new(per_second.saturating_mul(4)).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(average).allow_burst(burst);
        Self { buckets: RateLimiter::keyed(quota), chance: RandomState::new() }
    }

    /// Counts a request; false where it is one too many.
    pub(crate) fn allows(&self, who: impl Hash) -> bool {
        let bucket = self.chance.hash_one(who) % BUCKETS;
        self.buckets.check_key(&bucket).is_ok()
    }

    /// Forgets whoever has been quiet.
    pub(crate) fn sweep(&self) {
        self.buckets.retain_recent();
        self.buckets.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_share_and_all_together_a_bound() {
        let limiter = Limiter::new(5);
        let allowed = (0..100).filter(|_| limiter.allows("one")).count();
        assert!((20..=25).contains(&allowed), "{allowed}");
        assert!(limiter.allows("other"), "another has another share");
        for address in 0..1_000_000_u32 {
            limiter.allows(address);
        }
        let kept = limiter.buckets.len();
        assert!((200_000..=usize::try_from(BUCKETS).expect("small")).contains(&kept), "{kept}");
    }
}
