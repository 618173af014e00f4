//! One bundle, step by step, to its decision. What a step came to is stored before the next begins, under the bundle's hash:
//! whoever takes the job up after a crash goes on there, and a step that was done twice was done once.

use std::sync::Arc;

use bailing_credit::Standing;
use bailing_recognition::Recognition;
use bailing_vision::{Class, Signal, Verdict};
use thiserror::Error;
use tokio::runtime::Handle;

use super::consistency;
use super::decision::{BundleDecision, Parked, PictureDecision};
use super::examine::{Examined, examine};
use super::proof::{Pictures, Proof, weigh};
use crate::archive::{self, ArchiveError};
use crate::case;
use crate::clock;
use crate::item::Item;
use crate::metering;
use crate::prototypes;
use crate::state::{Shared, State};
use crate::store::{BundleRow, Job, KeyRow, Seen, Settled, Voucher};

/// Name and version of the comparisons made here, as signals carry it.
const MODEL: &str = "service/2";

/// How often a decision is weighed anew because the merchant proved something else meanwhile.
const WEIGHINGS: usize = 5;

/// What is being done with a bundle. Its evidence was verified when it was taken in, and is once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The signature, and each picture's hash.
    Verify,
    /// What the phone claimed, measured again.
    Signals,
    /// What speaks for an edit.
    Tampering,
    /// What is to be read and seen.
    Recognition,
    /// Duplicates, facts, graph and quota.
    Quota,
}

impl Step {
    /// As jobs and decisions name it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Signals => "signals",
            Self::Tampering => "tampering",
            Self::Recognition => "recognition",
            Self::Quota => "quota",
        }
    }
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
    #[error("the merchant proved something else again and again meanwhile")]
    Overtaken,
    #[error("a thread ended early")]
    Thread,
    #[error("it took too long")]
    TimeOver,
}

impl WorkError {
    /// Whether another attempt at the same bytes must fail the same way.
    pub(super) fn is_lasting(&self) -> bool {
        matches!(self, Self::Evidence(_))
    }

    /// As a parked bundle names it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Database(_) => "database",
            Self::Archive(_) => "storage",
            Self::Evidence(_) => "evidence",
            Self::Credit(_) => "credit",
            Self::Json(_) => "json",
            Self::Overtaken => "overtaken",
            Self::Thread => "panicked",
            Self::TimeOver => "time_over",
        }
    }
}

/// Decides a bundle and stores the decision.
pub(super) async fn decide(state: Shared, bundle: Vec<u8>) -> Result<(), WorkError> {
    let Some((row, key)) = undecided(&state, &bundle).await? else { return Ok(()) };
    let examined = match state.store.examination(&bundle).await? {
        Some(body) => serde_json::from_str(&body)?,
        None => examined(&state, &row, &key).await?,
    };
    reach(&state, &bundle, Step::Quota).await?;
    let mut findings = Vec::new();
    if row.gap != 0 {
        findings.push(finding("sequence_gap", Class::Origin));
    }
    for (position, likeness) in examined.likenesses.iter().enumerate() {
        match state.store.seen_before(&bundle, position, likeness).await? {
            Some(Seen::Same) => findings.push(finding("duplicate_image", Class::Content)),
            Some(Seen::Alike) => findings.push(finding("similar_image", Class::Content)),
            None => {}
        }
    }
    settle(&state, &row, &key.grade, examined, findings, None).await
}

/// The decision on a bundle that could not be processed: a person looks.
pub(super) async fn give_up(state: &Shared, job: &Job) -> Result<(), WorkError> {
    let Some((row, key)) = undecided(state, &job.bundle).await? else { return Ok(()) };
    let findings = vec![finding("processing_failed", Class::Content)];
    let parked = Parked {
        step: job.step.clone(),
        failure: job.failure.clone().unwrap_or_else(|| "killed".to_owned()),
        attempts: job.attempts.saturating_sub(1),
    };
    let nothing = Examined { images: Vec::new(), hashes: Vec::new(), likenesses: Vec::new() };
    settle(state, &row, &key.grade, nothing, findings, Some(parked)).await
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

/// What the pixels say, stored.
async fn examined(state: &Shared, row: &BundleRow, key: &KeyRow) -> Result<Examined, WorkError> {
    prototypes::refresh(state).await?;
    reach(state, &row.sha256, Step::Verify).await?;
    let item = Item::Bundle(row.sha256.as_slice().try_into().map_err(|_| WorkError::Thread)?);
    let opening = metering::step("open");
    let bytes = archive::bytes(state, &row.merchant_id, &item).await?;
    drop(opening);
    let (shared, key, bundle) = (Arc::clone(state), key.clone(), row.sha256.clone());
    let work = tokio::task::spawn_blocking(move || {
        let now = Handle::current();
        let reach = |step| now.block_on(reach(&shared, &bundle, step));
        examine(&shared, &bytes, &key, &reach)
    });
    let examined = work.await.map_err(|_| WorkError::Thread)??;
    let body = serde_json::to_string(&examined)?;
    state.store.remember_examination(&row.sha256, &body, &examined.likenesses).await?;
    Ok(examined)
}

/// Says what is done next, so that whoever finds the job after a crash knows what it was.
async fn reach(state: &State, bundle: &[u8], step: Step) -> Result<(), WorkError> {
    Ok(state.store.begin_step(bundle, step.name()).await?)
}

/// Facts, quota, and the stored decision.
async fn settle(
    state: &Shared,
    row: &BundleRow,
    grade: &str,
    examined: Examined,
    findings: Vec<Signal>,
    parked: Option<Parked>,
) -> Result<(), WorkError> {
    let _settling = metering::step("quota");
    let mut weighing = Weighing { state, row, grade, examined, findings, parked };
    for _ in 0..WEIGHINGS {
        let proofs = state.store.proofs(&row.merchant_id).await?;
        let (decision, facts, vouchers) = weighing.decision().await?;
        let text = serde_json::to_string(&decision)?;
        let settled = Settled {
            merchant_id: &row.merchant_id,
            proofs,
            decision: &text,
            verdict: decision.verdict.name(),
            quota: decision.quota.quota,
            facts: &facts,
            vouchers: &vouchers,
        };
        if state.store.settle(&row.sha256, &settled, clock::seconds()).await? {
            metering::decided(&decision);
            return Ok(());
        }
        if undecided(state, &row.sha256).await?.is_none() {
            return Ok(());
        }
    }
    Err(WorkError::Overtaken)
}

/// A bundle held against all that is known of its merchant.
struct Weighing<'a> {
    state: &'a Shared,
    row: &'a BundleRow,
    grade: &'a str,
    examined: Examined,
    findings: Vec<Signal>,
    parked: Option<Parked>,
}

impl Weighing<'_> {
    async fn decision(
        &mut self,
    ) -> Result<(BundleDecision, Vec<bailing_credit::Fact>, Vec<Voucher>), WorkError> {
        let Self { state, row, grade, examined: Examined { images, hashes, .. }, .. } = &*self;
        let read: Vec<Voucher> = images
            .iter()
            .enumerate()
            .filter_map(|(at, image)| {
                consistency::voucher(&row.sha256, at, image.recognition.as_ref()?)
            })
            .collect();
        let known = state.store.vouchers(&row.merchant_id).await?;
        let contradictions = consistency::contradictions(&known, &read);
        let clean = Verdict::merge(&self.findings) == Verdict::Accepted;
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
        let mut findings = self.findings.clone();
        let mut proof = weigh(state, &pictures, counting).await?;
        if proof.shares_number {
            // Two merchants prove by the same paper: it counts for nobody new until a person has looked.
            findings.push(finding("number_shared", Class::Content));
            proof = weigh(state, &pictures, Vec::new()).await?;
        }
        let all = images.iter().flat_map(PictureDecision::signals).chain(&findings);
        let verdict = Verdict::merge(all.chain(contradictions.iter().map(|found| &found.signal)));
        let Proof { facts, vouchers, quota_before, quota, .. } = proof;
        let decision = BundleDecision {
            verdict,
            images: images.clone(),
            findings,
            contradictions,
            quota_before,
            quota,
            parked: self.parked.clone(),
            review: None,
        };
        Ok((decision, facts, vouchers))
    }
}

pub(super) fn finding(code: &'static str, class: Class) -> Signal {
    Signal::review(code, class, MODEL)
}
