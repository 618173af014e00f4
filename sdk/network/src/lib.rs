//! Runs small convolutional networks on one core: no threads, no allocations while running, the same
//! numbers on a phone and on a server.
//!
//! A [`Network`] is read once from an ONNX file and shared; whoever runs it brings a [`Workspace`].
//! Only the operators that this project's networks have are known, for one picture of fixed size at a
//! time. Sums are made in one order whatever the processor, so those that multiply and add in one rounding
//! (64-bit ARM, x86 with AVX2) come to the same numbers, but for the platform's own logarithm; older ones
//! differ by rounding.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod error;
mod kernel;
mod lower;
mod onnx;
mod plan;
mod tensor;
mod wire;

use fearless_simd::Level;

use crate::kernel::{LANES, Lane};
use crate::plan::{Output, Plan, Source};
pub use error::NetworkError;

/// A network, ready to run. Its weights take four bytes each.
#[derive(Debug)]
pub struct Network {
    plan: Plan,
    level: Level,
}

/// The memory that runs of any networks need, one after the other; it grows to what the largest takes.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    buffers: Vec<Vec<Lane>>,
    scratch: Vec<Lane>,
}

impl Network {
    /// Reads an ONNX file (operator sets 13 to 17) and plans how to compute it.
    ///
    /// # Errors
    ///
    /// [`NetworkError::Malformed`] where the bytes are no whole ONNX file, [`NetworkError::Unsupported`]
    /// where it has an operator, a shape or a type that no network here needs.
    pub fn read(file: &[u8]) -> Result<Self, NetworkError> {
        let plan = lower::lower(onnx::Graph::read(file)?)?;
        Ok(Self { plan, level: Level::new() })
    }

    /// Shape of its input, row-major: pictures, channels, rows, columns.
    pub fn input(&self) -> &[usize] {
        &self.plan.input
    }

    /// Runs it on one input and gives its first outputs, row-major, in the file's order. Allocates nothing
    /// once the workspace has seen the network.
    ///
    /// # Errors
    ///
    /// [`NetworkError::Input`] where the input has another number of values than [`Self::input`] says,
    /// [`NetworkError::Outputs`] where the network has fewer outputs.
    pub fn run<'w, const OUTPUTS: usize>(
        &self,
        input: &[f32],
        workspace: &'w mut Workspace,
    ) -> Result<[&'w [f32]; OUTPUTS], NetworkError> {
        let wanted = tensor::volume(&self.plan.input);
        if input.len() != wanted {
            return Err(NetworkError::Input { wanted, given: input.len() });
        }
        let has = self.plan.outputs.len();
        let Some(outputs) = self.plan.outputs.first_chunk::<OUTPUTS>() else {
            return Err(NetworkError::Outputs { wanted: OUTPUTS, has });
        };
        workspace.grow(&self.plan);
        let first = workspace.buffers.first_mut().map(|buffer| buffer.as_flattened_mut());
        let place = first.and_then(|buffer| buffer.get_mut(..wanted));
        place.ok_or(NetworkError::Overrun { step: 0 })?.copy_from_slice(input);
        for index in 0..self.plan.steps.len() {
            self.step(index, workspace).ok_or(NetworkError::Overrun { step: index })?;
        }
        let mut numbers = [&[][..]; OUTPUTS];
        for (numbers, Output { buffer, first, length }) in numbers.iter_mut().zip(outputs) {
            let buffer = workspace.buffers.get(*buffer).map(|buffer| buffer.as_flattened());
            let found = buffer.and_then(|buffer| buffer.get(*first..)?.get(..*length));
            *numbers = found.ok_or(NetworkError::Overrun { step: self.plan.steps.len() })?;
        }
        Ok(numbers)
    }

    fn step(&self, index: usize, workspace: &mut Workspace) -> Option<()> {
        let step = self.plan.steps.get(index)?;
        let mut out = std::mem::take(workspace.buffers.get_mut(step.out)?);
        let lanes = |source: Source| match source {
            Source::Buffer(buffer) => workspace.buffers.get(buffer).map(Vec::as_slice),
            Source::Constant(constant) => self.plan.constants.get(constant).map(Vec::as_slice),
        };
        let [first, second] = step.inputs.map(lanes);
        let inputs = first.zip(second);
        let ran = inputs.and_then(|(first, second)| {
            step.kernel.run(self.level, [first, second], &mut out, &mut workspace.scratch)
        });
        *workspace.buffers.get_mut(step.out)? = out;
        ran
    }
}

impl Workspace {
    fn grow(&mut self, plan: &Plan) {
        const EMPTY: Lane = [0.0; LANES];
        if self.buffers.len() < plan.buffers.len() {
            self.buffers.resize_with(plan.buffers.len(), Vec::new);
        }
        for (buffer, lanes) in self.buffers.iter_mut().zip(&plan.buffers) {
            if buffer.len() < *lanes {
                buffer.resize(*lanes, EMPTY);
            }
        }
        if self.scratch.len() < plan.scratch {
            self.scratch.resize(plan.scratch, EMPTY);
        }
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use std::fs;
    use std::path::Path;

    use fearless_simd::Level;

    use super::{Network, Workspace};

    #[test]
    fn processors_agree() {
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
        for name in ["document", "recapture-crop", "scene"] {
            let file = fs::read(models.join(name).with_extension("onnx")).expect("a model");
            let mut network = Network::read(&file).expect("a network");
            let wanted = network.input().iter().product();
            let picture: Vec<f32> = (0..wanted).map(|at| (at * 7 % 256) as f32 / 255.0).collect();
            let mut answer = |level: Level| {
                network.level = level;
                let mut workspace = Workspace::default();
                network.run::<1>(&picture, &mut workspace).expect("an answer")[0].to_vec()
            };
            let here = answer(Level::new());
            if let Some(avx2) = Level::new().as_avx2() {
                assert_eq!(answer(Level::Avx2(avx2)), here, "{name}");
            }
            let oldest = answer(Level::baseline());
            let differences = here.iter().zip(&oldest).map(|(a, b)| (a - b).abs());
            assert!(differences.fold(0.0, f32::max) < 1e-4, "{name}");
        }
    }
}
