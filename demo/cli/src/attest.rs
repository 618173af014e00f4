//! `bailing attest`: the verdict on one hardware key's attestation.

use std::path::PathBuf;

use bailing_attestation::{Facts, Grade, Rejection, Verdict};
use serde::Serialize;

use crate::failure::Failure;
use crate::output::Output;
use crate::source;
use crate::terms::{Bytes, NEEDED, Terms, bytes};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Android: the certificates in PEM, leaf first; iOS: the attestation object, CBOR
    #[arg(long, value_name = "FILE", requires_all = NEEDED)]
    input: PathBuf,
    #[command(flatten)]
    terms: Terms,
    /// iOS: an assertion by the attested key, CBOR
    #[arg(long, value_name = "FILE", requires = "assertion_data")]
    assertion: Option<PathBuf>,
    /// iOS: what the assertion is over, before hashing
    #[arg(long, value_name = "HEX", value_parser = bytes, requires = "assertion")]
    assertion_data: Option<Bytes>,
    /// iOS: the counter of the last assertion
    #[arg(long, default_value_t = 0, requires = "assertion")]
    stored_counter: u32,
}

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
    let terms = &arguments.terms;
    let attestation = terms.attestation(&arguments.input)?;
    let judge = terms.judge()?;
    let verdict = judge.verdict(&attestation, &terms.challenge());
    let answer = match verdict {
        Verdict::Rejected(rejection) => rejected(&rejection),
        Verdict::Accepted(key) => {
            let counter = match (&arguments.assertion, &arguments.assertion_data, key.public_key) {
                (Some(path), Some(Bytes(data)), Some(point)) => {
                    let assertion = source::read(path)?;
                    let stored = arguments.stored_counter;
                    judge.verifier().verify_assertion(&assertion, data, &point, stored).map(Some)
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
