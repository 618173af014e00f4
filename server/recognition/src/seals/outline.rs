//! Where seals are: rings by their edges, squares and what else ink outlines by its connected pieces.

use image::imageops::{self, FilterType};
use image::{GrayImage, Luma, RgbImage};
use imageproc::distance_transform::Norm;
use imageproc::morphology::dilate;
use imageproc::region_labelling::{Connectivity, connected_components};

use super::ink::Paper;
use super::ring::{self, Ring};
use super::{Colour, Outline, Shape};

/// Longer side of what is looked at, pixels: a company's seal on A4 is some 120 wide.
const SIDE: u32 = 900;

/// From how much ink on a seal's pieces are followed, of 255 ([`Paper::ink`]): any, and those over red print.
/// From 16 on, the white around a square code on yellow paper is red.
const INK: [u8; 2] = [40, 90];

/// The same within a ring, whose outline says more than its colour does.
const PALE_INK: u8 = 12;

/// A seal's longer side as a share of the page's: 18 mm on A4 to 40 mm on a card.
const SIZE: std::ops::RangeInclusive<f32> = 0.045..=0.42;

/// Its shorter side as a share of its longer one: an invoice's oval has 0.75.
const SLENDEREST: f32 = 0.55;

/// The same from which it is round: perspective and bent paper take a little.
const ROUND: f32 = 0.88;

/// The same from which it is square: two or three lines of red print fill their box as well.
const SQUARE: f32 = 0.78;

/// Share of a square's outline that is inked, at least: text and folds break a little; a character of a title
/// that fills its square has up to 0.81.
const OUTLINED: f32 = 0.84;

/// The same of a ring whose edges are too rough to be followed.
const RING_OUTLINED: f32 = 0.95;

/// How closely edges follow a ring all around, at least. On 16 real pages and 9 samples 35 seals have 0.69 and
/// more, all but four of them 0.82; circles that text and emblems happen to form have up to 0.60.
const RING: f32 = 0.6;

/// The same from which it is looked for before squares.
const SURE_RING: f32 = 0.8;

/// Share of the box that is inked: less is a frame of a form, more a picture or the national emblem
/// (0.70 to 0.85 on licences, where seals have 0.11 to 0.35).
const FILLED: std::ops::RangeInclusive<f32> = 0.07..=0.6;

/// Thickness of the outline that is looked along, a share of the half axis.
const RIM: f32 = 0.14;

/// Pixels that ink is grown by on each side to bridge the strokes of text: at this size they are 2 to 5 wide.
const GROWN: u8 = 3;

/// Places along the outline.
const PLACES: u32 = 96;

/// Every seal of a page, the surest first.
pub(super) fn find(page: &RgbImage) -> Vec<Outline> {
    let longer = page.width().max(page.height());
    if longer == 0 {
        return Vec::new();
    }
    let scale = (SIDE as f32 / longer as f32).min(1.0);
    let [width, height] =
        [page.width(), page.height()].map(|side| ((side as f32 * scale) as u32).max(1));
    let small = imageops::resize(page, width, height, FilterType::Triangle);
    let paper = Paper::of(&small);
    let mut seals: Vec<Outline> = Vec::new();
    for colour in [Colour::Red, Colour::Blue] {
        let (ink, tinted) = (paper.ink(&small, colour, false), paper.ink(&small, colour, true));
        // A shadow is pale and blue.
        let least = INK.iter().skip(usize::from(colour == Colour::Blue));
        let mut pieces: Vec<_> = least
            .flat_map(|least| outlines(&above(&ink, *least), &above(&tinted, *least)))
            .collect();
        pieces.sort_by(|(_, a, _), (_, b, _)| b.total_cmp(a));
        let pieces = pieces.into_iter().map(|(shape, seen, [left, top, right, bottom])| Outline {
            shape,
            colour,
            centre: [f32::midpoint(left, right), f32::midpoint(top, bottom)],
            radii: [(right - left) / 2.0, (bottom - top) / 2.0],
            seen,
        });
        let rings = rings(&ink, &above(&tinted, PALE_INK));
        let (sure, unsure): (Vec<&Ring>, Vec<&Ring>) =
            rings.iter().partition(|ring| ring.seen >= SURE_RING);
        let [sure, unsure] =
            [sure, unsure].map(|rings| rings.into_iter().map(|ring| outline(ring, colour)));
        // A circle fits into a square half as well as onto a ring.
        for seal in sure.chain(pieces).chain(unsure) {
            // What lies in a seal, or holds one, is of that seal.
            if !seals.iter().any(|other| other.holds(seal.centre) || seal.holds(other.centre)) {
                seals.push(seal);
            }
        }
    }
    for value in seals.iter_mut().flat_map(|seal| seal.centre.iter_mut().chain(&mut seal.radii)) {
        *value /= scale;
    }
    seals.sort_by(|a, b| b.seen.total_cmp(&a.seen));
    seals
}

fn outline(ring: &Ring, colour: Colour) -> Outline {
    let [across, down] = ring.radii;
    let slender = across.min(down) / across.max(down);
    let shape = if slender > ROUND { Shape::Round } else { Shape::Oval };
    Outline { shape, colour, centre: ring.centre, radii: ring.radii, seen: ring.seen }
}

/// Rings of ink, the surest first; of those about as sure the largest.
fn rings(ink: &GrayImage, tinted: &GrayImage) -> Vec<Ring> {
    let side = ink.width().max(ink.height()) as f32;
    let radii = [SIZE.start() * side / 2.0, SIZE.end() * side / 2.0];
    let is_seal = |ring: &Ring| {
        let ([x, y], [across, down]) = (ring.centre, ring.radii);
        let slender = across.min(down) / across.max(down);
        let bounds = [x - across, y - down, x + across, y + down];
        ring.seen >= RING
            && slender >= SLENDEREST
            && SIZE.contains(&(across.max(down) * 2.0 / side))
            && FILLED.contains(&filled(tinted, bounds))
    };
    let mut rings: Vec<Ring> = ring::rings(ink, radii).into_iter().filter(is_seal).collect();
    rings.sort_by(|a, b| {
        let sure = |ring: &Ring| (ring.seen * 40.0) as u32;
        sure(b).cmp(&sure(a)).then(b.radii[0].total_cmp(&a.radii[0]))
    });
    rings
}

/// Where there is more ink than `least`: 255, else 0.
fn above(ink: &GrayImage, least: u8) -> GrayImage {
    let mut mask = ink.clone();
    for Luma([value]) in mask.pixels_mut() {
        *value = if *value > least { 255 } else { 0 };
    }
    mask
}

/// Shapes that ink outlines: shape, inked share of the outline, and left, top, right, bottom in pixels.
fn outlines(ink: &GrayImage, tinted: &GrayImage) -> Vec<(Shape, f32, [f32; 4])> {
    // What text has broken is grown together again.
    let grown = dilate(ink, Norm::LInf, GROWN);
    let labels = connected_components(&grown, Connectivity::Eight, Luma([0]));
    let mut boxes: Vec<[u32; 4]> = Vec::new();
    for ((x, y, Luma([label])), Luma([inked])) in labels.enumerate_pixels().zip(ink.pixels()) {
        let Some(index) = (*label as usize).checked_sub(1).filter(|_| *inked > 0) else { continue };
        if boxes.len() <= index {
            boxes.resize(index + 1, [u32::MAX, u32::MAX, 0, 0]);
        }
        if let Some([left, top, right, bottom]) = boxes.get_mut(index) {
            (*left, *top) = ((*left).min(x), (*top).min(y));
            (*right, *bottom) = ((*right).max(x + 1), (*bottom).max(y + 1));
        }
    }
    let page = ink.width().max(ink.height()) as f32;
    boxes
        .into_iter()
        .map(|bounds| bounds.map(|border| border as f32))
        .filter(|[left, top, right, bottom]| {
            let (width, height) = (right - left, bottom - top);
            let (shorter, longer) = (width.min(height), width.max(height));
            SIZE.contains(&(longer / page)) && shorter >= longer * SLENDEREST
        })
        .filter_map(|bounds| {
            if !FILLED.contains(&filled(tinted, bounds)) {
                return None;
            }
            let [left, top, right, bottom] = bounds;
            let slender = (right - left).min(bottom - top) / (right - left).max(bottom - top);
            let round = outlined(&grown, bounds, ellipse);
            let squared = whole(ink, bounds);
            let square = outlined(&grown, squared, rectangle);
            match () {
                // Characters fill a square's round, and nothing a ring's corners.
                () if square >= OUTLINED && is_square(squared) => {
                    Some((Shape::Square, square, squared))
                }
                () if round >= RING_OUTLINED => {
                    let shape = if slender > ROUND { Shape::Round } else { Shape::Oval };
                    Some((shape, round, bounds))
                }
                () => None,
            }
        })
        .collect()
}

/// The inked share of what of a box lies on the picture.
fn filled(ink: &GrayImage, [left, top, right, bottom]: [f32; 4]) -> f32 {
    let columns = left as u32..(right as u32).min(ink.width());
    let rows = top as u32..(bottom as u32).min(ink.height());
    let area = (columns.len() * rows.len()).max(1);
    let inked = rows
        .flat_map(|y| columns.clone().map(move |x| (x, y)))
        .filter(|(x, y)| ink.get_pixel_checked(*x, *y).is_some_and(|Luma([value])| *value > 0));
    inked.count() as f32 / area as f32
}

/// The share of an outline's places on the picture that have ink in the rim within them.
fn outlined(
    ink: &GrayImage,
    [left, top, right, bottom]: [f32; 4],
    outline: impl Fn(f32) -> [f32; 2],
) -> f32 {
    let (x, y) = (f32::midpoint(left, right), f32::midpoint(top, bottom));
    let (across, down) = ((right - left) / 2.0, (bottom - top) / 2.0);
    let inked = |place: u32| {
        let [column, row] = outline(place as f32 / PLACES as f32);
        let mut is_shown = false;
        let is_inked = (0..=6).any(|step| {
            let share = 1.0 - RIM * step as f32 / 6.0;
            let (x, y) = (x + column * across * share, y + row * down * share);
            // A cast saturates; the last pixel of the box lies one within its border.
            let pixel = ink.get_pixel_checked((x - 0.5).round() as u32, (y - 0.5).round() as u32);
            is_shown |= pixel.is_some();
            pixel.is_some_and(|Luma([value])| *value > 0)
        });
        is_shown.then_some(is_inked)
    };
    let shown: Vec<bool> = (0..PLACES).filter_map(inked).collect();
    shown.iter().filter(|inked| **inked).count() as f32 / shown.len().max(1) as f32
}

fn is_square([left, top, right, bottom]: [f32; 4]) -> bool {
    let (width, height) = (right - left, bottom - top);
    width.min(height) >= SQUARE * width.max(height)
}

/// A box that a picture's border cuts, as far as a square's would reach over it.
fn whole(ink: &GrayImage, [left, top, right, bottom]: [f32; 4]) -> [f32; 4] {
    const AT_BORDER: f32 = 3.0;
    let (width, height) = (right - left, bottom - top);
    let (across, down) = ((height - width).max(0.0), (width - height).max(0.0));
    match () {
        () if top <= AT_BORDER => [left, top - down, right, bottom],
        () if bottom >= ink.height() as f32 - AT_BORDER => [left, top, right, bottom + down],
        () if left <= AT_BORDER => [left - across, top, right, bottom],
        () if right >= ink.width() as f32 - AT_BORDER => [left, top, right + across, bottom],
        () => [left, top, right, bottom],
    }
}

/// A place on the unit circle.
fn ellipse(turn: f32) -> [f32; 2] {
    let (sine, cosine) = (turn * std::f32::consts::TAU).sin_cos();
    [cosine, sine]
}

/// A place on the border of the square from -1 to 1.
fn rectangle(turn: f32) -> [f32; 2] {
    let side = turn * 4.0;
    let along = side.fract() * 2.0 - 1.0;
    match side as u32 {
        0 => [along, -1.0],
        1 => [1.0, along],
        2 => [-along, 1.0],
        _ => [-1.0, -along],
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use imageproc::drawing::{
        draw_filled_circle_mut, draw_filled_rect_mut, draw_hollow_circle_mut, draw_hollow_rect_mut,
    };
    use imageproc::rect::Rect;

    use super::*;

    const RED: Rgb<u8> = Rgb([200, 40, 50]);
    const BLACK: Rgb<u8> = Rgb([30, 30, 30]);

    fn page() -> RgbImage {
        RgbImage::from_pixel(620, 877, Rgb([246, 243, 232]))
    }

    fn ring(page: &mut RgbImage, (x, y): (i32, i32), radius: i32, colour: Rgb<u8>) {
        for inset in 0..4 {
            draw_hollow_circle_mut(page, (x, y), radius - inset, colour);
        }
        draw_filled_circle_mut(page, (x, y), radius / 4, colour);
    }

    fn found(page: &RgbImage) -> Vec<(Shape, Colour)> {
        let mut found: Vec<_> =
            find(page).into_iter().map(|seal| (seal.shape, seal.colour)).collect();
        found.sort_by_key(|(shape, colour)| (*shape as u8, *colour as u8));
        found
    }

    #[test]
    fn rings_and_squares_are_told_with_their_ink() {
        let mut page = page();
        ring(&mut page, (150, 700), 60, RED);
        ring(&mut page, (450, 700), 60, Rgb([50, 60, 200]));
        for inset in 0..4 {
            let square = Rect::at(300 + inset, 300 + inset)
                .of_size(60 - 2 * inset as u32, 60 - 2 * inset as u32);
            draw_hollow_rect_mut(&mut page, square, RED);
        }
        let expected = [
            (Shape::Round, Colour::Red),
            (Shape::Round, Colour::Blue),
            (Shape::Square, Colour::Red),
        ];
        assert_eq!(found(&page), expected);
    }

    #[test]
    fn text_over_a_seal_does_not_hide_it() {
        let mut page = page();
        ring(&mut page, (300, 600), 60, RED);
        for line in 0..4 {
            draw_filled_rect_mut(&mut page, Rect::at(200, 560 + line * 24).of_size(200, 5), BLACK);
        }
        assert_eq!(found(&page), [(Shape::Round, Colour::Red)]);
    }

    #[test]
    fn emblems_frames_and_red_print_are_no_seals() {
        let mut page = page();
        draw_filled_circle_mut(&mut page, (300, 100), 50, RED);
        draw_hollow_rect_mut(&mut page, Rect::at(20, 20).of_size(580, 830), RED);
        for line in 0..6 {
            draw_filled_rect_mut(&mut page, Rect::at(100, 300 + line * 30).of_size(400, 8), RED);
        }
        ring(&mut page, (450, 700), 60, BLACK);
        assert_eq!(found(&page), []);
    }
}
