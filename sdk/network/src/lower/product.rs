//! Products with a constant matrix.

use std::sync::Arc;

use super::{Lowering, Operand, bounded, unsupported};
use crate::NetworkError;
use crate::kernel::Bounds;
use crate::onnx::Node;
use crate::plan::{Layout, Value};
use crate::tensor::Tensor;

impl<'g> Lowering<'g> {
    /// `Gemm`: one row of numbers through a layer.
    pub(super) fn layer(&mut self, node: &'g Node) -> Result<Operand, NetworkError> {
        let (value, weights) = (self.value(node, 0)?, self.known(node, 1)?);
        let bias = match self.optional(node, 2)? {
            Some(_) => self.known(node, 2)?,
            None => Arc::default(),
        };
        let plain = node.float("alpha").unwrap_or(1.0) == 1.0
            && node.float("beta").unwrap_or(1.0) == 1.0
            && node.integer("transB") == Some(1)
            && node.integer("transA").unwrap_or(0) == 0;
        let ([1, given], [outputs, inputs]) = (value.shape.as_slice(), weights.shape.as_slice())
        else {
            return Err(unsupported(node, "its shapes"));
        };
        bounded(&node.operator, &weights.shape)?;
        if !plain || given != inputs {
            return Err(unsupported(node, "scaled or turned matrices"));
        }
        let value = self.strided(&value)?;
        let pixel = viewed(&value, &[(1, None), (*inputs, Some(1)), (1, None), (1, None)]);
        let seen = self.blocked(&pixel.ok_or_else(|| unsupported(node, "its shapes"))?)?;
        let bounds = self.limited(node)?;
        let made = self.pointwise(&seen, &weights, &bias, [1, 1], bounds)?;
        let made = self.strided(&made)?;
        Ok(Operand::Computed(Value::dense(made.source, vec![1, *outputs])))
    }

    /// `MatMul` of matrices, one of which is constant: a layer over its rows or its columns.
    pub(super) fn product(&mut self, node: &Node) -> Result<Operand, NetworkError> {
        let (value, matrix, of_rows) = match (self.input(node, 0)?, self.input(node, 1)?) {
            (Operand::Computed(value), Operand::Known(matrix)) => (value, turned(&matrix), true),
            (Operand::Known(matrix), Operand::Computed(value)) => (value, Some(matrix), false),
            _ => return Err(unsupported(node, "other than one constant matrix")),
        };
        let value = self.strided(&value)?;
        let Some((&[outputs, inputs], matrix)) =
            matrix.as_ref().and_then(|matrix| Some((matrix.shape.first_chunk()?, matrix)))
        else {
            return Err(unsupported(node, "its shapes"));
        };
        let (&[batch, rows, columns], axes) = match value.shape.as_slice() {
            [1, sides @ ..] if sides.len() == 3 => (
                sides.first_chunk().ok_or_else(|| unsupported(node, "its shapes"))?,
                // Which dimension is summed over, and which is another pixel.
                if of_rows { (3, 2) } else { (2, 3) },
            ),
            _ => return Err(unsupported(node, "its shapes")),
        };
        let (summed, pixels) = if of_rows { (columns, rows) } else { (rows, columns) };
        bounded(&node.operator, &matrix.shape)?;
        if summed != inputs || matrix.shape.len() != 2 {
            return Err(unsupported(node, "its shapes"));
        }
        let seen = viewed(
            &value,
            &[(1, None), (summed, Some(axes.0)), (batch, Some(1)), (pixels, Some(axes.1))],
        );
        let seen = self.blocked(&seen.ok_or_else(|| unsupported(node, "its shapes"))?)?;
        let none = Tensor::default();
        let made = self.pointwise(&seen, matrix, &none, [batch, pixels], Bounds::NONE)?;
        let made = self.strided(&made)?;
        let made = if of_rows {
            viewed(&made, &[(1, None), (batch, Some(2)), (pixels, Some(3)), (outputs, Some(1))])
        } else {
            viewed(&made, &[(1, None), (batch, Some(2)), (outputs, Some(1)), (pixels, Some(3))])
        };
        made.map(Operand::Computed).ok_or_else(|| unsupported(node, "its shapes"))
    }
}

/// A strided value with other dimensions: how long each is, and which dimension of the value it is.
fn viewed(value: &Value, dimensions: &[(usize, Option<usize>)]) -> Option<Value> {
    let Layout::Strided(strides) = &value.layout else { return None };
    let stride = |(_, axis): &(usize, Option<usize>)| match axis {
        Some(axis) => strides.get(*axis).copied(),
        None => Some(0),
    };
    let layout = Layout::Strided(dimensions.iter().map(stride).collect::<Option<_>>()?);
    let shape = dimensions.iter().map(|(length, _)| *length).collect();
    Some(Value { shape, layout, ..value.clone() })
}

/// A matrix whose rows are another's columns.
fn turned(matrix: &Tensor) -> Option<Arc<Tensor>> {
    let [rows, columns] = *matrix.shape.as_slice() else { return None };
    let at = |at: usize| matrix.values.get(at % rows * columns + at / rows).copied();
    let values = (0..rows * columns).map(at).collect::<Option<_>>()?;
    Some(Arc::new(Tensor { shape: vec![columns, rows], values }))
}
