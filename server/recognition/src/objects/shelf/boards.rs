//! Boards of an upright picture: two level edges across it with an even band between.

use super::plane::{Plane, apart};

/// Least step of an edge, levels of a picture raised to full brightness.
const STEP: f32 = 12.0;

/// Least share of the picture's width along which an edge of a board is seen, and along which a board goes on.
const SEEN: f32 = 0.3;
const LONG: f32 = 0.7;

/// Least share of a board's own length along which its edges are seen. Windows of a shop, whose boards are not
/// in line, have less.
const ALONG: f32 = 0.6;

/// The same, and the least [`Board::clear`], where a board is missing among others: a row twice as high as most.
const FAINT: [f32; 2] = [0.45, 0.3];
const HIGH: f32 = 1.6;

/// How far, in levels, a board's front may be from the median around it, and the least mean of edge and band.
/// At 0.35 rows of like cans make boards of their labels, at 0.55 dim boards are lost.
const EVEN: f32 = 20.0;
const CLEAR: f32 = 0.45;

/// Thinnest and thickest board, shares of the picture's height, and the nearest that two stand.
const THIN: f32 = 0.006;
const THICK: f32 = 0.06;
const NEAR: f32 = 0.045;

/// Boards of one shelf are of one make: how far their colours may be apart, levels, and their thicknesses, as a
/// ratio. Bands of labels that happen to be as even as a board seldom share both.
const MADE: f32 = 45.0;
const MAKE: f32 = 1.7;

/// Most boards to which the others are likened.
const LIKENED: usize = 16;

/// A board, in rows of the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Board {
    /// Its front's first row and the one after its last.
    pub(super) top: usize,
    pub(super) bottom: usize,
    /// First column and the one after the last.
    pub(super) across: [usize; 2],
    /// The median of its front.
    colour: [f32; 3],
    /// 0..1: how much of its edges was seen.
    along: f32,
    /// 0..1: how much of its edges and of its band was seen.
    pub(super) clear: f32,
}

/// From the top.
pub(super) fn find(plane: &Plane) -> Vec<Board> {
    let height = plane.height() as f32;
    let rows: Vec<Edge> = (0..plane.height()).map(|y| Edge::at(plane, y)).collect();
    let share = |y: usize| rows.get(y).map_or(0.0, |row| row.share);
    let mut edges: Vec<(usize, &Edge)> = Vec::new();
    for (y, row) in rows.iter().enumerate().skip(4) {
        let peak = (y.saturating_sub(2)..=y + 2).all(|other| share(other) <= row.share);
        let apart = edges.last().is_none_or(|(last, _)| y - last > 2);
        if row.share >= SEEN && peak && apart && y + 4 < plane.height() {
            edges.push((y, row));
        }
    }
    let mut found: Vec<Board> = Vec::new();
    for (index, (top, upper)) in edges.iter().enumerate() {
        for (bottom, lower) in edges.iter().skip(index + 1) {
            let thick = (bottom - top) as f32;
            if thick < (THIN * height).max(4.0) {
                continue;
            }
            if thick > THICK * height {
                break;
            }
            found.extend(board(plane, (*top, upper), (*bottom, lower)));
        }
    }
    found.sort_by(|a, b| b.clear.total_cmp(&a.clear));
    let near = (NEAR * height) as usize;
    let clear = |board: &&Board| board.along >= ALONG && board.clear >= CLEAR;
    let mut boards: Vec<Board> = Vec::new();
    for model in found.iter().filter(clear).take(LIKENED) {
        let mut like: Vec<Board> = Vec::new();
        for next in found.iter().filter(clear).filter(|next| next.is_like(model)) {
            if like.iter().all(|one| next.is_apart(one, near)) {
                like.push(*next);
            }
        }
        let worth = |boards: &[Board]| boards.iter().map(|board| board.clear).sum::<f32>();
        if worth(&like) > worth(&boards) {
            boards = like;
        }
    }
    boards.sort_by_key(|board| board.top);
    let Some(model) = boards.first().copied() else { return boards };
    found.retain(|next| next.is_like(&model));
    let Some(pitch) = pitch(&boards) else { return boards };
    let fits = |next: &Board, boards: &[Board]| {
        let above = boards.iter().rev().find(|one| one.top < next.top);
        let below = boards.iter().find(|one| one.top > next.top);
        above.zip(below).is_some_and(|(above, below)| {
            below.top.saturating_sub(above.bottom) as f32 >= HIGH * pitch as f32
                && boards.iter().all(|one| next.is_apart(one, 2 * pitch / 3))
        })
    };
    for next in &found {
        if fits(next, &boards) {
            boards.push(*next);
            boards.sort_by_key(|board| board.top);
        }
    }
    boards
}

/// The height of most rows between boards.
pub(super) fn pitch(boards: &[Board]) -> Option<usize> {
    let mut pitches: Vec<usize> = boards
        .iter()
        .zip(boards.iter().skip(1))
        .map(|(one, next)| next.top.saturating_sub(one.bottom))
        .collect();
    pitches.sort_unstable();
    pitches.get(pitches.len().saturating_sub(1) / 2).copied()
}

impl Board {
    fn is_like(&self, other: &Self) -> bool {
        let [a, b] = [self, other].map(|board| (board.bottom - board.top) as f32);
        apart(self.colour, other.colour) < MADE && a < MAKE * b && b < MAKE * a
    }

    fn is_apart(&self, other: &Self, far: usize) -> bool {
        self.top > other.bottom + far || other.top > self.bottom + far
    }
}

/// Where a row of pixels is an edge.
struct Edge {
    /// Of every second column: whether the picture shows it, and whether it steps there.
    columns: Vec<(bool, bool)>,
    /// Share of the picture's width.
    share: f32,
}

impl Edge {
    fn at(plane: &Plane, y: usize) -> Self {
        let columns: Vec<(bool, bool)> = (0..plane.width())
            .step_by(2)
            .map(|x| {
                let shown = plane.shown(x, y);
                (shown, shown && plane.step_down(x, y) > STEP)
            })
            .collect();
        let shown = columns.iter().filter(|(shown, _)| *shown).count();
        let stepped = columns.iter().filter(|(_, stepped)| *stepped).count();
        let share = if 3 * shown < columns.len() { 0.0 } else { stepped as f32 / shown as f32 };
        Self { columns, share }
    }
}

/// What lies between two edges, where it is a board.
fn board(
    plane: &Plane,
    (top, upper): (usize, &Edge),
    (bottom, lower): (usize, &Edge),
) -> Option<Board> {
    let seen: Vec<Option<f32>> = (upper.columns.iter().zip(&lower.columns))
        .map(|((above, a), (below, b))| {
            (*above || *below).then_some(0.5 * (f32::from(u8::from(*a)) + f32::from(u8::from(*b))))
        })
        .collect();
    let shown = seen.iter().flatten().count();
    let [first, last] = longest(&seen)?;
    let within = || seen.iter().take(last).skip(first).flatten();
    let length = within().count();
    let along = within().sum::<f32>() / length.max(1) as f32;
    if (length as f32) < LONG * shown as f32 || along < FAINT[0] {
        return None;
    }
    let across = [2 * first, (2 * last).min(plane.width())];
    let clear = along * even(plane, across, [top, bottom]);
    if clear < FAINT[1] {
        return None;
    }
    let clear = clear * (1.0 - through(plane, across, [top, bottom]));
    let row = usize::midpoint(top, bottom);
    let front: Vec<[f32; 3]> =
        (across[0]..across[1]).step_by(4).map(|x| plane.at(x, row)).collect();
    let colour = [0, 1, 2].map(|channel| middle(&front, channel));
    (clear >= FAINT[1]).then_some(Board { top, bottom, across, colour, along, clear })
}

/// The longest stretch in which no sixteenth of the width is without edges.
fn longest(seen: &[Option<f32>]) -> Option<[usize; 2]> {
    let window = (seen.len() / 16).max(4);
    let mut best: Option<[usize; 2]> = None;
    let mut run: Option<[usize; 2]> = None;
    for first in 0..=seen.len().saturating_sub(window) {
        let near = || seen.iter().skip(first).take(window).flatten();
        let dense = near().sum::<f32>() > 0.35 * near().count().max(1) as f32;
        run = match (dense, run) {
            (true, Some([from, _])) => Some([from, first + window]),
            (true, None) => Some([first, first + window]),
            (false, _) => None,
        };
        let long = |run: Option<[usize; 2]>| run.map_or(0, |[from, to]| to - from);
        if long(run) > long(best) {
            best = run;
        }
    }
    best
}

/// Share of the upright edges above a band that go on below it: things end on a board, and go through a label.
fn through(plane: &Plane, across: [usize; 2], [top, bottom]: [usize; 2]) -> f32 {
    let zone = (bottom - top).clamp(8, 24);
    let upright = |from: usize| -> Vec<bool> {
        (across[0]..across[1])
            .map(|x| {
                let steps = (from..from + zone).step_by(2).map(|y| plane.step_across(x, y));
                let strong = steps.filter(|step| *step > 1.5 * STEP).count();
                5 * strong >= 3 * zone.div_ceil(2)
            })
            .collect()
    };
    let (above, below) = (upright(top.saturating_sub(zone + 2)), upright(bottom + 3));
    let near = |x: usize| below.iter().skip(x.saturating_sub(2)).take(5).any(|edge| *edge);
    let edges = above.iter().enumerate().filter(|(_, edge)| **edge);
    let (ends, through) =
        edges.fold((0usize, 0usize), |(ends, on), (x, _)| (ends + 1, on + usize::from(near(x))));
    if ends < 6 { 0.0 } else { through as f32 / ends as f32 }
}

/// Share of a band's width along which its rows have the colour of what lies around there.
fn even(plane: &Plane, across: [usize; 2], [top, bottom]: [usize; 2]) -> f32 {
    let (first, last) = (top + 2, bottom.saturating_sub(2).max(top + 2));
    let step = ((last - first) / 4).max(1);
    let window = (plane.width() / 4).max(16);
    let (mut seen, mut even) = (0usize, 0usize);
    for y in (first..=last).step_by(step) {
        for from in (across[0]..across[1]).step_by(window) {
            let levels: Vec<[f32; 3]> = (from..(from + window).min(across[1]))
                .step_by(2)
                .filter(|x| plane.shown(*x, y))
                .map(|x| plane.at(x, y))
                .collect();
            let median = [0, 1, 2].map(|channel| middle(&levels, channel));
            seen += levels.len();
            even += levels.iter().filter(|level| apart(**level, median) < EVEN).count();
        }
    }
    even as f32 / seen.max(1) as f32
}

fn middle(levels: &[[f32; 3]], channel: usize) -> f32 {
    let mut values: Vec<f32> =
        levels.iter().filter_map(|level| level.get(channel)).copied().collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
