//! What an operator can set. Nothing has to be.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use bailing_attestation::{AndroidPolicy, IosPolicy};
use bailing_credit::Case;
use bailing_evidence::limits;
use serde::Deserialize;
use thiserror::Error;
use time::Date;

use crate::client::Network;
use crate::sealing::{SealingError, Vault};
use crate::store::Place;

time::serde::format_description!(iso_date, Date, "[year]-[month]-[day]");

/// The service's configuration, as TOML; the command line overrides single values.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where phones reach it.
    pub listen: SocketAddr,
    /// Where the console and the metrics are. Loopback: they show merchants' papers, and ask for a token only where
    /// `staff` is set.
    pub operator_listen: SocketAddr,
    /// Whether `operator_listen` may be anything but loopback, behind a proxy that asks who it is.
    pub operator_allow_remote: bool,
    /// Where the metrics are besides, and nothing else: they hold no user data. Nowhere else by default.
    pub metrics_listen: Option<SocketAddr>,
    /// The certificate by which phones know it. Without one a proxy speaks TLS for it.
    pub tls: Option<TlsConfig>,
    /// Proxies whose `X-Forwarded-For` is believed, as `["10.0.0.0/8"]`.
    pub trusted_proxies: Vec<Network>,
    /// Folder of the database and the object store, and of what is on its way into them.
    pub data: PathBuf,
    /// `postgres://…`, where the database is not the file in `data`. Any number of processes share it.
    pub database: Option<Secret>,
    /// Where objects lie, where not in `data`: an S3-compatible store that all processes share.
    pub bucket: Option<BucketConfig>,
    /// Folder of the OCR package; without it vouchers go to review.
    pub ocr: Option<PathBuf>,
    /// Networks that tell what a picture shows, as ONNX, each with its description beside it: `NAME.toml`
    /// for `NAME.onnx`. The first that gives features tells the classes that operators enrol.
    pub object_models: Vec<PathBuf>,
    /// Scheme, host and port as phones sign them; by default `http://` and the address.
    pub origin: Option<String>,
    /// Whether software keys (grade D) are enrolled and count whole. For demos only.
    pub allow_software_keys: bool,
    /// Which phones' keys are enrolled. Without it none are.
    pub attestation: AttestationConfig,
    /// What the bank asks of its phones, where it signs that. Read at the start.
    pub policy: Option<PolicyConfig>,
    /// Who gives merchants their tokens. Without it nobody sees, asks for or withdraws anything as a merchant.
    pub host_app: Option<TokenConfig>,
    /// Who gives the bank's staff their tokens, with `roles`: `reviewer`, `operator`, `auditor`. Without it whoever reaches
    /// the operator's listener may do all that these may.
    pub staff: Option<TokenConfig>,
    /// File of the key that wraps merchants' keys, 64 hexadecimal digits; in the data folder, and made there, where it is
    /// not set. Who loses it loses all evidence.
    pub key_encryption_key: Option<PathBuf>,
    /// That key itself, from the environment, where no file holds it.
    #[serde(skip)]
    pub key_encryption_key_text: Option<Secret>,
    /// Files of the keys that did so before: `bailing-server rotate-keys` wraps anew what they wrapped, and then they may go.
    pub key_encryption_keys_before: Vec<PathBuf>,
    /// How long what merchants send is kept, days.
    pub retention_days: u32,
    /// Folder with the bank's own files of the credit side's knowledge base, which replace those of the same names.
    pub knowledge: Option<PathBuf>,
    /// A language model for the assistant. What merchants say to it is passed on there.
    pub language_model: Option<LanguageModelConfig>,
    /// The day on which papers are judged, where it is not today: for demos whose papers are dated.
    #[serde(with = "iso_date::option")]
    pub demo_today: Option<Date>,
    /// Whether this process decides bundles itself. What a hostile picture does to it then, it does to requests too.
    pub work: bool,
    /// Workers that `serve` keeps beside itself, each a process of its own.
    pub workers: u32,
    /// Memory that a worker's process may have, bytes.
    pub worker_memory_bytes: u64,
    /// How long a bundle may take to be decided, seconds; then its worker's process ends, and another tries.
    pub job_seconds: u64,
    /// How long a ticket may be used, seconds. Long enough for pictures taken offline.
    pub ticket_seconds: i64,
    /// How long a bundle that comes in pieces may take, from its first request to its last byte,
    /// seconds. Its ticket must have held at the first.
    pub upload_seconds: i64,
    /// How long an object is kept that was begun to be stored and belongs to nothing, seconds: longer than storing one takes.
    pub orphan_seconds: i64,
    /// Disk that such bundles may take before they are whole, bytes.
    pub upload_bytes: i64,
    /// Requests a second from one address (IPv6: one /64), on average.
    pub requests_per_second: u32,
    /// Requests a second for one merchant, by one phone's key or by one of the staff, on average.
    pub requests_per_second_of_one: u32,
    /// A request that is not answered by then is ended, seconds: a bundle of 64 MiB at 5 Mbit/s takes 110 s.
    pub request_seconds: u64,
    /// Merchants to be known.
    pub merchants: Vec<MerchantSeed>,
}

/// What nobody is shown: a key, or an address that may hold a password.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("…")
    }
}

/// A policy that `bailing-server policy sign` has made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyConfig {
    /// Its file.
    pub file: PathBuf,
    /// The key that signed it, as the phones' app has it: Ed25519, 64 hexadecimal digits.
    pub public_key: String,
}

/// A bucket of an S3-compatible store. Its keys come from the environment (`AWS_ACCESS_KEY_ID`,
/// `AWS_SECRET_ACCESS_KEY`) or from the machine that runs there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketConfig {
    /// Its name.
    pub name: String,
    /// Before every object's key.
    #[serde(default)]
    pub prefix: String,
    /// As `cn-hangzhou`.
    pub region: Option<String>,
    /// Scheme, host and port of a store other than Amazon's.
    pub endpoint: Option<String>,
    /// Whether the bucket's name is the host's first part instead of the path's.
    #[serde(default)]
    pub virtual_hosted: bool,
}

/// Which phones' keys are enrolled, platform by platform; one that is not configured is refused.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AttestationConfig {
    /// Android: the bank's own app must be named, with its signers. A revocation list older than
    /// `max_revocation_age` (a week, where it is not set) stops enrolment and uploads.
    pub android: Option<AndroidPolicy>,
    /// iOS: the bank's own app must be named.
    pub ios: Option<IosPolicy>,
    /// Google's list of revoked certificates: the JSON of `android.googleapis.com/attestation/status`,
    /// fetched daily by a job of the bank's own into this file. Its time of modification counts as
    /// when it was fetched, and it is read again when that changes.
    pub revocation: Option<PathBuf>,
    /// A root certificate (DER) that is believed besides Google's and Apple's: for tests only.
    pub danger_anchor: Option<PathBuf>,
}

/// TLS of the public listener.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// PEM file of the certificate, and of those between it and the authority's. Read again when it changes.
    pub certificate: PathBuf,
    /// PEM file of its key.
    pub key: PathBuf,
}

/// Who gives tokens (JWTs).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenConfig {
    /// Its public keys (JWKS): a file, read again when it changes, or an address that begins with `https://`.
    pub jwks: KeySource,
    /// PEM file of the authorities that vouch for that address, instead of the public ones.
    pub jwks_authority: Option<PathBuf>,
    /// `iss` of its tokens.
    pub issuer: String,
    /// `aud` of tokens for this server; the origin where it is not set.
    pub audience: Option<String>,
}

/// Where an issuer's public keys are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub enum KeySource {
    /// A file.
    File(PathBuf),
    /// An address, fetched by the server itself.
    Address(String),
}

impl From<String> for KeySource {
    fn from(text: String) -> Self {
        let is_address = ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme));
        if is_address { Self::Address(text) } else { Self::File(text.into()) }
    }
}

impl TokenConfig {
    /// Whoever changes keys on their way speaks for every merchant.
    fn check(&self) -> Result<(), ConfigError> {
        let KeySource::Address(address) = &self.jwks else { return Ok(()) };
        let host = address.strip_prefix("http://").map(|rest| {
            rest.split(['/', '?'])
                .next()
                .and_then(|host| host.rsplit_once(':'))
                .map(|(host, _)| host)
        });
        match host {
            None | Some(Some("127.0.0.1" | "[::1]" | "localhost")) => Ok(()),
            Some(_) => Err(ConfigError::Unusable(
                "jwks: an address begins with https://; http:// only with a port of this machine",
            )),
        }
    }
}

/// A language model behind an OpenAI-compatible interface.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguageModelConfig {
    /// Address before `/chat/completions`, as `http://127.0.0.1:8000/v1`.
    pub url: String,
    /// Its name there.
    pub model: String,
    /// File that holds its key, where it asks for one.
    pub key_file: Option<PathBuf>,
    /// How long it is waited for, milliseconds.
    #[serde(default = "model_timeout")]
    pub timeout_ms: u64,
}

fn model_timeout() -> u64 {
    2_000
}

/// A merchant to be known.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MerchantSeed {
    /// The bank's own id.
    pub id: String,
    /// Registered name.
    pub name: Option<String>,
    /// Whose business it is; papers may name the person instead of the business.
    pub person: Option<String>,
    /// Id of the credit side's `knowledge/industries.toml`, as `road_freight`.
    pub industry: Option<String>,
    /// Whether it is in its first year.
    #[serde(default)]
    pub starting: bool,
    /// Quota without any proof, yuan.
    pub base_quota: u32,
}

/// Why a configuration cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is not the TOML that is expected.
    #[error("{}: {source}", path.display())]
    Parse {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        source: Box<toml::de::Error>,
    },
    /// A value that cannot work.
    #[error("{0}")]
    Unusable(&'static str),
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 7_080)),
            operator_listen: SocketAddr::from(([127, 0, 0, 1], 7_081)),
            operator_allow_remote: false,
            metrics_listen: None,
            tls: None,
            trusted_proxies: Vec::new(),
            data: PathBuf::from("bailing-data"),
            database: None,
            bucket: None,
            ocr: None,
            object_models: Vec::new(),
            origin: None,
            allow_software_keys: false,
            attestation: AttestationConfig::default(),
            policy: None,
            host_app: None,
            staff: None,
            key_encryption_key: None,
            key_encryption_key_text: None,
            key_encryption_keys_before: Vec::new(),
            retention_days: 730,
            knowledge: None,
            language_model: None,
            demo_today: None,
            work: true,
            workers: 1,
            worker_memory_bytes: 4 * 1024 * 1024 * 1024,
            job_seconds: 300,
            ticket_seconds: 24 * 3_600,
            upload_seconds: 24 * 3_600,
            orphan_seconds: 3_600,
            upload_bytes: 4 * 1024 * 1024 * 1024,
            requests_per_second: 50,
            requests_per_second_of_one: 50,
            request_seconds: 120,
            merchants: Vec::new(),
        }
    }
}

impl Config {
    /// Reads a TOML file.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        toml::from_str(&text).map_err(|source| ConfigError::Parse {
            path: path.to_owned(),
            source: Box::new(source),
        })
    }

    /// Where the database is.
    pub(crate) fn place(&self) -> Place {
        match &self.database {
            Some(Secret(url)) => Place::Postgres(url.clone()),
            None => Place::File(self.data.join("bailing.db")),
        }
    }

    /// The keys that wrap merchants' keys.
    pub(crate) fn vault(&self) -> Result<Vault, SealingError> {
        let before = &self.key_encryption_keys_before;
        if let Some(Secret(text)) = &self.key_encryption_key_text {
            return Vault::of(text, before);
        }
        let file = self.key_encryption_key.clone();
        Vault::open(&file.unwrap_or_else(|| self.data.join("key-encryption-key")), before)
    }

    /// Refuses what cannot work.
    pub fn check(&self) -> Result<(), ConfigError> {
        if !self.operator_listen.ip().is_loopback() && !self.operator_allow_remote {
            return Err(ConfigError::Unusable(
                "the operator's address is not loopback: put a proxy that speaks TLS and knows who is there in front of \
                 it, and set operator_allow_remote",
            ));
        }
        if !(1..=30 * 24 * 3_600).contains(&self.ticket_seconds) {
            return Err(ConfigError::Unusable("ticket_seconds must be 1 to 2,592,000 (30 days)"));
        }
        if !(1..=30 * 24 * 3_600).contains(&self.upload_seconds) {
            return Err(ConfigError::Unusable("upload_seconds must be 1 to 2,592,000 (30 days)"));
        }
        if !(1..=30 * 24 * 3_600).contains(&self.orphan_seconds) {
            return Err(ConfigError::Unusable("orphan_seconds must be 1 to 2,592,000 (30 days)"));
        }
        if u64::try_from(self.upload_bytes).unwrap_or(0) < limits::BUNDLE_BYTES as u64 {
            return Err(ConfigError::Unusable(
                "upload_bytes must be at least 67,108,864: the longest bundle",
            ));
        }
        if self.demo_today.is_some() && !self.allow_software_keys {
            return Err(ConfigError::Unusable(
                "demo_today is for demos: without allow_software_keys papers are judged today",
            ));
        }
        if !(1..=3_650).contains(&self.retention_days) {
            return Err(ConfigError::Unusable("retention_days must be 1 to 3,650 (10 years)"));
        }
        if let Some(Secret(url)) = &self.database
            && !["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme))
        {
            return Err(ConfigError::Unusable("database begins with postgres://"));
        }
        if let Some(bucket) = &self.bucket {
            if bucket.name.is_empty() {
                return Err(ConfigError::Unusable("bucket.name is empty"));
            }
            let is_url = |url: &String| url.starts_with("http://") || url.starts_with("https://");
            if !bucket.endpoint.as_ref().is_none_or(is_url) {
                return Err(ConfigError::Unusable(
                    "bucket.endpoint begins with http:// or https://",
                ));
            }
        }
        let has_key = self.key_encryption_key.is_some() || self.key_encryption_key_text.is_some();
        if self.database.is_some() && !has_key {
            return Err(ConfigError::Unusable(
                "key_encryption_key: processes that share a database share this key: name its file, \
                 or give it in BAILING_KEY_ENCRYPTION_KEY_TEXT",
            ));
        }
        if let Some(model) = &self.language_model {
            if !["http://", "https://"].iter().any(|scheme| model.url.starts_with(scheme)) {
                return Err(ConfigError::Unusable(
                    "language_model.url begins with http:// or https://",
                ));
            }
            if !(100..=30_000).contains(&model.timeout_ms) {
                return Err(ConfigError::Unusable(
                    "language_model.timeout_ms must be 100 to 30,000",
                ));
            }
        }
        let is_too_much = |seed: &MerchantSeed| u64::from(seed.base_quota) > Case::MOST_YUAN;
        if self.merchants.iter().any(is_too_much) {
            return Err(ConfigError::Unusable("base_quota of a merchant is at most 100,000,000"));
        }
        if self.workers > 64 {
            return Err(ConfigError::Unusable("workers must be at most 64"));
        }
        if self.worker_memory_bytes < 1024 * 1024 * 1024 {
            return Err(ConfigError::Unusable(
                "worker_memory_bytes must be at least 1,073,741,824: a picture of 64 MP needs them",
            ));
        }
        if !(10..=3_600).contains(&self.job_seconds) {
            return Err(ConfigError::Unusable("job_seconds must be 10 to 3,600"));
        }
        if self.requests_per_second == 0 || self.requests_per_second_of_one == 0 {
            return Err(ConfigError::Unusable(
                "requests_per_second and requests_per_second_of_one must be at least 1",
            ));
        }
        if !(1..=3_600).contains(&self.request_seconds) {
            return Err(ConfigError::Unusable("request_seconds must be 1 to 3,600"));
        }
        for tokens in [&self.host_app, &self.staff].into_iter().flatten() {
            tokens.check()?;
        }
        self.attestation.check()
    }
}

impl AttestationConfig {
    /// An empty list would let any app's keys in, which is fine for looking at one attestation and
    /// never for a server.
    fn check(&self) -> Result<(), ConfigError> {
        if let Some(android) = &self.android {
            if android.packages.is_empty() || android.signers.is_empty() {
                return Err(ConfigError::Unusable(
                    "attestation.android: name the app's packages and signers, or any app's keys \
                     would be taken",
                ));
            }
            let is_digest =
                |text: &String| matches!(hex::decode(text), Ok(bytes) if bytes.len() == 32);
            if !android.signers.iter().chain(&android.boot_keys).all(is_digest) {
                return Err(ConfigError::Unusable(
                    "attestation.android: signers and boot_keys are SHA-256, 64 hexadecimal digits",
                ));
            }
            if self.revocation.is_none() {
                return Err(ConfigError::Unusable(
                    "attestation.revocation: fetch Google's list of revoked certificates daily into \
                     a file, and name the file here",
                ));
            }
            if android.max_revocation_age.is_some_and(|age| age <= 0) {
                return Err(ConfigError::Unusable(
                    "attestation.android.max_revocation_age must be at least 1 second",
                ));
            }
        }
        let app_id = self.ios.as_ref().map(|ios| ios.app_id.split_once('.'));
        if app_id.is_some_and(|parts| !matches!(parts, Some((team, bundle)) if !team.is_empty() && !bundle.is_empty()))
        {
            return Err(ConfigError::Unusable(
                "attestation.ios.app_id must be TEAM.bundle, as in ABCDE12345.cn.example.wallet",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_to_be_set() {
        let config: Config = toml::from_str("").expect("defaults");
        assert!(config.check().is_ok());
        assert!(!config.allow_software_keys);
    }

    #[test]
    fn both_platforms_can_be_set() {
        let text = format!(
            "[attestation]\nrevocation = 'status.json'\n\
             [attestation.android]\npackages = ['cn.example.wallet']\nsigners = ['{}']\n\
             min_os_patch = 202401\n\
             [attestation.ios]\napp_id = 'ABCDE12345.cn.example.wallet'\nenvironment = 'development'",
            "07".repeat(32),
        );
        let config: Config = toml::from_str(&text).expect("readable");
        config.check().expect("usable");
        let android = config.attestation.android.expect("set");
        assert_eq!(android.min_os_patch, Some(202_401));
    }

    #[test]
    fn what_cannot_work_is_refused() {
        for text in [
            "operator_listen = '0.0.0.0:7081'",
            "ticket_seconds = 0",
            "ticket_seconds = 99999999",
            "upload_seconds = 0",
            "upload_bytes = 67108863",
            "requests_per_second = 0",
            "workers = 65",
            "[[merchants]]\nid = 'x'\nindustry = 'retail'\nbase_quota = 100000001",
            "worker_memory_bytes = 1000000",
            "job_seconds = 9",
            "requests_per_second_of_one = 0",
            "request_seconds = 0",
            "[host_app]\njwks = 'http://bank.example/keys'\nissuer = 'i'",
            "[staff]\njwks = 'http://127.0.0.1.example:80/keys'\nissuer = 'i'",
            "retention_days = 0",
            "database = 'mysql://x'",
            "database = 'postgres://x'",
            "[bucket]\nname = ''",
            "[bucket]\nname = 'b'\nendpoint = 'x'",
            "[language_model]\nurl = 'ftp://x'\nmodel = 'm'",
            "[language_model]\nurl = 'http://x'\nmodel = 'm'\ntimeout_ms = 1",
            "demo_today = '2026-11-23'",
            "[attestation.android]",
            "[attestation]\nrevocation = 'x'\n[attestation.android]\npackages = ['app']",
            "[attestation]\nrevocation = 'x'\n[attestation.android]\npackages = ['app']\nsigners = ['00']",
            "[attestation.android]\npackages = ['app']\nsigners = ['SIGNER']",
            "[attestation]\nrevocation = 'x'\n[attestation.android]\npackages = ['app']\n\
             signers = ['SIGNER']\nmax_revocation_age = 0",
            "[attestation.ios]",
            "[attestation.ios]\napp_id = 'TEAM'",
            "[attestation.ios]\napp_id = '.bundle'",
        ] {
            let text = text.replace("SIGNER", &"07".repeat(32));
            let config: Config = toml::from_str(&text).expect("readable");
            assert!(config.check().is_err(), "{text}");
        }
        for text in [
            "unknown = 1",
            "trusted_proxies = ['10.0.0.0/40']",
            "[tls]\ncertificate = 'c.pem'",
            "listen = 'nowhere'",
            "[[merchants]]\nid = 'x'",
            "[host_app]\njwks = 'keys.json'",
            "= =",
            "[attestation.androidd]",
        ] {
            assert!(toml::from_str::<Config>(text).is_err(), "{text}");
        }
    }
}
