//! What is asked of a shop front, a shelf, a vehicle: that it stands upright and fills the frame.

use super::page_view::PageView;
use super::paper::CELL;

/// Degrees to either side of upright within which the camera's roll is looked for.
const REACH: usize = 30;

/// Mean step between neighbours, luma, above which a cell shows something: noise leaves 2.
const STRUCTURE: f32 = 3.0;

/// How much the strongest direction must stand out from the mean of all to be a building's.
const PROMINENCE: f32 = 2.0;

/// How a scene stands in its frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Stand {
    /// Roll of the camera against the scene's uprights and levels, degrees clockwise, -30..30; zero
    /// where nothing tells.
    pub(super) roll: f32,
    /// Share of the frame that shows more than a bare surface, 0..1.
    pub(super) coverage: f32,
}

/// Measures a view of the whole frame.
pub(super) fn measure(view: &PageView) -> Stand {
    let width = view.width.max(1);
    // Directions of edges modulo 90 degrees, a degree a bin, upright in bin 45.
    let mut directions = [0.0f32; 90];
    let mut cells = 0u32;
    let mut filled = 0u32;
    let columns = width / CELL;
    for top in (0..view.height.saturating_sub(CELL - 1)).step_by(CELL) {
        for column in 0..columns {
            let mut steps = 0u32;
            for y in top..top + CELL {
                for x in column * CELL..(column + 1) * CELL {
                    let here = view.luma_at(x, y);
                    let at = |dx: usize, dy: usize| {
                        f32::from(
                            view.luma_at((x + dx).saturating_sub(1), (y + dy).saturating_sub(1)),
                        )
                    };
                    // Sobel's kernels, a quarter of them.
                    let side = |dx: usize| at(dx, 0) + 2.0 * at(dx, 1) + at(dx, 2);
                    let level = |dy: usize| at(0, dy) + 2.0 * at(1, dy) + at(2, dy);
                    let (across, down) = ((side(2) - side(0)) / 4.0, (level(2) - level(0)) / 4.0);
                    steps += u32::from(here.abs_diff(view.luma_at(x + 1, y)));
                    let strength = across.hypot(down);
                    if strength > 24.0 {
                        let turn = down.atan2(across).to_degrees() + 45.0;
                        let bin = turn.rem_euclid(90.0) as usize;
                        if let Some(sum) = directions.get_mut(bin) {
                            *sum += strength;
                        }
                    }
                }
            }
            cells += 1;
            filled += u32::from(steps as f32 / (CELL * CELL) as f32 > STRUCTURE);
        }
    }
    Stand {
        roll: roll(&directions),
        coverage: if cells == 0 { 1.0 } else { filled as f32 / cells as f32 },
    }
}

/// The strongest direction near upright, between degrees by the parabola through its neighbours.
fn roll(directions: &[f32; 90]) -> f32 {
    let smooth = |degree: usize| -> f32 {
        let at =
            |offset: usize| directions.get((degree + offset) % 90).copied().unwrap_or_default();
        at(88) + 2.0 * at(89) + 3.0 * at(0) + 2.0 * at(1) + at(2)
    };
    let mean = directions.iter().sum::<f32>() * 9.0 / 90.0;
    let within = 45 - REACH..45 + REACH;
    let best = within.max_by(|a, b| smooth(*a).total_cmp(&smooth(*b))).unwrap_or(45);
    let peak = smooth(best);
    if peak <= PROMINENCE * mean {
        return 0.0;
    }
    let (before, after) = (smooth(best + 89), smooth(best + 1));
    let bend = before - 2.0 * peak + after;
    let shift = if bend < 0.0 { 0.5 * (before - after) / bend } else { 0.0 };
    best as f32 + 0.5 + shift.clamp(-0.5, 0.5) - 45.0
}
