//! Shelves whose stock is known: boards, what stands on them at the front, and where nothing does.

use std::sync::Arc;

use rand::{Rng, RngExt};

use crate::canvas::{Bounds, Canvas, Ink, Style};
use crate::colour::{Rgb, around, mix, scale, smoothstep};
use crate::document::content as invented;
use crate::fonts::Face;
use crate::homography::Homography;
use crate::place::ground::Ground;
use crate::raster::Raster;
use crate::scene::{Corners, Facing, Row, Shelf};
use crate::stock::any;

/// What stands where, in centimetres of the plane.
#[derive(Clone, Debug, Default)]
pub(super) struct Shelves {
    /// From the lower edge of the board above to the upper edge of the board that carries it.
    rows: Vec<Bounds>,
    facings: Vec<Standing>,
}

#[derive(Clone, Copy, Debug)]
struct Standing {
    row: usize,
    good: usize,
    area: Bounds,
}

/// A good, all of whose facings look alike.
#[derive(Clone, Debug)]
struct Good {
    /// Centimetres.
    wide: f32,
    /// Share of what fits under the next board.
    high: f32,
    form: Form,
    body: Rgb,
    label: Rgb,
    band: Rgb,
    /// Where the label begins and ends, shares of the height from the top.
    labelled: [f32; 2],
    name: String,
}

#[derive(Clone, Debug)]
enum Form {
    Box,
    Can,
    Bottle,
    Bag,
    Pictured(Arc<Raster>),
}

/// Paints shelves of this size in centimetres, and says what stands on them.
pub(super) fn paint(
    canvas: &mut Canvas<'_>,
    [width, height]: [f32; 2],
    photographs: &[Arc<Raster>],
    random: &mut impl Rng,
) -> Shelves {
    let wall = around(random.random_range(0.12..0.8), 0.08, random);
    let (pitch, thick) = (random.random_range(24.0..46.0f32), random.random_range(1.8..4.2f32));
    let rail = match random.random_range(0..4) {
        0 => [0.8; 3],
        1 => around(random.random_range(0.1..0.5), 0.03, random),
        _ => around(random.random_range(0.2..0.85), 0.4, random),
    };
    back(canvas, [0.0, 0.0, width, height], wall, random);
    // A well kept shop has few gaps, another many.
    let bare = random.random_range(0.0..0.5f64).powi(2) * 2.0;
    let mut shelves = Shelves::default();
    let mut goods: Vec<Good> = Vec::new();
    let mut top = 0.0;
    loop {
        let board = top + pitch * random.random_range(0.85..1.15);
        if board + thick > height {
            break;
        }
        let row = [0.0, top, width, board];
        shade(canvas, row, wall);
        stock(canvas, row, bare, photographs, &mut goods, &mut shelves, random);
        shelves.rows.push(row);
        front(canvas, [0.0, board, width, board + thick], rail, random);
        top = board + thick;
    }
    canvas.fill([0.0, top, width, height], Ink::solid(scale(rail, 0.5)));
    if random.random_bool(0.4) {
        posts(canvas, [width, height], rail, random);
    }
    shelves
}

/// The wall behind: even, or of a pattern.
fn back(canvas: &mut Canvas<'_>, area: Bounds, wall: Rgb, random: &mut impl Rng) {
    canvas.fill(area, Ink::solid(wall));
    match random.random_range(0..4) {
        0 => {
            let (ground, seed) = (Ground::any(random), random.random());
            canvas
                .surface(area, |x, y| mix(wall, ground.reflect([x * 10.0, y * 10.0], seed), 0.25));
        }
        // A board with holes for hooks.
        1 => {
            let step = random.random_range(2.5..5.0f32);
            let dark = scale(wall, 0.6);
            canvas.surface(area, |x, y| {
                let away = [x, y].map(|along| ((along / step).fract() - 0.5).abs() * step);
                if away[0].max(away[1]) < 0.3 { dark } else { wall }
            });
        }
        _ => {}
    }
}

/// It is dark under a board.
fn shade(canvas: &mut Canvas<'_>, [left, top, right, board]: Bounds, wall: Rgb) {
    let reach = 0.5 * (board - top);
    let steps = 12u8;
    for step in 0..steps {
        let share = f32::from(step) / f32::from(steps);
        let area = [left, top, right, top + reach * (1.0 - share)];
        canvas.fill(area, Ink::solid(scale(wall, 0.1)).opacity(0.07));
    }
}

/// The board's front with its price tags.
fn front(canvas: &mut Canvas<'_>, area: Bounds, rail: Rgb, random: &mut impl Rng) {
    let [left, top, right, bottom] = area;
    canvas.fill(area, Ink::solid(rail));
    canvas.fill([left, bottom - 0.25, right, bottom], Ink::solid(scale(rail, 0.4)));
    canvas.fill([left, top, right, top + 0.25], Ink::solid(scale(rail, 1.2)));
    if random.random_bool(0.2) {
        return;
    }
    let mut tag = left + random.random_range(0.0..8.0);
    while tag < right - 8.0 {
        let wide = random.random_range(4.0..6.5);
        canvas.fill([tag, top + 0.2, tag + wide, bottom - 0.1], Ink::solid([0.82; 3]));
        let price = format!("{:.2}", random.random_range(1.0..90.0f32));
        let style = Style::new(Face::SansBold, 0.6 * (bottom - top), Ink::solid([0.04; 3]));
        canvas.text(tag + 0.4, f32::midpoint(top, bottom), &price, style.condensed(0.7));
        tag += wide + random.random_range(4.0..30.0);
    }
}

/// The posts between bays.
fn posts(canvas: &mut Canvas<'_>, [width, height]: [f32; 2], rail: Rgb, random: &mut impl Rng) {
    let bay = random.random_range(80.0..130.0);
    let mut x = random.random_range(0.0..bay);
    while x < width {
        canvas.fill([x, 0.0, x + 3.0, height], Ink::solid(scale(rail, 0.8)));
        canvas.fill([x + 2.6, 0.0, x + 3.0, height], Ink::solid(scale(rail, 0.4)));
        x += bay;
    }
}

/// Groups of like goods, and gaps.
fn stock(
    canvas: &mut Canvas<'_>,
    row: Bounds,
    bare: f64,
    photographs: &[Arc<Raster>],
    goods: &mut Vec<Good>,
    shelves: &mut Shelves,
    random: &mut impl Rng,
) {
    let [left, top, right, board] = row;
    let clear = board - top;
    if random.random_bool(0.5 * bare) {
        return;
    }
    let mut x = left + random.random_range(0.0..4.0);
    while x < right - 5.0 {
        if random.random_bool(bare) {
            x += random.random_range(8.0..70.0);
        }
        // Now and then what stands elsewhere, too.
        let again = !goods.is_empty() && random.random_bool(0.12);
        let index = if again { random.random_range(0..goods.len()) } else { goods.len() };
        if !again {
            goods.push(Good::any(clear, photographs, random));
        }
        let good = &goods[index];
        let apart = random.random_range(0.1..1.4);
        for _ in 0..random.random_range(1..8u8) {
            if x + good.wide > right {
                break;
            }
            if random.random_bool(0.04) {
                // One was sold.
                x += good.wide;
                continue;
            }
            let from = x + apart * random.random_range(0.1..0.9);
            let area = [from, board - good.high * clear, from + good.wide, board];
            good.paint(canvas, area, random);
            shelves.facings.push(Standing { row: shelves.rows.len(), good: index, area });
            x += good.wide + apart;
        }
        x += random.random_range(0.0..3.0);
    }
}

impl Good {
    fn any(clear: f32, photographs: &[Arc<Raster>], random: &mut impl Rng) -> Self {
        let mut colour = || {
            let vivid = if random.random_bool(0.6) { 0.5 } else { 0.1 };
            around(random.random_range(0.1..0.9), vivid, random)
        };
        let (body, label, band) = (colour(), colour(), colour());
        let high = random.random_range(0.4..0.93);
        let form = match random.random_range(0..10) {
            0..=2 => Form::Box,
            3 | 4 => Form::Can,
            5 | 6 => Form::Bottle,
            7 => Form::Bag,
            _ => any(photographs, random).map_or(Form::Box, |one| Form::Pictured(Arc::clone(one))),
        };
        let slim = if matches!(form, Form::Bottle) { 0.5 } else { 1.2 };
        let wide = random.random_range(5.0..24.0f32).min(slim * high * clear).max(4.5);
        let from = random.random_range(0.1..0.5);
        let labelled = [from, from + random.random_range(0.15..0.45)];
        let name = invented::company(random).chars().skip(3).take(2).collect();
        Self { wide, high, form, body, label, band, labelled, name }
    }

    fn paint(&self, canvas: &mut Canvas<'_>, area: Bounds, random: &mut impl Rng) {
        let [left, top, right, board] = area;
        let high = board - top;
        let lit = random.random_range(0.94..1.06);
        let tone = |colour: Rgb| Ink::solid(scale(colour, lit));
        // What it keeps from the light beside it.
        let beside = [left - 0.5, top + 0.1 * high, right + 0.5, board];
        canvas.fill(beside, Ink::solid([0.01; 3]).opacity(0.35));
        let at = |share: f32| top + share * high;
        let [from, to] = self.labelled;
        match &self.form {
            Form::Pictured(picture) => {
                canvas.picture(area, picture);
                return;
            }
            Form::Box => canvas.fill(area, tone(self.body)),
            Form::Bag => {
                canvas.fill([left + 0.3, at(0.06), right - 0.3, board], tone(self.body));
                canvas.fill([left, top, right, at(0.09)], tone(scale(self.body, 0.8)));
            }
            Form::Can => rounded(canvas, area, scale(self.body, lit)),
            Form::Bottle => {
                let middle = f32::midpoint(left, right);
                let neck = 0.18 * (right - left);
                let shoulder = [left, at(0.3), right, board];
                rounded(canvas, [middle - neck, top, middle + neck, at(0.36)], self.body);
                canvas.ellipse([middle, at(0.32)], [middle - left, 0.08 * high], tone(self.body));
                rounded(canvas, shoulder, scale(self.body, lit));
                canvas.fill([middle - neck, top, middle + neck, at(0.07)], tone(self.band));
            }
        }
        let below = if matches!(self.form, Form::Bottle) { 0.3 } else { 0.0 };
        let label = [left, at(from.max(below + 0.06)), right, at((to + 0.5 * below).min(0.95))];
        if matches!(self.form, Form::Can | Form::Bottle) {
            rounded(canvas, label, scale(self.label, lit));
        } else {
            canvas.fill(label, tone(self.label));
        }
        let body = (0.38 * (right - left)).min(0.6 * (label[3] - label[1]));
        let style = Style::new(Face::SansBold, body, tone(self.band)).centred();
        let middle = [f32::midpoint(left, right), f32::midpoint(label[1], label[3])];
        canvas.text(middle[0], middle[1], &self.name, style);
        canvas.fill([left, at(0.96), right, at(0.985)], tone(self.band));
    }
}

/// A cylinder: darker towards its sides.
fn rounded(canvas: &mut Canvas<'_>, area: Bounds, body: Rgb) {
    let [left, _, right, _] = area;
    canvas.surface(area, |x, _| {
        let away = (x - f32::midpoint(left, right)) / (0.5 * (right - left));
        scale(body, 1.1 - 0.75 * smoothstep(0.2, 1.0, away.abs()))
    });
}

impl Shelves {
    /// What a camera sees of them: rows and facings of which at least half lies in the frame.
    pub(super) fn seen(&self, to_frame: &Homography, frame: [usize; 2]) -> Shelf {
        let quad = |[left, top, right, bottom]: Bounds| -> Corners {
            [[left, top], [right, top], [right, bottom], [left, bottom]]
                .map(|corner| to_frame.apply(corner))
        };
        let to_plane = to_frame.inverse();
        // Centimetres of the plane along which the line at `y` lies in the frame.
        let along = |y: f32, [from, to]: [f32; 2]| {
            let steps = 400u16;
            let inside = (0..steps).filter(|step| {
                let x = from + (to - from) * (f32::from(*step) + 0.5) / f32::from(steps);
                within(to_frame.apply([x, y]), frame)
            });
            (to - from) * inside.count() as f32 / f32::from(steps)
        };
        let mut rows = Vec::new();
        let (mut stood, mut long) = (0.0, 0.0);
        let mut facings = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let [left, top, right, bottom] = *row;
            let visible = |share: f32| along(top + share * (bottom - top), [left, right]);
            // Half of its height, over most of the width that is seen at the frame's middle.
            let middle = frame[1] as f32 / 2.0;
            let wide = (to_plane.apply([frame[0] as f32, middle])[0].min(right)
                - to_plane.apply([0.0, middle])[0].max(left))
            .max(1.0);
            let half = [0.05, 0.25, 0.5, 0.75, 0.95].map(|share| visible(share) > 0.5 * wide);
            let seen = half.iter().filter(|seen| **seen).count() >= 3;
            let standing = self.facings.iter().filter(|one| one.row == index);
            let shown: Vec<&Standing> =
                standing.filter(|one| covered(one.area, to_frame, frame) >= 0.5).collect();
            if seen {
                let line = bottom - 0.1 * (bottom - top);
                let length = along(line, [left, right]);
                let all = self.facings.iter().filter(|one| one.row == index);
                let full: f32 = all.map(|one| along(line, [one.area[0], one.area[2]])).sum();
                stood += full;
                long += length;
                let fullness = if length > 0.0 { (full / length).min(1.0) } else { 0.0 };
                rows.push(Row { quad: quad(*row), facings: shown.len(), fullness });
            }
            facings.extend(shown.iter().map(|one| Facing { good: one.good, quad: quad(one.area) }));
        }
        let mut goods: Vec<usize> = facings.iter().map(|facing| facing.good).collect();
        goods.sort_unstable();
        goods.dedup();
        let fullness = if long > 0.0 { (stood / long).min(1.0) } else { 0.0 };
        Shelf { rows, breadth: goods.len(), facings, fullness }
    }
}

fn within([x, y]: [f32; 2], frame: [usize; 2]) -> bool {
    (0.0..frame[0] as f32).contains(&x) && (0.0..frame[1] as f32).contains(&y)
}

/// Share of an area that lies in the frame.
fn covered([left, top, right, bottom]: Bounds, to_frame: &Homography, frame: [usize; 2]) -> f32 {
    let steps = 12u8;
    let share = |step: u8| (f32::from(step) + 0.5) / f32::from(steps);
    let points = (0..steps).flat_map(|row| (0..steps).map(move |column| [column, row]));
    let inside = points.filter(|[column, row]| {
        let x = left + (right - left) * share(*column);
        within(to_frame.apply([x, top + (bottom - top) * share(*row)]), frame)
    });
    inside.count() as f32 / f32::from(steps * steps)
}
