//! One bundle's way, as an app lists it.

/// A sealed bundle: on its way, or what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// SHA-256 of the bundle's bytes: its name at the server.
    pub bundle: [u8; 32],
    /// The kinds of proof that were photographed, in order; empty for a bundle that was found again after the
    /// state was damaged.
    pub kinds: Vec<String>,
    /// When it was sealed, seconds since 1970 by the phone's clock.
    pub sealed_at: i64,
    /// Its length.
    pub bytes: u64,
    /// Attempts to send it that failed since the last one that got on.
    pub attempts: u32,
    /// How far it has come.
    pub state: EntryState,
}

/// How far a bundle has come.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryState {
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
    /// The server has decided: [`Outbox::decision`](crate::Outbox::decision) says how.
    Decided,
    /// It will never be sent: the server refused it for good, or the phone's storage damaged it
    /// (`stored_damaged`). The pictures have to be taken again.
    Refused {
        /// Stable code, as listed in `CODES.md`.
        code: String,
        /// The server's words.
        detail: String,
    },
}
