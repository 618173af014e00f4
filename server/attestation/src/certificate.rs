//! What a chain walk needs of an X.509 certificate (RFC 5280 §4.1), over the bytes as received.

use ring::digest::{SHA256, digest};
use ring::signature::{
    self, ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1,
    ECDSA_P384_SHA384_ASN1, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey, VerificationAlgorithm,
};

use crate::der::{Element, Reader, Tag};
use crate::reject::Malformed;
use crate::time;

/// Longest certificate that is read, bytes.
const LONGEST: usize = 8 * 1024;

/// Extensions in one certificate.
const EXTENSIONS: usize = 32;

// Object identifiers, as encoded.
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const ECDSA_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03];
const RSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
const RSA_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c];
const RSA_SHA512: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d];
const SERIAL_NUMBER: &[u8] = &[0x55, 0x04, 0x05];

/// One parsed certificate.
#[derive(Clone, Debug)]
pub(crate) struct Certificate<'a> {
    /// The serial number without leading zeros.
    pub(crate) serial: &'a [u8],
    /// The issuer's name, as encoded.
    pub(crate) issuer: &'a [u8],
    /// The subject's name, as encoded.
    pub(crate) subject: &'a [u8],
    validity: [Element<'a>; 2],
    /// Its key.
    pub(crate) key: SubjectKey<'a>,
    extensions: Vec<Extension<'a>>,
    tbs: &'a [u8],
    algorithm: &'a [u8],
    signature: &'a [u8],
}

/// One extension: its object identifier and what it holds.
#[derive(Clone, Copy, Debug)]
struct Extension<'a> {
    id: &'a [u8],
    value: &'a [u8],
}

/// A SubjectPublicKeyInfo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SubjectKey<'a> {
    /// As encoded: what an anchor is compared with.
    pub(crate) spki: &'a [u8],
    /// Which algorithm.
    pub(crate) kind: KeyKind,
    /// The point, or the RSAPublicKey.
    pub(crate) bits: &'a [u8],
}

/// Algorithm of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    P256,
    P384,
    /// With the bits of its modulus.
    Rsa(usize),
    /// One that nothing here can verify with.
    Other,
}

impl<'a> Certificate<'a> {
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        if bytes.len() > LONGEST {
            return Err(Malformed("a certificate of more than 8 KiB"));
        }
        let mut outer = Reader::inside(bytes, Tag::SEQUENCE)?;
        let tbs = outer.expect(Tag::SEQUENCE)?;
        let algorithm = outer.expect(Tag::SEQUENCE)?;
        let signature = outer.expect(Tag::BIT_STRING)?;
        outer.end()?;

        let mut fields = Reader::new(tbs.value);
        fields.optional(Tag::explicit(0))?;
        let serial = fields.expect(Tag::INTEGER)?;
        // Some factories wrote serial numbers whose first bit is set: a negative number is taken as it
        // stands.
        let serial = serial
            .value
            .iter()
            .position(|byte| *byte != 0)
            .map_or(&[][..], |first| serial.value.get(first..).unwrap_or_default());
        if fields.expect(Tag::SEQUENCE)?.whole != algorithm.whole {
            return Err(Malformed("two different signature algorithms"));
        }
        let issuer = fields.expect(Tag::SEQUENCE)?.whole;
        let mut validity = fields.enter(Tag::SEQUENCE)?;
        let validity = [validity.next()?, validity.next()?];
        let subject = fields.expect(Tag::SEQUENCE)?.whole;
        let key = SubjectKey::parse(fields.expect(Tag::SEQUENCE)?.whole)?;
        // Unique identifiers [1] and [2] of version 2 are not used by anybody.
        let extensions = match fields.optional(Tag::explicit(3))? {
            Some(wrapped) => extensions(wrapped.value)?,
            None => Vec::new(),
        };
        fields.end()?;
        Ok(Self {
            serial,
            issuer,
            subject,
            validity,
            key,
            extensions,
            tbs: tbs.whole,
            algorithm: Reader::new(algorithm.value).expect(Tag::OBJECT_IDENTIFIER)?.value,
            signature: signature.whole_bits()?,
        })
    }

    /// The value of an extension.
    pub(crate) fn extension(&self, oid: &[u8]) -> Option<&'a [u8]> {
        self.extensions.iter().find(|extension| extension.id == oid).map(|found| found.value)
    }

    /// Not before and not after, seconds since 1970. Not parsed with the rest: leaves of real phones
    /// carry times that are none.
    pub(crate) fn validity(&self) -> Result<(i64, i64), Malformed> {
        let [from, to] = &self.validity;
        Ok((time::seconds(from)?, time::seconds(to)?))
    }

    /// Whether `issuer`'s key signed the bytes as received.
    pub(crate) fn is_signed_by(&self, issuer: &SubjectKey<'_>) -> bool {
        let Some(algorithm) = verification(self.algorithm, issuer.kind) else { return false };
        UnparsedPublicKey::new(algorithm, issuer.bits).verify(self.tbs, self.signature).is_ok()
    }

    /// The subject's serialNumber attributes (2.5.4.5), as text.
    pub(crate) fn subject_serial_numbers(&self) -> Vec<&'a str> {
        self.subject_attributes()
            .into_iter()
            .filter(|(id, _)| *id == SERIAL_NUMBER)
            .filter_map(|(_, value)| std::str::from_utf8(value).ok())
            .collect()
    }

    /// Whether any of the subject's attributes is this text.
    pub(crate) fn subject_has(&self, text: &str) -> bool {
        self.subject_attributes().iter().any(|(_, value)| *value == text.as_bytes())
    }

    /// Type and value of each attribute of the subject's name; fewer where it is not a name.
    fn subject_attributes(&self) -> Vec<(&'a [u8], &'a [u8])> {
        let mut found = Vec::new();
        let Ok(mut name) = Reader::inside(self.subject, Tag::SEQUENCE) else { return found };
        while let Ok(mut set) = name.enter(Tag::SET) {
            while let Ok(mut attribute) = set.enter(Tag::SEQUENCE) {
                if let (Ok(id), Ok(value)) =
                    (attribute.expect(Tag::OBJECT_IDENTIFIER), attribute.next())
                {
                    found.push((id.value, value.value));
                }
            }
        }
        found
    }
}

impl<'a> SubjectKey<'a> {
    /// Parses a SubjectPublicKeyInfo that is all there is in `spki`.
    pub(crate) fn parse(spki: &'a [u8]) -> Result<Self, Malformed> {
        let mut fields = Reader::inside(spki, Tag::SEQUENCE)?;
        let mut algorithm = fields.enter(Tag::SEQUENCE)?;
        let id = algorithm.expect(Tag::OBJECT_IDENTIFIER)?.value;
        let bits = fields.expect(Tag::BIT_STRING)?;
        fields.end()?;
        let bits = bits.whole_bits()?;
        let kind = match id {
            EC_PUBLIC_KEY => match algorithm.expect(Tag::OBJECT_IDENTIFIER)?.value {
                P256 if bits.len() == 65 => KeyKind::P256,
                P384 if bits.len() == 97 => KeyKind::P384,
                _ => KeyKind::Other,
            },
            RSA => {
                let mut key = Reader::inside(bits, Tag::SEQUENCE)?;
                let modulus = key.expect(Tag::INTEGER)?;
                let magnitude = modulus.magnitude()?;
                let unused = magnitude.first().map_or(0, |byte| byte.leading_zeros() as usize);
                KeyKind::Rsa(magnitude.len() * 8 - unused)
            }
            _ => KeyKind::Other,
        };
        Ok(Self { spki, kind, bits })
    }

    /// SHA-256 of the SubjectPublicKeyInfo.
    pub(crate) fn sha256(&self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, self.spki).as_ref());
        hash
    }
}

fn extensions(wrapped: &[u8]) -> Result<Vec<Extension<'_>>, Malformed> {
    let mut list = Reader::inside(wrapped, Tag::SEQUENCE)?;
    let mut found: Vec<Extension<'_>> = Vec::new();
    while !list.is_empty() {
        let mut extension = list.enter(Tag::SEQUENCE)?;
        let id = extension.expect(Tag::OBJECT_IDENTIFIER)?.value;
        extension.optional(Tag::BOOLEAN)?;
        let value = extension.expect(Tag::OCTET_STRING)?.value;
        extension.end()?;
        if found.len() == EXTENSIONS {
            return Err(Malformed("more than 32 extensions"));
        }
        if found.iter().any(|known| known.id == id) {
            return Err(Malformed("an extension twice"));
        }
        found.push(Extension { id, value });
    }
    Ok(found)
}

/// What verifies a signature of this algorithm by a key of that kind; RSA below 2,048 bits, which only
/// software roots have, is refused by ring.
fn verification(algorithm: &[u8], key: KeyKind) -> Option<&'static dyn VerificationAlgorithm> {
    let rsa: &signature::RsaParameters = match (algorithm, key) {
        (ECDSA_SHA256, KeyKind::P256) => return Some(&ECDSA_P256_SHA256_ASN1),
        (ECDSA_SHA384, KeyKind::P256) => return Some(&ECDSA_P256_SHA384_ASN1),
        (ECDSA_SHA256, KeyKind::P384) => return Some(&ECDSA_P384_SHA256_ASN1),
        (ECDSA_SHA384, KeyKind::P384) => return Some(&ECDSA_P384_SHA384_ASN1),
        (RSA_SHA256, KeyKind::Rsa(_)) => &RSA_PKCS1_2048_8192_SHA256,
        (RSA_SHA384, KeyKind::Rsa(_)) => &RSA_PKCS1_2048_8192_SHA384,
        (RSA_SHA512, KeyKind::Rsa(_)) => &RSA_PKCS1_2048_8192_SHA512,
        _ => return None,
    };
    Some(rsa)
}
