//! From a box to its text: cut out, scale to the reader's height, decode what the reader says.

use bailing_vision::{Homography, Point, Quad};
use image::{Rgb, RgbImage};

use super::Character;

/// Height of a strip, pixels: what the recognition model was trained with.
pub(super) const HEIGHT: u32 = 48;

/// Widest strip, pixels: longer lines are squeezed.
pub(super) const WIDEST: u32 = 1_280;

/// The recognition model answers once for so many pixels of a strip.
const STEP: u32 = 8;

/// Least width of what the model is shown, pixels; a shorter strip is padded.
const NARROWEST: u32 = 64;

/// The line inside `quad`, [`HEIGHT`] pixels high; `None` where the quad has no area.
pub(super) fn strip(page: &RgbImage, quad: &Quad) -> Option<RgbImage> {
    let width = length(quad)?;
    let strip = Quad::rectangle(0.0, 0.0, width, HEIGHT as f32);
    let to_page = Homography::between(&strip, quad)?;
    Some(RgbImage::from_fn(width as u32, HEIGHT, |x, y| {
        let place = to_page.map(Point { x: x as f32 + 0.5, y: y as f32 + 0.5 });
        Rgb(bilinear(page, place.x - 0.5, place.y - 0.5))
    }))
}

/// Pixels of a strip that the model has to read for a line.
pub(super) fn columns(quad: &Quad) -> usize {
    length(quad).map_or(0, |length| length as usize)
}

/// Length of a line at the reader's height, pixels; `None` where the quad has no area.
fn length(quad: &Quad) -> Option<f32> {
    let [along, across, ..] = quad.sides().map(|(from, to)| from.distance(to));
    let area = along >= 2.0 && across >= 2.0;
    area.then(|| (along / across * HEIGHT as f32).clamp(STEP as f32, WIDEST as f32))
}

/// Width of what the model is shown of a strip.
pub(super) fn width(strip: &RgbImage) -> usize {
    strip.width().max(NARROWEST).next_multiple_of(STEP) as usize
}

/// Blue, green and red planes of −1..1, padded with zeros to the right and below.
pub(super) fn planes(picture: &RgbImage, rows: usize, columns: usize) -> Vec<f32> {
    let mut values = vec![0.0; 3 * rows * columns];
    for (x, y, Rgb([red, green, blue])) in picture.enumerate_pixels() {
        let place = y as usize * columns + x as usize;
        for (plane, value) in [blue, green, red].into_iter().enumerate() {
            if let Some(out) = values.get_mut(plane * rows * columns + place) {
                *out = f32::from(*value) / 127.5 - 1.0;
            }
        }
    }
    values
}

/// What a strip says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Reading {
    pub(super) text: String,
    /// Mean of the characters'.
    pub(super) confidence: f32,
    pub(super) characters: Vec<Character>,
}

/// Connectionist temporal classification, the best class at each step: repeats and "nothing" (class
/// 0) drop out. `length` is how many steps the strip itself takes; the rest is padding.
pub(super) fn decode(scores: &[f32], classes: usize, alphabet: &[String], length: f32) -> Reading {
    let mut found: Vec<(usize, f32, f32)> = Vec::new();
    let mut last = 0;
    for (at, step) in scores.chunks_exact(classes.max(1)).enumerate() {
        let best = step.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b));
        let Some((class, score)) = best else { continue };
        let at = at as f32 + 0.5;
        match found.last_mut() {
            // A character that takes several steps lies in their middle.
            Some((_, middle, _)) if class == last && class != 0 => *middle += 0.5,
            _ if class != 0 => found.push((class, at, *score)),
            _ => {}
        }
        last = class;
    }
    let mut reading = Reading::default();
    let places: Vec<f32> = found.iter().map(|(_, at, _)| at / length.max(1.0)).collect();
    for (index, (class, _, confidence)) in found.iter().enumerate() {
        let text = alphabet.get(*class).map_or("", String::as_str);
        let between = |a: Option<&f32>, b: Option<&f32>| Some(f32::midpoint(*a?, *b?));
        let at = places.get(index);
        let before = index.checked_sub(1).and_then(|before| places.get(before));
        let from = between(before, at).unwrap_or(0.0);
        let to = between(at, places.get(index + 1)).unwrap_or(1.0);
        let character = Character::new(*confidence, from, to);
        reading.characters.extend(text.chars().map(|_| character));
        reading.text.push_str(text);
        reading.confidence += confidence / found.len() as f32;
    }
    reading
}

fn bilinear(page: &RgbImage, x: f32, y: f32) -> [u8; 3] {
    let (left, top) = (x.floor(), y.floor());
    let (across, down) = (x - left, y - top);
    let at = |x: f32, y: f32| {
        // A cast saturates, so what lies beyond the border reads the border.
        let x = (x.max(0.0) as u32).min(page.width().saturating_sub(1));
        let y = (y.max(0.0) as u32).min(page.height().saturating_sub(1));
        page.get_pixel_checked(x, y).map_or([0; 3], |pixel| pixel.0)
    };
    let corners =
        [at(left, top), at(left + 1.0, top), at(left, top + 1.0), at(left + 1.0, top + 1.0)];
    let weights = [
        (1.0 - across) * (1.0 - down),
        across * (1.0 - down),
        (1.0 - across) * down,
        across * down,
    ];
    let mut mixed = [0.5f32; 3];
    for (corner, weight) in corners.iter().zip(weights) {
        for (sum, value) in mixed.iter_mut().zip(corner) {
            *sum += f32::from(*value) * weight;
        }
    }
    mixed.map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_and_blanks_drop_out() {
        let alphabet = ["", "货", "运", " "].map(str::to_owned);
        let step = |class: usize| {
            let mut scores = [0.0; 4];
            scores[class] = 0.8;
            scores
        };
        let scores = [1, 1, 0, 1, 2, 2, 0, 0].map(step).concat();
        let read = decode(&scores, 4, &alphabet, 8.0);
        assert_eq!(read.text, "货货运");
        assert!((read.confidence - 0.8).abs() < 1e-6);
        let places: Vec<_> = read.characters.iter().map(|c| (c.from, c.to)).collect();
        assert_eq!(places, [(0.0, 0.281), (0.281, 0.531), (0.531, 1.0)]);
        assert_eq!(decode(&[], 0, &alphabet, 0.0), Reading::default());
    }

    #[test]
    fn a_strip_is_cut_along_its_line() {
        let mut page = RgbImage::new(100, 100);
        for x in 20..80 {
            for y in 40..50 {
                page.put_pixel(x, y, Rgb([255; 3]));
            }
        }
        let strip = strip(&page, &Quad::rectangle(20.0, 40.0, 80.0, 50.0)).expect("a strip");
        assert_eq!(strip.dimensions(), (288, HEIGHT));
        assert_eq!(strip.get_pixel(144, 24).0, [255; 3]);
        assert_eq!(width(&strip), 288);
    }
}
