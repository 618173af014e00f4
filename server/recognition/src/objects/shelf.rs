//! What stands on shelves: boards, facings, how many goods these are, and how full the boards are.
//!
//! No network is asked. Boards are long level edges with an even band between them; once the picture is upright
//! they are rows of it, and things on them have upright edges. What was measured is in `SHELVES.md`.

mod boards;
mod facings;
mod goods;
mod plane;
mod upright;

use bailing_vision::document::rectify;
use bailing_vision::{Frame, Homography, Point, Quad};
use serde::{Deserialize, Serialize};

use self::boards::Board;
use self::facings::Strip;
use self::plane::Plane;

/// Longer side of the upright picture, pixels.
const SIDE: u32 = 1_280;

/// Fewest boards, rows of them, and facings of what is taken for a shelf. A lorry's side has one level band or two,
/// a shop's window often two boards in line with its frame.
const LEAST_BOARDS: usize = 3;
const LEAST_ROWS: usize = 3;
const LEAST_FACINGS: usize = 6;

/// Least share of the picture's height that the rows span.
const LEAST_SPAN: f32 = 0.3;

/// Least share of what stands over which the wall is seen, a seventh of the row's height. Bricks have none.
const AIR: f32 = 0.25;

/// Least mean of how clearly things end, of a row at the top or the bottom and of all rows: a lorry's side and a
/// floor have less.
const CLEAR: f32 = 0.5;

/// Stock on shelves, as one photo shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shelf {
    /// Rows of which at least half is in the picture, from the top.
    pub rows: Vec<ShelfRow>,
    /// How many things stand at the front of these rows.
    pub facings: usize,
    /// How many different goods these are, by their looks alone.
    pub breadth: usize,
    /// 0..1: share of the boards' length on which something stands, as the shelf has it, not the picture: a far
    /// end counts no less than a near one.
    pub fullness: f32,
    /// 0..1: how clearly its boards were seen, in the mean.
    pub confidence: f32,
}

/// What stands on one board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShelfRow {
    /// From the board above to the one that carries it, in pixels of the upright still.
    pub region: Quad,
    /// What stands at the front, from the left.
    pub facings: Vec<Facing>,
    /// Stretches on which nothing stands, from the left, in pixels of the upright still.
    pub gaps: Vec<Quad>,
    /// 0..1, as of the shelf.
    pub fullness: f32,
}

/// One thing at the front of a shelf.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facing {
    /// Where, in pixels of the upright still.
    pub region: Quad,
    /// Which good, 0 to one less than the breadth: those of one number look alike.
    pub good: usize,
}

/// A row of the upright picture: its upper end and its board's upper edge, pixels.
#[derive(Clone, Copy, Debug)]
struct Between {
    top: usize,
    foot: usize,
    /// Whether boards are seen both above and below.
    bounded: bool,
}

/// The shelf that fills a picture; `None` where boards with things on them were not seen.
pub fn look(frame: &Frame<'_>) -> Option<Shelf> {
    let small = super::small(frame)?;
    let area = small.to_frame.map_quad(&upright::area(&small.picture)?);
    let upright = rectify(frame, &area, SIDE)?;
    let inside = |x: usize, y: usize| {
        let at = upright.to_frame.map(Point { x: x as f32 + 0.5, y: y as f32 + 0.5 });
        (0.0..frame.width() as f32).contains(&at.x) && (0.0..frame.height() as f32).contains(&at.y)
    };
    let plane = Plane::new(&upright.picture, inside);
    let boards = boards::find(&plane);
    let across = across(&boards)?;
    let rows = rows(&boards, &plane, across);
    let mut strips: Vec<Strip> = rows
        .iter()
        .filter_map(|row| facings::find(&plane, across, [row.top, row.foot], row.bounded))
        .collect();
    // What no board bounds above or below must itself speak for a row.
    strips.retain(|strip| strip.bounded || strip.clear() >= CLEAR);
    let span = strips.iter().map(|strip| strip.foot).max()?
        - strips.iter().map(|strip| strip.top).min()?;
    let facings: usize = strips.iter().map(|strip| strip.facings.len()).sum();
    let clear: f32 = strips.iter().map(|strip| strip.clear() * strip.facings.len() as f32).sum();
    let airy: usize =
        strips.iter().map(|strip| strip.below(strip.top + (strip.foot - strip.top) / 7)).sum();
    let seen = boards.len() >= LEAST_BOARDS
        && strips.len() >= LEAST_ROWS
        && facings >= LEAST_FACINGS
        && airy as f32 >= AIR * facings as f32
        && clear >= CLEAR * facings as f32
        && span as f32 >= LEAST_SPAN * plane.height() as f32;
    seen.then(|| told(&plane, &boards, &strips, &upright.to_frame))
}

/// From where to where most boards go.
fn across(boards: &[Board]) -> Option<[usize; 2]> {
    let middle = |end: fn(&Board) -> usize| {
        let mut ends: Vec<usize> = boards.iter().map(end).collect();
        ends.sort_unstable();
        ends.get(ends.len() / 2).copied()
    };
    let (left, right) = (middle(|board| board.across[0])?, middle(|board| board.across[1])?);
    (left < right).then_some([left, right])
}

/// The rows between boards and, where half of one is in the picture, above the first and below the last.
fn rows(boards: &[Board], plane: &Plane, [left, right]: [usize; 2]) -> Vec<Between> {
    let mut rows = Vec::new();
    let Some(pitch) = boards::pitch(boards) else { return rows };
    let shown = |y: &usize| {
        let columns = || (left..right).step_by(4);
        2 * columns().filter(|x| plane.shown(*x, *y)).count() >= columns().count()
    };
    let bounds = (0..plane.height()).find(shown).zip((0..plane.height()).rev().find(shown));
    let Some((upper, lower)) = bounds else { return rows };
    if let Some(first) = boards.first() {
        let top = first.top.saturating_sub(pitch).max(upper);
        if 2 * first.top.saturating_sub(top) >= pitch {
            rows.push(Between { top, foot: first.top, bounded: false });
        }
    }
    for (one, next) in boards.iter().zip(boards.iter().skip(1)) {
        rows.push(Between { top: one.bottom, foot: next.top, bounded: true });
    }
    if let Some(last) = boards.last() {
        let foot = (last.bottom + pitch).min(lower);
        if 2 * foot.saturating_sub(last.bottom) >= pitch {
            rows.push(Between { top: last.bottom, foot, bounded: false });
        }
    }
    rows
}

fn told(plane: &Plane, boards: &[Board], strips: &[Strip], to_frame: &Homography) -> Shelf {
    let rectangle = |[left, right]: [usize; 2], [top, bottom]: [usize; 2]| {
        let [left, top, right, bottom] = [left, top, right, bottom].map(|along| along as f32);
        to_frame.map_quad(&Quad::rectangle(left, top, right, bottom))
    };
    let (goods, breadth) = goods::tell(plane, strips);
    let mut goods = goods.into_iter();
    let rows: Vec<ShelfRow> = strips
        .iter()
        .map(|strip| ShelfRow {
            region: rectangle(strip.across, [strip.top, strip.foot]),
            facings: (strip.facings.iter())
                .map(|one| Facing {
                    region: rectangle([one.left, one.right], [one.top, strip.foot]),
                    good: goods.next().unwrap_or_default(),
                })
                .collect(),
            gaps: strip.gaps.iter().map(|gap| rectangle(*gap, [strip.top, strip.foot])).collect(),
            fullness: strip.fullness(),
        })
        .collect();
    let long: usize = strips.iter().map(Strip::length).sum();
    let stood: usize = strips.iter().map(Strip::stood).sum();
    Shelf {
        facings: rows.iter().map(|row| row.facings.len()).sum(),
        rows,
        breadth,
        fullness: stood as f32 / long.max(1) as f32,
        confidence: boards.iter().map(|board| board.clear).sum::<f32>()
            / boards.len().max(1) as f32,
    }
}
