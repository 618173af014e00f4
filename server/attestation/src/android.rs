//! Android Key Attestation: a chain of certificates whose leaf describes the key.
//!
//! <https://source.android.com/docs/security/features/keystore/attestation>. The chain is walked by
//! hand over the bytes as received: path validators refuse chains of phones in the field (CA:FALSE
//! issuers, leaves that expired in 1970).

mod chain;
mod key_description;

use serde::Serialize;

pub use key_description::{
    ApplicationId, AuthorizationList, KeyDescription, Package, RootOfTrust, SecurityLevel, Tagged,
    VerifiedBootState,
};

use crate::certificate::{Certificate, KeyKind};
use crate::policy::AndroidPolicy;
use crate::reject::Rejection;
use crate::revocation::RevocationList;
use crate::{Anchors, Grade};

/// KeyMint's numbers.
const SIGN: u64 = 2;
const VERIFY: u64 = 3;
const GENERATED: u64 = 0;
const ALGORITHM_RSA: u64 = 1;
const ALGORITHM_EC: u64 = 3;
const CURVE_P256: u64 = 1;

/// What a chain said of a key and its phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AndroidFacts {
    /// How the attestation key came to the phone.
    pub provisioning: Provisioning,
    /// SHA-256 of the attested SubjectPublicKeyInfo, hexadecimal.
    pub spki_sha256: String,
    /// The key's own description.
    pub key: KeyDescription,
}

/// How the attestation key came to the phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums, reason = "the chain has one of these two shapes")]
pub enum Provisioning {
    /// Burnt in at the factory; its certificates are taken after they expired.
    Factory,
    /// Provisioned over the network, for weeks (RKP).
    Remote,
}

/// The grade, the facts and the key's point where it is P-256.
pub(crate) type Accepted = (Grade, AndroidFacts, Option<[u8; 65]>);

/// Judges a chain, leaf first.
pub(crate) fn verify(
    chain: &[&[u8]],
    challenge: &[u8],
    now: i64,
    anchors: &Anchors,
    revocation: Option<&RevocationList>,
    policy: &AndroidPolicy,
) -> Result<Accepted, Rejection> {
    let certificates = chain::parse(chain)?;
    let leaf = certificates.first().ok_or(Rejection::ChainShape(0))?;
    if leaf.extension(chain::HUKS).is_some() {
        return Err(Rejection::HuksUnsupported);
    }
    let with_root = anchors.google_issued(&certificates)?;
    check_revocation(&certificates, now, revocation, policy)?;
    let description = chain::key_description(&certificates)?;
    let provisioning = chain::provisioning(&certificates, with_root, now)?;
    let key = KeyDescription::parse(description)
        .map_err(|malformed| Rejection::KeyDescriptionMalformed(malformed.0))?;

    // Not a secret: phone and server both sent it in the clear.
    if challenge.is_empty() || key.attestation_challenge != challenge {
        return Err(Rejection::Challenge);
    }
    let grade = grade(&key, &certificates)?;
    check_key(&key, leaf)?;
    check_boot(&key, policy)?;
    check_app(&key, policy)?;
    if let Some(oldest) = policy.min_os_patch
        && key.hardware_enforced.integer(key_description::OS_PATCH_LEVEL) < Some(u64::from(oldest))
    {
        return Err(Rejection::PatchLevel);
    }
    let point = match leaf.key.kind {
        KeyKind::P256 => leaf.key.bits.try_into().ok(),
        _ => None,
    };
    let spki_sha256 = hex::encode(leaf.key.sha256());
    Ok((grade, AndroidFacts { provisioning, spki_sha256, key }, point))
}

/// The certificates of a chain that travels as one string of bytes: DER, one after another, leaf first.
/// Nothing in them is looked at.
pub fn certificates(bytes: &[u8]) -> Result<Vec<&[u8]>, Rejection> {
    chain::split(bytes)
}

/// Whether a chain that was accepted once is still none of the revoked.
pub(crate) fn recheck(
    chain: &[&[u8]],
    now: i64,
    revocation: Option<&RevocationList>,
    policy: &AndroidPolicy,
) -> Result<(), Rejection> {
    check_revocation(&chain::parse(chain)?, now, revocation, policy)
}

/// What a certificate (DER) says of its key, unverified: for looking at one, never for a decision.
pub fn describe(certificate: &[u8]) -> Result<KeyDescription, Rejection> {
    let certificates = chain::parse(&[certificate])?;
    let description = chain::key_description(&certificates)?;
    KeyDescription::parse(description)
        .map_err(|malformed| Rejection::KeyDescriptionMalformed(malformed.0))
}

/// Every certificate above the leaf: each phone's leaf has the serial number 1.
fn check_revocation(
    certificates: &[Certificate<'_>],
    now: i64,
    revocation: Option<&RevocationList>,
    policy: &AndroidPolicy,
) -> Result<(), Rejection> {
    if let Some(age) = policy.max_revocation_age {
        let list = revocation.ok_or(Rejection::RevocationMissing)?;
        if !list.is_fresh(now, age) {
            return Err(Rejection::RevocationStale);
        }
    }
    let Some(list) = revocation else { return Ok(()) };
    match certificates.iter().skip(1).position(|certificate| list.names(certificate)) {
        Some(index) => Err(Rejection::CertificateRevoked(index + 1)),
        None => Ok(()),
    }
}

/// Key and attestation live in the same hardware; StrongBox is one that the chain names.
fn grade(key: &KeyDescription, certificates: &[Certificate<'_>]) -> Result<Grade, Rejection> {
    match (key.attestation_security_level, key.key_mint_security_level) {
        (SecurityLevel::TrustedEnvironment, SecurityLevel::TrustedEnvironment) => Ok(Grade::B),
        (SecurityLevel::StrongBox, SecurityLevel::StrongBox) => {
            let named = certificates.get(1).is_some_and(|issuer| issuer.subject_has("StrongBox"));
            if named { Ok(Grade::A) } else { Err(Rejection::StrongBoxUnnamed) }
        }
        _ => Err(Rejection::SecurityLevel),
    }
}

/// Generated in hardware, for signing alone, by one app, and the one in the certificate.
fn check_key(key: &KeyDescription, leaf: &Certificate<'_>) -> Result<(), Rejection> {
    let hardware = &key.hardware_enforced;
    if hardware.integer(key_description::ORIGIN) != Some(GENERATED) {
        return Err(Rejection::Origin);
    }
    let all = key_description::ALL_APPLICATIONS;
    if hardware.has(all) || key.software_enforced.has(all) {
        return Err(Rejection::AllApplications);
    }
    let purposes = hardware.integers(key_description::PURPOSE).unwrap_or_default();
    if !purposes.contains(&SIGN) || purposes.iter().any(|purpose| ![SIGN, VERIFY].contains(purpose))
    {
        return Err(Rejection::Purpose);
    }
    let algorithm = hardware.integer(key_description::ALGORITHM);
    let size = hardware.integer(key_description::KEY_SIZE);
    let same = match leaf.key.kind {
        KeyKind::P256 => {
            // Before KeyMaster 3 the curve is not named.
            let curve = hardware.integer(key_description::EC_CURVE).unwrap_or(CURVE_P256);
            algorithm == Some(ALGORITHM_EC) && size == Some(256) && curve == CURVE_P256
        }
        KeyKind::P384 => algorithm == Some(ALGORITHM_EC) && size == Some(384),
        KeyKind::Rsa(bits) => algorithm == Some(ALGORITHM_RSA) && size == u64::try_from(bits).ok(),
        KeyKind::Other => false,
    };
    if same { Ok(()) } else { Err(Rejection::KeyDiffers) }
}

fn check_boot(key: &KeyDescription, policy: &AndroidPolicy) -> Result<(), Rejection> {
    let root = key.hardware_enforced.root_of_trust().ok_or(Rejection::RootOfTrustMissing)?;
    let allowed = || {
        let boot_key = hex::encode(&root.verified_boot_key);
        policy.boot_keys.iter().any(|key| key.eq_ignore_ascii_case(&boot_key))
    };
    match root.verified_boot_state {
        VerifiedBootState::Verified => {}
        VerifiedBootState::SelfSigned if allowed() => {}
        _ => return Err(Rejection::BootState),
    }
    if root.device_locked { Ok(()) } else { Err(Rejection::Unlocked) }
}

/// The system's word, not the hardware's: worth something only on a locked phone with verified boot.
fn check_app(key: &KeyDescription, policy: &AndroidPolicy) -> Result<(), Rejection> {
    let app = key.software_enforced.application_id().ok_or(Rejection::App)?;
    let mut packages: Vec<&str> = app.packages.iter().map(|of| of.name.as_str()).collect();
    let mut allowed: Vec<&str> = policy.packages.iter().map(String::as_str).collect();
    packages.sort_unstable();
    allowed.sort_unstable();
    if packages.is_empty() || (!allowed.is_empty() && packages != allowed) {
        return Err(Rejection::App);
    }
    let mut signers: Vec<String> = app.signatures.iter().map(hex::encode).collect();
    let mut allowed: Vec<String> =
        policy.signers.iter().map(|digest| digest.to_ascii_lowercase()).collect();
    signers.sort_unstable();
    allowed.sort_unstable();
    if !allowed.is_empty() && signers != allowed {
        return Err(Rejection::AppSigner);
    }
    Ok(())
}
