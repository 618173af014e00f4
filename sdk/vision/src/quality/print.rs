//! How high the lines of print are, in pixels of the frame.
//!
//! Strips across the page, each averaged along the lines: rows of print and the gaps between them
//! alternate, whatever is written. Blur leaves the height of a row as it is.

use super::grid::quantile;
use super::page_view::PageView;
use crate::Frame;
use crate::pixels::luma_between;

/// Strips across the page in each direction.
const STRIPS: u8 = 4;

/// Width of a strip as a share of the page: several letters, so that they average to a row.
const WIDTH: f32 = 0.08;

/// Samples across a strip.
const ACROSS: usize = 14;

/// Places along a strip at most. At 640, the least print that is read on a still has four.
const MOST_PLACES: usize = 640;

/// Share of the darkest rows' depth from which on a place lies in a row: gaps between rows are bare,
/// those within a character are half dark.
const ROW: f32 = 0.2;

/// Luma that rows must be darker than their paper.
const LEAST_DEPTH: f32 = 8.0;

/// Keeps the profile between pages.
#[derive(Debug, Default)]
pub(super) struct Print {
    profile: Vec<f32>,
    sorted: Vec<f32>,
    rows: Vec<f32>,
}

impl Print {
    /// Median height of a row of print, pixels of the frame: of Latin letters without ascenders, of
    /// Chinese characters whole. `None` where no rows are seen.
    pub(super) fn height(&mut self, frame: &Frame<'_>, view: &PageView) -> Option<f32> {
        let mut best: Option<(f32, f32)> = None;
        for down in [true, false] {
            let (depth, height) = self.rows_along(frame, view, down)?;
            if best.is_none_or(|(deepest, _)| depth > deepest) && height > 0.0 {
                best = Some((depth, height));
            }
        }
        best.map(|(_, height)| height)
    }

    /// How deep rows are that are crossed going down the page, or across it, and how high: zero
    /// where there are less than six.
    fn rows_along(&mut self, frame: &Frame<'_>, view: &PageView, down: bool) -> Option<(f32, f32)> {
        let (width, height) = (view.width as f32, view.height as f32);
        let (along, beside) = if down { (height, width) } else { (width, height) };
        let pixels = along * view.step;
        let places = (pixels as usize).clamp(16, MOST_PLACES);
        let each = pixels / places as f32;
        self.rows.clear();
        let mut depths = 0.0;
        for strip in 0..STRIPS {
            let middle = (f32::from(strip) + 0.75) / (f32::from(STRIPS) + 0.5);
            self.profile.clear();
            for place in 0..places {
                // Margins of three hundredths: the page's own edge is no row.
                let share = 0.03 + 0.94 * (place as f32 + 0.5) / places as f32;
                let end = |away: f32| {
                    let (u, v) = (share * along, (middle + WIDTH * away) * beside);
                    if down { view.in_frame(v, u) } else { view.in_frame(u, v) }
                };
                // Over so short a way the perspective is a straight line's.
                let luma = luma_between::<ACROSS>(frame, end(-0.5), end(0.5));
                let sum = luma.iter().fold(0u32, |sum, luma| sum.wrapping_add(u32::from(*luma)));
                self.profile.push(sum as f32 / ACROSS as f32);
            }
            depths += self.cut(each * 0.94);
        }
        let seen = self.rows.len();
        let height = quantile(&mut self.rows, 0.5).filter(|_| seen >= 6).unwrap_or_default();
        Some((depths, height))
    }

    /// Adds the rows of the profile; gives how deep they are.
    fn cut(&mut self, each: f32) -> f32 {
        self.sorted.clone_from(&self.profile);
        let paper = quantile(&mut self.sorted, 0.85).unwrap_or_default();
        let ink = quantile(&mut self.sorted, 0.05).unwrap_or_default();
        let depth = paper - ink;
        if depth < LEAST_DEPTH {
            return 0.0;
        }
        let level = paper - ROW * depth;
        let longest = self.profile.len() / 8;
        let mut start: Option<f32> = None;
        for (place, pair) in self.profile.windows(2).enumerate() {
            let [before, after] = pair else { continue };
            let crossing = place as f32
                + (level - before) / (after - before).abs().max(1e-3).copysign(after - before);
            if *before > level && *after <= level {
                start = Some(crossing);
            } else if *before <= level
                && *after > level
                && let Some(start) = start.take()
                && crossing - start < longest as f32
                && crossing - start >= 1.0
            {
                self.rows.push((crossing - start) * each);
            }
        }
        depth
    }
}
