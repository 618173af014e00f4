//! Sums, products, bounds, means: what is computed number by number.

use std::sync::Arc;

use super::{Lowering, Operand, bounded, unsupported};
use crate::NetworkError;
use crate::kernel::{Bounds, Dimension, Elementwise, Formula, Kernel, LANES, Reduce, Reduction};
use crate::onnx::Node;
use crate::plan::{Layout, Source, Value, blocked_lanes, lanes};
use crate::tensor::{Tensor, axis, dense, volume};

impl<'g> Lowering<'g> {
    /// Of two operands, of which the smaller is repeated.
    pub(super) fn arithmetic(
        &mut self,
        node: &Node,
        formula: Formula,
    ) -> Result<Operand, NetworkError> {
        match (self.input(node, 0)?, self.input(node, 1)?) {
            (Operand::Known(a), Operand::Known(b)) => {
                let made = of_known(formula, &a, &b);
                Ok(Operand::Known(Arc::new(made.ok_or_else(|| unsupported(node, "its shapes"))?)))
            }
            (a, b) => {
                let (a, b) = (self.value_of(a), self.value_of(b));
                self.binary(node, formula, &a, &b).map(Operand::Computed)
            }
        }
    }

    fn binary(
        &mut self,
        node: &Node,
        formula: Formula,
        a: &Value,
        b: &Value,
    ) -> Result<Value, NetworkError> {
        let shape = broadcast(&a.shape, &b.shape).ok_or_else(|| unsupported(node, "its shapes"))?;
        bounded(&node.operator, &shape)?;
        // Lanes beyond the last channel stay what they are, so that only what keeps 0 works on them.
        let harmless = matches!(formula, Formula::Add | Formula::Subtract | Formula::Multiply);
        let blocked = [a, b].map(|value| value.layout == Layout::Blocked && value.shape == shape);
        let through = match blocked {
            [true, true] if harmless => Some([flat(&shape), flat(&shape)]),
            [true, false] if harmless => channels(b, &shape).map(|b| [flat(&shape), b]),
            [false, true] if harmless => channels(a, &shape).map(|a| [a, flat(&shape)]),
            _ => None,
        };
        if let (Some([of_a, of_b]), Some(lanes)) = (through, blocked_lanes(&shape)) {
            let out = self.buffer(lanes)?;
            let through = flat(&shape).into_iter().zip(of_a).zip(of_b);
            let through = through.map(|(((length, out), (_, a)), (_, b))| Dimension {
                length,
                inputs: [a, b],
                out,
            });
            let kernel = Elementwise::new(formula, through, [a.first, b.first], 0);
            let source = Source::Buffer(out);
            let made = Value { source, first: 0, shape, layout: Layout::Blocked };
            return self.compute(kernel, [a.source, b.source], made);
        }
        let (a, b) = (self.strided(a)?, self.strided(b)?);
        let out = Source::Buffer(self.buffer(lanes(volume(&shape)))?);
        let (of_a, of_b) = (repeated(&a, shape.len()), repeated(&b, shape.len()));
        let through = shape.iter().zip(of_a).zip(of_b).zip(dense(&shape));
        let through = through.map(|(((length, a), b), out)| Dimension {
            length: *length,
            inputs: [a, b],
            out,
        });
        let kernel = Elementwise::new(formula, through, [a.first, b.first], 0);
        self.compute(kernel, [a.source, b.source], Value::dense(out, shape))
    }

    /// Of one operand.
    pub(super) fn function(
        &mut self,
        node: &Node,
        formula: Formula,
    ) -> Result<Operand, NetworkError> {
        let value = self.value(node, 0)?;
        let value = self.strided(&value)?;
        self.unary(&value, formula).map(Operand::Computed)
    }

    fn unary(&mut self, value: &Value, formula: Formula) -> Result<Value, NetworkError> {
        let (through, lanes, made) = match (&value.layout, blocked_lanes(&value.shape)) {
            (Layout::Blocked, Some(lanes)) => (vec![(lanes * LANES, 1, 1)], lanes, Layout::Blocked),
            (layout, _) => {
                let to = dense(&value.shape);
                let from = match layout {
                    Layout::Strided(strides) => strides,
                    Layout::Blocked => &to,
                };
                let through = value.shape.iter().zip(from).zip(&to);
                let through = through.map(|((length, from), to)| (*length, *from, *to)).collect();
                (through, lanes(volume(&value.shape)), Layout::Strided(to))
            }
        };
        let through = through.into_iter().map(|(length, from, to)| Dimension {
            length,
            inputs: [from, 0],
            out: to,
        });
        let kernel = Elementwise::new(formula, through, [value.first, 0], 0);
        let source = Source::Buffer(self.buffer(lanes)?);
        let made = Value { source, first: 0, shape: value.shape.clone(), layout: made };
        self.compute(kernel, [value.source; 2], made)
    }

    pub(super) fn clamp(&mut self, node: &Node) -> Result<Operand, NetworkError> {
        let bounds = self.bounds(node)?;
        let value = self.value(node, 0)?;
        self.unary(&value, Formula::Clamp(bounds)).map(Operand::Computed)
    }

    /// What `Relu` or `Clip` limits to.
    fn bounds(&self, node: &Node) -> Result<Bounds, NetworkError> {
        if node.operator == "Relu" {
            return Ok(Bounds { lowest: 0.0, ..Bounds::NONE });
        }
        let limit = |index, none| match self.optional(node, index)? {
            None => Ok(none),
            Some(Operand::Known(tensor)) => Ok(tensor.values.first().copied().unwrap_or(none)),
            Some(Operand::Computed(_)) => Err(unsupported(node, "bounds that are not constant")),
        };
        let Bounds { lowest, highest } = Bounds::NONE;
        Ok(Bounds { lowest: limit(1, lowest)?, highest: limit(2, highest)? })
    }

    /// The bounds of the node that alone takes what this one makes, if it does nothing but limit it;
    /// it then counts as done, and its output is this node's.
    pub(super) fn limited(&mut self, node: &'g Node) -> Result<Bounds, NetworkError> {
        let Some(name) = node.outputs.first() else { return Ok(Bounds::NONE) };
        let takes = |(_, other): &(usize, &Node)| other.inputs.contains(name);
        let mut takers = self.graph.nodes.iter().enumerate().filter(takes);
        let (Some((index, taker)), None) = (takers.next(), takers.next()) else {
            return Ok(Bounds::NONE);
        };
        let first = taker.inputs.first() == Some(name);
        if self.graph.outputs.contains(name) || !first {
            return Ok(Bounds::NONE);
        }
        if !matches!(taker.operator.as_str(), "Relu" | "Clip") {
            return Ok(Bounds::NONE);
        }
        // Bounds that are only made later cannot be taken in now.
        match self.bounds(taker) {
            Ok(bounds) => {
                self.done.push(index);
                self.names.extend(taker.outputs.first().map(String::as_str));
                Ok(bounds)
            }
            Err(_) => Ok(Bounds::NONE),
        }
    }

    pub(super) fn normalisation(&mut self, node: &Node) -> Result<Operand, NetworkError> {
        let value = self.value(node, 0)?;
        let [scale, shift, mean, variance] = [1, 2, 3, 4].map(|index| self.known(node, index));
        let (scale, shift, mean, variance) = (scale?, shift?, mean?, variance?);
        let epsilon = node.float("epsilon").unwrap_or(1e-5);
        let factors: Vec<f32> = (scale.values.iter().zip(&variance.values))
            .map(|(scale, variance)| scale / (variance + epsilon).sqrt())
            .collect();
        let offsets: Vec<f32> = (shift.values.iter().zip(&mean.values).zip(&factors))
            .map(|((shift, mean), factor)| shift - mean * factor)
            .collect();
        let shape = vec![factors.len(), 1, 1];
        if offsets.len() != factors.len() || value.shape.get(1) != shape.first() {
            return Err(unsupported(node, "its shapes"));
        }
        let mut made = value;
        for (formula, values) in [(Formula::Multiply, factors), (Formula::Add, offsets)] {
            let known = Tensor { shape: shape.clone(), values };
            let known = self.value_of(Operand::Known(Arc::new(known)));
            made = self.binary(node, formula, &made, &known)?;
        }
        Ok(Operand::Computed(made))
    }

    pub(super) fn reduction(&mut self, node: &Node) -> Result<Operand, NetworkError> {
        let reduction =
            if node.operator == "ReduceMax" { Reduction::Maximum } else { Reduction::Mean };
        let mut value = self.value(node, 0)?;
        let rank = value.shape.len();
        let axes: Vec<i64> = match node.integers("axes") {
            Some(axes) => axes.to_vec(),
            None => self.known(node, 1)?.indices().collect(),
        };
        let axes: Option<Vec<usize>> = axes.into_iter().map(|index| axis(index, rank)).collect();
        let axes = axes.ok_or_else(|| unsupported(node, "its axes"))?;
        if axes != [2, 3] {
            value = self.strided(&value)?;
        }
        let is_gone = |index: &usize| axes.contains(index);
        let keeps = node.integer("keepdims") != Some(0);
        let sides = value.shape.iter().copied().enumerate();
        let shape: Vec<usize> = sides
            .filter(|(index, _)| keeps || !is_gone(index))
            .map(|(index, side)| if is_gone(&index) { 1 } else { side })
            .collect();
        let (kept, gone) = match (&value.layout, blocked_lanes(&value.shape)) {
            (Layout::Strided(strides), _) => {
                let along = value.shape.iter().zip(strides).map(|(side, apart)| [*side, *apart]);
                let (gone, kept): (Vec<_>, Vec<_>) =
                    along.enumerate().partition(|(index, _)| is_gone(index));
                let along = |all: Vec<(usize, [usize; 2])>| all.into_iter().map(|(_, along)| along);
                (along(kept).collect(), along(gone).collect())
            }
            (Layout::Blocked, lanes) => {
                let size = volume(value.shape.get(2..).unwrap_or_default());
                let planes = lanes.unwrap_or(0) / size;
                (vec![[planes, size * LANES], [LANES, 1]], vec![[size, LANES]])
            }
        };
        let out = self.buffer(lanes(kept.iter().map(|[length, _]| length).product()))?;
        let reduce = Reduce { reduction, kept, gone, first: value.first };
        self.step(Kernel::Reduce(reduce), [value.source; 2], out);
        Ok(Operand::Computed(Value::dense(Source::Buffer(out), shape)))
    }
}

/// The shape that two have together.
fn broadcast(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let padded = |shape: &[usize]| {
        let missing = rank - shape.len();
        std::iter::repeat_n(1, missing).chain(shape.iter().copied()).collect::<Vec<_>>()
    };
    let sides = padded(a).into_iter().zip(padded(b));
    sides.map(|(a, b)| (a == b || a == 1 || b == 1).then_some(a.max(b))).collect()
}

/// A strided value's strides in a shape of so many dimensions, 0 where it is repeated.
fn repeated(value: &Value, rank: usize) -> Vec<usize> {
    let Layout::Strided(strides) = &value.layout else { return Vec::new() };
    let own =
        value.shape.iter().zip(strides).map(|(side, apart)| if *side == 1 { 0 } else { *apart });
    std::iter::repeat_n(0, rank - value.shape.len()).chain(own).collect()
}

/// Lengths and strides of planes, pixels and lanes of a blocked value.
fn flat(shape: &[usize]) -> [(usize, usize); 3] {
    let size = volume(shape.get(2..).unwrap_or_default());
    let planes = blocked_lanes(shape).unwrap_or(0) / size.max(1);
    [(planes, size * LANES), (size, LANES), (LANES, 1)]
}

/// The same for a value that has one number for all, or one for each channel.
fn channels(value: &Value, shape: &[usize]) -> Option<[(usize, usize); 3]> {
    let [(planes, _), (size, _), (lanes, _)] = flat(shape);
    if volume(&value.shape) == 1 {
        // Lanes beyond the last channel would not stay 0.
        return shape.get(1)?.is_multiple_of(LANES).then_some([(planes, 0), (size, 0), (lanes, 0)]);
    }
    let of_channels = value.shape.iter().rev().nth(2)? == shape.get(1)?
        && volume(&value.shape) == *shape.get(1)?
        && shape.get(1)?.is_multiple_of(LANES);
    let side_by_side = value.layout == Layout::Blocked || value.is_dense();
    (of_channels && side_by_side).then_some([(planes, LANES), (size, 0), (lanes, 1)])
}

fn of_known(formula: Formula, a: &Tensor, b: &Tensor) -> Option<Tensor> {
    let shape = broadcast(&a.shape, &b.shape)?;
    bounded("a constant", &shape).ok()?;
    let view = |tensor: &Tensor| Value::dense(Source::Constant(0), tensor.shape.clone());
    let (of_a, of_b) = (repeated(&view(a), shape.len()), repeated(&view(b), shape.len()));
    let through = shape.iter().zip(of_a).zip(of_b).zip(dense(&shape));
    let through =
        through.map(|(((length, a), b), out)| Dimension { length: *length, inputs: [a, b], out });
    let mut values = vec![0.0; volume(&shape)];
    let kernel = Elementwise::new(formula, through, [0; 2], 0);
    kernel.run([&a.values, &b.values], &mut values)?;
    Some(Tensor { shape, values })
}
