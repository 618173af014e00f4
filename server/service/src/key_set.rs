//! The public keys of an issuer of tokens (JWKS, RFC 7517): in a file, or at an address.
//!
//! Keys from an address are fetched again when they are old, and when a token names one that is not among them; while that
//! fails the old ones hold.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use jsonwebtoken::jwk::JwkSet;
use tokio::time::Instant;
use ureq::tls::{Certificate, PemItem, RootCerts};

use crate::config::{KeySource, TokenConfig};
use crate::tokens::TokenError;

/// Most keys of an issuer.
const MOST_KEYS: usize = 64;

/// Longest set of keys, bytes.
const LONGEST: u64 = 256 * 1024;

/// Keys from an address are fetched again when they are older.
const OLD: Duration = Duration::from_secs(15 * 60);

/// … and at most this often, whatever tokens name.
const PAUSE: Duration = Duration::from_secs(10);

/// An issuer that has not answered by then does not answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// An issuer's keys as they were last seen.
pub(crate) enum KeySet {
    File(FileKeys),
    Address(Arc<AddressKeys>),
}

impl KeySet {
    /// A file is read at once, so that a server with a wrong one does not start; an address is asked when the first token
    /// comes, or by [`Self::refresh`].
    pub(crate) fn open(config: &TokenConfig) -> Result<Self, TokenError> {
        match &config.jwks {
            KeySource::File(path) => {
                let keys = FileKeys { path: path.clone(), known: Mutex::new(None) };
                keys.current()?;
                Ok(Self::File(keys))
            }
            KeySource::Address(address) => {
                let agent = agent(config.jwks_authority.as_deref())?;
                let (address, known) = (address.clone(), Mutex::new(Known::default()));
                let turn = tokio::sync::Mutex::new(());
                Ok(Self::Address(Arc::new(AddressKeys { agent, address, known, turn })))
            }
        }
    }

    /// The keys that hold now.
    pub(crate) async fn current(&self) -> Result<Arc<JwkSet>, TokenError> {
        match self {
            Self::File(keys) => keys.current(),
            Self::Address(keys) => keys.current().await,
        }
    }

    /// The keys, fetched again unless that was done just now: `seen` has not the one that is looked for. Those of a file are
    /// never old.
    pub(crate) async fn newer(&self, seen: &Arc<JwkSet>) -> Result<Arc<JwkSet>, TokenError> {
        match self {
            Self::File(_) => Ok(Arc::clone(seen)),
            Self::Address(keys) => {
                keys.fetch(seen).await;
                keys.known().ok_or(TokenError::NoKeys)
            }
        }
    }
}

/// Keys in a file.
pub(crate) struct FileKeys {
    path: PathBuf,
    /// When the file was changed, and what was in it.
    known: Mutex<Option<(SystemTime, Arc<JwkSet>)>>,
}

impl FileKeys {
    /// Read again where the file has changed. While it cannot be read the old ones hold.
    fn current(&self) -> Result<Arc<JwkSet>, TokenError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = std::fs::metadata(&self.path).and_then(|file| file.modified()).ok();
        let is_old = known.as_ref().is_none_or(|(at, _)| changed.is_some_and(|new| new != *at));
        if is_old {
            match self.read() {
                Ok(keys) => *known = Some((changed.unwrap_or(SystemTime::UNIX_EPOCH), keys)),
                Err(error) if known.is_some() => {
                    tracing::error!(%error, "the old keys of tokens hold until this is mended");
                }
                Err(error) => return Err(error),
            }
        }
        known.as_ref().map(|(_, keys)| Arc::clone(keys)).ok_or(TokenError::NoKeys)
    }

    fn read(&self) -> Result<Arc<JwkSet>, TokenError> {
        let path = self.path.display();
        let text = std::fs::read(&self.path)
            .map_err(|error| TokenError::Keys(format!("{path}: {error}")))?;
        parse(&text).map_err(|error| TokenError::Keys(format!("{path}: {error}")))
    }
}

/// Keys at an address.
pub(crate) struct AddressKeys {
    agent: ureq::Agent,
    address: String,
    known: Mutex<Known>,
    /// One asks, the others wait for its answer.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    keys: Option<Arc<JwkSet>>,
    /// When they were fetched.
    fetched: Option<Instant>,
    /// When it was last tried.
    tried: Option<Instant>,
}

impl AddressKeys {
    async fn current(self: &Arc<Self>) -> Result<Arc<JwkSet>, TokenError> {
        let (known, is_old) = {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            (known.keys.clone(), known.fetched.is_none_or(|at| at.elapsed() >= OLD))
        };
        let Some(known) = known else {
            self.fetch(&Arc::new(JwkSet { keys: Vec::new() })).await;
            return self.known().ok_or(TokenError::NoKeys);
        };
        if is_old && self.may_try() {
            let (this, seen) = (Arc::clone(self), Arc::clone(&known));
            // Nobody waits for what is good enough.
            tokio::spawn(async move { this.fetch(&seen).await });
        }
        Ok(known)
    }

    fn known(&self) -> Option<Arc<JwkSet>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).keys.clone()
    }

    fn may_try(&self) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.tried.is_none_or(|at| at.elapsed() >= PAUSE)
    }

    /// Fetches the keys, unless somebody has since `seen`, or it was tried just now.
    async fn fetch(self: &Arc<Self>, seen: &Arc<JwkSet>) {
        let _turn = self.turn.lock().await;
        let is_newer = self.known().is_some_and(|known| !Arc::ptr_eq(&known, seen));
        if is_newer || !self.may_try() {
            return;
        }
        self.known.lock().unwrap_or_else(PoisonError::into_inner).tried = Some(Instant::now());
        let this = Arc::clone(self);
        match tokio::task::spawn_blocking(move || this.ask()).await {
            Ok(Ok(keys)) => {
                let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                (known.keys, known.fetched) = (Some(keys), Some(Instant::now()));
            }
            Ok(Err(error)) => tracing::error!(%error, "the keys of tokens were not fetched"),
            Err(_) => tracing::error!("a thread that fetched the keys of tokens ended early"),
        }
    }

    /// Blocks.
    fn ask(&self) -> Result<Arc<JwkSet>, TokenError> {
        let failed =
            |error: &dyn std::fmt::Display| TokenError::Keys(format!("{}: {error}", self.address));
        let mut answer = self.agent.get(&self.address).call().map_err(|error| failed(&error))?;
        let mut text = Vec::new();
        let body = answer.body_mut().as_reader();
        body.take(LONGEST + 1).read_to_end(&mut text).map_err(|error| failed(&error))?;
        if text.len() as u64 > LONGEST {
            return Err(failed(&"longer than 256 KiB"));
        }
        parse(&text).map_err(|error| failed(&error))
    }
}

fn parse(text: &[u8]) -> Result<Arc<JwkSet>, String> {
    let keys: JwkSet =
        serde_json::from_slice(text).map_err(|error| format!("not a JWKS: {error}"))?;
    if keys.keys.is_empty() || keys.keys.len() > MOST_KEYS {
        return Err(format!("1 to {MOST_KEYS} keys are wanted"));
    }
    Ok(Arc::new(keys))
}

/// What asks for keys: goes where it is told and nowhere else, and believes the public authorities, or those of a file.
fn agent(authority: Option<&Path>) -> Result<ureq::Agent, TokenError> {
    let mut tls = ureq::tls::TlsConfig::builder();
    if let Some(path) = authority {
        let failed = |error: &dyn std::fmt::Display| {
            TokenError::Keys(format!("{}: {error}", path.display()))
        };
        let text = std::fs::read(path).map_err(|error| failed(&error))?;
        let mut roots = Vec::new();
        for item in ureq::tls::parse_pem(&text) {
            if let PemItem::Certificate(root) = item.map_err(|error| failed(&error))? {
                roots.push(root);
            }
        }
        if roots.is_empty() {
            return Err(failed(&"no certificate in it"));
        }
        let roots: Vec<Certificate<'static>> = roots;
        tls = tls.root_certs(RootCerts::from(roots));
    }
    Ok(ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .max_redirects_will_error(true)
        .tls_config(tls.build())
        .build()
        .into())
}
