//! Rings by their edges: every edge of ink votes for the centres that it could be a piece of a circle about
//! (Hough transform by gradient, Kimme, Ballard & Sklansky 1975), so that a ring is found through text, on a
//! form's lines and against another ring.

use image::{GrayImage, Luma};
use imageproc::filter::gaussian_blur_f32;
use imageproc::gradients::{horizontal_sobel, vertical_sobel};

/// Heights of the ellipses that are looked for, as shares of their widths: a round seal, an invoice's oval.
const RATIOS: [f32; 2] = [1.0, 0.75];

/// Levels of ink that an edge rises by in a pixel, at least. Less finds paler seals, and edges of mere noise.
const STEEP: f32 = 2.0;

/// What `horizontal_sobel` multiplies them by, and what ink is multiplied by so that smoothing does not round
/// it away.
const SOBEL: f32 = 8.0;
const FINER: u8 = 4;

/// Most edges that vote. A page has some 20,000; one all of red print or of noise is thinned out.
const MOST_EDGES: usize = 40_000;

/// Centres that are looked at. A seal's own inner rings and text may be voted for more than a second seal.
const CENTRES: usize = 24;

/// Directions that an outline is divided into: as many as a `u128` is asked for.
const PLACES: u32 = 96;

/// How well an edge must point to the centre: the cosine.
const POINTS_TO_CENTRE: f32 = 0.9;

/// How far beside the outline an edge may lie, pixels.
const BESIDE: f32 = 2.2;

/// An ellipse along the axes, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ring {
    pub(super) centre: [f32; 2],
    pub(super) radii: [f32; 2],
    /// Share of the directions in which an edge of the outline was seen.
    pub(super) seen: f32,
}

/// An edge: its place and the unit vector across it.
type Edge = [f32; 4];

/// Rings whose half widths lie between two, in a picture of how much ink there is.
pub(super) fn rings(ink: &GrayImage, [least, most]: [f32; 2]) -> Vec<Ring> {
    let edges = edges(ink);
    let size = [ink.width() as f32, ink.height() as f32];
    let mut rings = Vec::new();
    for ratio in RATIOS {
        // An ellipse is a circle in a page that is stretched.
        let stretched: Vec<Edge> = edges
            .iter()
            .map(|[x, y, across, down]| {
                let (down, length) = (down * ratio, across.hypot(down * ratio).max(1e-6));
                [*x, y / ratio, across / length, down / length]
            })
            .collect();
        let size = [size[0], size[1] / ratio];
        for centre in centres(&stretched, size, [least, most]) {
            let Some(radius) = radius(&stretched, centre, [least, most]) else { continue };
            let ring = [centre[0], centre[1] * ratio, radius, radius * ratio];
            rings.push(refined(&edges, ring));
        }
    }
    rings
}

fn edges(ink: &GrayImage) -> Vec<Edge> {
    let mut finer = ink.clone();
    finer.pixels_mut().for_each(|Luma([value])| *value = value.saturating_mul(FINER));
    let smooth = gaussian_blur_f32(&finer, 1.0);
    let (across, down) = (horizontal_sobel(&smooth), vertical_sobel(&smooth));
    let edges: Vec<Edge> = across
        .enumerate_pixels()
        .zip(down.pixels())
        .filter_map(|((x, y, Luma([across])), Luma([down]))| {
            let (across, down) = (f32::from(*across), f32::from(*down));
            let steep = across.hypot(down);
            let at = [x as f32 + 0.5, y as f32 + 0.5];
            (steep > STEEP * SOBEL * f32::from(FINER))
                .then(|| [at[0], at[1], across / steep, down / steep])
        })
        .collect();
    let thinned = edges.len().div_ceil(MOST_EDGES).max(1);
    edges.into_iter().step_by(thinned).collect()
}

/// The places with the most votes, each two pixels wide.
fn centres(edges: &[Edge], [width, height]: [f32; 2], [least, most]: [f32; 2]) -> Vec<[f32; 2]> {
    let (columns, rows) = ((width / 2.0) as usize + 1, (height / 2.0) as usize + 1);
    let mut votes = vec![0.0f32; columns * rows];
    let mut next = least;
    while next <= most {
        // Larger circles are cut as finely in fewer steps.
        let (radius, step) = (next, 1.0 + (next / 40.0).floor());
        next += step;
        for [x, y, across, down] in edges {
            for side in [radius, -radius] {
                let (x, y) = ((x + side * across) / 2.0, (y + side * down) / 2.0);
                if x < 0.0 || y < 0.0 || x >= columns as f32 {
                    continue;
                }
                if let Some(votes) = votes.get_mut(y as usize * columns + x as usize) {
                    *votes += step / radius;
                }
            }
        }
    }
    // A row's end is not its next one's beginning, but no seal's centre is there.
    let at = |index: usize| votes.get(index).copied().unwrap_or_default();
    let mut smooth: Vec<f32> = (0..votes.len())
        .map(|index| {
            [0, columns, 2 * columns]
                .into_iter()
                .map(|row| (index + row).wrapping_sub(columns + 1))
                .map(|first| at(first) + at(first.wrapping_add(1)) + at(first.wrapping_add(2)))
                .sum()
        })
        .collect();
    let mut centres = Vec::new();
    for _ in 0..CENTRES {
        let best = smooth.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b));
        let Some((index, votes)) = best else { break };
        if *votes <= 0.0 {
            break;
        }
        let (column, row) = (index % columns, index / columns);
        centres.push([column as f32 * 2.0 + 1.0, row as f32 * 2.0 + 1.0]);
        for row in row.saturating_sub(5)..=row + 5 {
            let from = row * columns + column.saturating_sub(5);
            let to = row * columns + (column + 5).min(columns - 1);
            smooth.get_mut(from..=to).unwrap_or_default().fill(0.0);
        }
    }
    centres
}

/// The radius with edges in most directions; of equals the largest.
fn radius(edges: &[Edge], [x, y]: [f32; 2], [least, most]: [f32; 2]) -> Option<f32> {
    let mut seen = vec![0u128; most as usize + 4];
    for [column, row, across, down] in edges {
        let (to_x, to_y) = (column - x, row - y);
        let distance = to_x.hypot(to_y);
        if distance > most + 2.0
            || (to_x * across + to_y * down).abs() < distance * POINTS_TO_CENTRE
        {
            continue;
        }
        let from = (distance - 2.0).max(0.0) as usize;
        for seen in seen.get_mut(from..=from + 4).unwrap_or_default() {
            *seen |= 1 << place(to_x, to_y);
        }
    }
    let counted = seen.iter().enumerate().skip(least as usize);
    let best = counted.max_by_key(|(radius, seen)| (seen.count_ones(), *radius))?;
    Some(best.0 as f32)
}

/// A direction, one of [`PLACES`].
fn place(x: f32, y: f32) -> usize {
    let turn = y.atan2(x) / std::f32::consts::TAU + 0.5;
    ((turn * PLACES as f32) as usize).min(PLACES as usize - 1)
}

/// The ellipse near one that has its edges in most directions.
fn refined(edges: &[Edge], start: [f32; 4]) -> Ring {
    let reach = start[2].max(start[3]) * 1.25 + 4.0;
    let near: Vec<Edge> = edges
        .iter()
        .filter(|[x, y, ..]| (x - start[0]).hypot(y - start[1]) <= reach)
        .copied()
        .collect();
    let mut best = (closeness(&near, start), start);
    for step in [3.0f32, 1.5, 0.7] {
        for _ in 0..4 {
            let before = best.0;
            for axis in 0..4 {
                for by in [-step, step] {
                    let mut moved = best.1;
                    if let Some(value) = moved.get_mut(axis) {
                        *value += by;
                    }
                    let score = closeness(&near, moved);
                    if score > best.0 {
                        best = (score, moved);
                    }
                }
            }
            if best.0 <= before {
                break;
            }
        }
    }
    let [x, y, across, down] = best.1;
    Ring { centre: [x, y], radii: [across, down], seen: best.0 }
}

/// Mean over all directions of how near the nearest edge lies, 0..1.
fn closeness(edges: &[Edge], ellipse: [f32; 4]) -> f32 {
    let mut nearest = [0.0f32; PLACES as usize];
    for edge in edges {
        let Some(near) = nearness(edge, ellipse) else { continue };
        let ([x, y, ..], [cx, cy, a, b]) = (edge, ellipse);
        if let Some(nearest) = nearest.get_mut(place((x - cx) / a, (y - cy) / b)) {
            *nearest = nearest.max(near);
        }
    }
    nearest.iter().sum::<f32>() / PLACES as f32
}

/// 1 for an edge on the outline, 0 for one just near enough, `None` for others.
fn nearness([x, y, across, down]: &Edge, [cx, cy, a, b]: [f32; 4]) -> Option<f32> {
    if a < 4.0 || b < 4.0 {
        return None;
    }
    let (u, v) = ((x - cx) / a, (y - cy) / b);
    let off = (u.hypot(v) - 1.0).abs() * a.min(b);
    let (nx, ny) = (u / a, v / b);
    // The outer edge: ink begins inwards.
    let along = -(nx * across + ny * down);
    (off < BESIDE && along >= POINTS_TO_CENTRE * nx.hypot(ny)).then(|| 1.0 - off / BESIDE)
}
