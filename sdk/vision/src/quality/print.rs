//! How high the lines of print are, in pixels of the frame.
//!
//! Strips across the page, and how much luma changes along each line of a strip: a row of print
//! alternates between ink and paper, in whatever script, the gap below it does not. Nor does a ruled
//! line that runs along the rows, and one that runs across them changes as much in the gaps. Blur
//! leaves the height of a row as it is.

use super::grid::quantile;
use super::page_view::PageView;
use crate::pixels::luma_between;
use crate::{Frame, Point};

/// Strips across the page in each direction.
const STRIPS: u8 = 4;

/// Width of a strip as a share of the page: several letters, so that no row escapes between them.
const WIDTH: f32 = 0.2;

/// Samples across a strip.
const ACROSS: usize = 16;

/// Places along a strip at most. At 480, rows of 3 mm on A4 have five whatever the frame's size.
const MOST_PLACES: usize = 480;

/// Places of a strip, ordered by how much changes there, that are taken for gaps and for rows: less
/// than a fifth of a page is gaps where print is dense, less than a tenth rows where it is sparse.
const GAP: f32 = 0.15;
const PRINTED: f32 = 0.92;

/// Share of the way from gaps to rows from which on a place lies in a row, and which each row
/// exceeds somewhere: what smears between rows and noise in the gaps stay below. On the simulator's
/// vouchers rows come out at 0.87 of the fonts' height, at 1.0 out of focus and 0.8 in noise; a lower
/// share joins rows, a higher one splits them.
const ROW: f32 = 0.4;
const WHOLE_ROW: f32 = 0.6;

/// Highest row, as a share of the page: what is higher is a barcode, a seal or several rows that blur
/// has joined.
const HIGHEST: f32 = 1.0 / 16.0;

/// Luma by which rows must change more than gaps.
const LEAST_CHANGE: f32 = 3.0;

/// Keeps its buffers between pages.
#[derive(Debug, Default)]
pub(super) struct Print {
    /// Mean change of luma along each line of a strip.
    profile: Vec<f32>,
    sorted: Vec<f32>,
    rows: Vec<f32>,
}

impl Print {
    /// Height of a row of print, pixels of the frame, such that half of what rows cover is in lower
    /// ones: flecks count by what they are. Of Latin letters without ascenders, of Chinese
    /// characters whole. `None` where no rows are seen.
    pub(super) fn height(&mut self, frame: &Frame<'_>, view: &PageView) -> Option<f32> {
        let mut best: Option<(f32, f32)> = None;
        for down in [true, false] {
            let (contrast, height) = self.rows_along(frame, view, down);
            if let Some(height) = height
                && best.is_none_or(|(strongest, _)| contrast > strongest)
            {
                best = Some((contrast, height));
            }
        }
        best.map(|(_, height)| height)
    }

    /// How much rows and gaps differ that are crossed going down the page, or across it, and how
    /// high the rows are, where there are six.
    fn rows_along(&mut self, frame: &Frame<'_>, view: &PageView, down: bool) -> (f32, Option<f32>) {
        let (width, height) = (view.width as f32, view.height as f32);
        let (along, beside) = if down { (height, width) } else { (width, height) };
        let pixels = along * view.step;
        let places = (pixels as usize).clamp(16, MOST_PLACES);
        // Margins of three hundredths: the page's own edge is no row.
        let each = 0.94 / places as f32;
        self.rows.clear();
        let mut contrast = 0.0;
        for strip in 0..STRIPS {
            let middle = (f32::from(strip) + 0.75) / (f32::from(STRIPS) + 0.5);
            self.profile.clear();
            for place in 0..places {
                let share = 0.03 + each * (place as f32 + 0.5);
                let end = |away: f32| {
                    let (u, v) = (share * along, (middle + WIDTH * away) * beside);
                    if down { view.in_frame(v, u) } else { view.in_frame(u, v) }
                };
                // Over so short a way the perspective is a straight line's.
                self.profile.push(change(frame, end(-0.5), end(0.5)));
            }
            contrast += self.cut(each * pixels);
        }
        let seen = self.rows.len();
        (contrast, self.typical().filter(|_| seen >= 6))
    }

    /// Adds the rows of the profile, `each` pixels a place; gives how much they differ from gaps.
    fn cut(&mut self, each: f32) -> f32 {
        // Noise on one place splits no row.
        self.sorted.clear();
        self.sorted.extend(self.profile.windows(3).map(|places| {
            let [before, here, after] = places else { return 0.0 };
            0.25 * before + 0.5 * here + 0.25 * after
        }));
        self.profile.clone_from(&self.sorted);
        let gap = quantile(&mut self.sorted, GAP).unwrap_or_default();
        let contrast = quantile(&mut self.sorted, PRINTED).unwrap_or_default() - gap;
        if contrast < LEAST_CHANGE {
            return 0.0;
        }
        let (level, whole) = (gap + ROW * contrast, gap + WHOLE_ROW * contrast);
        let longest = self.profile.len() as f32 * HIGHEST;
        let mut row: Option<(f32, f32)> = None;
        for (place, pair) in (0u16..).zip(self.profile.windows(2)) {
            let [before, after] = pair else { continue };
            let crossing = f32::from(place) + (level - before) / (after - before);
            if *before <= level && *after > level {
                row = Some((crossing, *after));
            } else if *before > level
                && *after <= level
                && let Some((start, most)) = row.take()
                && most >= whole
                && (1.0..longest).contains(&(crossing - start))
            {
                self.rows.push((crossing - start) * each);
            }
            if let Some((_, most)) = &mut row {
                *most = most.max(*after);
            }
        }
        let mean = self.profile.iter().sum::<f32>() / self.profile.len().max(1) as f32;
        let squares = self.profile.iter().map(|change| (change - mean).powi(2)).sum::<f32>();
        (squares / self.profile.len().max(1) as f32).sqrt()
    }

    /// The height such that half of what rows cover is in lower ones.
    fn typical(&mut self) -> Option<f32> {
        self.rows.sort_unstable_by(f32::total_cmp);
        let half = self.rows.iter().sum::<f32>() / 2.0;
        let mut covered = 0.0;
        self.rows.iter().copied().find(|height| {
            covered += height;
            covered >= half
        })
    }
}

/// Mean change of luma from sample to sample along a line of the frame.
fn change(frame: &Frame<'_>, from: Point, to: Point) -> f32 {
    let luma = luma_between::<ACROSS>(frame, from, to);
    let steps = luma.array_windows().map(|[before, after]| u32::from(before.abs_diff(*after)));
    steps.fold(0, u32::wrapping_add) as f32 / (ACROSS - 1) as f32
}
