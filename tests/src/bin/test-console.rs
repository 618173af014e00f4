//! `bailing-test-console`: a bank with merchants, staff and papers in every state, for tests in a browser. Prints where it
//! listens and the tokens as one line of JSON, then sends what it is told to on its standard input, until that ends.
#![forbid(unsafe_code)]
#![allow(clippy::expect_used, reason = "a test's tool that cannot go on says so by panicking")]

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::path::PathBuf;

use bailing_tests::{HostApp, Phone, Server, samples_folder};
use clap::Parser;
use serde_json::{Value, json};

/// A demo on a day on which the samples are in force.
const DEMO: &[&str] = &["--allow-software-keys", "--demo-today", "2026-11-23"];

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
    let mut phones: BTreeMap<&str, Phone> = ["haulier", "shopkeeper"]
        .map(|merchant| (merchant, Phone::enrolled(server.public(), merchant)))
        .into();
    let mut sent = BTreeMap::new();
    for (merchant, file, kind) in SENT {
        let phone = phones.get_mut(merchant).expect("a phone");
        sent.insert(file, send(phone, file, kind));
        let bundle = hex::decode(&sent[file]).expect("a hash").try_into().expect("32 bytes");
        phone.decision(&bundle);
    }
    // A bundle that never comes leaves a gap, and the next two wait for a person.
    let phone = phones.get_mut("haulier").expect("a phone");
    let lost = phone.seal(&sample("haulier-waybill.jpg"), "waybill", &phone.ticket());
    let waiting = send(phone, "haulier-waybill.jpg", "waybill");
    phone.decision(&hex::decode(&waiting).expect("a hash").try_into().expect("32 bytes"));
    let _lost_again =
        phone.seal(&sample("haulier-vat-invoice-2.jpg"), "vat_invoice", &phone.ticket());
    let next = send(phone, "haulier-vat-invoice-2.jpg", "vat_invoice");
    phone.decision(&hex::decode(&next).expect("a hash").try_into().expect("32 bytes"));
    // Refused at the door.
    let mut broken = lost.bytes.clone();
    let middle = broken.len() / 2;
    broken[middle] ^= 1;
    assert!(phone.put_bytes(&broken).status >= 400);

    let staff = |roles: &[&str]| login.staff_token("li", roles);
    let expired = json!({ "sub": "li", "roles": ["reviewer"], "iss": bailing_tests::LOGIN,
        "aud": bailing_tests::ORIGIN, "exp": 1_700_000_000 });
    say(&json!({
        "public": server.public(),
        "operator": server.operator(),
        "tokens": {
            "reviewer": staff(&["reviewer"]),
            "operator": staff(&["operator"]),
            "auditor": staff(&["auditor"]),
            "nobody": staff(&[]),
            "expired": login.token_of(&expired, &json!({ "alg": "ES256", "kid": "login" })),
            "haulier": app.token("haulier"),
            "shopkeeper": app.token("shopkeeper"),
        },
        "bundles": sent,
        "waiting": [waiting, next],
    }));
    // MERCHANT FILE KIND
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let words: Vec<&str> = line.split_whitespace().collect();
        let [merchant, file, kind] = words[..] else { panic!("MERCHANT FILE KIND: {line}") };
        let phone = phones.get_mut(merchant).expect("a merchant");
        say(&json!({ "bundle": send(phone, file, kind) }));
    }
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

fn say(value: &Value) {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{value}").and_then(|()| stdout.flush()).expect("somebody listens");
}
