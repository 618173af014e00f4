//! Decides bundles, one job after another.

mod consistency;
mod decide;
mod proof;
mod review;

use std::sync::Arc;
use std::time::Duration;

pub use decide::{BundleDecision, PictureDecision};
pub(crate) use review::review;
pub use review::{Review, Ruling};

use crate::clock;
use crate::state::Shared;
use crate::store::Job;

/// Attempts after which a bundle goes to a person.
const ATTEMPTS: i64 = 5;

/// How often a worker looks for jobs that no bell announced: those of other processes, and those
/// whose time has come.
const LOOK: Duration = Duration::from_millis(500);

/// A worker that lives moves its lease on this often.
const KEEP: Duration = Duration::from_secs(20);

/// Works until told to stop; the job in hand is finished first.
pub(crate) async fn run(state: Shared, mut stop: tokio::sync::watch::Receiver<bool>) {
    while !*stop.borrow() {
        match state.store.take_job(clock::seconds()).await {
            Ok(Some(job)) => work(&state, job).await,
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
}

async fn work(state: &Shared, job: Job) {
    let Job { bundle, attempts } = job;
    let name = hex::encode(&bundle);
    let result = if attempts > ATTEMPTS {
        decide::give_up(state, &bundle).await
    } else {
        let deciding = decide::decide(Arc::clone(state), bundle.clone());
        tokio::pin!(deciding);
        loop {
            tokio::select! {
                done = &mut deciding => break done,
                () = tokio::time::sleep(KEEP) => {
                    if let Err(error) = state.store.keep_job(&bundle, clock::seconds()).await {
                        tracing::warn!(%error, bundle = name, "a lease was not moved on");
                    }
                }
            }
        }
    };
    match result {
        Ok(()) => tracing::info!(bundle = name, attempts, "decided"),
        Err(error) => {
            tracing::error!(%error, bundle = name, attempts, "not decided");
            // 2, 4, 8 … seconds.
            let wait = 1i64 << attempts.clamp(1, 10);
            let until = clock::seconds().saturating_add(wait);
            if let Err(error) = state.store.postpone_job(&bundle, until).await {
                tracing::error!(%error, bundle = name, "a job waits for its lease to end");
            }
        }
    }
}
