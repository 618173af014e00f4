//! Why a key is not accepted.

use thiserror::Error;

/// Bytes that are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed(pub(crate) &'static str);

/// Why a key is not accepted. Each has a stable code, listed in `CODES.md`.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// The policy takes no software keys.
    #[error("software keys are not accepted here")]
    SoftwareKey,
    /// The proof of possession does not verify.
    #[error("the proof does not show that the key is held")]
    Possession,
    /// HarmonyOS attests with a root of its own (HUKS), which is not verified here.
    #[error("a key of HarmonyOS's HUKS: its root is not supported")]
    HuksUnsupported,

    /// A certificate or the list of them cannot be read, or is too large.
    #[error("the certificate chain cannot be read: {0}")]
    ChainMalformed(&'static str),
    /// Neither a factory's chain (4 certificates with the root) nor a provisioned one (5).
    #[error("a chain of {0} certificates, the root counted: a hardware key has 4 or 5")]
    ChainShape(usize),
    /// A certificate does not name the next one as its issuer, or that one did not sign it.
    #[error("certificate {0} was not issued by the one above it")]
    ChainBroken(usize),
    /// The chain does not end at a pinned key.
    #[error("the chain does not end at a pinned root")]
    AnchorUnknown,
    /// A certificate is not valid yet, or no longer.
    #[error("certificate {0} is not valid at this time")]
    CertificateExpired(usize),
    /// A certificate is on the revocation list.
    #[error("certificate {0} was revoked or suspended")]
    CertificateRevoked(usize),
    /// The revocation list is older than the policy takes.
    #[error("the revocation list is too old: fetch it anew")]
    RevocationStale,
    /// The policy asks for a revocation list, and there is none.
    #[error("no revocation list: fetch it")]
    RevocationMissing,

    /// No certificate describes the key.
    #[error("the leaf certificate carries no key description")]
    KeyDescriptionMissing,
    /// A certificate above the leaf describes a key: a chain that an attested key has extended.
    #[error("certificate {0}, which is not the leaf, carries a key description")]
    KeyDescriptionAbove(usize),
    /// The description cannot be read.
    #[error("the key description cannot be read: {0}")]
    KeyDescriptionMalformed(&'static str),
    /// The attestation answers another challenge.
    #[error("the challenge is another one")]
    Challenge,
    /// The key or its attestation is in software.
    #[error("the key lives in software")]
    SecurityLevel,
    /// StrongBox is claimed, but the certificate above the leaf is not StrongBox's.
    #[error("StrongBox is claimed by a key that another element attests")]
    StrongBoxUnnamed,
    /// The key was imported, or nothing says where it comes from.
    #[error("the key was not generated in hardware")]
    Origin,
    /// The key may do other things than sign.
    #[error("the key may do more than sign")]
    Purpose,
    /// Every app may use the key.
    #[error("every app may use the key")]
    AllApplications,
    /// The description is of another key than the certificate's.
    #[error("the description's algorithm is not the certificate's")]
    KeyDiffers,
    /// Nothing says how the phone was started.
    #[error("nothing says how the phone was started")]
    RootOfTrustMissing,
    /// The phone was not started by its maker's software.
    #[error("the phone was not started by verified software")]
    BootState,
    /// The phone's bootloader is open.
    #[error("the bootloader is unlocked")]
    Unlocked,
    /// Nothing says which app made the key, or it is another package.
    #[error("the key belongs to another app")]
    App,
    /// The app is signed by others.
    #[error("the app was signed by others")]
    AppSigner,
    /// The phone lacks security patches.
    #[error("the phone's security patches are too old")]
    PatchLevel,

    /// The App Attest object or assertion cannot be read.
    #[error("the App Attest object cannot be read: {0}")]
    ObjectMalformed(&'static str),
    /// The certificate was made for another challenge or other data.
    #[error("the nonce is of another challenge")]
    Nonce,
    /// The key's id, the credential and the certificate do not agree.
    #[error("the attested key is not the certificate's")]
    KeyId,
    /// A development key where production ones are asked for, or the reverse.
    #[error("the key is of the other App Attest environment")]
    Environment,
    /// The counter does not go up.
    #[error("the counter was not higher than the last one")]
    Counter,
    /// The assertion's signature does not verify.
    #[error("the assertion was not signed by the attested key")]
    AssertionSignature,
}

impl Rejection {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SoftwareKey => "software_key_refused",
            Self::Possession => "possession_not_proved",
            Self::HuksUnsupported => "huks_unsupported",
            Self::ChainMalformed(_) => "chain_malformed",
            Self::ChainShape(_) => "chain_shape",
            Self::ChainBroken(_) => "chain_broken",
            Self::AnchorUnknown => "anchor_unknown",
            Self::CertificateExpired(_) => "certificate_expired",
            Self::CertificateRevoked(_) => "certificate_revoked",
            Self::RevocationStale => "revocation_list_stale",
            Self::RevocationMissing => "revocation_list_missing",
            Self::KeyDescriptionMissing => "key_description_missing",
            Self::KeyDescriptionAbove(_) => "key_description_above_leaf",
            Self::KeyDescriptionMalformed(_) => "key_description_malformed",
            Self::Challenge => "challenge_mismatch",
            Self::SecurityLevel => "key_in_software",
            Self::StrongBoxUnnamed => "strongbox_not_in_chain",
            Self::Origin => "key_not_generated",
            Self::Purpose => "key_purpose_not_allowed",
            Self::AllApplications => "key_for_all_apps",
            Self::KeyDiffers => "key_description_differs",
            Self::RootOfTrustMissing => "root_of_trust_missing",
            Self::BootState => "boot_not_verified",
            Self::Unlocked => "bootloader_unlocked",
            Self::App => "app_mismatch",
            Self::AppSigner => "app_signer_mismatch",
            Self::PatchLevel => "patch_level_too_old",
            Self::ObjectMalformed(_) => "app_attest_malformed",
            Self::Nonce => "nonce_mismatch",
            Self::KeyId => "key_id_mismatch",
            Self::Environment => "environment_mismatch",
            Self::Counter => "counter_not_increasing",
            Self::AssertionSignature => "assertion_signature_invalid",
        }
    }
}
