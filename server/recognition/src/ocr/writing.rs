//! Whether a pen wrote a line, from what the reader makes of it before it names its letters: it was taught with
//! hands as well as with print. `models/handwriting.md` says how the weights were found and what they measured.

use std::sync::LazyLock;

/// The reader's value that is weighed: 1 × [`CHANNELS`] × 1 × columns, after its convolutions.
pub(super) const TAP: &str = "p2o.pd_op.pool2d.1.0";
const CHANNELS: usize = 384;

/// One that is added, then one for the mean of each channel along the line and one for its spread.
static WEIGHTS: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let (numbers, _) = include_bytes!("../../../../models/handwriting.bin").as_chunks();
    numbers.iter().map(|number| f32::from_le_bytes(*number)).collect()
});

/// 0..1: how much a line looks written by a pen rather than printed, from the first `share` of its columns, the
/// others being padding; `None` where `values` have another shape.
pub(super) fn share_written(values: &[f32], shape: &[usize], share: f32) -> Option<f32> {
    let &[1, CHANNELS, 1, columns @ (1..)] = shape else { return None };
    let own = (columns as f32 * share).ceil().max(1.0) as usize;
    let (first, others) = WEIGHTS.split_first()?;
    let (means, spreads) = others.split_at_checked(CHANNELS)?;
    let mut logit = *first;
    for ((channel, mean_weight), spread_weight) in
        values.chunks_exact(columns).zip(means).zip(spreads)
    {
        let channel = channel.get(..own)?;
        let mean = channel.iter().sum::<f32>() / own as f32;
        let squares = channel.iter().map(|value| (value - mean).powi(2)).sum::<f32>();
        logit += mean_weight * mean + spread_weight * (squares / own as f32).sqrt();
    }
    Some(1.0 / (1.0 + (-logit).exp()))
}
