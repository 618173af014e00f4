//! What the server takes in, beside the least that any server would have to do.
//!
//! Bundles of about 1.5 MB over loopback. The least is the same cryptography (two SHA-256, one P-256 signature, AES-256-GCM)
//! and the same bytes on the disk (the sealed bundle and a record of it, both synced), without HTTP, database or tickets.

use std::fs::File;
use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::{Arc, Barrier, Mutex};
use std::time::{Duration, Instant};

use bailing_capture::SealedBundle;
use bailing_evidence::bundle::{MEDIA_TYPE, Reader};
use bailing_evidence::digest;
use bailing_tests::{Phone, Server};
use image::{ImageFormat, RgbImage};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair,
    UnparsedPublicKey,
};
use tempfile::tempdir;

#[derive(Debug, clap::Args)]
pub(crate) struct Taking {
    /// Bundles that are sent as fast as they are taken, and as many at half that pace
    #[arg(long, default_value_t = 300)]
    count: usize,
    /// Phones that send at once
    #[arg(long, default_value_t = 4)]
    phones: usize,
    /// Bytes of a bundle
    #[arg(long, default_value_t = 1_500_000)]
    length: usize,
    /// Bundles that are stored already: their rows, not their objects
    #[arg(long, default_value_t = 0)]
    stored: u64,
}

/// Turns of the least and of the server.
const ROUNDS: usize = 8;

/// Sends, and gives the figures.
pub(crate) fn measure(arguments: &Taking) -> serde_json::Value {
    let data = tempdir().expect("a folder");
    let toml = "requests_per_second = 100000\nrequests_per_second_of_one = 100000\n";
    let more = ["--allow-software-keys", "--workers", "0"];
    if arguments.stored > 0 {
        // Made by a first start; the rows come while nobody has the database.
        Server::configured(&data, toml, None, &more).kill();
        fill(data.path(), arguments.stored);
    }
    let server = Server::configured(&data, toml, None, &more);
    eprintln!("sealing {} bundles", 2 * arguments.count);
    let phones: Vec<Sender> =
        (0..arguments.phones).map(|phone| sealed(&server, phone, arguments)).collect();
    // In turn, so that both meet the same machine: its speed goes up and down.
    let folder = tempdir().expect("a folder");
    let (mut least_took, mut took, mut receipts) = (0.0, 0.0, Vec::new());
    for round in 0..ROUNDS {
        let at = |phone: &Sender, round: usize| phone.fast.len() * round / ROUNDS;
        let part = |phone| at(phone, round)..at(phone, round + 1);
        let parts: Vec<&[SealedBundle]> =
            phones.iter().map(|phone| &phone.fast[part(phone)]).collect();
        least_took += least(&parts, folder.path());
        let (seconds, more) = send(server.public(), &parts, None);
        took += seconds;
        receipts.extend(more);
    }
    let count = receipts.len() as f64;
    let (least, rate) = (count / least_took, count / took);
    let slow: Vec<&[SealedBundle]> = phones.iter().map(|phone| phone.slow.as_slice()).collect();
    let (_, at_half) = send(server.public(), &slow, Some(rate / 2.0));
    serde_json::json!({
        "bundles": receipts.len(), "bytes": arguments.length, "phones": arguments.phones,
        "stored_before": arguments.stored,
        "least_per_second": least, "taken_per_second": rate, "share": rate / least,
        "receipt_ms": { "p50": quantile(&receipts, 0.5), "p99": quantile(&receipts, 0.99) },
        "receipt_at_half_ms": { "p50": quantile(&at_half, 0.5), "p99": quantile(&at_half, 0.99) },
    })
}

/// What one phone sends as fast as it is taken, and at half that pace.
struct Sender {
    fast: Vec<SealedBundle>,
    slow: Vec<SealedBundle>,
}

/// Bundles of one phone, each under a ticket.
fn sealed(server: &Server, phone: usize, arguments: &Taking) -> Sender {
    let picture = RgbImage::from_fn(320, 240, |x, y| image::Rgb([x as u8, y as u8, phone as u8]));
    let mut jpeg = Cursor::new(Vec::new());
    picture.write_to(&mut jpeg, ImageFormat::Jpeg).expect("a JPEG");
    let mut jpeg = jpeg.into_inner();
    let end = jpeg.len();
    jpeg.resize(arguments.length, 0);
    let mut random = ChaCha8Rng::seed_from_u64(phone as u64);
    let mut phone = Phone::enrolled(server.public(), "shopkeeper");
    let mut bundles = || {
        let one = |_| {
            let ticket = phone.ticket();
            random.fill_bytes(&mut jpeg[end..]);
            phone.seal(&jpeg, "shop_front", &ticket)
        };
        (0..arguments.count.div_ceil(arguments.phones)).map(one).collect()
    };
    let (fast, slow) = (bundles(), bundles());
    Sender { fast, slow }
}

/// How long sending took, seconds, and each receipt, milliseconds; at a pace of so many a second, or as fast as it goes.
fn send(server: &str, phones: &[&[SealedBundle]], pace: Option<f64>) -> (f64, Vec<f64>) {
    let (receipts, count) = (Mutex::new(Vec::new()), phones.len());
    // A phone names its bundle on its own processor.
    let address =
        |bundle: &SealedBundle| format!("{server}/api/v1/bundles/{}", hex::encode(bundle.sha256()));
    let requests: Vec<Vec<(String, &SealedBundle)>> = phones
        .iter()
        .map(|bundles| bundles.iter().map(|bundle| (address(bundle), bundle)).collect())
        .collect();
    let began = Instant::now();
    std::thread::scope(|scope| {
        for (at, requests) in requests.iter().enumerate() {
            let receipts = &receipts;
            scope.spawn(move || {
                let agent = ureq::Agent::new_with_defaults();
                for (number, (address, bundle)) in requests.iter().enumerate() {
                    // At a pace, a receipt's time counts from when it was due: who waits, waits.
                    let due = pace.map(|pace| {
                        let turn = number * count + at;
                        began + Duration::from_secs_f64(turn as f64 / pace)
                    });
                    if let Some(due) = due {
                        std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    }
                    let from = due.unwrap_or_else(Instant::now);
                    let request = agent.put(address).content_type(MEDIA_TYPE);
                    let mut answer = request.send(bundle.bytes.as_slice()).expect("an answer");
                    assert_eq!(answer.status(), 201);
                    answer.body_mut().read_to_vec().expect("a receipt");
                    let took = from.elapsed().as_secs_f64() * 1_000.0;
                    receipts.lock().expect("no panic").push(took);
                }
            });
        }
    });
    let took = began.elapsed().as_secs_f64();
    (took, receipts.into_inner().expect("no panic"))
}

/// How long the least takes that has to be done for the same bundles by as many threads, seconds.
fn least(phones: &[&[SealedBundle]], folder: &Path) -> f64 {
    let records = Mutex::new(File::create(folder.join("records")).expect("a file"));
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
    let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
    let key = EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random).expect("a key");
    let public = key.public_key().as_ref().to_vec();
    let barrier = Arc::new(Barrier::new(phones.len()));
    let began = Instant::now();
    std::thread::scope(|scope| {
        for bundles in phones {
            let (barrier, records) = (Arc::clone(&barrier), &records);
            let (key, public, random) = (&key, &public, &random);
            scope.spawn(move || {
                barrier.wait();
                for bundle in *bundles {
                    let head = Reader::open(bundle.bytes.as_slice()).expect("a bundle");
                    let signature = key.sign(random, head.cose()).expect("signed");
                    let checked = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, public);
                    checked.verify(head.cose(), signature.as_ref()).expect("holds");
                    let whole = digest::sha256(&bundle.bytes);
                    let picture = digest::sha256(&bundle.bytes[bundle.bytes.len() / 100..]);
                    store(folder, &bundle.bytes, &whole);
                    let mut records = records.lock().expect("no panic");
                    records.write_all(&[whole, picture].concat()).expect("written");
                    records.sync_data().expect("synced");
                }
            });
        }
    });
    began.elapsed().as_secs_f64()
}

fn store(folder: &Path, bytes: &[u8], name: &[u8; 32]) {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, name).expect("a key"));
    let mut file = File::create(folder.join(hex::encode(name))).expect("a file");
    for (number, segment) in (0u32..).zip(bytes.chunks(256 * 1024)) {
        let mut nonce = [0; 12];
        nonce[..4].copy_from_slice(&number.to_be_bytes());
        let mut segment = segment.to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        key.seal_in_place_append_tag(nonce, Aad::empty(), &mut segment).expect("sealed");
        file.write_all(&segment).expect("written");
    }
    file.sync_all().expect("synced");
    // Without it the file's name may be lost with the power.
    File::open(folder).and_then(|folder| folder.sync_all()).expect("synced");
}

fn quantile(values: &[f64], at: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(((sorted.len() - 1) as f64 * at).round() as usize).copied().unwrap_or_default()
}

/// Rows of that many bundles, as others left them.
fn fill(folder: &Path, count: u64) {
    eprintln!("filling the database with {count} bundles");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("fill.py");
    let filled = std::process::Command::new("python3")
        .arg(script)
        .arg(folder.join("data/bailing.db"))
        .arg(count.to_string())
        .status();
    assert!(filled.is_ok_and(|status| status.success()), "the database was not filled");
}
