//! Rings by their edges: every edge of ink votes for the centres that it could be a piece of a circle about
//! (Hough transform by gradient, Kimme, Ballard & Sklansky 1975), so that a ring is found through text, on a
//! form's lines and against another ring.

use image::{GrayImage, Luma};
use imageproc::filter::gaussian_blur_f32;
use imageproc::gradients::{horizontal_sobel, vertical_sobel};

/// Heights of the ellipses that are looked for, as shares of their widths: a round seal, an invoice's oval.
const RATIOS: [f32; 2] = [1.0, 0.75];

/// Levels of ink that an edge rises by in a pixel, at least, and against the median of the page, which is its
/// noise. Less finds paler seals, and edges of mere noise.
const STEEP: f32 = 2.5;
const ABOVE_NOISE: f32 = 4.0;

/// What `horizontal_sobel` multiplies them by.
const SOBEL: f32 = 8.0;

/// Most edges that vote, the steepest. A page has some 20,000; one all of red print or of noise more.
const MOST_EDGES: usize = 40_000;

/// Centres that are looked at among rings of about one size. A seal's own inner rings and text may be voted for
/// more than a second seal.
const CENTRES: usize = 8;

/// How much larger the largest of about one size are: among rings of all sizes the letters of a red title, which
/// are many and near each other, would be voted for more than a seal.
const OCTAVE: f32 = 2.0;

/// Share of the directions in which a ring must have an edge to be looked at closely.
const WORTH_A_LOOK: f32 = 0.35;

/// How closely edges follow a ring in which no other is looked for.
const SURE: f32 = 0.8;

/// How closely they must before it is fitted: the place of most votes is off by up to two pixels.
const WORTH_FITTING: f32 = 0.15;

/// Directions that an outline is divided into: as many as a `u128` is asked for.
const PLACES: u32 = 96;

/// How well an edge must point to the centre: the cosine.
const POINTS_TO_CENTRE: f32 = 0.9;

/// How far beside the outline an edge may lie, pixels, and of a large ring, which bent paper bends by more, a
/// share of its shorter half axis.
const BESIDE: f32 = 2.2;
const BESIDE_LARGE: f32 = 0.022;

/// Share of the outline that must lie on the picture: seals reach over a page's edge.
const SHOWN: f32 = 0.55;

/// An ellipse along the axes, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ring {
    pub(super) centre: [f32; 2],
    pub(super) radii: [f32; 2],
    /// How closely edges follow it, 0..1: mean over the directions in which it lies on the picture.
    pub(super) seen: f32,
}

impl Ring {
    /// Whether this one needs no other whose centre lies in it.
    fn is_sure_around(&self, [x, y, ..]: [f32; 4]) -> bool {
        let across = (x - self.centre[0]) / self.radii[0].max(1.0);
        let down = (y - self.centre[1]) / self.radii[1].max(1.0);
        self.seen >= SURE && across.hypot(down) < 0.8
    }
}

/// An edge: its place and the unit vector across it.
type Edge = [f32; 4];

/// Rings whose half widths lie between two, in a picture of how much ink there is.
pub(super) fn rings(ink: &GrayImage, [least, most]: [f32; 2]) -> Vec<Ring> {
    let edges = edges(ink);
    let size = [ink.width() as f32, ink.height() as f32];
    let mut rings: Vec<Ring> = Vec::new();
    for ratio in RATIOS {
        // An ellipse is a circle in a page that is stretched.
        let stretched: Vec<Edge> = edges
            .iter()
            .map(|[x, y, across, down]| {
                let (down, length) = (down * ratio, across.hypot(down * ratio).max(1e-6));
                [*x, y / ratio, across / length, down / length]
            })
            .collect();
        let stretched_size = [size[0], size[1] / ratio];
        let mut smallest = least;
        while smallest < most {
            let sizes = [smallest, (smallest * OCTAVE).min(most)];
            smallest *= OCTAVE;
            for centre in centres(&stretched, stretched_size, sizes) {
                let Some(radius) = radius(&stretched, centre, sizes) else { continue };
                let ring = [centre[0], centre[1] * ratio, radius, radius * ratio];
                if !rings.iter().any(|found| found.is_sure_around(ring)) {
                    rings.push(refined(&edges, ring, size));
                }
            }
        }
    }
    rings
}

fn edges(ink: &GrayImage) -> Vec<Edge> {
    let smooth = gaussian_blur_f32(ink, 1.0);
    let (across, down) = (horizontal_sobel(&smooth), vertical_sobel(&smooth));
    let steep = |(Luma([across]), Luma([down])): (&Luma<i16>, &Luma<i16>)| {
        f32::from(*across).hypot(f32::from(*down))
    };
    let mut steeps: Vec<f32> = across.pixels().zip(down.pixels()).map(steep).collect();
    let mut rank = |index: usize| {
        let index = index.min(steeps.len().saturating_sub(1));
        if steeps.is_empty() {
            0.0
        } else {
            *steeps.select_nth_unstable_by(index, f32::total_cmp).1
        }
    };
    let all = ink.width() as usize * ink.height() as usize;
    let (noise, thinned) = (rank(all / 2), rank(all.saturating_sub(MOST_EDGES)));
    let thinned = if all > MOST_EDGES { thinned } else { 0.0 };
    let least = (STEEP * SOBEL).max(ABOVE_NOISE * noise).max(thinned);
    across
        .enumerate_pixels()
        .zip(down.pixels())
        .filter_map(|((x, y, across), down)| {
            let steep = steep((across, down));
            let at = [x as f32 + 0.5, y as f32 + 0.5];
            let unit = [across, down].map(|Luma([value])| f32::from(*value) / steep);
            (steep > least).then(|| [at[0], at[1], unit[0], unit[1]])
        })
        .collect()
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
    (best.1.count_ones() as f32 >= WORTH_A_LOOK * PLACES as f32).then_some(best.0 as f32)
}

/// A direction, one of [`PLACES`].
fn place(x: f32, y: f32) -> usize {
    let turn = y.atan2(x) / std::f32::consts::TAU + 0.5;
    ((turn * PLACES as f32) as usize).min(PLACES as usize - 1)
}

/// The ellipse near one that has its edges in most directions.
fn refined(edges: &[Edge], start: [f32; 4], size: [f32; 2]) -> Ring {
    // What fitting may come to.
    let beyond = 0.25 + 4.0 / start[3].max(1.0);
    let is_near = |[x, y, ..]: &&Edge| {
        let off = ((x - start[0]) / start[2].max(1.0)).hypot((y - start[1]) / start[3].max(1.0));
        (off - 1.0).abs() <= beyond
    };
    let near: Vec<Edge> = edges.iter().filter(is_near).copied().collect();
    let mut best = (closeness(&near, start, size), start);
    let steps: &[f32] = if best.0 < WORTH_FITTING { &[] } else { &[3.0, 1.5, 0.7] };
    for step in steps.iter().copied() {
        for _ in 0..4 {
            let before = best.0;
            for axis in 0..4 {
                for by in [-step, step] {
                    let mut moved = best.1;
                    if let Some(value) = moved.get_mut(axis) {
                        *value += by;
                    }
                    let score = closeness(&near, moved, size);
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

/// Mean over all directions that lie on the picture of how near the nearest edge lies, 0..1.
fn closeness(edges: &[Edge], ellipse: [f32; 4], [width, height]: [f32; 2]) -> f32 {
    let [cx, cy, a, b] = ellipse;
    let mut nearest = [0.0f32; PLACES as usize];
    for edge in edges {
        let Some(near) = nearness(edge, ellipse) else { continue };
        let [x, y, ..] = edge;
        if let Some(nearest) = nearest.get_mut(place((x - cx) / a, (y - cy) / b)) {
            *nearest = nearest.max(near);
        }
    }
    let is_shown = |place: usize| {
        // As `place` counts them.
        let turn = ((place as f32 + 0.5) / PLACES as f32 - 0.5) * std::f32::consts::TAU;
        let (x, y) = (cx + a * turn.cos(), cy + b * turn.sin());
        (1.0..width - 1.0).contains(&x) && (1.0..height - 1.0).contains(&y)
    };
    let shown = nearest.iter().enumerate().filter(|(place, _)| is_shown(*place));
    let (sum, count) = shown.fold((0.0, 0u32), |(sum, count), (_, near)| (sum + near, count + 1));
    if count as f32 >= SHOWN * PLACES as f32 { sum / count as f32 } else { 0.0 }
}

/// 1 for an edge on the outline, 0 for one just near enough, `None` for others.
fn nearness([x, y, across, down]: &Edge, [cx, cy, a, b]: [f32; 4]) -> Option<f32> {
    if a < 4.0 || b < 4.0 {
        return None;
    }
    let (u, v) = ((x - cx) / a, (y - cy) / b);
    let off = (u.hypot(v) - 1.0).abs() * a.min(b);
    let beside = BESIDE.max(BESIDE_LARGE * a.min(b));
    let (nx, ny) = (u / a, v / b);
    // The outer edge: ink begins inwards.
    let along = -(nx * across + ny * down);
    (off < beside && along >= POINTS_TO_CENTRE * nx.hypot(ny)).then(|| 1.0 - off / beside)
}

#[cfg(test)]
mod tests {
    use imageproc::drawing::{draw_filled_ellipse_mut, draw_filled_rect_mut};
    use imageproc::rect::Rect;

    use super::*;

    fn oval(ink: &mut GrayImage, centre: (i32, i32), radii: (i32, i32), level: u8) {
        draw_filled_ellipse_mut(ink, centre, radii.0, radii.1, Luma([level]));
        draw_filled_ellipse_mut(ink, centre, radii.0 - 3, radii.1 - 3, Luma([0]));
    }

    fn best(ink: &GrayImage) -> Ring {
        let rings = rings(ink, [20.0, 180.0]);
        *rings.iter().max_by(|a, b| a.seen.total_cmp(&b.seen)).expect("a ring")
    }

    #[test]
    fn a_pale_oval_is_found_below_a_title_of_red_letters() {
        let mut ink = GrayImage::new(600, 400);
        for letter in 0..20 {
            let at = Rect::at(60 + 24 * letter, 20);
            draw_filled_rect_mut(&mut ink, at.of_size(16, 24), Luma([200]));
        }
        oval(&mut ink, (430, 280), (80, 60), 24);
        let ring = rings(&ink, [20.0, 180.0]).into_iter().find(|ring| {
            (ring.centre[0] - 430.0).abs() < 3.0 && (ring.centre[1] - 280.0).abs() < 3.0
        });
        let ring = ring.expect("the oval");
        assert!(ring.seen > 0.7, "{ring:?}");
        assert!((ring.radii[0] - 80.0).abs() < 3.0 && (ring.radii[1] - 60.0).abs() < 3.0);
    }

    #[test]
    fn a_ring_that_the_edge_cuts_is_found_whole() {
        let mut ink = GrayImage::new(400, 300);
        oval(&mut ink, (200, 270), (70, 70), 60);
        let ring = best(&ink);
        assert!(ring.seen > 0.7 && (ring.radii[1] - 70.0).abs() < 4.0, "{ring:?}");
        assert!((ring.centre[1] - 270.0).abs() < 4.0, "{ring:?}");
    }
}
