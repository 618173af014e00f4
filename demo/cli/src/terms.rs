//! What a hardware key's attestation is judged by: the arguments that `attest` and `verify` share.

use std::path::{Path, PathBuf};

use bailing_attestation::{
    Anchors, Challenge, Policy, RevocationList, Statement, Verdict, Verifier,
};
use bailing_capture::Attestation;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::failure::Failure;
use crate::source;

/// What an argument that names an attestation requires.
pub(crate) const NEEDED: [&str; 4] = ["platform", "policy", "answers", "at"];

/// None is required by itself: [`NEEDED`] says when they are.
#[derive(Debug, clap::Args)]
pub(crate) struct Terms {
    /// Whose key it is
    #[arg(long, required = false)]
    platform: Platform,
    /// What is asked of the key, JSON; a list left empty is not checked
    #[arg(long, value_name = "FILE", required = false)]
    policy: PathBuf,
    /// The challenge that was given, hexadecimal; iOS: the client data before hashing
    #[arg(long, value_name = "HEX", value_parser = bytes, group = "answers")]
    challenge: Option<Bytes>,
    /// iOS: what the app passed as client data hash, where it had not hashed anything
    #[arg(long, value_name = "HEX", value_parser = bytes, group = "answers")]
    raw_client_data_hash: Option<Bytes>,
    /// The time at which certificates must be valid
    #[arg(long, value_name = "RFC3339", value_parser = time, required = false)]
    at: OffsetDateTime,
    /// Trust this root certificate as well: for tests only
    #[arg(long, value_name = "PEM")]
    danger_anchor: Option<PathBuf>,
    /// Android: the list of revoked certificates, JSON as Google publishes it
    #[arg(long, value_name = "FILE")]
    revocation: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Platform {
    Android,
    Ios,
}

/// A hexadecimal argument.
#[derive(Clone, Debug)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

/// The files that the terms name, read.
pub(crate) struct Judge {
    anchors: Anchors,
    revocation: Option<RevocationList>,
    policy: Policy,
    now: i64,
}

impl Terms {
    pub(crate) fn judge(&self) -> Result<Judge, Failure> {
        let policy: Policy = serde_json::from_slice(&source::read(&self.policy)?)
            .map_err(|error| broken(&self.policy, &error))?;
        let mut anchors = Anchors::default();
        if let Some(path) = &self.danger_anchor {
            let certificates = certificates(&source::read(path)?);
            let root = certificates.first().ok_or_else(|| broken(path, &"no PEM certificate"))?;
            anchors.danger_trust(root).map_err(|error| broken(path, &error))?;
        }
        let now = self.at.unix_timestamp();
        let revocation = match &self.revocation {
            Some(path) => {
                let list = RevocationList::from_json(&source::read(path)?, Some(now));
                Some(list.map_err(|error| broken(path, &error))?)
            }
            None => None,
        };
        Ok(Judge { anchors, revocation, policy, now })
    }

    /// An attestation from its file. Android: the certificates in PEM, leaf first; iOS: the object.
    pub(crate) fn attestation(&self, path: &Path) -> Result<Attestation, Failure> {
        let input = source::read(path)?;
        Ok(match self.platform {
            Platform::Android => Attestation::Android(certificates(&input)),
            Platform::Ios => Attestation::AppAttest(input),
        })
    }

    /// What the attestation must answer.
    pub(crate) fn challenge(&self) -> Challenge<'_> {
        match (&self.challenge, &self.raw_client_data_hash) {
            (_, Some(Bytes(hash))) => Challenge::ClientDataHash(hash),
            (Some(Bytes(challenge)), None) => Challenge::Plain(challenge),
            (None, None) => Challenge::Plain(&[]),
        }
    }
}

impl Judge {
    pub(crate) fn verifier(&self) -> Verifier<'_> {
        Verifier {
            anchors: &self.anchors,
            revocation: self.revocation.as_ref(),
            now: self.now,
            policy: &self.policy,
        }
    }

    pub(crate) fn verdict(&self, attestation: &Attestation, challenge: &Challenge<'_>) -> Verdict {
        match attestation {
            Attestation::Android(certificates) => {
                let chain: Vec<&[u8]> = certificates.iter().map(Vec::as_slice).collect();
                self.verifier().verify(&Statement::Android { chain: &chain }, challenge)
            }
            Attestation::AppAttest(object) => {
                self.verifier().verify(&Statement::AppAttest { object }, challenge)
            }
        }
    }
}

fn broken(path: &Path, reason: &dyn std::fmt::Display) -> Failure {
    Failure::Attestation { path: path.to_owned(), reason: reason.to_string() }
}

/// The certificates of a PEM file (RFC 7468), in its order; a block that does not decode is kept as no
/// bytes, for the verifier to refuse.
fn certificates(pem: &[u8]) -> Vec<Vec<u8>> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    let text = String::from_utf8_lossy(pem);
    text.split(BEGIN)
        .skip(1)
        .map(|block| {
            let body = block.split("-----END").next().unwrap_or_default();
            let digits: String = body.split_whitespace().collect();
            STANDARD.decode(digits).unwrap_or_default()
        })
        .collect()
}

pub(crate) fn bytes(text: &str) -> Result<Bytes, String> {
    hex::decode(text).map(Bytes).map_err(|error| error.to_string())
}

fn time(text: &str) -> Result<OffsetDateTime, time::error::Parse> {
    OffsetDateTime::parse(text, &Rfc3339)
}
