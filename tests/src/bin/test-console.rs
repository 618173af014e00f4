//! `bailing-test-console`: a bank with merchants, staff and papers in every state, for tests in a browser. Prints where it
//! listens and the tokens as one line of JSON, then sends what it is told to on its standard input, until that ends.
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test's tool that cannot go on says so by panicking"
)]

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::time::Duration;

use bailing_tests::{HostApp, ISSUER, LOGIN, ORIGIN, Phone, Server, samples_folder};
use clap::Parser;
use serde_json::{Value, json};

/// A demo on a day on which the samples are in force.
const DEMO: &[&str] = &["--allow-software-keys", "--demo-today", "2026-11-23"];

/// How long tokens live, seconds: a browser on a busy machine takes a while.
const LONG: i64 = 4 * 3_600;

/// What is sent: whose, which sample, and as what.
const SENT: [(&str, &str, &str); 10] = [
    ("haulier", "haulier-truck.jpg", "vehicle_photo"),
    ("haulier", "haulier-road-transport-permit.jpg", "road_transport_permit"),
    ("haulier", "haulier-haulage-contract.jpg", "haulage_contract"),
    ("haulier", "haulier-vat-invoice-1.jpg", "vat_invoice"),
    ("haulier", "haulier-vehicle-licence.jpg", "vehicle_licence"),
    ("haulier", "fault-contract-blurred.jpg", "haulage_contract"),
    ("haulier", "fault-invoice-glare.jpg", "vat_invoice"),
    ("shopkeeper", "shopkeeper-business-licence.jpg", "business_licence"),
    ("shopkeeper", "shopkeeper-vat-invoice.jpg", "vat_invoice"),
    ("shopkeeper", "fault-licence-on-screen.jpg", "business_licence"),
];

#[derive(Debug, Parser)]
#[command(
    name = "bailing-test-console",
    about = "A bank with papers in every state, for tests in a browser"
)]
struct Arguments {
    /// Folder of the OCR package; without it every paper waits for a person
    #[arg(long)]
    ocr: Option<PathBuf>,
}

fn main() {
    let Arguments { ocr } = Arguments::parse();
    let folder = tempfile::tempdir().expect("a folder");
    let (app, login) = (HostApp::new("app"), HostApp::new("login"));
    let configuration =
        app.configuration(folder.path()) + &login.staff_configuration(folder.path());
    let server = Server::configured(&folder, &configuration, ocr.as_deref(), DEMO);
    let token = |by: &HostApp, name: &str, mut claims: Value, life: i64| {
        claims["aud"] = json!(ORIGIN);
        claims["exp"] = json!(unix_time() + life);
        by.token_of(&claims, &json!({ "alg": "ES256", "kid": name }))
    };
    let staff = |roles: &[&str], life: i64| {
        token(&login, "login", json!({ "sub": "li", "roles": roles, "iss": LOGIN }), life)
    };
    let merchant = |id: &str| token(&app, "app", json!({ "sub": id, "iss": ISSUER }), LONG);
    let mut phones: BTreeMap<&str, Phone> = ["haulier", "shopkeeper"]
        .map(|id| {
            let phone = Phone::new(server.public()).with_token(&merchant(id));
            assert_eq!(phone.enrol(id).status, 201);
            (id, phone)
        })
        .into();
    let mut sent = BTreeMap::new();
    for (whose, file, kind) in SENT {
        let phone = phones.get_mut(whose).expect("a phone");
        sent.insert(file, send(phone, file, kind));
        decided(phone, &sent[file]);
    }
    // A bundle that never comes leaves a gap, and the next two wait for a person.
    let phone = phones.get_mut("haulier").expect("a phone");
    let lost = phone.seal(&sample("haulier-waybill.jpg"), "waybill", &phone.ticket());
    let waiting = send(phone, "haulier-waybill.jpg", "waybill");
    decided(phone, &waiting);
    let _lost_again =
        phone.seal(&sample("haulier-vat-invoice-2.jpg"), "vat_invoice", &phone.ticket());
    let next = send(phone, "haulier-vat-invoice-2.jpg", "vat_invoice");
    decided(phone, &next);
    // Refused at the door.
    let mut broken = lost.bytes.clone();
    let middle = broken.len() / 2;
    broken[middle] ^= 1;
    assert!(phone.put_bytes(&broken).status >= 400);

    say(&json!({
        "public": server.public(),
        "operator": server.operator(),
        "tokens": {
            "reviewer": staff(&["reviewer"], LONG),
            "short": staff(&["reviewer"], 300),
            "operator": staff(&["operator"], LONG),
            "auditor": staff(&["auditor"], LONG),
            "nobody": staff(&[], LONG),
            "expired": staff(&["reviewer"], -3_600),
            "haulier": merchant("haulier"),
            "shopkeeper": merchant("shopkeeper"),
        },
        "bundles": sent,
        "waiting": [waiting, next],
    }));
    // MERCHANT FILE KIND
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let words: Vec<&str> = line.split_whitespace().collect();
        let [whose, file, kind] = words[..] else { panic!("MERCHANT FILE KIND: {line}") };
        let phone = phones.get_mut(whose).expect("a merchant");
        say(&json!({ "bundle": send(phone, file, kind) }));
    }
}

#[expect(clippy::disallowed_methods, reason = "a test plays the login, which has a clock")]
fn unix_time() -> i64 {
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(elapsed.expect("after 1970").as_secs()).expect("a time")
}

fn sample(file: &str) -> Vec<u8> {
    std::fs::read(samples_folder().join(file)).expect("a sample")
}

fn send(phone: &mut Phone, file: &str, kind: &str) -> String {
    let bundle = phone.seal(&sample(file), kind, &phone.ticket());
    let answer = phone.put(&bundle);
    assert_eq!(answer.status, 201, "{answer:?}");
    hex::encode(bundle.sha256())
}

/// Waits for the decision, ten minutes at most: a busy machine reads a page in one.
fn decided(phone: &Phone, bundle: &str) {
    let bundle = hex::decode(bundle).expect("a hash").try_into().expect("32 bytes");
    for _ in 0..3_000 {
        if phone.bundle(&bundle).body["state"] == "decided" {
            return;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    panic!("no decision within ten minutes");
}

fn say(value: &Value) {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{value}").and_then(|()| stdout.flush()).expect("somebody listens");
}
