//! `bailing verify`: parses and verifies one evidence bundle.

use std::path::{Path, PathBuf};

use bailing_attestation::{AttestedKey, Grade, Rejection, Verdict};
use bailing_capture::danger::SoftwareKey;
use bailing_capture::{Algorithm, Attestation, DeviceKey, PublicKey};
use bailing_evidence::manifest::Manifest;
use bailing_evidence::signature::{self, Context, SignatureError};
use bailing_server::{Verification, VerifyError};
use bailing_vision::Severity;
use serde::Serialize;

use crate::capture::{APP_ID, ORIGIN, beside};
use crate::clock;
use crate::failure::Failure;
use crate::output::Output;
use crate::source;
use crate::terms::{Judge, NEEDED, Terms};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The bundle
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// The key that should have signed: PKCS #8, or the 65 bytes of the public point. By default the
    /// one beside the bundle that `bailing capture` made
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The attestation of the key that should have signed, instead of the key: Android's certificates in
    /// PEM, leaf first, or the App Attest object
    #[arg(long, value_name = "FILE", conflicts_with = "key", requires_all = NEEDED)]
    attestation: Option<PathBuf>,
    #[command(flatten)]
    terms: Option<Terms>,
    /// The server that the bundle was meant for
    #[arg(long, default_value = ORIGIN)]
    origin: String,
    /// The app that made it
    #[arg(long, default_value = APP_ID)]
    app_id: String,
}

/// One line of `bailing verify --json`.
#[derive(Debug, Serialize)]
struct Line {
    file: PathBuf,
    #[serde(flatten)]
    verification: Verification,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Failure> {
    let bytes = source::read(&arguments.bundle)?;
    let context = Context { server_origin: &arguments.origin, app_id: &arguments.app_id };
    let signer = Signer::of(arguments)?.map(|signer| Within { signer, context });
    let by = signer.as_ref().map(|signer| signer as &dyn bailing_server::Signer);
    let verification = bailing_server::verify(&bytes, by.map_err(Rejection::code));
    let verification = verification.map_err(|error| match error {
        VerifyError::Models(error) => Failure::from(error),
        error => Failure::Bundle { path: arguments.bundle.clone(), reason: reason(&error) },
    })?;
    output.answer(&Line { file: arguments.bundle.clone(), verification }, readable)
}

/// What is wrong with the bundle; the failure says which one it is.
fn reason(error: &VerifyError) -> String {
    match error {
        VerifyError::Bundle(error) => error.to_string(),
        VerifyError::Signature(error) => error.to_string(),
        error => error.to_string(),
    }
}

/// A signer, for one server and app.
struct Within<'a> {
    signer: Signer,
    context: Context<'a>,
}

impl bailing_server::Signer for Within<'_> {
    fn grade(&self) -> Option<Grade> {
        Some(self.signer.grade())
    }

    fn objection(&self, manifest: &Manifest) -> Option<&'static str> {
        (manifest.attestation != self.signer.attestation()).then_some("attestation_mismatch")
    }

    fn claims(&self, cose: &[u8]) -> Result<(Manifest, Option<u32>), SignatureError> {
        self.signer.claims(cose, &self.context)
    }
}

/// Who should have signed.
enum Signer {
    /// A key in a file.
    Software(PublicKey),
    /// A key that its hardware attests.
    Attested { key: PublicKey, grade: Grade, attestation: Attestation, judge: Box<Judge> },
}

impl Signer {
    /// The key that the arguments name, or why its attestation is refused.
    fn of(arguments: &Arguments) -> Result<Result<Self, Rejection>, Failure> {
        let (Some(path), Some(terms)) = (&arguments.attestation, &arguments.terms) else {
            if arguments.terms.is_some() {
                return Err(Failure::Unusable(
                    "name the --attestation that is to be judged so".to_owned(),
                ));
            }
            let path = arguments.key.clone().unwrap_or_else(|| beside(&arguments.bundle));
            return Ok(Ok(Self::Software(public_key(&path)?)));
        };
        let attestation = terms.attestation(path)?;
        let judge = Box::new(terms.judge()?);
        Ok(match judge.verdict(&attestation, &terms.challenge()) {
            Verdict::Rejected(rejection) => Err(rejection),
            Verdict::Accepted(AttestedKey { grade, public_key, .. }) => {
                let point = public_key.ok_or_else(|| Failure::Attestation {
                    path: path.clone(),
                    reason: "the attested key is not P-256: it cannot sign evidence".to_owned(),
                })?;
                let key = PublicKey::from_bytes(&point).map_err(|error| Failure::Attestation {
                    path: path.clone(),
                    reason: error.to_string(),
                })?;
                Ok(Self::Attested { key, grade, attestation, judge })
            }
        })
    }

    fn grade(&self) -> Grade {
        match self {
            Self::Software(_) => Grade::D,
            Self::Attested { grade, .. } => *grade,
        }
    }

    /// What the claims must name.
    fn attestation(&self) -> Option<[u8; 32]> {
        match self {
            Self::Software(_) => None,
            Self::Attested { attestation, .. } => Some(attestation.sha256()),
        }
    }

    /// The claims, if this key signed them, and an assertion's counter.
    fn claims(
        &self,
        cose: &[u8],
        context: &Context<'_>,
    ) -> Result<(Manifest, Option<u32>), SignatureError> {
        match self {
            Self::Attested { key, attestation: Attestation::AppAttest(_), judge, .. } => {
                let mut counter = None;
                let manifest = signature::verify_with(
                    cose,
                    &key.id(),
                    context,
                    |algorithm, message, signature| {
                        let point = key.as_bytes();
                        let asserted =
                            judge.verifier().verify_assertion(signature, message, point, 0);
                        counter = asserted.ok();
                        algorithm == Algorithm::AppAttest && counter.is_some()
                    },
                )?;
                Ok((manifest, counter))
            }
            Self::Software(key) | Self::Attested { key, .. } => {
                Ok((signature::verify(cose, key, context)?, None))
            }
        }
    }
}

fn public_key(path: &Path) -> Result<PublicKey, Failure> {
    let bytes = source::read(path)?;
    PublicKey::from_bytes(&bytes).or_else(|_| {
        SoftwareKey::from_pkcs8(&bytes, clock::randomness())
            .map(|key| key.public_key())
            .map_err(|source| Failure::Key { path: path.to_owned(), source })
    })
}

fn readable(Line { file, verification }: &Line) -> String {
    let mut text = format!(
        "{}  {}  grade {}",
        file.display(),
        if verification.ok { "verified" } else { "NOT VERIFIED" },
        verification.grade.map_or("unknown".to_owned(), |grade| format!("{grade:?}"))
    );
    for signal in verification.signals.iter().filter(|s| s.severity > Severity::Pass) {
        text.push_str(&format!("\n  {:<24} {:?}", signal.code, signal.severity));
    }
    if let Some(manifest) = &verification.manifest {
        text.push_str(&format!(
            "\n  {} picture(s), sequence {}, app {} {}",
            manifest.images.len(),
            manifest.sequence,
            manifest.app_id,
            manifest.app_version
        ));
    }
    text
}
