//! What the signed pixels say: the same analysis as on the phone, then tampering, then recognition. A worker's process does
//! this, so that what a hostile picture does to it, it does to no other.

use bailing_credit::Knowledge;
use bailing_evidence::bundle::Reader;
use bailing_evidence::digest;
use bailing_evidence::manifest::ImageClaim;
use bailing_recognition::tampering;
use bailing_vision::still::Still;
use bailing_vision::{Action, Analyser, Analysis, Class, Severity, Signal, Subject, Verdict};
use serde::{Deserialize, Serialize};

use super::decide::{Step, WorkError, finding};
use super::decision::PictureDecision;
use super::likeness::Likeness;
use crate::metering;
use crate::state::State;
use crate::store::KeyRow;

/// How far a score may lie from the phone's, as a share of the larger of the threshold and one:
/// another decoder on another processor rounds differently.
const SCORE_TOLERANCE: f32 = 0.05;

/// What the pixels of a bundle say.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Examined {
    pub(super) images: Vec<PictureDecision>,
    /// Hashes of the pictures, hexadecimal, in order.
    pub(super) hashes: Vec<String>,
    pub(super) likenesses: Vec<Likeness>,
}

/// Every picture, verified once more, analysed and read. `reach` is told of each step before it is taken.
pub(super) fn examine(
    state: &State,
    bundle: &[u8],
    key: &KeyRow,
    reach: &dyn Fn(Step) -> Result<(), WorkError>,
) -> Result<Examined, WorkError> {
    reach(Step::Verify)?;
    let broken = |error: &dyn std::fmt::Display| WorkError::Evidence(error.to_string());
    let reader = Reader::open(bundle).map_err(|error| broken(&error))?;
    let (manifest, _) =
        state.devices.claims(reader.cose(), key, &state.origin).map_err(|error| broken(&error))?;
    let mut analyser = Analyser::new(&state.models).with_thresholds(state.thresholds());
    let mut images: Vec<PictureDecision> = Vec::with_capacity(manifest.images.len());
    let mut likenesses = Vec::with_capacity(manifest.images.len());
    for (blob, claim) in reader.blobs(&manifest).zip(&manifest.images) {
        let blob = blob.map_err(|error| broken(&error))?;
        reach(Step::Signals)?;
        // What the phone could decode and this server cannot is no evidence, and no error either.
        let Ok(still) = Still::decode(&blob) else { continue };
        // A second photo of the picture before it says so with a signal that no other has.
        let again = claim.signals.iter().any(|signal| signal.code == "moire_moved");
        let first = images.last_mut().filter(|_| again);
        let before = first.as_ref().map(|first| &first.analysis);
        let second = Looking { state, claim, reach }.at(&mut analyser, &still, &blob, before)?;
        if let Some(first) = first {
            first.analysis.settle(&second.analysis);
            first.verdict = first.merged();
        }
        images.push(second);
        likenesses.push(Likeness::of(still.width(), still.rgb()));
    }
    if images.len() < manifest.images.len() {
        return Err(WorkError::Evidence("a picture cannot be decoded".to_owned()));
    }
    let hashes = manifest.images.iter().map(|image| hex::encode(image.blob_sha256)).collect();
    Ok(Examined { images, hashes, likenesses })
}

/// One picture, and who is told how far it has come.
struct Looking<'a> {
    state: &'a State,
    claim: &'a ImageClaim,
    reach: &'a dyn Fn(Step) -> Result<(), WorkError>,
}

impl Looking<'_> {
    fn at(
        &self,
        analyser: &mut Analyser,
        still: &Still,
        encoded: &[u8],
        first: Option<&Analysis>,
    ) -> Result<PictureDecision, WorkError> {
        let Self { state, claim, reach } = *self;
        let frame = still.frame();
        let measuring = metering::step("signals");
        let analysis = analyser.analyse_after(first, &frame, Subject::of_kind(&claim.kind));
        drop(measuring);
        let mut findings = Vec::new();
        if digest::pixels(still.width(), still.height(), still.rgb()) != claim.pixels_sha256 {
            findings.push(finding("pixels_mismatch", Class::Origin));
        }
        if !agrees(&analysis, claim) {
            findings.push(finding("client_verdict_mismatch", Class::Origin));
        }
        findings.extend(copied(&state.knowledge, &claim.kind, &analysis.recapture.signals));
        reach(Step::Tampering)?;
        let looking = metering::step("tampering");
        findings.extend(tampering::examine(encoded, &frame).signals.into_iter().map(stored_once));
        drop(looking);
        // Nobody reads what the merchant should take again, or what is no evidence.
        let recognition = if analysis.verdict.severity() < Severity::Retake {
            reach(Step::Recognition)?;
            let _reading = metering::step("recognition");
            Some(state.recogniser.recognise(&frame, &analysis.document, Some(&claim.kind)))
        } else {
            None
        };
        let mut decision = PictureDecision {
            kind: claim.kind.clone(),
            width: still.width(),
            height: still.height(),
            verdict: Verdict::Accepted,
            analysis,
            recognition,
            findings,
        };
        decision.verdict = decision.merged();
        Ok(decision)
    }
}

/// The signal of a print, where the kind demands an original: a person looks, because an original may have
/// a ground of dots too.
fn copied(knowledge: &Knowledge, kind: &str, signals: &[Signal]) -> Option<Signal> {
    let signal = signals.iter().find(|signal| signal.code == "printed_copy")?;
    let objects = knowledge.demands_original(kind) && signal.score >= signal.threshold;
    objects.then(|| Signal {
        severity: Severity::Review,
        action: Some(Action::PhotographOriginal),
        ..signal.clone()
    })
}

/// What was signed is a camera's own JPEG: one that was stored again is none, and a person looks.
fn stored_once(signal: Signal) -> Signal {
    if signal.code != "recompressed" || signal.score < signal.threshold {
        return signal;
    }
    Signal { severity: Severity::Review, action: Some(Action::AwaitReview), ..signal }
}

/// Whether the phone claimed what was measured here, but for rounding.
fn agrees(analysis: &Analysis, claim: &ImageClaim) -> bool {
    let measured: Vec<&Signal> = analysis.signals().collect();
    claim.verdict == analysis.verdict.name()
        && claim.signals.len() == measured.len()
        && claim.signals.iter().zip(measured).all(|(claimed, measured)| {
            let unit = measured.threshold.abs().max(1.0);
            claimed.code == measured.code
                && (claimed.score - measured.score).abs() <= SCORE_TOLERANCE * unit
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_still_that_was_stored_again_is_looked_at() {
        let measured = |score| Signal {
            severity: Severity::Pass,
            score,
            threshold: 0.02,
            ..finding("recompressed", Class::Integrity)
        };
        assert_eq!(stored_once(measured(0.02)).severity, Severity::Review);
        assert_eq!(stored_once(measured(0.019)).severity, Severity::Pass);
    }

    #[test]
    fn a_print_is_objected_to_where_an_original_is_demanded() {
        let print = |score| Signal {
            severity: Severity::Pass,
            action: None,
            score,
            threshold: 0.5,
            ..finding("printed_copy", Class::Integrity)
        };
        let knowledge = Knowledge::built_in().expect("the files");
        let objection = |kind, score| {
            copied(&knowledge, kind, &[finding("blurred", Class::Content), print(score)])
        };
        let signal = objection("business_licence", 0.5).expect("an objection");
        assert_eq!(signal.severity, Severity::Review);
        assert_eq!(signal.action, Some(Action::PhotographOriginal));
        assert_eq!(Verdict::merge([&signal]).reasons(), ["printed_copy"]);
        assert_eq!(objection("business_licence", 0.49), None);
        assert_eq!(objection("vat_invoice", 1.0), None);
        assert_eq!(copied(&knowledge, "business_licence", &[]), None);
    }
}
