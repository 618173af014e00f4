//! Mean or maximum along some dimensions.

/// What becomes of the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reduction {
    Mean,
    Maximum,
}

/// A dimension's length and how far apart its neighbours lie.
type Along = [usize; 2];

#[derive(Debug)]
pub(crate) struct Reduce {
    pub(crate) reduction: Reduction,
    /// Dimensions that stay, outermost first; the result is dense.
    pub(crate) kept: Vec<Along>,
    /// Dimensions that go.
    pub(crate) gone: Vec<Along>,
    /// Where the first number lies.
    pub(crate) first: usize,
}

impl Reduce {
    pub(crate) fn run(&self, input: &[f32], out: &mut [f32]) -> Option<()> {
        let count: usize = self.gone.iter().map(|[length, _]| length).product();
        let kept: usize = self.kept.iter().map(|[length, _]| length).product();
        for (at, out) in out.get_mut(..kept)?.iter_mut().enumerate() {
            let input = input.get(self.first + place(&self.kept, at)..)?;
            // In 64 bits: a sum of 50,000 pixels has no digits left to lose.
            *out = match self.reduction {
                Reduction::Mean => fold(&self.gone, input, 0.0, |a, b| a + b)? / count as f64,
                Reduction::Maximum => fold(&self.gone, input, f64::NEG_INFINITY, f64::max)?,
            } as f32;
        }
        Some(())
    }
}

/// Where the number of an index lies.
fn place(dimensions: &[Along], mut index: usize) -> usize {
    let mut place = 0;
    for [length, apart] in dimensions.iter().rev() {
        place += index % length * apart;
        index /= length;
    }
    place
}

fn fold(
    gone: &[Along],
    input: &[f32],
    start: f64,
    with: impl Fn(f64, f64) -> f64 + Copy,
) -> Option<f64> {
    match gone {
        [] => Some(with(start, f64::from(*input.first()?))),
        [[length, apart]] => {
            let all = input.iter().step_by((*apart).max(1)).take(*length);
            Some(all.copied().map(f64::from).fold(start, with))
        }
        [[length, apart], inner @ ..] => (0..*length)
            .try_fold(start, |so_far, at| fold(inner, input.get(at * apart..)?, so_far, with)),
    }
}
