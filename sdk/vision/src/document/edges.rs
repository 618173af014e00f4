//! Looks for the paper's edge along one side of a coarse page, in colour.
//!
//! A strip along the side is resampled: places along it, offsets across it. Where the colour steps
//! from one offset to the next there may be an edge, and every straight line through the strip
//! gathers the steps that it passes (a Hough transform bounded to the strip). Lines inside of the
//! paper are told from its edge by the colours beyond them: a printed frame has paper on both sides.

use crate::pixels::Thumbnail;
use crate::{Point, Quad};

/// Places along a side.
const PLACES: usize = 48;

/// Offsets to each side of the coarse line, and in all.
const REACH: usize = 32;
const OFFSETS: usize = 2 * REACH + 1;

/// Samples beyond the outermost offsets, which the windows need, and in all.
const MARGIN: usize = 8;
const SAMPLES: usize = OFFSETS + 2 * MARGIN;

/// Lines lean by up to this many offsets from one end to the other, in steps of two.
const LEAN: usize = 32;
const LEANS: usize = LEAN + 1;

/// Difference of colour (grey levels) at which a step counts one half. Paper on paper differs by 5 to
/// 10, paper from wood by 60.
const HALF_STEP: f32 = 15.0;

/// Difference between the colours on both sides of a line from which they are two surfaces.
const PARTED: f32 = 8.0;

/// Difference to the paper's own colour up to which a colour may be the paper's, in other light.
const PAPER: f32 = 28.0;

/// Lines whose surroundings are looked at.
const LOOKED_AT: usize = 6;

/// What it costs a line to lie as far from the coarse side as there are offsets, and what it gains by
/// lying outside rather than inside, in support.
const DISTANCE: f32 = 0.2;
const OUTERMOST: f32 = 0.06;

/// A straight line near a side, and how well the pixels support it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    /// Its ends, beside the side's own, in the thumbnail's pixels.
    pub(super) ends: (Point, Point),
    /// 0..1: how strong the steps along it are, over the places that lie in the frame.
    pub(super) support: f32,
    /// Support, less how far it lies from the coarse side and how much it looks like print.
    pub(super) rank: f32,
}

/// Searches one side after another, keeping its buffers.
#[derive(Debug, Default)]
pub(super) struct EdgeSearch {
    /// Of each place, the running sums of its samples' colours, `SAMPLES + 1` of them.
    sums: Vec<[f32; 3]>,
    /// Of each place, whether it lies in the frame.
    visible: Vec<bool>,
    /// Votes for lines, `OFFSETS` middles for each of the `LEANS`.
    votes: Vec<f32>,
}

/// A line through the strip, in offsets.
#[derive(Clone, Copy)]
struct Candidate {
    middle: f32,
    lean: f32,
    votes: f32,
}

impl Candidate {
    /// Its offset at a share of the side.
    fn offset(&self, share: f32) -> f32 {
        self.middle + self.lean * (share - 0.5)
    }
}

impl EdgeSearch {
    /// The edge of `paper` colour near one side of a page, corners clockwise; `None` where less than
    /// a quarter of the side lies in the frame, or nothing supports a line.
    pub(super) fn near(
        &mut self,
        thumbnail: &Thumbnail,
        page: &Quad,
        (from, to): (Point, Point),
        paper: [f32; 3],
    ) -> Option<Line> {
        let length = from.distance(to);
        if !length.is_finite() || length < 8.0 {
            return None;
        }
        // Coarse corners are off by up to a tenth of the page, of a small page by some pixels.
        let step = ((0.06 * page.area().sqrt() + 6.0) / REACH as f32).max(0.4);
        let outward = [(to.y - from.y) / length * step, (from.x - to.x) / length * step];
        self.sample(thumbnail, from, to, outward);
        let visible = self.visible.iter().filter(|visible| **visible).count();
        if visible < PLACES / 4 {
            return None;
        }
        self.vote();
        let mut best: Option<(f32, Candidate)> = None;
        for _ in 0..LOOKED_AT {
            let Some(line) = self.strongest(visible as f32) else { break };
            let away = line.middle.abs() + 0.5 * line.lean.abs();
            let bias = (OUTERMOST * line.middle - DISTANCE * away) / REACH as f32;
            let rank = line.votes / visible as f32 * self.is_an_edge(&line, paper) + bias;
            if best.is_none_or(|(highest, _)| rank > highest) {
                best = Some((rank, line));
            }
        }
        let (rank, line) = best?;
        let end = |share: f32| {
            let offset = line.offset(share);
            Point {
                x: from.x + (to.x - from.x) * share + outward[0] * offset,
                y: from.y + (to.y - from.y) * share + outward[1] * offset,
            }
        };
        Some(Line { ends: (end(0.0), end(1.0)), support: line.votes / visible as f32, rank })
    }

    /// Resamples the strip; a sample is the mean of three pixels along the side.
    fn sample(&mut self, thumbnail: &Thumbnail, from: Point, to: Point, outward: [f32; 2]) {
        self.sums.clear();
        self.visible.clear();
        let along = [to.x - from.x, to.y - from.y];
        for place in 0..PLACES {
            let share = share(place);
            let (x, y) = (from.x + along[0] * share, from.y + along[1] * share);
            self.visible.push(
                (0.0..thumbnail.width as f32).contains(&x)
                    && (0.0..thumbnail.height as f32).contains(&y),
            );
            let beside = [along[0] / (3 * PLACES) as f32, along[1] / (3 * PLACES) as f32];
            let mut sum = [0.0f32; 3];
            self.sums.push(sum);
            for sample in 0..SAMPLES {
                let offset = sample as f32 - (REACH + MARGIN) as f32;
                let (x, y) = (x + outward[0] * offset, y + outward[1] * offset);
                for aside in [-1.0, 0.0, 1.0] {
                    let colour = thumbnail.at(x + beside[0] * aside, y + beside[1] * aside);
                    for (sum, value) in sum.iter_mut().zip(colour) {
                        *sum += f32::from(value) / 3.0;
                    }
                }
                self.sums.push(sum);
            }
        }
    }

    /// Lets the steps at every place vote for the lines through them.
    fn vote(&mut self) {
        self.votes.clear();
        self.votes.resize(LEANS * OFFSETS, 0.0);
        let places = self.sums.chunks_exact(SAMPLES + 1).zip(&self.visible).enumerate();
        for (place, (sums, visible)) in places {
            if !visible {
                continue;
            }
            let mut steps = [0.0f32; OFFSETS];
            for (offset, step) in steps.iter_mut().enumerate() {
                let middle = offset + MARGIN;
                let inside = mean(sums, middle - 3, middle);
                let outside = mean(sums, middle + 1, middle + 4);
                let difference = difference(inside, outside);
                *step = difference / (difference + HALF_STEP);
            }
            for (offset, step) in steps.iter().enumerate() {
                let near = steps.iter().skip(offset.saturating_sub(2)).take(5.min(offset + 3));
                if *step < 0.1 || near.into_iter().any(|other| other > step) {
                    continue;
                }
                for (lean, votes) in self.votes.chunks_exact_mut(OFFSETS).enumerate() {
                    let lean = 2.0 * lean as f32 - LEAN as f32;
                    let middle = offset as f32 - lean * (share(place) - 0.5);
                    let nearest = middle.round();
                    for (beside, tolerated) in [(-1.0, 0.5), (0.0, 1.0), (1.0, 0.5)] {
                        let bin = nearest + beside;
                        if bin >= 0.0
                            && let Some(votes) = votes.get_mut(bin as usize)
                        {
                            *votes += step * tolerated;
                        }
                    }
                }
            }
        }
    }

    /// The line with the most votes, after which its neighbours have none.
    fn strongest(&mut self, visible: f32) -> Option<Candidate> {
        let (cell, votes) =
            self.votes.iter().copied().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        if votes < 0.08 * visible {
            return None;
        }
        let (lean, middle) = (cell / OFFSETS, cell % OFFSETS);
        for row in self.votes.chunks_exact_mut(OFFSETS).skip(lean.saturating_sub(4)).take(9) {
            row.iter_mut().skip(middle.saturating_sub(3)).take(7).for_each(|votes| *votes = 0.0);
        }
        Some(Candidate {
            middle: middle as f32 - REACH as f32,
            lean: 2.0 * lean as f32 - LEAN as f32,
            votes,
        })
    }

    /// How far a line is the paper's edge by the colours beside it: two surfaces, and not paper on
    /// the outside only. 0.3..1.
    fn is_an_edge(&self, line: &Candidate, paper: [f32; 3]) -> f32 {
        let (mut seen, mut parted, mut print) = (0u32, 0u32, 0u32);
        let places = self.sums.chunks_exact(SAMPLES + 1).zip(&self.visible).enumerate();
        for (place, (sums, visible)) in places {
            let middle = line.offset(share(place)).round() + (REACH + MARGIN) as f32;
            if !visible || middle < MARGIN as f32 || middle >= (SAMPLES - MARGIN) as f32 {
                continue;
            }
            let middle = middle as usize;
            let inside = mean(sums, middle - 7, middle - 2);
            let outside = mean(sums, middle + 3, middle + 8);
            seen += 1;
            parted += u32::from(difference(inside, outside) > PARTED);
            print += u32::from(
                difference(outside, paper) < PAPER && difference(inside, paper) > 1.5 * PAPER,
            );
        }
        if seen == 0 {
            return 0.3;
        }
        let share = |count: u32| count as f32 / seen as f32;
        (0.3 + 0.7 * share(parted)) * (1.0 - 0.5 * share(print))
    }
}

/// The share of the side at which a place lies.
fn share(place: usize) -> f32 {
    (place as f32 + 0.5) / PLACES as f32
}

/// The mean colour of samples, by their running sums.
fn mean(sums: &[[f32; 3]], from: usize, to: usize) -> [f32; 3] {
    match (sums.get(from), sums.get(to)) {
        (Some(before), Some(after)) => {
            let scale = 1.0 / (to - from) as f32;
            let mut mean = [0.0; 3];
            for ((mean, after), before) in mean.iter_mut().zip(after).zip(before) {
                *mean = (after - before) * scale;
            }
            mean
        }
        _ => [0.0; 3],
    }
}

/// Distance of two colours in grey levels: of two greys, their difference.
fn difference(one: [f32; 3], other: [f32; 3]) -> f32 {
    let squares = one.iter().zip(other).map(|(one, other)| (one - other) * (one - other));
    (squares.sum::<f32>() / 3.0).sqrt()
}
