//! A bundle's bytes as they arrive: the signed part first, then all of them.
//!
//! Memory stays the same however long a bundle is, and nobody's disk is filled before a signature held.

use std::path::Path;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, StatusCode, header};
use bailing_evidence::{bundle, limits};
use http_body_util::BodyExt;
use ring::digest::{Context, SHA256};

use super::taking_in;
use crate::content::{Content, Spool};
use crate::problem::Problem;

/// The signed part arrives by then: 256 KiB take 16 s at 128 kbit/s.
pub(super) const HEAD_DEADLINE: Duration = Duration::from_secs(20);

/// The body of one upload.
pub(super) struct Arriving {
    body: Body,
    hash: Context,
    length: usize,
    head: Vec<u8>,
}

impl Arriving {
    /// Nothing is read yet.
    pub(super) fn new(body: Body) -> Self {
        Self { body, hash: Context::new(&SHA256), length: 0, head: Vec::new() }
    }

    /// Refuses at once what says that it is too long.
    pub(super) fn check_length(headers: &HeaderMap) -> Result<(), Problem> {
        let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        let length = length.and_then(|text| text.parse::<usize>().ok());
        if length.is_some_and(|length| length > limits::BUNDLE_BYTES) {
            return Err(too_long());
        }
        Ok(())
    }

    /// The first bytes: at least the signed part, unless it is longer than it may be or the body ends
    /// in it.
    pub(super) async fn head(&mut self) -> Result<&[u8], Problem> {
        let read = async {
            while self.head.len() < bundle::head_length(&self.head) {
                let Some(chunk) = self.chunk().await? else { break };
                self.head.extend_from_slice(&chunk);
            }
            Ok(())
        };
        match tokio::time::timeout(HEAD_DEADLINE, read).await {
            Ok(read) => read.map(|()| self.head.as_slice()),
            Err(_) => Err(Problem::new(
                StatusCode::REQUEST_TIMEOUT,
                "bundle_unreadable",
                "the signed part did not arrive within 20 s: send the bundle again",
            )),
        }
    }

    /// All bytes; those that are too many for memory in a file of `folder`.
    pub(super) async fn whole(&mut self, folder: &Path) -> Result<Content, Problem> {
        let mut spool = Spool::new(folder);
        spool.expect(self.body.size_hint().lower().saturating_add(self.head.len() as u64));
        spool.add(&std::mem::take(&mut self.head)).await.map_err(Problem::internal)?;
        while let Some(chunk) = self.chunk().await? {
            spool.add(&chunk).await.map_err(Problem::internal)?;
        }
        spool.finish().await.map_err(Problem::internal)
    }

    /// Reads what is left and keeps nothing of it.
    pub(super) async fn pass(&mut self) -> Result<(), Problem> {
        while self.chunk().await?.is_some() {}
        Ok(())
    }

    /// Whether all that was read is what its name says.
    pub(super) fn check_name(&self, sha256: &[u8; 32]) -> Result<(), Problem> {
        taking_in::check_name(self.hash.clone().finish().as_ref(), sha256)
    }

    /// The next bytes, `None` after the last.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Problem> {
        loop {
            let Some(frame) = self.body.frame().await else { return Ok(None) };
            let frame = frame.map_err(|_| {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "bundle_unreadable",
                    "the body ended early: send the bundle again",
                )
            })?;
            // Trailers are nothing that was asked for.
            let Ok(chunk) = frame.into_data() else { continue };
            self.length = self.length.saturating_add(chunk.len());
            if self.length > limits::BUNDLE_BYTES {
                return Err(too_long());
            }
            self.hash.update(&chunk);
            return Ok(Some(chunk));
        }
    }
}

pub(super) fn too_long() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "request_too_large",
        "a bundle has at most 64 MiB: seal fewer pictures",
    )
}
