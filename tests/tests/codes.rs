//! `CODES.md` lists exactly the codes that the crates can produce.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use regex::Regex;

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
        bailing_credit::ImportError::CODES,
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

/// What Kotlin and Swift throw by themselves is listed, and what the bindings' crate lists of theirs they throw.
#[test]
fn the_platforms_throw_listed_codes_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let listed = std::fs::read_to_string(root.join("CODES.md")).expect("CODES.md");
    let platforms = [
        ("android", "kt", Regex::new(r#"BailingException\(\s*"([a-z_]+)""#)),
        ("ios", "swift", Regex::new(r#"BailingError\(\s*code: "([a-z_]+)""#)),
    ];
    let mut thrown = BTreeSet::new();
    for (folder, extension, pattern) in platforms {
        let pattern = pattern.expect("a pattern");
        let before = thrown.len();
        for file in sources(&root.join(folder), extension) {
            let text = std::fs::read_to_string(&file).expect("a source");
            for found in pattern.captures_iter(&text) {
                assert!(
                    listed.contains(&format!("| `{}` |", &found[1])),
                    "{file:?}: {}",
                    &found[1]
                );
                thrown.insert(found[1].to_owned());
            }
        }
        assert!(thrown.len() > before, "{folder} throws nothing: the pattern is stale");
    }
    for code in bailing_ffi::CODES {
        assert!(thrown.contains(*code), "{code} is thrown by neither platform");
    }
}

/// The sources of a platform: neither tests nor what is built or generated.
fn sources(folder: &Path, extension: &str) -> Vec<PathBuf> {
    const LEFT_OUT: [&str; 6] =
        ["test", "Tests", "build", "generated", "Generated", "shared-tests"];
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && !LEFT_OUT.contains(&name) {
            found.extend(sources(&path, extension));
        } else if path.extension().is_some_and(|other| other == extension) {
            found.push(path);
        }
    }
    found
}

#[test]
fn phone_and_server_sign_the_same_enrolment() {
    let key = [4u8; 65];
    assert_eq!(
        bailing_evidence::enrolment::possession_message(b"challenge", "app", &key),
        bailing_attestation::software::message(b"challenge", "app", &key)
    );
}
