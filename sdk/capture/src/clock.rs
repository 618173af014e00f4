//! The phone's two clocks.

/// What time it is. The platform gives it; a test holds it still.
pub trait Clock: Send {
    /// Nanoseconds since any moment before the session, by a clock that nobody sets and that never goes back.
    fn monotonic_ns(&self) -> u64;

    /// Seconds since 1970, as the phone believes.
    fn unix_seconds(&self) -> i64;
}
