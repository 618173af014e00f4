//! What people leave on paper: seals, signatures, handwriting.

use std::f32::consts::{PI, TAU};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::canvas::{Canvas, Ink, Style};
use crate::colour::{Rgb, srgb};
use crate::fonts::Face;

/// Red seal ink.
pub(crate) fn seal_red() -> Rgb {
    srgb(0xd21f2b)
}

/// The same, pressed on paper.
pub(crate) fn red_stamp() -> Ink {
    Ink::stamped(seal_red())
}

/// A company's round seal: name around a star, purpose below it. `turn` in radians.
pub(crate) fn round_seal(
    canvas: &mut Canvas<'_>,
    centre: [f32; 2],
    diameter: f32,
    name: &str,
    purpose: &str,
    turn: f32,
    ink: Ink,
) {
    let radius = diameter / 2.0;
    canvas.ring(centre, [radius; 2], diameter * 0.03, ink);
    canvas.polygon(&star(centre, radius * 0.3, turn), ink);
    let size = (diameter * 0.125).min(radius * 4.1 / name.chars().count() as f32);
    let letter = Style::new(Face::Serif, size, ink).condensed(0.9);
    arc(canvas, centre, [radius * 0.79; 2], name, letter, [TAU * 0.68, turn]);
    let style = Style::new(Face::Serif, diameter * 0.1, ink);
    let width = canvas.text_width(purpose, style);
    for (index, glyph) in purpose.chars().enumerate() {
        let along = width * ((index as f32 + 0.5) / purpose.chars().count() as f32 - 0.5);
        let down = radius * 0.52;
        let at = rotate([along, down], turn);
        canvas.letter([centre[0] + at[0], centre[1] + at[1]], turn, glyph, style);
    }
}

/// The oval seal that invoices carry: name around the border, one or two lines across.
pub(crate) fn oval_seal(
    canvas: &mut Canvas<'_>,
    centre: [f32; 2],
    radii: [f32; 2],
    name: &str,
    lines: [&str; 2],
    ink: Ink,
) {
    canvas.ring(centre, radii, 0.7, ink);
    let letter = Style::new(Face::Serif, radii[1] * 0.3, ink).condensed(0.85);
    let around = [radii[0] * 0.84, radii[1] * 0.76];
    arc(canvas, centre, around, name, letter, [TAU * 0.62, 0.0]);
    for (index, line) in lines.into_iter().enumerate() {
        let y = centre[1] + radii[1] * (0.1 + 0.42 * index as f32);
        let size = radii[1] * if index == 0 { 0.2 } else { 0.26 };
        canvas.text(centre[0], y, line, Style::new(Face::Serif, size, ink).centred());
    }
}

/// The square seal of an authority, its name in columns from right to left.
pub(crate) fn square_seal(
    canvas: &mut Canvas<'_>,
    centre: [f32; 2],
    side: f32,
    columns: &[&str],
    ink: Ink,
) {
    let half = side / 2.0;
    let [cx, cy] = centre;
    canvas.frame([cx - half, cy - half, cx + half, cy + half], side * 0.05, ink);
    let column_width = side * 0.88 / columns.len() as f32;
    for (index, column) in columns.iter().enumerate() {
        let letters = column.chars().count() as f32;
        let step = side * 0.88 / letters;
        let x = cx + side * 0.44 - column_width * (index as f32 + 0.5);
        let style = Style::new(Face::SerifBold, step.min(column_width) * 0.96, ink);
        for (row, glyph) in column.chars().enumerate() {
            let y = cy - side * 0.44 + step * (row as f32 + 0.5);
            canvas.letter([x, y], 0.0, glyph, style);
        }
    }
}

/// A signature in strokes that join, about `letters` characters wide; nobody's name.
pub(crate) fn signature(
    canvas: &mut Canvas<'_>,
    start: [f32; 2],
    size: f32,
    letters: usize,
    seed: u64,
) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let ink = Ink::solid(srgb(0x151a3a)).opacity(0.92);
    for index in 0..letters {
        let left = start[0] + index as f32 * size * 0.86;
        let mut joints = Vec::new();
        for _ in 0..random.random_range(5..8) {
            joints.push([
                left + size * random.random_range(0.0..0.95),
                start[1] + size * random.random_range(-0.5..0.5),
            ]);
        }
        joints.sort_by(|a, b| a[1].total_cmp(&b[1]));
        // Writing goes down the character, but not straight down.
        let swapped = random.random_range(1..joints.len() - 1);
        joints.swap(swapped, swapped + 1);
        let sweep = [left + size * 1.3, start[1] + size * random.random_range(-0.1..0.55)];
        joints.push(sweep);
        let path = smooth(&joints);
        let width = size * 0.045;
        canvas.stroke(&path, width, ink);
        // A pen presses harder on the way down.
        for pair in path.windows(2).filter(|pair| pair[1][1] > pair[0][1] + size * 0.012) {
            canvas.line(pair[0], pair[1], width * 1.5, ink);
        }
    }
}

/// Text as a clerk writes it with a pen: Kai letters that dance a little.
pub(crate) fn handwriting(
    canvas: &mut Canvas<'_>,
    start: [f32; 2],
    size: f32,
    text: &str,
    seed: u64,
) -> [f32; 4] {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let ink = Ink::solid(srgb(0x141c52)).opacity(0.93);
    let mut pen = start[0];
    for glyph in text.chars() {
        let style = Style::new(Face::Kai, size * random.random_range(0.95..1.06), ink);
        let advance = canvas.text_width(&glyph.to_string(), style);
        let lift = size * random.random_range(-0.04..0.04);
        let turn = random.random_range(-0.06..0.06);
        canvas.letter([pen + advance / 2.0, start[1] + lift], turn, glyph, style);
        pen += advance * 1.02;
    }
    [start[0], start[1] - size / 2.0, pen, start[1] + size / 2.0]
}

/// Five-pointed, one point up.
pub(crate) fn star(centre: [f32; 2], radius: f32, turn: f32) -> Vec<[f32; 2]> {
    (0..10u8)
        .map(|point| {
            let reach = if point % 2 == 0 { radius } else { radius * 0.382 };
            let angle = f32::from(point) * PI / 5.0 - PI / 2.0 + turn;
            [centre[0] + reach * angle.cos(), centre[1] + reach * angle.sin()]
        })
        .collect()
}

/// Letters around an ellipse, heads outwards, centred on its top; `[sweep, turn]` in radians.
fn arc(
    canvas: &mut Canvas<'_>,
    centre: [f32; 2],
    radii: [f32; 2],
    text: &str,
    style: Style,
    [sweep, turn]: [f32; 2],
) {
    let count = text.chars().count() as f32;
    for (index, glyph) in text.chars().enumerate() {
        let angle = sweep * ((index as f32 + 0.5) / count - 0.5);
        let at = rotate([radii[0] * angle.sin(), -radii[1] * angle.cos()], turn);
        let outwards = (angle.sin() / radii[0]).atan2(angle.cos() / radii[1]);
        canvas.letter([centre[0] + at[0], centre[1] + at[1]], outwards + turn, glyph, style);
    }
}

fn rotate([x, y]: [f32; 2], angle: f32) -> [f32; 2] {
    let (sin, cos) = angle.sin_cos();
    [x * cos - y * sin, x * sin + y * cos]
}

/// A curve through all points (Catmull-Rom), eight pieces between two of them.
fn smooth(points: &[[f32; 2]]) -> Vec<[f32; 2]> {
    let at = |index: usize| points[index.min(points.len() - 1)];
    let mut path = vec![at(0)];
    for index in 0..points.len() - 1 {
        let (before, from, to, after) =
            (at(index.saturating_sub(1)), at(index), at(index + 1), at(index + 2));
        for piece in 1..=8u8 {
            let t = f32::from(piece) / 8.0;
            path.push([0, 1].map(|axis| {
                let (p, q, r, s) = (before[axis], from[axis], to[axis], after[axis]);
                0.5 * (2.0 * q
                    + (r - p) * t
                    + (2.0 * p - 5.0 * q + 4.0 * r - s) * t * t
                    + (3.0 * q - p - 3.0 * r + s) * t * t * t)
            }));
        }
    }
    path
}
