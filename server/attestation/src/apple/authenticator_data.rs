//! Authenticator data (WebAuthn §6.1) as App Attest fills it.
//!
//! `hash of the app id (32) ‖ flags (1) ‖ counter (4) ‖ [AAGUID (16) ‖ length (2) ‖ credential id ‖ COSE
//! key] ‖ [map of further claims]`. The flags contradict what follows on real phones, so they are not
//! asked: an attestation has a credential, an assertion has none, either may have the map.

use crate::cbor::Item;
use crate::reject::Malformed;

/// What was authenticated.
pub(super) struct AuthenticatorData<'a> {
    /// SHA-256 of `TEAM.bundle`.
    pub(super) rp_id_hash: &'a [u8],
    /// How often the key has signed.
    pub(super) counter: u32,
    /// In an attestation.
    pub(super) credential: Option<Credential<'a>>,
    /// From iOS 27 on.
    pub(super) bundle_version: Option<&'a str>,
    /// From iOS 27 on.
    pub(super) validation_category: Option<u32>,
}

/// The attested key.
pub(super) struct Credential<'a> {
    /// Which environment, in letters.
    pub(super) aaguid: &'a [u8; 16],
    /// SHA-256 of the point.
    pub(super) id: &'a [u8],
    /// The uncompressed point.
    pub(super) point: [u8; 65],
}

impl<'a> AuthenticatorData<'a> {
    pub(super) fn parse(bytes: &'a [u8], attested: bool) -> Result<Self, Malformed> {
        let short = Malformed("authenticator data that ends early");
        let (rp_id_hash, rest) = bytes.split_at_checked(32).ok_or(short)?;
        let ([_flags], rest) = rest.split_first_chunk().ok_or(short)?;
        let (counter, rest) = rest.split_first_chunk().ok_or(short)?;
        let (credential, rest) = if attested {
            let (credential, rest) = Credential::parse(rest)?;
            (Some(credential), rest)
        } else {
            (None, rest)
        };
        let claims = match rest {
            [] => None,
            rest => match Item::parse(rest)? {
                claims @ Item::Map(_) => Some(claims),
                _ => return Err(Malformed("something other than a map of claims at the end")),
            },
        };
        let claim = |name| claims.as_ref().and_then(|claims| claims.at_text(name));
        Ok(Self {
            rp_id_hash,
            counter: u32::from_be_bytes(*counter),
            credential,
            bundle_version: match claim("apple_bundle_version_01") {
                Some(Item::Text(version)) => Some(version),
                _ => None,
            },
            validation_category: claim("apple_validation_category_01")
                .and_then(Item::bytes)
                .and_then(|bytes| bytes.try_into().ok())
                .map(u32::from_le_bytes),
        })
    }
}

impl<'a> Credential<'a> {
    fn parse(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Malformed> {
        let short = Malformed("authenticator data that ends early");
        let (aaguid, rest) = bytes.split_first_chunk().ok_or(short)?;
        let (length, rest) = rest.split_first_chunk().ok_or(short)?;
        let length = usize::from(u16::from_be_bytes(*length));
        if length != 32 {
            return Err(Malformed("a credential id of another length than 32"));
        }
        let (id, rest) = rest.split_at_checked(length).ok_or(short)?;
        let (key, rest) = Item::parse_first(rest)?;
        let point = point(&key).ok_or(Malformed("a key that is not ES256 on P-256"))?;
        Ok((Self { aaguid, id, point }, rest))
    }
}

/// The point of a COSE key (RFC 9053 §7.1): type EC2, ES256, P-256.
fn point(key: &Item<'_>) -> Option<[u8; 65]> {
    let at = |label: i8| {
        let key_label = match u64::try_from(label) {
            Ok(label) => Item::Unsigned(label),
            Err(_) => Item::Negative(u64::from(label.unsigned_abs()) - 1),
        };
        key.at(&key_label)
    };
    if at(1) != Some(&Item::Unsigned(2))
        || at(3) != Some(&Item::Negative(6))
        || at(-1) != Some(&Item::Unsigned(1))
    {
        return None;
    }
    let (x, y) = (at(-2)?.bytes()?, at(-3)?.bytes()?);
    if x.len() != 32 || y.len() != 32 {
        return None;
    }
    [&[4], x, y].concat().try_into().ok()
}
