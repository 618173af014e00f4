//! The durable outbox, as the platforms see it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bailing_capture::upload::{Response, Unreachable};
use bailing_capture::{self as capture, Attestation, Clock, Folder, Service};
use ring::rand::SystemRandom;

use crate::clock::SystemClock;
use crate::key::PlatformKey;
use crate::{SdkError, SigningKey};

/// Where an outbox lies and whom it is for.
#[derive(Clone, Debug, uniffi::Record)]
pub struct OutboxConfig {
    /// A folder that is the SDK's alone and no part of a backup; made where it is missing.
    pub folder: String,
    /// 32 bytes that the platform's key store keeps: what the folder's files are encrypted with.
    pub storage_key: Vec<u8>,
    /// Scheme, host and port of the server, as it names itself.
    pub server_origin: String,
    /// Android package or iOS bundle id.
    pub app_id: String,
    /// The app's version.
    pub app_version: String,
    /// Text that changes with each boot of the phone: Android's `BOOT_COUNT`, iOS's
    /// `kern.bootsessionuuid`.
    pub boot_marker: String,
    /// The Ed25519 key whose policies it takes, 32 bytes: `bailing-server policy new-key` prints it. None where the bank signs
    /// none.
    #[uniffi(default = None)]
    pub policy_key: Option<Vec<u8>>,
}

/// What the bank asks of its phones.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Policy {
    /// Counts the bank's policies.
    pub revision: u64,
    /// The proofs that the bank takes, in the order in which it wants them shown; empty where it takes every kind.
    pub tasks: Vec<PolicyTask>,
}

/// A proof that the bank takes.
#[derive(Clone, Debug, uniffi::Record)]
pub struct PolicyTask {
    /// The kind of proof, for example `business_licence`.
    pub kind: String,
    /// Pages of it in one bundle, at most.
    pub pages: u32,
}

/// The key that the server knows.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Enrolment {
    /// SHA-256 of the public key, hexadecimal.
    pub key_id: String,
    /// What its proof was worth, `A` to `D`; none where the answer that said so was lost.
    pub grade: Option<String>,
    /// The bank's id of the merchant.
    pub merchant_id: String,
    /// SHA-256 of the attestation; none for a key that nothing attests.
    pub attestation: Option<Vec<u8>>,
}

/// The next thing to be done for the outbox.
#[derive(Clone, Debug, uniffi::Enum)]
pub enum Errand {
    /// Send this, and give what comes back to `answer`, also where nothing does.
    Send {
        /// Which exchange it is: names the answer.
        exchange: u64,
        /// What to send.
        request: HttpRequest,
    },
    /// Make a key and let the platform attest it over these bytes, then call `attested_android`,
    /// `attested_ios` or `proved_by_possession`. Good for four minutes.
    Attest {
        /// The server's challenge.
        challenge: Vec<u8>,
    },
    /// Nothing until then.
    WaitUntil {
        /// Seconds since 1970.
        unix_seconds: i64,
    },
    /// Nothing at all, until something is sealed or enrolled.
    Nothing,
}

/// One request for the platform's HTTP client.
#[derive(Clone, Debug, uniffi::Record)]
pub struct HttpRequest {
    /// `GET`, `HEAD`, `PATCH`, `POST` or `PUT`.
    pub method: String,
    /// Path below the server's address.
    pub path: String,
    /// Headers.
    pub headers: Vec<HttpHeader>,
    /// Body; empty for `GET` and `HEAD`.
    pub body: Vec<u8>,
}

/// One header.
#[derive(Clone, Debug, uniffi::Record)]
pub struct HttpHeader {
    /// Its name, in any case.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What came back, whatever the status.
#[derive(Clone, Debug, uniffi::Record)]
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<HttpHeader>,
    /// Body, 4 MiB at most: read no more.
    pub body: Vec<u8>,
}

/// What an answer changed, where an app would want to know.
#[derive(Clone, Debug, uniffi::Enum)]
pub enum News {
    /// The key is enrolled: tickets come next.
    Enrolled,
    /// The server does not take this key.
    EnrolmentRefused {
        /// Stable code, as listed in `CODES.md`.
        code: String,
        /// The server's words.
        detail: String,
    },
    /// So many tickets are ready to be sealed with.
    Tickets {
        /// How many.
        count: u32,
    },
    /// The bank's policy of this revision holds from now on, for sessions that begin now: see `policy`.
    Policy {
        /// Which one.
        revision: u64,
    },
    /// A piece of a bundle has arrived.
    Progress {
        /// The bundle's name.
        bundle: String,
        /// Bytes that have arrived.
        sent: u64,
        /// Bytes altogether.
        total: u64,
    },
    /// The server has the bundle; the phone keeps the receipt.
    Received {
        /// The bundle's name.
        bundle: String,
    },
    /// The server has decided; see `decision`.
    Decided {
        /// The bundle's name.
        bundle: String,
    },
    /// The server refused the bundle for good.
    Refused {
        /// The bundle's name.
        bundle: String,
        /// Stable code, as listed in `CODES.md`.
        code: String,
        /// The server's words.
        detail: String,
    },
}

/// A sealed bundle: on its way, or what became of it.
#[derive(Clone, Debug, uniffi::Record)]
pub struct OutboxEntry {
    /// SHA-256 of the bundle's bytes, hexadecimal: its name at the server.
    pub bundle: String,
    /// The kinds of proof that were photographed, in order.
    pub kinds: Vec<String>,
    /// When it was sealed, seconds since 1970 by the phone's clock.
    pub sealed_at: i64,
    /// Its length.
    pub bytes: u64,
    /// Attempts to send it that failed since the last one that got on.
    pub attempts: u32,
    /// How far it has come.
    pub state: OutboxEntryState,
}

/// How far a bundle has come.
#[derive(Clone, Debug, uniffi::Enum)]
pub enum OutboxEntryState {
    /// It waits to be sent.
    Waiting,
    /// A part has arrived.
    Sending {
        /// Bytes that have arrived.
        sent: u64,
        /// Bytes altogether.
        total: u64,
    },
    /// The server has it, and has not decided.
    Received,
    /// The server has decided.
    Decided,
    /// It will never be sent.
    Refused {
        /// Stable code, as listed in `CODES.md`.
        code: String,
        /// The server's words.
        detail: String,
    },
}

/// The durable outbox of one app towards one server. Open it once a process.
#[derive(Debug, uniffi::Object)]
pub struct Outbox {
    outbox: Mutex<capture::Outbox>,
    boot_id: [u8; 16],
}

#[uniffi::export]
impl Outbox {
    /// Opens an outbox, or begins one.
    #[uniffi::constructor]
    pub fn open(config: OutboxConfig) -> Result<Arc<Self>, SdkError> {
        let storage_key: [u8; 32] = config
            .storage_key
            .try_into()
            .map_err(|_| SdkError::new("request_malformed", "storage_key has 32 bytes"))?;
        let policy_key = config.policy_key.map(TryInto::try_into).transpose();
        let service = Service {
            origin: config.server_origin,
            app_id: config.app_id,
            app_version: config.app_version,
            policy_key: policy_key
                .map_err(|_| SdkError::new("request_malformed", "policy_key has 32 bytes"))?,
        };
        let folder = Folder::open(config.folder)?;
        let now = SystemClock.unix_seconds();
        let mut outbox = capture::Outbox::open(
            Box::new(folder),
            Box::new(randomness()),
            &storage_key,
            service,
            now,
        )?;
        let boot_id = outbox.boot_id(&config.boot_marker)?;
        Ok(Arc::new(Self { outbox: Mutex::new(outbox), boot_id }))
    }

    /// The key that the server knows, if there is one.
    pub fn enrolment(&self) -> Option<Enrolment> {
        self.lock().enrolment().map(|enrolment| Enrolment {
            key_id: hex::encode(enrolment.key_id),
            grade: enrolment.grade.clone(),
            merchant_id: enrolment.merchant_id.clone(),
            attestation: enrolment.attestation.map(Vec::from),
        })
    }

    /// Wants a key enrolled for a merchant; the errands that follow do it.
    pub fn enrol(&self, merchant_id: String) -> Result<(), SdkError> {
        Ok(self.lock().enrol(&merchant_id)?)
    }

    /// What is to be done now. One exchange is under way at a time: asked again before its answer, it is the
    /// same.
    pub fn next_errand(&self) -> Result<Errand, SdkError> {
        let errand = self.lock().next(SystemClock.unix_seconds())?;
        Ok(match errand {
            capture::Errand::Send { exchange, request } => {
                let header =
                    |(name, value): (&str, String)| HttpHeader { name: name.into(), value };
                let request = HttpRequest {
                    method: request.method.name().to_owned(),
                    path: request.path,
                    headers: request.headers.into_iter().map(header).collect(),
                    body: request.body,
                };
                Errand::Send { exchange, request }
            }
            capture::Errand::Attest { challenge } => Errand::Attest { challenge },
            capture::Errand::WaitUntil(unix_seconds) => Errand::WaitUntil { unix_seconds },
            capture::Errand::Nothing => Errand::Nothing,
        })
    }

    /// What came of an exchange; none where nothing came back: no network, no server, or a time-out.
    pub fn answer(
        &self,
        exchange: u64,
        response: Option<HttpResponse>,
    ) -> Result<Option<News>, SdkError> {
        let response = response.map(|response| Response {
            status: response.status,
            headers: response
                .headers
                .into_iter()
                .map(|header| (header.name, header.value))
                .collect(),
            body: response.body,
        });
        let now = SystemClock.unix_seconds();
        let news = self.lock().answer(exchange, response.ok_or(Unreachable), now)?;
        Ok(news.and_then(News::of))
    }

    /// Android has attested a new key: its certificates in DER, leaf first.
    pub fn attested_android(&self, certificates: Vec<Vec<u8>>) -> Result<(), SdkError> {
        let attestation = Attestation::Android(certificates);
        Ok(self.lock().attested(&attestation, SystemClock.unix_seconds())?)
    }

    /// iOS has attested a new key: the attestation object.
    pub fn attested_ios(&self, object: Vec<u8>) -> Result<(), SdkError> {
        let attestation = Attestation::AppAttest(object);
        Ok(self.lock().attested(&attestation, SystemClock.unix_seconds())?)
    }

    /// Nothing attests the new key (an emulator, a simulator): it proves that it is there by signing, which
    /// gives it the lowest grade, and only where the server takes such keys.
    pub fn proved_by_possession(&self, key: Arc<dyn SigningKey>) -> Result<(), SdkError> {
        let key = PlatformKey::new(key)?;
        Ok(self.lock().attested_by_software(&key, SystemClock.unix_seconds())?)
    }

    /// What the bank asks of its phones now; none where it says nothing.
    pub fn policy(&self) -> Option<Policy> {
        let policy = self.lock().policy(SystemClock.unix_seconds())?;
        let task = |task: capture::PolicyTask| PolicyTask { kind: task.kind, pages: task.pages };
        let tasks = policy.tasks.into_iter().map(task).collect();
        Some(Policy { revision: policy.revision, tasks })
    }

    /// Tickets that can be sealed with now, offline too.
    pub fn tickets_left(&self) -> u32 {
        let left = self.lock().tickets_left(SystemClock.unix_seconds());
        u32::try_from(left).unwrap_or(u32::MAX)
    }

    /// Every bundle that waits or of which something is known, in the order in which they were sealed.
    pub fn entries(&self) -> Vec<OutboxEntry> {
        self.lock().entries().map(OutboxEntry::from).collect()
    }

    /// What the server decided on a bundle, as JSON; none where it has not.
    pub fn decision(&self, bundle: String) -> Result<Option<String>, SdkError> {
        let decision = self.lock().decision(&name(&bundle)?)?;
        Ok(decision.map(|decision| decision.to_string()))
    }

    /// Gives a bundle up, or what is known of it. The server notices that one is missing.
    pub fn forget(&self, bundle: String) -> Result<(), SdkError> {
        Ok(self.lock().forget(&name(&bundle)?)?)
    }

    /// There is a network again: what could not be reached is tried at once.
    pub fn network_is_back(&self) -> Result<(), SdkError> {
        Ok(self.lock().network_is_back()?)
    }

    /// Files that were found damaged since the beginning, and set aside.
    pub fn set_aside(&self) -> u32 {
        self.lock().set_aside()
    }
}

impl Outbox {
    /// Random for each boot of the phone.
    pub(crate) fn boot_id(&self) -> [u8; 16] {
        self.boot_id
    }

    /// A panic left nothing half done: the state is read again where a write failed.
    pub(crate) fn lock(&self) -> MutexGuard<'_, capture::Outbox> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The system's randomness.
#[expect(clippy::disallowed_methods, reason = "the platform's edge")]
pub(crate) fn randomness() -> SystemRandom {
    SystemRandom::new()
}

/// A bundle's name.
fn name(text: &str) -> Result<[u8; 32], SdkError> {
    let bytes = hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| SdkError::new("request_malformed", "a bundle's name is 64 hex digits"))
}

impl News {
    /// Nothing where this version of the bindings does not know it.
    fn of(news: capture::News) -> Option<Self> {
        Some(match news {
            capture::News::Enrolled => Self::Enrolled,
            capture::News::EnrolmentRefused { code, detail } => {
                Self::EnrolmentRefused { code, detail }
            }
            capture::News::Tickets(count) => {
                Self::Tickets { count: u32::try_from(count).unwrap_or(u32::MAX) }
            }
            capture::News::Policy(revision) => Self::Policy { revision },
            capture::News::Progress { bundle, sent, total } => {
                Self::Progress { bundle: hex::encode(bundle), sent, total }
            }
            capture::News::Received { bundle } => Self::Received { bundle: hex::encode(bundle) },
            capture::News::Decided { bundle } => Self::Decided { bundle: hex::encode(bundle) },
            capture::News::Refused { bundle, code, detail } => {
                Self::Refused { bundle: hex::encode(bundle), code, detail }
            }
            _ => return None,
        })
    }
}

impl From<capture::Entry> for OutboxEntry {
    fn from(entry: capture::Entry) -> Self {
        Self {
            bundle: hex::encode(entry.bundle),
            kinds: entry.kinds,
            sealed_at: entry.sealed_at,
            bytes: entry.bytes,
            attempts: entry.attempts,
            state: match entry.state {
                capture::EntryState::Sending { sent, total } => {
                    OutboxEntryState::Sending { sent, total }
                }
                capture::EntryState::Received => OutboxEntryState::Received,
                capture::EntryState::Decided => OutboxEntryState::Decided,
                capture::EntryState::Refused { code, detail } => {
                    OutboxEntryState::Refused { code, detail }
                }
                _ => OutboxEntryState::Waiting,
            },
        }
    }
}
