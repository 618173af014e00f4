//! Regions that may be a page: bright areas, pale areas, and what colour edges enclose.

use image::{GrayImage, Luma};
use imageproc::contours::find_contours;
use imageproc::contrast::otsu_level;
use imageproc::distance_transform::Norm;
use imageproc::edges::canny;
use imageproc::filter::gaussian_blur_f32;
use imageproc::morphology::{close, dilate, open};
use imageproc::point::Point;

use crate::pixels::{Thumbnail, luma};

/// Canny thresholds in units of a Sobel response: a printed page on a table of its own colour needs
/// the low pair, a cluttered desk the high one.
const EDGE_THRESHOLDS: [(f32, f32); 2] = [(20.0, 50.0), (60.0, 150.0)];

/// Regions taken from one mask, largest first.
const REGIONS_PER_MASK: usize = 3;

/// The convex hulls of candidate regions, in pixels of the thumbnail.
pub(super) fn find(thumbnail: &Thumbnail) -> Vec<Vec<Point<i32>>> {
    if thumbnail.width < 16 || thumbnail.height < 16 {
        return Vec::new();
    }
    let [red, green, blue] = [0, 1, 2].map(|channel| {
        plane(thumbnail, |pixel| match channel {
            0 => pixel[0],
            1 => pixel[1],
            _ => pixel[2],
        })
    });
    let mut hulls = Vec::new();
    for (low, high) in EDGE_THRESHOLDS {
        let mut edges = canny(&red, low, high);
        for channel in [&green, &blue] {
            for (edge, more) in edges.pixels_mut().zip(canny(channel, low, high).pixels()) {
                edge.0[0] |= more.0[0];
            }
        }
        // Two pixels bridge the gaps that a fold or a shadow leaves in a side.
        collect(&dilate(&edges, Norm::LInf, 2), &mut hulls);
    }
    // Paper is bright, and it is pale: its darkest channel is bright.
    let bright = plane(thumbnail, luma);
    let pale = plane(thumbnail, |[r, g, b]| r.min(g).min(b));
    for measure in [bright, pale] {
        let smooth = gaussian_blur_f32(&measure, 2.0);
        let level = otsu_level(&smooth);
        let mask = GrayImage::from_fn(smooth.width(), smooth.height(), |x, y| {
            Luma([if smooth.get_pixel(x, y).0[0] > level { 255 } else { 0 }])
        });
        // Closing swallows the print, opening cuts what merely touches the page.
        let mask = open(&close(&mask, Norm::LInf, 4), Norm::LInf, 6);
        collect(&mask, &mut hulls);
    }
    hulls
}

/// The hulls of a mask's largest outer contours.
fn collect(mask: &GrayImage, hulls: &mut Vec<Vec<Point<i32>>>) {
    let mut found: Vec<(f64, Vec<Point<i32>>)> = find_contours::<i32>(mask)
        .into_iter()
        .filter(|contour| contour.points.len() >= 40)
        .map(|contour| {
            let hull = imageproc::geometry::convex_hull(contour.points.as_slice());
            (area(&hull), hull)
        })
        .collect();
    found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    hulls.extend(found.into_iter().take(REGIONS_PER_MASK).map(|(_, hull)| hull));
}

/// Shoelace formula.
fn area(points: &[Point<i32>]) -> f64 {
    let next = points.iter().cycle().skip(1);
    let twice: i64 = points
        .iter()
        .zip(next)
        .map(|(a, b)| i64::from(a.x) * i64::from(b.y) - i64::from(b.x) * i64::from(a.y))
        .sum();
    twice.unsigned_abs() as f64 / 2.0
}

fn plane(thumbnail: &Thumbnail, value: impl Fn([u8; 3]) -> u8) -> GrayImage {
    let mut values = thumbnail.rgb.chunks_exact(3).map(|pixel| match pixel {
        [r, g, b] => value([*r, *g, *b]),
        _ => 0,
    });
    GrayImage::from_fn(thumbnail.width, thumbnail.height, |_, _| {
        Luma([values.next().unwrap_or_default()])
    })
}
