//! The interface that phones use, and on another listener operators.

mod arriving;
mod assistant;
mod bundles;
mod challenges;
mod consents;
mod data;
mod description;
mod events;
mod health;
mod imports;
mod keys;
mod log;
mod merchants;
mod pieces;
mod policy;
mod prototypes;
mod quota;
mod reviews;
mod speaker;
mod standing;
mod taking_in;
mod tasks;
mod tickets;
mod tus;
mod uploads;

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State as Extract};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::console;
use crate::problem::Problem;
use crate::state::Shared;
use crate::{client, exchange};
pub(crate) use data::{Kept, sweep as end_expired};
pub(crate) use standing::sweep;
pub(crate) use taking_in::forget_tickets;

/// The interface's description, as committed in `openapi.json`.
pub fn openapi() -> String {
    let (_, mut document) = routes_and_document().split_for_parts();
    document.merge(operator_routes_and_document().split_for_parts().1);
    description::complete(&mut document);
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

fn routes_and_document() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(description::Document::openapi())
        .routes(routes!(challenges::create))
        .routes(routes!(keys::enrol))
        .routes(routes!(tickets::issue))
        .routes(routes!(policy::show))
        .routes(routes!(bundles::list))
        .routes(routes!(bundles::put, bundles::show))
        .routes(routes!(events::follow))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(uploads::create, uploads::abilities))
                .routes(routes!(
                    uploads::show,
                    uploads::patch,
                    uploads::end,
                    uploads::overridden,
                    uploads::abilities_of_one
                ))
                .layer(middleware::from_fn(tus::speak)),
        )
        .routes(routes!(quota::show))
        .routes(routes!(quota::profile))
        .routes(routes!(tasks::list))
        .routes(routes!(tasks::promotions))
        .routes(routes!(assistant::turn))
        .routes(routes!(imports::own))
        .routes(routes!(consents::list))
        .routes(routes!(consents::agree, consents::take_back))
        .routes(routes!(data::show, data::take_all_back))
        .routes(routes!(data::export))
        .routes(routes!(data::take_back))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
}

/// What operators use, on their own listener.
pub(crate) fn operator_router() -> Router<Shared> {
    operator_routes_and_document().into()
}

fn operator_routes_and_document() -> OpenApiRouter<Shared> {
    prototypes::routes_and_document()
        .merge(merchants::routes_and_document())
        .merge(reviews::routes_and_document())
        .merge(log::routes_and_document())
}

/// The public router.
pub(crate) fn router(state: Shared) -> Router {
    let (router, _) = routes_and_document().split_for_parts();
    router
        .route(
            "/api/v1/openapi.json",
            axum::routing::get(|| async {
                ([(axum::http::header::CONTENT_TYPE, "application/json")], openapi())
            }),
        )
        .merge(console::public_router())
        .fallback(|| async {
            Problem::new(
                StatusCode::NOT_FOUND,
                "not_found",
                "no such path: see /api/v1/openapi.json",
            )
        })
        .layer(middleware::from_fn_with_state(state.clone(), limit_rate))
        .layer(middleware::from_fn_with_state(state.deadline, exchange::answer))
        .with_state(state)
}

/// Each address gets its share of requests.
async fn limit_rate(
    Extract(state): Extract<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let client = client::address(peer.ip(), request.headers(), &state.trusted_proxies);
    if !state.addresses.allows(client::counted(client)) {
        return Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limited",
            "too many requests from this address: wait a few seconds",
        )
        .into_response();
    }
    next.run(request).await
}

/// Work that is too long to do between other requests.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)?
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A byte string of a request, base64url without padding.
fn decode(name: &'static str, text: &str) -> Result<Vec<u8>, Problem> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| {
        let detail = format!("{name} is base64url without padding");
        Problem::new(StatusCode::BAD_REQUEST, "request_malformed", detail)
    })
}

/// A SHA-256 of a request, 64 hexadecimal digits.
fn decode_hash(name: &'static str, text: &str) -> Result<[u8; 32], Problem> {
    hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
        let detail = format!("{name} is 64 hexadecimal digits");
        Problem::new(StatusCode::BAD_REQUEST, "request_malformed", detail)
    })
}
