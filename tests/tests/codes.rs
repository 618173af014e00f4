//! `CODES.md` lists exactly the codes that the crates can produce.

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_code_is_listed_and_every_listed_code_exists() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../CODES.md"))
        .expect("CODES.md");
    let listed: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(code, _)| code))
        .collect();
    let listed_once: BTreeSet<&str> = listed.iter().copied().collect();
    assert_eq!(listed.len(), listed_once.len(), "a code is listed twice");
    let produced: BTreeSet<&str> = [
        bailing_vision::CODES,
        bailing_evidence::CODES,
        bailing_capture::CODES,
        bailing_ffi::CODES,
        bailing_attestation::CODES,
        bailing_recognition::CODES,
        bailing_credit::CODES,
        bailing_server::CODES,
    ]
    .concat()
    .into_iter()
    .collect();
    let missing: Vec<_> = produced.difference(&listed_once).collect();
    let stale: Vec<_> = listed_once.difference(&produced).collect();
    assert!(missing.is_empty(), "not in CODES.md: {missing:?}");
    assert!(stale.is_empty(), "in CODES.md, but produced nowhere: {stale:?}");
}

#[test]
fn phone_and_server_sign_the_same_enrolment() {
    let key = [4u8; 65];
    assert_eq!(
        bailing_evidence::enrolment::possession_message(b"challenge", "app", &key),
        bailing_attestation::software::message(b"challenge", "app", &key)
    );
}
