//! What is stored: everything that a phone must not forget, but for the bundles and the decisions, which are
//! files of their own.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::enrolment::Enrolment;
use super::hexadecimal::Hexadecimal;
use super::pause::Pause;
use super::{BYTES, SETTLED, Service, WAITING};
use crate::Chain;

/// Version of this form; one that is newer is not read.
const VERSION: u32 = 1;

/// All decisions kept, bytes; the oldest go first.
const DECISION_BYTES: u64 = 16 * 1024 * 1024;

/// Ids of used tickets kept, so that a server that gives one twice is not believed.
const USED_TICKETS: usize = 256;

/// How long before its expiry a ticket counts as expired, seconds: the bundle still has to arrive.
const TICKET_MARGIN: i64 = 60;

/// The state, written whole after every change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) version: u32,
    /// Counts the changes.
    pub(super) revision: u64,
    pub(super) origin: String,
    pub(super) app_id: String,
    /// What the app wants enrolled.
    pub(super) wish: Option<Wish>,
    pub(super) enrolment: Option<Enrolment>,
    pub(super) chain: Chain,
    pub(super) tickets: Vec<StoredTicket>,
    pub(super) used_tickets: Vec<Hexadecimal<[u8; 16]>>,
    /// Bundles ever sealed here: numbers their files.
    pub(super) sealed: u64,
    pub(super) entries: Vec<StoredEntry>,
    pub(super) boot: Option<Boot>,
    /// Holds for everything: the server cannot be reached, or asks to be left alone.
    pub(super) server: Pause,
    /// Holds for tickets.
    pub(super) ticketing: Pause,
    /// The bank's policy, as it was signed.
    #[serde(default)]
    pub(super) policy: Option<Hexadecimal<Vec<u8>>>,
    /// Holds for the policy.
    #[serde(default)]
    pub(super) policing: Pause,
    /// Files that were found damaged.
    pub(super) set_aside: u32,
}

/// A key to be enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Wish {
    pub(super) merchant_id: String,
    /// The key whose enrolment was sent, where the phone knows it: if the server then knows it, it was us.
    pub(super) sent: Option<Hexadecimal<[u8; 32]>>,
    pub(super) pause: Pause,
}

/// Leave to send one bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredTicket {
    pub(super) id: Hexadecimal<[u8; 16]>,
    pub(super) bytes: Hexadecimal<Vec<u8>>,
    /// Its expiry, by the phone's clock: when it came, and its life added. The two clocks may differ by
    /// hours.
    pub(super) until: i64,
}

/// The phone's boot, and the random id that stands for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Boot {
    pub(super) marker: String,
    pub(super) id: Hexadecimal<[u8; 16]>,
}

/// A sealed bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredEntry {
    pub(super) bundle: Hexadecimal<[u8; 32]>,
    /// Which one it is of all that were sealed here.
    pub(super) number: u64,
    pub(super) kinds: Vec<String>,
    pub(super) sealed_at: i64,
    pub(super) bytes: u64,
    pub(super) stage: Stage,
    pub(super) pause: Pause,
}

/// How far a bundle has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stage {
    Waiting,
    Received {
        at: i64,
    },
    Decided {
        at: i64,
        /// Length of the server's answer, while it is kept.
        kept: Option<u64>,
    },
    Refused {
        at: i64,
        code: String,
        detail: String,
    },
}

/// Why a state was not read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum StateError {
    Newer,
    Damaged,
}

impl State {
    /// The name of its file.
    pub(super) const NAME: &'static str = "state";

    /// Longest file, bytes: some ten times what all the bounds below come to.
    pub(super) const LONGEST: u64 = 16 * 1024 * 1024;

    pub(super) fn new(service: &Service) -> Self {
        Self {
            version: VERSION,
            revision: 0,
            origin: service.origin.clone(),
            app_id: service.app_id.clone(),
            wish: None,
            enrolment: None,
            chain: Chain::default(),
            tickets: Vec::new(),
            used_tickets: Vec::new(),
            sealed: 0,
            entries: Vec::new(),
            boot: None,
            server: Pause::default(),
            ticketing: Pause::default(),
            policy: None,
            policing: Pause::default(),
            set_aside: 0,
        }
    }

    pub(super) fn parse(bytes: &[u8]) -> Result<Self, StateError> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let Version { version } = serde_json::from_slice(bytes).map_err(|_| StateError::Damaged)?;
        if version > VERSION {
            return Err(StateError::Newer);
        }
        serde_json::from_slice(bytes).map_err(|_| StateError::Damaged)
    }

    /// Files that belong to this state beside its own.
    pub(super) fn files(&self) -> BTreeSet<String> {
        self.entries.iter().filter_map(StoredEntry::file).collect()
    }

    pub(super) fn entry(&self, bundle: &[u8; 32]) -> Option<&StoredEntry> {
        self.entries.iter().find(|entry| entry.bundle.0 == *bundle)
    }

    pub(super) fn entry_mut(&mut self, bundle: &[u8; 32]) -> Option<&mut StoredEntry> {
        self.entries.iter_mut().find(|entry| entry.bundle.0 == *bundle)
    }

    /// The bundles that wait, in the order in which they were sealed. They go in that order: the server
    /// refuses a sequence number below one that it has seen.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &StoredEntry> {
        self.entries.iter().filter(|entry| entry.stage == Stage::Waiting)
    }

    /// Whether one more bundle of so many bytes may wait.
    pub(super) fn has_room(&self, bytes: u64) -> bool {
        let waiting: u64 = self.waiting().map(|entry| entry.bytes).sum();
        self.waiting().count() < WAITING && waiting.saturating_add(bytes) <= BYTES
    }

    /// The ticket that lasts longest: the bundle may have to wait for a network.
    pub(super) fn best_ticket(&self, now: i64) -> Option<&StoredTicket> {
        self.tickets.iter().filter(|ticket| ticket.lasts(now)).max_by_key(|ticket| ticket.until)
    }

    pub(super) fn tickets_left(&self, now: i64) -> usize {
        self.tickets.iter().filter(|ticket| ticket.lasts(now)).count()
    }

    /// Uses a ticket up.
    pub(super) fn use_ticket(&mut self, id: [u8; 16]) {
        self.tickets.retain(|ticket| ticket.id.0 != id);
        self.used_tickets.push(Hexadecimal(id));
        let excess = self.used_tickets.len().saturating_sub(USED_TICKETS);
        self.used_tickets.drain(..excess);
    }

    /// Whether a ticket was ever here.
    pub(super) fn knows_ticket(&self, id: &[u8; 16]) -> bool {
        self.used_tickets
            .iter()
            .chain(self.tickets.iter().map(|ticket| &ticket.id))
            .any(|known| known.0 == *id)
    }

    /// A bundle waits no longer, or is decided; what is then too much goes, the oldest first.
    pub(super) fn settle(&mut self, bundle: &[u8; 32], stage: Stage) {
        if let Some(entry) = self.entry_mut(bundle) {
            entry.stage = stage;
            entry.pause = Pause::default();
        }
        let settled = self.entries.len() - self.waiting().count();
        let mut excess = settled.saturating_sub(SETTLED);
        self.entries.retain(|entry| {
            let goes = excess > 0 && entry.stage != Stage::Waiting;
            excess -= usize::from(goes);
            !goes
        });
        let mut kept = 0u64;
        for entry in self.entries.iter_mut().rev() {
            if let Stage::Decided { kept: decision @ Some(_), .. } = &mut entry.stage {
                kept = kept.saturating_add(decision.unwrap_or_default());
                if kept > DECISION_BYTES {
                    *decision = None;
                }
            }
        }
    }

    /// A new key begins a new chain, and has no tickets yet.
    pub(super) fn enrol(&mut self, enrolment: Enrolment) {
        let same = self.enrolment.as_ref().is_some_and(|old| old.key_id == enrolment.key_id);
        if !same {
            self.chain = Chain::default();
            self.tickets.clear();
        }
        self.enrolment = Some(enrolment);
        self.wish = None;
        self.ticketing = Pause::default();
    }
}

impl StoredTicket {
    fn lasts(&self, now: i64) -> bool {
        self.until.saturating_sub(TICKET_MARGIN) > now
    }

    /// When it stops counting.
    pub(super) fn counts_until(&self) -> i64 {
        self.until.saturating_sub(TICKET_MARGIN)
    }
}

impl StoredEntry {
    /// The file that belongs to it: the bundle while it waits, the decision once there is one.
    pub(super) fn file(&self) -> Option<String> {
        match &self.stage {
            Stage::Waiting => Some(bundle_file(self.number, &self.bundle.0)),
            Stage::Decided { kept: Some(_), .. } => Some(decision_file(&self.bundle.0)),
            _ => None,
        }
    }
}

/// The file of a bundle that waits. The number keeps their order even where the state is lost.
pub(super) fn bundle_file(number: u64, bundle: &[u8; 32]) -> String {
    format!("bundle.{number:020}.{}", hex::encode(bundle))
}

/// Number and hash of a bundle, from its file's name.
pub(super) fn parse_bundle_file(name: &str) -> Option<(u64, [u8; 32])> {
    let (number, bundle) = name.strip_prefix("bundle.")?.split_once('.')?;
    let bundle = hex::decode(bundle).ok()?.try_into().ok()?;
    let number = number.parse().ok()?;
    (bundle_file(number, &bundle) == name).then_some((number, bundle))
}

/// The file of a decision.
pub(super) fn decision_file(bundle: &[u8; 32]) -> String {
    format!("decision.{}", hex::encode(bundle))
}
