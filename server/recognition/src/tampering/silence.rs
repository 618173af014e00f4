//! Paper without its grain: what was wiped and painted over is smoother than the paper around it.

use super::blocks::{Block, Blocks};
use super::map::Sums;

/// Widths and heights of what is looked at, in blocks.
const WINDOWS: [[usize; 2]; 3] = [[3, 3], [6, 3], [12, 4]];

/// Blocks around it that it is compared with, on every side.
const AROUND: usize = 10;

/// Multiples of the quantisation, summed over a block, up to which it is paper rather than print.
const PAPER: u32 = 14;

/// Share of the paper around that may be as smooth: with more, smoothness is no news.
const USUAL: f32 = 0.25;

/// Blocks of paper that it takes to know what is usual.
const ENOUGH: f32 = 40.0;

/// How unlikely the smoothest place is by the paper around it, nats, and that place in blocks.
pub(super) fn deepest(blocks: &Blocks) -> (f32, Option<[usize; 4]>) {
    let activity = |block: &Block| {
        block.levels.iter().map(|level| u32::from(level.unsigned_abs())).sum::<u32>()
    };
    let marked = |chosen: &dyn Fn(&Block) -> bool| {
        let marks: Vec<f32> =
            blocks.blocks.iter().map(|block| f32::from(u8::from(chosen(block)))).collect();
        Sums::of(&marks, blocks.columns)
    };
    let paper = marked(&|block| !block.clipped && activity(block) <= PAPER);
    let silent = marked(&|block| !block.clipped && activity(block) == 0);
    let mut best = (0.0, None);
    for [width, height] in WINDOWS {
        for top in 0..(blocks.rows + 1).saturating_sub(height) {
            for left in 0..(blocks.columns + 1).saturating_sub(width) {
                let area = [left, top, left + width, top + height];
                let quiet = silent.within(area);
                if quiet < 4.0 {
                    continue;
                }
                let wide = [
                    left.saturating_sub(AROUND),
                    top.saturating_sub(AROUND),
                    (left + width + AROUND).min(blocks.columns),
                    (top + height + AROUND).min(blocks.rows),
                ];
                let here = paper.within(area);
                let (others, usual) = (paper.within(wide) - here, silent.within(wide) - quiet);
                let share = (usual + 1.0) / (others + 2.0);
                if others < ENOUGH || share > USUAL {
                    continue;
                }
                let nats = divergence(quiet / here, share) * here;
                if nats > best.0 {
                    best = (nats, Some(area));
                }
            }
        }
    }
    best
}

/// Of a share that is larger than expected, nats a trial (Kullback and Leibler 1951).
fn divergence(share: f32, expected: f32) -> f32 {
    if share <= expected {
        return 0.0;
    }
    let part = |share: f32, expected: f32| {
        if share > 0.0 { share * (share / expected).ln() } else { 0.0 }
    };
    part(share, expected) + part(1.0 - share, 1.0 - expected)
}
