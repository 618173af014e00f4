//! What shape a page has in the world, from the perspective it is seen in.
//!
//! Zhang & He, "Whiteboard scanning and image enhancement" (2006), §3: the homography's columns are
//! the page's two sides in the camera's frame, so the focal length that makes them square also gives
//! their lengths. Seen from straight above any focal length does and the equation divides noise by
//! noise. It is therefore weighed, at every focal length, by what the corners' noise makes of it,
//! against how long phones' lenses are: the estimate moves from the one to the other by itself.
//!
//! Measured on 2,000 simulated views each, corners off by 1 pixel of 1,600 × 1,200, median and 95th
//! percentile of the error: tilted up to 15° 0.3 and 1.3 % (the closed form 0.3 and 2.0, the sides'
//! mean 1.0 and 3.0), up to 30° 0.4 and 2.9 % (0.5 and 3.6; 4.1 and 12.1). `tests/aspect.rs` prints
//! the table.

use crate::{Point, Quad};

/// Middle of phones' focal lengths, in diagonals of the frame: a main camera of 26 mm (35 mm
/// equivalent) has 0.6, its digital zooms and tele lenses up to 2.
const FOCAL_LENGTH: f64 = 0.8;

/// Their standard deviation, natural logarithm. Narrower pulls tele lenses, wider believes noise: on
/// 2,000 simulated views tilted up to 45°, at 0.3, 0.4, 0.5 and 0.7, the 95th percentile of the
/// ratio's error is 3.3, 2.5, 2.3 and 2.2 % with exact corners, 6.9, 7.7, 8.6 and 9.2 % with corners
/// off by 2 pixels.
const FOCAL_SPREAD: f64 = 0.5;

/// Focal lengths that are tried, natural logarithm of diagonals: 0.3 to 4.5, in steps of 4 %.
const FOCAL_GRID: (f64, f64, u32) = (-1.2, 1.5, 68);

/// Standard deviation of a corner's coordinate, in diagonals: 1 pixel of a 1,600 × 1,200 frame.
const CORNER_NOISE: f64 = 0.000_5;

/// Standard deviation of the principal point about the frame's centre, in diagonals: lens shift,
/// stabilisation, and a slight crop.
const PRINCIPAL_POINT_NOISE: f64 = 0.006;

/// Deviation from which the sides' mean lengths are taken instead, as where a curled page's corners
/// are those of no rectangle, and which is then stated: what they are off by on tilted pages (95th
/// percentile: 12 % up to 30°). Of 34 photos of pages with hand-made corners one is beyond it.
const UNKNOWN: f32 = 0.15;

/// A page's shape, as recovered from its corners.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aspect {
    /// Width over height: top and bottom sides over left and right sides, in the world.
    pub ratio: f32,
    /// Standard deviation of `ratio`, relative to it: 0.02 is 2 %.
    pub deviation: f32,
    /// The focal length that fits best, in pixels of the frame; near a frontal view it is only what
    /// phones have.
    pub focal_length: f32,
}

impl Aspect {
    /// Recovers the shape of the page whose corners are `quad`, seen in a whole frame of `width` ×
    /// `height` pixels: the principal point is taken to be its centre, pixels to be square. `None`
    /// where the quad is not convex or has corners that are no numbers.
    pub fn recover(quad: &Quad, width: u32, height: u32) -> Option<Self> {
        if !quad.is_convex() || !quad.area().is_finite() {
            return None;
        }
        let diagonal = f64::from(width).hypot(f64::from(height)).max(1.0);
        let corners = normalised(quad, width, height, diagonal);
        let (from, to, steps) = FOCAL_GRID;
        let fits = (0..=steps).filter_map(|step| {
            let logarithm = from + (to - from) * f64::from(step) / f64::from(steps);
            Fit::at(&corners, logarithm)
        });
        let fits: Vec<Fit> = fits.collect();
        let likeliest = fits.iter().map(|fit| fit.evidence).fold(f64::NEG_INFINITY, f64::max);
        let mean = |value: &dyn Fn(&Fit) -> f64| {
            let weights = fits.iter().map(|fit| (fit.evidence - likeliest).exp());
            let (sum, weight) = weights
                .zip(&fits)
                .fold((0.0, 0.0), |(sum, all), (w, fit)| (sum + w * value(fit), all + w));
            sum / weight
        };
        let ratio = mean(&|fit| fit.ratio);
        let variance = mean(&|fit| fit.variance + (fit.ratio - ratio).powi(2));
        let aspect = Self {
            ratio: ratio.exp() as f32,
            deviation: variance.sqrt() as f32,
            focal_length: (mean(&|fit| fit.focal_length).exp() * diagonal) as f32,
        };
        // Also false for what is no number.
        let sound = aspect.ratio.is_normal() && aspect.deviation < UNKNOWN;
        Some(if sound { aspect } else { Self::of_sides(quad, diagonal) })
    }

    /// The ratio of the sides' mean lengths: what is left where no camera sees such a rectangle.
    fn of_sides(quad: &Quad, diagonal: f64) -> Self {
        let [top, right, bottom, left] = quad.sides().map(|(from, to)| from.distance(to));
        Self {
            ratio: (top + bottom) / (left + right),
            deviation: UNKNOWN,
            focal_length: (FOCAL_LENGTH * diagonal) as f32,
        }
    }
}

/// What one focal length makes of the corners. Lengths in diagonals, all but `variance` and
/// `evidence` natural logarithms.
struct Fit {
    focal_length: f64,
    /// Width over height, given that the sides are square to each other.
    ratio: f64,
    variance: f64,
    /// Logarithm of the posterior, up to a constant.
    evidence: f64,
}

impl Fit {
    fn at(corners: &[f64; 8], focal_length: f64) -> Option<Self> {
        let view = |corners: &[f64; 8]| sides_in_space(corners, focal_length.exp());
        let (cosine, ratio) = view(corners)?;
        // How both answer to each uncertain number, by finite differences.
        let (mut cosine_variance, mut ratio_variance, mut covariance) = (1e-16, 0.0, 0.0);
        for (noise, direction) in uncertainties() {
            let mut moved = *corners;
            for (value, by) in moved.iter_mut().zip(direction) {
                *value += noise * by;
            }
            let (moved_cosine, moved_ratio) = view(&moved)?;
            let (by_cosine, by_ratio) = (moved_cosine - cosine, moved_ratio - ratio);
            cosine_variance += by_cosine * by_cosine;
            ratio_variance += by_ratio * by_ratio;
            covariance += by_cosine * by_ratio;
        }
        // The page's corner is square: what that says of the noise also corrects the ratio. Beyond
        // three deviations something else than noise is at work.
        let off = cosine / cosine_variance.sqrt();
        let correction = off.clamp(-3.0, 3.0) * covariance / cosine_variance.sqrt();
        let explained = covariance * covariance / cosine_variance;
        let prior = (focal_length - FOCAL_LENGTH.ln()) / FOCAL_SPREAD;
        let fit = Self {
            focal_length,
            ratio: ratio - correction,
            variance: (ratio_variance - explained).max(0.0) * off.abs().max(1.0),
            evidence: -0.5 * (off * off + cosine_variance.ln() + prior * prior),
        };
        (fit.ratio.is_finite() && fit.evidence.is_finite()).then_some(fit)
    }
}

/// The numbers that carry noise, each as its deviation and the direction it moves the corners in:
/// their eight coordinates, and the principal point's two, which move all corners alike.
fn uncertainties() -> impl Iterator<Item = (f64, [f64; 8])> {
    let one = |moved: usize| std::array::from_fn(|index| f64::from(u8::from(index == moved)));
    let all = |axis: usize| std::array::from_fn(|index| f64::from(u8::from(index % 2 == axis)));
    let corners = (0..8).map(move |index| (CORNER_NOISE, one(index)));
    corners.chain((0..2).map(move |axis| (PRINCIPAL_POINT_NOISE, all(axis))))
}

/// Corners about the frame's centre, in diagonals: x, y of the top left, top right, bottom right and
/// bottom left.
fn normalised(quad: &Quad, width: u32, height: u32, diagonal: f64) -> [f64; 8] {
    let [a, b, c, d] = quad.corners.map(|Point { x, y }| {
        let (x, y) =
            (f64::from(x) - f64::from(width) / 2.0, f64::from(y) - f64::from(height) / 2.0);
        [x / diagonal, y / diagonal]
    });
    [a[0], a[1], b[0], b[1], c[0], c[1], d[0], d[1]]
}

/// The cosine of the page's corner and the logarithm of its width over its height, were the focal
/// length `focal`: from the first two columns of the homography that takes the unit square to the
/// corners, n₂ and n₃ in the paper.
fn sides_in_space(corners: &[f64; 8], focal: f64) -> Option<(f64, f64)> {
    let [x0, y0, x1, y1, x2, y2, x3, y3] = *corners;
    let ([ax, ay], [bx, by]) = ([x1 - x2, y1 - y2], [x3 - x2, y3 - y2]);
    let [sx, sy] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3];
    let determinant = ax * by - bx * ay;
    let across = (sx * by - bx * sy) / determinant;
    let down = (ax * sy - sx * ay) / determinant;
    let width = [x1 - x0 + across * x1, y1 - y0 + across * y1, focal * across];
    let height = [x3 - x0 + down * x3, y3 - y0 + down * y3, focal * down];
    let dot = |a: [f64; 3], b: [f64; 3]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let lengths = [dot(width, width).sqrt(), dot(height, height).sqrt()];
    let [cosine, ratio] =
        [dot(width, height) / (lengths[0] * lengths[1]), (lengths[0] / lengths[1]).ln()];
    (cosine.is_finite() && ratio.is_finite()).then_some((cosine, ratio))
}
