//! Refusals as problem documents (RFC 9457), each with a stable code.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::device::DeviceRefusal;

/// What went wrong with a request, and what to do about it. Holds no user data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// `urn:bailing:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// HTTP status in words.
    title: String,
    /// HTTP status.
    status: u16,
    /// What happened here and what to do.
    pub(crate) detail: String,
    /// Stable code, as listed in `CODES.md`.
    pub(crate) code: String,
}

/// A refusal's code, beside its answer, for whoever counts them.
#[derive(Clone, Debug)]
pub(crate) struct Code(pub(crate) String);

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:bailing:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Problem").to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            code: code.to_owned(),
        }
    }

    /// HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Whether the same request may be taken later.
    pub(crate) fn may_pass(&self) -> bool {
        self.status == 429 || self.status >= 500
    }

    /// Every part of the request is as it should be, and together they mean nothing.
    pub(crate) fn unusable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "request_unusable", detail)
    }

    /// Our own fault; the log has the cause, the answer does not.
    pub(crate) fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the server failed: try again later",
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(&self)).into_response();
        response.extensions_mut().insert(Code(self.code));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == 401 {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if matches!(self.status, 429 | 503) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

impl From<DeviceRefusal> for Problem {
    fn from(refusal: DeviceRefusal) -> Self {
        if refusal.may_pass() {
            tracing::error!(%refusal, "keys are refused until the revocation list is fetched again");
            return Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                refusal.code(),
                "the server's list of revoked certificates is missing or too old: try again later",
            );
        }
        Self::new(StatusCode::FORBIDDEN, refusal.code(), refusal.to_string())
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        Self::internal(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_its_code_twice() {
        insta::assert_json_snapshot!(
            Problem::new(StatusCode::CONFLICT, "ticket_used", "fetch another ticket"),
            @r#"
        {
          "type": "urn:bailing:problem:ticket_used",
          "title": "Conflict",
          "status": 409,
          "detail": "fetch another ticket",
          "code": "ticket_used"
        }
        "#
        );
    }
}
