//! The sample photos and what they should come to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::failure::Failure;
use crate::source;

/// One entry of `samples.json`: only what the demo needs of it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Sample {
    /// File name below the samples' folder.
    pub(super) file: String,
    /// The merchant whose story it belongs to: `haulier` or `shopkeeper`.
    pub(super) story: String,
    /// The kind that the phone is asked for.
    pub(super) kind: String,
    /// What was printed on it.
    #[serde(default)]
    pub(super) fields: BTreeMap<String, String>,
    /// The server's verdict to be expected.
    pub(super) expect: String,
    /// The codes to be expected among its reasons.
    #[serde(default)]
    pub(super) expect_reasons: Vec<String>,
}

/// The samples below `folder`, in the order of the stories.
pub(super) fn load(folder: &Path) -> Result<Vec<Sample>, Failure> {
    let path = folder.join("samples.json");
    let bytes = source::read(&path)?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Failure::Samples { path, reason: error.to_string() })
}

/// Where a sample's picture lies.
pub(super) fn picture(folder: &Path, sample: &Sample) -> PathBuf {
    folder.join(&sample.file)
}
