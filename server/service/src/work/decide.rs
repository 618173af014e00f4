//! One bundle's decision: the same analysis again on the signed pixels, then recognition, then the
//! quota.

use std::sync::Arc;

use bailing_credit::{Decision, Knowledge, Standing};
use bailing_evidence::bundle::Reader;
use bailing_evidence::digest;
use bailing_evidence::manifest::{ImageClaim, Manifest};
use bailing_recognition::{Contradiction, Recognition, tampering};
use bailing_vision::still::Still;
use bailing_vision::{Action, Analyser, Analysis, Class, Severity, Signal, Subject, Verdict};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::consistency;
use super::proof::{Pictures, Proof, weigh};
use super::review::{Review, Ruling};
use crate::archive::{self, ArchiveError};
use crate::case;
use crate::clock;
use crate::item::Item;
use crate::metering;
use crate::prototypes;
use crate::state::{Shared, State};
use crate::store::{BundleRow, KeyRow, Settled, Voucher};

/// Name and version of the comparisons made here, as signals carry it.
const MODEL: &str = "service/1";

/// How far a score may lie from the phone's, as a share of the larger of the threshold and one:
/// another decoder on another processor rounds differently.
const SCORE_TOLERANCE: f32 = 0.05;

/// What a bundle came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BundleDecision {
    /// The merge of everything below.
    pub verdict: Verdict,
    /// One a picture.
    pub images: Vec<PictureDecision>,
    /// What concerns the bundle as a whole.
    pub findings: Vec<Signal>,
    /// Where its vouchers contradict each other or what the merchant proved before. A document is named by its
    /// bundle's hash and the picture's place in it.
    #[serde(default)]
    pub contradictions: Vec<Contradiction>,
    /// The merchant's quota before this bundle, yuan.
    pub quota_before: u64,
    /// The merchant's quota with it, and the reasons.
    pub quota: Decision,
    /// What a person has decided, where the verdict is `review`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
}

impl BundleDecision {
    /// Every signal that objects to something.
    pub(crate) fn objections(&self) -> impl Iterator<Item = &Signal> {
        let of_pictures = self.images.iter().flat_map(PictureDecision::signals);
        let contradictions = self.contradictions.iter().map(|found| &found.signal);
        let all = of_pictures.chain(&self.findings).chain(contradictions);
        all.filter(|signal| signal.severity > Severity::Pass)
    }

    /// What it comes to: a person's ruling, where there is one, else the verdict's name.
    pub fn outcome(&self) -> &'static str {
        match self.review.as_ref().map(|review| review.ruling) {
            Some(Ruling::Accepted) => "accepted",
            Some(Ruling::Rejected | Ruling::Forged) => "rejected",
            None => self.verdict.name(),
        }
    }
}

/// What one picture came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PictureDecision {
    /// The kind that the merchant was asked for.
    pub kind: String,
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
    /// The merge of the picture's signals.
    pub verdict: Verdict,
    /// What the pixels show, measured here.
    pub analysis: Analysis,
    /// What was read. Nothing where the picture should be taken again or is refused.
    pub recognition: Option<Recognition>,
    /// How the phone's claims compare, what the kind asks of the paper, what speaks for an edit.
    pub findings: Vec<Signal>,
}

/// Why a bundle was not decided this time.
#[derive(Debug, Error)]
pub(crate) enum WorkError {
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("what was stored: {0}")]
    Archive(#[from] ArchiveError),
    #[error("a stored bundle no longer verifies: {0}")]
    Evidence(String),
    #[error("the credit engine: {0}")]
    Credit(#[from] bailing_credit::CaseError),
    #[error("the decision could not be written: {0}")]
    Json(#[from] serde_json::Error),
    #[error("a thread ended early")]
    Thread,
}

/// Decides a bundle and stores the decision.
pub(super) async fn decide(state: Shared, bundle: Vec<u8>) -> Result<(), WorkError> {
    let Some((row, key)) = undecided(&state, &bundle).await? else { return Ok(()) };
    prototypes::refresh(&state).await?;
    let item = Item::Bundle(bundle.as_slice().try_into().map_err(|_| WorkError::Thread)?);
    let opening = metering::step("open");
    let bytes = archive::bytes(&state, &row.merchant_id, &item).await?;
    drop(opening);
    let grade = key.grade.clone();
    let (images, manifest) = {
        let state = Arc::clone(&state);
        tokio::task::spawn_blocking(move || examine(&state, &bytes, &key))
            .await
            .map_err(|_| WorkError::Thread)??
    };
    let mut findings = Vec::new();
    if row.gap {
        findings.push(finding("sequence_gap", Class::Origin));
    }
    for image in &manifest.images {
        if state.store.picture_seen(&image.blob_sha256, &bundle).await? {
            findings.push(finding("duplicate_image", Class::Content));
        }
    }
    let pictures: Vec<String> =
        manifest.images.iter().map(|image| hex::encode(image.blob_sha256)).collect();
    settle(&state, &row, &grade, images, findings, &pictures).await
}

/// The decision on a bundle that could not be processed: a person looks.
pub(super) async fn give_up(state: &Shared, bundle: &[u8]) -> Result<(), WorkError> {
    let Some((row, key)) = undecided(state, bundle).await? else { return Ok(()) };
    let findings = vec![finding("processing_failed", Class::Content)];
    settle(state, &row, &key.grade, Vec::new(), findings, &[]).await
}

async fn undecided(
    state: &Shared,
    bundle: &[u8],
) -> Result<Option<(BundleRow, KeyRow)>, WorkError> {
    let row = state.store.bundle(bundle).await?.ok_or(sqlx::Error::RowNotFound)?;
    if row.decision.is_some() || row.erased_at.is_some() {
        return Ok(None);
    }
    let key = state.store.key(&row.key_id).await?.ok_or(sqlx::Error::RowNotFound)?;
    Ok(Some((row, key)))
}

/// Every picture, verified once more, analysed and read.
fn examine(
    state: &State,
    bundle: &[u8],
    key: &KeyRow,
) -> Result<(Vec<PictureDecision>, Manifest), WorkError> {
    let broken = |error: &dyn std::fmt::Display| WorkError::Evidence(error.to_string());
    let _examining = metering::step("examine");
    let reader = Reader::open(bundle).map_err(|error| broken(&error))?;
    let (manifest, _) =
        state.devices.claims(reader.cose(), key, &state.origin).map_err(|error| broken(&error))?;
    let mut analyser = Analyser::new(&state.models);
    let mut images: Vec<PictureDecision> = Vec::with_capacity(manifest.images.len());
    for (blob, claim) in reader.blobs(&manifest).zip(&manifest.images) {
        let blob = blob.map_err(|error| broken(&error))?;
        // What the phone could decode and this server cannot is no evidence, and no error either.
        let Ok(still) = Still::decode(&blob) else { continue };
        // A second photo of the picture before it says so with a signal that no other has.
        let again = claim.signals.iter().any(|signal| signal.code == "moire_moved");
        let first = images.last_mut().filter(|_| again);
        let second = picture(
            state,
            &mut analyser,
            &still,
            &blob,
            claim,
            first.as_ref().map(|first| &first.analysis),
        );
        if let Some(first) = first {
            first.analysis.settle(&second.analysis);
            first.verdict = first.merged();
        }
        images.push(second);
    }
    if images.len() < manifest.images.len() {
        return Err(WorkError::Evidence("a picture cannot be decoded".to_owned()));
    }
    Ok((images, manifest))
}

fn picture(
    state: &State,
    analyser: &mut Analyser,
    still: &Still,
    encoded: &[u8],
    claim: &ImageClaim,
    first: Option<&Analysis>,
) -> PictureDecision {
    let frame = still.frame();
    let subject = Subject::of_kind(&claim.kind);
    let analysing = metering::step("analyse");
    let analysis = analyser.analyse_after(first, &frame, subject);
    drop(analysing);
    let mut findings = Vec::new();
    if digest::pixels(still.width(), still.height(), still.rgb()) != claim.pixels_sha256 {
        findings.push(finding("pixels_mismatch", Class::Origin));
    }
    if !agrees(&analysis, claim) {
        findings.push(finding("client_verdict_mismatch", Class::Origin));
    }
    findings.extend(copied(&state.knowledge, &claim.kind, &analysis.recapture.signals));
    findings.extend(tampering::examine(encoded, &frame).signals.into_iter().map(stored_once));
    // Nobody reads what the merchant should take again, or what is no evidence.
    let recognition = (analysis.verdict.severity() < Severity::Retake).then(|| {
        let _reading = metering::step("recognise");
        state.recogniser.recognise(&frame, &analysis.document, Some(&claim.kind))
    });
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
    decision
}

impl PictureDecision {
    /// Every signal about the picture.
    fn signals(&self) -> impl Iterator<Item = &Signal> {
        let read = self.recognition.iter().flat_map(|recognition| &recognition.signals);
        self.analysis.signals().chain(read).chain(&self.findings)
    }

    fn merged(&self) -> Verdict {
        Verdict::merge(self.signals())
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

/// Facts, quota, and the stored decision.
async fn settle(
    state: &Shared,
    row: &BundleRow,
    grade: &str,
    images: Vec<PictureDecision>,
    findings: Vec<Signal>,
    hashes: &[String],
) -> Result<(), WorkError> {
    let _settling = metering::step("settle");
    let read: Vec<Voucher> = images
        .iter()
        .enumerate()
        .filter_map(|(at, image)| {
            consistency::voucher(&row.sha256, at, image.recognition.as_ref()?)
        })
        .collect();
    let known = state.store.vouchers(&row.merchant_id).await?;
    let contradictions = consistency::contradictions(&known, &read);
    let all = images.iter().flat_map(PictureDecision::signals).chain(&findings);
    let verdict = Verdict::merge(all.chain(contradictions.iter().map(|found| &found.signal)));
    let clean = Verdict::merge(&findings) == Verdict::Accepted;
    let in_doubt = consistency::in_doubt(&contradictions);
    let counting: Vec<(Voucher, &Recognition)> = read
        .into_iter()
        .filter(|voucher| clean && !in_doubt.contains(voucher.id().as_str()))
        .filter_map(|voucher| {
            let image = images.get(usize::try_from(voucher.position).ok()?)?;
            let counts = image.verdict == Verdict::Accepted;
            Some((voucher, image.recognition.as_ref().filter(|_| counts)?))
        })
        .collect();
    let (taken, standing) = (case::today(state), Standing::Accepted);
    let pictures = Pictures { row, grade, taken, hashes, standing };
    let Proof { facts, vouchers, quota_before, quota } = weigh(state, &pictures, counting).await?;
    let review = None;
    let decision =
        BundleDecision { verdict, images, findings, contradictions, quota_before, quota, review };
    let text = serde_json::to_string(&decision)?;
    let settled = Settled {
        merchant_id: &row.merchant_id,
        decision: &text,
        verdict: decision.verdict.name(),
        quota: decision.quota.quota,
        facts: &facts,
        vouchers: &vouchers,
    };
    if state.store.settle(&row.sha256, &settled, clock::seconds()).await? {
        metering::decided(&decision);
    }
    Ok(())
}

fn finding(code: &'static str, class: Class) -> Signal {
    Signal::review(code, class, MODEL)
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
