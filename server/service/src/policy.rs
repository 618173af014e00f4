//! The bank's policy: made and signed on a machine of the bank's that no phone reaches, given to phones and held to here.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use bailing_evidence::policy::{Policy, PolicyError, PolicyTask};
use bailing_recognition::Kinds;
use bailing_vision::Subject;
use bailing_vision::quality::Thresholds;
use bytes::Bytes;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde::Deserialize;
use thiserror::Error;

use crate::clock;
use crate::config::PolicyConfig;

/// How long a policy may hold, days: whoever holds back a newer one gains no more.
const MOST_DAYS: u32 = 366;

/// Pages that a bundle holds, each with a second photo.
const MOST_PAGES: u32 = 16;

/// Scenes, which are no vouchers.
const SCENES: [&str; 3] = ["shelf", "shop_front", "vehicle_photo"];

/// Why there is no policy.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PolicyFileError {
    /// A file.
    #[error("{}: {source}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The draft is not TOML of its form.
    #[error("{}: {source}", path.display())]
    Draft {
        /// Which one.
        path: PathBuf,
        /// What is wrong.
        source: Box<toml::de::Error>,
    },
    /// A threshold that no phone would take.
    #[error("threshold {name} = {value}: phones take {least} to {most}")]
    Beyond {
        /// Which check's.
        name: String,
        /// What the draft has.
        value: f32,
        /// The least that phones take.
        least: f32,
        /// The most that they take.
        most: f32,
    },
    /// A threshold of a check that there is not.
    #[error(
        "threshold {0}: there is no such check, or none that can be tuned; QUALITY.md lists them"
    )]
    UnknownCheck(String),
    /// A kind of proof that there is not.
    #[error("task {0}: there is no such kind of proof")]
    UnknownKind(String),
    /// A number that cannot be.
    #[error("{0}")]
    Unusable(&'static str),
    /// The policy, or its signature.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The key.
    #[error("{}: not an Ed25519 key in PKCS #8 (DER), as policy new-key makes it", .0.display())]
    Key(PathBuf),
    /// The public key.
    #[error("a policy's public key is 64 hexadecimal digits, as policy new-key prints them")]
    PublicKey,
}

/// The policy that this server gives.
#[derive(Debug)]
pub(crate) struct Published {
    bytes: Bytes,
    policy: Policy,
}

impl Published {
    /// Reads it from its file; it must be signed by the bank's key for phones of `origin`.
    pub(crate) fn open(config: &PolicyConfig, origin: &str) -> Result<Self, PolicyFileError> {
        let bytes = read(&config.file)?;
        let policy = Policy::open(&bytes, &public_key(&config.public_key)?, origin)?;
        if !policy.holds(clock::seconds()) {
            tracing::warn!(
                revision = policy.revision,
                "the policy holds no longer: sign a new one"
            );
        }
        Ok(Self { bytes: bytes.into(), policy })
    }

    /// The document, while it holds.
    pub(crate) fn document(&self) -> Option<Bytes> {
        self.policy.holds(clock::seconds()).then(|| self.bytes.clone())
    }

    /// What phones go by, while it holds.
    pub(crate) fn thresholds(&self) -> Thresholds {
        let standard = Thresholds::default();
        match self.policy.holds(clock::seconds()) {
            true => {
                standard.tuned(self.policy.thresholds.iter().map(|(of, at)| (of.as_str(), *at)))
            }
            false => standard,
        }
    }
}

/// What a bank writes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Draft {
    revision: u64,
    /// How long it holds from now on.
    days: u32,
    #[serde(default)]
    thresholds: BTreeMap<String, f32>,
    #[serde(default)]
    tasks: Vec<PolicyTask>,
}

impl Draft {
    fn read(path: &Path) -> Result<Self, PolicyFileError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| PolicyFileError::File { path: path.to_owned(), source })?;
        toml::from_str(&text).map_err(|source| PolicyFileError::Draft {
            path: path.to_owned(),
            source: Box::new(source),
        })
    }

    /// Refuses what phones would not take as it stands.
    fn check(&self) -> Result<(), PolicyFileError> {
        for (name, &value) in &self.thresholds {
            let [least, most] = Thresholds::bounds(name)
                .ok_or_else(|| PolicyFileError::UnknownCheck(name.clone()))?;
            if !(least..=most).contains(&value) {
                return Err(PolicyFileError::Beyond { name: name.clone(), value, least, most });
            }
        }
        let kinds = Kinds::built_in()
            .map_err(|_| PolicyFileError::Unusable("the kinds of proof cannot be read"))?;
        for PolicyTask { kind, pages } in &self.tasks {
            let is_known = kinds.names().any(|(name, _)| name == kind)
                || (SCENES.contains(&kind.as_str()) && Subject::of_kind(kind) == Subject::Scene);
            if !is_known {
                return Err(PolicyFileError::UnknownKind(kind.clone()));
            }
            if !(1..=MOST_PAGES).contains(pages) {
                return Err(PolicyFileError::Unusable("pages of a task are 1 to 16"));
            }
        }
        if !(1..=MOST_DAYS).contains(&self.days) {
            return Err(PolicyFileError::Unusable("days are 1 to 366"));
        }
        Ok(())
    }
}

/// Makes a key that signs policies, in a file that only its owner reads: the public key, hexadecimal, for the app and the
/// server. A file that is there stays as it is, and is an error.
pub fn new_policy_key(file: &Path) -> Result<String, PolicyFileError> {
    let key = Ed25519KeyPair::generate_pkcs8(&clock::randomness())
        .map_err(|_| PolicyFileError::Unusable("the system gives no random bytes"))?;
    let pair = pair(key.as_ref(), file)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let failed = |source| PolicyFileError::File { path: file.to_owned(), source };
    let mut made = options.open(file).map_err(failed)?;
    made.write_all(key.as_ref()).and_then(|()| made.sync_all()).map_err(failed)?;
    Ok(hex::encode(pair.public_key()))
}

/// Signs a draft for the phones of a server, and writes it to a file.
pub fn sign_policy(
    draft: &Path,
    key: &Path,
    origin: &str,
    to: &Path,
) -> Result<Policy, PolicyFileError> {
    let written = Draft::read(draft)?;
    written.check()?;
    let Draft { revision, days, thresholds, tasks } = written;
    let issued_at = clock::seconds();
    let expires_at = issued_at.saturating_add(i64::from(days) * 24 * 3_600);
    let policy = Policy { revision, issued_at, expires_at, thresholds, tasks };
    let pair = pair(&read(key)?, key)?;
    let sign = |message: &[u8]| Ok::<_, PolicyFileError>(pair.sign(message).as_ref().to_vec());
    let signed = policy.sign(origin, sign)?;
    std::fs::write(to, signed)
        .map_err(|source| PolicyFileError::File { path: to.to_owned(), source })?;
    Ok(policy)
}

fn pair(key: &[u8], file: &Path) -> Result<Ed25519KeyPair, PolicyFileError> {
    Ed25519KeyPair::from_pkcs8(key).map_err(|_| PolicyFileError::Key(file.to_owned()))
}

fn public_key(text: &str) -> Result<[u8; 32], PolicyFileError> {
    let bytes = hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or(PolicyFileError::PublicKey)
}

fn read(path: &Path) -> Result<Vec<u8>, PolicyFileError> {
    std::fs::read(path).map_err(|source| PolicyFileError::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use tempfile::tempdir;

    use super::*;

    const ORIGIN: &str = "https://bank.example";

    #[test]
    fn a_signed_draft_is_published() {
        let folder = tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let public = new_policy_key(&at("key")).expect("made");
        assert!(matches!(new_policy_key(&at("key")), Err(PolicyFileError::File { .. })));
        let draft = "revision = 3\ndays = 30\n[thresholds]\nglare = 0.05\n\
                     [[tasks]]\nkind = \"business_licence\"\npages = 1\n";
        std::fs::write(at("draft"), draft).expect("written");
        let signed = sign_policy(&at("draft"), &at("key"), ORIGIN, &at("policy"));
        assert_eq!(signed.expect("signed").revision, 3);
        let config = PolicyConfig { file: at("policy"), public_key: public };
        let published = Published::open(&config, ORIGIN).expect("opened");
        assert_eq!(published.thresholds().glare, 0.05);
        assert_eq!(published.document().expect("it holds"), read(&at("policy")).expect("there"));
        let elsewhere = Published::open(&config, "https://other.example");
        assert!(matches!(elsewhere, Err(PolicyFileError::Policy(PolicyError::Invalid))));
        let other = PolicyConfig {
            public_key: new_policy_key(&at("other")).expect("made"),
            ..config.clone()
        };
        assert!(Published::open(&other, ORIGIN).is_err());
        let short = PolicyConfig { public_key: "04".to_owned(), ..config };
        assert!(matches!(Published::open(&short, ORIGIN), Err(PolicyFileError::PublicKey)));
    }

    #[test]
    fn drafts_that_no_phone_would_take_are_refused() {
        let folder = tempdir().expect("a folder");
        let path = folder.path().join("draft");
        for (draft, said) in [
            ("revision = 1", "days"),
            ("revision = 1\ndays = 0", "days are 1 to 366"),
            ("revision = 1\ndays = 1\n[thresholds]\nglare = 0.9", "phones take 0.02 to 0.3"),
            ("revision = 1\ndays = 1\n[thresholds]\nglare = nan", "phones take"),
            ("revision = 1\ndays = 1\n[thresholds]\nscreen_moire = 0.9", "no such check"),
            ("revision = 1\ndays = 1\n[[tasks]]\nkind = \"poem\"\npages = 1", "no such kind"),
            ("revision = 1\ndays = 1\n[[tasks]]\nkind = \"shelf\"\npages = 17", "1 to 16"),
            ("revision = 1\ndays = 1\nmore = 1", "more"),
        ] {
            std::fs::write(&path, draft).expect("written");
            let refused = Draft::read(&path).and_then(|draft| draft.check()).expect_err(draft);
            assert!(refused.to_string().contains(said), "{refused}");
        }
    }
}
