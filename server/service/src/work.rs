//! Decides bundles, one job after another.

mod consistency;
mod decide;
mod decision;
mod examine;
mod likeness;
mod proof;
mod review;

use std::sync::Arc;
use std::time::Duration;

pub use decision::{BundleDecision, Parked, PictureDecision};
pub(crate) use likeness::{Likeness, MOST as MOST_DIFFERENCE};
pub(crate) use review::review;
pub use review::{Review, Ruling};

use crate::clock;
use crate::state::Shared;
use crate::store::Job;
use decide::WorkError;

/// Attempts after which a bundle goes to a person.
const ATTEMPTS: i64 = 5;

/// How often a worker looks for jobs that no bell announced: those of other processes, and those
/// whose time has come.
const LOOK: Duration = Duration::from_millis(500);

/// A worker that lives moves its lease on this often.
const KEEP: Duration = Duration::from_secs(20);

/// How working ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// As it was told to.
    Told,
    /// A bundle took too long, and its thread cannot be ended but with its process.
    Stuck,
}

/// Works until told to stop; the job in hand is finished first.
pub(crate) async fn run(state: Shared, mut stop: tokio::sync::watch::Receiver<bool>) -> Ended {
    while !*stop.borrow() {
        match state.store.take_job(clock::seconds()).await {
            Ok(Some(job)) => {
                if work(&state, job).await == Ended::Stuck {
                    return Ended::Stuck;
                }
            }
            Ok(None) => {
                tokio::select! {
                    () = state.bell.notified() => {}
                    () = tokio::time::sleep(LOOK) => {}
                    _ = stop.changed() => {}
                }
            }
            Err(error) => {
                tracing::error!(%error, "the queue did not answer");
                tokio::time::sleep(LOOK).await;
            }
        }
    }
    Ended::Told
}

/// Leaves a bundle to a person at once.
async fn park(state: &Shared, bundle: &[u8], error: &WorkError) -> Result<(), WorkError> {
    tracing::warn!(%error, bundle = hex::encode(bundle), "left to a person");
    let Some(job) = state.store.job(bundle).await? else { return Ok(()) };
    let failure = Some(error.name().to_owned());
    decide::give_up(state, &Job { failure, attempts: job.attempts.saturating_add(1), ..job }).await
}

async fn work(state: &Shared, job: Job) -> Ended {
    let (bundle, attempts) = (job.bundle.clone(), job.attempts);
    let name = hex::encode(&bundle);
    let result = if attempts > ATTEMPTS {
        decide::give_up(state, &job).await
    } else {
        let deciding = decide::decide(Arc::clone(state), bundle.clone());
        let over = tokio::time::sleep(Duration::from_secs(state.job_seconds));
        tokio::pin!(deciding, over);
        loop {
            tokio::select! {
                done = &mut deciding => break done,
                () = &mut over => break Err(WorkError::TimeOver),
                () = tokio::time::sleep(KEEP) => {
                    if let Err(error) = state.store.keep_job(&bundle, clock::seconds()).await {
                        tracing::warn!(%error, bundle = name, "a lease was not moved on");
                    }
                }
            }
        }
    };
    let result = match result {
        // Tried again it would fail again.
        Err(error) if error.is_lasting() => park(state, &bundle, &error).await,
        result => result,
    };
    match &result {
        Ok(()) => tracing::info!(bundle = name, attempts, "decided"),
        Err(error) => {
            tracing::error!(%error, bundle = name, attempts, "not decided");
            // 2, 4, 8 … seconds.
            let wait = 1i64 << attempts.clamp(1, 10);
            let until = clock::seconds().saturating_add(wait);
            if let Err(error) = state.store.postpone_job(&bundle, error.name(), until).await {
                tracing::error!(%error, bundle = name, "a job waits for its lease to end");
            }
        }
    }
    if matches!(result, Err(WorkError::TimeOver)) { Ended::Stuck } else { Ended::Told }
}
