//! What displays show: windows, pages, pictures. Units are display pixels.

use std::sync::Arc;

use rand::{Rng, RngExt};

use crate::canvas::{Canvas, Ink, Style};
use crate::colour::{Rgb, decode};
use crate::document::{Sheet, content as invented};
use crate::fonts::{Face, Fonts};
use crate::raster::Raster;
use crate::stock::{any, pick};

/// Colours of an interface.
struct Theme {
    ground: Rgb,
    bar: Rgb,
    text: Rgb,
    accent: Rgb,
}

/// The screen of a computer or a phone of this size, with a sheet or pictures or neither on it;
/// where it is seen from `near`, pictures are shown about pixel by pixel, otherwise larger.
pub(crate) fn interface(
    fonts: &Fonts,
    size: [usize; 2],
    sheets: &[Arc<Sheet>],
    photographs: &[Arc<Raster>],
    near: bool,
    random: &mut impl Rng,
) -> Raster {
    let enlarged = if near { [0.5, 1.5] } else { [1.0, 7.0] };
    let [width, height] = size.map(|side| side as f32);
    let phone = height > width;
    let theme = theme(random);
    let mut canvas = Canvas::new(fonts, [width, height], 1.0, theme.ground);
    let unit = if phone { width / 28.0 } else { height / 56.0 };
    let (sheet, picture) = (any(sheets, random), any(photographs, random));
    // A picture over everything: a film, a gallery, a forger's viewer.
    let full = if near { random.random_range(0..10) } else { random.random_range(1..14) };
    match (full, picture, sheet) {
        (0..=1, Some(_), _) => {
            gallery(&mut canvas, [0.0, 0.0, width, height], photographs, enlarged, random);
            if random.random_bool(0.5) {
                return canvas.into_raster();
            }
        }
        (2, Some(picture), _) => {
            fit(&mut canvas, [0.0, 0.0, width, height], picture, random.random_bool(0.5));
            if random.random_bool(0.5) {
                return canvas.into_raster();
            }
        }
        // A shop's or a search's page: one picture on white, words around it.
        (3..=4, Some(picture), _) => {
            let [x, y] = [random.random_range(0.05..0.4), random.random_range(0.15..0.4)];
            let [wide, high] = [random.random_range(0.3..0.6), random.random_range(0.3..0.55)];
            let area = [x * width, y * height, (x + wide) * width, (y + high) * height];
            fit(&mut canvas, area, picture, true);
            let body = unit * random.random_range(0.8..1.6);
            let style = Style::new(Face::Grotesque, body, Ink::solid(theme.text));
            for line in 0..random.random_range(2..12u8) {
                let (left, down) = if line % 2 == 0 {
                    (x * width, area[3] + body * (1.0 + f32::from(line)))
                } else {
                    (area[2] + 2.0 * unit, area[1] + body * 1.2 * f32::from(line))
                };
                canvas.text(left, down, &invented::latin(4, random), style);
            }
        }
        (5, _, Some(sheet)) => {
            fit(&mut canvas, [0.0, 0.0, width, height], &sheet.face, random.random_bool(0.5));
            if random.random_bool(0.5) {
                return canvas.into_raster();
            }
        }
        _ => {
            let body = [0.02 * width, 4.5 * unit, 0.98 * width, height - 3.0 * unit];
            page(&mut canvas, body, unit, &theme, sheet, (photographs, enlarged), random);
        }
    }
    bars(&mut canvas, [width, height], unit, &theme, random);
    canvas.into_raster()
}

fn theme(random: &mut impl Rng) -> Theme {
    let accent = [0, 1, 2].map(|_| decode(random.random_range(0.1..0.95)));
    if random.random_bool(0.35) {
        let level = decode(random.random_range(0.05..0.2));
        Theme { ground: [level; 3], bar: [level * 1.6; 3], text: [0.75; 3], accent }
    } else {
        let level = decode(random.random_range(0.88..1.0));
        Theme { ground: [level; 3], bar: [level * 0.82; 3], text: [0.02; 3], accent }
    }
}

/// A picture as large as it fits, or cut to fill.
fn fit(
    canvas: &mut Canvas<'_>,
    [left, top, right, bottom]: [f32; 4],
    picture: &Raster,
    fill: bool,
) {
    let (width, height) = (right - left, bottom - top);
    let (across, down) = (width / picture.width() as f32, height / picture.height() as f32);
    let scale = if fill { across.max(down) } else { across.min(down) };
    let (half_width, half_height) =
        (scale * picture.width() as f32 / 2.0, scale * picture.height() as f32 / 2.0);
    let (x, y) = ((left + right) / 2.0, (top + bottom) / 2.0);
    canvas.picture([x - half_width, y - half_height, x + half_width, y + half_height], picture);
}

/// Photographs side by side, as pages and galleries show them.
fn gallery(
    canvas: &mut Canvas<'_>,
    [left, top, right, bottom]: [f32; 4],
    photographs: &[Arc<Raster>],
    [least, most]: [f32; 2],
    random: &mut impl Rng,
) {
    let gap = if random.random_bool(0.5) { 0.0 } else { random.random_range(2.0..16.0) };
    let scale = random.random_range(least..most);
    let mut y = top;
    while y < bottom {
        let mut x = left;
        let mut high = 0f32;
        while x < right {
            let picture = pick(photographs, random);
            let (width, height) = (picture.width() as f32 * scale, picture.height() as f32 * scale);
            // What does not fit is cut off.
            let area = [x, y, x + width, y + height];
            canvas.picture_within(area, [left, top, right, bottom], picture);
            x += width + gap;
            high = high.max(height);
        }
        y += high.max(1.0) + gap;
    }
}

fn bars(
    canvas: &mut Canvas<'_>,
    [width, height]: [f32; 2],
    unit: f32,
    theme: &Theme,
    random: &mut impl Rng,
) {
    let (bar, text, accent) =
        (Ink::solid(theme.bar), Ink::solid(theme.text), Ink::solid(theme.accent));
    canvas.fill([0.0, 0.0, width, 1.6 * unit], bar);
    let style = Style::new(Face::Grotesque, 1.1 * unit, text);
    let tabs = random.random_range(1..9u8);
    for tab in 0..tabs {
        let x = unit + f32::from(tab) * 0.8 * width / f32::from(tabs);
        canvas.fill([x - 0.4 * unit, 0.4 * unit, x - 0.3 * unit, 1.4 * unit], accent);
        canvas.text(x, 0.8 * unit, &invented::latin(1, random), style);
    }
    canvas.fill([0.0, 1.6 * unit, width, 3.8 * unit], Ink::solid(theme.ground));
    canvas.fill([3.0 * unit, 2.0 * unit, 0.8 * width, 3.4 * unit], bar);
    canvas.text(3.6 * unit, 2.7 * unit, &invented::latin(4, random), style);
    for button in 1..4u8 {
        let x = width - f32::from(button) * 2.0 * unit;
        canvas.ellipse([x, 2.7 * unit], [0.5 * unit; 2], if button == 1 { accent } else { text });
    }
    canvas.fill([0.0, height - 2.4 * unit, width, height], bar);
    icons(canvas, [0.3 * width, height - 2.0 * unit], [0.4 * width, 1.5 * unit], random);
    if random.random_bool(0.5) {
        canvas.fill([0.0, 3.8 * unit, width, 5.2 * unit], bar);
        icons(canvas, [unit, 4.0 * unit], [0.7 * width, unit], random);
    }
    // A list at the side.
    if random.random_bool(0.35) {
        let [top, bottom] = [5.2 * unit, height - 2.4 * unit];
        canvas.fill([0.0, top, 0.16 * width, bottom], bar);
        for line in 0..random.random_range(4..20u8) {
            let y = top + unit * (1.0 + 1.8 * f32::from(line));
            if y < bottom - unit {
                canvas.text(unit, y, &invented::latin(2, random), style);
            }
        }
    }
}

/// Small pictures in a row, of this height.
fn icons(
    canvas: &mut Canvas<'_>,
    [left, top]: [f32; 2],
    [wide, high]: [f32; 2],
    random: &mut impl Rng,
) {
    let count = random.random_range(4..16u8);
    for icon in 0..count {
        let x = left + wide * f32::from(icon) / f32::from(count);
        let ink = Ink::solid([0, 1, 2].map(|_| decode(random.random_range(0.1..1.0))));
        if random.random_bool(0.5) {
            canvas.fill([x, top, x + high, top + high], ink);
        } else {
            canvas.ellipse([x + high / 2.0, top + high / 2.0], [high / 2.0; 2], ink);
        }
    }
}

/// A page of text, lists, pictures and buttons.
fn page(
    canvas: &mut Canvas<'_>,
    [left, top, right, bottom]: [f32; 4],
    unit: f32,
    theme: &Theme,
    sheet: Option<&Arc<Sheet>>,
    (photographs, enlarged): (&[Arc<Raster>], [f32; 2]),
    random: &mut impl Rng,
) {
    let mut down = top;
    let body = unit * random.random_range(0.8..1.4);
    while down < bottom - 2.0 * body {
        match random.random_range(0..9) {
            0 => {
                let text = invented::latin(4, random);
                let size = body * random.random_range(1.4..3.0);
                let ink =
                    Ink::solid(if random.random_bool(0.3) { theme.accent } else { theme.text });
                canvas.text(left, down + size, &text, Style::new(Face::SansBold, size, ink));
                down += 2.0 * size;
            }
            1 | 2 => {
                let high = random.random_range(6.0..24.0) * unit;
                let area = [
                    left,
                    down,
                    left + random.random_range(0.3..1.0) * (right - left),
                    (down + high).min(bottom),
                ];
                match (photographs, sheet, random.random_range(0..4)) {
                    ([_, ..], _, 0 | 1) => gallery(canvas, area, photographs, enlarged, random),
                    (_, Some(sheet), 2) => canvas.picture(area, &sheet.face),
                    _ => canvas.fill(area, Ink::solid(theme.accent)),
                }
                down += high + unit;
            }
            3 => {
                let ink = Ink::solid(theme.bar);
                canvas.fill([left, down, right, down + 0.1 * unit], ink);
                down += unit;
            }
            4 => {
                let area = [left, down, left + 8.0 * unit, down + 2.4 * unit];
                canvas.fill(area, Ink::solid(theme.accent));
                let style = Style::new(Face::Grotesque, body, Ink::solid([0.95; 3])).centred();
                canvas.text(
                    left + 4.0 * unit,
                    down + 1.2 * unit,
                    &invented::latin(1, random),
                    style,
                );
                down += 3.4 * unit;
            }
            _ => {
                let style = Style::new(
                    if random.random_bool(0.5) { Face::Grotesque } else { Face::Sans },
                    body,
                    // Code is coloured.
                    Ink::solid(if random.random_bool(0.2) { theme.accent } else { theme.text }),
                );
                for _ in 0..random.random_range(2..8u8) {
                    let width = random.random_range(0.4..1.0) * (right - left);
                    let text = if style.face == Face::Sans {
                        invented::running((width / body) as usize, random)
                    } else {
                        invented::latin((width / (2.9 * body)) as usize, random)
                    };
                    canvas.text(left, down + 0.8 * body, &text, style);
                    down += 1.6 * body;
                    if down > bottom {
                        break;
                    }
                }
                down += body;
            }
        }
    }
}
