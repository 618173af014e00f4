//! Refusals as problem documents (RFC 9457), each with a stable code.

use axum::Json;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
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

/// Longest JSON of a request, bytes: an attestation of 64 KiB in base64url, and the rest.
const LONGEST_JSON: usize = 96 * 1024;

/// JSON of a request; what is wrong with it is answered as a problem.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let (parts, mut body) = request.into_parts();
        let mut json = Vec::new();
        while let Some(Ok(frame)) = body.frame().await {
            let Ok(chunk) = frame.into_data() else { continue };
            if json.len() + chunk.len() > LONGEST_JSON {
                return Err(Problem::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "request_too_large",
                    "a request in JSON has at most 96 KiB",
                ));
            }
            json.extend_from_slice(&chunk);
        }
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(malformed("send content-type: application/json"));
        }
        let mut value: Value =
            serde_json::from_slice(&json).map_err(|_| malformed("the body is not JSON"))?;
        make_plain(&mut value)?;
        T::deserialize(value).map(Self).map_err(|_| wrong_field())
    }
}

fn malformed(detail: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "request_malformed", detail)
}

fn wrong_field() -> Problem {
    malformed("a field is missing, unknown or of the wrong type: see openapi.json")
}

/// Makes 6.0 a 6, since JSON has one kind of number (JSON Schema 2020-12, section 6.1.1). Refuses lists, which no request has
/// and serde would take for an object's fields in their order, and texts with a NUL, which PostgreSQL does not store.
fn make_plain(value: &mut Value) -> Result<(), Problem> {
    /// Up to here every whole number is one that a float can be.
    const MOST: f64 = (1u64 << 53) as f64;
    match value {
        Value::Number(number) => {
            let float = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0);
            if let Some(float) = float.filter(|float| float.abs() <= MOST) {
                *number = (float as i64).into();
            }
            Ok(())
        }
        Value::Array(_) => Err(wrong_field()),
        Value::Object(fields) => fields.values_mut().try_for_each(make_plain),
        Value::String(text) if text.contains('\0') => {
            Err(Problem::unusable("a text holds no NUL character"))
        }
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
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
