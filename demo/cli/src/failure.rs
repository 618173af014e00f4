//! Why a command did not do its job.

use std::path::PathBuf;

use bailing_capture::{CaptureError, KeyError, OutboxError};
use thiserror::Error;

/// A failure, in words that say what to do.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error("{}: {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{}: {} bytes; a photo or bundle has at most {limit}", path.display(), length)]
    TooLong { path: PathBuf, length: u64, limit: u64 },
    #[error("{}: {source}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    #[error("{}: {source}", path.display())]
    Drawing { path: PathBuf, source: image::ImageError },
    #[error("{}: {source}", path.display())]
    Picture { path: PathBuf, source: bailing_vision::still::StillError },
    #[error(transparent)]
    Models(#[from] bailing_vision::ModelError),
    #[error(transparent)]
    Kinds(#[from] bailing_recognition::KindError),
    #[error(transparent)]
    Taxonomy(#[from] bailing_recognition::objects::TaxonomyError),
    #[error(transparent)]
    ObjectModel(#[from] bailing_recognition::objects::ModelError),
    #[error("the bundle could not be made: {0}")]
    Capture(#[from] CaptureError),
    #[error("{}: {reason}", path.display())]
    Bundle { path: PathBuf, reason: String },
    #[error("{}: {reason}", path.display())]
    Attestation { path: PathBuf, reason: String },
    #[error("the software key {}: {source}", path.display())]
    Key { path: PathBuf, source: KeyError },
    #[error("{}: {source}", path.display())]
    Case { path: PathBuf, source: bailing_credit::CaseError },
    #[error("the knowledge base: {0}")]
    Knowledge(#[from] bailing_credit::KnowledgeError),
    #[error("the assistant: {0}")]
    Assistant(#[from] bailing_credit::UnderstandingError),
    #[error("the OCR package in {}: {source}", path.display())]
    Ocr { path: PathBuf, source: bailing_recognition::OcrError },
    #[error("no OCR package in {}: run models/fetch-ocr, or name its folder with --ocr", path.display())]
    NoOcr { path: PathBuf },
    #[error("the server: {0}")]
    Server(#[from] bailing_server::StartError),
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error("the server does not take the demo's key ({code}): {detail}")]
    NotEnrolled { code: String, detail: String },
    #[error("nothing more came from the server after {seconds} s")]
    Silence { seconds: u64 },
    #[error("{}: {reason}", path.display())]
    Samples { path: PathBuf, reason: String },
    #[error("no verdict on {bundle} after {seconds} s: the console says more")]
    Undecided { bundle: String, seconds: u64 },
    #[error("{failed} of {total} {what}")]
    Some { failed: usize, total: usize, what: &'static str },
    #[error("{0}")]
    Unusable(String),
    #[error("could not read from stdin: {0}")]
    Stdin(std::io::Error),
    #[error("could not write to stdout: {0}")]
    Stdout(std::io::Error),
}

impl Failure {
    /// 2 for unusable arguments, else 1.
    pub(crate) fn exit_status(&self) -> u8 {
        match self {
            Self::Unusable(_) => 2,
            _ => 1,
        }
    }
}
