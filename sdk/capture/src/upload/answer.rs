//! The server's answers, as hostile bytes.

use bailing_evidence::policy::Policy;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use super::{Response, UploadError};

/// Longest answer that is parsed, bytes.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// Longest detail kept of a problem, characters.
const MAX_DETAIL: usize = 400;

/// What a new key has to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Random bytes of the server.
    pub bytes: Vec<u8>,
}

/// A key that the server now knows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct EnrolledKey {
    /// SHA-256 of the public key, hexadecimal.
    pub key_id: String,
    /// What its proof was worth: `A` to `D`.
    pub grade: String,
}

/// Leave to send bundles, one each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tickets {
    /// The tickets' bytes.
    pub tickets: Vec<Vec<u8>>,
}

/// What the server says of a bundle.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Bundle {
    /// Its name: SHA-256, hexadecimal.
    pub bundle: String,
    /// How far it has come.
    pub state: BundleState,
    /// The decision, once there is one. The phone shows it and does not interpret it.
    #[serde(default)]
    pub decision: Option<Value>,
}

/// The same without the decision itself, which may be long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Its name: SHA-256, hexadecimal.
    pub bundle: String,
    /// Whether the answer holds a decision.
    pub decided: bool,
}

/// How far a bundle has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BundleState {
    /// Stored; not looked at yet.
    Received,
    /// Decided.
    Decided,
}

impl Challenge {
    /// Reads the answer to [`super::challenge`].
    pub fn read(response: &Response) -> Result<Self, UploadError> {
        #[derive(Deserialize)]
        struct Wire {
            challenge: String,
        }
        let wire: Wire = read(response)?;
        Ok(Self { bytes: decode(&wire.challenge, response)? })
    }
}

impl EnrolledKey {
    /// Reads the answer to [`super::enrol`].
    pub fn read(response: &Response) -> Result<Self, UploadError> {
        read(response)
    }
}

impl Tickets {
    /// Reads the answer to [`super::tickets`].
    pub fn read(response: &Response) -> Result<Self, UploadError> {
        #[derive(Deserialize)]
        struct Wire {
            tickets: Vec<String>,
        }
        let wire: Wire = read(response)?;
        let tickets: Result<_, _> =
            wire.tickets.iter().map(|ticket| decode(ticket, response)).collect();
        Ok(Self { tickets: tickets? })
    }
}

impl Bundle {
    /// Reads the answer to [`super::put`] and [`super::poll`].
    pub fn read(response: &Response) -> Result<Self, UploadError> {
        read(response)
    }
}

impl Arrival {
    /// Reads the answer to [`super::put`] and [`super::poll`].
    pub fn read(response: &Response) -> Result<Self, UploadError> {
        #[derive(Deserialize)]
        struct Wire {
            bundle: String,
            state: BundleState,
            #[serde(default)]
            decision: Option<IgnoredAny>,
        }
        let wire: Wire = read(response)?;
        let decided = wire.state == BundleState::Decided && wire.decision.is_some();
        Ok(Self { bundle: wire.bundle, decided })
    }
}

/// Reads the answer to [`super::policy`]: what `key` signed for the server of that origin, and nothing else.
pub fn read_policy(
    response: &Response,
    key: &[u8; 32],
    server_origin: &str,
) -> Result<Policy, UploadError> {
    if response.status != 200 {
        return Err(problem(response));
    }
    Policy::open(&response.body, key, server_origin)
        .map_err(|_| UploadError::Malformed { status: response.status })
}

/// The answer's JSON, or the problem that the server reports instead.
fn read<T: DeserializeOwned>(response: &Response) -> Result<T, UploadError> {
    let status = response.status;
    if response.body.len() > MAX_ANSWER_BYTES {
        return Err(UploadError::Malformed { status });
    }
    if (200..300).contains(&status) {
        return serde_json::from_slice(&response.body)
            .map_err(|_| UploadError::Malformed { status });
    }
    Err(problem(response))
}

/// What an answer says that is none of success.
pub(super) fn problem(response: &Response) -> UploadError {
    let status = response.status;
    /// RFC 9457, with the stable code that this interface adds.
    #[derive(Deserialize)]
    struct Problem {
        code: String,
        #[serde(default)]
        detail: String,
    }
    let readable = response.body.len() <= MAX_ANSWER_BYTES && !(200..300).contains(&status);
    let problem = readable.then(|| serde_json::from_slice(&response.body).ok()).flatten();
    let Some(Problem { code, detail }) = problem else { return UploadError::Malformed { status } };
    let detail = detail.chars().filter(|c| !c.is_control()).take(MAX_DETAIL).collect();
    let code = code.chars().filter(|c| !c.is_control()).take(64).collect();
    UploadError::Refused { status, code, detail }
}

fn decode(text: &str, response: &Response) -> Result<Vec<u8>, UploadError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| UploadError::Malformed { status: response.status })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, body: &str) -> Response {
        Response { status, headers: Vec::new(), body: body.as_bytes().to_vec() }
    }

    #[test]
    fn a_problem_keeps_its_code() {
        let refused = response(409, r#"{"code":"ticket_used","detail":"fetch another"}"#);
        let error = Bundle::read(&refused).expect_err("a refusal");
        assert_eq!(error.code(), "ticket_used");
        assert!(!error.may_pass());
        assert!(Bundle::read(&response(503, "{}")).expect_err("a failure").may_pass());
    }

    #[test]
    fn what_is_not_of_this_interface_is_named_so() {
        for (status, body) in [(200, "[]"), (200, "<html>"), (502, "<html>"), (200, "")] {
            assert_eq!(
                Bundle::read(&response(status, body)),
                Err(UploadError::Malformed { status })
            );
        }
        let tickets = Tickets::read(&response(201, r#"{"tickets":["*"]}"#));
        assert_eq!(tickets, Err(UploadError::Malformed { status: 201 }));
    }

    #[test]
    fn a_decision_is_kept_whole() {
        let body = r#"{"bundle":"00","state":"decided","decision":{"verdict":{"outcome":"accepted"}},"more":1}"#;
        let bundle = Bundle::read(&response(200, body)).expect("a bundle");
        assert_eq!(bundle.state, BundleState::Decided);
        assert_eq!(bundle.decision.expect("a decision")["verdict"]["outcome"], "accepted");
    }
}
