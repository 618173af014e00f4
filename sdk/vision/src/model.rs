//! The networks, whose weights are part of the program.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;
use tract_onnx::prelude::*;

/// Name and weights of each network; each has a card of the same name in `models`.
const WEIGHTS: [(&str, &[u8]); 3] = [
    ("document", include_bytes!("../../../models/document.onnx")),
    ("recapture-crop", include_bytes!("../../../models/recapture-crop.onnx")),
    ("recapture-view", include_bytes!("../../../models/recapture-view.onnx")),
];

/// A network, planned for its one input shape.
type Plan = Arc<TypedRunnableModel>;

/// Every network, planned: some 100 ms of work, to be done once and shared. A clone is a reference.
#[derive(Clone)]
pub struct Models {
    document: Network,
    recapture_crop: Network,
    recapture_view: Network,
}

/// One of them.
#[derive(Clone)]
struct Network {
    name: &'static str,
    side: usize,
    plan: Plan,
}

impl Models {
    /// Side of the square view that the document network looks at, pixels.
    pub(crate) const DOCUMENT_SIDE: usize = 192;

    /// Side of the part of a frame that the crop network looks at, pixels of the frame.
    pub(crate) const CROP_SIDE: usize = 224;

    /// Side of the square view that the display network looks at, pixels.
    pub(crate) const DISPLAY_SIDE: usize = 224;

    /// Plans the networks.
    ///
    /// # Errors
    ///
    /// [`ModelError`] where the engine cannot run the weights on this machine.
    pub fn load() -> Result<Self, ModelError> {
        let [document, crop, view] = WEIGHTS;
        let models = Self {
            document: Network::plan(document, Self::DOCUMENT_SIDE)?,
            recapture_crop: Network::plan(crop, Self::CROP_SIDE)?,
            recapture_view: Network::plan(view, Self::DISPLAY_SIDE)?,
        };
        // What fails at all fails here, and not in front of a merchant.
        for network in [&models.document, &models.recapture_crop, &models.recapture_view] {
            let [_] = network.run(&vec![0.0; 3 * network.side * network.side])?;
        }
        Ok(models)
    }

    /// Name and weights, as ONNX, of each network: what a manifest names the hash of.
    pub fn weights() -> impl Iterator<Item = (&'static str, &'static [u8])> {
        WEIGHTS.into_iter()
    }

    /// The document network's three outputs for one view, planar RGB 0..1: maps 6 × 48 × 48, of the
    /// page, its corners and other pages; rough corners; the page's logit.
    pub(crate) fn document(&self, view: &[f32]) -> Result<[Arc<Tensor>; 3], ModelError> {
        self.document.run(view)
    }

    /// Whether a part of a frame at the frame's own pixels, planar RGB 0..1, shows a display: a logit.
    pub(crate) fn recapture_crop(&self, crop: &[f32]) -> Result<f32, ModelError> {
        self.recapture_crop.logit(crop)
    }

    /// Whether a whole view, planar RGB 0..1, shows a display: logits of 7 kinds × 7 × 7 parts.
    pub(crate) fn recapture_view(&self, view: &[f32]) -> Result<Arc<Tensor>, ModelError> {
        self.recapture_view.run(view).map(|[parts]| parts)
    }
}

impl Network {
    fn plan((name, weights): (&'static str, &[u8]), side: usize) -> Result<Self, ModelError> {
        let plan = || {
            let mut model = onnx().model_for_read(&mut &*weights)?;
            model.set_input_fact(0, f32::fact([1, 3, side, side]).into())?;
            model.into_optimized()?.into_runnable()
        };
        let plan = plan().map_err(|error| ModelError::new(name, &error))?;
        Ok(Self { name, side, plan })
    }

    /// Its one number for one picture.
    fn logit(&self, picture: &[f32]) -> Result<f32, ModelError> {
        let [logit] = self.run(picture)?;
        let logit = numbers(self.name, &logit, 1)?.first().copied();
        logit.ok_or_else(|| ModelError::shape(self.name))
    }

    /// Its first outputs for one picture, planar RGB 0..1.
    fn run<const OUTPUTS: usize>(
        &self,
        picture: &[f32],
    ) -> Result<[Arc<Tensor>; OUTPUTS], ModelError> {
        let run = || {
            let input = Tensor::from_shape(&[1, 3, self.side, self.side], picture)?;
            self.plan.run(tvec!(input.into_tvalue()))
        };
        let outputs = run().map_err(|error| ModelError::new(self.name, &error))?;
        let outputs: Vec<_> =
            outputs.into_iter().take(OUTPUTS).map(TValue::into_arc_tensor).collect();
        outputs.try_into().map_err(|_| ModelError::shape(self.name))
    }
}

/// An output's numbers, of which there are so many at least.
pub(crate) fn numbers<'o>(
    model: &'static str,
    output: &'o Tensor,
    wanted: usize,
) -> Result<&'o [f32], ModelError> {
    let values = output.to_plain_array_view::<f32>().ok();
    let values = values.and_then(|values| values.to_slice());
    values.filter(|values| values.len() >= wanted).ok_or_else(|| ModelError::shape(model))
}

/// The probability that a logit stands for, 0..1.
pub(crate) fn probability(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
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
    fn new(model: &'static str, error: &TractError) -> Self {
        Self { model, reason: format!("{error:#}") }
    }

    fn shape(model: &'static str) -> Self {
        Self { model, reason: "an output is missing or has another shape".to_owned() }
    }

    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        "model_unusable"
    }
}
