//! From a box to its text: cut out, scale to the reader's height, decode what the reader says.

use bailing_vision::{Homography, Point, Quad};
use image::{Rgb, RgbImage};

/// Height of a strip, pixels: what the recognition model was trained with.
pub(super) const HEIGHT: u32 = 48;

/// Widths of a strip, pixels. Each needs a compiled plan; finer steps pad less and read the same.
pub(super) const WIDTHS: [usize; 7] = [160, 240, 320, 480, 640, 960, 1_280];

/// The line inside `quad`, [`HEIGHT`] pixels high; `None` where the quad has no area.
pub(super) fn strip(page: &RgbImage, quad: &Quad) -> Option<RgbImage> {
    let [along, across, ..] = quad.sides().map(|(from, to)| from.distance(to));
    if along < 2.0 || across < 2.0 {
        return None;
    }
    let widest = WIDTHS.last().copied().unwrap_or_default() as f32;
    let width = (along / across * HEIGHT as f32).clamp(8.0, widest);
    let strip = Quad::rectangle(0.0, 0.0, width, HEIGHT as f32);
    let to_page = Homography::between(&strip, quad)?;
    Some(RgbImage::from_fn(width as u32, HEIGHT, |x, y| {
        let place = to_page.map(Point { x: x as f32 + 0.5, y: y as f32 + 0.5 });
        Rgb(bilinear(page, place.x - 0.5, place.y - 0.5))
    }))
}

/// The narrowest of [`WIDTHS`] that holds a strip.
pub(super) fn width(strip: &RgbImage) -> usize {
    let wanted = strip.width() as usize;
    let last = WIDTHS.last().copied().unwrap_or_default();
    WIDTHS.into_iter().find(|width| *width >= wanted).unwrap_or(last)
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

/// Connectionist temporal classification, the best class at each step: repeats and "nothing" (class
/// 0) drop out. Gives the text and the mean score of what is left.
pub(super) fn decode(scores: &[f32], classes: usize, characters: &[String]) -> (String, f32) {
    let mut text = String::new();
    let (mut sum, mut count, mut last) = (0.0, 0u32, 0);
    for step in scores.chunks_exact(classes.max(1)) {
        let best = step.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b));
        let Some((class, score)) = best else { continue };
        if class != 0 && class != last {
            text.push_str(characters.get(class).map_or("", String::as_str));
            sum += score;
            count += 1;
        }
        last = class;
    }
    (text, if count == 0 { 0.0 } else { sum / count as f32 })
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
        let characters = ["", "货", "运", " "].map(str::to_owned);
        let step = |class: usize| {
            let mut scores = [0.0; 4];
            scores[class] = 0.8;
            scores
        };
        let scores = [1, 1, 0, 1, 2, 2, 0].map(step).concat();
        let (text, confidence) = decode(&scores, 4, &characters);
        assert_eq!(text, "货货运");
        assert!((confidence - 0.8).abs() < 1e-6);
        assert_eq!(decode(&[], 0, &characters), (String::new(), 0.0));
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
        assert_eq!(width(&strip), 320);
    }
}
