//! `bailing verify`: parses and verifies one evidence bundle.

use std::path::{Path, PathBuf};

use bailing_attestation::{AttestedKey, Grade, Rejection, Verdict};
use bailing_capture::danger::SoftwareKey;
use bailing_capture::{Algorithm, Attestation, DeviceKey, PublicKey};
use bailing_evidence::bundle::Reader;
use bailing_evidence::digest;
use bailing_evidence::manifest::Manifest;
use bailing_evidence::signature::{self, Context, SignatureError};
use bailing_vision::still::Still;
use bailing_vision::{Analyser, Class, Models, Severity, Signal, Subject};
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
struct Verification {
    file: PathBuf,
    /// Signature and every picture's hash hold.
    ok: bool,
    /// What the key is worth: a key in a file is software, grade D. Absent where its attestation is
    /// refused.
    grade: Option<Grade>,
    /// The App Attest key's counter, to be higher than the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<u32>,
    /// What objects: to the evidence, or in the pictures.
    signals: Vec<Signal>,
    /// The claims; absent where their signature does not hold.
    manifest: Option<Manifest>,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Failure> {
    let bytes = source::read(&arguments.bundle)?;
    let signer = Signer::of(arguments)?;
    let broken = |reason: &dyn std::fmt::Display| Failure::Bundle {
        path: arguments.bundle.clone(),
        reason: reason.to_string(),
    };
    let reader = Reader::open(bytes.as_slice()).map_err(|error| broken(&error))?;
    let context = Context { server_origin: &arguments.origin, app_id: &arguments.app_id };
    // Its form is sound, whoever signed.
    signature::claimed_key(reader.cose()).map_err(|error| broken(&error))?;
    let (mut signed, mut signals) = match &signer {
        Ok(signer) => match signer.claims(reader.cose(), &context) {
            Ok(signed) => (Some(signed), Vec::new()),
            Err(error @ SignatureError::Invalid) => (None, vec![objection(error.code())]),
            Err(error) => return Err(broken(&error)),
        },
        Err(rejection) => (None, vec![objection(rejection.code())]),
    };
    let counter = signed.as_mut().and_then(|(_, counter)| counter.take());
    let manifest = signed.map(|(manifest, _)| manifest);
    let mut ok = manifest.is_some();
    if let (Ok(signer), Some(manifest)) = (&signer, &manifest)
        && manifest.attestation != signer.attestation()
    {
        ok = false;
        signals.push(objection("attestation_mismatch"));
    }
    if let Some(manifest) = &manifest {
        let mut analyser = Analyser::new(&Models::load()?);
        // One item more than pictures where bytes follow the last: that is found here as well.
        for (position, blob) in reader.blobs(manifest).enumerate() {
            match blob {
                Ok(blob) => signals.extend(compare(&mut analyser, &blob, manifest, position)),
                Err(error) => {
                    ok = false;
                    signals.push(objection(error.code()));
                }
            }
        }
    }
    let grade = signer.ok().map(|signer| signer.grade());
    let file = arguments.bundle.clone();
    let verification = Verification { file, ok, grade, counter, signals, manifest };
    output.answer(&verification, readable)
}

/// The picture's own signals, and whether its pixels are the claimed ones.
fn compare(
    analyser: &mut Analyser,
    blob: &[u8],
    manifest: &Manifest,
    position: usize,
) -> Vec<Signal> {
    let still = match Still::decode(blob) {
        Ok(still) => still,
        Err(error) => return vec![objection(error.code())],
    };
    let kind = manifest.images.get(position).map_or("", |claim| &claim.kind);
    let analysis = analyser.analyse(&still.frame(), Subject::of_kind(kind));
    let mut signals: Vec<Signal> = analysis.signals().cloned().collect();
    let pixels = digest::pixels(still.width(), still.height(), still.rgb());
    if manifest.images.get(position).is_none_or(|claim| claim.pixels_sha256 != pixels) {
        signals.push(objection("pixels_mismatch"));
    }
    signals
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

fn objection(code: &'static str) -> Signal {
    Signal {
        code: code.into(),
        class: Class::Integrity,
        score: 1.0,
        threshold: 0.5,
        severity: Severity::Reject,
        region: None,
        action: None,
        model: "verify/1".into(),
    }
}

fn readable(verification: &Verification) -> String {
    let mut text = format!(
        "{}  {}  grade {}",
        verification.file.display(),
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
