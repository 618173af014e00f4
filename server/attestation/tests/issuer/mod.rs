//! Roots, intermediates and attested keys made for the tests, and the forms they are written in.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]
#![allow(dead_code, reason = "each test program uses its part")]

pub(crate) mod android;
pub(crate) mod apple;

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer,
    KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PublicKeyData, SerialNumber,
    SignatureAlgorithm,
};
use time::OffsetDateTime;

/// When everything below is judged, seconds since 1970: 2025-08-15.
pub(crate) const NOW: i64 = 1_755_216_000;

/// A day, seconds.
pub(crate) const DAY: i64 = 86_400;

pub(crate) const CHALLENGE: &[u8] = b"a challenge of the server";

/// A key with its certificate's parameters, able to issue.
pub(crate) struct Authority {
    key: KeyPair,
    params: CertificateParams,
    pub(crate) der: Vec<u8>,
}

/// What a certificate is to say.
pub(crate) struct Certificate {
    pub(crate) name: &'static str,
    pub(crate) organisation: &'static str,
    pub(crate) serial: Vec<u8>,
    /// Days before and after [`NOW`].
    pub(crate) days: (i64, i64),
    pub(crate) authority: bool,
    pub(crate) extensions: Vec<(Vec<u64>, Vec<u8>)>,
}

impl Certificate {
    pub(crate) fn authority(name: &'static str, organisation: &'static str) -> Self {
        Self {
            name,
            organisation,
            serial: name.bytes().chain([0x7f]).collect(),
            days: (30, 60),
            authority: true,
            extensions: Vec::new(),
        }
    }

    pub(crate) fn leaf(extensions: Vec<(Vec<u64>, Vec<u8>)>) -> Self {
        let serial = vec![1];
        Self { serial, authority: false, extensions, ..Self::authority("Android Keystore Key", "") }
    }

    fn params(&self) -> CertificateParams {
        let mut params = CertificateParams::default();
        let mut name = DistinguishedName::new();
        name.push(DnType::CommonName, self.name);
        if !self.organisation.is_empty() {
            name.push(DnType::OrganizationName, self.organisation);
        }
        params.distinguished_name = name;
        params.serial_number = Some(SerialNumber::from_slice(&self.serial));
        let at = |days: i64| OffsetDateTime::from_unix_timestamp(NOW + days * DAY).expect("a time");
        (params.not_before, params.not_after) = (at(-self.days.0), at(self.days.1));
        if self.authority {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        params.custom_extensions = self
            .extensions
            .iter()
            .map(|(id, value)| CustomExtension::from_oid_content(id, value.clone()))
            .collect();
        params
    }
}

fn key(algorithm: &'static SignatureAlgorithm) -> KeyPair {
    KeyPair::generate_for(algorithm).expect("a key")
}

impl Authority {
    pub(crate) fn root() -> Self {
        let params = Certificate::authority("Test Root", "Tests").params();
        let key = key(&PKCS_ECDSA_P384_SHA384);
        let der = params.self_signed(&key).expect("a certificate").der().to_vec();
        Self { key, params, der }
    }

    /// A certificate for a new P-256 key.
    pub(crate) fn issue(&self, certificate: &Certificate) -> Self {
        self.issue_for(key(&PKCS_ECDSA_P256_SHA256), certificate)
    }

    /// A certificate for a key that is there already.
    pub(crate) fn issue_for(&self, key: KeyPair, certificate: &Certificate) -> Self {
        let der = self.certify(&key, certificate);
        Self { key, params: certificate.params(), der }
    }

    /// The same for a key whose private half is elsewhere: the certificate alone.
    pub(crate) fn certify(&self, key: &impl PublicKeyData, certificate: &Certificate) -> Vec<u8> {
        let issuer = Issuer::from_params(&self.params, &self.key);
        certificate.params().signed_by(key, &issuer).expect("a certificate").der().to_vec()
    }

    /// An authority that was kept: its key in PKCS #8, and the certificate that was made of `certificate`.
    pub(crate) fn kept(pkcs8: &[u8], certificate: &Certificate, der: Vec<u8>) -> Self {
        let key = KeyPair::try_from(pkcs8).expect("a key in PKCS #8");
        Self { key, params: certificate.params(), der }
    }

    /// Its key in PKCS #8, to be kept.
    pub(crate) fn pkcs8(&self) -> Vec<u8> {
        self.key.serialize_der()
    }
}

/// A P-256 key that no certificate is for yet.
pub(crate) fn device_key() -> KeyPair {
    key(&PKCS_ECDSA_P256_SHA256)
}

/// A file of `tests/vectors/attestation`.
pub(crate) fn kept(name: &str) -> Vec<u8> {
    std::fs::read(vector(name)).expect(name)
}

/// Writes such a file anew where BAILING_RENEW is set.
#[expect(clippy::disallowed_methods, reason = "renewing the vectors is asked for by hand")]
pub(crate) fn renew(name: &str, fresh: impl FnOnce() -> Vec<u8>) {
    if std::env::var("BAILING_RENEW").is_ok() {
        std::fs::write(vector(name), fresh()).expect("written");
    }
}

fn vector(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/attestation").join(name)
}

/// Certificates in PEM (RFC 7468).
pub(crate) fn pem(certificates: &[Vec<u8>]) -> Vec<u8> {
    let block = |certificate: &Vec<u8>| {
        let digits = STANDARD.encode(certificate).into_bytes();
        let lines: Vec<String> =
            digits.chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
        let body = lines.join("\n");
        format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    };
    certificates.iter().map(block).collect::<String>().into_bytes()
}

/// The certificates of a PEM file.
pub(crate) fn unpem(pem: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(pem);
    let body = |block: &str| {
        let body = block.split("-----END").next().unwrap_or_default();
        STANDARD.decode(body.split_whitespace().collect::<String>()).expect("base64")
    };
    text.split("-----BEGIN CERTIFICATE-----").skip(1).map(body).collect()
}

/// DER: identifier, length, and the parts one after another.
pub(crate) fn tlv(identifier: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let value = parts.concat();
    let length = match value.len() {
        length @ 0..0x80 => vec![length as u8],
        length @ 0x80..0x100 => vec![0x81, length as u8],
        length => vec![0x82, (length >> 8) as u8, length as u8],
    };
    [identifier, &length, &value].concat()
}

/// `[number]` around a value.
pub(crate) fn explicit(number: u32, value: &[u8]) -> Vec<u8> {
    let identifier = match number {
        0..31 => vec![0xa0 | number as u8],
        31..128 => vec![0xbf, number as u8],
        _ => vec![0xbf, 0x80 | (number >> 7) as u8, (number & 0x7f) as u8],
    };
    tlv(&identifier, &[value])
}

/// INTEGER.
pub(crate) fn integer(value: u64) -> Vec<u8> {
    numbered(0x02, value)
}

/// ENUMERATED.
pub(crate) fn enumerated(value: u64) -> Vec<u8> {
    numbered(0x0a, value)
}

fn numbered(identifier: u8, value: u64) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(7);
    let padding: &[u8] = if bytes[first] >= 0x80 { &[0] } else { &[] };
    tlv(&[identifier], &[padding, &bytes[first..]])
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(&[0x30], parts)
}

pub(crate) fn set(parts: &[&[u8]]) -> Vec<u8> {
    tlv(&[0x31], parts)
}

pub(crate) fn octets(bytes: &[u8]) -> Vec<u8> {
    tlv(&[0x04], &[bytes])
}
