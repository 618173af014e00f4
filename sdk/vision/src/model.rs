//! The networks, whose weights are part of the program.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;
use tract_onnx::prelude::*;

/// Weights of the document network; `models/document.md` is its card.
const DOCUMENT: &[u8] = include_bytes!("../../../models/document.onnx");

/// A network, planned for its one input shape.
type Plan = Arc<TypedRunnableModel>;

/// Every network, planned: some 50 ms of work, to be done once and shared. A clone is a reference.
#[derive(Clone)]
pub struct Models {
    document: Plan,
}

impl Models {
    /// Side of the square view that the document network looks at, pixels.
    pub(crate) const DOCUMENT_SIDE: usize = 192;

    /// Plans the networks.
    ///
    /// # Errors
    ///
    /// [`ModelError`] where the engine cannot run the weights on this machine.
    pub fn load() -> Result<Self, ModelError> {
        let models = Self { document: plan("document", DOCUMENT, Self::DOCUMENT_SIDE)? };
        // What fails at all fails here, and not in front of a merchant.
        let black = vec![0.0; 3 * Self::DOCUMENT_SIDE * Self::DOCUMENT_SIDE];
        models.document(&black)?;
        Ok(models)
    }

    /// Name and weights, as ONNX, of each network: what a manifest names the hash of.
    pub fn weights() -> impl Iterator<Item = (&'static str, &'static [u8])> {
        [("document", DOCUMENT)].into_iter()
    }

    /// The document network's three outputs for one view, planar RGB 0..1: maps 5 × 48 × 48 (a sixth, where the weights have it, marks
    /// other pages), rough
    /// corners, the page's logit.
    pub(crate) fn document(&self, view: &[f32]) -> Result<[Arc<Tensor>; 3], ModelError> {
        let side = Self::DOCUMENT_SIDE;
        let run = || {
            let input = Tensor::from_shape(&[1, 3, side, side], view)?;
            self.document.run(tvec!(input.into_tvalue()))
        };
        let outputs = run().map_err(|error| ModelError::new("document", &error))?;
        let mut outputs = outputs.into_iter().map(TValue::into_arc_tensor);
        match (outputs.next(), outputs.next(), outputs.next()) {
            (Some(maps), Some(corners), Some(page)) => Ok([maps, corners, page]),
            _ => Err(ModelError { model: "document", reason: "an output is missing".to_owned() }),
        }
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
    fn new(model: &'static str, error: &TractError) -> Self {
        Self { model, reason: format!("{error:#}") }
    }

    pub(crate) fn shape(model: &'static str) -> Self {
        Self { model, reason: "an output has another shape".to_owned() }
    }

    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        "model_unusable"
    }
}

fn plan(name: &'static str, weights: &[u8], side: usize) -> Result<Plan, ModelError> {
    let plan = || {
        let mut model = onnx().model_for_read(&mut &*weights)?;
        model.set_input_fact(0, f32::fact([1, 3, side, side]).into())?;
        model.into_optimized()?.into_runnable()
    };
    plan().map_err(|error| ModelError::new(name, &error))
}
