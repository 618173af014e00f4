//! What is stored between runs, as it is written: an app's update must still read it. The files are read and
//! written here by a second implementation, from the description in `outbox/vault.rs`.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};

use bailing_capture::upload::Response;
use bailing_capture::{
    Attestation, Chain, Entry, Errand, Folder, Outbox, OutboxError, Random, RandomError,
    SealedBundle, Service,
};
use bailing_evidence::ticket::{Issuer, Ticket};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hmac;
use serde_json::{Value, json};

const KEY: [u8; 32] = [7; 32];
const NOW: i64 = 1_763_900_000;

/// Counts, so that what is written is the same each time.
#[derive(Default)]
struct Counting(AtomicU8);

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }
}

fn open(folder: &Path) -> Result<Outbox, OutboxError> {
    let service = Service {
        origin: "https://bank.example".to_owned(),
        app_id: "org.bailing.example".to_owned(),
        app_version: "1.0.0".to_owned(),
        policy_key: None,
    };
    let storage = Folder::open(folder).expect("a folder");
    Outbox::open(Box::new(storage), Box::new(Counting::default()), &KEY, service, NOW)
}

/// Answers the next request; what was asked is the caller's to know.
fn answer(outbox: &mut Outbox, status: u16, body: &Value) {
    let Ok(Errand::Send { exchange, .. }) = outbox.next(NOW) else { panic!("a request") };
    let body = body.to_string().into_bytes();
    let response = Response { status, headers: Vec::new(), body };
    outbox.answer(exchange, Ok(response), NOW).expect("stored");
}

/// An outbox that has something of everything.
fn filled(folder: &Path) -> Vec<Entry> {
    let mut outbox = open(folder).expect("opened");
    outbox.boot_id("boot 7").expect("an id");
    outbox.enrol("haulier").expect("wanted");
    answer(&mut outbox, 201, &json!({ "challenge": URL_SAFE_NO_PAD.encode([5; 32]) }));
    outbox.attested(&Attestation::Android(vec![vec![1, 2, 3]]), NOW).expect("taken");
    answer(&mut outbox, 201, &json!({ "key_id": "03".repeat(32), "grade": "A" }));
    let tickets = (1..=10).map(|number| {
        URL_SAFE_NO_PAD.encode(Issuer::new(&[9; 32]).issue(&Ticket {
            id: [number; 16],
            nonce: [number; 32],
            key_id: [3; 32],
            issued_at: 1_000,
            expires_at: 87_400,
            kind: None,
        }))
    });
    answer(&mut outbox, 201, &json!({ "tickets": tickets.collect::<Vec<_>>() }));
    let bundles = [1u8, 2, 3, 4].map(|number| {
        let sealed = outbox.seal(NOW, |place| {
            assert_eq!(place.chain.next_sequence + 1, u64::from(number));
            Ok::<_, OutboxError>(SealedBundle {
                bytes: vec![number; 10],
                signed_sha256: [number; 32],
                kinds: vec!["waybill".to_owned()],
            })
        });
        hex::encode(sealed.expect("sealed"))
    });
    let [first, _, third, _] = &bundles;
    let decision = json!({ "outcome": "accepted" });
    answer(&mut outbox, 200, &json!({ "bundle": first, "state": "decided", "decision": decision }));
    answer(&mut outbox, 422, &json!({ "code": "bundle_malformed", "detail": "not a bundle" }));
    answer(&mut outbox, 201, &json!({ "bundle": third, "state": "received" }));
    answer(&mut outbox, 500, &json!({}));
    // Once more, with a wish that is not fulfilled yet.
    outbox.enrol("shopkeeper").expect("wanted");
    outbox.entries().collect()
}

/// A file's content, by a second reader; all files here have one chunk.
fn unlock(folder: &Path, name: &str) -> Vec<u8> {
    let file = std::fs::read(folder.join(name)).expect("a file");
    let (head, chunk) = file.split_at(40);
    let (nonce, sealed) = chunk.split_first_chunk().expect("a nonce");
    let bound = [head, &0u64.to_be_bytes(), name.as_bytes()].concat();
    let mut content = sealed.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let length = key().open_in_place(nonce, Aad::from(bound), &mut content).expect("ours").len();
    assert_eq!(head.last_chunk(), Some(&(length as u64).to_be_bytes()));
    content.truncate(length);
    content
}

/// The same, written.
fn lock(folder: &Path, name: &str, content: &[u8]) {
    let which = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &KEY), b"bailing vault: which key");
    let head =
        [b"bailing\x01", &which.as_ref()[..8], &[6; 16], &(content.len() as u64).to_be_bytes()]
            .concat();
    let bound = [&head, &0u64.to_be_bytes()[..], name.as_bytes()].concat();
    let mut sealed = content.to_vec();
    let nonce = Nonce::assume_unique_for_key([1; 12]);
    key().seal_in_place_append_tag(nonce, Aad::from(bound), &mut sealed).expect("sealed");
    std::fs::write(folder.join(name), [head, vec![1; 12], sealed].concat()).expect("written");
}

fn key() -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &KEY).expect("32 bytes"))
}

#[test]
fn a_chain_is_written_so() {
    let chain = Chain { next_sequence: 3, previous: Some([7; 32]) };
    let written = serde_json::to_string(&chain).expect("serialised");
    insta::assert_snapshot!(written);
}

#[test]
fn the_state_is_written_so() {
    let folder = tempfile::tempdir().expect("a folder");
    filled(folder.path());
    let mut state: Value =
        serde_json::from_slice(&unlock(folder.path(), "state")).expect("the state is JSON");
    // One ticket shows the form.
    state["tickets"].as_array_mut().expect("tickets").truncate(1);
    insta::assert_json_snapshot!(state);
}

#[test]
fn the_files_are_named_so() {
    let folder = tempfile::tempdir().expect("a folder");
    filled(folder.path());
    let mut names: Vec<String> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .map(|file| file.expect("a file").file_name().to_string_lossy().into())
        .collect();
    names.sort();
    insta::assert_json_snapshot!(names);
    let bundle = names.iter().find(|name| name.starts_with("bundle.")).expect("one waits");
    assert_eq!(unlock(folder.path(), bundle), [4; 10]);
}

#[test]
fn a_second_writer_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut entries = filled(folder.path());
    let state = unlock(folder.path(), "state");
    lock(folder.path(), "state", &state);
    let outbox = open(folder.path()).expect("opened");
    // The same, but for what only the process knew.
    assert_eq!(outbox.entries().collect::<Vec<_>>(), std::mem::take(&mut entries));
}

#[test]
fn a_newer_state_is_refused_and_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    filled(folder.path());
    let state = unlock(folder.path(), "state");
    let mut newer: Value = serde_json::from_slice(&state).expect("JSON");
    newer["version"] = json!(2);
    newer["entries"] = json!("in another form");
    lock(folder.path(), "state", newer.to_string().as_bytes());
    let before = std::fs::read(folder.path().join("state")).expect("the state");
    assert_eq!(open(folder.path()).err().map(|error| error.code()), Some("stored_newer"));
    assert_eq!(std::fs::read(folder.path().join("state")).expect("still there"), before);
}
