//! Whatever is sent, the server answers it, with a problem document where it refuses, and stays as small as it was.
//!
//! `BAILING_REQUESTS=100000 cargo test --release -p bailing-tests --test hostile -- --nocapture` for the figures; without it
//! twenty thousand are sent.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test that cannot go on says so by panicking, has a clock, and prints what it counted"
)]

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use bailing_tests::{Answer, HostApp, Phone, Server, sample};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use tempfile::tempdir;

const SEED: u64 = 7;

/// Senders at once.
const SENDERS: u64 = 4;

/// What the server's process may grow by, bytes.
const GROWTH: u64 = 256 * 1024 * 1024;

/// Something that nobody good would send.
struct Request {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
}

/// What there is to be spoiled: good bundles, and what they are made with.
struct Material {
    bundle: Vec<u8>,
    merchant: HostApp,
    stranger: HostApp,
    key_id: String,
}

/// Words that JSON, paths and headers are spoiled with.
const WORDS: &[&str] = &[
    "",
    "0",
    "-1",
    "null",
    "true",
    "1e999",
    "18446744073709551616",
    "\u{0}",
    "'",
    "\"",
    "\\",
    "../../etc/passwd",
    "%00",
    "%",
    "<script>alert(1)</script>",
    "'; DROP TABLE merchants; --",
    "\u{202e}",
    "百灵",
    "𠀀",
    "{}",
    "[]",
    "AAAA",
    "00000000-0000-0000-0000-000000000000",
    "waybill",
    "haulier",
    "bundle:00",
];

const PATHS: &[(&str, &str)] = &[
    ("GET", "/api/v1/quota"),
    ("GET", "/api/v1/profile"),
    ("GET", "/api/v1/consents"),
    ("GET", "/api/v1/data"),
    ("GET", "/api/v1/data/export"),
    ("DELETE", "/api/v1/data/WORD"),
    ("PUT", "/api/v1/consents/WORD"),
    ("DELETE", "/api/v1/consents/WORD"),
    ("POST", "/api/v1/assistant/turns"),
    ("POST", "/api/v1/imports/WORD"),
    ("POST", "/api/v1/challenges"),
    ("POST", "/api/v1/keys"),
    ("POST", "/api/v1/tickets"),
    ("GET", "/api/v1/bundles/WORD"),
    ("PUT", "/api/v1/bundles/WORD"),
    ("POST", "/api/v1/uploads"),
    ("HEAD", "/api/v1/uploads/WORD"),
    ("PATCH", "/api/v1/uploads/WORD"),
    ("DELETE", "/api/v1/uploads/WORD"),
    ("POST", "/api/v1/uploads/WORD"),
    ("OPTIONS", "/api/v1/uploads"),
    ("TRACE", "/api/v1/quota"),
    ("PROPFIND", "/api/v1/WORD"),
    ("GET", "/WORD"),
    ("GET", "/healthz"),
];

fn word(random: &mut ChaCha8Rng) -> String {
    match random.random_range(0..8) {
        0 => "A".repeat(1 << random.random_range(0..13)),
        1 => hex::encode(bytes(random, 32)),
        2 => String::from_utf8_lossy(&bytes(random, 40)).into_owned(),
        _ => WORDS[random.random_range(0..WORDS.len())].to_owned(),
    }
}

fn bytes(random: &mut ChaCha8Rng, most: usize) -> Vec<u8> {
    let mut bytes = vec![0; random.random_range(0..=most)];
    random.fill_bytes(&mut bytes);
    bytes
}

/// Only what may stand in a path or a header.
fn tame(word: &str, most: usize) -> String {
    let mut tame = String::new();
    for byte in word.bytes().take(most) {
        if byte.is_ascii_alphanumeric() || b"-._~:%".contains(&byte) {
            tame.push(char::from(byte));
        } else {
            tame.push_str(&format!("%{byte:02x}"));
        }
    }
    tame
}

/// JSON of a request with some of it spoiled.
fn spoiled_json(random: &mut ChaCha8Rng, material: &Material) -> Vec<u8> {
    let good = [
        json!({ "platform": "software", "app_id": "app", "merchant_id": "haulier", "challenge": "AAAA",
                "public_key": "AAAA", "proof": "AAAA" }),
        json!({ "platform": "android", "app_id": "app", "merchant_id": "haulier", "challenge": "AAAA",
                "attestation": "MIIB" }),
        json!({ "key_id": material.key_id, "count": 1, "kind": "waybill" }),
        json!({ "text": "我想提额" }),
        json!({ "days": 30 }),
        json!({}),
    ];
    let mut value = good[random.random_range(0..good.len())].clone();
    if let Some(object) = value.as_object_mut() {
        let names: Vec<String> = object.keys().cloned().collect();
        let name = match names.is_empty() || random.random_bool(0.2) {
            true => word(random),
            false => names[random.random_range(0..names.len())].clone(),
        };
        let put = match random.random_range(0..7) {
            0 => Value::Null,
            1 => json!(random.random::<f64>() * 1e300),
            2 => json!(random.random::<i64>()),
            3 => json!([word(random), { "x": word(random) }]),
            4 => json!({ word(random): [null] }),
            _ => json!(word(random)),
        };
        object.insert(name, put);
    }
    let mut text = value.to_string().into_bytes();
    match random.random_range(0..6) {
        0 => text.truncate(random.random_range(0..=text.len())),
        1 => text = b"[".repeat(random.random_range(1..20_000)),
        2 => text.extend(bytes(random, 50)),
        3 => text = bytes(random, 300),
        _ => {}
    }
    text
}

/// A bundle with some of it spoiled.
fn spoiled_bundle(random: &mut ChaCha8Rng, material: &Material) -> Vec<u8> {
    let mut bundle = material.bundle.clone();
    match random.random_range(0..7) {
        0 => bundle.truncate(random.random_range(0..=bundle.len())),
        1 => bundle.extend(bytes(random, 2_000)),
        2 => bundle = bytes(random, 5_000),
        // The lengths that the head declares.
        3 => {
            let at = 9 + random.random_range(0..4);
            bundle[at] = random.random();
        }
        4 => {
            let (from, length) =
                (random.random_range(0..bundle.len()), random.random_range(1..200));
            let to = bundle.len().min(from + length);
            bundle[from..to].fill(random.random());
        }
        _ => {
            for _ in 0..random.random_range(1..8) {
                // The signed part mostly: what comes after it only the hashes look at.
                let most = if random.random_bool(0.7) { 1_500 } else { bundle.len() };
                let at = random.random_range(0..bundle.len().min(most));
                bundle[at] ^= 1 << random.random_range(0..8);
            }
        }
    }
    bundle
}

/// A token with some of it spoiled, or of somebody else.
fn token(random: &mut ChaCha8Rng, material: &Material) -> String {
    let header = json!({ "alg": "ES256", "kid": "wallet" });
    let mut claims = HostApp::claims("haulier");
    let good = match random.random_range(0..30) {
        0 => material.stranger.token("haulier"),
        1 => {
            claims["exp"] = json!(random.random::<i64>());
            material.merchant.token_of(&claims, &header)
        }
        2 => {
            claims["aud"] = json!([word(random)]);
            material.merchant.token_of(&claims, &header)
        }
        3 => {
            claims["sub"] = json!(word(random));
            material.merchant.token_of(&claims, &header)
        }
        4 => {
            let algorithms = ["none", "HS256", "RS256", "EdDSA", "ES384", ""];
            let algorithm = algorithms[random.random_range(0..algorithms.len())];
            material.merchant.token_of(&claims, &json!({ "alg": algorithm, "kid": word(random) }))
        }
        _ => material.merchant.token("haulier"),
    };
    match random.random_range(0..30) {
        0 => good[..random.random_range(0..=good.len())].to_owned(),
        1 => good.replace('.', ".."),
        2 => "A".repeat(random.random_range(1..9_000)),
        _ => good,
    }
}

fn request(random: &mut ChaCha8Rng, material: &Material) -> Request {
    let (method, path) = PATHS[random.random_range(0..PATHS.len())];
    let mut named = hex::encode(bytes(random, 32));
    let mut headers = Vec::new();
    let mut body = None;
    if random.random_bool(0.95) {
        headers.push(("authorization", format!("Bearer {}", token(random, material))));
    }
    match path {
        "/api/v1/bundles/WORD" if method == "PUT" => {
            let bundle = spoiled_bundle(random, material);
            if random.random_bool(0.8) {
                named = hex::encode(bailing_evidence::digest::sha256(&bundle));
            }
            headers.push(("content-type", media_type(random)));
            body = Some(bundle);
        }
        _ if path.starts_with("/api/v1/uploads") && method != "OPTIONS" => {
            if random.random_bool(0.9) {
                headers.push(("tus-resumable", "1.0.0".to_owned()));
            }
            let number = |random: &mut ChaCha8Rng| match random.random_range(0..5) {
                0 => tame(&word(random), 40),
                1 => random.random::<u64>().to_string(),
                _ => random.random_range(0..200_000u32).to_string(),
            };
            if random.random_bool(0.7) {
                headers.push(("upload-length", number(random)));
            }
            if random.random_bool(0.7) {
                headers.push(("upload-offset", number(random)));
            }
            if random.random_bool(0.5) {
                headers.push(("upload-metadata", format!("sha256 {}", tame(&word(random), 200))));
            }
            if random.random_bool(0.3) {
                headers.push(("upload-checksum", format!("sha256 {}", tame(&word(random), 60))));
            }
            if random.random_bool(0.2) {
                headers.push(("x-http-method-override", "PATCH".to_owned()));
            }
            if method == "PATCH" || method == "POST" {
                headers.push(("content-type", media_type(random)));
                body = Some(bytes(random, 4_000));
            }
        }
        _ if matches!(method, "POST" | "PUT") => {
            let types =
                ["application/json", "text/csv", "image/jpeg", "", "application/json; charset=x"];
            headers.push(("content-type", types[random.random_range(0..types.len())].to_owned()));
            body = Some(spoiled_json(random, material));
        }
        _ => {}
    }
    if random.random_bool(0.05) {
        headers.push(("x-forwarded-for", tame(&word(random), 200)));
    }
    let named = if random.random_bool(0.5) { named } else { tame(&word(random), 300) };
    Request { method, path: path.replace("WORD", &named), headers, body }
}

fn media_type(random: &mut ChaCha8Rng) -> String {
    let types = [
        "application/vnd.bailing.evidence",
        "application/offset+octet-stream",
        "text/html",
        "a",
        "",
    ];
    types[random.random_range(0..types.len())].to_owned()
}

/// Pictures that no camera made, signed by a key that the server knows.
fn bad_pictures() -> Vec<(&'static str, Vec<u8>, (u32, u32))> {
    let good = sample("haulier-waybill.jpg");
    let frame = good.windows(2).position(|two| two == [0xff, 0xc0]).expect("a frame header");
    let mut bomb = good.clone();
    bomb[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    let mut limit = good.clone();
    limit[frame + 5..frame + 9].copy_from_slice(&[0x1f, 0x40, 0x1f, 0x40]);
    let png = [b"\x89PNG\r\n\x1a\n".as_slice(), &[0, 0, 0, 13], b"IHDR", &[0xff; 13]].concat();
    vec![
        ("cut off", good[..good.len() / 2].to_vec(), (100, 100)),
        ("cut off in its head", good[..40].to_vec(), (100, 100)),
        ("65,535 pixels a side", bomb, (65_535, 65_535)),
        ("64 MP of a few bytes", limit, (8_000, 8_000)),
        ("another format", b"GIF89a\x01\x00\x01\x00".to_vec(), (1, 1)),
        ("a PNG of the largest size", png, (u32::MAX, u32::MAX)),
        ("a WebP of nothing", b"RIFF\x24\x00\x00\x00WEBPVP8 ".to_vec(), (16, 16)),
        ("text", b"<html>".repeat(100), (16, 16)),
        ("nothing", Vec::new(), (0, 0)),
    ]
}

#[test]
fn everything_is_answered() {
    let requests: u64 = std::env::var("BAILING_REQUESTS")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(20_000);
    let folder = tempdir().expect("a folder");
    let (merchant, stranger) = (HostApp::new("wallet"), HostApp::new("wallet"));
    let toml = format!(
        "requests_per_second = 1000000\nrequests_per_second_of_one = 1000000\n{}",
        merchant.configuration(folder.path())
    );
    let server =
        Server::configured(&folder, &toml, None, &["--allow-software-keys", "--workers", "1"]);
    let mut phone = Phone::of(&merchant, server.public(), "haulier");
    let ticket = phone.ticket();
    let bundle = phone.seal(&sample("haulier-waybill.jpg"), "waybill", &ticket).bytes;
    let material = Material { bundle, merchant, stranger, key_id: phone.key_id() };
    // The networks are loaded, every page was touched once.
    let before = server.peak_memory();
    let began = Instant::now();
    let answers: Mutex<BTreeMap<(u16, String), u64>> = Mutex::default();
    std::thread::scope(|scope| {
        for sender in 0..SENDERS {
            let (server, material, answers) = (&server, &material, &answers);
            scope.spawn(move || {
                let mut random = ChaCha8Rng::seed_from_u64(SEED + sender);
                let mut agent = Phone::new(server.public());
                agent.bear_silence();
                for _ in 0..requests / SENDERS {
                    let request = request(&mut random, material);
                    let answer = send(&agent, &request);
                    check(&request, &answer);
                    let counted = (answer.status, answer.code().to_owned());
                    *answers.lock().expect("no panic").entry(counted).or_insert(0) += 1;
                }
            });
        }
    });
    let took = began.elapsed();
    let answers = answers.into_inner().expect("no panic");
    // The token is as old as the run.
    phone = phone.with_token(&material.merchant.token("haulier"));
    let pictures = bad_pictures();
    for (what, bytes, size) in &pictures {
        let ticket = phone.ticket();
        let bundle = phone.seal_anything(bytes, *size, &ticket);
        let answer = phone.put(&bundle);
        println!("{what}: {} {}", answer.status, answer.code());
        assert!(answer.status < 500, "{what}: {answer:?}");
        if answer.status == 201 {
            let decision = waited(&phone, &bundle.sha256());
            assert_ne!(decision["verdict"]["outcome"], "accepted", "{what}: {decision}");
        }
    }
    // After all of that it still takes a good one.
    let ticket = phone.ticket();
    let good = phone.seal(&sample("haulier-waybill.jpg"), "waybill", &ticket);
    assert_eq!(phone.put(&good).status, 201);
    let grown = server.peak_memory().saturating_sub(before);
    println!(
        "requests {}, pictures {}, answers by status and code {answers:?}, {:.0} a second, grown by {} KiB",
        answers.values().sum::<u64>(),
        pictures.len(),
        requests as f64 / took.as_secs_f64(),
        grown / 1_024
    );
    assert!(grown <= GROWTH, "{grown}");
}

fn send(agent: &Phone, request: &Request) -> Answer {
    let headers: Vec<(&str, &str)> =
        request.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    agent.any(request.method, &request.path, &headers, request.body.as_deref())
}

/// No fault of the server's, and every refusal is a problem document with a code.
fn check(request: &Request, answer: &Answer) {
    let Request { method, path, headers, .. } = request;
    let what = || format!("{method} {path} {headers:?}: {answer:?}");
    assert!((100..500).contains(&answer.status), "{}", what());
    if answer.status >= 400 && *method != "HEAD" {
        assert!(
            answer.header("content-type").starts_with("application/problem+json"),
            "{}",
            what()
        );
        assert!(!answer.code().is_empty(), "{}", what());
    }
}

fn waited(phone: &Phone, sha256: &[u8; 32]) -> Value {
    // Five attempts, each later than the one before.
    for _ in 0..900 {
        let answer = phone.bundle(sha256);
        if answer.body["state"] == "decided" {
            return answer.body["decision"].clone();
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Value::Null
}
