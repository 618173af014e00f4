//! How the values of a frequency are spread, and what one or two quantisations make of it.
//!
//! What a picture shows spreads as Laplace distributions of several scales do (Lam and Goodman 2000, IEEE TIP
//! 9(10)), a sensor's noise as normal ones: a mixture of both, fitted to a histogram of absolute levels. Without
//! the normal ones what is only noise looks as if it had been quantised twice.

/// Levels that a histogram tells apart, beyond which it looks at nothing.
pub(super) const LEVELS: usize = 48;

/// A share, or a number, of each absolute level; level 0 is left out, for what quantises much to nothing
/// fits anything.
pub(super) type Shares = [f32; LEVELS];

/// Scales of the Laplace distributions, in units of a frequency.
const LAPLACE: [f32; 9] = [0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4];

/// Standard deviations of the normal ones.
const NORMAL: [f32; 10] = [0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0, 11.3, 16.0];

const SMOOTH: usize = LAPLACE.len() + NORMAL.len();

/// Those, and what rounding moves from zero to the levels beside it.
const PARTS: usize = SMOOTH + 1;

/// Rounds of expectation and maximisation: with 30 the histograms of honest captures still seem quantised twice
/// by up to 100 nats, with 100 by 20.
const ROUNDS: usize = 100;

/// Levels up to which nats count in full: the more there are, the more a mixture that is not quite right comes
/// to, by chance no more than by few. Photos by phones, of 9 megapixels, come to 160 nats in 2.6 million.
const MANY: f32 = 300_000.0;

/// Least probability that a level has.
const LEAST: f32 = 1e-7;

/// How many values are there between the middles of a first quantisation, to where looking is of no use.
const FINEST: f32 = 10.0;

/// Shares of the levels that each distribution of the mixture has, each adding up to 1.
pub(super) struct Parts([Shares; PARTS]);

impl Parts {
    /// Quantised with `step` alone.
    pub(super) fn once(step: f32) -> Self {
        let mut parts = [[0.0; LEVELS]; PARTS];
        let mut inner = beyond(0.5 * step);
        for level in 1..LEVELS {
            let outer = beyond((level as f32 + 0.5) * step);
            for ((part, inner), outer) in parts.iter_mut().zip(inner).zip(outer) {
                if let Some(share) = part.get_mut(level) {
                    *share = inner - outer;
                }
            }
            inner = outer;
        }
        Self(parts).scaled()
    }

    /// Quantised with `first`, moved by a normal `noise`, and quantised with `step`; `None` where the first
    /// steps are too fine to leave anything.
    pub(super) fn twice(first: f32, step: f32, noise: f32) -> Option<Self> {
        if first * FINEST < step {
            return None;
        }
        let mut parts = [[0.0; LEVELS]; PARTS];
        let last = (LEVELS as f32 * step / first) as usize + 1;
        let mut inner = beyond(0.5 * first);
        for multiple in 1..=last {
            let outer = beyond((multiple as f32 + 0.5) * first);
            let place = multiple as f32 * first;
            let from = ((place - 4.0 * noise) / step).round().max(1.0) as usize;
            let to = ((place + 4.0 * noise) / step).round() as usize;
            for level in from..=to.min(LEVELS - 1) {
                let below = |edge: f32| normal((edge * step - place) / noise);
                let reached = below(level as f32 + 0.5) - below(level as f32 - 0.5);
                for ((part, inner), outer) in parts.iter_mut().zip(inner).zip(outer) {
                    if let Some(share) = part.get_mut(level) {
                        *share += (inner - outer) * reached;
                    }
                }
            }
            inner = outer;
        }
        // Where the second steps are the finer ones, zeros do not stay what they were.
        if let Some(spilt) = parts.last_mut().filter(|_| first > step) {
            for (level, share) in spilt.iter_mut().enumerate().skip(1) {
                let tail = |edge: f32| 2.0 * normal(-edge * step / noise);
                *share = tail(level as f32 - 0.5) - tail(level as f32 + 0.5);
            }
        }
        Some(Self(parts).scaled())
    }

    fn scaled(mut self) -> Self {
        for part in &mut self.0 {
            let sum: f32 = part.iter().sum();
            for share in part {
                *share = if sum > 1e-6 { *share / sum } else { 0.0 };
            }
        }
        self
    }

    /// The mixture that explains some counts best.
    pub(super) fn fit(&self, counts: &Shares) -> Mixture {
        let total = counts.iter().sum::<f32>().max(1.0);
        let mut weights = self.0.map(|part| if part.iter().sum::<f32>() > 0.5 { 1.0 } else { 0.0 });
        scale(&mut weights);
        for _ in 0..ROUNDS {
            // Of each level, its counts for a unit of probability.
            let mut wanting = self.mixed(&weights);
            for (share, count) in wanting.iter_mut().zip(counts) {
                *share = count / share.max(LEAST) / total;
            }
            for (weight, part) in weights.iter_mut().zip(&self.0) {
                *weight *= part.iter().zip(wanting).map(|(share, of)| share * of).sum::<f32>();
            }
            scale(&mut weights);
        }
        Mixture { shares: self.mixed(&weights).map(|share| share.max(LEAST)), weights }
    }

    /// What these distributions come to with a mixture's weights.
    pub(super) fn mixed(&self, weights: &[f32; PARTS]) -> Shares {
        let mut shares = [0.0; LEVELS];
        for (weight, part) in weights.iter().zip(&self.0) {
            for (share, own) in shares.iter_mut().zip(part) {
                *share += weight * own;
            }
        }
        shares
    }
}

/// What explains a histogram.
pub(super) struct Mixture {
    /// Of each level.
    pub(super) shares: Shares,
    /// Of each distribution.
    pub(super) weights: [f32; PARTS],
}

/// By how many nats some counts are likelier by `two` than by `one`, if a share of them, `aside`, follows
/// `one` anyway: what was edited, and what was cut off at an end of the scale.
pub(super) fn likelier(counts: &Shares, two: &Shares, one: &Shares, aside: f32) -> f32 {
    let levels = counts.iter().zip(two).zip(one).skip(1).filter(|((count, _), _)| **count > 0.0);
    levels.map(|((count, two), one)| count * ((1.0 - aside) * two / one + aside).ln()).sum()
}

/// Nats of so many levels as they count.
pub(super) fn held(nats: f32, levels: f32) -> f32 {
    nats / (levels / MANY).max(1.0)
}

fn scale(weights: &mut [f32; PARTS]) {
    let sum = weights.iter().sum::<f32>().max(1e-6);
    for weight in weights {
        *weight /= sum;
    }
}

/// Mass of each distribution beyond a distance, on both sides.
fn beyond(distance: f32) -> [f32; SMOOTH] {
    let mut tails = [0.0; SMOOTH];
    let laplace = LAPLACE.map(|scale| (-distance / scale).exp());
    let normal = NORMAL.map(|deviation| 2.0 * normal(-distance / deviation));
    for (tail, mass) in tails.iter_mut().zip(laplace.into_iter().chain(normal)) {
        *tail = mass;
    }
    tails
}

/// The normal distribution's share below so many deviations, within 0.0002 (Bowling and others 2009).
fn normal(deviations: f32) -> f32 {
    let x = deviations.clamp(-6.0, 6.0);
    1.0 / (1.0 + (-1.5976 * x - 0.070_56 * x * x * x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts of what a normal distribution of deviation 6 comes to.
    fn noise(parts: &Parts) -> Shares {
        parts.0[LAPLACE.len() + 6].map(|share| 50_000.0 * share)
    }

    #[test]
    fn noise_that_was_quantised_once_is_no_likelier_after_two_rounds() {
        let once = Parts::once(5.0);
        let counts = noise(&once);
        let one = once.fit(&counts);
        for first in [2.0, 3.0, 4.0, 7.0] {
            let two = Parts::twice(first, 5.0, 0.45).unwrap().fit(&counts);
            let nats = likelier(&counts, &two.shares, &one.shares, 0.02);
            assert!(nats < 40.0, "{first}: {nats}");
        }
    }

    #[test]
    fn what_was_quantised_twice_is_likelier_so_with_its_own_first_step() {
        let counts = noise(&Parts::twice(4.0, 5.0, 0.45).unwrap());
        let one = Parts::once(5.0).fit(&counts);
        let gain = |first| {
            let two = Parts::twice(first, 5.0, 0.45).unwrap().fit(&counts);
            likelier(&counts, &two.shares, &one.shares, 0.02)
        };
        assert!(gain(4.0) > 500.0);
        assert!(gain(4.0) > gain(3.0) && gain(4.0) > gain(7.0));
    }

    #[test]
    fn zeros_that_spill_do_not_hide_a_coarser_first_step() {
        let mut counts = Parts::twice(11.0, 1.0, 0.45).unwrap().0[3].map(|share| 1000.0 * share);
        counts[1] += 1300.0;
        let one = Parts::once(1.0).fit(&counts);
        let two = Parts::twice(11.0, 1.0, 0.45).unwrap().fit(&counts);
        assert!(likelier(&counts, &two.shares, &one.shares, 0.02) > 500.0);
    }
}
