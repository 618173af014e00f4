//! `bailing verify`: parses and verifies one evidence bundle.

use std::path::{Path, PathBuf};

use bailing_capture::danger::SoftwareKey;
use bailing_capture::{DeviceKey, PublicKey};
use bailing_evidence::bundle::Reader;
use bailing_evidence::digest;
use bailing_evidence::manifest::Manifest;
use bailing_evidence::signature::{self, Context, SignatureError};
use bailing_vision::still::Still;
use bailing_vision::{Analyser, Class, Severity, Signal, Subject};
use serde::Serialize;

use crate::capture::{APP_ID, ORIGIN, beside};
use crate::clock;
use crate::failure::Failure;
use crate::output::Output;
use crate::source;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The bundle
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// The key that should have signed: PKCS #8, or the 65 bytes of the public point. By default the
    /// one beside the bundle that `bailing capture` made
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
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
    /// What the key is worth: a key in a file is software, grade D.
    grade: &'static str,
    /// What objects: to the evidence, or in the pictures.
    signals: Vec<Signal>,
    /// The claims; absent where their signature does not hold.
    manifest: Option<Manifest>,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Failure> {
    let bytes = source::read(&arguments.bundle)?;
    let key_path = arguments.key.clone().unwrap_or_else(|| beside(&arguments.bundle));
    let key = public_key(&key_path)?;
    let broken = |reason: &dyn std::fmt::Display| Failure::Bundle {
        path: arguments.bundle.clone(),
        reason: reason.to_string(),
    };
    let reader = Reader::open(bytes.as_slice()).map_err(|error| broken(&error))?;
    let context = Context { server_origin: &arguments.origin, app_id: &arguments.app_id };
    let (manifest, mut signals) = match signature::verify(reader.cose(), &key, &context) {
        Ok(manifest) => (Some(manifest), Vec::new()),
        Err(error @ SignatureError::Invalid) => (None, vec![objection(error.code())]),
        Err(error) => return Err(broken(&error)),
    };
    let mut ok = manifest.is_some();
    if let Some(manifest) = &manifest {
        let mut analyser = Analyser::new();
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
    let verification =
        Verification { file: arguments.bundle.clone(), ok, grade: "D", signals, manifest };
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
        verification.grade
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
