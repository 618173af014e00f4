//! The phone's clocks.

/// What the platform's clocks say. Nobody here trusts them: the server bounds the time of a capture by
/// when it issued the ticket and when the bundle came.
pub trait Clock: Send {
    /// Nanoseconds since some moment, the same until the phone boots again; never goes back.
    fn monotonic_ns(&self) -> u64;

    /// Seconds since 1970, UTC, as the phone believes.
    fn unix_seconds(&self) -> i64;
}
