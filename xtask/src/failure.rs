//! Why a task did not do its job.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// A failure, in words that say what to do.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("{program} could not be started: {source}")]
    Start { program: String, source: std::io::Error },
    #[error("{what} ended with {status}; what it said stands above")]
    Ended { what: String, status: std::process::ExitStatus },
    /// Something that the task needs is not installed.
    #[error("{0}")]
    Missing(String),
    /// A check found what must not be.
    #[error("{0}")]
    Refused(String),
    #[error("{}: {reason}", path.display())]
    Format { path: PathBuf, reason: String },
    #[error("could not write to stdout: {0}")]
    Stdout(std::io::Error),
}

impl Failure {
    /// For `map_err` on what is done to one file.
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { path, source }
    }

    /// A file that is not what it should be.
    pub(crate) fn format(path: &Path, reason: impl ToString) -> Self {
        Self::Format { path: path.to_path_buf(), reason: reason.to_string() }
    }
}
