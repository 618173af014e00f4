//! A network that takes a picture of any size.

use std::sync::Arc;

use rten::{Model, NodeId, RunOptions, ThreadPool};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use super::OcrError;

/// An ONNX model of one input, `1 × 3 × height × width`, and one output.
pub(super) struct Network {
    model: Model,
    input: NodeId,
    output: NodeId,
    pool: Arc<ThreadPool>,
}

impl Network {
    /// Parses a model, which then runs on the threads of `pool`.
    pub(super) fn new(bytes: &[u8], pool: Arc<ThreadPool>) -> Result<Self, OcrError> {
        let model = Model::load(bytes.to_vec()).map_err(failed)?;
        let only = |ids: &[NodeId]| {
            ids.first().copied().ok_or_else(|| OcrError::Engine("no input or output".to_owned()))
        };
        let (input, output) = (only(model.input_ids())?, only(model.output_ids())?);
        Ok(Self { model, input, output, pool })
    }

    /// An entry of the model's metadata.
    pub(super) fn metadata(&self, key: &str) -> Option<&str> {
        self.model.metadata().get(key)
    }

    /// The output's values and shape for three planes of `height` × `width` values.
    pub(super) fn run(
        &self,
        height: usize,
        width: usize,
        planes: Vec<f32>,
    ) -> Result<(Vec<f32>, Vec<usize>), OcrError> {
        self.run_to(self.output, height, width, planes)
    }

    /// A value on the way to the output, by its name in the file.
    pub(super) fn value(&self, name: &'static str) -> Result<NodeId, OcrError> {
        self.model.find_node(name).ok_or_else(|| OcrError::Engine(format!("no value {name}")))
    }

    /// As [`Network::run`], but no farther than to `value`.
    pub(super) fn run_to(
        &self,
        value: NodeId,
        height: usize,
        width: usize,
        planes: Vec<f32>,
    ) -> Result<(Vec<f32>, Vec<usize>), OcrError> {
        let input = NdTensor::try_from_data([1, 3, height, width], planes)
            .map_err(|_| OcrError::Engine("a picture of another size".to_owned()))?;
        let mut options = RunOptions::default();
        options.thread_pool = Some(self.pool.clone());
        let inputs = vec![(self.input, input.into())];
        let outputs = self.model.run(inputs, &[value], Some(options)).map_err(failed)?;
        let first = outputs.into_iter().next();
        let output: Tensor<f32> = first
            .and_then(|value| value.try_into().ok())
            .ok_or_else(|| OcrError::Engine("the output is no tensor of numbers".to_owned()))?;
        let shape = output.shape().to_vec();
        Ok((output.into_data(), shape))
    }
}

impl std::fmt::Debug for Network {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Network").field("weights", &self.model.total_params()).finish()
    }
}

fn failed(error: impl std::fmt::Display) -> OcrError {
    OcrError::Engine(format!("{error:#}"))
}
