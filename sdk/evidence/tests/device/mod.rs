//! A device with a key in memory, as far as the container and the signature see one.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]
#![allow(dead_code, reason = "each test program uses its part")]

use bailing_evidence::frame::SessionKey;
use bailing_evidence::key::PublicKey;
use bailing_evidence::manifest::{ImageClaim, Manifest, ModelClaim, SignalClaim};
use bailing_evidence::signature::{self, Algorithm, Context};
use bailing_evidence::{bundle, digest};
use ciborium::Value;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
};

/// Where every test bundle is meant for.
pub(crate) const CONTEXT: Context<'static> =
    Context { server_origin: "https://bank.example", app_id: "org.bailing.example" };

/// Of every test's session.
const SEED: [u8; 32] = [9; 32];

pub(crate) struct Device {
    pair: EcdsaKeyPair,
    /// The same key, for Apple's form of a signature.
    asn1: EcdsaKeyPair,
    random: SystemRandom,
}

impl Device {
    #[expect(clippy::disallowed_methods, reason = "a test's edge")]
    pub(crate) fn new() -> Self {
        let (random, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        let pair = |algorithm| {
            EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).expect("a key")
        };
        let (pair, asn1) = (pair(algorithm), pair(&ECDSA_P256_SHA256_ASN1_SIGNING));
        Self { pair, asn1, random }
    }

    pub(crate) fn key(&self) -> PublicKey {
        PublicKey::from_bytes(self.pair.public_key().as_ref()).expect("an uncompressed point")
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, ring::error::Unspecified> {
        self.pair.sign(&self.random, message).map(|signature| signature.as_ref().to_vec())
    }

    /// An App Attest assertion over `client_data`; `app` is the team's id, a full stop and the app's.
    pub(crate) fn assertion(&self, app: &str, counter: u32, client_data: &[u8]) -> Vec<u8> {
        let app = digest::sha256(app.as_bytes());
        let data = [&app[..], &[0x40], &counter.to_be_bytes()].concat();
        let nonce = digest::sha256(&[&data, &digest::sha256(client_data)[..]].concat());
        let signature = self.asn1.sign(&self.random, &nonce).expect("signed");
        let assertion = Value::Map(vec![
            ("signature".into(), Value::Bytes(signature.as_ref().to_vec())),
            ("authenticatorData".into(), Value::Bytes(data)),
        ]);
        let mut bytes = Vec::new();
        ciborium::into_writer(&assertion, &mut bytes).expect("encoded");
        bytes
    }

    /// The signed part over a manifest, whatever key the manifest names.
    pub(crate) fn cose(&self, manifest: &Manifest) -> Vec<u8> {
        signature::sign(manifest, &CONTEXT, Algorithm::Es256, |message| self.sign(message))
            .expect("signed")
    }

    /// A bundle of these pictures.
    pub(crate) fn seal(&self, pictures: &[&[u8]]) -> Vec<u8> {
        let manifest = manifest(&self.key().id(), pictures);
        bundle::write(&self.cose(&manifest), pictures).expect("a bundle")
    }
}

/// Claims about these pictures, the same for the same pictures.
pub(crate) fn manifest(key_id: &[u8; 32], pictures: &[&[u8]]) -> Manifest {
    let image = |(index, picture): (u64, &&[u8])| ImageClaim {
        monotonic_ns: 5_000_000_000 + index,
        pixels_sha256: [7; 32],
        blob_sha256: digest::sha256(picture),
        blob_len: picture.len() as u64,
        width: 1_600,
        height: 1_200,
        media_type: "image/jpeg".to_owned(),
        kind: "waybill".to_owned(),
        signals: vec![SignalClaim { code: "blurred".to_owned(), score: 0.8, threshold: 0.45 }],
        verdict: "accepted".to_owned(),
        record: [0; 64],
    };
    let mut manifest = Manifest {
        nonce: vec![2; 32],
        issued_at: 1_763_900_000,
        ticket: vec![3; 146],
        boot_id: [4; 16],
        monotonic_start_ns: 4_000_000_000,
        monotonic_end_ns: 6_000_000_000,
        sequence: 1,
        previous: Some([5; 32]),
        app_id: CONTEXT.app_id.to_owned(),
        app_version: "1.0.0".to_owned(),
        key_id: *key_id,
        models: vec![ModelClaim { name: "vision 0.1.0".to_owned(), sha256: [6; 32] }],
        images: (0..).zip(pictures).map(image).collect(),
        session_key: SessionKey::from_seed(&SEED).public_key(),
        attestation: Some([10; 32]),
    };
    record(&mut manifest);
    manifest
}

/// Records the pictures as they are claimed now.
pub(crate) fn record(manifest: &mut Manifest) {
    let key = SessionKey::from_seed(&SEED);
    for image in &mut manifest.images {
        image.record = key.sign(&image.frame(&manifest.boot_id));
    }
}
