//! What the merchant is told while the camera runs.

use bailing_vision::{Analysis, Point, Quad, Severity, Subject};

/// One hint, the most useful one, for the frame just seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(
    clippy::exhaustive_enums,
    reason = "sealed on purpose: an app must have a text for every hint"
)]
pub enum Guidance {
    /// Nothing that looks like a document.
    FindDocument,
    /// The page leaves the frame.
    FrameDocument,
    /// Too far away to read.
    MoveCloser,
    /// Too dark, or washed out.
    AdjustLight,
    /// A reflection lies on the page.
    AvoidGlare,
    /// The picture is blurred, or the page still moves.
    HoldStill,
    /// This looks like a screen or a print.
    PhotographOriginal,
    /// Good and steady: capture now.
    Ready,
}

impl Guidance {
    /// Stable name, the same on every platform.
    pub fn code(self) -> &'static str {
        match self {
            Self::FindDocument => "find_document",
            Self::FrameDocument => "frame_document",
            Self::MoveCloser => "move_closer",
            Self::AdjustLight => "adjust_light",
            Self::AvoidGlare => "avoid_glare",
            Self::HoldStill => "hold_still",
            Self::PhotographOriginal => "photograph_original",
            Self::Ready => "ready",
        }
    }
}

/// Frames that a new hint must hold before it replaces the one shown: a quarter of a second at
/// 12 frames a second. More makes hints lag, fewer makes them flicker.
const HOLD: u32 = 3;

/// How far a corner may move between frames and still count as steady, as a share of the page's
/// longer side.
const STEADY: f32 = 0.01;

/// Turns one analysis after another into hints that do not flicker.
#[derive(Clone, Debug, Default)]
pub struct Guide {
    shown: Option<Guidance>,
    candidate: Option<Guidance>,
    held: u32,
    last: Option<Quad>,
}

impl Guide {
    /// The hint to show after one more frame of `subject`.
    pub fn advise(&mut self, analysis: &Analysis, subject: Subject) -> Guidance {
        let quad = analysis.document.quad;
        let steady = match (self.last, quad) {
            (Some(before), Some(now)) => moved(&before, &now) <= STEADY,
            (None, None) => subject == Subject::Scene,
            _ => false,
        };
        self.last = quad;
        let hint = hint(analysis, subject, steady);
        if self.candidate == Some(hint) {
            self.held = self.held.saturating_add(1);
        } else {
            self.candidate = Some(hint);
            self.held = 1;
        }
        if self.shown.is_none() || self.held >= HOLD {
            // The first frame may ask for something, but never release the shutter.
            let early = self.held < HOLD && hint == Guidance::Ready;
            self.shown = Some(if early { Guidance::HoldStill } else { hint });
        }
        self.shown.unwrap_or(hint)
    }
}

/// The first thing to mend.
fn hint(analysis: &Analysis, subject: Subject, steady: bool) -> Guidance {
    if subject == Subject::Page && !analysis.document.found {
        return Guidance::FindDocument;
    }
    // Signals come in the order in which mending them helps.
    let mut objecting = analysis.signals().filter(|signal| signal.severity > Severity::Pass);
    if let Some(guidance) = objecting.find_map(|signal| guidance_for(&signal.code)) {
        return guidance;
    }
    if steady { Guidance::Ready } else { Guidance::HoldStill }
}

/// What to say about a code while the camera runs. Of too few pixels nothing is said: a preview has
/// fewer than the still, and `too_far` tells the same by the frame's share.
fn guidance_for(code: &str) -> Option<Guidance> {
    match code {
        "cut_off" | "near_edge" | "tilted" | "occluded" => Some(Guidance::FrameDocument),
        "too_far" | "featureless" => Some(Guidance::MoveCloser),
        "too_dark" | "too_bright" | "shadow" | "noisy" | "colour_cast" => {
            Some(Guidance::AdjustLight)
        }
        "glare" | "glare_on_text" => Some(Guidance::AvoidGlare),
        "blurred" | "motion_blurred" | "not_level" => Some(Guidance::HoldStill),
        "screen_moire" => Some(Guidance::PhotographOriginal),
        _ => None,
    }
}

/// The largest movement of a corner, as a share of the page's longer side.
fn moved(before: &Quad, now: &Quad) -> f32 {
    let longer = now.sides().iter().map(|(a, b)| Point::distance(*a, *b)).fold(1.0, f32::max);
    let corners = before.corners.iter().zip(now.corners);
    corners.map(|(a, b)| a.distance(b)).fold(0.0, f32::max) / longer
}

#[cfg(test)]
mod tests {
    use bailing_vision::document::Document;
    use bailing_vision::quality::Quality;
    use bailing_vision::recapture::Recapture;

    use super::*;

    fn seen(quad: Option<Quad>) -> Analysis {
        Analysis::new(
            quad.map_or(Document::NONE, Document::at),
            Quality { signals: Vec::new(), verdict: bailing_vision::Verdict::Accepted },
            Recapture::unknown(),
        )
    }

    #[test]
    fn a_steady_page_becomes_ready_after_it_has_held() {
        let mut guide = Guide::default();
        let page = seen(Some(Quad::rectangle(10.0, 10.0, 210.0, 310.0)));
        let hints: Vec<_> = (0..5).map(|_| guide.advise(&page, Subject::Page)).collect();
        assert_eq!(hints.last(), Some(&Guidance::Ready));
        assert!(hints[..3].iter().all(|hint| *hint != Guidance::Ready), "{hints:?}");
    }

    #[test]
    fn one_odd_frame_changes_nothing() {
        let mut guide = Guide::default();
        let page = seen(Some(Quad::rectangle(10.0, 10.0, 210.0, 310.0)));
        for _ in 0..6 {
            guide.advise(&page, Subject::Page);
        }
        assert_eq!(guide.advise(&seen(None), Subject::Page), Guidance::Ready);
        for _ in 0..3 {
            guide.advise(&seen(None), Subject::Page);
        }
        assert_eq!(guide.advise(&seen(None), Subject::Page), Guidance::FindDocument);
    }

    #[test]
    fn a_truck_needs_no_page() {
        let mut guide = Guide::default();
        let hints: Vec<_> = (0..5).map(|_| guide.advise(&seen(None), Subject::Scene)).collect();
        assert_eq!(hints.last(), Some(&Guidance::Ready));
    }

    #[test]
    fn a_moving_page_is_never_ready() {
        let mut guide = Guide::default();
        for step in 0..12u8 {
            let left = 10.0 + f32::from(step) * 8.0;
            let page = seen(Some(Quad::rectangle(left, 10.0, left + 200.0, 310.0)));
            assert_eq!(guide.advise(&page, Subject::Page), Guidance::HoldStill);
        }
    }
}
