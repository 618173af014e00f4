//! The longest bundle is sealed and sent without being in memory a second time.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

use bailing_capture::upload::{Method, Request, Response};
use bailing_capture::{
    Attestation, EntryState, Errand, Folder, Outbox, OutboxError, SealedBundle, Service,
};
use bailing_evidence::limits::BUNDLE_BYTES;
use bailing_evidence::ticket::{Issuer, Ticket};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use serde_json::json;

const NOW: i64 = 1_763_900_000;

/// What sealing and sending may hold beside the bundle: a chunk, a piece of 256 KiB twice, the state.
const MOST: u64 = 1024 * 1024;

#[test]
fn the_longest_bundle_is_never_in_memory_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut outbox = open(folder.path());
    outbox.enrol("haulier").expect("wanted");
    let mut arrived = 0;
    while outbox.tickets_left(NOW) == 0 {
        step(&mut outbox, &mut arrived);
    }
    let bytes = vec![7; BUNDLE_BYTES];
    let mut sealed = None;
    let sealing = allocation_counter::measure(|| {
        sealed = Some(outbox.seal(NOW, |_| {
            let kinds = vec!["waybill".to_owned()];
            Ok::<_, OutboxError>(SealedBundle { bytes, signed_sha256: [1; 32], kinds })
        }));
    });
    sealed.expect("called").expect("sealed");
    let sending = allocation_counter::measure(|| {
        while outbox.entries().all(|entry| entry.state != EntryState::Received) {
            step(&mut outbox, &mut arrived);
        }
    });
    assert_eq!(arrived, BUNDLE_BYTES);
    println!("most bytes: {} to seal, {} to send", sealing.bytes_max, sending.bytes_max);
    assert!(sealing.bytes_max < MOST && sending.bytes_max < MOST);
}

/// Opens an outbox in a folder.
fn open(folder: &std::path::Path) -> Outbox {
    let service = Service {
        origin: "https://bank.example".to_owned(),
        app_id: "org.bailing.example".to_owned(),
        app_version: "1.0.0".to_owned(),
        policy_key: None,
    };
    let storage = Box::new(Folder::open(folder).expect("a folder"));
    Outbox::open(storage, Box::new(randomness()), &[7; 32], service, NOW).expect("opened")
}

#[expect(clippy::disallowed_methods, reason = "a test's edge")]
fn randomness() -> SystemRandom {
    SystemRandom::new()
}

/// Runs one errand against a server that takes everything.
fn step(outbox: &mut Outbox, arrived: &mut usize) {
    match outbox.next(NOW).expect("an errand") {
        Errand::Send { exchange, request } => {
            let answer = answer(&request, arrived);
            outbox.answer(exchange, Ok(answer), NOW).expect("understood");
        }
        Errand::Attest { challenge } => {
            outbox.attested(&Attestation::Android(vec![challenge]), NOW).expect("taken");
        }
        other => panic!("{other:?}"),
    }
}

fn answer(request: &Request, arrived: &mut usize) -> Response {
    let name = request.path.rsplit('/').next().unwrap_or_default();
    let body = match (request.method, name) {
        (Method::Post, "challenges") => json!({ "challenge": URL_SAFE_NO_PAD.encode([5; 32]) }),
        (Method::Post, "keys") => json!({ "key_id": "03".repeat(32), "grade": "A" }),
        (Method::Post, "tickets") => json!({ "tickets": (0..16).map(ticket).collect::<Vec<_>>() }),
        (Method::Get, name) => json!({ "bundle": name, "state": "received" }),
        _ => json!(null),
    };
    *arrived += usize::from(request.method == Method::Patch) * request.body.len();
    let headers = vec![("Upload-Offset".to_owned(), arrived.to_string())];
    Response { status: 200, headers, body: body.to_string().into_bytes() }
}

fn ticket(number: u8) -> String {
    URL_SAFE_NO_PAD.encode(Issuer::new(&[9; 32]).issue(&Ticket {
        id: [number; 16],
        nonce: [number; 32],
        key_id: [3; 32],
        issued_at: 1_000,
        expires_at: 87_400,
        kind: None,
    }))
}
