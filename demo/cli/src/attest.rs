//! `bailing attest`: the verdict on one hardware key's attestation.

use std::path::{Path, PathBuf};

use bailing_attestation::{
    Anchors, Challenge, Facts, Grade, Policy, Rejection, RevocationList, Statement, Verdict,
    Verifier,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::failure::Failure;
use crate::output::Output;
use crate::source;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Whose key it is
    #[arg(long)]
    platform: Platform,
    /// Android: the certificates in PEM, leaf first; iOS: the attestation object, CBOR
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// What is asked of the key, JSON; a list left empty is not checked
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// The challenge that was given, hexadecimal; iOS: the client data before hashing
    #[arg(long, value_name = "HEX", value_parser = bytes, required_unless_present = "raw_client_data_hash")]
    challenge: Option<Bytes>,
    /// iOS: what the app passed as client data hash, where it had not hashed anything
    #[arg(long, value_name = "HEX", value_parser = bytes, conflicts_with = "challenge")]
    raw_client_data_hash: Option<Bytes>,
    /// The time at which certificates must be valid
    #[arg(long, value_name = "RFC3339", value_parser = time)]
    at: OffsetDateTime,
    /// iOS: an assertion by the attested key, CBOR
    #[arg(long, value_name = "FILE", requires = "assertion_data")]
    assertion: Option<PathBuf>,
    /// iOS: what the assertion is over, before hashing
    #[arg(long, value_name = "HEX", value_parser = bytes, requires = "assertion")]
    assertion_data: Option<Bytes>,
    /// iOS: the counter of the last assertion
    #[arg(long, default_value_t = 0, requires = "assertion")]
    stored_counter: u32,
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
struct Bytes(Vec<u8>);

/// One line of `bailing attest --json`.
#[derive(Debug, Serialize)]
struct Answer {
    /// `accepted` or `rejected`.
    verdict: &'static str,
    /// Why not.
    code: Option<&'static str>,
    /// The same in words.
    reason: Option<String>,
    grade: Option<Grade>,
    /// What the attestation told of the device.
    facts: Option<Facts>,
    /// The assertion's counter, to be stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<u32>,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Failure> {
    let broken = |path: &Path, reason: &dyn std::fmt::Display| Failure::Attestation {
        path: path.to_owned(),
        reason: reason.to_string(),
    };
    let input = source::read(&arguments.input)?;
    let policy: Policy = serde_json::from_slice(&source::read(&arguments.policy)?)
        .map_err(|error| broken(&arguments.policy, &error))?;
    let mut anchors = Anchors::default();
    if let Some(path) = &arguments.danger_anchor {
        let certificates = certificates(&source::read(path)?);
        let root = certificates.first().ok_or_else(|| broken(path, &"no PEM certificate"))?;
        anchors.danger_trust(root).map_err(|error| broken(path, &error))?;
    }
    let now = arguments.at.unix_timestamp();
    let revocation = match &arguments.revocation {
        Some(path) => {
            let list = RevocationList::from_json(&source::read(path)?, Some(now));
            Some(list.map_err(|error| broken(path, &error))?)
        }
        None => None,
    };
    let verifier =
        Verifier { anchors: &anchors, revocation: revocation.as_ref(), now, policy: &policy };
    let challenge = match (&arguments.challenge, &arguments.raw_client_data_hash) {
        (_, Some(Bytes(hash))) => Challenge::ClientDataHash(hash),
        (Some(Bytes(challenge)), None) => Challenge::Plain(challenge),
        (None, None) => Challenge::Plain(&[]),
    };
    let verdict = match arguments.platform {
        Platform::Android => {
            let certificates = certificates(&input);
            let chain: Vec<&[u8]> = certificates.iter().map(Vec::as_slice).collect();
            verifier.verify(&Statement::Android { chain: &chain }, &challenge)
        }
        Platform::Ios => verifier.verify(&Statement::AppAttest { object: &input }, &challenge),
    };
    let answer = match verdict {
        Verdict::Rejected(rejection) => rejected(&rejection),
        Verdict::Accepted(key) => {
            let counter = match (&arguments.assertion, &arguments.assertion_data, key.public_key) {
                (Some(path), Some(Bytes(data)), Some(point)) => {
                    let assertion = source::read(path)?;
                    let stored = arguments.stored_counter;
                    verifier.verify_assertion(&assertion, data, &point, stored).map(Some)
                }
                _ => Ok(None),
            };
            match counter {
                Ok(counter) => Answer {
                    verdict: "accepted",
                    code: None,
                    reason: None,
                    grade: Some(key.grade),
                    facts: Some(key.facts),
                    counter,
                },
                Err(rejection) => rejected(&rejection),
            }
        }
    };
    output.answer(&answer, readable)
}

fn rejected(rejection: &Rejection) -> Answer {
    Answer {
        verdict: "rejected",
        code: Some(rejection.code()),
        reason: Some(rejection.to_string()),
        grade: None,
        facts: None,
        counter: None,
    }
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

fn bytes(text: &str) -> Result<Bytes, String> {
    hex::decode(text).map(Bytes).map_err(|error| error.to_string())
}

fn time(text: &str) -> Result<OffsetDateTime, time::error::Parse> {
    OffsetDateTime::parse(text, &Rfc3339)
}

fn readable(answer: &Answer) -> String {
    let mut text = answer.verdict.to_owned();
    if let (Some(code), Some(reason)) = (answer.code, &answer.reason) {
        text.push_str(&format!("  {code}: {reason}"));
    }
    if let Some(grade) = answer.grade {
        text.push_str(&format!("  grade {grade:?}"));
    }
    match &answer.facts {
        Some(Facts::Android(facts)) => {
            let key = &facts.key;
            text.push_str(&format!(
                "\n  {:?}, attestation version {}, {:?}",
                key.key_mint_security_level, key.attestation_version, facts.provisioning
            ));
            if let Some(app) = key.software_enforced.application_id() {
                for package in &app.packages {
                    text.push_str(&format!("\n  {} {}", package.name, package.version));
                }
            }
        }
        Some(Facts::Ios(facts)) => {
            text.push_str(&format!("\n  key {}, {:?}", facts.key_id, facts.environment));
        }
        _ => {}
    }
    text
}
