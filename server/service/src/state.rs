//! What every request and every job needs.

use std::hash::Hash;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;

use bailing_credit::{Assistant, Knowledge};
use bailing_evidence::ticket::Issuer;
use bailing_recognition::objects::ModelError;
use bailing_recognition::{ObjectFinder, Recogniser};
use bailing_vision::Models;
use bailing_vision::quality::Thresholds;
use time::Date;
use tokio::sync::{Mutex, Notify, Semaphore, watch};

use crate::client::Network;
use crate::device::Devices;
use crate::incoming::Incoming;
use crate::language_model::LanguageModel;
use crate::limits::Limiter;
use crate::objects::Objects;
use crate::policy::Published;
use crate::problem::Problem;
use crate::relations::Relations;
use crate::sealing::Vault;
use crate::store::Store;
use crate::streams::Streams;
use crate::tokens::Tokens;

/// Signed parts that are read at once: each takes up to 256 KiB of memory, and nothing vouches for its
/// sender yet.
pub(crate) const HEADS: usize = 256;

/// Uploads that are read on at once: each takes up to 64 MiB of disk.
pub(crate) const UPLOADS: usize = 64;

/// Pictures that are looked at at once in processes of their own.
pub(crate) const APART: usize = 4;

/// Shared by all handlers and workers.
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) objects: Objects,
    pub(crate) vault: Arc<Vault>,
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
    /// What the bank asks of its phones.
    pub(crate) policy: Option<Published>,
    /// See [`crate::Config::demo_today`].
    pub(crate) demo_today: Option<Date>,
    /// What phones sign for.
    pub(crate) origin: String,
    pub(crate) ticket_seconds: i64,
    /// How long what merchants send is kept.
    pub(crate) retention_seconds: i64,
    /// Requests of an address.
    pub(crate) addresses: Limiter,
    /// Requests for one merchant, by one key, of one of the staff.
    pub(crate) speakers: Limiter,
    /// See [`crate::Config::trusted_proxies`].
    pub(crate) trusted_proxies: Vec<Network>,
    /// See [`crate::Config::request_seconds`].
    pub(crate) deadline: Duration,
    /// Open streams of events.
    pub(crate) streams: Streams,
    /// True once the process is told to end.
    pub(crate) stopped: watch::Receiver<bool>,
    /// Memory of a process that looks at one picture, bytes; none where this process decides bundles as well, and looks itself.
    pub(crate) apart_memory: Option<u64>,
    pub(crate) apart: Semaphore,
    /// See [`crate::Config::object_models`].
    pub(crate) object_models: Vec<PathBuf>,
    pub(crate) heads: Semaphore,
    pub(crate) uploads: Semaphore,
    /// Folder of files without a name, each gone with its request.
    pub(crate) spool: PathBuf,
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
    /// When a check of a picture objects: here as on the phones.
    pub(crate) fn thresholds(&self) -> Thresholds {
        self.policy.as_ref().map_or_else(Thresholds::default, Published::thresholds)
    }

    /// What looks for objects.
    pub(crate) fn finder(&self) -> Result<&ObjectFinder, ModelError> {
        let none = || ModelError::Unusable("nothing looks for objects".to_owned());
        self.recogniser.objects().ok_or_else(none)
    }
}

impl State {
    /// Counts a request for whoever it is made; refuses one too many.
    pub(crate) fn count(&self, who: impl Hash) -> Result<(), Problem> {
        if self.speakers.allows(who) {
            return Ok(());
        }
        Err(Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limited",
            "too many requests for this merchant or by this key: wait a few seconds",
        ))
    }
}

/// As handlers get it.
pub(crate) type Shared = Arc<State>;
