//! What is counted and measured, for Prometheus: no user data, and no label whose values a stranger could choose.

use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::clock;
use crate::state::State;
use crate::work::BundleDecision;

/// Edges of the latencies' buckets, seconds: from what a look-up takes to the longest request.
const SECONDS: [f64; 13] =
    [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0];

/// Edges of the scores' buckets.
const SCORES: [f64; 10] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/// The process has one recorder, however many services run in it.
pub(crate) fn recorder() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let builder = bucketed(PrometheusBuilder::new()).unwrap_or_else(|error| {
                tracing::warn!(%error, "latencies have no buckets");
                PrometheusBuilder::new()
            });
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            if metrics::set_global_recorder(recorder).is_err() {
                tracing::warn!("another recorder was set before: metrics stay empty");
            }
            describe();
            handle
        })
        .clone()
}

fn bucketed(builder: PrometheusBuilder) -> Result<PrometheusBuilder, BuildError> {
    builder
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_score".to_owned()), &SCORES)
}

fn describe() {
    describe_counter!("bailing_bundles_total", "Bundles that were taken in.");
    describe_counter!("bailing_refusals_total", "Bundles that were refused, by problem code.");
    describe_counter!("bailing_verdicts_total", "Bundles that were decided, by verdict.");
    describe_counter!("bailing_signals_total", "Signals that object, in decided bundles, by code.");
    describe_counter!("bailing_keys_enrolled_total", "Device keys that were enrolled, by grade.");
    describe_counter!(
        "bailing_worker_restarts_total",
        "Workers that ended by themselves and were started anew."
    );
    describe_counter!(
        "bailing_http_refusals_total",
        "Requests that were refused, by problem code."
    );
    describe_counter!(
        "bailing_connections_refused_total",
        "Connections of addresses that had their share already."
    );
    describe_gauge!("bailing_jobs_waiting", "Bundles that wait to be decided.");
    describe_gauge!(
        "bailing_oldest_job_age_seconds",
        "How long the bundle that waits longest has waited."
    );
    describe_histogram!(
        "bailing_recapture_score",
        "How likely a decided picture is one of a screen or a print, 0 to 1."
    );
    describe_histogram!("bailing_step_duration_seconds", "Steps of deciding a bundle, by step.");
    describe_histogram!(
        "bailing_http_request_duration_seconds",
        "Requests until their answer began, by method, route and class of status."
    );
}

/// All of it, in Prometheus' text format.
pub(crate) async fn render(state: &State) -> Result<String, sqlx::Error> {
    let waiting = u32::try_from(state.store.job_count().await?).unwrap_or(u32::MAX);
    gauge!("bailing_jobs_waiting").set(f64::from(waiting));
    let oldest = state.store.oldest_job().await?;
    let age = oldest.map_or(0, |since| clock::seconds().saturating_sub(since));
    let age = u32::try_from(age).unwrap_or_default();
    gauge!("bailing_oldest_job_age_seconds").set(f64::from(age));
    Ok(state.metrics.render())
}

/// What a worker measures. One that a server keeps beside itself tells the server, which has the only metrics of the two.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Measured {
    /// A bundle was decided.
    Decided {
        verdict: String,
        /// Codes of the signals that object.
        objections: Vec<String>,
        /// How likely each of its pictures is one of a screen or a print.
        recapture_scores: Vec<f32>,
    },
    /// A step was taken.
    Step { name: String, seconds: f64 },
}

static TOLD_ON_STANDARD_OUTPUT: AtomicBool = AtomicBool::new(false);

/// From now on this process tells what it measures on its standard output, a line each.
pub(crate) fn tell_on_standard_output() {
    TOLD_ON_STANDARD_OUTPUT.store(true, Ordering::SeqCst);
}

/// Counts what was measured, here or by whoever listens.
pub(crate) fn count(measured: &Measured) {
    if TOLD_ON_STANDARD_OUTPUT.load(Ordering::SeqCst) {
        if let Ok(line) = serde_json::to_string(measured) {
            // Nobody listens any more where this fails, and then nobody counts.
            let _ = writeln!(std::io::stdout().lock(), "{line}");
        }
        return;
    }
    match measured {
        Measured::Decided { verdict, objections, recapture_scores } => {
            counter!("bailing_verdicts_total", "verdict" => verdict.clone()).increment(1);
            for code in objections {
                counter!("bailing_signals_total", "code" => code.clone()).increment(1);
            }
            for score in recapture_scores {
                histogram!("bailing_recapture_score").record(f64::from(*score));
            }
        }
        Measured::Step { name, seconds } => {
            histogram!("bailing_step_duration_seconds", "step" => name.clone()).record(*seconds);
        }
    }
}

/// Counts a decision.
pub(crate) fn decided(decision: &BundleDecision) {
    count(&Measured::Decided {
        verdict: decision.verdict.name().to_owned(),
        objections: decision.objections().map(|signal| signal.code.to_string()).collect(),
        recapture_scores: decision.images.iter().map(|of| of.analysis.recapture.score).collect(),
    });
}

/// Measures a step until it is dropped.
pub(crate) fn step(name: &'static str) -> Step {
    Step { name, began: Instant::now() }
}

/// A step under way.
pub(crate) struct Step {
    name: &'static str,
    began: Instant,
}

impl Drop for Step {
    fn drop(&mut self) {
        let seconds = self.began.elapsed().as_secs_f64();
        count(&Measured::Step { name: self.name.to_owned(), seconds });
    }
}
