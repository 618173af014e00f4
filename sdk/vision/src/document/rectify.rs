//! The page as if seen from straight above.

use image::RgbImage;

use super::resample::resample;
use super::{Aspect, PaperSize};
use crate::geometry::Homography;
use crate::still::MAX_PIXELS;
use crate::{Frame, Quad};

/// A page laid flat.
#[derive(Clone, Debug)]
pub struct Rectified {
    /// The page upright as the frame is, in the page's own aspect ratio.
    pub picture: RgbImage,
    /// From pixels of `picture` to pixels of the frame.
    pub to_frame: Homography,
    /// The page's shape, recovered from the perspective.
    pub aspect: Aspect,
    /// The known size of paper that has this shape, where just one has.
    pub paper: Option<PaperSize>,
    /// Dots per inch at which the frame shows the page, were it of that size.
    pub dots_per_inch: Option<f32>,
}

/// Lays the page inside `quad` flat: a rectangle of the page's own aspect ratio whose longer side is
/// at most `max_side` pixels, and no longer than the frame's pixels give along either side. Corners
/// may lie outside the frame, whose border's colour goes on beyond it. `None` for a quad that is no
/// convex quadrilateral, or whose sides are shorter than two pixels.
///
/// Where the page shrinks, each pixel is the mean of the frame's pixels that it stands for; where
/// it grows, bilinear.
pub fn rectify(frame: &Frame<'_>, quad: &Quad, max_side: u32) -> Option<Rectified> {
    let aspect = Aspect::recover(quad, frame.width(), frame.height())?;
    let (width, height) = size(quad, aspect.ratio, max_side)?;
    let page = Quad::rectangle(0.0, 0.0, width as f32, height as f32);
    let to_frame = Homography::between(&page, quad)?;
    let paper = PaperSize::of(&aspect);
    Some(Rectified {
        picture: resample(frame, &to_frame, quad, width, height),
        to_frame,
        aspect,
        paper,
        dots_per_inch: paper.map(|paper| paper.dots_per_inch(quad, &aspect)),
    })
}

/// Width and height of the picture: the larger of the two scales at which the page's width and its
/// height have as many pixels as in the frame, so that a tilt costs neither any.
fn size(quad: &Quad, ratio: f32, max_side: u32) -> Option<(u32, u32)> {
    let [top, right, bottom, left] = quad.sides().map(|(from, to)| from.distance(to));
    let (across, down) = (f32::midpoint(top, bottom), f32::midpoint(left, right));
    if across < 2.0 || down < 2.0 {
        return None;
    }
    let height = down.max(across / ratio);
    let width = height * ratio;
    let (longer, area) = (width.max(height), width * height);
    if !longer.is_finite() || !area.is_finite() {
        return None;
    }
    let scale = (max_side as f32 / longer).min((MAX_PIXELS as f32 / area).sqrt()).min(1.0);
    let pixels = |side: f32| (side * scale).round().max(1.0) as u32;
    Some((pixels(width), pixels(height)))
}
