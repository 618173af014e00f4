//! A network as steps over a few buffers.

use crate::kernel::{Kernel, LANES, Lane};
use crate::tensor::{dense, volume};

/// Where numbers lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Buffer(usize),
    Constant(usize),
}

#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) kernel: Kernel,
    /// What it reads; what needs one input has it twice.
    pub(crate) inputs: [Source; 2],
    /// The buffer that it writes, or a part of.
    pub(crate) out: usize,
}

/// A result: a buffer, where it begins there, and how many numbers it has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) buffer: usize,
    pub(crate) first: usize,
    pub(crate) length: usize,
}

#[derive(Debug)]
pub(crate) struct Plan {
    /// The input's shape; it is put into buffer 0.
    pub(crate) input: Vec<usize>,
    pub(crate) steps: Vec<Step>,
    pub(crate) constants: Vec<Vec<Lane>>,
    /// Lanes of each buffer.
    pub(crate) buffers: Vec<usize>,
    /// Lanes that one step or another needs for itself.
    pub(crate) scratch: usize,
    pub(crate) outputs: Vec<Output>,
}

/// How a value's numbers lie in its buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Neighbours along each dimension lie so far apart.
    Strided(Vec<usize>),
    /// Channels by eights, of one picture: 1 × channels × rows × columns.
    Blocked,
}

/// What a node makes, and the next ones take.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) source: Source,
    /// Where the first number lies.
    pub(crate) first: usize,
    pub(crate) shape: Vec<usize>,
    pub(crate) layout: Layout,
}

impl Value {
    pub(crate) fn dense(source: Source, shape: Vec<usize>) -> Self {
        let layout = Layout::Strided(dense(&shape));
        Self { source, first: 0, shape, layout }
    }

    /// Whether its numbers lie in row-major order without gaps.
    pub(crate) fn is_dense(&self) -> bool {
        let Layout::Strided(strides) = &self.layout else { return false };
        let dense = dense(&self.shape);
        self.shape
            .iter()
            .zip(strides)
            .zip(dense)
            .all(|((side, stride), dense)| *side == 1 || *stride == dense)
    }
}

/// Lanes that so many numbers fill.
pub(crate) fn lanes(numbers: usize) -> usize {
    numbers.div_ceil(LANES)
}

/// Lanes of a blocked value, if it has four dimensions.
pub(crate) fn blocked_lanes(shape: &[usize]) -> Option<usize> {
    match shape {
        [1, channels, size @ ..] if size.len() == 2 => Some(lanes(*channels) * volume(size)),
        _ => None,
    }
}

impl Plan {
    /// Lets buffers that are never needed at one time share memory.
    pub(crate) fn share_buffers(&mut self) {
        let kept: Vec<usize> = self.outputs.iter().map(|output| output.buffer).collect();
        let mut last = vec![0; self.buffers.len()];
        for (index, step) in self.steps.iter().enumerate() {
            let read = step.inputs.iter().filter_map(|source| match source {
                Source::Buffer(buffer) => Some(*buffer),
                Source::Constant(_) => None,
            });
            for buffer in read.chain([step.out]) {
                if let Some(last) = last.get_mut(buffer) {
                    *last = if kept.contains(&buffer) { usize::MAX } else { index };
                }
            }
        }
        let mut shared = vec![None; self.buffers.len()];
        let mut sizes = Vec::new();
        // Which are in use, and until when.
        let mut until: Vec<Option<usize>> = Vec::new();
        let mut place = |buffer: usize, now: usize| {
            let size = self.buffers.get(buffer).copied().unwrap_or(0);
            let end = last.get(buffer).copied().unwrap_or(usize::MAX);
            let free = |(_, until): &(usize, &Option<usize>)| until.is_none_or(|end| end < now);
            // The smallest that is large enough, or else the largest.
            let waste = |at: &usize| {
                let has = sizes.get(*at).copied().unwrap_or(0);
                if has >= size { (0, has - size) } else { (1, size - has) }
            };
            let found = until.iter().enumerate().filter(free).map(|(at, _)| at).min_by_key(waste);
            let at = found.unwrap_or(sizes.len());
            if found.is_none() {
                sizes.push(0);
                until.push(None);
            }
            if let (Some(has), Some(until)) = (sizes.get_mut(at), until.get_mut(at)) {
                *has = size.max(*has);
                *until = Some(end);
            }
            at
        };
        if let Some(input) = shared.first_mut() {
            *input = Some(place(0, 0));
        }
        for (index, step) in self.steps.iter_mut().enumerate() {
            for source in &mut step.inputs {
                if let Source::Buffer(buffer) = source {
                    *buffer = shared.get(*buffer).copied().flatten().unwrap_or(0);
                }
            }
            if let Some(out) = shared.get_mut(step.out) {
                step.out = *out.get_or_insert_with(|| place(step.out, index));
            }
        }
        for output in &mut self.outputs {
            output.buffer = shared.get(output.buffer).copied().flatten().unwrap_or(0);
        }
        self.buffers = sizes;
    }
}
