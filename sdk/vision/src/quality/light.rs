//! Exposure, shadow, colour of the light, wrinkles: what the field of light over the paper tells.

use super::grid::quantile;
use super::page_view::PageView;
use super::paper::{CLIPPED, Paper, linear};

/// Cells between two places whose light is compared: a tenth of the page. A lamp's fall-off over it
/// is a few percent, a shadow's edge is crossed whole.
const APART: usize = 3;

/// Share of such places that print and folds may darken: a shadow over a fifth of the page has twice
/// as many on its border.
const OUTLIERS: f32 = 0.03;

/// [`Paper::tint`] from which on a cell is printed: paper in a shadow differs by 0.1.
const COLOURED: f32 = 0.16;

/// Least luma of paper in a shadow; what is darker is print.
const DARKEST_PAPER: f32 = 12.0;

/// What was measured on one page.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Light {
    /// 95th percentile of luma, 0..255.
    pub(super) brightest: f32,
    /// Share of the page that is clipped white, 0..1.
    pub(super) clipped: f32,
    /// Share of the light that the strongest shadow takes within a tenth of the page, 0..1.
    pub(super) shadow: f32,
    /// Left, top, right, bottom of the cells on its dark side, cells.
    pub(super) shaded: Option<[usize; 4]>,
    /// Saturation of the paper in linear light, 0 (grey) to 1.
    pub(super) cast: f32,
    /// Typical deviation of the paper's light from its surroundings, as a share of it.
    pub(super) wrinkles: f32,
}

/// Measures the light on a page. `spare` is working memory.
pub(super) fn measure(view: &PageView, paper: &Paper, spare: &mut Vec<f32>) -> Light {
    let mut histogram = [0u32; 256];
    for (luma, seen) in view.luma.iter().zip(&view.seen) {
        if let Some(count) = histogram.get_mut(usize::from(*luma)) {
            *count += u32::from(*seen);
        }
    }
    let all = histogram.iter().sum::<u32>().max(1);
    let clipped: u32 = histogram.iter().skip(254).sum();
    let mut above = 0;
    let brightest = (0u8..=255).zip(&histogram).rev().find_map(|(value, count)| {
        above += count;
        (above * 20 >= all).then_some(value)
    });
    let (shadow, shaded) = shadow(paper, spare);
    Light {
        brightest: f32::from(brightest.unwrap_or_default()),
        clipped: clipped as f32 / all as f32,
        shadow,
        shaded,
        cast: cast(paper.colour),
        wrinkles: wrinkles(paper, spare),
    }
}

/// The strongest loss of light between cells [`APART`], the strongest of them left out, and the
/// cells that lie in it. Lamps and shadows leave the paper its colour; what has another is print.
fn shadow(paper: &Paper, spare: &mut Vec<f32>) -> (f32, Option<[usize; 4]>) {
    let field = &paper.bare;
    // Reflections and clipped paper are brighter than the light on the page.
    let brightest = paper.lit.max(1.0) * 1.08;
    let luma = |column: usize, row: usize| {
        let bare = field.at(column, row).filter(|bare| *bare > DARKEST_PAPER)?;
        (paper.tint_at(column, row) < COLOURED).then_some(bare.min(brightest))
    };
    spare.clear();
    for row in 0..field.height() {
        for column in 0..field.width() {
            let Some(here) = luma(column, row) else { continue };
            for (right, below) in [(APART, 0), (0, APART)] {
                if let Some(there) = luma(column + right, row + below) {
                    spare.push(here.min(there) / here.max(there));
                }
            }
        }
    }
    let left = quantile(spare, OUTLIERS).unwrap_or(1.0);
    let strongest = 1.0 - linear(255.0 * left);
    let limit = linear(paper.lit) * (1.0 - 0.6 * strongest);
    let mut bounds: Option<[usize; 4]> = None;
    for row in 0..field.height() {
        for column in 0..field.width() {
            if luma(column, row).is_some_and(|luma| linear(luma) < limit) {
                let [left, top, right, bottom] =
                    bounds.unwrap_or([column, row, column + 1, row + 1]);
                bounds = Some([
                    left.min(column),
                    top.min(row),
                    right.max(column + 1),
                    bottom.max(row + 1),
                ]);
            }
        }
    }
    (strongest, bounds)
}

/// Saturation of a colour in linear light: 1 - least / greatest channel.
fn cast(colour: [f32; 3]) -> f32 {
    let channels = colour.map(linear);
    let greatest = channels.into_iter().fold(0.0, f32::max);
    let least = channels.into_iter().fold(f32::INFINITY, f32::min);
    if greatest > 0.0 { 1.0 - least / greatest } else { 0.0 }
}

/// Upper quartile of how far a cell of bare paper lies from the mean of its two neighbours.
fn wrinkles(paper: &Paper, spare: &mut Vec<f32>) -> f32 {
    let bare = &paper.bare;
    let value = |column: usize, row: usize| {
        bare.at(column, row).filter(|value| *value > DARKEST_PAPER && *value < f32::from(CLIPPED))
    };
    spare.clear();
    for row in 1..bare.height() {
        for column in 1..bare.width() {
            let Some(here) = value(column, row) else { continue };
            let across = value(column - 1, row).zip(value(column + 1, row));
            let down = value(column, row - 1).zip(value(column, row + 1));
            for (before, after) in across.into_iter().chain(down) {
                spare.push((here - f32::midpoint(before, after)).abs() / here);
            }
        }
    }
    quantile(spare, 0.75).unwrap_or_default()
}
