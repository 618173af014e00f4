//! What stands in one row: where something does, and where one thing ends and the next begins.
//!
//! Ends are chosen together, from left to right, so that upright edges lie on them and that neighbours of one
//! width look alike: between two like things an edge may be faint.

use super::plane::{Plane, apart};

/// Least level step inside a row where something stands before the wall.
const STANDS: f32 = 24.0;

/// Narrowest and widest thing, and the shortest gap, shares of the row's height.
const NARROW: f32 = 0.12;
const WIDE: f32 = 1.5;
const GAP: f32 = 0.1;

/// Level step that is an edge for sure.
const SURE: f32 = 24.0;

/// What an end must have of an edge's height to be worth it, 0..1. Lower splits goods at their stripes, higher
/// joins those that touch.
const WORTH: f32 = 0.7;

/// Edge below which an end is none, unless a thing were wider than any, and what it then costs: what merely repeats,
/// as a floor's pattern does, is not many things.
const LEAST: f32 = 0.3;
const NEED: f32 = 1.5;

/// What it is worth that two neighbours look alike, and the likeness from which it is.
const ALIKE: f32 = 1.5;
const LIKE: f32 = 0.55;

/// Where sides are looked for, shares of the row's height above the foot: where most of what stands is, and where
/// all of it must be.
const BODY: [f32; 2] = [0.38, 0.05];
const FEET: [f32; 2] = [0.15, 0.03];

/// Parts of the height that are compared.
const CELLS: usize = 10;

/// Width, in shares of the row's height, below which a thing is doubted, and what the narrowest costs: the gap
/// between two and a cap's shade have edges, too.
const DOUBTED: f32 = 0.28;
const DOUBT: f32 = 0.5;

/// Most columns in which neighbours of one good may differ in width.
const SLACK: usize = 2;

/// One row of the upright picture.
#[derive(Clone, Debug)]
pub(super) struct Strip {
    pub(super) top: usize,
    pub(super) foot: usize,
    pub(super) bounded: bool,
    /// First column and the one after the last.
    pub(super) across: [usize; 2],
    pub(super) facings: Vec<Thing>,
    pub(super) gaps: Vec<[usize; 2]>,
}

/// One thing, in pixels of the upright picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thing {
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) top: usize,
    /// 0..1: how much of an edge lies on its sides.
    pub(super) clear: f32,
}

impl Strip {
    pub(super) fn length(&self) -> usize {
        self.across[1] - self.across[0]
    }

    /// Columns on which something stands.
    pub(super) fn stood(&self) -> usize {
        let gaps: usize = self.gaps.iter().map(|[from, to]| to - from).sum();
        self.length().saturating_sub(gaps)
    }

    /// How many things do not reach up to a row of the picture.
    pub(super) fn below(&self, y: usize) -> usize {
        self.facings.iter().filter(|thing| thing.top > y).count()
    }

    /// 0..1: how clearly its things end, in the mean; 0 where there are none.
    pub(super) fn clear(&self) -> f32 {
        let sum: f32 = self.facings.iter().map(|thing| thing.clear).sum();
        sum / self.facings.len().max(1) as f32
    }

    pub(super) fn fullness(&self) -> f32 {
        self.stood() as f32 / self.length().max(1) as f32
    }
}

/// What stands between two rows of the picture; `None` where that is too low or too narrow to tell.
pub(super) fn find(
    plane: &Plane,
    [left, right]: [usize; 2],
    [top, foot]: [usize; 2],
    bounded: bool,
) -> Option<Strip> {
    let high = foot.checked_sub(top).filter(|high| *high >= 24)?;
    // What is seen of the row's lower part, where everything that stands is.
    let line = foot.saturating_sub(high / 6);
    let columns = || (left..right).filter(|x| plane.shown(*x, line));
    let across = [columns().next()?, columns().next_back()? + 1];
    if across[1] - across[0] < high {
        return None;
    }
    let row = Row { plane, top, foot, high };
    let stands = row.stands(across);
    let mut facings = Vec::new();
    let mut gaps = Vec::new();
    for (from, to, stood) in runs(&stands, across[0]) {
        if stood {
            facings.extend(row.things(from, to));
        } else {
            gaps.push([from, to]);
        }
    }
    Some(Strip { top, foot, bounded, across, facings, gaps })
}

/// Runs of one value: first place, the one after the last, the value.
fn runs(values: &[bool], first: usize) -> Vec<(usize, usize, bool)> {
    let mut runs: Vec<(usize, usize, bool)> = Vec::new();
    for (x, value) in (first..).zip(values) {
        match runs.last_mut() {
            Some((_, to, known)) if known == value => *to = x + 1,
            _ => runs.push((x, x + 1, *value)),
        }
    }
    runs
}

struct Row<'a> {
    plane: &'a Plane,
    top: usize,
    foot: usize,
    high: usize,
}

impl Row<'_> {
    fn share(&self, of: f32) -> usize {
        (of * self.high as f32) as usize
    }

    /// Whether something stands at each column.
    fn stands(&self, [from, to]: [usize; 2]) -> Vec<bool> {
        let rows = self.top + self.share(0.1)..self.foot.saturating_sub(self.share(0.08));
        let stepped = |x: usize| rows.clone().any(|y| self.plane.step_down(x, y) > STANDS);
        let mut stands: Vec<bool> = (from..to).map(stepped).collect();
        // Neither a gap between two bottles' necks nor a hook on the wall.
        for (value, shortest) in [(false, GAP), (true, NARROW)] {
            for (from, to, known) in runs(&stands, 0) {
                if known == value && to - from < self.share(shortest) {
                    stands.iter_mut().take(to).skip(from).for_each(|stand| *stand = !value);
                }
            }
        }
        stands
    }

    /// Share of a part of the height, shares of it above the foot, at which the picture steps across at `x`.
    fn edge(&self, x: usize, [from, to]: [f32; 2]) -> f32 {
        let rows =
            self.foot.saturating_sub(self.share(from))..self.foot.saturating_sub(self.share(to));
        let (mut sum, mut count) = (0.0, 0usize);
        for y in rows.step_by(2) {
            let step = [x.saturating_sub(1), x, x + 1]
                .map(|x| self.plane.step_across(x, y))
                .into_iter()
                .fold(0.0, f32::max);
            sum += (step / SURE).min(1.0);
            count += 1;
        }
        sum / count.max(1) as f32
    }

    /// Colours of a column from the row's lower three quarters.
    fn colours(&self, x: usize) -> [[f32; 3]; CELLS] {
        let first = self.top + self.share(0.25);
        std::array::from_fn(|cell| {
            let row = |cell: usize| first + (self.foot - first) * cell / CELLS;
            self.plane.mean([x, x + 1], [row(cell), row(cell + 1)])
        })
    }

    fn things(&self, from: usize, to: usize) -> Vec<Thing> {
        let edges: Vec<f32> = (from..=to).map(|x| self.edge(x, BODY)).collect();
        let feet: Vec<f32> = (from..=to).map(|x| self.edge(x, FEET)).collect();
        let colours: Vec<_> = (from..to).map(|x| self.colours(x)).collect();
        let (least, most) = (self.share(NARROW).max(6), self.share(WIDE).max(12));
        // What has no foot is a label.
        let sides: Vec<f32> =
            (0..edges.len()).map(|x| near(&edges, x, 1).min(near(&feet, x, 2))).collect();
        let doubted = self.share(DOUBTED);
        // A run begins a little before what stands first.
        let far = self.share(0.05).max(3);
        let ends = ends(&sides, &colours, [least, doubted, most]);
        ends.iter()
            .zip(ends.iter().skip(1))
            .filter(|(left, right)| *right - *left <= most)
            .map(|(left, right)| Thing {
                left: from + left,
                right: from + right,
                top: self.upper(from + left, from + right),
                clear: [&edges, &feet]
                    .map(|edges| f32::midpoint(near(edges, *left, far), near(edges, *right, far)))
                    .into_iter()
                    .fold(1.0, f32::min),
            })
            .collect()
    }

    /// Where the thing between two columns begins: the first row from the top at which most of them step.
    fn upper(&self, left: usize, right: usize) -> usize {
        let columns = || (left..right).step_by(3);
        let stepped = |y: &usize| {
            let steps = columns().filter(|x| self.plane.step_down(*x, *y) > 0.5 * STANDS).count();
            3 * steps >= columns().count()
        };
        let rows = self.top + self.share(0.1)..self.foot.saturating_sub(self.share(0.2));
        rows.clone().find(stepped).unwrap_or(rows.start)
    }
}

/// Where things begin and end in a run of columns, its own ends among them: `edges` between columns, `colours`
/// of each.
fn ends(
    edges: &[f32],
    colours: &[[[f32; 3]; CELLS]],
    [least, doubted, most]: [usize; 3],
) -> Vec<usize> {
    let long = colours.len();
    let most = most.min(long);
    if long < 2 * least {
        return vec![0, long];
    }
    let likeness: Vec<Vec<f32>> = (0..=most).map(|lag| likeness(colours, lag)).collect();
    let like = |end: usize, width: usize| {
        let sums = likeness.get(width)?;
        // Columns from `end - width` to `end` against those one width before.
        Some((sums.get(end)? - sums.get(end.checked_sub(width)?)?) / width as f32)
    };
    // Best sum that ends at a column with a thing of some width, and the width before that one.
    let mut best: Vec<Vec<(f32, usize)>> = vec![vec![(f32::NEG_INFINITY, 0); most + 1]; long + 1];
    let mut over: Vec<(f32, usize)> = vec![(f32::NEG_INFINITY, 0); long + 1];
    if let Some(first) = over.first_mut() {
        *first = (0.0, 0);
    }
    for end in least..=long {
        let edge = edges.get(end).copied().unwrap_or_default();
        let worth = match edge {
            // A run's end is given.
            _ if end == long => 0.0,
            faint if faint < LEAST => -NEED,
            clear => clear - WORTH,
        };
        for width in least..=most.min(end) {
            let start = end - width;
            let Some(&before) = over.get(start).filter(|before| before.0.is_finite()) else {
                continue;
            };
            let mut choice = before;
            if let Some(like) = like(end, width) {
                for other in width.saturating_sub(SLACK)..=width + SLACK {
                    let known = best.get(start).and_then(|widths| widths.get(other));
                    if let Some((sum, _)) = known.filter(|(sum, _)| sum.is_finite()) {
                        let sum = sum + ALIKE * (like - LIKE);
                        if sum > choice.0 {
                            choice = (sum, other);
                        }
                    }
                }
            }
            let narrow =
                doubted.saturating_sub(width) as f32 / doubted.saturating_sub(least).max(1) as f32;
            let sum = choice.0 + worth - DOUBT * narrow;
            if let Some(place) = best.get_mut(end).and_then(|widths| widths.get_mut(width)) {
                *place = (sum, choice.1);
            }
            if let Some(place) = over.get_mut(end).filter(|place| sum > place.0) {
                *place = (sum, width);
            }
        }
    }
    let mut ends = vec![long];
    let (mut end, mut width) = (long, over.last().map_or(0, |last| last.1));
    while width > 0 && end > 0 {
        let before = best.get(end).and_then(|widths| widths.get(width)).map_or(0, |place| place.1);
        end = end.saturating_sub(width);
        ends.push(end);
        width = before;
    }
    if ends.last() != Some(&0) {
        ends.push(0);
    }
    ends.reverse();
    ends
}

/// The strongest edge no farther than so many columns.
fn near(edges: &[f32], x: usize, far: usize) -> f32 {
    let near = edges.iter().take(x + far + 1).skip(x.saturating_sub(far));
    near.copied().fold(0.0, f32::max)
}

/// Sums, up to each column, of how much it looks like the one `lag` columns before: 1 for the same.
fn likeness(colours: &[[[f32; 3]; CELLS]], lag: usize) -> Vec<f32> {
    let mut sums = vec![0.0; colours.len() + 1];
    let mut sum = 0.0;
    let pairs = colours.iter().skip(lag).zip(colours);
    for ((a, b), place) in pairs.zip(sums.iter_mut().skip(lag + 1)) {
        let differs: f32 = a.iter().zip(b).map(|(a, b)| apart(*a, *b)).sum::<f32>() / CELLS as f32;
        sum += 1.0 - (differs / 40.0).min(1.0);
        *place = sum;
    }
    sums
}
