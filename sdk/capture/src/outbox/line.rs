//! What is under way, in memory only: a death forgets it, and it is asked for again.

use std::collections::BTreeMap;

use super::pause::Pause;
use crate::upload::{Challenge, Request};

/// How long an answer may take, seconds, before the exchange counts as lost: twice what 512 KiB take at 50
/// kbit/s. A host that knows that no answer will come says so sooner.
const FLIGHT: i64 = 180;

/// How long a challenge is held, seconds: the server forgets it after five minutes.
const CHALLENGE: i64 = 240;

/// The exchange under way, and what the last ones gave.
#[derive(Debug, Default)]
pub(super) struct Line {
    exchanges: u64,
    flight: Option<Flight>,
    challenge: Option<(Challenge, i64)>,
    proof: Option<Proof>,
    uploads: BTreeMap<[u8; 32], Upload>,
    /// After the storage failed.
    pub(super) rest: Pause,
}

#[derive(Debug)]
struct Flight {
    exchange: u64,
    purpose: Purpose,
    since: i64,
}

/// What an exchange is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A challenge for a new key.
    Challenge,
    /// The new key's enrolment.
    Enrol,
    /// More tickets.
    Tickets,
    /// The bank's policy.
    Policy,
    /// A bundle, whole.
    Put { bundle: [u8; 32] },
    /// A place for a long bundle.
    Create { bundle: [u8; 32] },
    /// How much of a long bundle has arrived.
    Ask { bundle: [u8; 32] },
    /// A piece of a long bundle.
    Piece { bundle: [u8; 32], from: u64, to: u64 },
    /// Whether a bundle that has arrived was taken in.
    Confirm { bundle: [u8; 32] },
    /// What became of a bundle.
    Poll { bundle: [u8; 32] },
}

/// What proves a new key, ready to be sent.
#[derive(Clone, Debug)]
pub(super) struct Proof {
    pub(super) request: Request,
    /// The key's id, where the phone knows it.
    pub(super) key: Option<[u8; 32]>,
    /// Whether this key's enrolment for this merchant was sent before.
    pub(super) sent_before: bool,
    /// SHA-256 of the attestation.
    pub(super) attestation: Option<[u8; 32]>,
}

/// How a long bundle goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Upload {
    pub(super) next: Step,
    /// The most that had arrived at any time: only what exceeds it is progress.
    pub(super) most: u64,
}

/// The next exchange of an upload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Step {
    /// Create it, or find it.
    #[default]
    Create,
    /// Ask how much has arrived.
    Ask,
    /// Send what follows so many bytes.
    From(u64),
    /// All has arrived: ask whether it was taken in.
    Confirm,
    /// Send it whole: the server takes no pieces, or lost what all of them came to.
    Whole,
}

impl Line {
    /// Until when an answer is waited for.
    pub(super) fn busy(&self, now: i64) -> Option<i64> {
        let flight = self.flight.as_ref()?;
        let until = flight.since.saturating_add(FLIGHT);
        // Before its own beginning only where the clock was set back.
        (flight.since..until).contains(&now).then_some(until)
    }

    /// Begins an exchange: its number.
    pub(super) fn begin(&mut self, purpose: Purpose, now: i64) -> u64 {
        self.exchanges = self.exchanges.saturating_add(1);
        self.flight = Some(Flight { exchange: self.exchanges, purpose, since: now });
        self.exchanges
    }

    /// Ends the exchange of that number: what it was for. `None` for one that was given up.
    pub(super) fn end(&mut self, exchange: u64) -> Option<Purpose> {
        self.flight.take_if(|flight| flight.exchange == exchange).map(|flight| flight.purpose)
    }

    pub(super) fn challenge(&self, now: i64) -> Option<&Challenge> {
        let (challenge, since) = self.challenge.as_ref()?;
        (*since..since.saturating_add(CHALLENGE)).contains(&now).then_some(challenge)
    }

    pub(super) fn challenged(&mut self, challenge: Challenge, now: i64) {
        self.challenge = Some((challenge, now));
        self.proof = None;
    }

    pub(super) fn proof(&self) -> Option<&Proof> {
        self.proof.as_ref()
    }

    pub(super) fn proved(&mut self, proof: Proof) {
        self.proof = Some(proof);
    }

    pub(super) fn forget_enrolment(&mut self) {
        self.challenge = None;
        self.proof = None;
        self.flight.take_if(|flight| matches!(flight.purpose, Purpose::Challenge | Purpose::Enrol));
    }

    pub(super) fn upload(&self, bundle: &[u8; 32]) -> Upload {
        self.uploads.get(bundle).copied().unwrap_or_default()
    }

    pub(super) fn set_upload(&mut self, bundle: &[u8; 32], upload: Upload) {
        self.uploads.insert(*bundle, upload);
    }

    /// The bundle is on its way no longer.
    pub(super) fn settle(&mut self, bundle: &[u8; 32]) {
        self.uploads.remove(bundle);
    }

    /// Bytes of a long bundle that have arrived.
    pub(super) fn sent(&self, bundle: &[u8; 32]) -> u64 {
        self.upload(bundle).most
    }
}
