//! The page as if seen from straight above.

use image::{Rgb, RgbImage};

use crate::geometry::Homography;
use crate::{Frame, PixelFormat, Point, Quad};

/// Resamples the page inside `quad` to an upright rectangle whose longer side is at most `max_side`
/// pixels (and never more than the page has in the frame). Gives the picture and the map from its
/// pixels back to the frame's; `None` for a quad that is no convex quadrilateral with area.
///
/// The sides' mean lengths give the aspect ratio. Bilinear, so a page that shrinks by more than half
/// should be given a frame that was made smaller first.
pub fn rectify(frame: &Frame<'_>, quad: &Quad, max_side: u32) -> Option<(RgbImage, Homography)> {
    let [top, right, bottom, left] = quad.sides().map(|(from, to)| from.distance(to));
    let (width, height) = (f32::midpoint(top, bottom), f32::midpoint(left, right));
    let longer = width.max(height);
    if !quad.is_convex() || !longer.is_finite() || width < 2.0 || height < 2.0 {
        return None;
    }
    let scale = (max_side as f32 / longer).min(1.0);
    let (width, height) = ((width * scale).round().max(1.0), (height * scale).round().max(1.0));
    let page = Quad::rectangle(0.0, 0.0, width, height);
    let to_frame = Homography::between(&page, quad)?;
    let picture = RgbImage::from_fn(width as u32, height as u32, |x, y| {
        let point = to_frame.map(Point { x: x as f32 + 0.5, y: y as f32 + 0.5 });
        Rgb(bilinear(frame, point.x - 0.5, point.y - 0.5))
    });
    Some((picture, to_frame))
}

/// The colour between four pixels, the border's colour beyond it.
fn bilinear(frame: &Frame<'_>, x: f32, y: f32) -> [u8; 3] {
    let (left, top) = (x.floor(), y.floor());
    let (across, down) = (x - left, y - top);
    let corner = |dx: f32, dy: f32| pixel(frame, left + dx, top + dy);
    let (a, b, c, d) = (corner(0.0, 0.0), corner(1.0, 0.0), corner(0.0, 1.0), corner(1.0, 1.0));
    let mut mixed = [0; 3];
    for ((((out, a), b), c), d) in mixed.iter_mut().zip(a).zip(b).zip(c).zip(d) {
        let upper = f32::from(a) * (1.0 - across) + f32::from(b) * across;
        let lower = f32::from(c) * (1.0 - across) + f32::from(d) * across;
        *out = (upper * (1.0 - down) + lower * down + 0.5) as u8;
    }
    mixed
}

fn pixel(frame: &Frame<'_>, x: f32, y: f32) -> [u8; 3] {
    let x = x.clamp(0.0, frame.width().saturating_sub(1) as f32) as usize;
    let y = y.clamp(0.0, frame.height().saturating_sub(1) as f32) as u32;
    let start = x * frame.format().bytes_per_pixel();
    match (frame.format(), frame.row(y).get(start..)) {
        (PixelFormat::Luma8, Some([y, ..])) => [*y; 3],
        (_, Some([r, g, b, ..])) => [*r, *g, *b],
        _ => [0; 3],
    }
}
