//! The console: what came in, what it shows, what became of it, and a person's decisions; and the merchant's own page.
//!
//! The bank's pages are on a listener of its own, loopback unless configured otherwise. Where the bank's login is
//! configured each asks for a token, since they show merchants' papers.

mod access;
mod assets;
mod bundle;
mod chart;
mod drawing;
mod failure;
mod find;
mod language;
mod layout;
mod log;
mod merchant;
mod neighbourhood;
mod overview;
mod own;
mod picture;
mod reviews;
mod shown;
mod terms;
mod trail;
mod waterfall;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State as Extract};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, from_fn_with_state};
use axum::routing::{get, post};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::problem::Problem;
use crate::state::Shared;
use crate::{api, exchange, metering};
use failure::Failed;

pub use drawing::draw_standard_input;

/// Longest form, bytes: a note or a token.
const LONGEST_FORM: usize = 16 * 1024;

/// What pages may do: nothing but load this server's own files and talk to it. What a merchant's paper says cannot run.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The operator's router: the pages, their pictures, the metrics, and what operators change.
pub(crate) fn router(state: Shared) -> Router {
    let deadline = state.deadline;
    let pages = Router::new()
        .route("/", get(overview::show))
        .route("/reviews", get(reviews::show))
        .route("/log", get(log::show))
        .route("/find", get(find::find))
        .route("/bundles/{sha256}", get(bundle::show))
        .route("/bundles/{sha256}/decision", post(bundle::decide))
        .route("/merchants/{id}", get(merchant::show))
        .route("/login", get(access::show).post(access::log_in))
        .route("/logout", post(access::log_out))
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
        .layer(middleware::from_fn(access::same_origin))
        .route("/bundles/{sha256}/{position}", get(picture::show))
        .route("/bundles/{sha256}/{position}/whole", get(picture::whole))
        .route("/bundles/{sha256}/{position}/glare", get(picture::glare))
        .route("/bundles/{sha256}/{position}/moire", get(picture::moire))
        .route("/bundles/{sha256}/{position}/tampering", get(picture::tampering))
        .fallback(|| async {
            let detail = "no such page: start at /";
            Failed::from(Problem::new(StatusCode::NOT_FOUND, "not_found", detail))
        })
        .layer(middleware::from_fn(failure::dress));
    let router = pages.merge(assets::router()).route("/metrics", get(metrics));
    guarded(router.merge(api::operator_router()))
        .with_state(state)
        .layer(from_fn_with_state(deadline, exchange::answer))
}

/// The merchant's page and its files, on the public listener.
pub(crate) fn public_router() -> Router<Shared> {
    let page = Router::new().route("/merchant", get(own::show));
    guarded(page.layer(middleware::from_fn(failure::dress)).merge(assets::router()))
}

/// With headers that keep a browser from doing anything else. Nobody keeps what does not say so.
fn guarded(mut router: Router<Shared>) -> Router<Shared> {
    for (name, value) in HEADERS {
        let value = HeaderValue::from_static(value);
        router = router.layer(SetResponseHeaderLayer::overriding(name, value));
    }
    let nothing_kept = HeaderValue::from_static("no-store");
    router.layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, nothing_kept))
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

/// A cookie's value.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let sent = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    sent.flat_map(|text| text.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}
