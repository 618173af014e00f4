//! Whether one bundle holds: its signature, its pictures, and what objects to them. No quota comes of it, and nothing is stored.

use std::path::Path;

use bailing_attestation::Grade;
use bailing_evidence::bundle::{BundleError, Reader};
use bailing_evidence::digest;
use bailing_evidence::key::PublicKey;
use bailing_evidence::manifest::Manifest;
use bailing_evidence::signature::{self, Context, SignatureError};
use bailing_vision::still::Still;
use bailing_vision::{Analyser, Class, ModelError, Models, Severity, Signal, Subject};
use serde::Serialize;
use thiserror::Error;

use crate::config::Config;
use crate::device::{DeviceError, Devices};
use crate::store::{KeyRow, Place, Store};
use crate::{clock, running};

/// What a bundle comes to.
#[derive(Debug, Serialize)]
pub struct Verification {
    /// Signature and every picture's hash hold, and the key may sign.
    pub ok: bool,
    /// What the key is worth; absent where it is not known, or refused.
    pub grade: Option<Grade>,
    /// The App Attest key's counter, to be higher than the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counter: Option<u32>,
    /// What objects: to the evidence, or in the pictures.
    pub signals: Vec<Signal>,
    /// The claims; absent where their signature does not hold.
    pub manifest: Option<Manifest>,
}

/// Who should have signed a bundle.
pub trait Signer {
    /// What the key is worth.
    fn grade(&self) -> Option<Grade>;

    /// Code of what speaks against the claims, though the key signed them: that they name another attestation, or that the
    /// key may sign no longer.
    fn objection(&self, manifest: &Manifest) -> Option<&'static str>;

    /// The claims, if this key signed them, and an assertion's counter.
    fn claims(&self, cose: &[u8]) -> Result<(Manifest, Option<u32>), SignatureError>;
}

/// Why a bundle could not be looked at.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// It is none, or another version's.
    #[error("not a bundle: {0}")]
    Bundle(#[from] BundleError),
    /// Its signed part is none.
    #[error("not a bundle: {0}")]
    Signature(#[from] SignatureError),
    /// The networks that phones run too.
    #[error(transparent)]
    Models(#[from] ModelError),
    /// A file cannot be read.
    #[error("{0}: {1}")]
    Read(String, std::io::Error),
    /// A public key that is none.
    #[error("{0}: not a public key: 65 bytes, an uncompressed point of P-256")]
    Key(String),
    /// There is no database.
    #[error("{0} is not there: name the server's data folder, or the key with --public-key")]
    Missing(String),
    /// It cannot be read.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// The anchors or the revocation list.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

/// Verifies a bundle. `signer` is who should have signed it, or the code of why nobody may have.
pub fn verify(
    bundle: &[u8],
    signer: Result<&dyn Signer, &'static str>,
) -> Result<Verification, VerifyError> {
    let reader = Reader::open(bundle)?;
    // Its form is sound, whoever signed.
    signature::claimed_key(reader.cose())?;
    let mut signals = Vec::new();
    let mut signed = None;
    match signer.map(|signer| (signer, signer.claims(reader.cose()))) {
        Ok((signer, Ok((manifest, counter)))) => {
            signals.extend(signer.objection(&manifest).map(objection));
            signed = Some((manifest, counter));
        }
        Ok((_, Err(error @ SignatureError::Invalid))) => signals.push(objection(error.code())),
        Ok((_, Err(error))) => return Err(error.into()),
        Err(code) => signals.push(objection(code)),
    }
    let mut ok = signed.is_some() && signals.is_empty();
    if let Some((manifest, _)) = &signed {
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
    let grade = signer.ok().and_then(Signer::grade);
    let (manifest, counter) = signed.unzip();
    Ok(Verification { ok, grade, counter: counter.flatten(), signals, manifest })
}

/// Verifies a bundle against the key that it names, as it was enrolled at this server, or a public key in a file.
pub async fn verify_here(
    config: &Config,
    bundle: &Path,
    public_key: Option<(&Path, &str)>,
) -> Result<Verification, VerifyError> {
    let read = |path: &Path| {
        std::fs::read(path).map_err(|source| VerifyError::Read(path.display().to_string(), source))
    };
    let bytes = read(bundle)?;
    let origin = running::origin(config, config.listen);
    if let Some((path, app_id)) = public_key {
        let key = PublicKey::from_bytes(&read(path)?)
            .map_err(|_| VerifyError::Key(path.display().to_string()))?;
        return verify(&bytes, Ok(&Alone { key, app_id: app_id.to_owned(), origin }));
    }
    let place = config.place();
    if let Place::File(file) = &place
        && !file.exists()
    {
        return Err(VerifyError::Missing(file.display().to_string()));
    }
    let claimed = signature::claimed_key(Reader::open(bytes.as_slice())?.cose())?;
    let store = Store::open(&place).await?;
    let key = store.key(&claimed).await;
    store.close().await;
    match key? {
        None => verify(&bytes, Err("key_unknown")),
        Some(key) => verify(&bytes, Ok(&Enrolled { devices: Devices::new(config)?, key, origin })),
    }
}

/// A key of which nothing else is known.
struct Alone {
    key: PublicKey,
    app_id: String,
    origin: String,
}

impl Signer for Alone {
    fn grade(&self) -> Option<Grade> {
        None
    }

    fn objection(&self, _: &Manifest) -> Option<&'static str> {
        None
    }

    fn claims(&self, cose: &[u8]) -> Result<(Manifest, Option<u32>), SignatureError> {
        let context = Context { server_origin: &self.origin, app_id: &self.app_id };
        Ok((signature::verify(cose, &self.key, &context)?, None))
    }
}

/// A key as it was enrolled here.
struct Enrolled {
    devices: Devices,
    key: KeyRow,
    origin: String,
}

impl Signer for Enrolled {
    fn grade(&self) -> Option<Grade> {
        Some(match self.key.grade.as_str() {
            "A" => Grade::A,
            "B" => Grade::B,
            "C" => Grade::C,
            _ => Grade::D,
        })
    }

    fn objection(&self, manifest: &Manifest) -> Option<&'static str> {
        let still = self.devices.check_still(&self.key, manifest, clock::seconds());
        still.err().map(|refusal| refusal.code())
    }

    fn claims(&self, cose: &[u8]) -> Result<(Manifest, Option<u32>), SignatureError> {
        self.devices.claims(cose, &self.key, &self.origin)
    }
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
    let claim = manifest.images.get(position);
    let kind = claim.map_or("", |claim| &claim.kind);
    let analysis = analyser.analyse(&still.frame(), Subject::of_kind(kind));
    let mut signals: Vec<Signal> = analysis.signals().cloned().collect();
    let pixels = digest::pixels(still.width(), still.height(), still.rgb());
    if claim.is_none_or(|claim| claim.pixels_sha256 != pixels) {
        signals.push(objection("pixels_mismatch"));
    }
    signals
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
