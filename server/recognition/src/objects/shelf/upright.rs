//! How a wall of shelves stands in a picture: where its level lines meet and where its upright ones do.
//!
//! Level lines of one wall meet in a point (or nowhere), so that the slope of each is a linear function of the
//! place where it crosses the picture's middle. Of all such bundles that is taken along which edges lie most
//! sharply: whose lines' sums of edges have the largest sum of squares.

use bailing_vision::{Point, Quad};
use image::{RgbImage, imageops};

/// Longer sides of the pictures in which a bundle is looked for and in which it is refined, pixels.
const COARSE: u32 = 160;
const FINE: u32 = 480;

/// Most that one edge counts, levels: a bright lamp is no board.
const MOST: f32 = 60.0;

/// Largest slope in the middle, and largest change of it from the middle to the border: 13 and 18 degrees. A wall
/// seen at 28 degrees with a phone's lens has less.
const MIDDLE: f32 = 0.24;
const CHANGE: f32 = 0.32;
/// The same of upright lines: phones are held level more exactly than straight on.
const UPRIGHT: f32 = 0.2;

/// Parts of an upright line that count alone: things on shelves are short.
const PARTS: usize = 8;

/// First and last step of the search.
const STEP: f32 = 0.04;
const LAST: f32 = 0.0025;

/// Lines, one through each place of the picture's middle, whose slopes change evenly.
#[derive(Clone, Copy, Debug)]
struct Bundle {
    /// Slope of the line through the middle.
    middle: f32,
    /// What is added to it at the border.
    change: f32,
}

/// The part of the wall that the whole picture shows, in its pixels; corners lie outside of it.
pub(super) fn area(picture: &RgbImage) -> Option<Quad> {
    let (coarse, fine) = (edges(picture, COARSE)?, edges(picture, FINE)?);
    let level = bundle([&coarse.0, &fine.0], MIDDLE, CHANGE, 1);
    let upright = bundle([&coarse.1, &fine.1], UPRIGHT, UPRIGHT, PARTS);
    let size = [picture.width() as f32, picture.height() as f32];
    let turned = [size[1], size[0]];
    let corners = [[0.0, 0.0], [size[0], 0.0], [size[0], size[1]], [0.0, size[1]]];
    let heights = corners.map(|[x, y]| level.crossing(x, y, size));
    let places = corners.map(|[x, y]| upright.crossing(y, x, turned));
    let least = |of: [f32; 4]| of.into_iter().fold(f32::INFINITY, f32::min);
    let most = |of: [f32; 4]| of.into_iter().fold(f32::NEG_INFINITY, f32::max);
    let meet = |height: f32, place: f32| {
        let (down, across) = (level.slope(height, size), upright.slope(place, turned));
        // y = height + down (x - middle), x = place + across (y - middle).
        let x = (place + across * (height - down * size[0] / 2.0 - size[1] / 2.0))
            / (1.0 - down * across);
        Point { x, y: height + down * (x - size[0] / 2.0) }
    };
    let (top, bottom, left, right) = (least(heights), most(heights), least(places), most(places));
    let quad = Quad {
        corners: [meet(top, left), meet(top, right), meet(bottom, right), meet(bottom, left)],
    };
    (quad.is_convex() && quad.area() < 4.0 * size[0] * size[1]).then_some(quad)
}

impl Bundle {
    /// Slope of the line through the middle column at `height`, in a picture of this size.
    fn slope(&self, height: f32, [_, tall]: [f32; 2]) -> f32 {
        self.middle + self.change * (2.0 * height / tall - 1.0)
    }

    /// Where the line through a point crosses the middle column.
    fn crossing(&self, x: f32, y: f32, [wide, tall]: [f32; 2]) -> f32 {
        let aside = x - wide / 2.0;
        (y - (self.middle - self.change) * aside) / (1.0 + 2.0 * self.change * aside / tall)
    }
}

/// Strengths of edges; lines of the bundle run along rows.
struct Edges {
    wide: usize,
    tall: usize,
    strengths: Vec<f32>,
}

/// Level and upright edges, the latter turned.
fn edges(picture: &RgbImage, side: u32) -> Option<(Edges, Edges)> {
    let (width, height) = picture.dimensions();
    let share = (side as f32 / width.max(height) as f32).min(1.0);
    let [wide, tall] = [width, height].map(|side| ((side as f32 * share) as u32).max(3));
    let small = imageops::thumbnail(picture, wide, tall);
    let level = |x: u32, y: u32| small.get_pixel_checked(x, y).map(|pixel| pixel.0);
    let step = |a: Option<[u8; 3]>, b: Option<[u8; 3]>| match (a, b) {
        (Some(a), Some(b)) => a.iter().zip(b).map(|(a, b)| a.abs_diff(b)).max().unwrap_or_default(),
        _ => 0,
    };
    let [wide, tall] = [wide as usize, tall as usize];
    let mut levels = Edges { wide, tall, strengths: vec![0.0; wide * tall] };
    let mut uprights = Edges { wide: tall, tall: wide, strengths: vec![0.0; wide * tall] };
    for y in 1..tall as u32 - 1 {
        for x in 1..wide as u32 - 1 {
            let down = f32::from(step(level(x, y - 1), level(x, y + 1)));
            let across = f32::from(step(level(x - 1, y), level(x + 1, y)));
            let [row, column] = [y as usize, x as usize];
            if let Some(place) =
                levels.strengths.get_mut(row * wide + column).filter(|_| down > 0.7 * across)
            {
                *place = down.min(MOST);
            }
            if let Some(place) =
                uprights.strengths.get_mut(column * tall + row).filter(|_| across > 0.7 * down)
            {
                *place = across.min(MOST);
            }
        }
    }
    Some((levels, uprights))
}

/// The bundle along which the edges lie most sharply.
fn bundle([coarse, fine]: [&Edges; 2], middle: f32, change: f32, parts: usize) -> Bundle {
    let mut best = (f32::NEG_INFINITY, Bundle { middle: 0.0, change: 0.0 });
    let attempt = |edges: &Edges, bundle: Bundle, best: &mut (f32, Bundle)| {
        let sharp = edges.sharpness(&bundle, parts);
        if sharp > best.0 {
            *best = (sharp, bundle);
        }
    };
    let steps = |reach: f32| {
        let count = (reach / STEP).round() as i16;
        (-count..=count).map(|step| f32::from(step) * STEP)
    };
    for middle in steps(middle) {
        for change in steps(change) {
            attempt(coarse, Bundle { middle, change }, &mut best);
        }
    }
    let mut step = STEP / 2.0;
    best.0 = fine.sharpness(&best.1, parts);
    while step >= LAST {
        let around = best.1;
        for [down, more] in
            [-1.0, 0.0, 1.0f32].iter().flat_map(|a| [-1.0, 0.0, 1.0f32].map(|b| [*a, b]))
        {
            let bundle =
                Bundle { middle: around.middle + down * step, change: around.change + more * step };
            attempt(fine, bundle, &mut best);
        }
        step /= 2.0;
    }
    best.1
}

impl Edges {
    fn sharpness(&self, bundle: &Bundle, parts: usize) -> f32 {
        let size = [self.wide as f32, self.tall as f32];
        let part = self.wide.div_ceil(parts).max(1);
        let mut total = 0.0;
        for height in 0..self.tall {
            let slope = bundle.slope(height as f32 + 0.5, size);
            for first in (0..self.wide).step_by(part) {
                let (mut sum, mut seen) = (0.0, 0usize);
                for x in first..(first + part).min(self.wide) {
                    let y = height as f32 + 0.5 + slope * (x as f32 + 0.5 - size[0] / 2.0);
                    if y >= 0.0 && y < size[1] {
                        seen += 1;
                        sum += self
                            .strengths
                            .get(y as usize * self.wide + x)
                            .copied()
                            .unwrap_or_default();
                    }
                }
                // A line of which little is seen says little.
                let mean = sum / (seen as f32).max(0.5 * part as f32);
                total += mean * mean;
            }
        }
        total
    }
}
