//! Which text stands in which cell; a line that the engine read across a rule is divided there.

use bailing_vision::{Point, Quad};

use super::grid::Enclosed;
use crate::ocr::TextLine;

/// How far a box around a line reaches beyond its first and last characters, a share of its height: the engine
/// grows its boxes so.
const MARGIN: f32 = 0.35;

/// A part of a line that lies this little in a cell, a share of its height, is margin.
const LEAST: f32 = 0.6;

/// Width of a character of small print, a share of a Chinese one's.
const NARROW: f32 = 0.55;

/// How far from where widths say a division may be, Chinese characters; and what a space and a change between
/// digits and words are worth.
const SLACK: f32 = 2.5;
const SPACE: f32 = 1.5;
const CHANGE: f32 = 0.8;

/// A line, or the part of one that stands in one cell.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) text: String,
    pub(super) confidence: f32,
    pub(super) region: Quad,
}

impl Part {
    pub(super) fn middle(&self) -> Point {
        let [a, _, c, _] = self.region.corners;
        Point { x: f32::midpoint(a.x, c.x), y: f32::midpoint(a.y, c.y) }
    }
}

/// Each part of a line that stands in a cell, with the cell's index.
pub(super) fn in_cells(line: &TextLine, cells: &[Enclosed]) -> Vec<(usize, Part)> {
    let (length, height) = size(&line.region);
    let count = ((2.0 * length / height.max(1.0)) as usize).clamp(3, 64);
    let cell_at = |share: f32| {
        let point = along(&line.region, share);
        cells.iter().position(|cell| is_inside(&cell.region, point))
    };
    // Stretches of the line, by the cell that they lie in.
    let mut stretches: Vec<(Option<usize>, f32, f32)> = Vec::new();
    for step in 0..count {
        let (from, to) = (step as f32 / count as f32, (step + 1) as f32 / count as f32);
        let cell = cell_at(f32::midpoint(from, to));
        match stretches.last_mut() {
            Some((last, _, end)) if *last == cell => *end = to,
            _ => stretches.push((cell, from, to)),
        }
    }
    let long = |(_, from, to): &(Option<usize>, f32, f32)| (to - from) * length >= LEAST * height;
    stretches.retain(long);
    let cuts: Vec<f32> = stretches
        .windows(2)
        .filter_map(|pair| match pair {
            [(_, _, end), (_, start, _)] => Some(f32::midpoint(*end, *start)),
            _ => None,
        })
        .collect();
    let parts = divided(line, &cuts);
    stretches.iter().zip(parts).filter_map(|((cell, ..), part)| Some(((*cell)?, part?))).collect()
}

/// A line's parts between the cuts, each a share of its length; `None` where no character is left.
pub(super) fn divided(line: &TextLine, cuts: &[f32]) -> Vec<Option<Part>> {
    let characters: Vec<char> = line.text.chars().collect();
    // Where each character begins, and where the last one ends, in Chinese characters.
    let mut places = vec![0.0];
    for character in &characters {
        places.push(places.last().copied().unwrap_or_default() + wide(*character));
    }
    let whole = places.last().copied().unwrap_or_default();
    let (length, height) = size(&line.region);
    let margin = (MARGIN * height / length.max(1.0)).min(0.2);
    let share_of = |place: f32| margin + (1.0 - 2.0 * margin) * place / whole.max(1e-3);
    let mut bounds = vec![0];
    for cut in cuts {
        let last = bounds.last().copied().unwrap_or_default();
        let wanted = (cut - margin) / (1.0 - 2.0 * margin) * whole;
        let cost = |index: usize| {
            let away = (places.get(index).copied().unwrap_or_default() - wanted).abs();
            let pair = index
                .checked_sub(1)
                .and_then(|before| Some([characters.get(before)?, characters.get(index)?]));
            let worth = match pair {
                Some(pair) if pair.iter().any(|c| c.is_whitespace()) => SPACE,
                Some([a, b]) if sort(*a) != sort(*b) => CHANGE,
                _ => 0.0,
            };
            away - worth
        };
        let near = (last..=characters.len()).filter(|index| {
            (places.get(*index).copied().unwrap_or_default() - wanted).abs() <= SLACK
        });
        let best = near.min_by(|a, b| cost(*a).total_cmp(&cost(*b)));
        bounds.push(best.unwrap_or(if wanted <= 0.0 { last } else { characters.len() }).max(last));
    }
    bounds.push(characters.len());
    // A number that is cut was not one text: neither part of it is read.
    let is_cut = |index: usize| {
        let before = index.checked_sub(1).and_then(|before| characters.get(before));
        let after = characters.get(index);
        before.zip(after).is_some_and(|(before, after)| sort(*before) && sort(*after))
    };
    bounds
        .windows(2)
        .map(|pair| {
            let [from, to] = pair else { return None };
            let text: String = characters.get(*from..*to)?.iter().collect();
            let text = text.trim();
            let start = if *from == 0 { 0.0 } else { share_of(*places.get(*from)?) };
            let end = if *to == characters.len() { 1.0 } else { share_of(*places.get(*to)?) };
            (!text.is_empty()).then(|| Part {
                text: text.to_owned(),
                confidence: if is_cut(*from) || is_cut(*to) { 0.0 } else { line.confidence },
                region: stretch(&line.region, start, end),
            })
        })
        .collect()
}

/// Length and height of a line.
pub(super) fn size(region: &Quad) -> (f32, f32) {
    let [(a, b), (_, c), ..] = region.sides();
    (a.distance(b), b.distance(c))
}

fn wide(character: char) -> f32 {
    if character.is_ascii() { NARROW } else { 1.0 }
}

/// Digits with what belongs to them, and everything else.
fn sort(character: char) -> bool {
    character.is_ascii_digit() || ".,-+%¥￥*".contains(character)
}

fn between(from: Point, to: Point, share: f32) -> Point {
    Point { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}

/// A place on the middle of a line, a share of its length from its beginning.
fn along(region: &Quad, share: f32) -> Point {
    let [a, b, c, d] = region.corners;
    between(between(a, d, 0.5), between(b, c, 0.5), share)
}

fn stretch(region: &Quad, from: f32, to: f32) -> Quad {
    let [a, b, c, d] = region.corners;
    Quad {
        corners: [between(a, b, from), between(a, b, to), between(d, c, to), between(d, c, from)],
    }
}

fn is_inside(region: &Quad, point: Point) -> bool {
    let [left, top, right, bottom] = region.bounds();
    (left..=right).contains(&point.x) && (top..=bottom).contains(&point.y) && region.contains(point)
}
