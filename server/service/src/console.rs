//! The operator's page: what came in, what it shows, and what became of it.
//!
//! On a listener of its own, loopback unless configured otherwise: it shows merchants' papers and
//! asks for no password.

mod page;
mod picture;

use axum::Router;
use axum::extract::State as Extract;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::Html;
use axum::routing::get;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::problem::Problem;
use crate::state::Shared;
use crate::{api, exchange, metering};

/// Bundles and refusals shown.
const SHOWN: i64 = 50;

/// The operator's router: the page, its pictures, the metrics, and what operators change.
pub(crate) fn router(state: Shared) -> Router {
    let deadline = state.deadline;
    let headers: [(HeaderName, &str); 4] = [
        // Nothing but the page's own style and pictures: what a merchant's paper says cannot run.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; \
             base-uri 'none'; form-action 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let mut router = Router::new()
        .route("/", get(show))
        .route("/bundles/{sha256}/{position}", get(picture::show))
        .route("/bundles/{sha256}/{position}/tampering", get(picture::tampering))
        .route("/metrics", get(metrics))
        .merge(api::operator_router())
        .fallback(|| async {
            Problem::new(StatusCode::NOT_FOUND, "not_found", "no such page: start at /")
        })
        .with_state(state);
    for (name, value) in headers {
        router =
            router.layer(SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value)));
    }
    router.layer(from_fn_with_state(deadline, exchange::answer))
}

async fn show(Extract(state): Extract<Shared>) -> Result<Html<String>, Problem> {
    let bundles = state.store.newest(SHOWN).await?;
    let refusals = state.store.refusals(SHOWN).await?;
    let waiting = state.store.job_count().await?;
    let page = page::render(&bundles, &refusals, waiting, state.recogniser.has_engine());
    Ok(Html(page.into_string()))
}

async fn metrics(Extract(state): Extract<Shared>) -> Result<String, Problem> {
    Ok(metering::render(&state).await?)
}

/// The metrics' own listener: these and nothing else.
pub(crate) fn metrics_router(state: Shared) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .fallback(|| async {
            Problem::new(StatusCode::NOT_FOUND, "not_found", "only /metrics is here")
        })
        .layer(from_fn_with_state(state.deadline, exchange::answer))
        .with_state(state)
}
