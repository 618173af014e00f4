//! Apple App Attest: an attestation once, an assertion with every signed message.
//!
//! <https://developer.apple.com/documentation/devicecheck/validating-apps-that-connect-to-your-server>.
//! From iOS 27 on both carry a map of further claims behind what WebAuthn would put there, whatever
//! the flags say; it is read and bounded, not judged.

mod authenticator_data;

use ring::digest::{SHA256, digest};
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use serde::Serialize;

use self::authenticator_data::{AuthenticatorData, Credential};
use crate::cbor::Item;
use crate::certificate::{Certificate, KeyKind};
use crate::der::{Reader, Tag};
use crate::policy::{Environment, IosPolicy};
use crate::reject::{Malformed, Rejection};
use crate::{Anchors, Grade};

/// Longest attestation object, bytes: receipts of about 4 KiB are in it.
const LONGEST: usize = 64 * 1024;

/// Longest assertion, bytes.
const LONGEST_ASSERTION: usize = 1_024;

/// Certificates in an object; the root may be among them.
const MOST_CERTIFICATES: usize = 3;

/// The certificate's nonce (1.2.840.113635.100.8.2).
const NONCE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x63, 0x64, 0x08, 0x02];

/// What an attestation said of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppleFacts {
    /// SHA-256 of the uncompressed point, hexadecimal: the key's id.
    pub key_id: String,
    /// SHA-256 of `TEAM.bundle`, hexadecimal.
    pub app_id_sha256: String,
    /// Where the app came from.
    pub environment: Environment,
    /// From iOS 27 on: the app's version (`CFBundleVersion`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundle_version: Option<String>,
    /// From iOS 27 on: how the app was signed, as Apple numbers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation_category: Option<u32>,
}

/// The grade, the facts and the key's point.
pub(crate) type Accepted = (Grade, AppleFacts, Option<[u8; 65]>);

/// Judges an attestation object whose nonce was made of `client_data_hash`.
pub(crate) fn verify(
    object: &[u8],
    client_data_hash: &[u8],
    now: i64,
    anchors: &Anchors,
    policy: &IosPolicy,
) -> Result<Accepted, Rejection> {
    let object = Object::parse(object).map_err(|error| Rejection::ObjectMalformed(error.0))?;
    let leaf = walk(&object.certificates, now, anchors)?;
    let nonce = hash(&[object.authenticator_data, client_data_hash]);
    if certified_nonce(leaf) != Some(&nonce[..]) {
        return Err(Rejection::Nonce);
    }
    let data = AuthenticatorData::parse(object.authenticator_data, true)
        .map_err(|error| Rejection::ObjectMalformed(error.0))?;
    let credential = data.credential.as_ref().ok_or(Rejection::ObjectMalformed("no credential"))?;
    check_app(&data, policy)?;
    if data.counter != 0 {
        return Err(Rejection::Counter);
    }
    let environment = environment(credential).ok_or(Rejection::Environment)?;
    if environment != policy.environment {
        return Err(Rejection::Environment);
    }
    // One key: the certificate's, the credential's, and the one that the id names.
    let point: [u8; 65] = match leaf.key.kind {
        KeyKind::P256 => leaf.key.bits.try_into().map_err(|_| Rejection::KeyId)?,
        _ => return Err(Rejection::KeyId),
    };
    let id = hash(&[&point]);
    if credential.id != id || credential.point != point {
        return Err(Rejection::KeyId);
    }
    let grade = match environment {
        Environment::Production => Grade::A,
        // The same hardware, but any developer's build.
        Environment::Development => Grade::C,
    };
    let facts = AppleFacts {
        key_id: hex::encode(id),
        app_id_sha256: hex::encode(data.rp_id_hash),
        environment,
        bundle_version: data.bundle_version.map(str::to_owned),
        validation_category: data.validation_category,
    };
    Ok((grade, facts, Some(point)))
}

/// Judges an assertion over `client_data` by the attested key; gives its counter, to be stored.
pub(crate) fn verify_assertion(
    assertion: &[u8],
    client_data: &[u8],
    point: &[u8; 65],
    stored_counter: u32,
    policy: &IosPolicy,
) -> Result<u32, Rejection> {
    let malformed = |error: Malformed| Rejection::ObjectMalformed(error.0);
    if assertion.len() > LONGEST_ASSERTION {
        return Err(Rejection::ObjectMalformed("an assertion of more than 1 KiB"));
    }
    let item = Item::parse(assertion).map_err(malformed)?;
    let part = |name| item.at_text(name).and_then(Item::bytes);
    let (Some(signature), Some(bytes)) = (part("signature"), part("authenticatorData")) else {
        return Err(Rejection::ObjectMalformed("a signature and authenticatorData are expected"));
    };
    let data = AuthenticatorData::parse(bytes, false).map_err(malformed)?;
    check_app(&data, policy)?;
    // The nonce is what is signed, so it is hashed once more.
    let nonce = hash(&[bytes, &hash(&[client_data])]);
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point)
        .verify(&nonce, signature)
        .map_err(|_| Rejection::AssertionSignature)?;
    if data.counter <= stored_counter {
        return Err(Rejection::Counter);
    }
    Ok(data.counter)
}

struct Object<'a> {
    certificates: Vec<Certificate<'a>>,
    authenticator_data: &'a [u8],
}

impl<'a> Object<'a> {
    fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        if bytes.len() > LONGEST {
            return Err(Malformed("more than 64 KiB"));
        }
        let item = Item::parse(bytes)?;
        if item.at_text("fmt") != Some(&Item::Text("apple-appattest")) {
            return Err(Malformed("a format other than apple-appattest"));
        }
        let chain = item.at_text("attStmt").and_then(|statement| statement.at_text("x5c"));
        let Some(Item::Array(chain)) = chain else { return Err(Malformed("no certificates")) };
        if chain.len() > MOST_CERTIFICATES {
            return Err(Malformed("more than three certificates"));
        }
        let certificate = |item: &Item<'a>| {
            Certificate::parse(item.bytes().ok_or(Malformed("a certificate is bytes"))?)
        };
        let authenticator_data = item.at_text("authData").and_then(Item::bytes);
        Ok(Self {
            certificates: chain.iter().map(certificate).collect::<Result<_, _>>()?,
            authenticator_data: authenticator_data.ok_or(Malformed("no authData"))?,
        })
    }
}

/// The leaf, if names, signatures and times lead from it to Apple's root.
fn walk<'c, 'a>(
    certificates: &'c [Certificate<'a>],
    now: i64,
    anchors: &Anchors,
) -> Result<&'c Certificate<'a>, Rejection> {
    let with_root = anchors.apple_issued(certificates)?;
    let leaf = certificates.first().ok_or(Rejection::ChainShape(0))?;
    let intermediates = certificates.len() - usize::from(with_root);
    if intermediates != 2 {
        return Err(Rejection::ChainShape(intermediates + 1));
    }
    for (index, certificate) in certificates.iter().take(intermediates).enumerate() {
        let (from, to) =
            certificate.validity().map_err(|error| Rejection::ChainMalformed(error.0))?;
        if !(from..=to).contains(&now) {
            return Err(Rejection::CertificateExpired(index));
        }
    }
    Ok(leaf)
}

/// The nonce in the leaf: SEQUENCE { [1] OCTET STRING }.
fn certified_nonce<'a>(leaf: &Certificate<'a>) -> Option<&'a [u8]> {
    let mut fields = Reader::inside(leaf.extension(NONCE)?, Tag::SEQUENCE).ok()?;
    let mut wrapped = fields.enter(Tag::explicit(1)).ok()?;
    let nonce = wrapped.expect(Tag::OCTET_STRING).ok()?.value;
    (fields.is_empty() && wrapped.is_empty()).then_some(nonce)
}

fn check_app(data: &AuthenticatorData<'_>, policy: &IosPolicy) -> Result<(), Rejection> {
    let expected = hash(&[policy.app_id.as_bytes()]);
    let same = policy.app_id.is_empty() || data.rp_id_hash == expected;
    if same { Ok(()) } else { Err(Rejection::App) }
}

fn environment(credential: &Credential<'_>) -> Option<Environment> {
    match credential.aaguid {
        b"appattest\0\0\0\0\0\0\0" => Some(Environment::Production),
        b"appattestdevelop" => Some(Environment::Development),
        _ => None,
    }
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, &parts.concat()).as_ref());
    hash
}
