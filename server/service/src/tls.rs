//! The server's certificate and its key, read again when they change: a certificate is renewed without a restart.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use thiserror::Error;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use crate::config::TlsConfig;

/// How often the files are looked at, where anybody connects.
const LOOK: Duration = Duration::from_secs(2);

/// Why TLS cannot be spoken.
#[derive(Debug, Error)]
pub(crate) enum TlsError {
    #[error("{}: not the PEM that is wanted: {source}", path.display())]
    Pem { path: PathBuf, source: pem::Error },
    #[error("certificate and key: {0}")]
    Unusable(#[from] rustls::Error),
}

/// What the public listener proves itself by.
pub(crate) struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    current: Mutex<Current>,
}

struct Current {
    config: Arc<ServerConfig>,
    changed: Changed,
    looked: Instant,
}

/// When either file was changed.
type Changed = [Option<SystemTime>; 2];

impl Tls {
    /// Reads both files at once, so that a server with wrong ones does not start.
    pub(crate) fn open(config: &TlsConfig) -> Result<Self, TlsError> {
        let TlsConfig { certificate, key } = config.clone();
        let changed = [changed(&certificate), changed(&key)];
        let config = read(&certificate, &key)?;
        let current = Mutex::new(Current { config, changed, looked: Instant::now() });
        Ok(Self { certificate, key, current })
    }

    /// For the next handshake. While the files do not fit each other (one is written, the other not yet) the old ones hold.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.looked.elapsed() >= LOOK {
            current.looked = Instant::now();
            let changed = [changed(&self.certificate), changed(&self.key)];
            if changed != current.changed {
                match read(&self.certificate, &self.key) {
                    Ok(config) => {
                        (current.config, current.changed) = (config, changed);
                        tracing::info!("the certificate was read again");
                    }
                    Err(error) => {
                        tracing::error!(%error, "the old certificate holds until this is mended");
                    }
                }
            }
        }
        TlsAcceptor::from(Arc::clone(&current.config))
    }
}

fn read(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| TlsError::Pem { path, source }
    };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(failed(certificate))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(failed(key))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn changed(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|file| file.modified()).ok()
}
