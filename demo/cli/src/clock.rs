//! The command line's own clocks and randomness: the one place where they are made.

use std::time::{Duration, Instant, SystemTime};

use ring::rand::SystemRandom;

/// Seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the command line is an edge: time enters here")]
pub(crate) fn seconds_since_1970() -> i64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |elapsed| i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX))
}

/// The system's random generator.
#[expect(clippy::disallowed_methods, reason = "the command line is an edge: chance enters here")]
pub(crate) fn randomness() -> SystemRandom {
    SystemRandom::new()
}

/// A monotonic clock that starts at zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "the command line is an edge: time enters here")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// Nanoseconds since the start, for monotonic claims.
    pub(crate) fn nanoseconds(&self) -> u64 {
        u64::try_from(self.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Milliseconds since the start, to a hundredth: what `timing_ms` holds.
    pub(crate) fn milliseconds(&self) -> f64 {
        (self.elapsed().as_secs_f64() * 100_000.0).round() / 100.0
    }
}
