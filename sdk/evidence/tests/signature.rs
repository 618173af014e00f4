//! Who signed what, for whom: anything else is refused.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod device;

use bailing_evidence::manifest::Manifest;
use bailing_evidence::signature::{self, Algorithm, Context, SignatureError};
use coset::{CborSerializable, CoseSign1, TaggedCborSerializable, iana};

use device::{CONTEXT, Device, manifest};

fn claims(device: &Device) -> Manifest {
    manifest(&device.key().id(), &[b"\xff\xd8 a picture"])
}

fn code(cose: &[u8], device: &Device) -> &'static str {
    signature::verify(cose, &device.key(), &CONTEXT).expect_err("to be refused").code()
}

#[test]
fn only_for_its_key_its_server_and_its_app() {
    let (device, other) = (Device::new(), Device::new());
    let cose = device.cose(&claims(&device));
    assert_eq!(signature::verify(&cose, &device.key(), &CONTEXT), Ok(claims(&device)));
    assert_eq!(signature::claimed_key(&cose), Ok(device.key().id()));
    assert_eq!(code(&cose, &other), "signature_invalid");
    for context in [
        Context { server_origin: "https://bank.example.org", ..CONTEXT },
        Context { app_id: "org.bailing.other", ..CONTEXT },
        Context { server_origin: "", app_id: "" },
    ] {
        let error = signature::verify(&cose, &device.key(), &context).expect_err("elsewhere");
        assert_eq!(error, SignatureError::Invalid, "{context:?}");
    }
}

#[test]
fn a_manifest_of_another_key_is_refused_though_the_signature_is_sound() {
    let (device, other) = (Device::new(), Device::new());
    assert_eq!(code(&device.cose(&claims(&other)), &device), "signature_invalid");
}

#[test]
fn other_claims_under_a_sound_signature_are_refused() {
    let device = Device::new();
    let cose = device.cose(&claims(&device));
    let mut signed = CoseSign1::from_tagged_slice(&cose).expect("a COSE_Sign1");
    let changed = Manifest { sequence: 2, ..claims(&device) };
    signed.payload = Some(changed.to_cbor().expect("encoded"));
    assert_eq!(code(&signed.to_tagged_vec().expect("encoded"), &device), "signature_invalid");
}

#[test]
fn one_form_of_cose_is_read() {
    let device = Device::new();
    let cose = device.cose(&claims(&device));
    let sound = CoseSign1::from_tagged_slice(&cose).expect("a COSE_Sign1");
    let changed = |change: fn(&mut CoseSign1)| {
        let mut signed = sound.clone();
        change(&mut signed);
        code(&signed.to_tagged_vec().expect("encoded"), &device)
    };
    assert_eq!(changed(|signed| signed.payload = None), "manifest_malformed");
    assert_eq!(changed(|signed| signed.unprotected.key_id = vec![1]), "manifest_malformed");
    assert_eq!(changed(|signed| signed.signature.truncate(63)), "signature_invalid");
    assert_eq!(changed(|signed| signed.signature.push(0)), "signature_invalid");
    assert_eq!(changed(|signed| signed.signature.clear()), "signature_invalid");
    assert_eq!(
        changed(|signed| {
            signed.protected = coset::ProtectedHeader {
                original_data: None,
                header: coset::HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).build(),
            };
        }),
        "manifest_malformed"
    );
    let untagged = sound.clone().to_vec().expect("encoded");
    assert_eq!(code(&untagged, &device), "manifest_malformed");
    assert_eq!(code(&[cose.as_slice(), &[0]].concat(), &device), "manifest_malformed");
    // The array of four, with its length in a byte more than it takes.
    let longer = [&[cose[0], 0x98, 0x04], &cose[2..]].concat();
    assert_eq!(code(&longer, &device), "manifest_malformed");
}

#[test]
fn pictures_that_the_session_did_not_record_are_refused() {
    let device = Device::new();
    let changes: [fn(&mut Manifest); 4] = [
        |manifest| manifest.images[0].pixels_sha256 = [0; 32],
        |manifest| manifest.images[0].monotonic_ns += 1,
        |manifest| manifest.session_key = [0; 32],
        |manifest| manifest.images[0].record[63] ^= 1,
    ];
    for change in changes {
        let mut manifest = claims(&device);
        change(&mut manifest);
        assert_eq!(code(&device.cose(&manifest), &device), "frame_record_invalid");
    }
}

#[test]
fn an_assertion_stands_for_a_signature_where_the_verifier_knows_it() {
    let device = Device::new();
    let (claims, key_id) = (claims(&device), device.key().id());
    let mut asserted = Vec::new();
    let cose = signature::sign(&claims, &CONTEXT, Algorithm::AppAttest, |message| {
        asserted = message.to_vec();
        Ok::<_, String>(b"an assertion".to_vec())
    });
    let cose = cose.expect("signed");
    // ES256 alone is what `verify` takes.
    assert_eq!(code(&cose, &device), "signature_invalid");
    let verified = signature::verify_with(&cose, &key_id, &CONTEXT, |algorithm, message, bytes| {
        assert_eq!(
            (algorithm, message, bytes),
            (Algorithm::AppAttest, &asserted[..], &b"an assertion"[..])
        );
        true
    });
    assert_eq!(verified, Ok(claims.clone()));
    let refused = signature::verify_with(&cose, &key_id, &CONTEXT, |_, _, _| false);
    assert_eq!(refused, Err(SignatureError::Invalid));
    for length in [0, 1_025] {
        let answer = vec![0; length];
        let error =
            signature::sign(&claims, &CONTEXT, Algorithm::AppAttest, |_| Ok::<_, String>(answer));
        assert_eq!(error.expect_err("of no length").code(), "signing_failed");
    }
}

#[test]
fn a_key_that_does_not_sign_is_said_so() {
    let device = Device::new();
    let sign = |answer: Result<Vec<u8>, &str>| {
        signature::sign(&claims(&device), &CONTEXT, Algorithm::Es256, |_| answer)
            .expect_err("no signature")
    };
    let error = sign(Err("the key was invalidated"));
    assert_eq!(error.code(), "signing_failed");
    assert!(error.to_string().contains("the key was invalidated"), "{error}");
    assert_eq!(sign(Ok(vec![0; 63])).code(), "signing_failed");
    assert_eq!(sign(Ok(vec![0; 70])).code(), "signing_failed");
}
