//! Compiled models, one for each input shape, kept while they are used.

use std::sync::{Arc, Mutex, PoisonError};

use tract_onnx::pb::ModelProto;
use tract_onnx::prelude::*;

use super::OcrError;

/// A model compiled for one input shape.
type Plan = Arc<TypedRunnableModel>;

/// An ONNX model and its most recently used plans.
#[derive(Debug)]
pub(super) struct Plans {
    proto: ModelProto,
    capacity: usize,
    /// Most recently used last. Few enough for a linear search.
    recent: Mutex<Vec<([usize; 2], Plan)>>,
}

impl Plans {
    /// Parses a model that takes `1 × 3 × height × width`; keeps at most `capacity` plans.
    pub(super) fn new(bytes: &[u8], capacity: usize) -> Result<Self, OcrError> {
        let proto = onnx().proto_model_for_read(&mut &*bytes).map_err(failed)?;
        Ok(Self { proto, capacity, recent: Mutex::new(Vec::new()) })
    }

    /// An entry of the model's metadata.
    pub(super) fn metadata(&self, key: &str) -> Option<&str> {
        self.proto
            .metadata_props
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| entry.value.as_str())
    }

    /// Runs the model on `1 × 3 × height × width` values, and gives its first output's values and
    /// shape.
    pub(super) fn run(
        &self,
        height: usize,
        width: usize,
        values: &[f32],
    ) -> Result<(Vec<f32>, Vec<usize>), OcrError> {
        let plan = self.plan([height, width])?;
        let input = Tensor::from_shape(&[1, 3, height, width], values).map_err(failed)?;
        let outputs = plan.run(tvec!(input.into_tvalue())).map_err(failed)?;
        let output = outputs.first().ok_or_else(|| OcrError::Engine("no output".to_owned()))?;
        let view = output.to_plain_array_view::<f32>().map_err(failed)?;
        Ok((view.iter().copied().collect(), view.shape().to_vec()))
    }

    fn plan(&self, shape: [usize; 2]) -> Result<Plan, OcrError> {
        // A poisoned list is still a list: plans are never changed in place.
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = recent.iter().position(|(known, _)| *known == shape) {
            let entry = recent.remove(found);
            let plan = entry.1.clone();
            recent.push(entry);
            return Ok(plan);
        }
        // Built under the lock: two threads that need the same plan build it once.
        let plan = self.compile(shape).map_err(failed)?;
        if recent.len() >= self.capacity {
            recent.remove(0);
        }
        recent.push((shape, plan.clone()));
        Ok(plan)
    }

    fn compile(&self, [height, width]: [usize; 2]) -> TractResult<Plan> {
        // The models' own shape annotations contradict each other once the input is fixed.
        let onnx = onnx().with_ignore_value_info(true).with_ignore_output_shapes(true);
        let mut model = onnx.model_for_proto_model(&self.proto)?;
        model.set_input_fact(0, f32::fact([1, 3, height, width]).into())?;
        model.into_optimized()?.into_runnable()
    }
}

fn failed(error: TractError) -> OcrError {
    OcrError::Engine(format!("{error:#}"))
}
