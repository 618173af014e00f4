//! The whole analysis of one frame.

use serde::{Deserialize, Serialize};

use crate::document::{Document, DocumentDetector};
use crate::quality::{Quality, QualityAssessor, Thresholds};
use crate::recapture::{MoireTrace, Recapture, RecaptureDetector, SpectrumPicture};
use crate::{Frame, Models, Signal, Verdict};

/// Everything that one frame told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// Where the document lies.
    pub document: Document,
    /// Whether it can be read.
    pub quality: Quality,
    /// Whether it is the thing itself.
    pub recapture: Recapture,
    /// What follows from all of it.
    pub verdict: Verdict,
}

impl Analysis {
    /// Puts the three parts together; the verdict is [`Verdict::merge`] over all their signals.
    pub fn new(document: Document, quality: Quality, recapture: Recapture) -> Self {
        let verdict = Verdict::merge(quality.signals.iter().chain(&recapture.signals));
        Self { document, quality, recapture, verdict }
    }

    /// Takes over what a second photo said, where this one left a recapture open.
    pub fn settle(&mut self, second: &Self) {
        self.recapture.settle(&second.recapture);
        self.verdict = Verdict::merge(self.signals());
    }

    /// Every signal, in the order measured.
    pub fn signals(&self) -> impl Iterator<Item = &Signal> {
        self.quality.signals.iter().chain(&self.recapture.signals)
    }
}

/// What a picture is meant to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a picture shows a page or it does not")]
pub enum Subject {
    /// A page, a card, a receipt: looked for, and judged by its own pixels.
    Page,
    /// A shop front, a shelf, a truck: judged by the whole frame.
    Scene,
}

impl Subject {
    /// What a kind of proof shows, for example `business_licence` or `vehicle_photo`.
    pub fn of_kind(kind: &str) -> Self {
        match kind {
            "vehicle_photo" | "shop_front" | "shelf" => Self::Scene,
            _ => Self::Page,
        }
    }
}

/// Analyses frames one after another, keeping its plans and buffers between them.
///
/// One for each thread: the methods take `&mut self` because they reuse memory.
#[derive(Debug)]
pub struct Analyser {
    document: DocumentDetector,
    quality: QualityAssessor,
    thresholds: Thresholds,
    recapture: RecaptureDetector,
    /// What the preview's last frame told, and those before it of a recapture.
    preview: Analysis,
    /// Of which size it was, and what it was to show.
    previewed: Option<([u32; 2], Subject)>,
}

impl Analyser {
    /// An analyser that runs these networks.
    pub fn new(models: &Models) -> Self {
        Self {
            document: DocumentDetector::new(models),
            quality: QualityAssessor::default(),
            thresholds: Thresholds::default(),
            recapture: RecaptureDetector::new(models),
            preview: Analysis::new(
                Document::NONE,
                Quality { signals: Vec::new(), verdict: Verdict::Accepted },
                Recapture::unknown(),
            ),
            previewed: None,
        }
    }

    /// The same analyser with other thresholds for quality than the standard ones.
    #[must_use]
    pub fn with_thresholds(self, thresholds: Thresholds) -> Self {
        Self { thresholds, ..self }
    }

    /// Document, quality and recapture of one frame, whatever was analysed before it.
    pub fn analyse(&mut self, frame: &Frame<'_>, subject: Subject) -> Analysis {
        self.analyse_after(None, frame, subject)
    }

    /// The same; where a first photo, from nearer or farther, showed the same thing, also what the two
    /// tell together, which settles a recapture that was left open.
    pub fn analyse_after(
        &mut self,
        first: Option<&Analysis>,
        frame: &Frame<'_>,
        subject: Subject,
    ) -> Analysis {
        let document = match subject {
            Subject::Page => self.document(frame),
            Subject::Scene => Document::NONE,
        };
        let quality = self.quality(frame, &document, subject);
        let recapture = self.recapture(first, frame, &document);
        Analysis::new(document, quality, recapture)
    }

    /// The same of the next frame of a preview, faster: a page is followed from the frame before, and
    /// one cue of a recapture asked for, the others kept; a long one is asked for instead of page and
    /// quality. Its memory is used again for the next.
    pub fn preview(&mut self, frame: &Frame<'_>, subject: Subject) -> &Analysis {
        let Analysis { document, quality, recapture, verdict } = &mut self.preview;
        // A frame that is asked for a long cue keeps what the one before said of page and quality: at 30 a
        // second a merchant cannot tell, and no frame takes much longer than the others.
        let like = Some(([frame.width(), frame.height()], subject));
        let is_kept = std::mem::replace(&mut self.previewed, like) == like;
        if !is_kept || !self.recapture.asks_long() {
            *document = match subject {
                Subject::Page => self.document.follow(frame),
                Subject::Scene => Document::NONE,
            };
            self.quality.assess_into(frame, document, subject, &self.thresholds, quality);
        }
        self.recapture.preview_into(frame, document, recapture);
        *verdict = Verdict::merge(quality.signals.iter().chain(&recapture.signals));
        &self.preview
    }

    /// Where the document lies.
    pub fn document(&mut self, frame: &Frame<'_>) -> Document {
        self.document.detect(frame)
    }

    /// Whether what the frame shows can be read.
    pub fn quality(&mut self, frame: &Frame<'_>, document: &Document, subject: Subject) -> Quality {
        self.quality.assess(frame, document, subject, &self.thresholds)
    }

    /// What measured the last quality, for its maps.
    pub fn quality_assessor(&self) -> &QualityAssessor {
        &self.quality
    }

    /// Whether the frame shows the thing itself, by a first photo of it too where there is one.
    pub fn recapture(
        &mut self,
        first: Option<&Analysis>,
        frame: &Frame<'_>,
        document: &Document,
    ) -> Recapture {
        match first {
            Some(Analysis { recapture, document: page, .. }) => {
                self.recapture.examine_again((recapture, page), frame, document)
            }
            None => self.recapture.examine(frame, document),
        }
    }

    /// The spectrum of a tile in the frame that a trace of moiré was found in, for a reviewer.
    pub fn spectrum_picture(&mut self, frame: &Frame<'_>, trace: &MoireTrace) -> SpectrumPicture {
        self.recapture.spectrum_picture(frame, trace)
    }
}
