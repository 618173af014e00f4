//! One probability from all cues.

use super::{Recapture, UNCERTAIN};
use crate::model::probability;

/// How a value becomes a score.
#[derive(Clone, Copy, Debug)]
struct Scale {
    /// Where the score is one half.
    middle: f32,
    /// How much more moves it to 0.73.
    slope: f32,
}

impl Scale {
    fn score(self, value: f32) -> f32 {
        probability((value - self.middle) / self.slope)
    }
}

/// What each cue came to, before it is weighed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cues {
    moire: f32,
    crops: Option<f32>,
    view: Option<f32>,
}

/// Evidence of moiré below which there is none. Of 69 photos of other things four reach 3.4 to 4 and
/// four more than 4, of 48 screens two and 19: up to there it says nothing, and a frame with more noise or
/// more tiles is no more a screen.
const NOISE: f32 = 4.0;

/// Evidence at which moiré alone leaves it open, all but a little.
///
/// Measured on 117 photos of which 63 are camera originals of three photographers, 24 of those screens.
/// Of the originals 9 screens reach a score of 0.8 at 5.8, and nothing else more than 2.9. Of the rest,
/// compressed, 4 of 24 screens do, and a frame of a video of a printed card has the most of other things,
/// 4.8. Moving it down finds more screens and accuses what a video's or a messenger's compression has made
/// of print first.
const MOIRE: Scale = Scale { middle: 5.0, slope: 0.5 };

/// What the crops and the view must say to leave it open by themselves: one in twenty of 39 camera
/// originals of other things has more of the crops' and none of the view's, and 9 and 20 of 24 screens do.
const CROPS: Scale = Scale { middle: -0.4, slope: 0.15 };
const VIEW: Scale = Scale { middle: 6.1, slope: 0.5 };

/// What a cue counts: logistic regression on 64 simulated photos (`--task photo --seed 7101`), half of them
/// of displays; nothing was fitted on a real photo. Its penalty is strong, because the crop network was
/// trained on the same simulator and counts six times as much without. What the crops said where there
/// were none lies between what they say of displays and of other things.
const MOIRE_WEIGHT: f32 = 0.16;
const CROPS_WEIGHT: f32 = 0.23;
const VIEW_WEIGHT: f32 = 0.65;
const NO_CROPS: f32 = -0.5;

/// The sum at which all cues together are of two minds. 20 of 24 camera originals of screens and 21 of 24
/// messengers' copies have more, and none of 69 photos of other things, 58 of pages and 11 simulated pages
/// of the demonstration, of which the highest has 3.73. At 3.4 three more screens do, and nine others.
const TOGETHER: Scale = Scale { middle: 3.9, slope: 0.35 };

/// What the score comes to at most where no pixel shows a raster, neither to the search for moiré nor to
/// the crop network: a display in view is no crime.
const MOST_WITHOUT_RASTER: f32 = 0.79;

impl Cues {
    pub(super) fn of(recapture: &Recapture) -> Self {
        let moire = recapture.moire.evidence.max(NOISE);
        Self { moire, crops: recapture.crops, view: recapture.view }
    }

    /// The same, some of the cues left out.
    pub(super) fn only(&self, moire: bool, crops: bool, view: bool) -> Self {
        Self {
            moire: if moire { self.moire } else { NOISE },
            crops: self.crops.filter(|_| crops),
            view: self.view.filter(|_| view),
        }
    }

    /// Of a screen, from all cues. Moiré accuses and needs no other cue for it; a display in view leaves it
    /// open at most, unless a raster is seen with it.
    pub(super) fn score(&self) -> f32 {
        let moire = MOIRE_WEIGHT * (self.moire - NOISE);
        let crops = CROPS_WEIGHT * self.crops.unwrap_or(NO_CROPS);
        let view = VIEW_WEIGHT * self.view.unwrap_or_default();
        let together = TOGETHER.score(moire + crops + view);
        let raster = self.moire > NOISE || self.crops.is_some_and(|logit| logit > CROPS.middle);
        let open = if raster || together < UNCERTAIN {
            together
        } else {
            UNCERTAIN
                + (together - UNCERTAIN) * (MOST_WITHOUT_RASTER - UNCERTAIN) / (1.0 - UNCERTAIN)
        };
        // Less moiré than leaves it open is in the sum already.
        let alone = self.moire_score();
        if alone >= UNCERTAIN { open.max(alone) } else { open }
    }

    pub(super) fn moire_score(&self) -> f32 {
        score_of_moire(self.moire)
    }

    pub(super) fn crops_score(&self) -> Option<f32> {
        self.crops.map(|logit| CROPS.score(logit))
    }

    pub(super) fn view_score(&self) -> Option<f32> {
        self.view.map(|logit| VIEW.score(logit))
    }
}

/// Zero where there is no evidence, so that it says nothing beside the others.
pub(super) fn score_of_moire(evidence: f32) -> f32 {
    let none = MOIRE.score(NOISE);
    (MOIRE.score(evidence.max(NOISE)) - none) / (1.0 - none)
}
