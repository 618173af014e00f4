//! Whether a frame shows the thing itself, or a picture of it.
//!
//! A camera that looks at a screen samples the screen's own grid of pixels, and the two grids beat:
//! moiré. In the spectrum of a small tile that is a sharp peak where a photo of paper has none. One
//! scale and luma only: screens whose grid the lens has blurred away are not seen here.

mod spectrum;

use serde::{Deserialize, Serialize};

use self::spectrum::TileSpectrum;
use crate::document::Document;
use crate::{Action, Class, Frame, Quad, Severity, Signal};

/// Name and version of this check, as its signal carries it.
const MODEL: &str = "recapture-fft/1";

/// Tiles across and down the frame at most.
const GRID: u32 = 7;

/// Score from which the outcome is [`RecaptureVerdict::Uncertain`].
const UNCERTAIN: f32 = 0.5;

/// Score from which it is [`RecaptureVerdict::Recaptured`].
const RECAPTURED: f32 = 0.8;

/// Prominence (natural logarithm of power over its surroundings) at which the score is one half.
///
/// Measured on 63 camera originals of two photographers: 24 photos of screens, 39 others. The score
/// reaches [`RECAPTURED`] at 6.43, which 6 screens and none of the others exceed; no other reaches
/// [`UNCERTAIN`] at 6.15, the nearest has 6.11. Moving it down finds more screens and accuses cloth,
/// lace and halftone print first.
const MIDDLE: f32 = 6.15;

/// How much prominence moves the score from one half to 0.73.
const SLOPE: f32 = 0.2;

/// What speaks for a photo of a screen or a print.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recapture {
    /// 0..1, higher = more likely a photo of a screen or print.
    pub score: f32,
    /// What follows from the score.
    pub verdict: RecaptureVerdict,
    /// One signal a cue.
    pub signals: Vec<Signal>,
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

/// Looks for the traces of a screen, keeping its FFT plan and buffers between frames.
#[derive(Debug, Default)]
pub struct RecaptureDetector {
    spectrum: TileSpectrum,
}

impl RecaptureDetector {
    /// Examines one frame at its native resolution.
    pub fn examine(&mut self, frame: &Frame<'_>, _document: &Document) -> Recapture {
        let side = spectrum::SIDE;
        let places = |length: u32| {
            let count = (length / side).min(GRID);
            let room = length.saturating_sub(side);
            (0..count)
                .map(move |index| if count < 2 { room / 2 } else { room * index / (count - 1) })
        };
        let mut strongest = (0.0f32, None);
        for top in places(frame.height()) {
            for left in places(frame.width()) {
                let prominence = self.spectrum.peak(frame, left, top);
                if prominence > strongest.0 {
                    strongest = (prominence, Some((left, top)));
                }
            }
        }
        let (prominence, place) = strongest;
        let score = 1.0 / (1.0 + ((MIDDLE - prominence) / SLOPE).exp());
        let (verdict, severity) = match score {
            score if score >= RECAPTURED => (RecaptureVerdict::Recaptured, Severity::Reject),
            score if score >= UNCERTAIN => (RecaptureVerdict::Uncertain, Severity::Review),
            _ => (RecaptureVerdict::Live, Severity::Pass),
        };
        let region = place.filter(|_| severity != Severity::Pass).map(|(left, top)| {
            let [left, top, side] = [left as f32, top as f32, side as f32];
            Quad::rectangle(left, top, left + side, top + side)
        });
        let signal = Signal {
            code: "screen_moire".into(),
            class: Class::Integrity,
            score,
            threshold: UNCERTAIN,
            severity,
            region,
            action: (severity != Severity::Pass).then_some(Action::PhotographOriginal),
            model: MODEL.into(),
        };
        Recapture { score, verdict, signals: vec![signal] }
    }
}
