//! The requests that carry evidence to the server, and what its answers mean.
//!
//! Requests out, responses in: the platform's own HTTP client sends them, with its own TLS, and may
//! do so in the background.

mod answer;
mod headers;
pub mod tus;

use bailing_evidence::{bundle, enrolment};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use thiserror::Error;

pub use answer::{Arrival, Bundle, BundleState, Challenge, EnrolledKey, Tickets, read_policy};

use crate::{Attestation, DeviceKey, KeyError};

/// Longest bundle that goes as one `PUT`, bytes; a longer one goes in pieces ([`tus`]). A photographed page
/// of the demo has 200 to 350 KiB; what is lost with a connection is sent again, at 50 kbit/s for 80 s.
pub const WHOLE_BYTES: u64 = 512 * 1024;

/// One request to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// HTTP method.
    pub method: Method,
    /// Path below the server's address.
    pub path: String,
    /// Header names and values.
    pub headers: Vec<(&'static str, String)>,
    /// Body; empty for GET and HEAD.
    pub body: Vec<u8>,
}

/// HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a platform's client must know each of them")]
pub enum Method {
    /// GET
    Get,
    /// HEAD
    Head,
    /// PATCH
    Patch,
    /// POST
    Post,
    /// PUT
    Put,
}

impl Method {
    /// As HTTP writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// What came back, whatever the status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Header names, in any case, and values. Those that are not text may be left out.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

/// Nothing came back: no network, no server, or a time-out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "whoever carries requests makes it")]
pub struct Unreachable;

/// Why an exchange did not do what it was for.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum UploadError {
    /// The server refused, with a problem document (RFC 9457).
    #[error("the server refused ({status} {code}): {detail}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Stable code of the problem.
        code: String,
        /// The server's words.
        detail: String,
    },
    /// No answer: no network, no server, or a time-out.
    #[error("the server cannot be reached: the bundle waits and is sent later")]
    Unreachable,
    /// An answer that is not of this interface.
    #[error("the server answered something else than expected (status {status})")]
    Malformed {
        /// HTTP status.
        status: u16,
    },
    /// The device key did not sign the enrolment.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl UploadError {
    /// Stable code, as listed in `CODES.md`; the problem's own where the server refused.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused { code, .. } => code,
            Self::Unreachable => "unreachable",
            Self::Malformed { .. } => "answer_malformed",
            Self::Key(error) => error.code(),
        }
    }

    /// Whether the same request may succeed later.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable => true,
            Self::Refused { status, .. } | Self::Malformed { status } => {
                matches!(status, 408 | 425 | 429 | 500..)
            }
            Self::Key(_) => false,
        }
    }
}

/// Asks for a challenge, to enrol a key; answered by [`Challenge`].
pub fn challenge() -> Request {
    post("/api/v1/challenges", &json!({}))
}

/// Enrols an attested key for a merchant; answered by [`EnrolledKey`]. The attestation answers the
/// challenge: on Android it is what `setAttestationChallenge` got; on iOS its SHA-256 is the
/// `clientDataHash` that `attestKey` got.
pub fn enrol(
    challenge: &Challenge,
    attestation: &Attestation,
    app_id: &str,
    merchant_id: &str,
) -> Request {
    let platform = match attestation {
        Attestation::Android(_) => "android",
        Attestation::AppAttest(_) => "ios",
    };
    post(
        "/api/v1/keys",
        &json!({
            "platform": platform,
            "app_id": app_id,
            "merchant_id": merchant_id,
            "challenge": URL_SAFE_NO_PAD.encode(&challenge.bytes),
            "attestation": URL_SAFE_NO_PAD.encode(attestation.bytes()),
        }),
    )
}

/// Enrols a software key for a merchant, where a server takes such keys; answered by [`EnrolledKey`].
pub fn enrol_software(
    challenge: &Challenge,
    key: &dyn DeviceKey,
    app_id: &str,
    merchant_id: &str,
) -> Result<Request, UploadError> {
    let public_key = key.public_key();
    let message = enrolment::possession_message(&challenge.bytes, app_id, public_key.as_bytes());
    let proof = key.sign(&message)?;
    Ok(post(
        "/api/v1/keys",
        &json!({
            "platform": "software",
            "app_id": app_id,
            "merchant_id": merchant_id,
            "challenge": URL_SAFE_NO_PAD.encode(&challenge.bytes),
            "public_key": URL_SAFE_NO_PAD.encode(public_key.as_bytes()),
            "proof": URL_SAFE_NO_PAD.encode(proof),
        }),
    ))
}

/// Asks for tickets, so that pictures can be sealed offline as well; answered by [`Tickets`].
pub fn tickets(key_id: &[u8; 32], count: u32) -> Request {
    post("/api/v1/tickets", &json!({ "key_id": hex::encode(key_id), "count": count }))
}

/// Asks for the bank's policy; answered by [`read_policy`].
pub fn policy() -> Request {
    get("/api/v1/policy".to_owned())
}

/// Sends a bundle whole, under the SHA-256 of its bytes; answered by [`Bundle`]. Sending it twice does no
/// harm.
pub fn put(sha256: &[u8; 32], bytes: Vec<u8>) -> Request {
    Request {
        method: Method::Put,
        path: bundle_path(sha256),
        headers: vec![("content-type", bundle::MEDIA_TYPE.to_owned())],
        body: bytes,
    }
}

/// Asks what became of a bundle; answered by [`Bundle`].
pub fn poll(sha256: &[u8; 32]) -> Request {
    get(bundle_path(sha256))
}

fn bundle_path(sha256: &[u8; 32]) -> String {
    format!("/api/v1/bundles/{}", hex::encode(sha256))
}

fn get(path: String) -> Request {
    Request { method: Method::Get, path, headers: Vec::new(), body: Vec::new() }
}

fn post(path: &str, body: &serde_json::Value) -> Request {
    Request {
        method: Method::Post,
        path: path.to_owned(),
        headers: vec![("content-type", "application/json".to_owned())],
        body: body.to_string().into_bytes(),
    }
}
