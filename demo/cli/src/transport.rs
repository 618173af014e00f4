//! Carries the SDK's requests over HTTP; on a phone the platform does this.

use std::time::Duration;

use bailing_capture::upload::{Method, Request, Response, Unreachable};
use ureq::http;

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
    pub(crate) fn send(&self, request: &Request) -> Result<Response, Unreachable> {
        let mut call = http::Request::builder()
            .method(request.method.name())
            .uri(format!("{}{}", self.server, request.path));
        for (name, value) in &request.headers {
            call = call.header(*name, value);
        }
        let answer = match request.method {
            // These have no body, and an empty one would be announced.
            Method::Get | Method::Head => self.agent.run(call.body(()).map_err(|_| Unreachable)?),
            Method::Patch | Method::Post | Method::Put => {
                self.agent.run(call.body(request.body.as_slice()).map_err(|_| Unreachable)?)
            }
        };
        let mut answer = answer.map_err(|_| Unreachable)?;
        let headers = answer.headers().iter().filter_map(|(name, value)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        });
        let (status, headers) = (answer.status().as_u16(), headers.collect());
        let body = answer.body_mut().with_config().limit(MAX_ANSWER_BYTES).read_to_vec();
        Ok(Response { status, headers, body: body.map_err(|_| Unreachable)? })
    }
}
