//! Sharpness of the strokes on a page, in pixels of the frame, and in which direction it is lost.

use super::edge::Window;
use super::grid::{Grid, quantile};
use super::page_view::PageView;
use crate::pixels::read_luma;
use crate::{Frame, Point};

/// Parts of the page along its longer side that are looked at, one window each.
const PARTS: f32 = 8.0;

/// Windows at most, whatever the page's shape: what bounds the time.
const MOST_WINDOWS: usize = 48;

/// Side of a window, pixels it holds: a few strokes on a preview, an edge's whole profile on a still.
const SIDES: [f32; 2] = [24.0, 64.0];

/// Pixels along the page at which one pixel of a window stands for one of the frame; on larger pages
/// for as many more.
const READING_SIDE: f32 = 3_600.0;

/// Directions in which edges are sought, each with its own strongest: a blur by motion leaves the
/// edges along it stronger than all others.
const DIRECTIONS: usize = 8;

/// Edges of one direction in one window.
const EDGES: usize = 5;

/// Edges that a direction needs to have a say in the blur's shape.
const ENOUGH: usize = 10;

/// Edges that a page needs for its blur to be told: a line of text has more.
const LEAST_EDGES: usize = 40;

/// The quantile of widths that is taken for the page's: below the median, since letters touch and
/// their edges overlap, which only ever widens.
const TYPICAL: f32 = 0.3;

/// Least luma between ink and paper for which an edge is measured.
const LEAST_CONTRAST: f32 = 14.0;

/// The blur of one page.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Blur {
    /// 10–90 % width of an edge in the direction in which it is widest, pixels of the frame.
    pub widest: f32,
    /// The same across that direction.
    pub narrowest: f32,
    /// The direction of the widest, degrees clockwise from the frame's right, 0..180. Says something
    /// where the two differ.
    pub direction: f32,
    /// Edges measured.
    pub edges: u32,
}

#[derive(Clone, Copy, Debug)]
struct Measured {
    width: f32,
    direction: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Candidate {
    /// The slope's length, squared.
    squared: f32,
    x: usize,
    y: usize,
    /// The slope: to the brighter side.
    towards: [f32; 2],
}

/// Measures focus, keeping its buffers.
#[derive(Debug, Default)]
pub(super) struct Focus {
    /// Edge width in each part of the page, pixels of the frame; zero where nothing is printed.
    pub(super) map: Grid,
    /// Standard deviation of noise in bare places, luma.
    pub(super) noise: f32,
    /// Luma of the ink, 0..255: three in four parts of the page have darker. `None` where no part was
    /// looked at.
    pub(super) ink: Option<f32>,
    window: Window,
    line: Vec<u8>,
    squares: Vec<f32>,
    edges: Vec<Measured>,
    widths: Vec<f32>,
    noises: Vec<f32>,
    inks: Vec<f32>,
}

impl Focus {
    /// Measures the page in `view` on the frame's own pixels; `avoid` tells which pixels of the view
    /// say nothing about it. On a page only strokes count: shadows and things have soft edges.
    pub(super) fn measure(
        &mut self,
        frame: &Frame<'_>,
        view: &PageView,
        strokes_only: bool,
        avoid: impl Fn(usize, usize) -> bool,
    ) -> Option<Blur> {
        let (width, height) = (view.width as f32, view.height as f32);
        let longer = width.max(height);
        let parts = |side: f32| (PARTS * side / longer).round().max(1.0) as usize;
        let columns = parts(width);
        let rows = parts(height).min(MOST_WINDOWS / columns.clamp(1, MOST_WINDOWS)).max(1);
        let pixels = longer * view.step;
        let coarse = (pixels / READING_SIDE).ceil().max(1.0);
        let side = (pixels / coarse / 20.0).clamp(SIDES[0], SIDES[1]) as usize;
        self.map.reset(columns, rows, 0.0);
        self.edges.clear();
        self.noises.clear();
        self.inks.clear();
        for row in 0..rows {
            for column in 0..columns {
                let part = [
                    column * view.width / columns,
                    row * view.height / rows,
                    (column + 1) * view.width / columns,
                    (row + 1) * view.height / rows,
                ];
                let (stroke, bare) = places(view, part, &avoid);
                if let Some((x, y)) = bare
                    && self.noises.len() < 24
                    && self.read(frame, view.in_frame(x, y), 12, 1)
                {
                    self.noises.push(noise(&self.window));
                }
                if let Some((x, y)) = stroke
                    && self.read(frame, view.in_frame(x, y), side, coarse as u32)
                {
                    let from = self.edges.len();
                    self.measure_window(coarse, strokes_only);
                    let local = self.typical(from, None);
                    if let (Some(local), Some(cell)) = (local, self.map.at_mut(column, row)) {
                        *cell = local;
                    }
                }
            }
        }
        self.noise = quantile(&mut self.noises, 0.4).unwrap_or_default();
        self.ink = quantile(&mut self.inks, 0.75);
        self.blur()
    }

    /// Luma of the window around a place of the frame, each pixel the mean of `coarse` × `coarse`;
    /// false where the frame is smaller than the window or does not show the place.
    fn read(&mut self, frame: &Frame<'_>, centre: Point, side: usize, coarse: u32) -> bool {
        let span = side as u32 * coarse;
        let inside = centre.x >= 0.0
            && centre.y >= 0.0
            && centre.x < frame.width() as f32
            && centre.y < frame.height() as f32;
        if !inside || span > frame.width() || span > frame.height() {
            return false;
        }
        let left = (centre.x as u32).saturating_sub(span / 2).min(frame.width() - span);
        let top = (centre.y as u32).saturating_sub(span / 2).min(frame.height() - span);
        self.window.side = side;
        self.window.luma.clear();
        self.window.luma.resize(side * side, 0.0);
        let share = 1.0 / (coarse * coarse) as f32;
        self.line.resize(span as usize, 0);
        for (row, values) in (0u32..).zip(self.window.luma.chunks_exact_mut(side)) {
            for line in 0..coarse {
                read_luma(frame, left, top + row * coarse + line, &mut self.line);
                for offset in 0..coarse as usize {
                    let pixels = self.line.iter().skip(offset).step_by(coarse as usize);
                    for (value, luma) in values.iter_mut().zip(pixels) {
                        *value += share * f32::from(*luma);
                    }
                }
            }
        }
        true
    }

    /// Measures the strongest edges of each direction in the window just read.
    fn measure_window(&mut self, coarse: f32, strokes_only: bool) {
        let side = self.window.side;
        let (dark, bright) = range(&self.window.luma);
        let contrast = bright - dark;
        self.inks.push(dark);
        if contrast < LEAST_CONTRAST {
            return;
        }
        let least = (0.2 * contrast).powi(2);
        let mut best = [[Candidate::default(); EDGES]; DIRECTIONS];
        for y in 1..side.saturating_sub(1) {
            let rows = [y - 1, y, y + 1].map(|y| self.window.luma.get(y * side..(y + 1) * side));
            let [Some(above), Some(here), Some(below)] = rows else { continue };
            let lines =
                || above.array_windows().zip(here.array_windows()).zip(below.array_windows());
            self.squares.clear();
            self.squares.extend(lines().map(|((above, here), below)| {
                let [across, down] = slope(above, here, below);
                across * across + down * down
            }));
            for (x, (((above, here), below), squared)) in (1..).zip(lines().zip(&self.squares)) {
                // An eighth of the contrast a pixel: an edge eight pixels wide, and none wider is
                // read; the walk along it finds the rest.
                let squared = *squared;
                if squared < least {
                    continue;
                }
                let towards = slope(above, here, below);
                let Some(list) = best.get_mut(direction(towards)) else { continue };
                insert(list, Candidate { squared, x, y, towards });
            }
        }
        for (direction, list) in best.iter().enumerate() {
            for candidate in list.iter().filter(|candidate| candidate.squared > 0.0) {
                let Candidate { x, y, .. } = *candidate;
                let towards = candidate.towards.map(|part| part / candidate.squared.sqrt());
                let noise = (0.05 * contrast).max(3.0);
                let Some(edge) = self.window.edge(x, y, towards, noise) else { continue };
                let whole = edge.height >= 0.4 * contrast;
                if whole
                    && (edge.of_stroke || !strokes_only)
                    && edge.bright >= dark + 0.6 * contrast
                {
                    self.edges.push(Measured { width: edge.width * coarse, direction });
                }
            }
        }
    }

    /// The typical width among edges from an index on, of one direction or all.
    fn typical(&mut self, from: usize, direction: Option<usize>) -> Option<f32> {
        self.widths.clear();
        let edges = self.edges.get(from..).unwrap_or_default();
        let of = edges.iter().filter(|edge| direction.is_none_or(|only| edge.direction == only));
        self.widths.extend(of.map(|edge| edge.width));
        quantile(&mut self.widths, TYPICAL)
    }

    /// Fits variance over direction, `a + b cos 2t + c sin 2t`: a point that moves along a line is
    /// spread so, one that is out of focus has `b = c = 0`.
    fn blur(&mut self) -> Option<Blur> {
        if self.edges.len() < LEAST_EDGES {
            return None;
        }
        let overall = self.typical(0, None)?;
        let mut sums = [0.0f32; 3];
        let mut normal = [0.0f32; 5];
        for direction in 0..DIRECTIONS {
            let Some(width) = self.typical(0, Some(direction)) else { continue };
            if self.widths.len() < ENOUGH {
                continue;
            }
            let weight = self.widths.len().min(60) as f32;
            let (sin, cos) =
                (direction as f32 / DIRECTIONS as f32 * std::f32::consts::TAU).sin_cos();
            let variance = width * width;
            sums = [
                sums[0] + weight * variance,
                sums[1] + weight * variance * cos,
                sums[2] + weight * variance * sin,
            ];
            let [w, wc, ws, wcc, wcs] = normal;
            normal = [
                w + weight,
                wc + weight * cos,
                ws + weight * sin,
                wcc + weight * cos * cos,
                wcs + weight * cos * sin,
            ];
        }
        let (mean, b, c) = fit(sums, normal).unwrap_or((overall * overall, 0.0, 0.0));
        let swing = b.hypot(c).min(0.98 * mean.max(0.0));
        let direction = c.atan2(b).to_degrees() / 2.0;
        Some(Blur {
            widest: (mean + swing).max(0.0).sqrt(),
            narrowest: (mean - swing).max(0.0).sqrt(),
            direction: direction.rem_euclid(180.0),
            edges: self.edges.len() as u32,
        })
    }
}

/// Weighted least squares for three unknowns whose columns are 1, cos and sin; a little weight keeps
/// the swing at zero where the directions do not determine it.
fn fit([y, yc, ys]: [f32; 3], [w, wc, ws, wcc, wcs]: [f32; 5]) -> Option<(f32, f32, f32)> {
    if w <= 0.0 {
        return None;
    }
    let ridge = 0.02 * w;
    // Without the mean: two unknowns.
    let (cc, cs) = (wcc - wc * wc / w + ridge, wcs - wc * ws / w);
    let ss = (w - wcc) - ws * ws / w + ridge;
    let (cy, sy) = (yc - wc * y / w, ys - ws * y / w);
    let determinant = cc * ss - cs * cs;
    if determinant.abs() <= f32::EPSILON * w * w {
        return None;
    }
    let (b, c) = ((cy * ss - sy * cs) / determinant, (sy * cc - cy * cs) / determinant);
    Some(((y - b * wc - c * ws) / w, b, c))
}

/// Eight times the change of luma to the right and down, by Sobel's kernels.
fn slope([a, b, c]: &[f32; 3], [d, _, f]: &[f32; 3], [g, h, i]: &[f32; 3]) -> [f32; 2] {
    [(c + 2.0 * f + i) - (a + 2.0 * d + g), (g + 2.0 * h + i) - (a + 2.0 * b + c)]
}

/// The direction's number: multiples of 22.5 degrees, opposite ones the same.
fn direction([x, y]: [f32; 2]) -> usize {
    // Cosine and sine of the borders between them, each in the middle between two.
    const BORDERS: [[f32; 2]; DIRECTIONS] = [
        [0.980_785_3, 0.195_090_32],
        [0.831_469_6, 0.555_570_2],
        [0.555_570_2, 0.831_469_6],
        [0.195_090_32, 0.980_785_3],
        [-0.195_090_32, 0.980_785_3],
        [-0.555_570_2, 0.831_469_6],
        [-0.831_469_6, 0.555_570_2],
        [-0.980_785_3, 0.195_090_32],
    ];
    let (x, y) = if y < 0.0 { (-x, -y) } else { (x, y) };
    let passed = BORDERS.iter().filter(|[cos, sin]| cos * y >= sin * x).count();
    passed % DIRECTIONS
}

/// Keeps the strongest, at most one within two pixels.
fn insert(list: &mut [Candidate; EDGES], candidate: Candidate) {
    if list.last().is_some_and(|weakest| weakest.squared >= candidate.squared) {
        return;
    }
    let near = |other: &Candidate| {
        other.squared > 0.0
            && other.x.abs_diff(candidate.x) <= 2
            && other.y.abs_diff(candidate.y) <= 2
    };
    let place = match list.iter().position(near) {
        Some(place) => place,
        None => list.len() - 1,
    };
    if let Some(weaker) = list.get_mut(place)
        && weaker.squared < candidate.squared
    {
        *weaker = candidate;
        list.sort_by(|a, b| b.squared.total_cmp(&a.squared));
    }
}

/// Luma of ink and paper: the 5th and 90th percentile.
fn range(luma: &[f32]) -> (f32, f32) {
    let mut histogram = [0u32; 64];
    for value in luma {
        if let Some(count) = histogram.get_mut(usize::from((*value / 4.0) as u8)) {
            *count = count.wrapping_add(1);
        }
    }
    let at = |share: f32| {
        let target = (luma.len() as f32 * share) as u32;
        let mut below = 0;
        let bin = histogram.iter().position(|count| {
            below += count;
            below > target
        });
        bin.unwrap_or(0) as f32 * 4.0 + 2.0
    };
    (at(0.05), at(0.9))
}

/// Where a part of the page has its strongest strokes, and where none: pixels of the view.
#[expect(clippy::type_complexity, reason = "two places, each perhaps missing")]
fn places(
    view: &PageView,
    [left, top, right, bottom]: [usize; 4],
    avoid: &impl Fn(usize, usize) -> bool,
) -> (Option<(f32, f32)>, Option<(f32, f32)>) {
    const BLOCK: usize = 6;
    // The page's own edge and what lies beside it are no strokes.
    let margin = 1 + view.width.min(view.height) / 32;
    let (mut strongest, mut flattest) = ((6.0f32, None), (f32::MAX, None));
    let right = right.min(view.width.saturating_sub(margin));
    let bottom = bottom.min(view.height.saturating_sub(margin));
    for y in (top.max(margin)..bottom.saturating_sub(BLOCK - 1)).step_by(BLOCK) {
        for x in (left.max(margin)..right.saturating_sub(BLOCK - 1)).step_by(BLOCK) {
            let centre = (x + BLOCK / 2, y + BLOCK / 2);
            if avoid(centre.0, centre.1) {
                continue;
            }
            let mut sum = 0u32;
            for line in y..y + BLOCK {
                let row = view.luma.get(line * view.width + x..line * view.width + x + BLOCK);
                let below = (line + 1) * view.width + x;
                let next = view.luma.get(below..below + BLOCK);
                let (Some(row), Some(next)) = (row, next) else { continue };
                for (pair, below) in row.windows(2).zip(next) {
                    let [here, right] = pair else { continue };
                    sum += u32::from(here.abs_diff(*right)) + u32::from(here.abs_diff(*below));
                }
            }
            let mean = sum as f32 / (BLOCK * (BLOCK - 1)) as f32;
            let place = Some((centre.0 as f32, centre.1 as f32));
            if mean > strongest.0 {
                strongest = (mean, place);
            }
            if mean < flattest.0 {
                flattest = (mean, place);
            }
        }
    }
    (strongest.1, flattest.1)
}

/// Standard deviation of noise (Immerkær 1996): what a Laplacian that is blind to ramps leaves.
fn noise(window: &Window) -> f32 {
    let (mut sum, mut count) = (0.0f32, 0u32);
    for y in 1..window.side.saturating_sub(1) {
        let rows = [y - 1, y, y + 1];
        let rows = rows.map(|y| window.luma.get(y * window.side..(y + 1) * window.side));
        let [Some(above), Some(here), Some(below)] = rows else { continue };
        for ((above, here), below) in above.windows(3).zip(here.windows(3)).zip(below.windows(3)) {
            let ([a, b, c], [d, e, f], [g, h, i]) = (above, here, below) else { continue };
            sum += (a + c + g + i - 2.0 * (b + d + f + h) + 4.0 * e).abs();
            count += 1;
        }
    }
    (std::f32::consts::PI / 2.0).sqrt() / 6.0 * sum / count.max(1) as f32
}
