//! What moves numbers and does not compute.

use super::{Lowering, Operand, bounded, unsupported};
use crate::NetworkError;
use crate::kernel::{Enlarge, Kernel};
use crate::onnx::Node;
use crate::plan::{Layout, Source, Value, lanes};
use crate::tensor::{axis, dense, volume};

impl<'g> Lowering<'g> {
    pub(super) fn slice(&mut self, node: &Node) -> Result<Operand, NetworkError> {
        let value = self.value(node, 0)?;
        let mut value = self.strided(&value)?;
        let [starts, ends, axes] = [1, 2, 3].map(|index| self.known(node, index));
        let (starts, ends, axes) = (starts?, ends?, axes?);
        if self.optional(node, 4)?.is_some() && self.known(node, 4)?.indices().any(|step| step != 1)
        {
            return Err(unsupported(node, "steps other than 1"));
        }
        let rank = value.shape.len();
        for ((start, end), index) in starts.indices().zip(ends.indices()).zip(axes.indices()) {
            let at = axis(index, rank).ok_or_else(|| unsupported(node, "its axes"))?;
            let Layout::Strided(strides) = &value.layout else { continue };
            let (Some(side), Some(apart)) = (value.shape.get_mut(at), strides.get(at)) else {
                continue;
            };
            let place = |place: i64| {
                let length = side.cast_signed() as i64;
                let from_start = if place < 0 { place.saturating_add(length) } else { place };
                from_start.clamp(0, length) as usize
            };
            let (start, end) = (place(start), place(end));
            if start >= end {
                return Err(unsupported(node, "nothing left"));
            }
            value.first += start * apart;
            *side = end - start;
        }
        Ok(Operand::Computed(value))
    }

    /// `Gather` of one index: one part along an axis.
    pub(super) fn pick(&mut self, node: &Node) -> Result<Operand, NetworkError> {
        let value = self.value(node, 0)?;
        let mut value = self.strided(&value)?;
        let index = self.known(node, 1)?;
        let at = axis(node.integer("axis").unwrap_or(0), value.shape.len());
        let (Layout::Strided(strides), Some(at), true) =
            (&mut value.layout, at, index.shape.is_empty())
        else {
            return Err(unsupported(node, "more than one index"));
        };
        if at >= strides.len() {
            return Err(unsupported(node, "its axis"));
        }
        let side = value.shape.remove(at);
        let apart = strides.remove(at);
        let index = index.indices().next().and_then(|index| axis(index, side));
        value.first += index.ok_or_else(|| unsupported(node, "its index"))? * apart;
        Ok(Operand::Computed(value))
    }

    pub(super) fn unsqueeze(&mut self, node: &Node) -> Result<Operand, NetworkError> {
        let value = self.value(node, 0)?;
        let mut value = self.strided(&value)?;
        let axes = self.known(node, 1)?;
        let Layout::Strided(strides) = &mut value.layout else {
            return Err(unsupported(node, "its layout"));
        };
        let rank = value.shape.len() + axes.values.len();
        let mut axes: Vec<_> = axes.indices().filter_map(|index| axis(index, rank)).collect();
        axes.sort_unstable();
        for at in axes {
            if at > value.shape.len() {
                return Err(unsupported(node, "its axes"));
            }
            value.shape.insert(at, 1);
            strides.insert(at, 0);
        }
        Ok(Operand::Computed(value))
    }

    pub(super) fn concatenation(&mut self, node: &Node) -> Result<Operand, NetworkError> {
        let mut parts = Vec::with_capacity(node.inputs.len());
        for index in 0..node.inputs.len() {
            let part = self.value(node, index)?;
            parts.push(self.strided(&part)?);
        }
        let mut shape = parts.first().map(|part| part.shape.clone()).unwrap_or_default();
        let at = node.integer("axis").and_then(|index| axis(index, shape.len()));
        let at = at.ok_or_else(|| unsupported(node, "its axis"))?;
        let alike = |part: &Value| {
            part.shape.len() == shape.len()
                && (part.shape.iter().zip(&shape).enumerate())
                    .all(|(index, (side, other))| index == at || side == other)
        };
        if !parts.iter().all(alike) {
            return Err(unsupported(node, "parts of unequal shapes"));
        }
        let sides: Vec<usize> =
            parts.iter().filter_map(|part| part.shape.get(at)).copied().collect();
        if let Some(side) = shape.get_mut(at) {
            *side = sides.iter().sum();
        }
        bounded(&node.operator, &shape)?;
        let out = self.buffer(lanes(volume(&shape)))?;
        let to = dense(&shape);
        let apart = to.get(at).copied().unwrap_or(1);
        let mut first = 0;
        for (part, side) in parts.iter().zip(sides) {
            self.copy_to(part, out, first, &to)?;
            first += side * apart;
        }
        Ok(Operand::Computed(Value::dense(Source::Buffer(out), shape)))
    }

    /// `Resize` to a whole multiple, each pixel repeated.
    pub(super) fn enlargement(&mut self, node: &Node) -> Result<Operand, NetworkError> {
        let value = self.value(node, 0)?;
        let value = self.blocked(&value)?;
        let scales = self.known(node, 2)?;
        let repeats = node.text("mode") == Some("nearest")
            && node.text("coordinate_transformation_mode") == Some("asymmetric")
            && node.text("nearest_mode") == Some("floor");
        let ([1.0, 1.0, down, right], [1, channels, rows, columns], Layout::Blocked) =
            (scales.values.as_slice(), value.shape.as_slice(), &value.layout)
        else {
            return Err(unsupported(node, "other than rows and columns of one picture"));
        };
        let whole = |scale: f32| scale.fract() == 0.0 && (1.0..=16.0).contains(&scale);
        if !repeats || !whole(*down) || !whole(*right) {
            return Err(unsupported(node, "other than whole multiples of each pixel"));
        }
        let (down, right) = (*down as usize, *right as usize);
        let shape = vec![1, *channels, rows * down, columns * right];
        bounded(&node.operator, &shape)?;
        let lanes = lanes(*channels) * rows * columns;
        let out = self.buffer(lanes * down * right)?;
        let kernel = Enlarge { columns: *columns, lanes, times: [down, right] };
        self.step(Kernel::Enlarge(kernel), [value.source; 2], out);
        let source = Source::Buffer(out);
        Ok(Operand::Computed(Value { source, first: 0, shape, layout: Layout::Blocked }))
    }
}
