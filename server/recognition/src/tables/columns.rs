//! Tables without rules: rows of texts that stand in columns.

use bailing_vision::Point;

use super::texts::{Part, divided, size};
use crate::ocr::TextLine;

/// How far the middles of two texts of one row lie apart, a share of the lower one's height.
const ROW: f32 = 0.5;

/// How far the next row of a table lies below, heights of a line, from middle to middle. Forms are set with 1.3
/// to 2; a heading or a total stands further off.
const NEXT: f32 = 3.2;

/// How far an edge or the middle of a text lies from its column's, heights of a line.
const ALIGNED: f32 = 1.0;

/// The share of a row's texts that are aligned with what stands above them.
const FITTING: f32 = 0.6;

/// Columns of a table whose headings are not known, and its rows.
const LEAST_COLUMNS: usize = 3;
const LEAST_ROWS: usize = 3;

/// Most lines that are looked at: an engine gives no more.
const MOST: usize = 1_000;

/// A text in the upright frame of the page.
#[derive(Clone, Debug)]
struct Text<'a> {
    line: &'a TextLine,
    left: f32,
    right: f32,
    middle: f32,
    height: f32,
}

/// A part of a line in a row and a column.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) row: u32,
    pub(super) column: u32,
    pub(super) part: Part,
}

/// How the lines of a page run: the median of their angles, radians.
pub(super) fn angle<'a>(lines: impl Iterator<Item = &'a TextLine>) -> f32 {
    let mut angles: Vec<f32> = lines
        .filter(|line| {
            let (length, height) = size(&line.region);
            length > 3.0 * height
        })
        .map(|line| {
            let [from, to, ..] = line.region.corners;
            (to.y - from.y).atan2(to.x - from.x)
        })
        .filter(|angle| angle.abs() < 0.5)
        .collect();
    angles.sort_by(f32::total_cmp);
    angles.get(angles.len() / 2).copied().unwrap_or_default()
}

/// A point turned back by the angle that lines run at.
pub(super) fn turned(point: Point, angle: f32) -> Point {
    let (sine, cosine) = angle.sin_cos();
    Point { x: point.x * cosine + point.y * sine, y: point.y * cosine - point.x * sine }
}

/// The tables among lines that stand in none with rules. `is_heading` tells what columns are called: two such
/// texts in a row begin a table, which may then have two columns or a single row.
pub(super) fn find(lines: &[&TextLine], is_heading: &dyn Fn(&str) -> bool) -> Vec<Vec<Placed>> {
    let angle = angle(lines.iter().copied());
    let mut texts: Vec<Text<'_>> = lines
        .iter()
        .take(MOST)
        .filter_map(|line| {
            let corners = line.region.corners.map(|corner| turned(corner, angle));
            let (_, height) = size(&line.region);
            let [a, b, c, d] = corners;
            let (left, right) = (a.x.min(d.x), b.x.max(c.x));
            let middle = (a.y + b.y + c.y + d.y) / 4.0;
            let usable = height.is_finite() && middle.is_finite() && left < right;
            (usable && height > 0.0).then_some(Text { line, left, right, middle, height })
        })
        .collect();
    // The order of the lines says nothing: places, and where they are the same what is written there.
    texts.sort_by(|a, b| {
        a.middle
            .total_cmp(&b.middle)
            .then(a.left.total_cmp(&b.left))
            .then(a.right.total_cmp(&b.right))
            .then_with(|| a.line.text.cmp(&b.line.text))
    });
    let rows = rows(texts);
    let mut tables = Vec::new();
    let mut from = 0;
    while let Some(first) = rows.get(from) {
        let headings = first.iter().filter(|text| is_heading(&text.line.text)).count();
        let headed = headings >= 2 && 2 * headings >= first.len();
        if !(headed || first.len() >= LEAST_COLUMNS) || first.iter().any(is_labelled) {
            from += 1;
            continue;
        }
        let count = reach(rows.get(from..).unwrap_or_default(), is_heading);
        let full = |row: &&Vec<Text<'_>>| row.len() >= if headed { 2 } else { LEAST_COLUMNS };
        let taken = rows.get(from..from + count).unwrap_or_default();
        let is_list = headed || 2 * taken.iter().flatten().filter(is_number).count() >= taken.len();
        if is_list && taken.iter().filter(full).count() >= if headed { 2 } else { LEAST_ROWS } {
            tables.push(placed(taken));
            from += count;
        } else {
            from += 1;
        }
    }
    tables
}

/// What lists without known headings have in every other row; forms of labels and values have fewer.
fn is_number(text: &&Text<'_>) -> bool {
    let digits = text.line.text.chars().filter(char::is_ascii_digit).count();
    2 * digits > text.line.text.chars().count()
}

/// "Label: value" is a form, not a table.
fn is_labelled(text: &Text<'_>) -> bool {
    let characters: Vec<char> = text.line.text.chars().collect();
    characters
        .windows(2)
        .any(|pair| matches!(pair, [before, ':' | '：'] if !before.is_ascii_digit()))
}

fn rows(texts: Vec<Text<'_>>) -> Vec<Vec<Text<'_>>> {
    let mut rows: Vec<Vec<Text<'_>>> = Vec::new();
    for text in texts {
        let last = rows.last_mut().filter(|row| {
            let middle = row.iter().map(|other| other.middle).sum::<f32>() / row.len() as f32;
            let height = row.iter().map(|other| other.height).fold(text.height, f32::min);
            text.middle - middle <= ROW * height
        });
        match last {
            Some(row) => row.push(text),
            None => rows.push(vec![text]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.left.total_cmp(&b.left).then(a.middle.total_cmp(&b.middle)));
    }
    rows
}

/// How many of the rows belong to the table that begins with the first.
fn reach(rows: &[Vec<Text<'_>>], is_heading: &dyn Fn(&str) -> bool) -> usize {
    let Some(first) = rows.first() else { return 0 };
    let mut seen: Vec<&Text<'_>> = first.iter().collect();
    let mut count = 1;
    for pair in rows.windows(2) {
        let [before, row] = pair else { break };
        let (Some(above), Some(text)) = (before.first(), row.first()) else { break };
        let near = text.middle - above.middle <= NEXT * above.height.max(text.height);
        let headings = row.iter().filter(|text| is_heading(&text.line.text)).count();
        if !near || row.iter().any(is_labelled) || headings >= 2 && 2 * headings >= row.len() {
            break;
        }
        let aligned = |text: &&Text<'_>| {
            seen.iter().any(|other| {
                let slack = ALIGNED * other.height.min(text.height);
                let middles = [other, *text].map(|of| f32::midpoint(of.left, of.right));
                let [a, b] = middles;
                (other.left - text.left).abs() <= slack
                    || (other.right - text.right).abs() <= slack
                    || (a - b).abs() <= slack
            })
        };
        let aligned = row.iter().filter(aligned).count();
        if (aligned as f32) < FITTING * row.len() as f32 {
            break;
        }
        seen.extend(row);
        count += 1;
    }
    count
}

/// The rows' texts with their columns.
fn placed(rows: &[Vec<Text<'_>>]) -> Vec<Placed> {
    let bounds = bounds(rows);
    let mut placed = Vec::new();
    for (row, texts) in rows.iter().enumerate() {
        for text in texts {
            let width = text.right - text.left;
            let cuts: Vec<f32> = bounds
                .iter()
                .filter(|bound| {
                    // What reaches over a bound by a little more than its margin is one text all the same.
                    **bound - text.left > 1.2 * text.height
                        && text.right - **bound > 1.2 * text.height
                })
                .map(|bound| (bound - text.left) / width)
                .collect();
            let cuts =
                if text.line.text.trim().contains(char::is_whitespace) { cuts } else { Vec::new() };
            for part in divided(text.line, &cuts).into_iter().flatten() {
                let share =
                    |point: Point| (point.x - text.line.region.bounds()[0]) / width.max(1.0);
                let middle = text.left + share(part.middle()) * width;
                let column = bounds.iter().filter(|bound| **bound < middle).count() as u32;
                placed.push(Placed { row: row as u32, column, part });
            }
        }
    }
    placed
}

/// Where one column ends and the next begins: between two texts of the fullest row, where the fewest texts of
/// all rows are crossed.
fn bounds(rows: &[Vec<Text<'_>>]) -> Vec<f32> {
    let most = rows.iter().map(Vec::len).max().unwrap_or_default();
    let Some(fullest) = rows.iter().find(|row| row.len() == most) else { return Vec::new() };
    let mut edges: Vec<f32> =
        rows.iter().flatten().flat_map(|text| [text.left - 0.5, text.right + 0.5]).collect();
    edges.sort_by(f32::total_cmp);
    fullest
        .windows(2)
        .filter_map(|pair| {
            let [before, after] = pair else { return None };
            let centre = |text: &Text<'_>| f32::midpoint(text.left, text.right);
            let (from, to) = (centre(before), centre(after));
            let wanted = f32::midpoint(before.right, after.left).clamp(from, to);
            let crossed = |place: f32| {
                rows.iter().flatten().filter(|text| text.left < place && place < text.right).count()
            };
            let candidates =
                edges.iter().copied().filter(|edge| (from..=to).contains(edge)).chain([wanted]);
            candidates.min_by(|a, b| {
                let key = |place: f32| (crossed(place), (place - wanted).abs());
                let ((crossed_a, away_a), (crossed_b, away_b)) = (key(*a), key(*b));
                crossed_a.cmp(&crossed_b).then(away_a.total_cmp(&away_b))
            })
        })
        .collect()
}
