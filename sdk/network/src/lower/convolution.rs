//! Windows over pictures.

use super::{Lowering, Operand, bounded, unsupported};
use crate::NetworkError;
use crate::kernel::{Bounds, Dense, Depthwise, Kernel, LANES, Pointwise, Weights, Window};
use crate::onnx::Node;
use crate::plan::{Layout, Source, Value};
use crate::tensor::Tensor;

impl<'g> Lowering<'g> {
    pub(super) fn convolution(&mut self, node: &'g Node) -> Result<Operand, NetworkError> {
        let weights = self.known(node, 1)?;
        let bias = match self.optional(node, 2)? {
            Some(_) => self.known(node, 2)?,
            None => Default::default(),
        };
        let value = self.value(node, 0)?;
        let ([outputs, inputs, height, width], [1, channels, rows, columns]) =
            (weights.shape.as_slice(), value.shape.as_slice())
        else {
            return Err(unsupported(node, "other than two dimensions of one picture"));
        };
        bounded(&node.operator, &weights.shape)?;
        let window = window(node, [*height, *width])?;
        let places = window.places([*rows, *columns]);
        let places = places.ok_or_else(|| unsupported(node, "a window larger than its picture"))?;
        let bounds = self.limited(node)?;
        let group = node.integer("group").unwrap_or(1);
        if group == 1 && inputs == channels {
            let pointwise =
                window.size == [1, 1] && window.step == [1, 1] && window.around == [0; 4];
            let made = if pointwise {
                let seen = self.blocked(&value)?;
                self.pointwise(&seen, &weights, &bias, places, bounds)
            } else {
                self.dense(node, &value, window, &weights, &bias, bounds)
            };
            return made.map(Operand::Computed);
        }
        if usize::try_from(group).ok() != Some(*channels) || outputs != channels || *inputs != 1 {
            return Err(unsupported(node, "groups of several channels"));
        }
        let taps = height * width;
        let tap = |channel: usize, at: usize| {
            weights.values.get(channel * taps + at).copied().unwrap_or(0.0)
        };
        self.depthwise(node, &value, window, tap, &bias.values, bounds).map(Operand::Computed)
    }

    fn dense(
        &mut self,
        node: &Node,
        value: &Value,
        window: Window,
        weights: &Tensor,
        bias: &Tensor,
        bounds: Bounds,
    ) -> Result<Value, NetworkError> {
        let value = self.strided(value)?;
        let (Layout::Strided(strides), [outputs, ..]) = (&value.layout, weights.shape.as_slice())
        else {
            return Err(unsupported(node, "its input's layout"));
        };
        let sides = value.shape.get(1..).and_then(|sides| sides.first_chunk::<3>());
        let strides = strides.get(1..).and_then(|strides| strides.first_chunk());
        let (Some(shape), Some(strides)) = (sides, strides) else {
            return Err(unsupported(node, "its input's layout"));
        };
        let inputs = weights.values.len() / outputs;
        let weights = Weights::new(&weights.values, inputs, inputs, &bias.values, bounds);
        let kernel = Dense::new(window, *shape, *strides, value.first, weights);
        let kernel = kernel.ok_or_else(|| unsupported(node, "its window"))?;
        let [_, rows, columns] = *shape;
        let [high, wide] = window.places([rows, columns]).unwrap_or_default();
        let out = self.buffer(outputs.div_ceil(LANES) * high * wide)?;
        self.scratch(kernel.scratch())?;
        self.step(Kernel::Dense(kernel), [value.source; 2], out);
        Ok(Value {
            source: Source::Buffer(out),
            first: 0,
            shape: vec![1, *outputs, high, wide],
            layout: Layout::Blocked,
        })
    }

    /// A layer over a blocked value; weights are output by output.
    pub(super) fn pointwise(
        &mut self,
        seen: &Value,
        weights: &Tensor,
        bias: &Tensor,
        [rows, columns]: [usize; 2],
        bounds: Bounds,
    ) -> Result<Value, NetworkError> {
        let outputs = weights.shape.first().copied().unwrap_or(0);
        let inputs = seen.shape.get(1).copied().unwrap_or(0);
        let (pixels, depth) = (rows * columns, inputs.next_multiple_of(LANES));
        let out = self.buffer(outputs.div_ceil(LANES) * pixels)?;
        let weights = Weights::new(&weights.values, inputs, depth, &bias.values, bounds);
        let layer = Pointwise { pixels, weights };
        self.step(Kernel::Pointwise(layer), [seen.source; 2], out);
        Ok(Value {
            source: Source::Buffer(out),
            first: 0,
            shape: vec![1, outputs, rows, columns],
            layout: Layout::Blocked,
        })
    }

    fn depthwise(
        &mut self,
        node: &Node,
        value: &Value,
        window: Window,
        tap: impl Fn(usize, usize) -> f32,
        bias: &[f32],
        bounds: Bounds,
    ) -> Result<Value, NetworkError> {
        let value = self.blocked(value)?;
        let [1, channels, rows, columns] = *value.shape.as_slice() else {
            return Err(unsupported(node, "other than two dimensions of one picture"));
        };
        let kernel = Depthwise::new(window, [channels, rows, columns], tap, bias, bounds);
        let kernel = kernel.ok_or_else(|| unsupported(node, "a window larger than its picture"))?;
        let [high, wide] = window.places([rows, columns]).unwrap_or_default();
        let out = self.buffer(channels.div_ceil(LANES) * high * wide)?;
        self.scratch(kernel.scratch())?;
        self.step(Kernel::Depthwise(kernel), [value.source; 2], out);
        Ok(Value {
            source: Source::Buffer(out),
            first: 0,
            shape: vec![1, channels, high, wide],
            layout: Layout::Blocked,
        })
    }

    /// A mean over a window is a window of equal weights.
    pub(super) fn average(&mut self, node: &'g Node) -> Result<Operand, NetworkError> {
        let value = self.value(node, 0)?;
        let size = node.integers("kernel_shape").unwrap_or_default();
        let [height, width] = *size else { return Err(unsupported(node, "its window")) };
        let (Ok(height), Ok(width)) = (usize::try_from(height), usize::try_from(width)) else {
            return Err(unsupported(node, "its window"));
        };
        bounded(&node.operator, &[height, width])?;
        let window = window(node, [height, width])?;
        let counts_all = window.around == [0; 4] || node.integer("count_include_pad") == Some(1);
        if !counts_all || node.integer("ceil_mode").unwrap_or(0) != 0 {
            return Err(unsupported(node, "means of less than the window"));
        }
        // Of columns first and then of rows: 18 numbers instead of 81 for a window of 9 × 9.
        let Window { step: [down, right], around: [above, before, below, behind], .. } = window;
        let column = Window { size: [height, 1], step: [down, 1], around: [above, 0, below, 0] };
        let row = Window { size: [1, width], step: [1, right], around: [0, before, 0, behind] };
        let mut value = value;
        for (window, length) in [(column, height), (row, width)] {
            let share = 1.0 / length as f32;
            value = self.depthwise(node, &value, window, |_, _| share, &[], Bounds::NONE)?;
        }
        Ok(Operand::Computed(value))
    }
}

fn window(node: &Node, size: [usize; 2]) -> Result<Window, NetworkError> {
    let numbers = |name: &str, usual: usize| {
        let of = |number: &i64| usize::try_from(*number).ok().filter(|number| *number <= 1 << 10);
        match node.integers(name) {
            None => Some(vec![usual; 4]),
            Some(numbers) => numbers.iter().map(of).collect(),
        }
    };
    let pads = numbers("pads", 0);
    let (Some(around), Some(steps), Some(spread)) = (
        pads.as_ref().and_then(|pads| pads.first_chunk()),
        numbers("strides", 1),
        numbers("dilations", 1),
    ) else {
        return Err(unsupported(node, "its window"));
    };
    let step = steps.first_chunk().filter(|step| !step.contains(&0));
    let explicit = node.text("auto_pad").is_none_or(|how| how == "NOTSET");
    match step {
        Some(step) if explicit && spread.iter().all(|apart| *apart == 1) => {
            Ok(Window { size, step: *step, around: *around })
        }
        _ => Err(unsupported(node, "its window")),
    }
}
