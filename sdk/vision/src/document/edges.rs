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

/// Bins for the middles of lines of one lean. A line may pass through the strip and yet have its
/// middle beyond it by half a lean; the bins there take votes that nobody counts.
const BEYOND: usize = LEAN / 2 + 1;
const BINS: usize = OFFSETS + 2 * BEYOND;

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
    sums: Vec<Colour>,
    /// Of each place, whether it lies in the frame.
    visible: Vec<bool>,
    /// Votes for lines: `BINS` middles for each of the `LEANS`.
    votes: Vec<f32>,
    /// Of each lean, the middle with the most votes, and those.
    highest: Vec<(usize, f32)>,
}

/// Red, green and blue in grey levels, and a zero that lets all four be computed at once.
type Colour = [f32; 4];

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
        [red, green, blue]: [f32; 3],
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
        let paper = [red, green, blue, 0.0];
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
        let aside = along.map(|along| along / (3 * PLACES) as f32);
        let first = (REACH + MARGIN) as f32;
        for place in 0..PLACES {
            let share = share(place);
            let (x, y) = (from.x + along[0] * share, from.y + along[1] * share);
            self.visible.push(
                (0.0..thumbnail.width as f32).contains(&x)
                    && (0.0..thumbnail.height as f32).contains(&y),
            );
            let mut walks = [-1.0, 0.0, 1.0].map(|beside| {
                let start = [x + beside * aside[0], y + beside * aside[1]];
                Walk::new([start[0] - outward[0] * first, start[1] - outward[1] * first], outward)
            });
            let mut sum = Colour::default();
            self.sums.push(sum);
            for _ in 0..SAMPLES {
                let mut colour = [0u32; 3];
                for walk in &mut walks {
                    let pixel = walk.next(thumbnail);
                    for (sum, value) in colour.iter_mut().zip(pixel) {
                        *sum += u32::from(value);
                    }
                }
                for (sum, value) in sum.iter_mut().zip(colour) {
                    *sum += value as f32 * (1.0 / 3.0);
                }
                self.sums.push(sum);
            }
        }
    }

    /// Lets the steps at every place vote for the lines through them.
    fn vote(&mut self) {
        self.votes.clear();
        self.votes.resize(LEANS * BINS, 0.0);
        let places = self.sums.chunks_exact(SAMPLES + 1).zip(&self.visible).enumerate();
        for (place, (sums, visible)) in places {
            if !visible {
                continue;
            }
            let mut steps = [0.0f32; OFFSETS];
            for (step, sums) in steps.iter_mut().zip(sums.windows(8).skip(MARGIN - 3)) {
                if let [a, _, _, b, c, _, _, d] = sums {
                    let difference = difference(mean(a, b, 3.0), mean(c, d, 3.0));
                    *step = difference / (difference + HALF_STEP);
                }
            }
            // Where the lines of each lean that pass here at offset 0 have their middle.
            let mut middles = [0.0f32; LEANS];
            for (lean, middle) in middles.iter_mut().enumerate() {
                let lean = 2.0 * lean as f32 - LEAN as f32;
                *middle = BEYOND as f32 + 0.5 - lean * (share(place) - 0.5);
            }
            for (offset, step) in steps.iter().enumerate() {
                let near = steps.iter().skip(offset.saturating_sub(2)).take(5.min(offset + 3));
                if *step < 0.1 || near.into_iter().any(|other| other > step) {
                    continue;
                }
                for (votes, middle) in self.votes.chunks_exact_mut(BINS).zip(middles) {
                    if let Some(votes) = votes.get_mut((offset as f32 + middle) as usize) {
                        *votes += step;
                    }
                }
            }
        }
        self.highest.clear();
        for votes in self.votes.chunks_exact_mut(BINS) {
            // A line is as well seen one offset aside, half as well.
            let mut before = 0.0;
            for bin in 0..BINS - 1 {
                if let Some([here, after, ..]) = votes.get_mut(bin..) {
                    let own = *here;
                    *here += 0.5 * (before + *after);
                    before = own;
                }
            }
            self.highest.push(highest(votes));
        }
    }

    /// The line with the most votes, after which its neighbours have none.
    fn strongest(&mut self, visible: f32) -> Option<Candidate> {
        let tops = self.highest.iter().copied().enumerate();
        let (lean, (middle, votes)) = tops.max_by(|(_, (_, a)), (_, (_, b))| a.total_cmp(b))?;
        if votes < 0.08 * visible {
            return None;
        }
        let rows = self.votes.chunks_exact_mut(BINS).zip(&mut self.highest);
        for (row, top) in rows.skip(lean.saturating_sub(4)).take(9) {
            let near = row.iter_mut().skip((BEYOND + middle).saturating_sub(3)).take(7);
            near.for_each(|votes| *votes = 0.0);
            *top = highest(row);
        }
        Some(Candidate {
            middle: middle as f32 - REACH as f32,
            lean: 2.0 * lean as f32 - LEAN as f32,
            votes,
        })
    }

    /// How far a line is the paper's edge by the colours beside it: two surfaces, and not paper on
    /// the outside only. 0.3..1.
    fn is_an_edge(&self, line: &Candidate, paper: Colour) -> f32 {
        let (mut seen, mut parted, mut print) = (0u32, 0u32, 0u32);
        let places = self.sums.chunks_exact(SAMPLES + 1).zip(&self.visible).enumerate();
        for (place, (sums, visible)) in places {
            let middle = line.offset(share(place)).round() + (REACH + MARGIN) as f32;
            if !visible || middle < MARGIN as f32 || middle >= (SAMPLES - MARGIN) as f32 {
                continue;
            }
            let middle = middle as usize;
            let Some([a, .., b, _, _, _, _, c, _, _, _, _, d]) = sums.get(middle - 7..middle + 9)
            else {
                continue;
            };
            let (inside, outside) = (mean(a, b, 5.0), mean(c, d, 5.0));
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

/// The middle with the most votes, of a row of bins, and those.
fn highest(bins: &[f32]) -> (usize, f32) {
    let middles = bins.iter().skip(BEYOND).take(OFFSETS).copied().enumerate();
    middles.fold((0, 0.0), |top, bin| if bin.1 >= top.1 { bin } else { top })
}

/// The mean colour of so many samples, by the running sums before and after them.
fn mean(before: &Colour, after: &Colour, samples: f32) -> Colour {
    let mut mean = *after;
    for (mean, before) in mean.iter_mut().zip(before) {
        *mean = (*mean - before) / samples;
    }
    mean
}

/// Distance of two colours in grey levels: of two greys, their difference.
fn difference(one: Colour, other: Colour) -> f32 {
    let squares = one.iter().zip(other).map(|(one, other)| (one - other) * (one - other));
    (squares.sum::<f32>() / 3.0).sqrt()
}

/// A straight walk over pixels, in 65536ths of one, clamped to the border.
struct Walk {
    at: [i32; 2],
    step: [i32; 2],
}

impl Walk {
    fn new(start: [f32; 2], step: [f32; 2]) -> Self {
        // A cast saturates: what starts far outside stays there.
        let fixed = |value: f32| (value * 65_536.0) as i32;
        Self { at: start.map(fixed), step: step.map(fixed) }
    }

    fn next(&mut self, thumbnail: &Thumbnail) -> [u8; 3] {
        let [column, row] = self.at.map(|at| at >> 16);
        for (at, step) in self.at.iter_mut().zip(self.step) {
            *at = at.saturating_add(step);
        }
        thumbnail.pixel(column, row)
    }
}
