//! Judging the kept chain and assertion, against the signatures that it cannot do without.
#![allow(clippy::expect_used, reason = "a bench that cannot go on says so by panicking")]
#![allow(missing_docs, reason = "criterion writes main")]

#[path = "../tests/issuer/mod.rs"]
mod issuer;

use std::hint::black_box;

use bailing_attestation::{Anchors, Challenge, Policy, Statement, Verdict, Verifier};
use criterion::{Criterion, criterion_group, criterion_main};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1,
    ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair,
    UnparsedPublicKey, VerificationAlgorithm,
};

use issuer::{CHALLENGE, NOW, kept, unpem};

/// A key's point, a message of a certificate's length, and its signature.
#[expect(clippy::disallowed_methods, reason = "a bench's edge")]
fn signed(algorithm: &'static EcdsaSigningAlgorithm) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
    let key = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).expect("a key");
    let message = vec![7; 500];
    let signature = key.sign(&random, &message).expect("signed").as_ref().to_vec();
    (key.public_key().as_ref().to_vec(), message, signature)
}

fn verifies(algorithm: &'static dyn VerificationAlgorithm, of: &(Vec<u8>, Vec<u8>, Vec<u8>)) {
    let (point, message, signature) = of;
    UnparsedPublicKey::new(algorithm, black_box(point)).verify(message, signature).expect("sound");
}

fn judge(criterion: &mut Criterion) {
    let policy = Policy::default();
    let certificates = unpem(&kept("android_tee.pem"));
    let chain: Vec<&[u8]> = certificates.iter().map(Vec::as_slice).collect();
    let mut anchors = Anchors::default();
    anchors.danger_trust(chain.last().expect("a root")).expect("a certificate");
    anchors.danger_trust(&unpem(&kept("ios_root.pem"))[0]).expect("a certificate");
    let verifier = Verifier { anchors: &anchors, revocation: None, now: NOW, policy: &policy };
    let challenge = Challenge::Plain(CHALLENGE);
    let p256 = signed(&ECDSA_P256_SHA256_ASN1_SIGNING);
    let p384 = signed(&ECDSA_P384_SHA384_ASN1_SIGNING);

    let mut group = criterion.benchmark_group("Android chain of four");
    group.bench_function("judged", |bencher| {
        bencher.iter(|| {
            let statement = Statement::Android { chain: black_box(&chain) };
            assert!(matches!(verifier.verify(&statement, &challenge), Verdict::Accepted(_)));
        });
    });
    group.bench_function("bare cryptography: two P-256, one P-384", |bencher| {
        bencher.iter(|| {
            verifies(&ECDSA_P256_SHA256_ASN1, &p256);
            verifies(&ECDSA_P256_SHA256_ASN1, &p256);
            verifies(&ECDSA_P384_SHA384_ASN1, &p384);
        });
    });
    group.finish();

    let object = kept("ios_attestation.cbor");
    let assertion = kept("ios_assertion.cbor");
    let statement = Statement::AppAttest { object: &object };
    let Verdict::Accepted(key) = verifier.verify(&statement, &challenge) else {
        unreachable!("the kept object is accepted")
    };
    let point = key.public_key.expect("a P-256 key");
    let mut group = criterion.benchmark_group("App Attest assertion");
    group.bench_function("judged", |bencher| {
        bencher.iter(|| verifier.verify_assertion(black_box(&assertion), b"manifest", &point, 0));
    });
    group.bench_function("bare cryptography: one P-256", |bencher| {
        bencher.iter(|| verifies(&ECDSA_P256_SHA256_ASN1, &p256));
    });
    group.finish();
}

criterion_group!(benches, judge);
criterion_main!(benches);
