//! What every request and every job needs.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use bailing_credit::{Assistant, Knowledge};
use bailing_evidence::ticket::Issuer;
use bailing_recognition::objects::ModelError;
use bailing_recognition::{ObjectFinder, Recogniser};
use bailing_vision::Models;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use time::Date;
use tokio::sync::{Mutex, Notify, Semaphore};

use crate::device::Devices;
use crate::incoming::Incoming;
use crate::language_model::LanguageModel;
use crate::objects::Objects;
use crate::relations::Relations;
use crate::sealing::Vault;
use crate::store::Store;
use crate::tokens::Tokens;

/// Signed parts that are read at once: each takes up to 256 KiB of memory, and nothing vouches for its
/// sender yet.
const HEADS: usize = 256;

/// Uploads that are read on at once: each takes up to 64 MiB of disk.
const UPLOADS: usize = 64;

/// Shared by all handlers and workers.
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) objects: Objects,
    pub(crate) vault: Vault,
    pub(crate) issuer: Issuer,
    pub(crate) models: Models,
    pub(crate) recogniser: Recogniser,
    /// What the credit side knows.
    pub(crate) knowledge: Knowledge,
    pub(crate) assistant: Assistant,
    pub(crate) language_model: Option<LanguageModel>,
    /// The graph of all merchants.
    pub(crate) relations: Mutex<Relations>,
    /// Who speaks for merchants.
    pub(crate) merchants: Option<Tokens>,
    /// Who speaks for the bank.
    pub(crate) staff: Option<Tokens>,
    /// Up to which change the recogniser tells the enrolled classes; `None` before the first time.
    pub(crate) prototypes_told: Mutex<Option<i64>>,
    pub(crate) devices: Devices,
    /// See [`crate::Config::demo_today`].
    pub(crate) demo_today: Option<Date>,
    /// What phones sign for.
    pub(crate) origin: String,
    pub(crate) ticket_seconds: i64,
    /// How long what merchants send is kept.
    pub(crate) retention_seconds: i64,
    pub(crate) limiter: DefaultKeyedRateLimiter<IpAddr>,
    pub(crate) heads: Semaphore,
    pub(crate) uploads: Semaphore,
    pub(crate) incoming: Incoming,
    /// See [`crate::Config::upload_seconds`].
    pub(crate) upload_seconds: i64,
    /// See [`crate::Config::upload_bytes`].
    pub(crate) upload_bytes: i64,
    /// See [`crate::Config::orphan_seconds`].
    pub(crate) orphan_seconds: i64,
    /// See [`crate::Config::job_seconds`].
    pub(crate) job_seconds: u64,
    /// Rung when a job was added.
    pub(crate) bell: Notify,
    pub(crate) metrics: metrics_exporter_prometheus::PrometheusHandle,
}

impl State {
    /// What looks for objects.
    pub(crate) fn finder(&self) -> Result<&ObjectFinder, ModelError> {
        let none = || ModelError::Unusable("nothing looks for objects".to_owned());
        self.recogniser.objects().ok_or_else(none)
    }
}

/// As handlers get it.
pub(crate) type Shared = Arc<State>;

/// Requests that each address may make: `per_second` on average, a few seconds' worth at once.
pub(crate) fn limiter(per_second: u32) -> DefaultKeyedRateLimiter<IpAddr> {
    let average = NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN);
    let burst = NonZeroU32::new(per_second.saturating_mul(4)).unwrap_or(NonZeroU32::MIN);
    RateLimiter::keyed(Quota::per_second(average).allow_burst(burst))
}

/// Places for the two stages of an upload: reading the signed part, and all that follows.
pub(crate) fn places() -> (Semaphore, Semaphore) {
    (Semaphore::new(HEADS), Semaphore::new(UPLOADS))
}
