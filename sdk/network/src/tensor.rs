//! Numbers that are known when a network is read: weights, and what is computed of them.

/// A tensor in row-major order. Whatever type the file has, 32-bit floats hold what is in it: weights
/// of 4, 8 and 16 bits exactly, indices up to 2²⁴.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tensor {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

impl Tensor {
    /// Its values as indices, of which "as far as there is anything" is beyond all.
    pub(crate) fn indices(&self) -> impl Iterator<Item = i64> {
        self.values.iter().map(|value| *value as i64)
    }
}

/// Number of values in a shape.
pub(crate) fn volume(shape: &[usize]) -> usize {
    shape.iter().product()
}

/// How far apart neighbours lie along each dimension of a dense tensor in row-major order.
pub(crate) fn dense(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![0; shape.len()];
    let mut apart = 1;
    for (stride, length) in strides.iter_mut().zip(shape).rev() {
        *stride = apart;
        apart *= length;
    }
    strides
}

/// An axis that may be counted from the end, of so many.
pub(crate) fn axis(axis: i64, rank: usize) -> Option<usize> {
    let counted = if axis < 0 { axis.checked_add_unsigned(rank as u64)? } else { axis };
    usize::try_from(counted).ok().filter(|axis| *axis < rank)
}
