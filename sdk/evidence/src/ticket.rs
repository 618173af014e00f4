//! The server's leave to send one bundle: single-use, short-lived, bound to a key.
//!
//! A ticket is opaque to the phone except for its nonce and its expiry. The server authenticates it
//! with HMAC-SHA-256 and so needs to remember only those that were used.
//!
//! Bytes, big-endian: version (1) ‖ id (16) ‖ nonce (32) ‖ key id (32) ‖ issued (8) ‖ expires (8) ‖
//! kind length (1) ‖ kind ‖ tag (32).

use ring::hmac;
use thiserror::Error;

use crate::limits;

/// Version of the layout, its first byte.
const VERSION: u8 = 1;

/// Length of the HMAC-SHA-256 tag, bytes.
const TAG_BYTES: usize = 32;

/// What a ticket says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Random; marks the ticket as used.
    pub id: [u8; 16],
    /// Random; goes into the manifest as `eat_nonce`.
    pub nonce: [u8; 32],
    /// The key that may use it.
    pub key_id: [u8; 32],
    /// When the server made it, seconds since 1970: the beginning of the capture's time interval.
    pub issued_at: i64,
    /// When it stops being accepted, seconds since 1970.
    pub expires_at: i64,
    /// The kind of proof asked for; `None` where any will do.
    pub kind: Option<String>,
}

/// Why a ticket was not accepted.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum TicketError {
    /// Not a ticket, or not one that this server made.
    #[error("the ticket is not one of this server's: fetch a new one")]
    Invalid,
    /// Past its expiry, or not valid yet because the server's clock went back.
    #[error("the ticket has expired: fetch a new one and seal the pictures again")]
    Expired,
    /// Issued to another key.
    #[error("the ticket was issued to another key: fetch one for the key that signs")]
    WrongKey,
}

impl TicketError {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid => "ticket_invalid",
            Self::Expired => "ticket_expired",
            Self::WrongKey => "ticket_wrong_key",
        }
    }
}

impl Ticket {
    /// What a ticket says, unverified: all that a phone can know of it.
    pub fn peek(bytes: &[u8]) -> Result<Self, TicketError> {
        let body = bytes
            .len()
            .checked_sub(TAG_BYTES)
            .and_then(|length| bytes.get(..length))
            .ok_or(TicketError::Invalid)?;
        Self::parse(body).ok_or(TicketError::Invalid)
    }

    fn parse(body: &[u8]) -> Option<Self> {
        let (version, rest) = body.split_first()?;
        let (id, rest) = rest.split_first_chunk()?;
        let (nonce, rest) = rest.split_first_chunk()?;
        let (key_id, rest) = rest.split_first_chunk()?;
        let (issued_at, rest) = rest.split_first_chunk()?;
        let (expires_at, rest) = rest.split_first_chunk()?;
        let (length, kind) = rest.split_first()?;
        if *version != VERSION || usize::from(*length) != kind.len() {
            return None;
        }
        let kind = std::str::from_utf8(kind).ok()?;
        Some(Self {
            id: *id,
            nonce: *nonce,
            key_id: *key_id,
            issued_at: i64::from_be_bytes(*issued_at),
            expires_at: i64::from_be_bytes(*expires_at),
            kind: (!kind.is_empty()).then(|| kind.to_owned()),
        })
    }

    fn body(&self) -> Vec<u8> {
        let kind = self.kind.as_deref().unwrap_or_default().as_bytes();
        // A kind is a short word of ours; a longer one is cut rather than made unreadable.
        let kind = kind.get(..kind.len().min(64)).unwrap_or_default();
        let mut body = vec![VERSION];
        body.extend_from_slice(&self.id);
        body.extend_from_slice(&self.nonce);
        body.extend_from_slice(&self.key_id);
        body.extend_from_slice(&self.issued_at.to_be_bytes());
        body.extend_from_slice(&self.expires_at.to_be_bytes());
        body.push(u8::try_from(kind.len()).unwrap_or_default());
        body.extend_from_slice(kind);
        body
    }
}

/// Issues tickets and opens them again, with a secret that never leaves the server.
#[derive(Debug)]
pub struct Issuer {
    secret: hmac::Key,
}

impl Issuer {
    /// An issuer with a secret of 32 random bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self { secret: hmac::Key::new(hmac::HMAC_SHA256, secret) }
    }

    /// The ticket's bytes.
    pub fn issue(&self, ticket: &Ticket) -> Vec<u8> {
        let mut bytes = ticket.body();
        let tag = hmac::sign(&self.secret, &bytes);
        bytes.extend_from_slice(tag.as_ref());
        bytes
    }

    /// What a ticket says, if this issuer made it, it is for `key_id`, and `now` (seconds since
    /// 1970) lies within its life. Whether it was used already is the caller's to know.
    pub fn open(&self, bytes: &[u8], key_id: &[u8; 32], now: i64) -> Result<Ticket, TicketError> {
        if bytes.len() > limits::TICKET_BYTES {
            return Err(TicketError::Invalid);
        }
        let split = bytes.len().checked_sub(TAG_BYTES).ok_or(TicketError::Invalid)?;
        let (body, tag) = bytes.split_at_checked(split).ok_or(TicketError::Invalid)?;
        hmac::verify(&self.secret, body, tag).map_err(|_| TicketError::Invalid)?;
        let ticket = Ticket::parse(body).ok_or(TicketError::Invalid)?;
        if ticket.key_id != *key_id {
            return Err(TicketError::WrongKey);
        }
        if !(ticket.issued_at..ticket.expires_at).contains(&now) {
            return Err(TicketError::Expired);
        }
        Ok(ticket)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ticket() -> Ticket {
        Ticket {
            id: [1; 16],
            nonce: [2; 32],
            key_id: [3; 32],
            issued_at: 1_000,
            expires_at: 1_600,
            kind: Some("waybill".to_owned()),
        }
    }

    #[test]
    fn opens_for_its_key_within_its_life_only() {
        let issuer = Issuer::new(&[9; 32]);
        let bytes = issuer.issue(&ticket());
        assert_eq!(issuer.open(&bytes, &[3; 32], 1_000), Ok(ticket()));
        assert_eq!(issuer.open(&bytes, &[3; 32], 1_599), Ok(ticket()));
        assert_eq!(issuer.open(&bytes, &[3; 32], 1_600), Err(TicketError::Expired));
        assert_eq!(issuer.open(&bytes, &[3; 32], 999), Err(TicketError::Expired));
        assert_eq!(issuer.open(&bytes, &[4; 32], 1_000), Err(TicketError::WrongKey));
        assert_eq!(Issuer::new(&[8; 32]).open(&bytes, &[3; 32], 1_000), Err(TicketError::Invalid));
        assert_eq!(Ticket::peek(&bytes), Ok(ticket()));
    }

    proptest! {
        #[test]
        fn any_changed_bit_is_refused(at in 0usize..146, bit in 0u8..8) {
            let issuer = Issuer::new(&[9; 32]);
            let mut bytes = issuer.issue(&ticket());
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            prop_assert_eq!(issuer.open(&bytes, &[3; 32], 1_000), Err(TicketError::Invalid));
        }

        #[test]
        fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _ = Ticket::peek(&bytes);
            prop_assert!(Issuer::new(&[9; 32]).open(&bytes, &[3; 32], 1_000).is_err());
        }
    }
}
