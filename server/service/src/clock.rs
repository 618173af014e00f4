//! The service's one clock and one source of randomness.

use ring::rand::{SecureRandom, SystemRandom};
use time::macros::offset;
use time::{Date, OffsetDateTime};

/// Time now.
#[expect(clippy::disallowed_methods, reason = "the service is an edge: time enters here")]
pub(crate) fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// The day on which papers are judged: the merchants' (China has one time zone, UTC+8), not
/// Greenwich's, where a paper of this morning may still be dated tomorrow.
pub fn today() -> Date {
    day(now())
}

/// The same of another time, seconds since 1970.
pub(crate) fn day_of(seconds: i64) -> Date {
    OffsetDateTime::from_unix_timestamp(seconds).map_or_else(|_| today(), day)
}

fn day(time: OffsetDateTime) -> Date {
    time.to_offset(offset!(+8)).date()
}

/// Seconds since 1970.
pub(crate) fn seconds() -> i64 {
    now().unix_timestamp()
}

/// The system's randomness.
#[expect(clippy::disallowed_methods, reason = "the service is an edge: chance enters here")]
pub(crate) fn randomness() -> SystemRandom {
    SystemRandom::new()
}

/// Random bytes; `None` where the system has none to give.
pub(crate) fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    randomness().fill(&mut bytes).ok().map(|()| bytes)
}

/// RFC 3339, for people and JSON.
pub(crate) fn rfc3339(seconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|time| time.format(&time::format_description::well_known::Rfc3339).ok())
        .unwrap_or_default()
}
