//! The phone's clocks, as its system gives them.

use bailing_capture::Clock;
use rustix::time::{ClockId, clock_gettime};

/// Reads the system's clocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn monotonic_ns(&self) -> u64 {
        let now = clock_gettime(ClockId::Monotonic);
        let seconds = u64::try_from(now.tv_sec).unwrap_or_default();
        let nanoseconds = u64::try_from(now.tv_nsec).unwrap_or_default();
        seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds)
    }

    fn unix_seconds(&self) -> i64 {
        clock_gettime(ClockId::Realtime).tv_sec
    }
}
