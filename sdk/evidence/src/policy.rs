//! What the bank asks of its phones: when a check objects, and which proofs it takes. Signed with a key of the bank's that
//! the app was built with, so that neither the network nor a server that was broken into can change it.
//!
//! A COSE_Sign1 (RFC 9052 §4.2) whose `external_aad` binds it to the server's origin, with EdDSA: phones have Ed25519 already,
//! for their sessions. `SPEC.md` §10 has the payload.
//! What it says lies within limits that the phone was compiled with: see its reader.

use std::collections::BTreeMap;

use ciborium::Value;
use coset::{Algorithm, CoseSign1Builder, Header, TaggedCborSerializable, iana};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::cbor;
use crate::cbor::claims::{Claims, map};
use crate::limits;
use crate::signature::{self, SignatureError};

/// Media type of a policy (RFC 9052 §2).
pub const MEDIA_TYPE: &str = "application/cose";

/// Protocol name, first in `external_aad`.
const PROTOCOL: &str = "bailing-policy-v1";

/// A policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs, reason = "a bank makes it")]
pub struct Policy {
    /// Counts the bank's policies: a phone takes none that is older than the one it has.
    pub revision: u64,
    /// From when it holds, seconds since 1970.
    pub issued_at: i64,
    /// Until when it holds, seconds since 1970; then the compiled-in values do.
    pub expires_at: i64,
    /// From which score on a check objects, by its code, in its unit; the others keep their values.
    #[serde(default)]
    pub thresholds: BTreeMap<String, f32>,
    /// The proofs that the bank takes, in the order in which it wants them shown; empty where it takes every kind.
    #[serde(default)]
    pub tasks: Vec<PolicyTask>,
}

/// A proof that the bank takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs, reason = "a bank makes it")]
pub struct PolicyTask {
    /// The kind of proof, for example `business_licence`.
    pub kind: String,
    /// Pages of it in one bundle, at most; from 1 on.
    pub pages: u32,
}

/// Why a policy was not signed, or not taken.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// Not the form that the module describes.
    #[error("not a policy: {0}")]
    Malformed(&'static str),
    /// More of something than a policy may hold.
    #[error("the policy exceeds a limit: {0}")]
    Limit(&'static str),
    /// Signed by another key, or for another server.
    #[error("the policy is not signed by the key that the app was built with, for this server")]
    Invalid,
    /// The key did not sign.
    #[error("the policy was not signed: {0}")]
    Signing(String),
}

impl PolicyError {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "policy_malformed",
            Self::Limit(_) => "policy_limit_exceeded",
            Self::Invalid => "policy_signature_invalid",
            Self::Signing(_) => "signing_failed",
        }
    }
}

impl Policy {
    /// Whether it holds at `now`, seconds since 1970.
    pub fn holds(&self, now: i64) -> bool {
        (self.issued_at..self.expires_at).contains(&now)
    }

    /// Signs it for the server of that origin; `sign` gets the Sig_structure's bytes and gives an Ed25519 signature.
    ///
    /// # Errors
    ///
    /// What exceeds a limit, and whatever `sign` says.
    pub fn sign<E: std::fmt::Display>(
        &self,
        server_origin: &str,
        sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
    ) -> Result<Vec<u8>, PolicyError> {
        let signed = CoseSign1Builder::new()
            .protected(header())
            .payload(self.to_cbor()?)
            .try_create_signature(&external_aad(server_origin), |message| {
                sign(message).map_err(|error| PolicyError::Signing(error.to_string()))
            })?
            .build();
        if signed.signature.len() != 64 {
            return Err(PolicyError::Signing("an Ed25519 signature is 64 bytes".to_owned()));
        }
        signed.to_tagged_vec().map_err(|_| PolicyError::Malformed("it could not be encoded"))
    }

    /// Reads what [`Policy::sign`] wrote with the key whose public half is `key`, for that origin, and nothing else.
    ///
    /// # Errors
    ///
    /// [`PolicyError::Invalid`] before anything in it is looked at.
    pub fn open(bytes: &[u8], key: &[u8; 32], server_origin: &str) -> Result<Self, PolicyError> {
        if bytes.len() > limits::POLICY_BYTES {
            return Err(PolicyError::Limit("length in bytes"));
        }
        let signed = signature::read(bytes)?;
        if signed.protected.header != header() {
            return Err(PolicyError::Malformed("another header than EdDSA alone"));
        }
        signed.verify_signature(&external_aad(server_origin), |signature, message| {
            let key = UnparsedPublicKey::new(&ED25519, key);
            key.verify(message, signature).map_err(|_| PolicyError::Invalid)
        })?;
        let payload = signed.payload.as_deref().ok_or(PolicyError::Malformed("no payload"))?;
        Self::from_cbor(payload)
    }

    fn to_cbor(&self) -> Result<Vec<u8>, PolicyError> {
        self.check_limits()?;
        let mut bytes = Vec::new();
        ciborium::into_writer(&self.to_value(), &mut bytes)
            .map_err(|_| PolicyError::Malformed("it could not be encoded"))?;
        // The signature and what else is around it have less than 128 bytes.
        if bytes.len() > limits::POLICY_BYTES - 128 {
            return Err(PolicyError::Limit("length in bytes"));
        }
        Ok(bytes)
    }

    fn from_cbor(bytes: &[u8]) -> Result<Self, PolicyError> {
        cbor::check(bytes).map_err(|_| PolicyError::Malformed("not CBOR that is read here"))?;
        let value: Value = ciborium::from_reader(bytes)
            .map_err(|_| PolicyError::Malformed("it could not be decoded"))?;
        let policy = Self::from_value(value)
            .ok_or(PolicyError::Malformed("a claim is missing or of the wrong type"))?;
        if policy.to_cbor()? != bytes {
            return Err(PolicyError::Malformed("not in deterministic form, or unknown claims"));
        }
        Ok(policy)
    }

    fn to_value(&self) -> Value {
        let threshold = |(code, value): (&String, &f32)| {
            map(vec![(1, code.as_str().into()), (2, f64::from(*value).into())])
        };
        map(vec![
            (1, self.revision.into()),
            (2, self.issued_at.into()),
            (3, self.expires_at.into()),
            (4, Value::Array(self.thresholds.iter().map(threshold).collect())),
            (5, Value::Array(self.tasks.iter().map(PolicyTask::to_value).collect())),
        ])
    }

    fn from_value(value: Value) -> Option<Self> {
        let mut claims = Claims::new(value)?;
        let threshold = |value| {
            let mut claims = Claims::new(value)?;
            let threshold = (claims.text()?, claims.float()?);
            claims.end(threshold)
        };
        let policy = Self {
            revision: claims.integer()?,
            issued_at: claims.integer()?,
            expires_at: claims.integer()?,
            thresholds: claims.list(threshold)?.into_iter().collect(),
            tasks: claims.list(PolicyTask::from_value)?,
        };
        claims.end(policy)
    }

    fn check_limits(&self) -> Result<(), PolicyError> {
        if self.thresholds.len() > limits::SIGNALS {
            return Err(PolicyError::Limit("number of thresholds"));
        }
        if self.tasks.len() > limits::POLICY_TASKS {
            return Err(PolicyError::Limit("number of tasks"));
        }
        let texts = self.thresholds.keys().chain(self.tasks.iter().map(|task| &task.kind));
        for text in texts {
            if text.len() > limits::TEXT_BYTES {
                return Err(PolicyError::Limit("length of a text"));
            }
            if text.chars().any(char::is_control) {
                return Err(PolicyError::Malformed("a control character in a text"));
            }
        }
        if self.thresholds.values().any(|value| !value.is_finite()) {
            return Err(PolicyError::Malformed("a threshold that is not a number"));
        }
        if self.tasks.iter().any(|task| task.pages == 0) {
            return Err(PolicyError::Malformed("a task without pages"));
        }
        if self.issued_at >= self.expires_at {
            return Err(PolicyError::Malformed("it expires before it is issued"));
        }
        Ok(())
    }
}

impl PolicyTask {
    fn to_value(&self) -> Value {
        map(vec![(1, self.kind.as_str().into()), (2, self.pages.into())])
    }

    fn from_value(value: Value) -> Option<Self> {
        let mut claims = Claims::new(value)?;
        let task = Self { kind: claims.text()?, pages: claims.integer()? };
        claims.end(task)
    }
}

impl From<SignatureError> for PolicyError {
    fn from(error: SignatureError) -> Self {
        match error {
            SignatureError::Malformed(what) => Self::Malformed(what),
            _ => Self::Malformed("not CBOR that is read here"),
        }
    }
}

fn header() -> Header {
    let alg = Some(Algorithm::Assigned(iana::Algorithm::EdDSA));
    Header { alg, ..Header::default() }
}

fn external_aad(server_origin: &str) -> Vec<u8> {
    [PROTOCOL, server_origin].join("\0").into_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ring::rand::SystemRandom;
    use ring::signature::{Ed25519KeyPair, KeyPair};

    use super::*;

    const ORIGIN: &str = "https://bank.example";

    struct Bank(Ed25519KeyPair);

    impl Bank {
        #[expect(clippy::disallowed_methods, reason = "a bank makes its key once")]
        fn new() -> Self {
            let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
            Self(Ed25519KeyPair::from_pkcs8(key.as_ref()).expect("a key"))
        }

        fn key(&self) -> [u8; 32] {
            self.0.public_key().as_ref().try_into().expect("32 bytes")
        }

        fn sign(&self, policy: &Policy) -> Result<Vec<u8>, PolicyError> {
            policy.sign(ORIGIN, |message| Ok::<_, String>(self.0.sign(message).as_ref().to_vec()))
        }
    }

    fn policy() -> Policy {
        Policy {
            revision: 7,
            issued_at: 1_000,
            expires_at: 2_000,
            thresholds: [("glare", 0.05), ("blurred", 0.15)]
                .map(|(code, value)| (code.to_owned(), value))
                .into(),
            tasks: vec![PolicyTask { kind: "waybill".to_owned(), pages: 4 }],
        }
    }

    #[test]
    fn its_key_and_its_server_only() {
        let (bank, other) = (Bank::new(), Bank::new());
        let bytes = bank.sign(&policy()).expect("signed");
        assert_eq!(Policy::open(&bytes, &bank.key(), ORIGIN), Ok(policy()));
        assert_eq!(Policy::open(&bytes, &other.key(), ORIGIN), Err(PolicyError::Invalid));
        let elsewhere = Policy::open(&bytes, &bank.key(), "https://other.example");
        assert_eq!(elsewhere, Err(PolicyError::Invalid));
        assert_eq!(
            [999, 1_000, 1_999, 2_000].map(|now| policy().holds(now)),
            [false, true, true, false]
        );
    }

    #[test]
    fn limits_are_named() {
        let bank = Bank::new();
        let refused = |change: fn(&mut Policy)| {
            let mut policy = policy();
            change(&mut policy);
            bank.sign(&policy).expect_err("refused").code()
        };
        let numbered = |policy: &mut Policy| {
            policy.thresholds = (0..65).map(|number| (number.to_string(), 0.0)).collect();
        };
        assert_eq!(refused(numbered), "policy_limit_exceeded");
        let many = |policy: &mut Policy| {
            let one = policy.tasks.first().cloned().expect("a task");
            policy.tasks = vec![one; limits::POLICY_TASKS + 1];
        };
        assert_eq!(refused(many), "policy_limit_exceeded");
        let long = |policy: &mut Policy| {
            policy.tasks.iter_mut().for_each(|task| task.kind = "k".repeat(257));
        };
        assert_eq!(refused(long), "policy_limit_exceeded");
        let endless = |policy: &mut Policy| {
            policy.thresholds.insert("glare".to_owned(), f32::INFINITY);
        };
        assert_eq!(refused(endless), "policy_malformed");
        let empty = |policy: &mut Policy| policy.tasks.iter_mut().for_each(|task| task.pages = 0);
        assert_eq!(refused(empty), "policy_malformed");
        assert_eq!(refused(|policy| policy.expires_at = policy.issued_at), "policy_malformed");
        assert_eq!(
            refused(|policy| policy.tasks.iter_mut().for_each(|task| task.kind = "\n".into())),
            "policy_malformed"
        );
    }

    proptest! {
        #[test]
        fn any_policy_comes_back(
            revision: u64,
            issued_at in 0i64..i64::MAX / 2,
            life in 1i64..1_000_000,
            thresholds in proptest::collection::btree_map("[a-z_]{1,20}", -1e6f32..1e6, 0..20),
            tasks in proptest::collection::vec(("[a-z_]{1,20}", 1u32..20), 0..20),
        ) {
            let tasks = tasks.into_iter().map(|(kind, pages)| PolicyTask { kind, pages }).collect();
            let policy =
                Policy { revision, issued_at, expires_at: issued_at + life, thresholds, tasks };
            let bank = Bank::new();
            let bytes = bank.sign(&policy).expect("signed");
            prop_assert_eq!(Policy::open(&bytes, &bank.key(), ORIGIN), Ok(policy));
        }

        #[test]
        fn any_changed_bit_is_refused(at: prop::sample::Index, bit in 0u8..8) {
            let bank = Bank::new();
            let mut bytes = bank.sign(&policy()).expect("signed");
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert!(Policy::open(&bytes, &bank.key(), ORIGIN).is_err());
        }

        #[test]
        fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            prop_assert!(Policy::open(&bytes, &Bank::new().key(), ORIGIN).is_err());
        }
    }
}
