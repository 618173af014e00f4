//! What survives the process: the enrolled key, its chain and tickets, and the bundles on their way to the
//! server.
//!
//! An [`Outbox`] is sans-IO. The platform gives it [`Storage`], [`Random`] and a key for its files; a host
//! asks for the [`Outbox::next`] errand, runs it, and gives back the [`Outbox::answer`]. One exchange is
//! under way at a time, and each may be repeated, so an answer that is lost costs a repetition and nothing
//! else.
//!
//! A death at any byte of any write loses nothing that was promised: a bundle is written beside its final
//! name, then renamed, then named in the state, which is replaced in the same way; what the state does not
//! name is swept away when the outbox is opened. A damaged state costs the enrolment (a new key enrols anew),
//! not the bundles: their files say what they are and in which order they were sealed.
//!
//! Bundles go strictly in the order in which they were sealed, because the server refuses a sequence number
//! below one that it has seen. One that the server keeps failing on holds up those behind it until it is
//! taken, refused, or given up by [`Outbox::forget`].

mod enrolment;
mod entry;
mod errand;
mod error;
mod exchange;
mod hexadecimal;
mod line;
mod pause;
mod plan;
mod recovery;
mod state;
mod understand;
mod vault;

use bailing_evidence::digest;
use bailing_evidence::policy::Policy;
use serde_json::Value;

use self::hexadecimal::Hexadecimal;
use self::line::Line;
use self::pause::Pause;
use self::state::{Boot, Stage, State, StoredEntry, Wish, bundle_file, decision_file};
use self::vault::Vault;
use crate::{Chain, Random, SealedBundle, Storage};

pub use enrolment::Enrolment;
pub use entry::{Entry, EntryState};
pub use errand::{Errand, News};
pub use error::OutboxError;

/// Bundles that may wait at once: a day of a busy merchant.
const WAITING: usize = 64;

/// Bytes of bundles that may wait at once: 64 of four pages each, or four of the longest.
const BYTES: u64 = 256 * 1024 * 1024;

/// Receipts and decisions kept; the oldest go first.
const SETTLED: usize = 256;

/// Longest answer of a server that is kept, bytes.
const DECISION: u64 = 4 * 1024 * 1024;

/// The server and the app, as both name themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "an app makes it")]
pub struct Service {
    /// Scheme, host and port of the server: part of what is signed.
    pub origin: String,
    /// The app's id: Android package or iOS bundle id.
    pub app_id: String,
    /// The app's version.
    pub app_version: String,
    /// The Ed25519 key whose policies it takes; none where the bank signs none.
    pub policy_key: Option<[u8; 32]>,
}

/// Under which ticket and where in the chain a bundle is sealed.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs, reason = "whoever seals without an outbox makes it")]
pub struct Slot<'a> {
    /// The ticket's bytes.
    pub ticket: &'a [u8],
    /// Sequence number and predecessor of the manifest.
    pub chain: &'a Chain,
}

/// The durable outbox of one app towards one server.
pub struct Outbox {
    storage: Box<dyn Storage>,
    random: Box<dyn Random>,
    vault: Vault,
    service: Service,
    /// What is stored, unless `stale`.
    state: State,
    /// Whether a write failed, so that only the storage knows what is stored.
    stale: bool,
    /// What is under way; a death forgets it.
    line: Line,
}

impl Outbox {
    /// Opens an outbox, or begins one. `storage_key` is 32 bytes that the platform's key store keeps; `now`
    /// is seconds since 1970, here and in all that follows.
    pub fn open(
        storage: Box<dyn Storage>,
        random: Box<dyn Random>,
        storage_key: &[u8; 32],
        service: Service,
        now: i64,
    ) -> Result<Self, OutboxError> {
        let vault = Vault::new(storage_key)?;
        let state = State::new(&service);
        let line = Line::default();
        let mut outbox = Self { storage, random, vault, service, state, stale: false, line };
        outbox.recover(now)?;
        Ok(outbox)
    }

    /// The server and the app that it was opened for.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// A random id that stays the same until `marker` changes: with a marker that changes with each boot of
    /// the phone, a boot's id.
    pub fn boot_id(&mut self, marker: &str) -> Result<[u8; 16], OutboxError> {
        self.refresh()?;
        if let Some(boot) = self.state.boot.as_ref().filter(|boot| boot.marker == marker) {
            return Ok(boot.id.0);
        }
        let mut id = [0; 16];
        self.random.fill(&mut id)?;
        let boot = Boot { marker: marker.to_owned(), id: Hexadecimal(id) };
        self.change(|state| state.boot = Some(boot))?;
        Ok(id)
    }

    /// The key that the server knows, if there is one.
    pub fn enrolment(&self) -> Option<&Enrolment> {
        self.state.enrolment.as_ref()
    }

    /// Wants a key enrolled for a merchant; the errands that follow do it. A key that is enrolled already
    /// stays until the new one is.
    pub fn enrol(&mut self, merchant_id: &str) -> Result<(), OutboxError> {
        self.refresh()?;
        self.line.forget_enrolment();
        let wish =
            Wish { merchant_id: merchant_id.to_owned(), sent: None, pause: Pause::default() };
        self.change(|state| {
            // The same wish again keeps what it knows.
            match &mut state.wish {
                Some(old) if old.merchant_id == wish.merchant_id => old.pause = Pause::default(),
                other => *other = Some(wish),
            }
        })
    }

    /// What the bank asks of its phones at `now`; none where it says nothing, and the compiled-in values hold. Fetched by
    /// errands of its own once a key is enrolled, and not more often than every six hours; for that alone no host is asked to
    /// come back.
    pub fn policy(&self, now: i64) -> Option<Policy> {
        self.stored_policy().filter(|policy| policy.holds(now))
    }

    /// The last policy that was taken, whether or not it holds now. One that is signed by another key than the app's is none: an
    /// update of the app may have brought another.
    fn stored_policy(&self) -> Option<Policy> {
        let (bytes, key) = (self.state.policy.as_ref()?, self.service.policy_key.as_ref()?);
        Policy::open(&bytes.0, key, &self.service.origin).ok()
    }

    /// Tickets that can be sealed with now.
    pub fn tickets_left(&self, now: i64) -> usize {
        self.state.tickets_left(now)
    }

    /// Seals a bundle with `make`, under the best ticket and at the chain's end, and stores it. All or
    /// nothing: once this returns `Ok` the bundle survives, and its ticket and sequence number are used up;
    /// else they are as they were. Gives the SHA-256 of the bundle's bytes, its name.
    pub fn seal<E: From<OutboxError>>(
        &mut self,
        now: i64,
        make: impl FnOnce(Slot<'_>) -> Result<SealedBundle, E>,
    ) -> Result<[u8; 32], E> {
        self.refresh()?;
        if self.state.enrolment.is_none() {
            return Err(OutboxError::NotEnrolled.into());
        }
        if !self.state.has_room(0) {
            return Err(OutboxError::Full.into());
        }
        let ticket = self.state.best_ticket(now).ok_or(OutboxError::NoTicket)?;
        let ticket_id = ticket.id.0;
        let SealedBundle { bytes, signed_sha256, kinds } =
            make(Slot { ticket: &ticket.bytes.0, chain: &self.state.chain })?;
        if !self.state.has_room(bytes.len() as u64) {
            return Err(OutboxError::Full.into());
        }
        let bundle = digest::sha256(&bytes);
        if self.state.entry(&bundle).is_some() {
            return Ok(bundle);
        }
        let entry = StoredEntry {
            bundle: Hexadecimal(bundle),
            number: self.state.sealed,
            kinds,
            sealed_at: now,
            bytes: bytes.len() as u64,
            stage: Stage::Waiting,
            pause: Pause::default(),
        };
        let file = bundle_file(entry.number, &bundle);
        self.vault
            .write(self.storage.as_mut(), self.random.as_ref(), &file, &bytes)
            .map_err(OutboxError::from)?;
        let stored = self.change(|state| {
            state.entries.push(entry);
            state.sealed = state.sealed.saturating_add(1);
            state.use_ticket(ticket_id);
            state.chain.append(signed_sha256);
        });
        if let Err(error) = stored {
            // Unless the state may name it after all.
            if !self.stale {
                let _ = self.storage.remove(&file);
            }
            return Err(error.into());
        }
        Ok(bundle)
    }

    /// Every bundle that waits or of which something is known, in the order in which they were sealed.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        self.state.entries.iter().map(|entry| {
            let state = match &entry.stage {
                Stage::Waiting => match self.line.sent(&entry.bundle.0) {
                    0 => EntryState::Waiting,
                    sent => EntryState::Sending { sent, total: entry.bytes },
                },
                Stage::Received { .. } => EntryState::Received,
                Stage::Decided { .. } => EntryState::Decided,
                Stage::Refused { code, detail, .. } => {
                    EntryState::Refused { code: code.clone(), detail: detail.clone() }
                }
            };
            Entry {
                bundle: entry.bundle.0,
                kinds: entry.kinds.clone(),
                sealed_at: entry.sealed_at,
                bytes: entry.bytes,
                attempts: entry.pause.attempts,
                state,
            }
        })
    }

    /// What the server decided on a bundle; `None` where it has not, or where the decision is kept no longer.
    /// The phone shows it and does not interpret it.
    pub fn decision(&self, bundle: &[u8; 32]) -> Result<Option<Value>, OutboxError> {
        let kept = self
            .state
            .entry(bundle)
            .is_some_and(|entry| matches!(entry.stage, Stage::Decided { kept: Some(_), .. }));
        if !kept {
            return Ok(None);
        }
        let answer = self.vault.read(self.storage.as_ref(), &decision_file(bundle), DECISION)?;
        let answer = answer.ok_or(OutboxError::Damaged)?;
        let mut answer: Value =
            serde_json::from_slice(&answer).map_err(|_| OutboxError::Damaged)?;
        Ok(answer.get_mut("decision").map(Value::take))
    }

    /// Gives a bundle up, or what is known of it. The server notices that one is missing from the chain.
    pub fn forget(&mut self, bundle: &[u8; 32]) -> Result<(), OutboxError> {
        self.refresh()?;
        self.line.settle(bundle);
        self.change(|state| state.entries.retain(|entry| entry.bundle.0 != *bundle))
    }

    /// The platform says that there is a network again: what could not be reached is tried at once. What the
    /// server asked to wait for still waits.
    pub fn network_is_back(&mut self) -> Result<(), OutboxError> {
        self.refresh()?;
        self.change(|state| {
            state.server.wake();
            state.ticketing.wake();
            state.wish.iter_mut().for_each(|wish| wish.pause.wake());
            state.entries.iter_mut().for_each(|entry| entry.pause.wake());
        })
    }

    /// Files that were found damaged since the beginning, and set aside.
    pub fn set_aside(&self) -> u32 {
        self.state.set_aside
    }

    /// Changes the state and stores it; where that fails the state is as before, or as the storage says.
    fn change(&mut self, change: impl FnOnce(&mut State)) -> Result<(), OutboxError> {
        let mut next = self.state.clone();
        change(&mut next);
        if next == self.state {
            return Ok(());
        }
        next.revision = next.revision.saturating_add(1);
        let before = self.state.files();
        if let Err(error) = self.write(&next) {
            self.stale = true;
            // The rename may have happened all the same.
            if self.refresh().is_err() || self.state != next {
                return Err(error);
            }
        }
        self.state = next;
        for name in before.difference(&self.state.files()) {
            // What stays now goes when the outbox is opened.
            let _ = self.storage.remove(name);
        }
        Ok(())
    }

    fn write(&mut self, state: &State) -> Result<(), OutboxError> {
        // A state of strings and numbers always serialises.
        let bytes = serde_json::to_vec(state).map_err(|_| OutboxError::Damaged)?;
        let (storage, random) = (self.storage.as_mut(), self.random.as_ref());
        Ok(self.vault.write(storage, random, State::NAME, &bytes)?)
    }

    /// Reads the state again where a write failed.
    fn refresh(&mut self) -> Result<(), OutboxError> {
        if self.stale {
            if let Some(state) = self.stored()? {
                self.state = state;
            }
            self.stale = false;
        }
        Ok(())
    }
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Outbox")
            .field("service", &self.service)
            .field("entries", &self.state.entries.len())
            .finish_non_exhaustive()
    }
}
