//! Carries the SDK's requests over HTTP; on a phone the platform does this.

use std::time::Duration;

use bailing_capture::UploadError;
use bailing_capture::upload::{Method, Request, Response};

/// Longest answer taken from a server, bytes.
const MAX_ANSWER_BYTES: u64 = 4 * 1024 * 1024;

/// An HTTP client for one server.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    agent: ureq::Agent,
    server: String,
}

impl Transport {
    /// `server` is its address, for example `http://127.0.0.1:7080`.
    pub(crate) fn new(server: String) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        Self { agent, server }
    }

    /// Sends one request and takes the answer, whatever its status.
    pub(crate) fn send(&self, request: &Request) -> Result<Response, UploadError> {
        let address = format!("{}{}", self.server, request.path);
        let answer = match request.method {
            Method::Get => {
                let mut call = self.agent.get(&address);
                for (name, value) in &request.headers {
                    call = call.header(*name, value);
                }
                call.call()
            }
            Method::Post | Method::Put => {
                let mut call = if request.method == Method::Put {
                    self.agent.put(&address)
                } else {
                    self.agent.post(&address)
                };
                for (name, value) in &request.headers {
                    call = call.header(*name, value);
                }
                call.send(&request.body[..])
            }
        };
        let mut answer = answer.map_err(|_| UploadError::Unreachable)?;
        let status = answer.status().as_u16();
        let body = answer
            .body_mut()
            .with_config()
            .limit(MAX_ANSWER_BYTES)
            .read_to_vec()
            .map_err(|_| UploadError::Unreachable)?;
        Ok(Response { status, body })
    }
}
