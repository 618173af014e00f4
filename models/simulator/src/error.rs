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
    /// A file that should hold a picture does not, or a picture could not be written as PNG.
    #[error("picture: {0}")]
    Image(#[from] image::ImageError),
    /// A picture could not be stored.
    #[error("JPEG encoder: {0}")]
    Store(#[from] jpeg_encoder::EncodingError),
    /// JPEG holds no picture of this size.
    #[error("a JPEG is at most 65535 pixels a side, not {side}: ask for a smaller size")]
    TooLarge {
        /// Pixels of the side that is too long.
        side: u32,
    },
    /// A folder of photographs holds none.
    #[error("{path} holds no .jpg or .png: give a folder with photographs, or leave --photos out", path = path.display())]
    NoPhotographs {
        /// The folder.
        path: PathBuf,
    },
    /// The truth could not be written as JSON.
    #[error("truth as JSON: {0}")]
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
            Self::Image(_) => "image_failed",
            Self::Store(_) => "store_failed",
            Self::TooLarge { .. } => "too_large",
            Self::NoPhotographs { .. } => "no_photographs",
            Self::Json(_) => "json_failed",
        }
    }
}
