//! Bundles as they arrive: long ones, endless ones, and ones that are refused before they end.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::io::{Read, Write};
use std::net::TcpStream;

use bailing_capture::SealedBundle;
use bailing_evidence::limits;
use bailing_tests::{Phone, Server, arriving, is_stored, refused, sample};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tempfile::tempdir;

/// Bundles are only taken here, not decided.
const TAKE: &[&str] = &["--allow-software-keys", "--workers", "0"];

const MIB: usize = 1024 * 1024;

/// A JPEG with so many bytes behind its end, which decoders do not look at.
fn long(phone: &mut Phone, length: usize) -> SealedBundle {
    let mut picture = sample("haulier-waybill.jpg");
    let end = picture.len();
    picture.resize(length, 0);
    ChaCha8Rng::seed_from_u64(1).fill_bytes(&mut picture[end..]);
    let ticket = phone.ticket();
    phone.seal(&picture, "waybill", &ticket)
}

#[test]
fn a_long_bundle_is_taken_in_without_lying_in_memory() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, TAKE);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let ticket = phone.ticket();
    let short = phone.seal(&sample("haulier-waybill.jpg"), "waybill", &ticket);
    assert_eq!(phone.put(&short).status, 201);
    let before = server.peak_memory();
    let bundle = long(&mut phone, 60 * MIB);
    assert_eq!(phone.put(&bundle).status, 201);
    let grown = server.peak_memory() - before;
    eprintln!("60 MiB of evidence took the server {} KiB more memory", grown / 1_024);
    assert!(grown < 32 * MIB as u64, "{grown} bytes more");
    assert_eq!(phone.put(&bundle).status, 200);
    assert!(is_stored(&data, &bundle.sha256(), bundle.bytes.len()));
    assert!(arriving(&data).is_empty());
}

#[test]
fn whoever_is_refused_early_reads_why() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, TAKE);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let bundle = long(&mut phone, 30 * MIB);
    // The signature is wrong in the first kilobytes; 30 MiB follow.
    let mut forged = bundle.bytes.clone();
    forged[600] ^= 1;
    let answer = phone.put_bytes(&forged);
    assert!([403, 422].contains(&answer.status), "{answer:?}");
    refused(&phone.put_as("no-hash", &forged), 400, "request_malformed");
    // Nothing is there that would read it.
    refused(&phone.put_as("", &forged), 404, "not_found");
    // Too long, and said so at once.
    let endless = vec![0; limits::BUNDLE_BYTES + 1];
    refused(&phone.put_bytes(&endless), 413, "request_too_large");
    // Sound so far, but its length was never said and it does not end.
    let mut more = bundle.bytes.as_slice().chain(std::io::repeat(0).take(40 * MIB as u64));
    refused(&phone.put_unmeasured(&"00".repeat(32), &mut more), 413, "request_too_large");
    refused(&phone.put_as(&"00".repeat(32), &bundle.bytes), 422, "digest_mismatch");
    // Without a length, but what it should be.
    let answer = phone.put_unmeasured(&hex::encode(bundle.sha256()), &mut bundle.bytes.as_slice());
    assert_eq!(answer.status, 201, "{answer:?}");
    // A known name under other bytes.
    refused(&phone.put_as(&hex::encode(bundle.sha256()), &forged), 422, "digest_mismatch");
}

#[test]
fn a_sender_that_leaves_takes_nothing_with_it() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, TAKE);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let bundle = long(&mut phone, 10 * MIB);
    let name = hex::encode(bundle.sha256());
    let address = server.public().trim_start_matches("http://").to_owned();
    for sent in [0, 5, 100, bundle.bytes.len() / 2] {
        let mut stream = TcpStream::connect(&address).expect("the server listens");
        write!(
            stream,
            "PUT /api/v1/bundles/{name} HTTP/1.1\r\nhost: bank\r\n\
             content-type: application/vnd.bailing.evidence\r\ncontent-length: {}\r\n\r\n",
            bundle.bytes.len()
        )
        .and_then(|()| stream.write_all(&bundle.bytes[..sent]))
        .expect("sent");
    }
    assert_eq!(phone.put(&bundle).status, 201);
}
