//! What each fuzz target does with its bytes. The fuzzer calls it, and so does a test on the kept corpus.
#![allow(dead_code, reason = "each fuzz target uses its own")]

use bailing_attestation::{Anchors, Challenge, Policy, Statement, Verdict, Verifier, android};
use bailing_evidence::bundle::{self, Reader};
use bailing_evidence::key::PublicKey;
use bailing_evidence::manifest::{ImageClaim, Manifest};
use bailing_evidence::signature::{self, Context};
use bailing_evidence::{digest, limits};

/// A bundle as a server gets it; and its records, where the signature were sound.
pub(crate) fn container(data: &[u8]) {
    let Ok(reader) = Reader::open(data) else { return };
    let _ = signature::claimed_key(reader.cose());
    let context = Context { server_origin: "https://bank.example", app_id: "org.bailing.example" };
    let key = PublicKey::from_bytes(&[4; 65]).expect("of that form");
    assert!(signature::verify(reader.cose(), &key, &context).is_err(), "nobody has that key");

    // The claims of the first record are taken from the record, so that the fuzzer gets past them.
    let records = &data[data.len().min(8 + 1 + 4 + reader.cose().len())..];
    let Some(head) = records.first_chunk::<53>() else { return };
    let raw_length = u64::from_be_bytes(head[5..13].try_into().expect("eight bytes"));
    let claims = manifest_of(raw_length, head[21..].try_into().expect("a hash"));
    let mut total = 0;
    for blob in reader.blobs(&claims).flatten() {
        assert_eq!(blob.len() as u64, raw_length, "a length that was not promised");
        assert_eq!(&digest::sha256(&blob), &head[21..], "a hash that was not promised");
        total += blob.len();
    }
    assert!(total as u64 <= limits::RAW_BYTES, "more than may come out");
}

/// Claims about one picture.
fn manifest_of(blob_len: u64, blob_sha256: [u8; 32]) -> Manifest {
    Manifest {
        nonce: Vec::new(),
        issued_at: 0,
        ticket: Vec::new(),
        boot_id: [0; 16],
        monotonic_start_ns: 0,
        monotonic_end_ns: 0,
        sequence: 0,
        previous: None,
        app_id: String::new(),
        app_version: String::new(),
        key_id: [0; 32],
        models: Vec::new(),
        images: vec![ImageClaim {
            monotonic_ns: 0,
            pixels_sha256: [0; 32],
            blob_sha256,
            blob_len,
            width: 0,
            height: 0,
            media_type: String::new(),
            kind: String::new(),
            signals: Vec::new(),
            verdict: String::new(),
            record: [0; 64],
        }],
        session_key: [0; 32],
        attestation: None,
    }
}

/// Claims: what is read is what would be written.
pub(crate) fn manifest(data: &[u8]) {
    if let Ok(manifest) = Manifest::from_cbor(data) {
        assert_eq!(manifest.to_cbor().as_deref(), Ok(data), "two forms of the same claims");
    }
    // The same bytes as a signed part.
    if let Ok(written) = bundle::write(data, &[]) {
        let reader = Reader::open(written.as_slice()).expect("its own bundle");
        let _ = signature::claimed_key(reader.cose());
    }
}

/// A key description inside a certificate that is otherwise sound.
pub(crate) fn key_description(data: &[u8]) {
    let _ = android::describe(&certificate(data));
    let _ = android::describe(data);
}

/// A certificate around a key description: only its shape is looked at.
fn certificate(description: &[u8]) -> Vec<u8> {
    const OID: &[u8] = b"\x06\x0a\x2b\x06\x01\x04\x01\xd6\x79\x02\x01\x11";
    const ALGORITHM: &[u8] = b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02";
    const KEY: &[u8] =
        b"\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
    let extension = tlv(0x30, &[OID, &tlv(0x04, &[description])]);
    let extensions = tlv(0xa3, &[&tlv(0x30, &[&extension])]);
    let time = tlv(0x17, &[b"250101000000Z"]);
    let validity = tlv(0x30, &[&time, &time]);
    let point = tlv(0x03, &[&[0, 4], &[7; 64]]);
    let key = tlv(0x30, &[KEY, &point]);
    let name = tlv(0x30, &[]);
    let serial = tlv(0x02, &[&[1]]);
    let tbs = tlv(0x30, &[&serial, ALGORITHM, &name, &validity, &name, &key, &extensions]);
    tlv(0x30, &[&tbs, ALGORITHM, &tlv(0x03, &[&[0, 0x30, 0]])])
}

fn tlv(identifier: u8, parts: &[&[u8]]) -> Vec<u8> {
    let value = parts.concat();
    let length = value.len();
    let mut bytes = match length {
        0..0x80 => vec![identifier, length as u8],
        0x80..0x100 => vec![identifier, 0x81, length as u8],
        0x100..0x1_0000 => vec![identifier, 0x82, (length >> 8) as u8, length as u8],
        _ => vec![identifier, 0x83, (length >> 16) as u8, (length >> 8) as u8, length as u8],
    };
    bytes.extend_from_slice(&value);
    bytes
}

/// A chain, each certificate preceded by its length as a `u16`. The kept chain's own root is trusted.
pub(crate) fn chain(data: &[u8]) {
    let (mut certificates, mut rest) = (Vec::new(), data);
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length)).min(after.len());
        let (certificate, after) = after.split_at(length);
        certificates.push(certificate);
        rest = after;
    }
    let mut anchors = Anchors::default();
    if let Some(last) = certificates.last() {
        let _ = anchors.danger_trust(last);
    }
    let policy = Policy::default();
    let verifier = Verifier { anchors: &anchors, revocation: None, now: NOW, policy: &policy };
    // Whoever brings the root along may say anything, and must be answered.
    let statement = Statement::Android { chain: &certificates };
    let _ = verifier.verify(&statement, &Challenge::Plain(b"a challenge of the server"));
    let pinned = Verifier { anchors: &Anchors::default(), ..verifier };
    let verdict = pinned.verify(&statement, &Challenge::Plain(b"a challenge of the server"));
    assert!(matches!(verdict, Verdict::Rejected(_)), "accepted without Google's signature");
}

/// An attestation object, and the same bytes as an assertion.
pub(crate) fn app_attest(data: &[u8]) {
    let policy = Policy::default();
    let verifier =
        Verifier { anchors: &Anchors::default(), revocation: None, now: NOW, policy: &policy };
    let statement = Statement::AppAttest { object: data };
    let verdict = verifier.verify(&statement, &Challenge::Plain(b"a challenge of the server"));
    assert!(matches!(verdict, Verdict::Rejected(_)), "accepted without Apple's signature");
    let assertion = verifier.verify_assertion(data, b"manifest", &[4; 65], 0);
    assert!(assertion.is_err(), "nobody has that key");
}

/// 2025-08-15, when the kept attestations are valid.
const NOW: i64 = 1_755_216_000;
