//! Bundles as files, good and bad, for this reader and any other: `tests/vectors/evidence/*.bundle`, each
//! with a `.json` that says for whom it is meant and what becomes of it.
//!
//! `BAILING_RENEW=1 cargo test -p bailing-evidence --test vectors` makes them anew, with new keys.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod device;

use std::io::Write;
use std::path::{Path, PathBuf};

use bailing_attestation::{Anchors, IosPolicy, Policy, Verifier};
use bailing_evidence::bundle::{self, Reader};
use bailing_evidence::digest;
use bailing_evidence::key::PublicKey;
use bailing_evidence::manifest::Manifest;
use bailing_evidence::signature::{self, Algorithm, Context};
use ciborium::Value;
use coset::{CborSerializable, CoseSign1, TaggedCborSerializable};
use serde::{Deserialize, Serialize};

use device::{CONTEXT, Device, manifest, record};

/// What is said of one bundle.
#[derive(Debug, Deserialize, Serialize)]
struct Case {
    /// In words.
    what: String,
    /// `accepted`, or the code of the refusal.
    expect: String,
    server_origin: String,
    app_id: String,
    /// Uncompressed point, hexadecimal.
    public_key: String,
    /// The team's id, where the key is one of App Attest.
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<String>,
    /// The claims of an accepted one.
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest: Option<Manifest>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/evidence")
}

/// The claims, or the code of what is wrong.
fn outcome(bytes: &[u8], case: &Case) -> Result<Manifest, &'static str> {
    let point: Vec<u8> = (0..case.public_key.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&case.public_key[at..at + 2], 16).expect("hexadecimal"))
        .collect();
    let key = PublicKey::from_bytes(&point).expect("a point");
    let context = Context { server_origin: &case.server_origin, app_id: &case.app_id };
    let reader = Reader::open(bytes).map_err(|error| error.code())?;
    let verified = match &case.team {
        None => signature::verify(reader.cose(), &key, &context),
        Some(team) => {
            let app_id = format!("{team}.{}", case.app_id);
            let ios = IosPolicy { app_id, ..IosPolicy::default() };
            let policy = Policy { ios, ..Policy::default() };
            let anchors = Anchors::default();
            let verifier =
                Verifier { anchors: &anchors, revocation: None, now: 0, policy: &policy };
            signature::verify_with(reader.cose(), &key.id(), &context, |algorithm, data, bytes| {
                algorithm == Algorithm::AppAttest
                    && verifier.verify_assertion(bytes, data, key.as_bytes(), 0).is_ok()
            })
        }
    };
    let manifest = verified.map_err(|error| error.code())?;
    for blob in reader.blobs(&manifest) {
        blob.map_err(|error| error.code())?;
    }
    Ok(manifest)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "renewing the vectors is asked for by hand")]
fn every_bundle_comes_to_what_its_case_says() {
    if std::env::var("BAILING_RENEW").is_ok() {
        renew();
    }
    let mut count = 0;
    for entry in std::fs::read_dir(folder()).expect("the vectors") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = path.display();
        let case = std::fs::read(&path).expect("a case");
        let case: Case = serde_json::from_slice(&case).expect("a case");
        let bytes = std::fs::read(path.with_extension("bundle")).expect("its bundle");
        match outcome(&bytes, &case) {
            Ok(manifest) => {
                assert_eq!(case.expect, "accepted", "{name}: {}", case.what);
                assert_eq!(Some(manifest), case.manifest, "{name}");
            }
            Err(code) => assert_eq!(case.expect, code, "{name}: {}", case.what),
        }
        count += 1;
    }
    assert!(count >= 25, "{count} cases");
}

const JPEG: &[u8] = b"\xff\xd8\xff\xe0 a picture, as far as the container can tell";

fn renew() {
    let (device, other) = (Device::new(), Device::new());
    let key = device.key();
    let text = b"a picture that shrinks ".repeat(40);
    let claims = || manifest(&key.id(), &[JPEG]);
    let good = device.seal(&[JPEG]);
    let head = 8 + 1 + 4;
    let record_at = good.len() - JPEG.len() - 53;
    let write = |name: &str,
                 what: &str,
                 expect: &str,
                 bytes: &[u8],
                 context: &Context<'_>,
                 team: Option<&str>| {
        let mut case = Case {
            what: what.to_owned(),
            expect: expect.to_owned(),
            server_origin: context.server_origin.to_owned(),
            app_id: context.app_id.to_owned(),
            public_key: key.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect(),
            team: team.map(str::to_owned),
            manifest: None,
        };
        case.manifest = outcome(bytes, &case).ok();
        let json = serde_json::to_string_pretty(&case).expect("serialised") + "\n";
        std::fs::write(folder().join(name).with_extension("bundle"), bytes).expect("written");
        std::fs::write(folder().join(name).with_extension("json"), json).expect("written");
    };
    let keep = |name: &str, what: &str, expect: &str, bytes: &[u8]| {
        write(name, what, expect, bytes, &CONTEXT, None);
    };
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };

    keep("good_one_picture", "one picture, stored as it is", "accepted", &good);
    let two = device.seal(&[JPEG, &text]);
    keep("good_two_pictures", "two pictures, the second compressed", "accepted", &two);
    let mut first = claims();
    first.previous = None;
    let first = bundle::write(&device.cose(&first), &[JPEG]).expect("written");
    keep("good_first_of_its_key", "no manifest before it", "accepted", &first);

    let elsewhere = Context { server_origin: "https://other.example", ..CONTEXT };
    let what = "meant for another server";
    write("other_server", what, "signature_invalid", &good, &elsewhere, None);
    let elsewhere = Context { app_id: "org.bailing.other", ..CONTEXT };
    let what = "meant for another app";
    write("other_app", what, "signature_invalid", &good, &elsewhere, None);
    let foreign = bundle::write(&other.cose(&claims()), &[JPEG]).expect("written");
    keep("other_key", "signed by another key than the claimed one", "signature_invalid", &foreign);
    let foreign = manifest(&other.key().id(), &[JPEG]);
    let foreign = bundle::write(&device.cose(&foreign), &[JPEG]).expect("written");
    keep("other_key_claimed", "claims another key than signed", "signature_invalid", &foreign);
    keep("signature_bit", "the signature's last bit", "signature_invalid", &flipped(record_at - 1));

    let team = "ABCDE12345";
    let app = format!("{team}.{}", CONTEXT.app_id);
    let asserted = |make: &dyn Fn(&[u8]) -> Vec<u8>| {
        let cose = signature::sign(&claims(), &CONTEXT, Algorithm::AppAttest, |message| {
            Ok::<_, String>(make(message))
        });
        bundle::write(&cose.expect("signed"), &[JPEG]).expect("written")
    };
    let assertion = asserted(&|message| device.assertion(&app, 1, message));
    let apple = |name: &str, what: &str, expect: &str, bytes: &[u8]| {
        write(name, what, expect, bytes, &CONTEXT, Some(team));
    };
    apple("good_assertion", "an App Attest assertion", "accepted", &assertion);
    let invalid = "signature_invalid";
    let bytes = asserted(&|message| other.assertion(&app, 1, message));
    apple("assertion_other_key", "another key's assertion", invalid, &bytes);
    let bytes = asserted(&|message| device.assertion(CONTEXT.app_id, 1, message));
    apple("assertion_other_app", "an assertion by an app of no team", invalid, &bytes);
    let bytes = asserted(&|message| device.assertion(&app, 0, message));
    apple("assertion_counter", "an assertion that counts 0", invalid, &bytes);
    let bytes = asserted(&|_| device.assertion(&app, 1, b"another message"));
    apple("assertion_other_message", "an assertion over another message", invalid, &bytes);
    apple("assertion_missing", "ES256 by a key that makes assertions", invalid, &good);
    keep("assertion_unexpected", "an assertion by a key that signs ES256", invalid, &assertion);

    keep("magic", "another first byte", "bundle_malformed", &flipped(0));
    keep("version", "version 0", "bundle_malformed", &flipped(8));
    keep("cut_short", "the last byte is missing", "bundle_malformed", &good[..good.len() - 1]);
    let trailing = [&good[..], &[0]].concat();
    keep("trailing", "a byte after the last picture", "bundle_malformed", &trailing);
    let mut long = good.clone();
    long[head - 4..head].copy_from_slice(&(256 * 1024 + 1u32).to_be_bytes());
    keep("signed_part_long", "a signed part of 256 KiB and a byte", "bundle_limit_exceeded", &long);
    keep("blob_bit", "the picture's last bit", "blob_digest_mismatch", &flipped(good.len() - 1));
    keep("blob_kind", "a blob of kind 0", "bundle_malformed", &flipped(record_at));
    keep("blob_index", "picture 1 where 0 is due", "bundle_malformed", &flipped(record_at + 4));
    let what = "another raw length than signed";
    keep("blob_length", what, "blob_digest_mismatch", &flipped(record_at + 12));
    keep("blob_hash", "another hash than signed", "blob_digest_mismatch", &flipped(record_at + 21));
    let missing = bundle::write(&device.cose(&claims()), &[]).expect("written");
    keep("blob_missing", "no picture", "bundle_malformed", &missing);

    let compressed = |raw_length: u64, raw: &[u8], encoded: &[u8]| {
        let mut claims = claims();
        claims.images[0].blob_len = raw_length;
        claims.images[0].blob_sha256 = digest::sha256(raw);
        record(&mut claims);
        let mut bytes = bundle::write(&device.cose(&claims), &[]).expect("written");
        bytes.push(0x81);
        bytes.extend_from_slice(&0u32.to_be_bytes());
        bytes.extend_from_slice(&raw_length.to_be_bytes());
        bytes.extend_from_slice(&(encoded.len() as u64).to_be_bytes());
        bytes.extend_from_slice(&digest::sha256(raw));
        bytes.extend_from_slice(encoded);
        bytes
    };
    let frame = |raw: &[u8]| zstd::bulk::compress(raw, 3).expect("compressed");
    let length = text.len() as u64;
    let double = [frame(&text[..400]), frame(&text[400..])].concat();
    let double = compressed(length, &text, &double);
    keep("zstd_two_frames", "two zstd frames", "bundle_malformed", &double);
    let short = compressed(length - 1, &text, &frame(&text));
    keep("zstd_longer", "a byte more than promised", "blob_digest_mismatch", &short);
    let zeros = vec![0; 10_000];
    let bomb = compressed(10_000, &zeros, &frame(&zeros));
    keep("zstd_ratio", "more than 200 times its size", "bundle_limit_exceeded", &bomb);
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).expect("an encoder");
    encoder.window_log(24).expect("a window");
    encoder.write_all(&text).expect("written");
    let wide = compressed(length, &text, &encoder.finish().expect("finished"));
    keep("zstd_window", "a window of 16 MiB", "bundle_malformed", &wide);
    let huge = compressed(64 * 1024 * 1024 + 1, &text, &frame(&text));
    keep("raw_length", "64 MiB and a byte promised", "bundle_limit_exceeded", &huge);

    let mut unrecorded = claims();
    unrecorded.images[0].record[0] ^= 1;
    let unrecorded = bundle::write(&device.cose(&unrecorded), &[JPEG]).expect("written");
    let what = "a picture that the session's key did not record";
    keep("frame_record", what, "frame_record_invalid", &unrecorded);

    // Claims that the writer would not write, under a sound signature.
    type Claims = Vec<(Value, Value)>;
    let signed = |change: &dyn Fn(&mut Claims)| {
        let cbor = claims().to_cbor().expect("encoded");
        let mut value: Value = ciborium::from_reader(cbor.as_slice()).expect("CBOR");
        change(value.as_map_mut().expect("a map"));
        let mut payload = Vec::new();
        ciborium::into_writer(&value, &mut payload).expect("encoded");
        sign_anyway(&device, payload, &good)
    };
    let malformed = "manifest_malformed";
    let unknown = signed(&|claims| claims.push((Value::from(-70_000), 1.into())));
    keep("claim_unknown", "a claim that is not known", malformed, &unknown);
    keep(
        "claim_missing",
        "the last claim is missing",
        malformed,
        &signed(&|claims| {
            claims.pop();
        }),
    );
    keep(
        "claims_out_of_order",
        "the first two claims changed places",
        malformed,
        &signed(&|claims| {
            claims.swap(0, 1);
        }),
    );
    keep(
        "claim_type",
        "a sequence number that is a text",
        malformed,
        &signed(&|claims| {
            claims[7].1 = "1".into();
        }),
    );
    keep(
        "claim_profile",
        "another profile",
        malformed,
        &signed(&|claims| {
            claims[2].1 = "urn:bailing:evidence:2".into();
        }),
    );
    keep(
        "claim_text_long",
        "a version of 257 bytes",
        "manifest_limit_exceeded",
        &signed(&|claims| {
            claims[10].1 = "1".repeat(257).into();
        }),
    );
    keep(
        "claim_text_control",
        "a version with a line break",
        malformed,
        &signed(&|claims| {
            claims[10].1 = "1\n2".into();
        }),
    );
    keep(
        "claim_no_picture",
        "no picture claimed",
        malformed,
        &signed(&|claims| {
            claims[13].1 = Value::Array(Vec::new());
        }),
    );
    let plain = claims().to_cbor().expect("encoded");
    let longer = [&[0xb8, plain[0] & 0x1f], &plain[1..]].concat();
    let longer = sign_anyway(&device, longer, &good);
    keep("cbor_longer_form", "a map length in a byte more than it takes", malformed, &longer);
    let indefinite = [&[0xbf], &plain[1..], &[0xff]].concat();
    let indefinite = sign_anyway(&device, indefinite, &good);
    keep("cbor_indefinite", "a map of indefinite length", malformed, &indefinite);

    let cose = Reader::open(good.as_slice()).expect("a bundle").cose().to_vec();
    let with_cose = |cose: &[u8]| bundle::write(cose, &[JPEG]).expect("written");
    let mut sound = CoseSign1::from_tagged_slice(&cose).expect("a COSE_Sign1");
    let untagged = with_cose(&sound.clone().to_vec().expect("encoded"));
    keep("cose_untagged", "COSE_Sign1 without its tag", malformed, &untagged);
    sound.unprotected.key_id = vec![1];
    let unprotected = with_cose(&sound.to_tagged_vec().expect("encoded"));
    keep("cose_unprotected", "a header that is not signed", malformed, &unprotected);
}

/// A bundle over any payload, properly signed for [`CONTEXT`], with the pictures of another.
fn sign_anyway(device: &Device, payload: Vec<u8>, good: &[u8]) -> Vec<u8> {
    let reader = Reader::open(good).expect("a bundle");
    let mut signed = CoseSign1::from_tagged_slice(reader.cose()).expect("a COSE_Sign1");
    signed.payload = Some(payload);
    let context = ["bailing-evidence-v1", CONTEXT.server_origin, CONTEXT.app_id].join("\0");
    let message = signed.tbs_data(context.as_bytes());
    signed.signature = device.sign(&message).expect("signed");
    bundle::write(&signed.to_tagged_vec().expect("encoded"), &[JPEG]).expect("written")
}
