//! Whether a frame shows the thing itself, or a picture of it.
//!
//! Three cues that know nothing of each other, each a signal of its own, and one probability from all
//! (`fusion`). A second photo can settle what they leave open (`second`); a print's dots are told apart
//! from a screen's raster (`print`), and speak for no screen.
//!
//! - A camera that looks at a screen samples the screen's own grid of pixels, and the two grids beat:
//!   moiré (`moire`). In the spectrum of a small tile that is a sharp peak where a photo of paper has
//!   none. Tiles that could show one best are chosen at two scales (`tiles`), their points found
//!   (`spectrum`), what texture and print explain taken off (`raster`, `lattice`), and the rest asked for
//!   in the tiles beside (`drift`) and on both sides of the page's edge (`boundary`). Luma only: on 117
//!   photos the colours' spectra, at either scale, tell a screen no better than chance.
//! - A network looks at parts of the frame at its own pixels (`crops`), and sees rasters that stand out
//!   of no single spectrum.
//! - A network looks at the whole view (`display`), and knows devices with a display: also one whose grid
//!   the lens or the camera's own smoothing has blurred away.

mod boundary;
mod crops;
mod display;
mod drift;
mod fusion;
mod lattice;
mod logarithm;
mod moire;
mod peak;
mod print;
mod raster;
mod rings;
mod second;
mod spectrum;
mod tiles;

use serde::{Deserialize, Serialize};

pub use moire::{Moire, MoireTrace, SpectrumPicture};
pub use print::{Halftone, Print};
pub use second::Moved;

use self::crops::{Crops, LOOKS};
use self::display::Display;
use self::fusion::{Cues, score_of_moire};
use self::moire::MoireSearch;
use crate::document::Document;
use crate::{Action, Class, Frame, Homography, Models, Quad, Severity, Signal};

/// Name and version of the search for moiré and of the fusion, as their signals carry them; networks
/// are named as in [`Models::hashes`].
const MOIRE_MODEL: &str = "recapture-fft/2";
const FUSION_MODEL: &str = "recapture/2";

/// Score from which the outcome is [`RecaptureVerdict::Uncertain`].
const UNCERTAIN: f32 = 0.5;

/// Score from which it is [`RecaptureVerdict::Recaptured`].
const RECAPTURED: f32 = 0.8;

/// What speaks for a photo of a screen or a print.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recapture {
    /// 0..1, higher = more likely a photo of a screen or print.
    pub score: f32,
    /// What follows from the score.
    pub verdict: RecaptureVerdict,
    /// One signal a cue.
    pub signals: Vec<Signal>,
    /// What the frame's spectrum shows, for who has to judge it.
    #[serde(default)]
    pub moire: Moire,
    /// What it shows of a print's dots: no part of the score, since most papers are prints.
    #[serde(default)]
    pub print: Print,
    /// What the crop network says of the brightest parts of the frame, the mean of its logits; `None`
    /// where the frame is smaller than a part, or nothing in it is bright without being clipped.
    #[serde(default)]
    pub crops: Option<f32>,
    /// What the view network says of the whole frame, the logarithm of the evidence for any display;
    /// `None` before it was asked.
    #[serde(default)]
    pub view: Option<f32>,
}

/// The outcome of the recapture check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums, reason = "sealed on purpose: a caller must handle every outcome")]
pub enum RecaptureVerdict {
    /// The thing itself, as far as the pixels tell.
    Live,
    /// Neither: a second frame or a person must tell.
    Uncertain,
    /// A photo of a screen or a print.
    Recaptured,
}

impl RecaptureVerdict {
    fn of(score: f32) -> Self {
        match score {
            score if score >= RECAPTURED => Self::Recaptured,
            score if score >= UNCERTAIN => Self::Uncertain,
            _ => Self::Live,
        }
    }
}

impl Recapture {
    /// Of a frame that nothing was asked about yet.
    pub fn unknown() -> Self {
        Self {
            score: 0.0,
            verdict: RecaptureVerdict::Live,
            signals: Vec::new(),
            moire: Moire::default(),
            print: Print::default(),
            crops: None,
            view: None,
        }
    }

    /// Takes over what a second photo of the same said, where this one was left open. An accusation stays.
    pub fn settle(&mut self, second: &Self) {
        if self.verdict == RecaptureVerdict::Uncertain {
            self.score = second.score;
            self.verdict = second.verdict;
            self.signals.clone_from(&second.signals);
        }
    }

    /// The score that some of the cues alone come to: what each is worth beside the others.
    pub fn score_of(&self, moire: bool, crops: bool, view: bool) -> f32 {
        Cues::of(self).only(moire, crops, view).score()
    }
}

/// Looks for the traces of a screen, keeping its plans and buffers between frames.
#[derive(Debug)]
pub struct RecaptureDetector {
    models: Models,
    moire: MoireSearch,
    crops: Crops,
    display: Display,
    /// What the crop network said of each part, as far as it was asked.
    looks: [Option<(f32, Quad)>; LOOKS],
    /// Where the view network saw most of a display.
    seen: Option<Quad>,
    /// What the next frame of a preview is asked for.
    turn: usize,
}

/// What a frame is asked for at once.
enum Cue {
    Moire,
    View,
    Part(usize),
}

/// Cues that a still is asked for.
const CUES: usize = LOOKS + 2;

impl RecaptureDetector {
    /// Frames of a preview after which it starts again. The first have asked for every cue; after them
    /// moiré and the parts have seven turns more, because the view takes as long as five of those.
    pub const TURNS: usize = 1 + 8 * (LOOKS + 1);

    fn cue(turn: usize) -> Cue {
        match turn {
            0 => Cue::Moire,
            1 => Cue::View,
            _ => match (turn - 2) % (LOOKS + 1) {
                LOOKS => Cue::Moire,
                part => Cue::Part(part),
            },
        }
    }

    /// A detector that runs the two networks.
    pub fn new(models: &Models) -> Self {
        Self {
            models: models.clone(),
            moire: MoireSearch::default(),
            crops: Crops::default(),
            display: Display::default(),
            looks: [None; LOOKS],
            seen: None,
            turn: 0,
        }
    }

    /// Examines one frame at its native resolution.
    pub fn examine(&mut self, frame: &Frame<'_>, document: &Document) -> Recapture {
        let mut recapture = Recapture::unknown();
        self.examine_into(frame, document, &mut recapture);
        recapture
    }

    /// The same into an answer whose memory is used again.
    pub fn examine_into(
        &mut self,
        frame: &Frame<'_>,
        document: &Document,
        recapture: &mut Recapture,
    ) {
        self.ask_all(frame, document, recapture);
        self.conclude(recapture);
        self.forget();
    }

    /// Examines a second photo of what a first one showed, from nearer or farther: where a page lies in
    /// both, moiré goes elsewhere than what the camera resolves, and networks are asked twice. Always has
    /// a signal `moire_moved`.
    pub fn examine_again(
        &mut self,
        (first, first_document): (&Recapture, &Document),
        frame: &Frame<'_>,
        document: &Document,
    ) -> Recapture {
        let mut recapture = Recapture::unknown();
        self.ask_all(frame, document, &mut recapture);
        let there = first_document.quad.as_ref().zip(document.quad.as_ref());
        let there = there.and_then(|(from, to)| Homography::between(from, to));
        self.moire.search_again(&first.moire, there.as_ref(), frame, &mut recapture.moire);
        // Their mean, but no less than of the second alone: a first photo of something else clears nobody.
        let both = |first: Option<f32>, second: Option<f32>| match (first, second) {
            (Some(first), Some(second)) => Some(second.max(0.5 * (first + second))),
            (first, second) => first.or(second),
        };
        recapture.crops = both(first.crops, recapture.crops);
        recapture.view = both(first.view, recapture.view);
        self.conclude(&mut recapture);
        self.forget();
        recapture
    }

    /// Asks the next frame of a preview for one cue, and keeps what the frames before said of the
    /// others: a preview has no time for all of them.
    pub fn preview_into(
        &mut self,
        frame: &Frame<'_>,
        document: &Document,
        recapture: &mut Recapture,
    ) {
        self.ask(self.turn, tiles::OF_PREVIEW, frame, document, recapture);
        self.turn = (self.turn + 1) % Self::TURNS;
        self.conclude(recapture);
    }

    /// Whether the next frame of a preview is asked for a cue that takes longer than a part does.
    pub(crate) fn asks_long(&self) -> bool {
        !matches!(Self::cue(self.turn), Cue::Part(_))
    }

    fn ask_all(&mut self, frame: &Frame<'_>, document: &Document, recapture: &mut Recapture) {
        for turn in 0..CUES {
            self.ask(turn, tiles::OF_STILL, frame, document, recapture);
        }
    }

    /// What comes next is of something else.
    fn forget(&mut self) {
        (self.turn, self.looks, self.seen) = (0, [None; LOOKS], None);
    }

    fn ask(
        &mut self,
        turn: usize,
        pixels_of_tile: u64,
        frame: &Frame<'_>,
        document: &Document,
        recapture: &mut Recapture,
    ) {
        // A network that cannot be run says nothing; that it can was tried when it was loaded.
        match Self::cue(turn) {
            Cue::Moire => {
                let Recapture { moire, print, .. } = recapture;
                self.moire.search(frame, document, pixels_of_tile, moire, print);
            }
            Cue::View => {
                let look = self.display.look(&mut self.models, frame).ok();
                recapture.view = look.map(|(evidence, _)| evidence);
                self.seen = look.map(|(_, region)| region);
            }
            Cue::Part(index) => {
                if index == 0 {
                    self.crops.choose(frame);
                }
                let look = self.crops.look(&mut self.models, frame, index);
                if let Some(seen) = self.looks.get_mut(index) {
                    *seen = look.ok().flatten();
                }
                let seen = || self.looks.iter().flatten();
                let sum: f32 = seen().map(|(logit, _)| logit).sum();
                let count = seen().count();
                recapture.crops = (count > 0).then(|| sum / count as f32);
            }
        }
    }

    /// The score, the verdict and a signal a cue, from what was asked.
    fn conclude(&self, recapture: &mut Recapture) {
        let cues = Cues::of(recapture);
        recapture.score = cues.score();
        recapture.verdict = RecaptureVerdict::of(recapture.score);
        // Who is accused by moiré is refused; what else is open or against him, a person looks at.
        let accused = RecaptureVerdict::of(cues.moire_score()) == RecaptureVerdict::Recaptured;
        let severity = match recapture.verdict {
            _ if accused => Severity::Reject,
            RecaptureVerdict::Live => Severity::Pass,
            RecaptureVerdict::Uncertain | RecaptureVerdict::Recaptured => Severity::Review,
        };
        let action = match recapture.verdict {
            RecaptureVerdict::Uncertain => Action::PhotographAgain,
            RecaptureVerdict::Live | RecaptureVerdict::Recaptured => Action::PhotographOriginal,
        };
        let signal = |code: &'static str, score: f32, region: Option<Quad>, model: &'static str| {
            // A cue that does not object by itself is no reason, whatever follows from all.
            let severity = if score >= UNCERTAIN { severity } else { Severity::Pass };
            Signal {
                code: code.into(),
                class: Class::Integrity,
                score,
                threshold: UNCERTAIN,
                severity,
                region: region.filter(|_| severity != Severity::Pass),
                action: (severity != Severity::Pass).then_some(action),
                model: model.into(),
            }
        };
        let strongest = recapture.moire.traces.first().map(MoireTrace::region);
        let looks = self.looks.iter().flatten();
        let part = looks.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, region)| *region);
        let moved = recapture
            .moire
            .moved
            .map(|moved| signal("moire_moved", score_of_moire(moved.sum()), None, MOIRE_MODEL));
        let signals = [
            Some(signal("recaptured", recapture.score, None, FUSION_MODEL)),
            Some(signal("screen_moire", cues.moire_score(), strongest, MOIRE_MODEL)),
            moved,
            cues.crops_score().map(|score| signal("screen_raster", score, part, "recapture-crop")),
            cues.view_score()
                .map(|score| signal("screen_in_view", score, self.seen, "recapture-view")),
            Some(recapture.print.signal()),
        ];
        recapture.signals.clear();
        recapture.signals.extend(signals.into_iter().flatten());
    }

    /// The spectrum of a trace's tile in the frame it was found in, as a picture for a reviewer.
    pub fn spectrum_picture(&mut self, frame: &Frame<'_>, trace: &MoireTrace) -> SpectrumPicture {
        self.moire.picture(frame, trace)
    }
}
