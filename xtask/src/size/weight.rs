//! What one library weighs, part by part.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use memchr::memmem;
use serde::{Deserialize, Serialize};

use crate::checkout::Checkout;
use crate::failure::Failure;
use crate::target::Target;
use crate::toolchain::Kind;

/// A library's weight in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Weight {
    pub(crate) target: String,
    /// Whose tools linked it.
    pub(crate) toolchain: Kind,
    /// The stripped library, as it lies on the phone; of a static one, what an app gets.
    pub(crate) installed: u64,
    /// The same as a store sends it: deflate, level 9.
    pub(crate) zipped: u64,
    /// All but the models.
    pub(crate) code: u64,
    /// Each network's weights.
    pub(crate) models: BTreeMap<String, u64>,
}

/// What `cargo xtask mobile` wrote beside the library.
#[derive(Deserialize)]
struct Build {
    toolchain: Kind,
}

impl Weight {
    pub(crate) fn measure(target: Target, checkout: &Checkout) -> Result<Self, Failure> {
        let build = checkout.built(target).join("build.json");
        let json = std::fs::read(&build).map_err(Failure::file(&build))?;
        let Build { toolchain } =
            serde_json::from_slice(&json).map_err(|error| Failure::format(&build, error))?;
        let path = checkout.linked(target);
        let library = std::fs::read(&path).map_err(Failure::file(&path))?;
        let models = models(&library, &checkout.root.join("models"))?;
        let installed = library.len() as u64;
        Ok(Self {
            target: target.triple().to_owned(),
            toolchain,
            installed,
            zipped: deflated(&library).map_err(Failure::file(&path))?,
            code: installed.saturating_sub(models.values().sum()),
            models,
        })
    }

    /// Each part by its name.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&str, u64)> {
        [("code", self.code), ("zipped", self.zipped)]
            .into_iter()
            .chain(self.models.iter().map(|(name, bytes)| (name.as_str(), *bytes)))
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { target, toolchain, installed, zipped, code, models } = self;
        let toolchain = toolchain.name();
        write!(formatter, "{target}, with {toolchain}: {installed} bytes, {zipped} zipped")?;
        write!(formatter, "\n  code {code}")?;
        models.iter().try_for_each(|(name, bytes)| write!(formatter, "\n  model {name} {bytes}"))
    }
}

/// The networks of the folder `models` that a library carries, and the bytes that each takes there: the
/// file itself, or a zstd frame of it.
fn models(library: &[u8], folder: &Path) -> Result<BTreeMap<String, u64>, Failure> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(Failure::file(folder))? {
        let path = entry.map_err(Failure::file(folder))?.path();
        if path.extension().is_some_and(|kind| kind == "onnx") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, std::fs::read(&path).map_err(Failure::file(&path))?));
        }
    }
    let longest = files.iter().map(|(_, file)| file.len()).max().unwrap_or_default();
    let packed = frames(library, longest);
    Ok(files
        .into_iter()
        .filter_map(|(name, file)| {
            let whole = memmem::find(library, &file).map(|_| file.len());
            let frame = || packed.iter().find(|frame| frame.content == file);
            let bytes = whole.or_else(|| frame().map(|frame| frame.length))?;
            Some((name, bytes as u64))
        })
        .collect())
}

/// A zstd frame (RFC 8878) in a library.
struct Frame {
    /// Its own bytes.
    length: usize,
    content: Vec<u8>,
}

/// Every frame whose content has no more than `longest` bytes.
fn frames(library: &[u8], longest: usize) -> Vec<Frame> {
    let magic = zstd::zstd_safe::MAGICNUMBER.to_le_bytes();
    memmem::find_iter(library, &magic)
        .filter_map(|at| {
            let rest = library.get(at..)?;
            let length = zstd::zstd_safe::find_frame_compressed_size(rest).ok()?;
            let content = zstd::bulk::decompress(rest.get(..length)?, longest).ok()?;
            Some(Frame { length, content })
        })
        .collect()
}

/// How many bytes are left of it.
fn deflated(bytes: &[u8]) -> std::io::Result<u64> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish().map(|zipped| zipped.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_counts_where_its_bytes_are_in_the_library() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("inside.onnx"), b"weights of one").expect("written");
        std::fs::write(folder.path().join("outside.onnx"), b"weights of another").expect("written");
        std::fs::write(folder.path().join("inside.md"), b"code").expect("written");
        let found = models(b"code weights of one more code", folder.path()).expect("read");
        assert_eq!(found, BTreeMap::from([("inside".to_owned(), 14)]));
    }

    #[test]
    fn a_packed_model_counts_by_what_it_takes_packed() {
        let folder = tempfile::tempdir().expect("a folder");
        let weights = [7; 10_000];
        std::fs::write(folder.path().join("packed.onnx"), weights).expect("written");
        let frame = zstd::bulk::compress(&weights, 19).expect("packed");
        let library = [b"code \x28\xb5\x2f\xfd no frame".as_slice(), &frame, b"code"].concat();
        let found = models(&library, folder.path()).expect("read");
        assert_eq!(found, BTreeMap::from([("packed".to_owned(), frame.len() as u64)]));
    }

    #[test]
    fn even_bytes_are_zipped_to_few() {
        assert!(deflated(&[7; 100_000]).expect("in memory") < 1_000);
    }
}
