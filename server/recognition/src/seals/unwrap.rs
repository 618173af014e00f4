//! A seal's text: the ring between its border and its star laid out as a strip, a square seal's rows cut
//! apart, each read by the text engine.

use std::f32::consts::{FRAC_PI_2, TAU};

use bailing_vision::Quad;
use image::imageops::{self, FilterType};
use image::{GrayImage, Luma, RgbImage};

use super::{Outline, Shape};
use crate::fields::is_han;
use crate::ocr::OcrEngine;
use crate::seals::Colour;

/// Height of a strip, pixels: what the reader takes.
const HEIGHT: u32 = 48;

/// The widest strip, pixels.
const WIDEST: f32 = 960.0;

/// Confidence from which no other way of laying the ring out is tried.
const SURE: f32 = 0.97;

/// A name has at least so many characters; fewer are marks that look like some.
const NAME: usize = 4;

/// Length that a text is worth its confidence from: of two ways, the one that shows more of a name.
const WHOLE: f32 = 7.0;

/// A way of laying out a ring.
struct Way {
    /// From where to where the text reaches: shares of the way from the centre to the border.
    band: [f32; 2],
    /// Width of the strip against what keeps the letters' shape: those of a ring are narrow and stand apart.
    stretch: f32,
    /// Whether only what is as coloured as the ink is shown, so that black text over it vanishes.
    separated: bool,
    /// Whether it begins where the ring's text has its widest gap, else at the bottom.
    at_gap: bool,
}

/// What is tried, the likeliest first. Measured in `SEALS.md`.
const WAYS: [Way; 4] = [
    Way { band: [0.95, 0.58], stretch: 0.6, separated: false, at_gap: true },
    Way { band: [0.95, 0.58], stretch: 0.6, separated: true, at_gap: true },
    Way { band: [0.92, 0.62], stretch: 0.8, separated: false, at_gap: false },
    Way { band: [0.90, 0.50], stretch: 0.6, separated: false, at_gap: true },
];

/// What a seal says, and how sure that is, 0..1.
pub(super) fn read(
    page: &RgbImage,
    outline: &Outline,
    engine: &dyn OcrEngine,
) -> (Option<String>, f32) {
    let mut best: (Option<String>, f32, f32) = (None, 0.0, 0.0);
    let separated = Ink::of(page, outline, true);
    let plain = Ink::of(page, outline, false);
    if outline.shape == Shape::Square {
        return square(&plain, engine);
    }
    let gap = gap(&separated);
    for way in &WAYS {
        let ink = if way.separated { &separated } else { &plain };
        let start = if way.at_gap { gap } else { FRAC_PI_2 };
        let strip = strip(ink, way, start);
        let (text, confidence) = line(&strip, engine);
        let length = text.chars().count();
        let worth = confidence * (length as f32 / WHOLE).min(1.0);
        if length >= NAME && worth > best.2 {
            best = (Some(text), confidence, worth);
        }
        if best.1 >= SURE && best.2 >= SURE {
            break;
        }
    }
    (best.0, best.1)
}

/// The name on a strip that is one line, and how sure that is, 0..1.
fn line(strip: &RgbImage, engine: &dyn OcrEngine) -> (String, f32) {
    let whole = Quad::rectangle(0.0, 0.0, strip.width() as f32, strip.height() as f32);
    // An engine that fails here has read the page: the seal is unreadable, no more.
    let read = engine.read(strip, &[whole]).unwrap_or_default().into_iter().next();
    read.map_or((String::new(), 0.0), |line| (named(&line.text), line.confidence))
}

/// The characters of a name: a ring also holds a serial number, stars and dirt.
fn named(text: &str) -> String {
    text.chars().filter(|c| is_han(*c) || matches!(c, '(' | ')' | '（' | '）')).collect()
}

/// How little ink there is, 0 for most: what lies in a seal's box, at the photo's own resolution.
struct Ink {
    picture: GrayImage,
}

impl Ink {
    fn of(page: &RgbImage, outline: &Outline, separated: bool) -> Self {
        // The whole box: of a seal that reaches over the page's edge, paper beyond it.
        let [left, top, right, bottom] = outline.bounds();
        let from = [left.floor() as i64, top.floor() as i64];
        let size = [right - left.floor(), bottom - top.floor()].map(|side| (side as u32).max(1));
        let mut picture = GrayImage::new(size[0], size[1]);
        let (own, other) = match outline.colour {
            Colour::Red => (0, [1, 2]),
            Colour::Blue => (2, [0, 1]),
        };
        for (x, y, into) in picture.enumerate_pixels_mut() {
            let at = [from[0] + i64::from(x), from[1] + i64::from(y)].map(u32::try_from);
            let pixel = match at {
                [Ok(x), Ok(y)] => page.get_pixel_checked(x, y),
                _ => None,
            };
            let Some(pixel) = pixel else {
                into.0 = [255];
                continue;
            };
            let value = |channel: usize| pixel.0.get(channel).copied().unwrap_or_default();
            // Where a red seal's ink is, green light is missing; blue's lacks red.
            let missing = value(if own == 0 { 1 } else { 0 });
            let excess = value(own).saturating_sub(other.map(value).into_iter().max().unwrap_or(0));
            into.0 = [if separated { 255 - excess } else { missing }];
        }
        stretch(&mut picture);
        Self { picture }
    }

    /// Bilinear, at shares of the half axes from the centre.
    fn at(&self, across: f32, down: f32) -> u8 {
        let (width, height) = (self.picture.width() as f32, self.picture.height() as f32);
        let (x, y) = ((across + 1.0) * width / 2.0 - 0.5, (down + 1.0) * height / 2.0 - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let pixel = |x: f32, y: f32| {
            // A cast saturates, so what lies beyond the border reads the border.
            let x = (x.max(0.0) as u32).min(self.picture.width() - 1);
            let y = (y.max(0.0) as u32).min(self.picture.height() - 1);
            self.picture.get_pixel_checked(x, y).map_or(255.0, |Luma([value])| f32::from(*value))
        };
        let (right, below) = (x - left, y - top);
        let upper = pixel(left, top) * (1.0 - right) + pixel(left + 1.0, top) * right;
        let lower = pixel(left, top + 1.0) * (1.0 - right) + pixel(left + 1.0, top + 1.0) * right;
        (upper * (1.0 - below) + lower * below) as u8
    }
}

/// Paper white and ink black.
fn stretch(picture: &mut GrayImage) {
    let mut values: Vec<u8> = picture.pixels().map(|Luma([value])| *value).collect();
    values.sort_unstable();
    let at = |share: f32| {
        let index = (values.len() as f32 * share) as usize;
        values.get(index.min(values.len().saturating_sub(1))).copied().map_or(0.0, f32::from)
    };
    let (dark, light) = (at(0.03), at(0.75));
    let span = (light - dark).max(16.0);
    for Luma([value]) in picture.pixels_mut() {
        *value = ((f32::from(*value) - dark) / span * 255.0) as u8;
    }
}

/// The direction of the middle of the ring's widest stretch without text.
fn gap(ink: &Ink) -> f32 {
    const STEPS: usize = 180;
    let inked: Vec<f32> = (0..STEPS)
        .map(|step| {
            let (sine, cosine) = (step as f32 / STEPS as f32 * TAU).sin_cos();
            let along = (0..8).map(|part| 0.68 + 0.03 * part as f32);
            along.map(|share| 255.0 - f32::from(ink.at(cosine * share, sine * share))).sum()
        })
        .collect();
    // The emptiest 50 degrees; where several are as empty, the one nearest to the bottom.
    let window = STEPS * 50 / 360;
    let around = |step: usize| {
        let within = (0..window).map(|by| inked.get((step + by) % STEPS).copied().unwrap_or(0.0));
        within.sum::<f32>()
    };
    let middle = |step: usize| ((step + window / 2) % STEPS) as f32 / STEPS as f32 * TAU;
    let from_bottom = |step: usize| {
        (middle(step) - FRAC_PI_2).sin().abs().max(0.0)
            + if (middle(step) - FRAC_PI_2).cos() < 0.0 { 1.0 } else { 0.0 }
    };
    let full = inked.iter().sum::<f32>() / STEPS as f32 * window as f32;
    let worth = |step: &usize| around(*step) + 0.15 * full * from_bottom(*step);
    let Some(best) = (0..STEPS).min_by(|a, b| worth(a).total_cmp(&worth(b))) else {
        return FRAC_PI_2;
    };
    // As far as it is empty on either side.
    let is_empty =
        |step: usize| inked.get(step % STEPS).is_some_and(|ink| ink * 5.0 < full / window as f32);
    let before = (1..STEPS).take_while(|by| is_empty(best + STEPS - by)).count();
    let behind = (0..STEPS).take_while(|by| is_empty(best + window + by)).count();
    middle(best) + (behind as f32 - before as f32) / 2.0 / STEPS as f32 * TAU
}

/// The ring as a strip, clockwise from `start`, outside up.
fn strip(ink: &Ink, way: &Way, start: f32) -> RgbImage {
    let [outer, inner] = way.band;
    let (across, down) = (ink.picture.width() as f32 / 2.0, ink.picture.height() as f32 / 2.0);
    let shorter = across.min(down).max(1.0);
    // An ellipse's ring is as wide everywhere as where it is narrowest.
    let middle = f32::midpoint(outer, inner);
    let perimeter = TAU * ((across * across + down * down) / 2.0).sqrt() * middle;
    let width = perimeter / ((outer - inner) * shorter) * HEIGHT as f32 * way.stretch;
    let width = width.clamp(HEIGHT as f32, WIDEST) as u32;
    let turns = along(across, down, start, width);
    RgbImage::from_fn(width, HEIGHT, |x, y| {
        let (sine, cosine) = turns.get(x as usize).copied().unwrap_or(start).sin_cos();
        let share = outer + (inner - outer) * (y as f32 + 0.5) / HEIGHT as f32;
        // Inwards along the outline's normal.
        let (nx, ny) = (cosine * down, sine * across);
        let length = nx.hypot(ny).max(1e-6);
        let inwards = (1.0 - share) * shorter;
        let at = [cosine - nx / length * inwards / across, sine - ny / length * inwards / down];
        image::Rgb([ink.at(at[0], at[1]); 3])
    })
}

/// Directions from `start` once around, at equal steps along the outline.
fn along(across: f32, down: f32, start: f32, count: u32) -> Vec<f32> {
    const FINE: u32 = 720;
    let turn = |step: u32| start + TAU * step as f32 / FINE as f32;
    let mut lengths = Vec::with_capacity(FINE as usize + 1);
    let mut length = 0.0;
    for step in 0..=FINE {
        lengths.push((turn(step), length));
        let (sine, cosine) = turn(step).sin_cos();
        length += (across * sine).hypot(down * cosine);
    }
    let whole = lengths.last().map_or(1.0, |(_, length)| *length).max(1e-6);
    let mut passed = lengths.into_iter().peekable();
    let mut last = start;
    (0..count)
        .map(|step| {
            let wanted = whole * (step as f32 + 0.5) / count as f32;
            while let Some((turn, _)) = passed.next_if(|(_, length)| *length <= wanted) {
                last = turn;
            }
            last
        })
        .collect()
}

/// A square seal's rows, read one by one.
fn square(ink: &Ink, engine: &dyn OcrEngine) -> (Option<String>, f32) {
    let picture = &ink.picture;
    let rows = rows(picture);
    let (width, height) = (picture.width(), picture.height());
    let margin = width / 12;
    let mut read: Vec<(String, f32)> = Vec::new();
    for [top, bottom] in rows {
        let row = imageops::crop_imm(
            picture,
            margin,
            top.min(height - 1),
            (width - 2 * margin).max(1),
            bottom.saturating_sub(top).max(1),
        )
        .to_image();
        let wide = row.width() as f32 / row.height() as f32 * HEIGHT as f32;
        let wide = wide.clamp(24.0, WIDEST) as u32;
        let row = imageops::resize(&row, wide, HEIGHT, FilterType::Triangle);
        let row = RgbImage::from_fn(row.width(), row.height(), |x, y| {
            let value = row.get_pixel_checked(x, y).map_or(255, |Luma([value])| *value);
            image::Rgb([value; 3])
        });
        read.push(line(&row, engine));
    }
    let letters: usize = read.iter().map(|(text, _)| text.chars().count()).sum();
    if letters < NAME {
        return (None, 0.0);
    }
    let confidence =
        read.iter().map(|(_, confidence)| *confidence).sum::<f32>() / read.len() as f32;
    let rows: Vec<String> = read.into_iter().map(|(text, _)| text).collect();
    (Some(in_order(&rows)), confidence)
}

/// Rows from the top, or columns from the right: old forms are written so, and end as a seal's text does.
fn in_order(rows: &[String]) -> String {
    const ENDS: &str = "章印局队处所司";
    let across = rows.concat();
    let rows: Vec<Vec<char>> = rows.iter().map(|row| row.chars().collect()).collect();
    let columns = rows.first().map_or(0, Vec::len);
    if rows.iter().any(|row| row.len() != columns) || across.ends_with(|c| ENDS.contains(c)) {
        return across;
    }
    let down: String = (0..columns)
        .rev()
        .flat_map(|column| rows.iter().filter_map(move |row| row.get(column)))
        .collect();
    if down.ends_with(|c| ENDS.contains(c)) { down } else { across }
}

/// Tops and bottoms of two to four rows: the division whose lines meet the least ink.
fn rows(picture: &GrayImage) -> Vec<[u32; 2]> {
    let (width, height) = (picture.width(), picture.height());
    let inset = height / 12;
    let inked = |y: u32| -> f32 {
        let row = (width / 8..width - width / 8)
            .filter_map(|x| picture.get_pixel_checked(x, y.min(height - 1)));
        row.map(|Luma([value])| 255.0 - f32::from(*value)).sum()
    };
    let inner = (height - 2 * inset).max(1);
    let border = |row: u32, of: u32| inset + inner * row / of;
    let cost = |of: &u32| {
        let lines = (1..*of).map(|row| {
            let at = border(row, *of);
            (at.saturating_sub(1)..=at + 1).map(inked).fold(f32::INFINITY, f32::min)
        });
        lines.sum::<f32>() / (*of - 1) as f32
    };
    let best = (2..=4u32).min_by(|a, b| cost(a).total_cmp(&cost(b))).unwrap_or(2);
    (0..best).map(|row| [border(row, best), border(row + 1, best)]).collect()
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use imageproc::drawing::{draw_filled_circle_mut, draw_filled_rect_mut};
    use imageproc::rect::Rect;

    use super::*;

    /// A ring of letters with a gap of 70 degrees about a direction.
    fn seal(gap: f32) -> (RgbImage, Outline) {
        let (red, white) = (Rgb([200, 40, 50]), Rgb([250, 250, 245]));
        let mut page = RgbImage::from_pixel(240, 240, white);
        draw_filled_circle_mut(&mut page, (120, 120), 100, red);
        draw_filled_circle_mut(&mut page, (120, 120), 95, white);
        for letter in 0..12 {
            let turn = gap + (35.0 + 290.0 * (letter as f32 + 0.5) / 12.0).to_radians();
            let at = [turn.cos(), turn.sin()].map(|share| (120.0 + 78.0 * share) as i32 - 6);
            draw_filled_rect_mut(&mut page, Rect::at(at[0], at[1]).of_size(12, 12), red);
        }
        let (shape, colour) = (Shape::Round, Colour::Red);
        (page, Outline { shape, colour, centre: [120.0; 2], radii: [100.0; 2], seen: 1.0 })
    }

    #[test]
    fn a_ring_begins_at_its_gap_however_the_seal_is_turned() {
        for turned in [0.3, 1.2, FRAC_PI_2, 2.4, 3.5, 5.0] {
            let (page, outline) = seal(turned);
            let found = gap(&Ink::of(&page, &outline, true));
            let off = (found - turned).rem_euclid(TAU);
            assert!(off.min(TAU - off) < 0.2, "{turned}: {found}");
        }
    }

    #[test]
    fn a_strip_shows_every_letter_once() {
        let (page, outline) = seal(FRAC_PI_2);
        let ink = Ink::of(&page, &outline, true);
        let strip = strip(&ink, &WAYS[1], gap(&ink));
        assert_eq!(strip.height(), HEIGHT);
        let dark: Vec<bool> =
            (0..strip.width()).map(|x| strip.get_pixel(x, HEIGHT / 2).0[0] < 128).collect();
        let letters = dark.windows(2).filter(|pair| !pair[0] && pair[1]).count();
        assert_eq!(letters, 12);
    }

    #[test]
    fn black_text_over_a_seal_vanishes_from_its_ink() {
        let (mut page, outline) = seal(FRAC_PI_2);
        draw_filled_rect_mut(&mut page, Rect::at(20, 116).of_size(200, 8), Rgb([20, 20, 22]));
        let separated = Ink::of(&page, &outline, true);
        assert!(separated.at(0.0, 0.0) > 200, "{}", separated.at(0.0, 0.0));
        assert!(Ink::of(&page, &outline, false).at(0.0, 0.0) < 60);
    }

    #[test]
    fn a_square_is_read_in_the_order_that_ends_as_seals_do() {
        let rows = |rows: [&str; 2]| in_order(&rows.map(str::to_owned));
        assert_eq!(rows(["云溪", "之印"]), "云溪之印");
        assert_eq!(rows(["之云", "印溪"]), "云溪之印");
        assert_eq!(rows(["云", "溪市"]), "云溪市");
    }
}
