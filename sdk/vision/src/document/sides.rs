//! A quad's sides against the pixels: where exactly they lie, and how well they are supported.

use super::outline::intersection;
use crate::pixels::Thumbnail;
use crate::{Point, Quad};

/// Places looked at along one side.
const SAMPLES: u16 = 48;

/// How far from the rough side the step is searched, pixels of the thumbnail.
const REACH: i16 = 7;

/// Distance from a side at which its inner and outer colour are compared, pixels of the thumbnail.
const OFFSET: f32 = 3.0;

/// Colour step (largest channel difference, 0..255) at which a place supports a side. White paper on
/// a white table with a soft shadow has about 10; wood grain alone about 8.
const STEP: f32 = 12.0;

/// Moves each side to the strongest colour step near it and intersects the sides anew. A side with
/// no clear step stays.
pub(super) fn refine(thumbnail: &Thumbnail, rough: &Quad) -> Quad {
    let lines = rough.sides().map(|side| fit(thumbnail, side).unwrap_or(side));
    let [top, right, bottom, left] = lines;
    let corners = [(left, top), (top, right), (right, bottom), (bottom, left)];
    let mut refined = *rough;
    for (corner, (one, other)) in refined.corners.iter_mut().zip(corners) {
        match intersection(one, other) {
            // A meeting point far from the rough corner means that a line went astray.
            Some(point) if point.distance(*corner) < 4.0 * f32::from(REACH) => *corner = point,
            _ => {}
        }
    }
    refined
}

/// How well the pixels support a quad, 0..1: the share of each side along which the colour steps,
/// the two weaker sides counting as much as all four together.
///
/// A side on the frame's border cannot step; it counts half.
pub(super) fn support(thumbnail: &Thumbnail, quad: &Quad) -> f32 {
    let mut shares = quad.sides().map(|side| {
        if on_border(thumbnail, side) {
            return 0.5;
        }
        let stepped = places(side)
            .filter(|(place, normal)| step(thumbnail, *place, *normal, -OFFSET, OFFSET) >= STEP)
            .count();
        stepped as f32 / f32::from(SAMPLES)
    });
    shares.sort_by(f32::total_cmp);
    let [weakest, weak, ..] = shares;
    let all = shares.iter().sum::<f32>() / 4.0;
    (all + (weakest + weak) / 2.0) / 2.0
}

/// The line through the strongest steps near a side: least squares, twice, the second time without
/// the places that lie far off the first line.
fn fit(thumbnail: &Thumbnail, (from, to): (Point, Point)) -> Option<(Point, Point)> {
    let mut found: Vec<(f32, f32)> = Vec::with_capacity(usize::from(SAMPLES));
    let length = from.distance(to);
    for (index, (place, normal)) in places((from, to)).enumerate() {
        let steps = (-REACH..=REACH)
            .map(f32::from)
            .map(|offset| (step(thumbnail, place, normal, offset - 1.5, offset + 1.5), offset));
        if let Some((height, offset)) = middle_of_strongest(steps)
            && height >= STEP
        {
            let along = length * (index as f32 + 0.5) / f32::from(SAMPLES);
            found.push((along, offset));
        }
    }
    let mut line = least_squares(&found)?;
    for tolerance in [3.0, 1.5] {
        found.retain(|(along, offset)| (line.0 + line.1 * along - offset).abs() <= tolerance);
        line = least_squares(&found)?;
    }
    let (start, slope) = line;
    let direction = [(to.x - from.x) / length, (to.y - from.y) / length];
    let moved = |along: f32| {
        let offset = start + slope * along;
        Point {
            x: from.x + direction[0] * along - direction[1] * offset,
            y: from.y + direction[1] * along + direction[0] * offset,
        }
    };
    Some((moved(0.0), moved(length)))
}

/// Height of the strongest step, and the middle of the run of offsets around it whose steps are about
/// as high: a sharp edge is as high wherever the two compared places lie on either side of it.
fn middle_of_strongest(steps: impl Iterator<Item = (f32, f32)> + Clone) -> Option<(f32, f32)> {
    let (highest, strongest) = steps.clone().max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    let (mut first, mut last) = (None, strongest);
    for (height, offset) in steps {
        let as_high = height >= 0.9 * highest;
        match (as_high, offset <= strongest) {
            (true, true) => first = first.or(Some(offset)),
            (false, true) => first = None,
            (true, false) => last = offset,
            (false, false) => break,
        }
    }
    Some((highest, f32::midpoint(first.unwrap_or(strongest), last)))
}

/// Offset at the start and slope of the best line; `None` with too few places to trust one.
fn least_squares(places: &[(f32, f32)]) -> Option<(f32, f32)> {
    if places.len() < usize::from(SAMPLES) / 3 {
        return None;
    }
    let count = places.len() as f32;
    let mean_along = places.iter().map(|(along, _)| along).sum::<f32>() / count;
    let mean_offset = places.iter().map(|(_, offset)| offset).sum::<f32>() / count;
    let spread: f32 = places.iter().map(|(along, _)| (along - mean_along).powi(2)).sum();
    let product: f32 =
        places.iter().map(|(along, offset)| (along - mean_along) * (offset - mean_offset)).sum();
    let slope = if spread > 0.0 { product / spread } else { 0.0 };
    Some((mean_offset - slope * mean_along, slope))
}

/// Places along a side, evenly, off its ends, each with the unit normal to the side's right.
fn places((from, to): (Point, Point)) -> impl Iterator<Item = (Point, [f32; 2])> {
    let length = from.distance(to).max(1e-3);
    let normal = [-(to.y - from.y) / length, (to.x - from.x) / length];
    (0..SAMPLES).map(move |index| {
        let share = (f32::from(index) + 0.5) / f32::from(SAMPLES);
        let place =
            Point { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
        (place, normal)
    })
}

/// Largest channel difference between two places on a normal.
fn step(thumbnail: &Thumbnail, place: Point, normal: [f32; 2], inner: f32, outer: f32) -> f32 {
    let at = |offset: f32| thumbnail.at(place.x + normal[0] * offset, place.y + normal[1] * offset);
    at(inner).iter().zip(at(outer)).map(|(a, b)| f32::from(a.abs_diff(b))).fold(0.0, f32::max)
}

fn on_border(thumbnail: &Thumbnail, (from, to): (Point, Point)) -> bool {
    let [right, bottom] = [thumbnail.width as f32, thumbnail.height as f32];
    let margin = 2.0 * OFFSET;
    let both = |near: fn(Point, f32, f32, f32) -> bool| {
        near(from, right, bottom, margin) && near(to, right, bottom, margin)
    };
    both(|p, _, _, m| p.x <= m)
        || both(|p, _, _, m| p.y <= m)
        || both(|p, r, _, m| p.x >= r - m)
        || both(|p, _, b, m| p.y >= b - m)
}
