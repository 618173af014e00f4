//! From the detector's probability map to boxes around lines: differentiable binarisation's
//! post-processing (Liao et al., AAAI 2020), with the constants that the models were published with.

use bailing_vision::{Point, Quad};
use image::{GrayImage, Luma};
use imageproc::contours::{BorderType, find_contours};
use imageproc::distance_transform::Norm;
use imageproc::geometry::min_area_rect;
use imageproc::morphology::dilate;

/// Probability from which a pixel belongs to text.
const PIXEL: f32 = 0.3;

/// Mean probability that a box needs.
const BOX: f32 = 0.5;

/// How far a box grows: the map marks the core of a line only.
const UNCLIP: f32 = 1.6;

/// Boxes thinner than this, in pixels of the map, hold nothing readable.
const LEAST_SIDE: f32 = 3.0;

/// Most boxes read on one page. A dense A4 page has about 150.
const MOST_BOXES: usize = 400;

/// So many places of a box are looked at for its mean probability.
const SAMPLES: [usize; 2] = [96, 16];

/// The lines of a map with `width` values a row, in pixels of the map, the surest first; each quad's first
/// side runs along its line.
pub(super) fn boxes(map: &[f32], width: usize) -> Vec<Quad> {
    let height = map.len() / width.max(1);
    let mut mask = GrayImage::new(width as u32, height as u32);
    for (pixel, probability) in mask.pixels_mut().zip(map) {
        *pixel = Luma([if *probability > PIXEL { 255 } else { 0 }]);
    }
    let mask = dilate(&mask, Norm::LInf, 1);
    let mut found: Vec<(Quad, f32)> = find_contours::<i32>(&mask)
        .into_iter()
        .filter(|contour| contour.border_type == BorderType::Outer && contour.points.len() >= 4)
        .filter_map(|contour| {
            let corners =
                min_area_rect(&contour.points).map(|p| Point { x: p.x as f32, y: p.y as f32 });
            let quad = along_the_line(corners);
            let score = mean(map, width, &quad);
            (score >= BOX).then(|| grow(&quad)).flatten().map(|quad| (quad, score))
        })
        .collect();
    found.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    found.truncate(MOST_BOXES);
    found.into_iter().map(|(quad, _)| quad).collect()
}

/// The corners so that the first side runs along the line, left to right; or down, for a line that
/// runs down.
fn along_the_line(corners: [Point; 4]) -> Quad {
    let mut quad = Quad::sorted(corners);
    let [top, right, ..] = quad.sides().map(|(from, to)| from.distance(to));
    if right > top * 1.5 {
        // A vertical line is read from its top: its right edge becomes the strip's upper one.
        quad.corners.rotate_left(1);
    }
    quad
}

/// Mean probability inside of a quad, on a grid: as much work for a large one as for a small one.
fn mean(map: &[f32], width: usize, quad: &Quad) -> f32 {
    let [a, b, c, d] = quad.corners;
    let between = |from: Point, to: Point, at: f32| Point {
        x: from.x + (to.x - from.x) * at,
        y: from.y + (to.y - from.y) * at,
    };
    let [columns, rows] = SAMPLES;
    let (mut sum, mut count) = (0.0, 0u32);
    for row in 0..rows {
        let down = (row as f32 + 0.5) / rows as f32;
        let (left, right) = (between(a, d, down), between(b, c, down));
        for column in 0..columns {
            let place = between(left, right, (column as f32 + 0.5) / columns as f32);
            let [x, y] = [place.x.round(), place.y.round()].map(|value| value.max(0.0) as usize);
            if let Some(value) = map.get(y * width + x).filter(|_| x < width) {
                sum += value;
                count += 1;
            }
        }
    }
    if count == 0 { 0.0 } else { sum / count as f32 }
}

/// Moves every side outwards by area × [`UNCLIP`] ÷ perimeter; `None` for what is too thin.
fn grow(quad: &Quad) -> Option<Quad> {
    let [along, across, ..] = quad.sides().map(|(from, to)| from.distance(to));
    if along.min(across) < LEAST_SIDE {
        return None;
    }
    let by = along * across * UNCLIP / (2.0 * (along + across));
    let [a, b, _, d] = quad.corners;
    let unit = |from: Point, to: Point, length: f32| {
        [(to.x - from.x) / length * by, (to.y - from.y) / length * by]
    };
    let (forth, down) = (unit(a, b, along), unit(a, d, across));
    let signs = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];
    let mut grown = *quad;
    for (corner, (forth_sign, down_sign)) in grown.corners.iter_mut().zip(signs) {
        corner.x += forth_sign * forth[0] + down_sign * down[0];
        corner.y += forth_sign * forth[1] + down_sign * down[1];
    }
    Some(grown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map_with(rectangles: &[[usize; 4]]) -> Vec<f32> {
        let mut map = vec![0.0; 200 * 100];
        for [left, top, right, bottom] in rectangles {
            for y in *top..*bottom {
                for x in *left..*right {
                    map[y * 200 + x] = 0.9;
                }
            }
        }
        map
    }

    #[test]
    fn each_bar_becomes_a_grown_box() {
        let mut found = boxes(&map_with(&[[20, 10, 120, 22], [40, 50, 150, 64]]), 200);
        found.sort_by(|a, b| a.bounds()[1].total_cmp(&b.bounds()[1]));
        assert_eq!(found.len(), 2);
        let [left, top, right, bottom] = found[0].bounds();
        assert!(left < 15.0 && top < 6.0 && right > 125.0 && bottom > 26.0, "{found:?}");
        assert!(left > 0.0 && right < 140.0);
    }

    #[test]
    fn a_vertical_bar_is_read_downwards() {
        let found = boxes(&map_with(&[[50, 10, 62, 90]]), 200);
        let [first, second, ..] = found[0].corners;
        assert!(second.y > first.y + 50.0, "{found:?}");
    }

    #[test]
    fn faint_or_thin_marks_are_nothing() {
        let mut faint = map_with(&[[20, 10, 120, 22]]);
        faint.iter_mut().for_each(|value| *value *= 0.4);
        assert_eq!(boxes(&faint, 200), []);
        assert_eq!(boxes(&[], 0), []);
        assert_eq!(boxes(&vec![0.0; 400], 20), []);
    }
}
