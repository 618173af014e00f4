//! The interface that phones use, and on another listener operators.

mod arriving;
mod assistant;
mod bundles;
mod challenges;
mod consents;
mod data;
mod health;
mod imports;
mod keys;
mod log;
mod merchants;
mod pieces;
mod prototypes;
mod quota;
mod reviews;
mod speaker;
mod standing;
mod taking_in;
mod tickets;
mod tus;
mod uploads;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State as Extract};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tower_http::timeout::TimeoutLayer;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::console;
use crate::problem::Problem;
use crate::state::Shared;
pub(crate) use data::{Kept, sweep as end_expired};
pub(crate) use standing::sweep;

/// A request that is not done by then is ended: a bundle of 64 MiB at 5 Mbit/s takes 110 s.
const DEADLINE: Duration = Duration::from_secs(120);

#[derive(OpenApi)]
#[openapi(info(
    title = "Bailing",
    description = "Takes signed evidence bundles from phones and answers with a decision. \
                   Refusals are problem documents (RFC 9457) with a stable code. \
                   What is tagged operator is on the operator's listener."
), modifiers(&Securities))]
struct Document;

/// How a merchant is known.
struct Securities;

impl utoipa::Modify for Securities {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        for (name, description) in [
            (
                "merchant",
                "of the host app: `sub` is the bank's id of the merchant, `aud` this server's origin",
            ),
            (
                "staff",
                "of the bank's login, with `roles`: `reviewer`, `operator`, `auditor`; not asked for where no login \
                 is configured",
            ),
        ] {
            let token = HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .bearer_format("JWT")
                .description(Some(description));
            components.add_security_scheme(name, SecurityScheme::Http(token.build()));
        }
    }
}

/// The interface's description, as committed in `openapi.json`.
pub fn openapi() -> String {
    let (_, mut document) = routes_and_document().split_for_parts();
    document.merge(operator_routes_and_document().split_for_parts().1);
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

fn routes_and_document() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(challenges::create))
        .routes(routes!(keys::enrol))
        .routes(routes!(tickets::issue))
        .routes(routes!(bundles::put, bundles::show))
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
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, DEADLINE))
        .with_state(state)
}

/// Each address gets its share of requests.
async fn limit_rate(
    Extract(state): Extract<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if state.limiter.check_key(&peer.ip()).is_err() {
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

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_description_is_fresh() {
        let committed = include_str!("../openapi.json");
        assert_eq!(
            committed,
            super::openapi(),
            "renew it: bailing-server openapi > server/service/openapi.json"
        );
    }
}
