//! A quad that may be the page, and what speaks for it.

use super::fit::Side;
use crate::Quad;
use crate::model::probability;

/// Weight of the least supported side, and of the network's region, against the mean support of all.
/// From 0 to 0.5 and from 0.7 to 2 they change the mean overlap on real, generated and simulated pages by
/// 0.01; pages cut off want at least 1.
const LEAST: f32 = 0.5;
const AGREEMENT: f32 = 1.2;

/// Beyond this the network's logit of there being a page says no more. Where the least supported side has
/// the second of these, it counts as [`SEEN`] at least, from the first on as more and more: what the pixels
/// show all around is a page, whatever the network thinks of its kind.
const CERTAIN: f32 = 4.0;
const OUTLINED: [f32; 2] = [0.8, 0.9];
const SEEN: f32 = 1.5;

/// A page whose sides were fitted: what speaks for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) quad: Quad,
    pub(super) sides: [Side; 4],
    /// How well it covers what the network took for the page.
    pub(super) agreement: f32,
    /// Whether the network thinks that there is a page at all, a logit.
    pub(super) presence: f32,
}

impl Candidate {
    /// Mean and least support of its sides in the frame, of which three at least have to speak.
    fn support(&self) -> [f32; 2] {
        let supports = || self.sides.iter().filter(|side| side.visible).map(|side| side.support);
        let visible = supports().count();
        let least = if visible < 3 { 0.0 } else { supports().fold(1.0, f32::min) };
        [supports().sum::<f32>() / visible.max(3) as f32, least]
    }

    /// What the better of two candidates has more of.
    pub(super) fn rank(&self) -> f32 {
        let [mean, least] = self.support();
        mean + LEAST * least + AGREEMENT * self.agreement
    }

    /// How likely it is the page, to an overlap of 0.75: a logistic regression on 300 simulated views
    /// (seed 6001, a sixth of them without a page), and more where the pixels show all of each side:
    /// of those views' 79 whose least supported side had 0.85, each was right, whatever the network
    /// thought; less where sides lie beyond the frame. At its weight the network's own logit halves the
    /// views without a page that are taken for one (25 to 13 of 120, seed 6002; 19 with
    /// [`OUTLINED`]) for the same overlap. The constant was set on 1,750 simulated views, before
    /// [`OUTLINED`]: 0.28, 0.65, 0.79 and 0.97 are right where it says about 0.4, 0.8, 0.9 and 0.98.
    pub(super) fn confidence(&self) -> f32 {
        let [mean, least] = self.support();
        let all = 6.0 * (least - 0.7).max(0.0);
        let unseen = 0.5 * self.sides.iter().filter(|side| !side.visible).count() as f32;
        let [from, to] = OUTLINED;
        let outlined = ((least - from) / (to - from)).clamp(0.0, 1.0);
        let least_presence = -CERTAIN + outlined * (SEEN + CERTAIN);
        let present = 0.6 * self.presence.clamp(least_presence, CERTAIN);
        let logit = 6.7 * self.agreement + 6.9 * mean + 1.3 * least + all - unseen + present - 10.9;
        probability(logit)
    }
}
