//! What can go wrong outside of this crate: fonts, files, encoders.

use std::path::PathBuf;

/// Why a sample could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimulatorError {
    /// A font that the layouts need is not installed.
    #[error("font {path} is missing: install it with `apt-get install {package}`", path = path.display())]
    FontMissing {
        /// Where it was looked for.
        path: PathBuf,
        /// The Debian package that carries it.
        package: &'static str,
    },
    /// A font file is there, but is no font.
    #[error("font {path} cannot be read as one: reinstall the package {package}", path = path.display())]
    FontInvalid {
        /// The file.
        path: PathBuf,
        /// The Debian package that carries it.
        package: &'static str,
    },
    /// A file could not be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A number written down in this crate cannot carry a check digit.
    #[error("an invented number uses a character or a length that such numbers do not have")]
    InventedNumber,
    /// A picture could not be encoded.
    #[error("JPEG encoder: {0}")]
    Encode(#[from] image::ImageError),
    /// The list of samples could not be written as JSON.
    #[error("samples.json: {0}")]
    Json(#[from] serde_json::Error),
}

impl SimulatorError {
    /// The stable name of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::FontMissing { .. } => "font_missing",
            Self::FontInvalid { .. } => "font_invalid",
            Self::File { .. } => "file_failed",
            Self::InventedNumber => "invented_number",
            Self::Encode(_) => "encode_failed",
            Self::Json(_) => "json_failed",
        }
    }
}
