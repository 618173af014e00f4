//! App Attest objects and assertions made for the tests.

use ciborium::Value;
use rcgen::{KeyPair, PublicKeyData};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};

use super::{Authority, CHALLENGE, Certificate, device_key, explicit, octets, sequence};

pub(crate) const NONCE: &[u64] = &[1, 2, 840, 113_635, 100, 8, 2];
pub(crate) const APP: &str = "ABCDE12345.org.bailing.example";

/// An attestation to be, good until something is changed.
#[derive(Clone)]
pub(crate) struct Attestation {
    pub(crate) app: &'static str,
    pub(crate) flags: u8,
    pub(crate) counter: u32,
    pub(crate) aaguid: [u8; 16],
    pub(crate) id: Option<Vec<u8>>,
    pub(crate) other_point: bool,
    pub(crate) claims: Option<Value>,
    pub(crate) trailing: Vec<u8>,
    pub(crate) format: &'static str,
    pub(crate) client_data: Vec<u8>,
    /// Days before and after `NOW` on which the leaf is valid.
    pub(crate) days: (i64, i64),
}

impl Default for Attestation {
    fn default() -> Self {
        Self {
            app: APP,
            flags: 0x40,
            counter: 0,
            aaguid: *b"appattest\0\0\0\0\0\0\0",
            id: None,
            other_point: false,
            claims: None,
            trailing: Vec::new(),
            format: "apple-appattest",
            client_data: CHALLENGE.to_vec(),
            days: (1, 2),
        }
    }
}

/// Root and intermediate.
pub(crate) struct Apple {
    pub(crate) root: Authority,
    intermediate: Authority,
}

impl Apple {
    /// The intermediate is valid on so many days before and after `NOW`.
    pub(crate) fn new(days: (i64, i64)) -> Self {
        let root = Authority::root();
        let intermediate = Certificate::authority("App Attestation CA", "Tests");
        let intermediate = root.issue(&Certificate { days, ..intermediate });
        Self { root, intermediate }
    }
}

pub(crate) fn hash(parts: &[&[u8]]) -> Vec<u8> {
    digest(&SHA256, &parts.concat()).as_ref().to_vec()
}

pub(crate) fn cbor(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("encoded");
    bytes
}

pub(crate) fn map(entries: Vec<(Value, Value)>) -> Value {
    Value::Map(entries)
}

pub(crate) fn cose_key(point: &[u8]) -> Value {
    map(vec![
        (1.into(), 2.into()),
        (3.into(), (-7).into()),
        ((-1).into(), 1.into()),
        ((-2).into(), Value::Bytes(point[1..33].to_vec())),
        ((-3).into(), Value::Bytes(point[33..].to_vec())),
    ])
}

impl Attestation {
    /// The object for a key.
    pub(crate) fn object(&self, apple: &Apple, key: &KeyPair) -> Vec<u8> {
        let point = key.der_bytes();
        let attested =
            if self.other_point { device_key().der_bytes().to_vec() } else { point.to_vec() };
        let id = self.id.clone().unwrap_or_else(|| hash(&[point]));
        let claims = self.claims.as_ref().map(cbor).unwrap_or_default();
        let data = [
            &hash(&[self.app.as_bytes()])[..],
            &[self.flags],
            &self.counter.to_be_bytes(),
            &self.aaguid,
            &(id.len() as u16).to_be_bytes(),
            &id,
            &cbor(&cose_key(&attested)),
            &claims,
            &self.trailing,
        ]
        .concat();
        let nonce = hash(&[&data, &hash(&[&self.client_data])]);
        let extension = (NONCE.to_vec(), sequence(&[&explicit(1, &octets(&nonce))]));
        let certificate = Certificate { days: self.days, ..Certificate::leaf(vec![extension]) };
        let key = KeyPair::try_from(key.serialize_der()).expect("the same key");
        let leaf = apple.intermediate.issue_for(key, &certificate);
        let chain = [leaf.der, apple.intermediate.der.clone()].map(Value::Bytes);
        let statement = vec![
            ("x5c".into(), Value::Array(chain.to_vec())),
            ("receipt".into(), Value::Bytes(vec![1, 2, 3])),
        ];
        cbor(&map(vec![
            ("fmt".into(), self.format.into()),
            ("attStmt".into(), map(statement)),
            ("authData".into(), Value::Bytes(data)),
        ]))
    }
}

/// An assertion over `client_data`, with further claims or none.
#[expect(clippy::disallowed_methods, reason = "a test's edge")]
pub(crate) fn assertion(
    key: &KeyPair,
    app: &str,
    counter: u32,
    client_data: &[u8],
    more: &[u8],
) -> Vec<u8> {
    let data = [&hash(&[app.as_bytes()])[..], &[0x40], &counter.to_be_bytes(), more].concat();
    let nonce = hash(&[&data, &hash(&[client_data])]);
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
    let key = EcdsaKeyPair::from_pkcs8(algorithm, &key.serialize_der(), &random).expect("the key");
    let signature = key.sign(&random, &nonce).expect("signed");
    cbor(&map(vec![
        ("signature".into(), Value::Bytes(signature.as_ref().to_vec())),
        ("authenticatorData".into(), Value::Bytes(data)),
    ]))
}
