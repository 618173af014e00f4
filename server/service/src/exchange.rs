//! Around every request: its id, its deadline, its line in the log, its place in the metrics, and that a refusal is a problem
//! document whoever refuses, which its sender gets to read.

mod remainder;

use std::time::Duration;

use axum::extract::{MatchedPath, Request, State as Extract};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::{Instant, timeout};
use tracing::Instrument;

use crate::clock;
use crate::problem::{Code, Problem};

/// By which an answer is found in the log.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers a request within `deadline`. Its log and its metrics know the route, never the path: that may name a merchant.
pub(crate) async fn answer(
    Extract(deadline): Extract<Duration>,
    request: Request,
    next: Next,
) -> Response {
    let id = clock::random::<8>().map(hex::encode).unwrap_or_default();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = route.unwrap_or_else(|| "none".to_owned());
    let method = known(request.method());
    let began = Instant::now();
    let span = tracing::info_span!("request", id, method, route);
    let (request, remainder) = remainder::lend(request);
    async {
        // Nothing is called so: PostgreSQL does not look for it.
        let is_named =
            !request.uri().path_and_query().is_some_and(|of| of.as_str().contains("%00"));
        let answered = match is_named {
            true => timeout(deadline, next.run(request)).await,
            false => {
                drop(request);
                Ok(StatusCode::BAD_REQUEST.into_response())
            }
        };
        let is_read = answered.is_ok() && remainder.read().await;
        let mut response = match answered {
            Ok(response) => as_problem(response),
            Err(_) => Problem::new(
                StatusCode::REQUEST_TIMEOUT,
                "request_timeout",
                "the request was not done in time: send it again, in pieces where it is long",
            )
            .into_response(),
        };
        if !is_read {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        let status = response.status().as_u16();
        if let Some(Code(code)) = response.extensions().get() {
            metrics::counter!("bailing_http_refusals_total", "code" => code.clone()).increment(1);
        }
        let class = format!("{}xx", status / 100);
        let labels = [("method", method.to_owned()), ("route", route.clone()), ("status", class)];
        let took = began.elapsed();
        metrics::histogram!("bailing_http_request_duration_seconds", &labels).record(took);
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(status, milliseconds, "answered");
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
    .instrument(span)
    .await
}

/// A method's name; an invented one has none, so that nobody fills the metrics with them.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// What the framework refused, before any route of ours was asked.
fn as_problem(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_bare = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !is_bare || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let problem = match status {
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(
            status,
            "method_not_allowed",
            "this path does not know the method: see /api/v1/openapi.json",
        ),
        status if status.is_server_error() => Problem::internal("the framework"),
        status => Problem::new(
            status,
            "request_malformed",
            "the path or the query cannot be read: see /api/v1/openapi.json",
        ),
    };
    let allowed = response.headers().get(header::ALLOW).cloned();
    let mut response = problem.into_response();
    if let Some(allowed) = allowed {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}
