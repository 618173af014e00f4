//! The networks, whose weights are part of the program.

use std::fmt;
use std::sync::Arc;

use bailing_network::{Network, NetworkError, Workspace};
use thiserror::Error;

/// A network as the program carries it.
struct Packed {
    /// Its card in `models` has the same.
    name: &'static str,
    /// Bytes of the ONNX file.
    length: usize,
    /// Of the ONNX file.
    sha256: [u8; 32],
    /// The file, as one zstd frame.
    zstd: &'static [u8],
}

/// Written by `build.rs`.
const PACKED: [Packed; 3] = include!(concat!(env!("OUT_DIR"), "/packed.rs"));

/// Every network, ready to run: some 30 ms of work, to be done once and shared. A clone is a reference,
/// and memory of its own to run them in.
pub struct Models {
    networks: Arc<Networks>,
    workspace: Workspace,
}

struct Networks {
    document: Network,
    recapture_crop: Network,
    recapture_view: Network,
}

impl Models {
    /// Side of the square view that the document network looks at, pixels.
    pub(crate) const DOCUMENT_SIDE: usize = 192;

    /// Side of the part of a frame that the crop network looks at, pixels of the frame.
    pub(crate) const CROP_SIDE: usize = 224;

    /// Side of the square view that the display network looks at, pixels.
    pub(crate) const DISPLAY_SIDE: usize = 224;

    /// Cells of the document network's maps each way.
    pub(crate) const DOCUMENT_CELLS: usize = Self::DOCUMENT_SIDE / 4;

    /// Kinds of displays, and parts of the view each way, that the display network tells.
    pub(crate) const DISPLAY_KINDS: usize = 7;
    pub(crate) const DISPLAY_PARTS: usize = 7;

    /// Unpacks and plans the networks.
    ///
    /// # Errors
    ///
    /// [`ModelError`] where the weights in the program are damaged.
    pub fn load() -> Result<Self, ModelError> {
        let [document, crop, view] = PACKED;
        let networks = Networks {
            document: document.unpack()?,
            recapture_crop: crop.unpack()?,
            recapture_view: view.unpack()?,
        };
        let mut models = Self { networks: Arc::new(networks), workspace: Workspace::default() };
        // What fails at all fails here, and not in front of a merchant.
        let view = |side: usize| vec![0.0; 3 * side * side];
        models.document(&view(Self::DOCUMENT_SIDE))?;
        models.recapture_crop(&view(Self::CROP_SIDE))?;
        models.recapture_view(&view(Self::DISPLAY_SIDE))?;
        Ok(models)
    }

    /// Name of each network and the SHA-256 of its ONNX file, as its card and a manifest state it.
    pub fn hashes() -> impl Iterator<Item = (&'static str, [u8; 32])> {
        PACKED.into_iter().map(|packed| (packed.name, packed.sha256))
    }

    /// The document network's three outputs for one view, planar RGB 0..1: maps 6 × 48 × 48, of the
    /// page, its corners and other pages; rough corners; the page's logit.
    pub(crate) fn document(&mut self, view: &[f32]) -> Result<[&[f32]; 3], ModelError> {
        const CELLS: usize = Models::DOCUMENT_CELLS;
        let lengths = [6 * CELLS * CELLS, 8, 1];
        run("document", &self.networks.document, view, &mut self.workspace, lengths)
    }

    /// Whether a part of a frame at the frame's own pixels, planar RGB 0..1, shows a display: a logit.
    pub(crate) fn recapture_crop(&mut self, crop: &[f32]) -> Result<f32, ModelError> {
        let network = &self.networks.recapture_crop;
        let [logit] = run("recapture-crop", network, crop, &mut self.workspace, [1])?;
        Ok(logit.first().copied().unwrap_or_default())
    }

    /// Whether a whole view, planar RGB 0..1, shows a display: logits of 7 kinds × 7 × 7 parts.
    pub(crate) fn recapture_view(&mut self, view: &[f32]) -> Result<&[f32], ModelError> {
        let lengths = [Self::DISPLAY_KINDS * Self::DISPLAY_PARTS * Self::DISPLAY_PARTS];
        let network = &self.networks.recapture_view;
        run("recapture-view", network, view, &mut self.workspace, lengths).map(|[parts]| parts)
    }
}

/// A network's first outputs for one picture, of these lengths.
fn run<'w, const OUTPUTS: usize>(
    name: &'static str,
    network: &Network,
    picture: &[f32],
    workspace: &'w mut Workspace,
    lengths: [usize; OUTPUTS],
) -> Result<[&'w [f32]; OUTPUTS], ModelError> {
    let outputs = network.run(picture, workspace).map_err(|error| ModelError::of(name, &error))?;
    if outputs.map(<[f32]>::len) == lengths {
        Ok(outputs)
    } else {
        Err(ModelError { model: name, reason: "an output has another shape".to_owned() })
    }
}

impl Packed {
    fn unpack(&self) -> Result<Network, ModelError> {
        let damaged = |reason: String| ModelError { model: self.name, reason };
        let file = zstd::bulk::decompress(self.zstd, self.length)
            .map_err(|error| damaged(error.to_string()))?;
        if file.len() != self.length {
            return Err(damaged(format!("{} of {} bytes", file.len(), self.length)));
        }
        Network::read(&file).map_err(|error| ModelError::of(self.name, &error))
    }
}

/// The probability that a logit stands for, 0..1.
pub(crate) fn probability(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

impl Clone for Models {
    fn clone(&self) -> Self {
        Self { networks: Arc::clone(&self.networks), workspace: Workspace::default() }
    }
}

impl fmt::Debug for Models {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Models")
    }
}

/// Why a network cannot be run.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the {model} network cannot run here ({reason}): rebuild from a clean checkout")]
pub struct ModelError {
    model: &'static str,
    reason: String,
}

impl ModelError {
    fn of(model: &'static str, error: &NetworkError) -> Self {
        Self { model, reason: error.to_string() }
    }

    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        "model_unusable"
    }
}

#[cfg(test)]
mod tests {
    use super::{PACKED, Packed};

    #[test]
    fn damaged_weights_are_told() {
        let [document, ..] = PACKED;
        let Packed { name, length, sha256, zstd } = document;
        let unpacked = |zstd, length| Packed { name, length, sha256, zstd }.unpack();
        assert!(unpacked(zstd, length).is_ok());
        let (half, _) = zstd.split_at(zstd.len() / 2);
        for error in
            [unpacked(half, length), unpacked(zstd, length - 1), unpacked(zstd, length + 1)]
        {
            let error = error.expect_err("damaged");
            assert_eq!(error.code(), "model_unusable");
            assert!(error.to_string().contains("document"), "{error}");
        }
    }
}
