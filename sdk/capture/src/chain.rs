//! What a key remembers of the bundles it has signed.

use serde::{Deserialize, Serialize};

/// Sequence number and hash of the last manifest: what makes a missing bundle show.
///
/// An [`Outbox`](crate::Outbox) keeps it. Losing it costs a `sequence_gap` or `sequence_replayed` at the
/// server, never a bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// Sequence number of the next manifest; counts from 0.
    pub next_sequence: u64,
    /// SHA-256 of the last signed manifest (the COSE_Sign1 bytes); `None` before the first.
    pub previous: Option<[u8; 32]>,
}

impl Chain {
    /// Takes one more signed manifest into the chain.
    pub fn append(&mut self, signed_sha256: [u8; 32]) {
        self.next_sequence = self.next_sequence.saturating_add(1);
        self.previous = Some(signed_sha256);
    }
}
