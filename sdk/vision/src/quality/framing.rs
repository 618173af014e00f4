//! How the page lies in the frame: cut off, near the edge, small, tilted.

use crate::{Frame, Point, Quad};

/// Focal length as a share of the frame's diagonal: that of a phone's main camera, 26 mm on a 43 mm
/// diagonal. A lens of 20 or 35 mm changes an angle of 20 degrees by five.
const FOCAL_LENGTH: f64 = 0.6;

/// How a page lies in its frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Framing {
    /// Share of the page outside of the frame, 0..1.
    pub(super) outside: f32,
    /// Least distance of a corner from the frame's border, as a share of its shorter side; negative
    /// outside.
    pub(super) margin: f32,
    /// Share of the frame that the page covers, 0..1.
    pub(super) coverage: f32,
    /// Longest side, pixels.
    pub(super) longer: f32,
    /// Angle between the camera's axis and the page's normal, degrees 0..90.
    pub(super) tilt: f32,
}

/// Measures a convex, finite quad.
pub(super) fn measure(frame: &Frame<'_>, page: &Quad) -> Framing {
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    let margins = page
        .corners
        .map(|corner| corner.x.min(corner.y).min(width - corner.x).min(height - corner.y));
    let margin = margins.into_iter().fold(f32::INFINITY, f32::min) / width.min(height);
    let outside = outside(page, width, height);
    let sides = page.sides().map(|(from, to)| from.distance(to));
    Framing {
        outside,
        margin: margin.clamp(-1.0, 1.0),
        coverage: (page.area() * (1.0 - outside) / (width * height)).clamp(0.0, 1.0),
        longer: sides.into_iter().fold(0.0, f32::max),
        tilt: tilt(page, width, height),
    }
}

/// Share of the page that lies outside the frame: what Sutherland and Hodgman's clipping leaves of
/// its area, by Green's theorem.
fn outside(page: &Quad, width: f32, height: f32) -> f32 {
    // A convex polygon of four corners has at most eight after four cuts.
    let mut polygon = [Point { x: 0.0, y: 0.0 }; 10];
    let mut count = 0;
    for (place, corner) in polygon.iter_mut().zip(page.corners) {
        *place = corner;
        count += 1;
    }
    let inside: [fn(Point, f32, f32) -> f32; 4] = [
        |point, _, _| point.x,
        |point, _, _| point.y,
        |point, width, _| width - point.x,
        |point, _, height| height - point.y,
    ];
    for distance in inside {
        let mut cut = [Point { x: 0.0, y: 0.0 }; 10];
        let mut kept = 0;
        let corners = polygon.get(..count).unwrap_or_default();
        for (from, to) in corners.iter().zip(corners.iter().cycle().skip(1)) {
            let (near, far) = (distance(*from, width, height), distance(*to, width, height));
            let mut keep = |point: Point| {
                if let Some(place) = cut.get_mut(kept) {
                    *place = point;
                    kept += 1;
                }
            };
            if near >= 0.0 {
                keep(*from);
            }
            if (near >= 0.0) != (far >= 0.0) {
                let share = near / (near - far);
                keep(Point {
                    x: from.x + (to.x - from.x) * share,
                    y: from.y + (to.y - from.y) * share,
                });
            }
        }
        (polygon, count) = (cut, kept);
    }
    let corners = polygon.get(..count).unwrap_or_default();
    let sides = corners.iter().zip(corners.iter().cycle().skip(1));
    let twice: f32 = sides.map(|(a, b)| a.x * b.y - b.x * a.y).sum();
    (1.0 - twice.abs() / 2.0 / page.area().max(f32::MIN_POSITIVE)).clamp(0.0, 1.0)
}

/// The page's normal follows from the line on which its sides' directions vanish (Hartley & Zisserman
/// §8.6), whatever the page's proportions.
fn tilt(page: &Quad, width: f32, height: f32) -> f32 {
    let (width, height) = (f64::from(width), f64::from(height));
    let focal = FOCAL_LENGTH * width.hypot(height);
    let [a, b, c, d] = page.corners.map(|corner| {
        [
            (f64::from(corner.x) - width / 2.0) / focal,
            (f64::from(corner.y) - height / 2.0) / focal,
            1.0,
        ]
    });
    let across = cross(cross(a, b), cross(d, c));
    let down = cross(cross(b, c), cross(a, d));
    let [x, y, z] = cross(across, down);
    let length = (x * x + y * y + z * z).sqrt();
    if length > 0.0 && length.is_finite() {
        (z.abs() / length).clamp(0.0, 1.0).acos().to_degrees() as f32
    } else {
        0.0
    }
}

fn cross([a, b, c]: [f64; 3], [x, y, z]: [f64; 3]) -> [f64; 3] {
    [b * z - c * y, c * x - a * z, a * y - b * x]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PixelFormat;

    fn of(corners: [[f32; 2]; 4]) -> Framing {
        let pixels = vec![0; 4_000 * 3_000];
        let frame = Frame::new(&pixels, 4_000, 3_000, 4_000, PixelFormat::Luma8).expect("a frame");
        measure(&frame, &Quad { corners: corners.map(Point::from) })
    }

    #[test]
    fn a_page_that_is_tilted_by_thirty_degrees_is_said_so() {
        let focal = 0.6 * 5_000.0f32;
        let (sin, cos) = 30f32.to_radians().sin_cos();
        let corners =
            [[-1.0, -0.7], [1.0, -0.7], [1.0, 0.7], [-1.0, 0.7f32]].map(|[x, y]: [f32; 2]| {
                let depth = 3.0 + y * sin;
                [2_000.0 + focal * x / depth, 1_500.0 + focal * y * cos / depth]
            });
        let framing = of(corners);
        assert!((framing.tilt - 30.0).abs() < 0.1, "{framing:?}");
        assert!(of([[10.0, 10.0], [900.0, 10.0], [900.0, 700.0], [10.0, 700.0]]).tilt < 0.1);
    }

    #[test]
    fn what_leaves_the_frame_is_a_share_of_the_page() {
        let framing = of([[-500.0, 100.0], [500.0, 100.0], [500.0, 900.0], [-500.0, 900.0]]);
        assert!((framing.outside - 0.5).abs() < 1e-3, "{framing:?}");
        assert!((framing.coverage - 400_000.0 / 12_000_000.0).abs() < 1e-4, "{framing:?}");
        assert!((framing.margin + 500.0 / 3_000.0).abs() < 1e-3, "{framing:?}");
    }
}
