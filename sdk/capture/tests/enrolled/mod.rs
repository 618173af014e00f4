//! An outbox whose key a bank knows, with tickets to seal with; and what it then sends.
#![allow(dead_code, reason = "each program uses its part")]

use bailing_capture::danger::SoftwareKey;
use bailing_capture::upload::{Method, Request, Response};
use bailing_capture::{DeviceKey, Errand, Memory, Outbox, Service};
use bailing_evidence::ticket::{Issuer, Ticket};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use serde_json::json;

/// The server as it names itself.
pub(crate) const ORIGIN: &str = "https://bank.example";

/// The app.
pub(crate) const APP: &str = "org.bailing.example";

/// Seconds since 1970 at which all of this happens.
pub(crate) const NOW: i64 = 1_234;

/// A key as the desktop has it.
pub(crate) fn key() -> SoftwareKey {
    SoftwareKey::generate(randomness()).expect("a key")
}

/// An outbox in memory, enrolled.
pub(crate) fn outbox(key: &SoftwareKey) -> Outbox {
    let service = Service {
        origin: ORIGIN.to_owned(),
        app_id: APP.to_owned(),
        app_version: "1.0.0".to_owned(),
        policy_key: None,
    };
    let storage = Box::new(Memory::default());
    let outbox = Outbox::open(storage, Box::new(randomness()), &[7; 32], service, NOW);
    let mut outbox = outbox.expect("opened");
    outbox.enrol("haulier").expect("wanted");
    while outbox.tickets_left(NOW) == 0 {
        step(&mut outbox, key);
    }
    outbox
}

/// The bundle that is sent next.
pub(crate) fn sent(outbox: &mut Outbox, key: &SoftwareKey) -> Vec<u8> {
    loop {
        if let Some(Request { method: Method::Put, body, .. }) = step(outbox, key) {
            return body;
        }
    }
}

/// Runs one errand against a bank that agrees to everything: what was sent.
fn step(outbox: &mut Outbox, key: &SoftwareKey) -> Option<Request> {
    match outbox.next(NOW).expect("an errand") {
        Errand::Send { exchange, request } => {
            let body = answer(&request, key).to_string().into_bytes();
            let answer = Response { status: 201, headers: Vec::new(), body };
            outbox.answer(exchange, Ok(answer), NOW).expect("understood");
            Some(request)
        }
        Errand::Attest { .. } => {
            outbox.attested_by_software(key, NOW).expect("a proof");
            None
        }
        Errand::WaitUntil(_) | Errand::Nothing => unreachable!("there is something to do"),
    }
}

fn answer(request: &Request, key: &SoftwareKey) -> serde_json::Value {
    let key_id = key.public_key().id();
    match request.path.as_str() {
        "/api/v1/challenges" => json!({ "challenge": URL_SAFE_NO_PAD.encode([1; 32]) }),
        "/api/v1/keys" => json!({ "key_id": hex::encode(key_id), "grade": "D" }),
        "/api/v1/tickets" => {
            let ticket = |id: u8| Ticket {
                id: [id; 16],
                nonce: [id; 32],
                key_id,
                issued_at: NOW - 1,
                expires_at: NOW + 100_000,
                kind: None,
            };
            let issuer = Issuer::new(&[9; 32]);
            let issued = (0..16).map(|id| URL_SAFE_NO_PAD.encode(issuer.issue(&ticket(id))));
            json!({ "tickets": issued.collect::<Vec<_>>() })
        }
        path => {
            let bundle = path.rsplit('/').next();
            json!({ "bundle": bundle, "state": "received" })
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test's edge")]
fn randomness() -> SystemRandom {
    SystemRandom::new()
}
