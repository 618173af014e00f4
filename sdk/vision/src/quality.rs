//! Whether what the frame shows can be read.
//!
//! On the page where there is one, else on the whole frame.

mod exposure;
mod sharpness;

use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::pixels::Thumbnail;
use crate::{Action, Class, Frame, Point, Quad, Severity, Signal, Verdict};

/// Name and version of these checks, as signals carry it.
const MODEL: &str = "quality/1";

/// Sharpness, glare, exposure and framing of one frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// One signal a check.
    pub signals: Vec<Signal>,
    /// What follows from them alone.
    pub verdict: Verdict,
}

/// Longer side of the copy on which light is judged, pixels.
const LIGHT_SIDE: u32 = 640;

/// Pixels along the page's longer side under which print cannot be read: an A4 page then has 50 dpi,
/// a card 150. Raising it asks merchants to go nearer more often.
const LEAST_PIXELS: f32 = 600.0;

/// Share of the page's area outside the frame from which it counts as cut off.
const MOST_OUTSIDE: f32 = 0.02;

/// Assesses one frame, on the document where there is one.
pub fn assess(frame: &Frame<'_>, document: &Document) -> Quality {
    let whole = Quad::rectangle(0.0, 0.0, frame.width() as f32, frame.height() as f32);
    let page = document.quad.unwrap_or(whole);
    let mut thumbnail = Thumbnail::default();
    thumbnail.fill(frame, LIGHT_SIDE);
    let light = exposure::measure(&thumbnail, &page.scaled(1.0 / thumbnail.factor as f32));

    let longer = page.sides().iter().map(|(from, to)| from.distance(*to)).fold(0.0, f32::max);
    let signals = vec![
        below("blurred", sharpness::measure(frame, &page), sharpness::LEAST, Action::HoldStill),
        above("glare", light.glare, exposure::MOST_GLARE, Action::AvoidGlare),
        below("too_dark", light.brightest, exposure::LEAST_BRIGHT, Action::AdjustLight),
        above("too_bright", light.washed_out, exposure::MOST_WASHED_OUT, Action::AdjustLight),
        below("low_resolution", longer, LEAST_PIXELS, Action::MoveCloser),
        above("cut_off", outside(&page, &whole), MOST_OUTSIDE, Action::FrameDocument),
    ];
    let verdict = Verdict::merge(&signals);
    Quality { signals, verdict }
}

fn below(code: &'static str, score: f32, threshold: f32, action: Action) -> Signal {
    signal(code, score, threshold, score < threshold, action)
}

fn above(code: &'static str, score: f32, threshold: f32, action: Action) -> Signal {
    signal(code, score, threshold, score > threshold, action)
}

fn signal(code: &'static str, score: f32, threshold: f32, objects: bool, action: Action) -> Signal {
    Signal {
        code: code.into(),
        class: Class::Content,
        score,
        threshold,
        severity: if objects { Severity::Retake } else { Severity::Pass },
        region: None,
        action: objects.then_some(action),
        model: MODEL.into(),
    }
}

/// Share of the page that lies outside the frame, by a grid of points.
fn outside(page: &Quad, frame: &Quad) -> f32 {
    const STEPS: u8 = 24;
    let [left, top, right, bottom] = page.bounds();
    let (mut on_page, mut off_frame) = (0u32, 0u32);
    for row in 0..STEPS {
        for column in 0..STEPS {
            let share = |step: u8| (f32::from(step) + 0.5) / f32::from(STEPS);
            let point = Point {
                x: left + (right - left) * share(column),
                y: top + (bottom - top) * share(row),
            };
            if page.contains(point) {
                on_page += 1;
                off_frame += u32::from(!frame.contains(point));
            }
        }
    }
    if on_page == 0 { 0.0 } else { off_frame as f32 / on_page as f32 }
}
