//! What the host does for an outbox, and what comes of it.

use crate::upload::Request;

/// The next thing to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a host has to do each of them")]
pub enum Errand {
    /// Send this, and give what comes back to [`Outbox::answer`](crate::Outbox::answer), also where nothing
    /// does.
    Send {
        /// Which exchange it is: names the answer.
        exchange: u64,
        /// What to send.
        request: Request,
    },
    /// Make a key and let the platform attest it over these bytes, then call
    /// [`Outbox::attested`](crate::Outbox::attested). Good for four minutes.
    Attest {
        /// The server's challenge.
        challenge: Vec<u8>,
    },
    /// Nothing until then, seconds since 1970.
    WaitUntil(i64),
    /// Nothing at all, until something is sealed or enrolled.
    Nothing,
}

/// What an answer changed, where an app would want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum News {
    /// The key is enrolled: tickets come next.
    Enrolled,
    /// The server does not take this key. Enrol again, with a new one, if the code says that this can help.
    EnrolmentRefused {
        /// Stable code, as listed in `CODES.md`.
        code: String,
        /// The server's words.
        detail: String,
    },
    /// So many tickets are ready to be sealed with.
    Tickets(usize),
    /// The bank's policy of this revision holds from now on: see [`Outbox::policy`](crate::Outbox::policy). A
    /// session that runs goes on under the one before.
    Policy(u64),
    /// A piece of a bundle has arrived.
    Progress {
        /// SHA-256 of the bundle.
        bundle: [u8; 32],
        /// Bytes that have arrived.
        sent: u64,
        /// Bytes altogether.
        total: u64,
    },
    /// The server has the bundle; the phone keeps the receipt.
    Received {
        /// SHA-256 of the bundle.
        bundle: [u8; 32],
    },
    /// The server has decided; see [`Outbox::decision`](crate::Outbox::decision).
    Decided {
        /// SHA-256 of the bundle.
        bundle: [u8; 32],
    },
    /// The server refused the bundle for good.
    Refused {
        /// SHA-256 of the bundle.
        bundle: [u8; 32],
        /// Stable code, as listed in `CODES.md`.
        code: String,
        /// The server's words.
        detail: String,
    },
}
