//! The fuzz targets on their kept corpus, and on a bounded number of mutations of it: a smoke of each on any
//! toolchain. `tests/fuzz` says how to fuzz for real; a crash found there is kept in the corpus.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::path::Path;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[path = "../fuzz/targets.rs"]
mod targets;

/// Mutations of each file.
const MUTATIONS: usize = 400;

fn smoke(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect(name) {
        let kept = std::fs::read(entry.expect("an entry").path()).expect(name);
        target(&kept);
        for _ in 0..MUTATIONS {
            target(&mutated(&kept, &mut random));
        }
        count += 1;
    }
    assert!(count > 0, "no corpus for {name}");
}

/// A few bytes changed, inserted, removed or doubled.
fn mutated(kept: &[u8], random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = kept.to_vec();
    for _ in 0..random.random_range(1..6) {
        let at = random.random_range(0..=bytes.len());
        let end = bytes.len().min(at + random.random_range(0..9));
        match random.random_range(0..5) {
            0 => bytes.insert(at, random.random()),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            3 if at < bytes.len() => {
                bytes[at] = [0, 1, 0x7f, 0x80, 0xff][random.random_range(0..5)];
            }
            _ if at < bytes.len() => bytes[at] ^= 1 << random.random_range(0..8),
            _ => {}
        }
    }
    bytes
}

#[test]
fn container() {
    smoke("container", targets::container);
}

#[test]
fn manifest() {
    smoke("manifest", targets::manifest);
}

#[test]
fn policy() {
    smoke("policy", targets::policy);
}

#[test]
fn key_description() {
    smoke("key_description", targets::key_description);
}

#[test]
fn chain() {
    smoke("chain", targets::chain);
}

#[test]
fn app_attest() {
    smoke("app_attest", targets::app_attest);
}

#[test]
fn jpeg() {
    smoke("jpeg", targets::jpeg);
}

#[test]
fn object_model() {
    smoke("object_model", targets::object_model);
}

#[test]
fn kinds() {
    smoke("kinds", targets::kinds);
}

#[test]
fn statement() {
    smoke("statement", targets::statement);
}

#[test]
fn orders() {
    smoke("orders", targets::orders);
}

#[test]
fn parcels() {
    smoke("parcels", targets::parcels);
}

#[test]
fn form() {
    smoke("form", targets::form);
}
