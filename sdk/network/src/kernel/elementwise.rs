//! One number of one or two others, for every place of a tensor, and copies from layout to layout.

use super::Bounds;

/// What is computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Formula {
    Copy,
    Clamp(Bounds),
    Logarithm,
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// One dimension that is gone through: how long, and how far apart neighbours lie in the two inputs,
/// 0 where one number serves all, and in the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dimension {
    pub(crate) length: usize,
    pub(crate) inputs: [usize; 2],
    pub(crate) out: usize,
}

#[derive(Debug)]
pub(crate) struct Elementwise {
    formula: Formula,
    dimensions: Vec<Dimension>,
    /// Where the first number lies.
    inputs: [usize; 2],
    out: usize,
}

impl Elementwise {
    /// Neighbouring dimensions that are gone through like one are made one.
    pub(crate) fn new(
        formula: Formula,
        dimensions: impl IntoIterator<Item = Dimension>,
        inputs: [usize; 2],
        out: usize,
    ) -> Self {
        let mut merged: Vec<Dimension> = Vec::new();
        for inner in dimensions.into_iter().filter(|dimension| dimension.length != 1) {
            let through = |outer: &Dimension| {
                let fits = |outer: usize, stride: usize| outer == stride * inner.length;
                let [a, b] = inner.inputs;
                let [outer_a, outer_b] = outer.inputs;
                fits(outer_a, a) && fits(outer_b, b) && fits(outer.out, inner.out)
            };
            match merged.last_mut().filter(|outer| through(outer)) {
                Some(outer) => *outer = Dimension { length: outer.length * inner.length, ..inner },
                None => merged.push(inner),
            }
        }
        Self { formula, dimensions: merged, inputs, out }
    }

    pub(crate) fn run(&self, inputs: [&[f32]; 2], out: &mut [f32]) -> Option<()> {
        let ([a, b], [first_a, first_b]) = (inputs, self.inputs);
        let inputs = [a.get(first_a..)?, b.get(first_b..)?];
        let out = out.get_mut(self.out..)?;
        let through = self.dimensions.as_slice();
        match self.formula {
            Formula::Copy => each(|a, _| a, through, inputs, out),
            Formula::Clamp(Bounds { lowest, highest }) => {
                each(|a, _| a.max(lowest).min(highest), through, inputs, out)
            }
            Formula::Logarithm => each(|a, _| a.ln(), through, inputs, out),
            Formula::Add => each(|a, b| a + b, through, inputs, out),
            Formula::Subtract => each(|a, b| a - b, through, inputs, out),
            Formula::Multiply => each(|a, b| a * b, through, inputs, out),
            Formula::Divide => each(|a, b| a / b, through, inputs, out),
        }
    }
}

fn each<F: Fn(f32, f32) -> f32 + Copy>(
    formula: F,
    dimensions: &[Dimension],
    [a, b]: [&[f32]; 2],
    out: &mut [f32],
) -> Option<()> {
    match dimensions {
        [] => *out.first_mut()? = formula(*a.first()?, *b.first()?),
        [Dimension { length, inputs, out: apart }] => {
            line(formula, *length, [a, b], *inputs, out, *apart)?;
        }
        [Dimension { length, inputs: [to_a, to_b], out: to_out }, inner @ ..] => {
            for at in 0..*length {
                let inputs = [a.get(at * to_a..)?, b.get(at * to_b..)?];
                each(formula, inner, inputs, out.get_mut(at * to_out..)?)?;
            }
        }
    }
    Some(())
}

/// The innermost dimension. What lies side by side is left to the compiler to compute side by side.
fn line<F: Fn(f32, f32) -> f32>(
    formula: F,
    length: usize,
    [a, b]: [&[f32]; 2],
    strides: [usize; 2],
    out: &mut [f32],
    apart: usize,
) -> Option<()> {
    match (strides, apart) {
        ([1, 1], 1) => {
            let (a, b) = (a.get(..length)?, b.get(..length)?);
            for ((out, a), b) in out.get_mut(..length)?.iter_mut().zip(a).zip(b) {
                *out = formula(*a, *b);
            }
        }
        ([1, 0], 1) => {
            let (a, b) = (a.get(..length)?, *b.first()?);
            for (out, a) in out.get_mut(..length)?.iter_mut().zip(a) {
                *out = formula(*a, b);
            }
        }
        ([to_a, to_b], to_out) => {
            for at in 0..length {
                *out.get_mut(at * to_out)? = formula(*a.get(at * to_a)?, *b.get(at * to_b)?);
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::{Dimension, Elementwise, Formula};

    #[test]
    fn dimensions_gone_through_alike_are_one() {
        let dense = |length, apart| Dimension { length, inputs: [apart, 0], out: apart };
        let kernel =
            Elementwise::new(Formula::Add, [dense(2, 12), dense(3, 4), dense(4, 1)], [0; 2], 0);
        assert_eq!(kernel.dimensions, [dense(24, 1)]);
    }

    #[test]
    fn a_short_buffer_is_told() {
        let line = Dimension { length: 4, inputs: [1, 0], out: 1 };
        let kernel = Elementwise::new(Formula::Add, [line], [0; 2], 0);
        let mut out = [0.0; 4];
        assert_eq!(kernel.run([&[1.0, 2.0, 3.0, 4.0], &[1.0]], &mut out), Some(()));
        assert_eq!(out, [2.0, 3.0, 4.0, 5.0]);
        assert_eq!(kernel.run([&[1.0, 2.0, 3.0], &[1.0]], &mut out), None);
        assert_eq!(kernel.run([&[1.0; 4], &[]], &mut out), None);
        assert_eq!(kernel.run([&[1.0; 4], &[1.0]], &mut out[..3]), None);
    }
}
