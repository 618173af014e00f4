//! Pages that are no vouchers: letters, notebooks, covers, blank sheets. They lie on desks too, and a
//! page detector has to find them.

use std::sync::Arc;

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::content::{latin, running};
use super::{Form, Sheet};
use crate::canvas::{Ink, Style};
use crate::colour::{Rgb, decode, srgb};
use crate::fonts::{Face, Fonts};
use crate::marks;
use crate::raster::Raster;

/// A page of no kind, filled from the seed, drawn at `scale` pixels a millimetre; `photograph` is
/// printed on covers.
#[must_use]
pub fn page(fonts: &Fonts, seed: u64, scale: f32, photograph: Option<&Arc<Raster>>) -> Sheet {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let sizes = [
        [210.0, 297.0],
        [148.0, 210.0],
        [297.0, 210.0],
        [105.0, 148.0],
        [190.0, 130.0],
        [90.0, 55.0],
        [300.0, 200.0],
    ];
    let size = sizes[random.random_range(0..sizes.len())]
        .map(|side: f32| side * random.random_range(0.92..1.08));
    match random.random_range(0..10) {
        0 => blank(fonts, size, scale, &mut random),
        1..=2 => letter(fonts, size, scale, &mut random),
        3..=4 => notebook(fonts, size, scale, &mut random),
        5..=6 => magazine(fonts, size, scale, photograph, &mut random),
        _ => cover(fonts, size, scale, photograph, &mut random),
    }
}

fn white(random: &mut impl Rng) -> Rgb {
    let level = random.random_range(0.6..0.95);
    [0, 1, 2].map(|_| level * random.random_range(0.96..1.0f32))
}

fn vivid(random: &mut impl Rng) -> Rgb {
    [0, 1, 2].map(|_| decode(random.random_range(0.05..0.95)))
}

fn blank(fonts: &Fonts, size: [f32; 2], scale: f32, random: &mut impl Rng) -> Sheet {
    let mut form = Form::scaled(fonts, "other_document", size, white(random), scale);
    let style = Style::new(Face::Roman, 5.0, Ink::solid(srgb(0x202020)));
    for line in 0..random.random_range(0..3u8) {
        form.canvas.text(20.0, 30.0 + 8.0 * f32::from(line), &latin(4, random), style);
    }
    form.finish()
}

fn letter(fonts: &Fonts, size: [f32; 2], scale: f32, random: &mut impl Rng) -> Sheet {
    let mut form = Form::scaled(fonts, "other_document", size, white(random), scale);
    let [width, height] = size;
    let body = random.random_range(0.012..0.026) * width.max(height);
    let face =
        [Face::Roman, Face::Grotesque, Face::Typewriter, Face::Serif][random.random_range(0..4)];
    let style = Style::new(face, body, Ink::solid(srgb(0x1c1c20)));
    let margin = random.random_range(0.06..0.16) * width;
    let title = Style { size: body * 1.8, ..style };
    form.canvas.text(margin, margin + body, &latin(3, random), title);
    let mut down = margin + 4.0 * body;
    while down < height * random.random_range(0.7..1.1) - margin {
        let width = (width - 2.0 * margin) * if random.random_bool(0.15) { 0.5 } else { 1.0 };
        let text = if face == Face::Serif {
            running((width / body) as usize, random)
        } else {
            latin((width / (2.9 * body)) as usize, random)
        };
        form.canvas.text(margin, down, &text, style);
        down += body * if random.random_bool(0.1) { 3.0 } else { 1.5 };
    }
    if random.random_bool(0.4) {
        let at = [0.55 * width, (height - 1.5 * margin).max(down)];
        marks::signature(&mut form.canvas, at, 3.0 * body, 3, random.random());
    }
    form.finish()
}

fn notebook(fonts: &Fonts, size: [f32; 2], scale: f32, random: &mut impl Rng) -> Sheet {
    let mut form = Form::scaled(fonts, "other_document", size, white(random), scale);
    let [width, height] = size;
    let pitch = random.random_range(6.0..9.5);
    let rule = Ink::solid(srgb(0x7f9fc4)).opacity(random.random_range(0.2..0.8));
    let written = random.random_range(0.0..1.0) * height;
    let folded = random.random_bool(0.3);
    let mut down = 2.0 * pitch;
    while down < height - pitch {
        form.canvas.line([0.0, down], [width, down], 0.25, rule);
        if down < written {
            let text = running((0.8 * width / pitch) as usize, random);
            let at = [0.08 * width, down - 0.45 * pitch];
            marks::handwriting(&mut form.canvas, at, 0.8 * pitch, &text, random.random());
        }
        down += pitch;
    }
    if folded {
        let seam = Ink::solid([0.2; 3]).opacity(0.5);
        form.canvas.line([width / 2.0, 0.0], [width / 2.0, height], 0.9, seam);
    }
    form.finish()
}

/// A page of columns of text around pictures.
fn magazine(
    fonts: &Fonts,
    size: [f32; 2],
    scale: f32,
    photograph: Option<&Arc<Raster>>,
    random: &mut impl Rng,
) -> Sheet {
    let mut form = Form::scaled(fonts, "other_document", size, white(random), scale);
    let [width, height] = size;
    let margin = 0.07 * width;
    let body = 0.014 * width.max(height);
    let style = Style::new(Face::Roman, body, Ink::solid(srgb(0x17171a)));
    form.canvas.text(margin, margin + body, &latin(3, random), Style { size: 2.6 * body, ..style });
    let columns = random.random_range(2..4u8);
    let step = (width - 2.0 * margin) / f32::from(columns);
    for column in 0..columns {
        let left = margin + step * f32::from(column);
        let mut down = margin + 6.0 * body;
        while down < height - margin {
            if random.random_bool(0.06) {
                let end = (down + random.random_range(0.1..0.3) * height).min(height - margin);
                let area = [left, down, left + step - 2.0, end];
                match photograph {
                    Some(picture) => form.canvas.picture(area, picture),
                    None => form.canvas.fill(area, Ink::solid(vivid(random))),
                }
                down = end + body;
            }
            let text = latin(((step - 2.0) / (2.9 * body)) as usize, random);
            form.canvas.text(left, down, &text, style);
            down += 1.4 * body;
        }
    }
    form.finish()
}

/// The cover of a book or box: colour, shapes, large letters.
fn cover(
    fonts: &Fonts,
    size: [f32; 2],
    scale: f32,
    photograph: Option<&Arc<Raster>>,
    random: &mut impl Rng,
) -> Sheet {
    let mut form = Form::scaled(fonts, "other_document", size, vivid(random), scale);
    let [width, height] = size;
    if let Some(picture) = photograph.filter(|_| random.random_bool(0.6)) {
        let inset = if random.random_bool(0.5) { 0.0 } else { 0.12 * width };
        form.canvas.picture(
            [inset, inset, width - inset, height * random.random_range(0.6..1.0)],
            picture,
        );
    }
    for _ in 0..random.random_range(0..5u8) {
        let centre = [random.random_range(0.0..width), random.random_range(0.0..height)];
        let reach = [0, 1].map(|_| random.random_range(0.05..0.4) * width.min(height));
        let ink = Ink::solid(vivid(random));
        if random.random_bool(0.5) {
            form.canvas.ellipse(centre, reach, ink);
        } else {
            let [x, y] = centre;
            form.canvas.fill([x, y, x + 2.0 * reach[0], y + reach[1]], ink);
        }
    }
    for _ in 0..random.random_range(1..4u8) {
        let body = random.random_range(0.05..0.16) * width.min(height);
        let style = Style::new(Face::SansBold, body, Ink::solid(vivid(random)));
        let at = [random.random_range(0.05..0.4) * width, random.random_range(0.1..0.9) * height];
        form.canvas.text(at[0], at[1], &running(random.random_range(2..6), random), style);
    }
    form.finish()
}
