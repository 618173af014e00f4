//! Styles and scripts, compiled in. Their address has their version in it, so that a browser may keep them for good.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use ring::digest::{Context, SHA256};

use super::terms;
use crate::problem::Problem;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("assets/", $name)))),*]
    };
}

/// By their names.
const FILES: &[(&str, &str)] = files![
    "tokens.css",
    "console.css",
    "merchant.css",
    "lark.svg",
    "merchant.js",
    "account.js",
    "consents.js",
    "conversation.js",
    "kept.js",
    "page.js",
    "quota.js",
    "tasks.js",
    "uploads.js",
];

/// What codes are called, for the merchant's page.
const TERMS: &str = "terms.js";

/// Of all files together, so that modules of one version load each other.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut context = Context::new(&SHA256);
    for (name, text) in FILES {
        context.update(name.as_bytes());
        context.update(text.as_bytes());
    }
    context.update(include_bytes!("terms.toml"));
    hex::encode(context.finish()).chars().take(16).collect()
});

/// Where a file is.
pub(super) fn address(name: &str) -> String {
    format!("/assets/{}/{name}", *VERSION)
}

pub(super) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{version}/{name}", get(show))
}

async fn show(Path((version, name)): Path<(String, String)>) -> Response {
    let file = FILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    let Some(text) = file.or((name == TERMS).then(terms::module)) else {
        return Problem::new(StatusCode::NOT_FOUND, "not_found", "no such file").into_response();
    };
    let kind = match name.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        _ => "image/svg+xml",
    };
    // A page of another version asks for what is not here: while servers are exchanged nobody keeps that.
    let keep = if version == *VERSION { "public, max-age=31536000, immutable" } else { "no-store" };
    let headers: [(HeaderName, &str); 2] =
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)];
    (headers, text).into_response()
}
