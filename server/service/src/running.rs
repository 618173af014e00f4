//! Starts and stops the service and its workers.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Read;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bailing_credit::{Assistant, Knowledge, KnowledgeError, UnderstandingError};
use bailing_evidence::ticket::Issuer;
use bailing_recognition::objects::{self, TaxonomyError};
use bailing_recognition::{KindError, Kinds, OcrError, PaddleOcr, Recogniser, ocr};
use bailing_vision::{ModelError, Models};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Notify, Semaphore, watch};
use tokio::task::JoinHandle;

use crate::config::{Config, ConfigError, TokenConfig};
use crate::device::{DeviceError, Devices};
use crate::incoming::Incoming;
use crate::language_model::LanguageModel;
use crate::limits::Limiter;
use crate::listener::serve;
use crate::objects::Objects;
use crate::policy::{PolicyFileError, Published};
use crate::relations::Relations;
use crate::sealing::SealingError;
use crate::state::{self, Shared, State};
use crate::store::Store;
use crate::streams::Streams;
use crate::tls::{Tls, TlsError};
use crate::tokens::{TokenError, Tokens};
use crate::work::{Ended, run as deciding};
use crate::{api, archive, clock, console, finder, metering, workers};

/// A running service.
pub struct Running {
    /// Where phones reach it.
    pub public: SocketAddr,
    /// Where the console is.
    pub operator: SocketAddr,
    /// Where the metrics are besides.
    pub metrics: Option<SocketAddr>,
    /// What phones sign for.
    pub origin: String,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    state: Shared,
}

/// A worker at work.
pub struct Worker {
    /// Where its metrics are.
    pub metrics: Option<SocketAddr>,
    stop: Arc<watch::Sender<bool>>,
    task: JoinHandle<Ended>,
    beside: Vec<JoinHandle<()>>,
    state: Shared,
}

/// Why the service did not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A folder or an address.
    #[error("{what}: {source}")]
    System {
        /// Which one.
        what: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The anchors or the revocation list.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The bank's policy.
    #[error("policy: {0}")]
    Policy(#[from] PolicyFileError),
    /// The database.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// The object store.
    #[error("the object store: {0}")]
    Objects(#[from] object_store::Error),
    /// The networks that phones run too.
    #[error(transparent)]
    Models(#[from] ModelError),
    /// What is known of the kinds of vouchers.
    #[error(transparent)]
    Kinds(#[from] KindError),
    /// What the credit side knows.
    #[error("the knowledge base: {0}")]
    Knowledge(#[from] KnowledgeError),
    /// What the assistant understands.
    #[error("the assistant: {0}")]
    Understanding(#[from] UnderstandingError),
    /// The keys of tokens.
    #[error("{0}")]
    Tokens(String),
    /// The public listener's certificate.
    #[error("{0}")]
    Tls(String),
    /// The key that wraps merchants' keys.
    #[error("{0}")]
    KeyEncryptionKey(String),
    /// What there is to be seen.
    #[error(transparent)]
    Taxonomy(#[from] TaxonomyError),
    /// A network that was installed cannot be used.
    #[error("{}: {source}", path.display())]
    ObjectModel {
        /// Its file.
        path: PathBuf,
        /// What is wrong.
        source: objects::ModelError,
    },
    /// The OCR package is there, but it is not the one.
    #[error("the OCR package: {0}")]
    Ocr(#[from] OcrError),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Randomness,
}

/// Reads a configuration and the files that it names, and starts nothing.
pub fn check(config: &Config) -> Result<(), StartError> {
    config.check()?;
    Devices::new(config)?;
    knowledge(config)?;
    config.tls.as_ref().map(Tls::open).transpose()?;
    let origin = origin(config, config.listen);
    config.policy.as_ref().map(|policy| Published::open(policy, &origin)).transpose()?;
    for tokens in [&config.host_app, &config.staff].into_iter().flatten() {
        Tokens::new(tokens, &origin)?;
    }
    Ok(())
}

/// Starts the service: both listeners and, where configured, a worker in this process.
pub async fn start(config: Config) -> Result<Running, StartError> {
    config.check()?;
    let (public, public_address) = bind(config.listen).await?;
    let (operator, operator_address) = bind(config.operator_listen).await?;
    let measured = bind_where(config.metrics_listen).await?;
    let metrics_address = measured.as_ref().map(|(_, address)| *address);
    let tls = config.tls.as_ref().map(Tls::open).transpose()?;
    let origin = origin(&config, public_address);
    let (stop, stopped) = watch::channel(false);
    let state = open(&config, &origin, stopped.clone()).await?;
    state.store.seed(&config.merchants).await?;
    remove_unsealed(&config)?;
    let proxies = &config.trusted_proxies;
    let mut tasks = vec![
        serve(public, api::router(Arc::clone(&state)), tls, proxies, stopped.clone()),
        serve(operator, console::router(Arc::clone(&state)), None, proxies, stopped.clone()),
        tokio::spawn(sweep(Arc::clone(&state), stopped.clone())),
    ];
    if let Some((measured, _)) = measured {
        let router = console::metrics_router(Arc::clone(&state));
        tasks.push(serve(measured, router, None, proxies, stopped.clone()));
    }
    if config.work {
        let working = deciding(Arc::clone(&state), stopped);
        tasks.push(tokio::spawn(async move {
            if working.await == Ended::Stuck {
                tracing::error!("this process decides no more bundles: start it anew");
            }
        }));
    }
    Ok(Running {
        public: public_address,
        operator: operator_address,
        metrics: metrics_address,
        origin,
        stop,
        tasks,
        state,
    })
}

/// Starts a worker: it takes no requests, and decides what others have taken in.
pub async fn work(config: Config) -> Result<Worker, StartError> {
    config.check()?;
    let origin = config.origin.clone().ok_or(ConfigError::Unusable(
        "origin: a worker must be told the scheme, host and port that phones sign for",
    ))?;
    let measured = bind_where(config.metrics_listen).await?;
    let metrics = measured.as_ref().map(|(_, address)| *address);
    let (stop, stopped) = watch::channel(false);
    let state = open(&config, &origin, stopped.clone()).await?;
    let mut beside = vec![tokio::spawn(keep_up(Arc::clone(&state), stopped.clone()))];
    if let Some((measured, _)) = measured {
        let router = console::metrics_router(Arc::clone(&state));
        beside.push(serve(measured, router, None, &config.trusted_proxies, stopped.clone()));
    }
    let task = tokio::spawn(deciding(Arc::clone(&state), stopped));
    Ok(Worker { metrics, stop: Arc::new(stop), task, beside, state })
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let listener = TcpListener::bind(address).await.map_err(failed(address.to_string()))?;
    let bound = listener.local_addr().map_err(failed("socket".to_owned()))?;
    Ok((listener, bound))
}

async fn bind_where(
    address: Option<SocketAddr>,
) -> Result<Option<(TcpListener, SocketAddr)>, StartError> {
    match address {
        Some(address) => bind(address).await.map(Some),
        None => Ok(None),
    }
}

/// Opens all that requests and jobs need.
async fn open(
    config: &Config,
    origin: &str,
    stopped: watch::Receiver<bool>,
) -> Result<Shared, StartError> {
    let devices = Devices::new(config)?;
    let folder = |name: &str| {
        let path = config.data.join(name);
        std::fs::create_dir_all(&path).map_err(failed(path.display().to_string()))?;
        Ok::<_, StartError>(path)
    };
    let objects = match &config.bucket {
        Some(bucket) => Objects::in_bucket(bucket)?,
        None => Objects::in_folder(&folder("objects")?)?,
    };
    let spool = folder("spool")?;
    let vault = Arc::new(config.vault()?);
    let store = Store::open(&config.place()).await?;
    let fresh = clock::random().ok_or(StartError::Randomness)?;
    let secret = store.secret("tickets", fresh).await?;
    let tokens = |of: &TokenConfig| Tokens::new(of, origin);
    let knowledge = knowledge(config)?;
    let state = Arc::new(State {
        store,
        objects: objects.clone(),
        vault: Arc::clone(&vault),
        issuer: Issuer::new(&secret),
        models: Models::load()?,
        recogniser: reader(config)?.with_objects(finder::open(&config.object_models)?),
        assistant: Assistant::new(&knowledge)?,
        knowledge,
        language_model: language_model(config)?,
        relations: Mutex::new(Relations::default()),
        merchants: config.host_app.as_ref().map(tokens).transpose()?,
        staff: config.staff.as_ref().map(tokens).transpose()?,
        prototypes_told: Mutex::default(),
        devices,
        policy: config.policy.as_ref().map(|of| Published::open(of, origin)).transpose()?,
        demo_today: config.demo_today,
        origin: origin.to_owned(),
        ticket_seconds: config.ticket_seconds,
        retention_seconds: i64::from(config.retention_days).saturating_mul(24 * 3_600),
        addresses: Limiter::new(config.requests_per_second),
        speakers: Limiter::new(config.requests_per_second_of_one),
        trusted_proxies: config.trusted_proxies.clone(),
        deadline: Duration::from_secs(config.request_seconds),
        streams: Streams::default(),
        stopped,
        apart_memory: (!config.work).then_some(config.worker_memory_bytes),
        apart: Semaphore::new(state::APART),
        object_models: config.object_models.clone(),
        heads: Semaphore::new(state::HEADS),
        uploads: Semaphore::new(state::UPLOADS),
        spool,
        incoming: Incoming::new(objects, vault),
        upload_seconds: config.upload_seconds,
        upload_bytes: config.upload_bytes,
        orphan_seconds: config.orphan_seconds,
        job_seconds: config.job_seconds,
        bell: Notify::new(),
        metrics: metering::recorder(),
    });
    for tokens in [&state.merchants, &state.staff].into_iter().flatten() {
        tokens.prepare().await;
    }
    Ok(state)
}

/// Before pieces of what is on its way were sealed, they lay in a folder of their own.
fn remove_unsealed(config: &Config) -> Result<(), StartError> {
    let folder = config.data.join("incoming");
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(failed(folder.display().to_string())(error))
        }
        _ => Ok(()),
    }
}

fn failed(what: String) -> impl FnOnce(std::io::Error) -> StartError {
    move |source| StartError::System { what, source }
}

/// What phones sign for, where it listens at `address`.
pub(crate) fn origin(config: &Config, address: SocketAddr) -> String {
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    config.origin.clone().unwrap_or_else(|| format!("{scheme}://{address}"))
}

impl Running {
    /// Keeps that many workers beside this process, each a process of its own that is started with these arguments, and
    /// anew whenever it ends.
    pub fn keep_workers(&mut self, count: u32, arguments: &[OsString]) {
        for _ in 0..count {
            let (state, stopped) = (Arc::clone(&self.state), self.stop.subscribe());
            self.tasks.push(tokio::spawn(workers::keep(state, arguments.to_vec(), count, stopped)));
        }
    }

    /// Finishes what is under way, and stops.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
        self.state.store.close().await;
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { public, operator, origin, .. } = self;
        write!(formatter, "Running {{ {public}, {operator}, {origin} }}")
    }
}

impl Worker {
    /// Heeds whoever started it, at the other end of the standard input: a byte says that a job has come, its end that the
    /// worker is to finish. What it measures it tells on the standard output.
    pub fn heed_standard_input(&self) {
        metering::tell_on_standard_output();
        let (state, stop) = (Arc::clone(&self.state), Arc::clone(&self.stop));
        // No task: a read that nothing ends would keep the process from ending.
        std::thread::spawn(move || {
            let mut byte = [0];
            while matches!(std::io::stdin().read(&mut byte), Ok(1)) {
                state.bell.notify_one();
            }
            let _ = stop.send(true);
        });
    }

    /// Works until it is told to finish, by `stop` or its starter; the bundle in hand is decided first.
    pub async fn until(self, stop: impl Future<Output = ()>) -> Ended {
        let Self { stop: end, mut task, beside, state, .. } = self;
        let ended = tokio::select! {
            () = stop => {
                let _ = end.send(true);
                task.await
            }
            ended = &mut task => ended,
        };
        let _ = end.send(true);
        for task in beside {
            let _ = task.await;
        }
        state.store.close().await;
        ended.unwrap_or(Ended::Stuck)
    }
}

/// How often what nobody needs any longer is looked for.
const SWEEP: Duration = Duration::from_secs(10);

/// Sums up what was measured, which takes memory until then.
async fn keep_up(state: Shared, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        state.metrics.run_upkeep();
        tokio::select! {
            () = tokio::time::sleep(SWEEP) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// How often the folder of objects is walked for what processes left half stored that were killed.
const STAGED: Duration = Duration::from_secs(24 * 3_600);

/// Forgets expired uploads, and addresses that have been quiet, so that the disk does not fill and the
/// limiter's map does not grow for ever.
async fn sweep(state: Shared, mut stopped: watch::Receiver<bool>) {
    let mut staged = tokio::time::Instant::now();
    while !*stopped.borrow() {
        let grace = Duration::from_secs(u64::try_from(state.orphan_seconds).unwrap_or(u64::MAX));
        if staged.elapsed() >= grace {
            staged = tokio::time::Instant::now() + STAGED;
            let objects = state.objects.clone();
            let removed = tokio::task::spawn_blocking(move || objects.remove_staged(grace)).await;
            if let Ok(Err(error)) = removed {
                tracing::warn!(%error, "what killed processes left half stored still takes up space");
            }
        }
        state.addresses.sweep();
        state.speakers.sweep();
        state.metrics.run_upkeep();
        if api::sweep(&state).await.is_err() {
            tracing::warn!("expired uploads still take up space");
        }
        if let Err(error) = api::forget_tickets(&state).await {
            tracing::warn!(%error, "used tickets that expired still take up space");
        }
        if let Err(error) = archive::remove_orphans(&state).await {
            tracing::warn!(%error, "objects that belong to nothing still take up space");
        }
        if let Err(error) = api::end_expired(&state).await {
            tracing::warn!(%error, "what may be kept no longer is still there");
        }
        tokio::select! {
            () = tokio::time::sleep(SWEEP) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// The credit side's knowledge base, with the files that the bank has replaced.
fn knowledge(config: &Config) -> Result<Knowledge, StartError> {
    let Some(folder) = &config.knowledge else { return Ok(Knowledge::built_in()?) };
    let mut replaced = BTreeMap::new();
    for name in Knowledge::files() {
        let path = folder.join(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                replaced.insert(name.to_owned(), text);
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(source) => {
                return Err(StartError::System { what: path.display().to_string(), source });
            }
        }
    }
    Ok(Knowledge::with(&replaced)?)
}

fn language_model(config: &Config) -> Result<Option<LanguageModel>, StartError> {
    let Some(model) = &config.language_model else { return Ok(None) };
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path);
        text.map_err(|source| StartError::System { what: path.display().to_string(), source })
    };
    let key = model.key_file.as_ref().map(read).transpose()?;
    let key = key.map(|key| key.trim().to_owned());
    Ok(Some(LanguageModel::new(model, key)))
}

impl From<TokenError> for StartError {
    fn from(error: TokenError) -> Self {
        Self::Tokens(error.to_string())
    }
}

impl From<TlsError> for StartError {
    fn from(error: TlsError) -> Self {
        Self::Tls(error.to_string())
    }
}

impl From<SealingError> for StartError {
    fn from(error: SealingError) -> Self {
        Self::KeyEncryptionKey(error.to_string())
    }
}

/// The recogniser, with the OCR package where it is configured and there.
fn reader(config: &Config) -> Result<Recogniser, StartError> {
    let kinds = Kinds::built_in()?;
    let Some(folder) = &config.ocr else {
        tracing::warn!("no OCR package is configured: vouchers go to review");
        return Ok(Recogniser::new(None, kinds));
    };
    let mut files = Vec::new();
    for (name, _) in ocr::FILES {
        match std::fs::read(folder.join(name)) {
            Ok(bytes) => files.push(bytes),
            Err(error) => {
                tracing::warn!(%error, file = name, "no OCR package: vouchers go to review");
                return Ok(Recogniser::new(None, kinds));
            }
        }
    }
    let [detection, recognition] = files.as_slice() else {
        return Ok(Recogniser::new(None, kinds));
    };
    let engine = PaddleOcr::from_bytes(detection, recognition)?;
    Ok(Recogniser::new(Some(Box::new(engine)), kinds))
}
