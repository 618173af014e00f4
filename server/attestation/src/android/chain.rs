//! The certificates of a chain: how many, when they are valid, and which one describes the key.

use super::Provisioning;
use crate::certificate::Certificate;
use crate::der::Reader;
use crate::reject::Rejection;

/// Certificates in a chain, the root counted.
const FACTORY: usize = 4;
const REMOTE: usize = 5;

/// Certificates that are looked at at all.
const MOST: usize = 10;

/// All certificates together, bytes.
const LONGEST: usize = 64 * 1024;

/// Key description (1.3.6.1.4.1.11129.2.1.17).
const KEY_DESCRIPTION: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x01, 0x11];

/// Provisioning information (1.3.6.1.4.1.11129.2.1.30): certificates of remotely provisioned keys.
const PROVISIONING: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x01, 0x1e];

/// HarmonyOS's HUKS claims (1.3.6.1.4.1.2011.2.376.1.3).
pub(super) const HUKS: &[u8] =
    &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x8f, 0x5b, 0x02, 0x82, 0x78, 0x01, 0x03];

/// Longest key description, bytes: the longest seen has 1.2 KiB.
const LONGEST_DESCRIPTION: usize = 4 * 1024;

/// The certificates of a chain that came as one string of bytes, one after another.
pub(super) fn split(bytes: &[u8]) -> Result<Vec<&[u8]>, Rejection> {
    let (mut elements, mut chain) = (Reader::new(bytes), Vec::new());
    while !elements.is_empty() {
        if chain.len() == MOST {
            return Err(Rejection::ChainShape(MOST + 1));
        }
        let element = elements.next().map_err(|error| Rejection::ChainMalformed(error.0))?;
        chain.push(element.whole);
    }
    Ok(chain)
}

/// Reads the certificates, leaf first.
pub(super) fn parse<'a>(chain: &[&'a [u8]]) -> Result<Vec<Certificate<'a>>, Rejection> {
    if chain.len() > MOST {
        return Err(Rejection::ChainShape(chain.len()));
    }
    if chain.iter().map(|certificate| certificate.len()).sum::<usize>() > LONGEST {
        return Err(Rejection::ChainMalformed("more than 64 KiB of certificates"));
    }
    chain
        .iter()
        .map(|bytes| Certificate::parse(bytes))
        .collect::<Result<_, _>>()
        .map_err(|malformed| Rejection::ChainMalformed(malformed.0))
}

/// The chain's shape and times. The root's own dates are not looked at, since four certificates of one
/// and the same key are in use, one of them expired; nor the leaf's: phones write 1970 and 2106.
pub(super) fn provisioning(
    certificates: &[Certificate<'_>],
    with_root: bool,
    now: i64,
) -> Result<Provisioning, Rejection> {
    let length = certificates.len() + usize::from(!with_root);
    let issued = certificates.get(1).is_some_and(|of| of.extension(PROVISIONING).is_some());
    let provisioning = match length {
        FACTORY if !issued => Provisioning::Factory,
        // Early ones (a Pixel 6 of 2023) do not say so in an extension.
        REMOTE => Provisioning::Remote,
        _ => return Err(Rejection::ChainShape(length)),
    };
    let intermediates = certificates.len() - usize::from(with_root);
    for (index, certificate) in certificates.iter().enumerate().take(intermediates).skip(1) {
        let (from, to) =
            certificate.validity().map_err(|malformed| Rejection::ChainMalformed(malformed.0))?;
        if now < from || (provisioning == Provisioning::Remote && now > to) {
            return Err(Rejection::CertificateExpired(index));
        }
    }
    Ok(provisioning)
}

/// The leaf's description. One above the leaf is that of a key that signed the leaf itself: an
/// attested key can sign a certificate for any other.
pub(super) fn key_description<'a>(certificates: &[Certificate<'a>]) -> Result<&'a [u8], Rejection> {
    let mut above = certificates.iter().skip(1);
    if let Some(index) = above.position(|of| of.extension(KEY_DESCRIPTION).is_some()) {
        return Err(Rejection::KeyDescriptionAbove(index + 1));
    }
    let leaf = certificates.first().and_then(|leaf| leaf.extension(KEY_DESCRIPTION));
    let description = leaf.ok_or(Rejection::KeyDescriptionMissing)?;
    if description.len() > LONGEST_DESCRIPTION {
        return Err(Rejection::KeyDescriptionMalformed("more than 4 KiB"));
    }
    Ok(description)
}
