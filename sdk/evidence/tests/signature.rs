//! Who signed what, for whom: anything else is refused.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod device;

use bailing_evidence::manifest::Manifest;
use bailing_evidence::signature::{self, Context, SignatureError};
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
fn a_key_that_does_not_sign_is_said_so() {
    let device = Device::new();
    let sign = |answer: Result<Vec<u8>, &str>| {
        signature::sign(&claims(&device), &CONTEXT, |_| answer).expect_err("no signature")
    };
    let error = sign(Err("the key was invalidated"));
    assert_eq!(error.code(), "signing_failed");
    assert!(error.to_string().contains("the key was invalidated"), "{error}");
    assert_eq!(sign(Ok(vec![0; 63])).code(), "signing_failed");
    assert_eq!(sign(Ok(vec![0; 70])).code(), "signing_failed");
}
