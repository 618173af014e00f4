//! Which device keys this server believes, and what they signed.

mod revocation;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bailing_attestation::{
    Anchors, AttestedKey, Challenge, Facts, Policy, Rejection, RevocationList, RevocationListError,
    Statement, Verdict, Verifier, android,
};
use bailing_evidence::digest;
use bailing_evidence::key::PublicKey;
use bailing_evidence::manifest::Manifest;
use bailing_evidence::signature::{self, Algorithm, Context, SignatureError};
use thiserror::Error;

use crate::config::Config;
use crate::store::{KeyRow, stored_by_name};
use revocation::RevocationFile;

/// Oldest revocation list that is used where the configuration says nothing, seconds: Google asks to
/// fetch it daily, and a week bridges a holiday on which the fetching failed.
const MAX_REVOCATION_AGE: i64 = 7 * 24 * 3_600;

/// What vouches for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Platform {
    /// Nothing but the key itself.
    Software,
    /// Android Key Attestation.
    Android,
    /// Apple App Attest.
    Ios,
}

stored_by_name!(Platform { Software: "software", Android: "android", Ios: "ios" });

/// The anchors, the policy and the revocation list, as configured.
pub(crate) struct Devices {
    anchors: Anchors,
    policy: Policy,
    android: bool,
    ios: bool,
    revocation: Option<RevocationFile>,
}

/// Why a key, or what it signed, is not taken.
#[derive(Debug, Error)]
pub(crate) enum DeviceRefusal {
    #[error(
        "this server takes no keys of that platform: the bank configures them in [attestation]"
    )]
    NotConfigured,
    #[error("the claims name another attestation than the one that the key was enrolled with")]
    AttestationDiffers,
    #[error(transparent)]
    Rejected(#[from] Rejection),
}

/// Why the configured anchors and lists cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeviceError {
    /// A file cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file is not the list that it should be.
    #[error("{}: {source}", path.display())]
    Revocation {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: RevocationListError,
    },
    /// A file is not the certificate that it should be.
    #[error("{}: {source}", path.display())]
    Anchor {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: Rejection,
    },
}

impl DeviceRefusal {
    /// Stable code, as listed in `CODES.md`.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotConfigured => "platform_not_configured",
            Self::AttestationDiffers => "attestation_mismatch",
            Self::Rejected(rejection) => rejection.code(),
        }
    }

    /// Whether the server lacks something, and the same may be taken later.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Self::Rejected(Rejection::RevocationMissing | Rejection::RevocationStale))
    }
}

impl Devices {
    /// Reads the files that the configuration names.
    pub(crate) fn new(config: &Config) -> Result<Self, DeviceError> {
        let attestation = &config.attestation;
        let mut anchors = Anchors::default();
        if let Some(path) = &attestation.danger_anchor {
            tracing::warn!(path = %path.display(), "whoever holds this anchor's key can attest anything");
            trust(&mut anchors, path)?;
        }
        let mut policy = Policy {
            android: attestation.android.clone().unwrap_or_default(),
            ios: attestation.ios.clone().unwrap_or_default(),
            allow_software: config.allow_software_keys,
        };
        policy.android.max_revocation_age.get_or_insert(MAX_REVOCATION_AGE);
        let revocation = attestation.revocation.clone().map(RevocationFile::open).transpose()?;
        let (android, ios) = (attestation.android.is_some(), attestation.ios.is_some());
        Ok(Self { anchors, policy, android, ios, revocation })
    }

    /// Whether software keys are taken, and count: it is a demo.
    pub(crate) fn allow_software(&self) -> bool {
        self.policy.allow_software
    }

    /// Judges a new key of the app.
    pub(crate) fn judge(
        &self,
        statement: &Statement<'_>,
        challenge: &[u8],
        app_id: &str,
        now: i64,
    ) -> Result<AttestedKey, DeviceRefusal> {
        let configured = match statement {
            Statement::Android { .. } => self.android,
            Statement::AppAttest { .. } => self.ios,
            // Refused by the policy, with a reason of its own.
            _ => true,
        };
        if !configured {
            return Err(DeviceRefusal::NotConfigured);
        }
        let list = self.revoked();
        let verifier = self.verifier(list.as_deref(), now);
        match verifier.verify(statement, &Challenge::Plain(challenge)) {
            Verdict::Accepted(key) if self.is_of_app(&key.facts, app_id) => Ok(key),
            Verdict::Accepted(_) => Err(Rejection::App.into()),
            Verdict::Rejected(rejection) => Err(rejection.into()),
        }
    }

    /// Whether the app that the phone names is the attested one. The policy has judged that one.
    fn is_of_app(&self, facts: &Facts, app_id: &str) -> bool {
        match facts {
            Facts::Android(facts) => {
                let app = facts.key.software_enforced.application_id();
                app.is_some_and(|app| app.packages.iter().any(|package| package.name == app_id))
            }
            Facts::Ios(_) => {
                self.policy.ios.app_id.split_once('.').is_some_and(|(_, bundle)| bundle == app_id)
            }
            // The possession message has the app in it.
            _ => true,
        }
    }

    /// Whether a key that was enrolled once may still sign, and signed with the attestation that it
    /// was enrolled with.
    pub(crate) fn check_still(
        &self,
        key: &KeyRow,
        signed: &Manifest,
        now: i64,
    ) -> Result<(), DeviceRefusal> {
        if signed.attestation != key.attestation.as_deref().map(digest::sha256) {
            return Err(DeviceRefusal::AttestationDiffers);
        }
        match key.platform {
            Platform::Software if self.policy.allow_software => Ok(()),
            Platform::Software => Err(Rejection::SoftwareKey.into()),
            Platform::Ios if self.ios => Ok(()),
            Platform::Android if self.android => {
                let chain = android::certificates(key.attestation.as_deref().unwrap_or_default())?;
                let list = self.revoked();
                let verifier = self.verifier(list.as_deref(), now);
                Ok(verifier.check_revocation(&Statement::Android { chain: &chain })?)
            }
            Platform::Android | Platform::Ios => Err(DeviceRefusal::NotConfigured),
        }
    }

    /// The claims, if `key` signed them for this server, and the counter where it is an App Attest
    /// key's: to be compared with the last one when the bundle is taken in.
    pub(crate) fn claims(
        &self,
        cose: &[u8],
        key: &KeyRow,
        origin: &str,
    ) -> Result<(Manifest, Option<u32>), SignatureError> {
        let point = PublicKey::from_bytes(&key.public_key).map_err(|_| SignatureError::Invalid)?;
        let context = Context { server_origin: origin, app_id: &key.app_id };
        let mut counter = None;
        let manifest = signature::verify_with(
            cose,
            &point.id(),
            &context,
            |algorithm, message, signature| {
                match (key.platform, algorithm) {
                    (Platform::Ios, Algorithm::AppAttest) => {
                        counter = self.asserted(signature, message, &point);
                        counter.is_some()
                    }
                    (Platform::Software | Platform::Android, Algorithm::Es256) => {
                        point.verifies(message, signature)
                    }
                    // An App Attest key cannot sign anything else than assertions, and no other can.
                    _ => false,
                }
            },
        )?;
        Ok((manifest, counter))
    }

    /// The assertion's counter. Neither the time nor the revocation list bears on one.
    fn asserted(&self, assertion: &[u8], message: &[u8], point: &PublicKey) -> Option<u32> {
        let verifier = self.verifier(None, 0);
        verifier.verify_assertion(assertion, message, point.as_bytes(), 0).ok()
    }

    fn revoked(&self) -> Option<Arc<RevocationList>> {
        self.revocation.as_ref().map(RevocationFile::list)
    }

    fn verifier<'a>(&'a self, revocation: Option<&'a RevocationList>, now: i64) -> Verifier<'a> {
        Verifier { anchors: &self.anchors, revocation, now, policy: &self.policy }
    }
}

fn trust(anchors: &mut Anchors, path: &Path) -> Result<(), DeviceError> {
    let certificate = std::fs::read(path)
        .map_err(|source| DeviceError::Read { path: path.to_owned(), source })?;
    anchors
        .danger_trust(&certificate)
        .map_err(|source| DeviceError::Anchor { path: path.to_owned(), source })
}
