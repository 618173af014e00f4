//! From rules to the cells that they enclose.

use bailing_vision::{Point, Quad};

use super::rules::{Rule, Rules};

/// How far a rule may end before another, pixels of the rules, and still meet it.
const MEETING: f32 = 7.0;

/// Print beside a rule's end hides as much of it as is averaged along: it goes on to the next rule across as far
/// as this share of its length, and so many pixels, if it meets none at its end.
const REACHING: f32 = 0.15;
const REACH: f32 = 22.0;

/// A border lies where its nearest rule does if that is as near as this, pixels.
const NEAR: f32 = 30.0;

/// Rules whose places differ by less than this, pixels, are one border: a double rule, or one that goes on beside.
const SAME: f32 = 7.0;

/// Share of a cell's side that a rule covers, at least, to be its border.
const COVERED: f32 = 0.55;

/// Longer side of the smallest table, pixels of the rules: a character in a box is none.
const SMALLEST: f32 = 100.0;

/// Rules that jut out beyond the outermost one across it, pixels, bound another column or row that is open.
const OPEN: f32 = 24.0;

/// A border is the table's own from this share of it on; less is what happens to touch the table from outside.
const OUTLINED: f32 = 0.5;

/// Rules shorter than this, pixels, are strokes of print where they are this much fainter than the others.
const SHORT: f32 = 48.0;
const FAINTER: f32 = 0.6;

/// Longer ones that are this much fainter are creases of the paper.
const CREASE: f32 = 0.15;

/// What encloses one cell of more than this share of its area is a frame around a page.
const FRAMED: f32 = 0.7;

/// Most cells of a table, so that a picture of hatching costs no more.
const MOST: usize = 4_000;

/// What rules enclose. Places are in pixels of the page.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    pub(super) region: Quad,
    pub(super) rows: u32,
    pub(super) columns: u32,
    pub(super) cells: Vec<Enclosed>,
}

/// A cell: its place in the grid and on the page.
#[derive(Clone, Debug)]
pub(super) struct Enclosed {
    pub(super) row: u32,
    pub(super) column: u32,
    pub(super) row_span: u32,
    pub(super) column_span: u32,
    pub(super) region: Quad,
}

/// The tables of a page: rules that meet each other, with two cells or more. One that lies in another's cell comes
/// before it.
pub(super) fn find(rules: Rules) -> Vec<Grid> {
    let Rules { level, upright, scale } = rules;
    let group = Group {
        level: lengthened(&level, &upright, crossing),
        upright: lengthened(&upright, &level, |upright, level| {
            let [x, y] = crossing(level, upright);
            [y, x]
        }),
    };
    let mut grids: Vec<Grid> = groups(&group)
        .into_iter()
        .flat_map(|mut group| {
            // A crease may hold together what does not belong together.
            clean(&mut group);
            groups(&group)
        })
        .filter_map(|group| grid(group, scale))
        .collect();
    grids.sort_by(|a, b| a.region.area().total_cmp(&b.region.area()));
    grids
}

/// Rules that hang together.
#[derive(Default)]
struct Group {
    level: Vec<Rule>,
    upright: Vec<Rule>,
}

/// Where two rules cross or would if they went on: x and y.
fn crossing(level: &Rule, upright: &Rule) -> [f32; 2] {
    let y = level.at(upright.at(upright.middle()));
    let x = upright.at(y);
    [x, level.at(x)]
}

fn reaches(rule: &Rule, place: f32) -> bool {
    (rule.start - MEETING..=rule.end() + MEETING).contains(&place)
}

fn meet(level: &Rule, upright: &Rule) -> bool {
    let [x, y] = crossing(level, upright);
    reaches(level, x) && reaches(upright, y)
}

/// Rules made longer up to those that their hidden ends would meet. `place` gives where a rule and one across it
/// would cross, along each.
fn lengthened(
    rules: &[Rule],
    across: &[Rule],
    place: impl Fn(&Rule, &Rule) -> [f32; 2],
) -> Vec<Rule> {
    let longer = |rule: &Rule| {
        let crossings = across.iter().map(|other| (place(rule, other), other));
        let crossings: Vec<f32> = crossings
            .filter(|([_, along_other], other)| reaches(other, *along_other))
            .map(|([along, _], _)| along)
            .collect();
        let reach = (REACHING * rule.length()).min(REACH);
        let mut longer = rule.clone();
        for (end, sign) in [(rule.start, -1.0), (rule.end(), 1.0)] {
            let beyond = crossings.iter().map(|along| (along - end) * sign);
            let is_met = beyond.clone().any(|beyond| beyond.abs() <= MEETING);
            let next =
                beyond.filter(|beyond| (0.0..=reach).contains(beyond)).min_by(f32::total_cmp);
            if let Some(next) = next.filter(|_| !is_met) {
                longer = longer.extended(end + next * sign);
            }
        }
        longer
    };
    rules.iter().map(longer).collect()
}

/// Rules that meet two others or more, in groups of those that meet.
fn groups(rules: &Group) -> Vec<Group> {
    let Group { level, upright } = rules;
    let mut joints: Vec<(usize, usize)> = Vec::new();
    for (row, level) in level.iter().enumerate() {
        for (column, upright) in upright.iter().enumerate() {
            if meet(level, upright) {
                joints.push((row, column));
            }
        }
    }
    // A rule that meets one other bounds nothing; without it another may bound nothing.
    loop {
        let mut counts = (vec![0u32; level.len()], vec![0u32; upright.len()]);
        for (row, column) in &joints {
            for (counts, index) in [(&mut counts.0, row), (&mut counts.1, column)] {
                if let Some(count) = counts.get_mut(*index) {
                    *count += 1;
                }
            }
        }
        let before = joints.len();
        let bounds =
            |counts: &[u32], index: usize| counts.get(index).is_some_and(|count| *count > 1);
        joints.retain(|(row, column)| bounds(&counts.0, *row) && bounds(&counts.1, *column));
        if joints.len() == before {
            break;
        }
    }
    // Of every joint's two rules, the group: numbers spread until none changes.
    let mut group_of = (vec![usize::MAX; level.len()], vec![usize::MAX; upright.len()]);
    loop {
        let mut changed = false;
        for (row, column) in &joints {
            let (Some(a), Some(b)) = (group_of.0.get_mut(*row), group_of.1.get_mut(*column)) else {
                continue;
            };
            let group = (*row).min(*a).min(*b);
            changed |= *a != group || *b != group;
            (*a, *b) = (group, group);
        }
        if !changed {
            break;
        }
    }
    let mut groups: Vec<(usize, Group)> = Vec::new();
    for (rules, numbers, is_level) in [(level, &group_of.0, true), (upright, &group_of.1, false)] {
        for (rule, number) in rules.iter().zip(numbers).filter(|(_, number)| **number != usize::MAX)
        {
            let index = groups.iter().position(|(other, _)| other == number).unwrap_or_else(|| {
                groups.push((*number, Group::default()));
                groups.len() - 1
            });
            if let Some((_, group)) = groups.get_mut(index) {
                if is_level { &mut group.level } else { &mut group.upright }.push(rule.clone());
            }
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Rules that lie on one border of rows or columns, and how borders lean.
struct Borders {
    /// From the first border to the last; each has at least one rule.
    borders: Vec<Vec<Rule>>,
    leaning: Leaning,
}

/// How much rules move across for each pixel along: a part that all share and one that grows across, as
/// perspective has it.
#[derive(Clone, Copy)]
struct Leaning {
    along: f32,
    across: f32,
    slope: f32,
    growth: f32,
}

impl Leaning {
    /// The least squares over the rules' slopes, long rules by far before short ones.
    fn of(rules: &[Rule]) -> Self {
        let weighed = |value: &dyn Fn(&Rule) -> f32| -> f32 {
            let weight = |rule: &Rule| rule.length().powi(2);
            let sum: f32 = rules.iter().map(|rule| weight(rule) * value(rule)).sum();
            sum / rules.iter().map(weight).sum::<f32>().max(1.0)
        };
        let place = |rule: &Rule| rule.at(rule.middle());
        let (along, across) = (weighed(&|rule| rule.middle()), weighed(&place));
        let slope = weighed(&|rule| rule.slope());
        let spread = weighed(&|rule| (place(rule) - across).powi(2));
        let growth = weighed(&|rule| (place(rule) - across) * (rule.slope() - slope));
        Self { along, across, slope, growth: if spread > 1.0 { growth / spread } else { 0.0 } }
    }

    /// Where something across would lie at the middle of the table.
    fn straight(&self, along: f32, across: f32) -> f32 {
        across - (along - self.along) * (self.slope + self.growth * (across - self.across))
    }

    /// And the way back.
    fn leant(&self, along: f32, straight: f32) -> f32 {
        straight + (along - self.along) * (self.slope + self.growth * (straight - self.across))
    }
}

impl Borders {
    fn of(mut rules: Vec<Rule>) -> Self {
        let leaning = Leaning::of(&rules);
        let place = |rule: &Rule| leaning.straight(rule.middle(), rule.at(rule.middle()));
        rules.sort_by(|a, b| place(a).total_cmp(&place(b)));
        let mut borders: Vec<Vec<Rule>> = Vec::new();
        for rule in rules {
            let here = place(&rule);
            match borders.last_mut() {
                Some(border)
                    if border.iter().map(place).sum::<f32>() / border.len() as f32 + SAME
                        > here =>
                {
                    border.push(rule);
                }
                _ => borders.push(vec![rule]),
            }
        }
        Self { borders, leaning }
    }

    /// Where a border lies at a place along: on its nearest rule, else where it would lean to.
    fn at(&self, border: usize, along: f32) -> f32 {
        let Some(rules) = self.borders.get(border) else { return 0.0 };
        let away = |rule: &Rule| (rule.start - along).max(along - rule.end()).max(0.0);
        let Some(rule) = rules.iter().min_by(|a, b| away(a).total_cmp(&away(b))) else {
            return 0.0;
        };
        if away(rule) <= NEAR {
            return rule.at(along);
        }
        let straight = self.leaning.straight(rule.middle(), rule.at(rule.middle()));
        self.leaning.leant(along, straight)
    }

    /// The share of a stretch along that a border's rules cover.
    fn covered(&self, border: usize, from: f32, to: f32) -> f32 {
        let Some(rules) = self.borders.get(border) else { return 0.0 };
        let covered: f32 =
            rules.iter().map(|rule| (rule.end().min(to) - rule.start.max(from)).max(0.0)).sum();
        covered / (to - from).max(1.0)
    }

    /// Takes away the first and the last border while less than half of the way between the outermost ones
    /// across is theirs, and those that have no rule in between.
    fn peel(&mut self, across: &Self) {
        let (Some(last), true) = (across.count().checked_sub(1), self.count() > 0) else { return };
        let range = |place: f32| [across.at(0, place), across.at(last, place)];
        let mut kept = Vec::new();
        for (index, border) in self.borders.iter().enumerate() {
            let [from, to] = range(self.at(index, self.leaning.along));
            kept.push((self.covered(index, from, to), border.clone()));
        }
        let first = kept.iter().position(|(share, _)| *share >= OUTLINED);
        let last = kept.iter().rposition(|(share, _)| *share >= OUTLINED);
        let inside = first.zip(last).map(|(first, last)| kept.drain(first..=last));
        self.borders = inside
            .map(|inside| {
                inside.filter(|(share, _)| *share > 0.0).map(|(_, border)| border).collect()
            })
            .unwrap_or_default();
    }

    fn count(&self) -> usize {
        self.borders.len()
    }
}

/// Rules that jut out beyond the outermost one that they cross bound columns without a rule at the side of
/// the page: one is put where they end.
fn closed(level: &[Rule], upright: &mut Vec<Rule>) {
    let leaning = Leaning::of(upright);
    let places: Vec<f32> = upright
        .iter()
        .map(|rule| leaning.straight(rule.middle(), rule.at(rule.middle())))
        .collect();
    let outermost = [
        places.iter().copied().fold(f32::INFINITY, f32::min),
        places.iter().copied().fold(f32::NEG_INFINITY, f32::max),
    ];
    for (outer, sign) in outermost.into_iter().zip([-1.0, 1.0]) {
        let end = |rule: &Rule| if sign < 0.0 { rule.start } else { rule.end() };
        let mut ends: Vec<(f32, f32)> = level
            .iter()
            .map(|rule| (leaning.straight(rule.at(end(rule)), end(rule)), rule.at(end(rule))))
            .filter(|(place, _)| (place - outer) * sign > OPEN)
            .collect();
        ends.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let Some((middle, _)) = ends.get(ends.len() / 2).copied() else { continue };
        ends.retain(|(place, _)| (place - middle).abs() <= 2.0 * SAME);
        if ends.len() < 3 {
            continue;
        }
        let (from, to) =
            ends.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |range, (_, along)| {
                (range.0.min(*along), range.1.max(*along))
            });
        upright.push(Rule::straight(
            [from, leaning.leant(from, middle)],
            [to, leaning.leant(to, middle)],
        ));
    }
}

/// Drops strokes of print and creases among rules.
fn clean(group: &mut Group) {
    let Group { level, upright } = group;
    for rules in [level, upright] {
        let mut strengths: Vec<f32> =
            rules.iter().filter(|rule| rule.length() >= SHORT).map(|rule| rule.strength).collect();
        strengths.sort_by(f32::total_cmp);
        let usual = strengths.get(strengths.len() / 2).copied().unwrap_or_default();
        rules.retain(|rule| {
            let least = if rule.length() < SHORT { FAINTER } else { CREASE };
            rule.strength >= least * usual
        });
    }
}

/// Takes away outer borders that little of the table lies along, and what lies beyond.
fn outlined(rows: &mut Borders, columns: &mut Borders) {
    loop {
        let before = rows.count() + columns.count();
        rows.peel(columns);
        columns.peel(rows);
        if rows.count() + columns.count() == before {
            return;
        }
    }
}

fn grid(mut group: Group, scale: f32) -> Option<Grid> {
    closed(&group.level, &mut group.upright);
    closed(&group.upright, &mut group.level);
    let (mut rows, mut columns) = (Borders::of(group.level), Borders::of(group.upright));
    outlined(&mut rows, &mut columns);
    let (row_count, column_count) = (rows.count().checked_sub(1)?, columns.count().checked_sub(1)?);
    let places = row_count.checked_mul(column_count)?;
    if !(2..=MOST).contains(&places) {
        return None;
    }
    let corner = |row: usize, column: usize| {
        // Two lines that are nearly at right angles: three steps are more than enough.
        let mut point =
            Point { x: columns.at(column, rows.leaning.across), y: rows.leaning.across };
        for _ in 0..3 {
            point.y = rows.at(row, point.x);
            point.x = columns.at(column, point.y);
        }
        point
    };
    let corners: Vec<Vec<Point>> = (0..=row_count)
        .map(|row| (0..=column_count).map(|column| corner(row, column)).collect())
        .collect();
    let at = |row: usize, column: usize| {
        let point = corners.get(row).and_then(|row| row.get(column)).copied();
        point.unwrap_or(Point { x: 0.0, y: 0.0 })
    };
    let region = |[top, left, bottom, right]: [usize; 4]| {
        let corners = [at(top, left), at(top, right), at(bottom, right), at(bottom, left)];
        // The middle of a pixel lies half of one behind its edge.
        Quad { corners: corners.map(|p| Point { x: (p.x + 0.5) * scale, y: (p.y + 0.5) * scale }) }
    };
    let whole = region([0, 0, row_count, column_count]);
    let [left, top, right, bottom] = whole.bounds();
    if (right - left).max(bottom - top) < SMALLEST * scale {
        return None;
    }
    // Whether a border lies above a place of the grid, and whether one lies to its left.
    let above = |row: usize, column: usize| {
        rows.covered(row, at(row, column).x, at(row, column + 1).x) >= COVERED
    };
    let beside = |row: usize, column: usize| {
        columns.covered(column, at(row, column).y, at(row + 1, column).y) >= COVERED
    };
    let regions = regions(row_count, column_count, above, beside);
    let cells: Vec<Enclosed> = regions
        .into_iter()
        .filter(|[top, left, bottom, right]| {
            let from = at(*top, *left);
            at(*top, *right).x - from.x > SAME && at(*bottom, *left).y - from.y > SAME
        })
        .map(|[top, left, bottom, right]| Enclosed {
            row: top as u32,
            column: left as u32,
            row_span: (bottom - top) as u32,
            column_span: (right - left) as u32,
            region: region([top, left, bottom, right]),
        })
        .collect();
    let is_frame = |cell: &Enclosed| cell.region.area() > FRAMED * whole.area();
    (cells.len() > 1 && !cells.iter().any(is_frame)).then_some(Grid {
        region: whole,
        rows: row_count as u32,
        columns: column_count as u32,
        cells,
    })
}

/// The rectangles of a grid's places that no border divides: top, left, bottom, right. Where places hang
/// together in another shape, because a part of a border was not seen, each row of them is one of its own.
fn regions(
    rows: usize,
    columns: usize,
    above: impl Fn(usize, usize) -> bool,
    beside: impl Fn(usize, usize) -> bool,
) -> Vec<[usize; 4]> {
    let mut number: Vec<usize> = (0..rows * columns).collect();
    let root = |number: &[usize], mut index: usize| {
        while let Some(next) = number.get(index).filter(|next| **next != index) {
            index = *next;
        }
        index
    };
    for row in 0..rows {
        for column in 0..columns {
            let here = row * columns + column;
            let neighbours = [
                (column > 0 && !beside(row, column)).then(|| here - 1),
                (row > 0 && !above(row, column)).then(|| here - columns),
            ];
            for neighbour in neighbours.into_iter().flatten() {
                let (a, b) = (root(&number, here), root(&number, neighbour));
                if let Some(into) = number.get_mut(a.max(b)) {
                    *into = a.min(b);
                }
            }
        }
    }
    let mut found: Vec<(usize, [usize; 4], usize)> = Vec::new();
    let mut place_of = vec![usize::MAX; rows * columns];
    for row in 0..rows {
        for column in 0..columns {
            let group = root(&number, row * columns + column);
            let Some(place) = place_of.get_mut(group) else { continue };
            if *place == usize::MAX {
                *place = found.len();
                found.push((group, [row, column, row + 1, column + 1], 0));
            }
            if let Some((_, [top, left, bottom, right], count)) = found.get_mut(*place) {
                (*top, *left) = ((*top).min(row), (*left).min(column));
                (*bottom, *right) = ((*bottom).max(row + 1), (*right).max(column + 1));
                *count += 1;
            }
        }
    }
    let mut regions = Vec::new();
    for (group, [top, left, bottom, right], count) in found {
        if (bottom - top) * (right - left) == count {
            regions.push([top, left, bottom, right]);
            continue;
        }
        for row in top..bottom {
            let mut from = None;
            for column in left..=right {
                let inside = column < right && root(&number, row * columns + column) == group;
                let begins = from.is_some() && inside && beside(row, column);
                if let Some(start) = from.filter(|_| !inside || begins) {
                    regions.push([row, start, row + 1, column]);
                    from = None;
                }
                if inside && from.is_none() {
                    from = Some(column);
                }
            }
        }
    }
    regions.sort_unstable();
    regions
}
