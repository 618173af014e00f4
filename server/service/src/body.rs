//! Bodies of requests that are read whole.

use axum::body::{self, Body as Arriving, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use http_body_util::LengthLimitError;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::problem::Problem;

/// Longest JSON of a request, bytes: an attestation of 64 KiB in base64url, and the rest.
const LONGEST_JSON: usize = 96 * 1024;

/// JSON of a request; what is wrong with it is answered as a problem.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        let json = whole(body, LONGEST_JSON, "a request in JSON has at most 96 KiB").await?;
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

/// All of a body, at most so many bytes; `too_long` says that, and what to do.
pub(crate) async fn whole(body: Arriving, most: usize, too_long: &str) -> Result<Bytes, Problem> {
    body::to_bytes(body, most).await.map_err(|error| {
        let cause = std::error::Error::source(&error);
        if cause.is_some_and(|cause| cause.is::<LengthLimitError>()) {
            return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "request_too_large", too_long);
        }
        malformed("the body ended early: send it again")
    })
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
