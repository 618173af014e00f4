//! Whether a frame shows the thing itself, or a picture of it.
//!
//! A camera that looks at a screen samples the screen's own grid of pixels, and the two grids beat:
//! moiré. In the spectrum of a small tile that is a sharp peak where a photo of paper has none. Tiles
//! that could show one best are chosen at two scales (`tiles`), their points found (`spectrum`), what
//! texture and print explain taken off (`raster`, `lattice`), and the rest asked for in the tiles beside
//! (`drift`) and on both sides of the page's edge (`boundary`). Luma only: on 117 photos the colours'
//! spectra, at either scale, tell a screen no better than chance. Screens whose grid the lens or the
//! camera's own smoothing has blurred away, a half of them, are not seen here.

mod boundary;
mod drift;
mod lattice;
mod logarithm;
mod moire;
mod peak;
mod raster;
mod rings;
mod spectrum;
mod tiles;

use serde::{Deserialize, Serialize};

pub use moire::{Moire, MoireTrace, SpectrumPicture};

use self::moire::MoireSearch;
use crate::document::Document;
use crate::{Action, Class, Frame, Severity, Signal};

/// Name and version of this check, as its signal carries it.
const MODEL: &str = "recapture-fft/2";

/// Score from which the outcome is [`RecaptureVerdict::Uncertain`].
const UNCERTAIN: f32 = 0.5;

/// Score from which it is [`RecaptureVerdict::Recaptured`].
const RECAPTURED: f32 = 0.8;

/// Evidence below which there is none. Of 69 photos of other things four reach 3.4 to 4 and four more
/// than 4, of 48 screens two and 19: up to there it says nothing, and a frame with more noise or more
/// tiles is no more a screen.
const NOISE: f32 = 4.0;

/// Evidence at which the score is one half.
///
/// Measured on 117 photos of which 63 are camera originals of three photographers, 24 of those screens.
/// Of the originals 9 screens reach [`RECAPTURED`] at 5.7, and nothing else more than 2.9. Of the rest,
/// compressed, 4 of 24 screens do, and a frame of a video of a printed card has the most of other things,
/// 4.8. Moving it down finds more screens and accuses what a video's or a messenger's
/// compression has made of print first.
const MIDDLE: f32 = 5.0;

/// How much evidence moves the score from one half to 0.73.
const SLOPE: f32 = 0.5;

/// Longer side, pixels, of a frame that may be less than what the camera took: a preview, or a copy that a
/// messenger sent. There a cloth's threads are as fine as a raster, and the blocks of the original's JPEG
/// are no longer where they are left out. Of 39 camera originals of other things, made 1,600 pixels long,
/// five reach 5.3 to 7.2.
const ORIGINAL: u32 = 1_900;

/// What evidence in such a frame counts less.
const COPY_LESS: f32 = 2.0;

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
    moire: MoireSearch,
}

impl RecaptureDetector {
    /// Examines one frame at its native resolution.
    pub fn examine(&mut self, frame: &Frame<'_>, document: &Document) -> Recapture {
        let verdict = RecaptureVerdict::Live;
        let mut recapture =
            Recapture { score: 0.0, verdict, signals: Vec::new(), moire: Moire::default() };
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
        self.moire.search(frame, document, &mut recapture.moire);
        let original = frame.width().max(frame.height()) >= ORIGINAL;
        let evidence = recapture.moire.evidence - if original { 0.0 } else { COPY_LESS };
        let evidence = evidence.max(NOISE);
        let score = 1.0 / (1.0 + ((MIDDLE - evidence) / SLOPE).exp());
        let (verdict, severity) = match score {
            score if score >= RECAPTURED => (RecaptureVerdict::Recaptured, Severity::Reject),
            score if score >= UNCERTAIN => (RecaptureVerdict::Uncertain, Severity::Review),
            _ => (RecaptureVerdict::Live, Severity::Pass),
        };
        let strongest = recapture.moire.traces.first().filter(|_| severity != Severity::Pass);
        let signal = Signal {
            code: "screen_moire".into(),
            class: Class::Integrity,
            score,
            threshold: UNCERTAIN,
            severity,
            region: strongest.map(MoireTrace::region),
            action: (severity != Severity::Pass).then_some(Action::PhotographOriginal),
            model: MODEL.into(),
        };
        (recapture.score, recapture.verdict) = (score, verdict);
        recapture.signals.clear();
        recapture.signals.push(signal);
    }

    /// The spectrum of a trace's tile in the frame it was found in, as a picture for a reviewer.
    pub fn spectrum_picture(&mut self, frame: &Frame<'_>, trace: &MoireTrace) -> SpectrumPicture {
        self.moire.picture(frame, trace)
    }
}
