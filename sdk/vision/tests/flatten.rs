//! Light made even: what is paper becomes alike, and what is on it stays.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod drawing;

use bailing_vision::Quad;
use bailing_vision::document::flatten;
use image::{Rgb, RgbImage};
use proptest::prelude::*;

use drawing::put_page;

const SIZE: [u32; 2] = [1_000, 1_400];

/// A page of print that fills its picture.
fn page() -> RgbImage {
    let mut picture = RgbImage::new(SIZE[0], SIZE[1]);
    put_page(&mut picture, &Quad::rectangle(-1.0, -1.0, 1_001.0, 1_401.0));
    picture
}

fn lit(page: &RgbImage, light: impl Fn(f32, f32) -> f32) -> RgbImage {
    let mut picture = page.clone();
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let light = light(x as f32 / SIZE[0] as f32, y as f32 / SIZE[1] as f32);
        pixel.0 = pixel.0.map(|value| (f32::from(value) * light) as u8);
    }
    picture
}

/// Half the light behind a soft slanted edge, and a slope over the page.
fn shade(x: f32, y: f32) -> f32 {
    let edge = ((x + 0.3 * y - 0.6) / 0.08).clamp(-1.0, 1.0);
    (0.75 + 0.25 * edge) * (1.0 - 0.25 * y)
}

/// The 5th and 95th percentile of the paper's luma and the median of the ink's, as `page` has them.
fn levels(picture: &RgbImage, page: &RgbImage) -> [u8; 3] {
    let of = |kind: fn(u8) -> bool, share: f32| {
        let pairs = picture.pixels().zip(page.pixels());
        let chosen = pairs.filter(|(_, original)| kind(original.0[1]));
        let mut values: Vec<u8> = chosen.map(|(pixel, _)| pixel.0[1]).collect();
        values.sort_unstable();
        values[(values.len() as f32 * share) as usize]
    };
    [of(|value| value > 180, 0.05), of(|value| value > 180, 0.95), of(|value| value < 80, 0.5)]
}

fn largest_change(one: &RgbImage, other: &RgbImage) -> u8 {
    one.iter().zip(other.iter()).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
}

/// A disc of a colour.
fn disc(picture: &mut RgbImage, colour: [u8; 3], radius: f32) {
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        if (x as f32 - 600.0).hypot(y as f32 - 900.0) < radius {
            *pixel = Rgb(colour);
        }
    }
}

#[test]
fn a_shaded_page_becomes_even_and_its_print_stays() {
    let page = page();
    let shaded = lit(&page, shade);
    let flat = flatten(&shaded);
    let [before, after] = [levels(&shaded, &page), levels(&flat, &page)];
    assert!(before[1] - before[0] > 90, "{before:?}");
    assert!(after[1] - after[0] < 14, "{after:?}");
    // Print is five times darker than paper, in the shadow too.
    let contrast = f32::from(after[2]) / f32::from(after[0]);
    assert!(contrast < 0.25, "{contrast}");
}

#[test]
fn even_light_is_left_and_twice_is_once() {
    let page = page();
    let once = flatten(&page);
    assert!(largest_change(&page, &once) < 8, "{}", largest_change(&page, &once));
    let flat = flatten(&lit(&page, shade));
    let again = flatten(&flat);
    let changed = flat.iter().zip(again.iter()).map(|(a, b)| f32::from(a.abs_diff(*b)));
    let mean = changed.sum::<f32>() / (flat.len() as f32);
    assert!(mean < 1.0 && largest_change(&flat, &again) < 8, "{mean}");
}

#[test]
fn seals_and_coloured_print_keep_their_hue() {
    for colour in [[200, 40, 45], [40, 70, 170], [250, 190, 60]] {
        let mut page = page();
        disc(&mut page, colour, 160.0);
        let flat = flatten(&lit(&page, shade));
        let inside = flat.get_pixel(600, 900).0;
        let share = |colour: [u8; 3]| {
            let sum = colour.iter().map(|value| f32::from(*value)).sum::<f32>();
            colour.map(|value| f32::from(value) / sum)
        };
        let (before, after) = (share(colour), share(inside));
        assert!(before.iter().zip(after).all(|(a, b)| (a - b).abs() < 0.02), "{inside:?}");
        // And as dark beside the paper as it was.
        let kept = f32::from(inside[0]) / f32::from(colour[0]);
        assert!((0.85..1.15).contains(&kept), "{colour:?} became {inside:?}");
    }
}

#[test]
fn pictures_and_dark_covers_are_left() {
    // A grey picture on the page, a gradient in itself.
    let mut with_picture = page();
    for (x, y, pixel) in with_picture.enumerate_pixels_mut() {
        if (200..700).contains(&x) && (300..800).contains(&y) {
            *pixel = Rgb([(40 + (x - 200) / 6) as u8; 3]);
        }
    }
    let flat = flatten(&with_picture);
    assert!(largest_change(&with_picture, &flat) < 10, "{}", largest_change(&with_picture, &flat));
    let mut cover = RgbImage::from_pixel(SIZE[0], SIZE[1], Rgb([40, 42, 60]));
    disc(&mut cover, [230, 225, 210], 150.0);
    let flat = flatten(&cover);
    for (before, after) in cover.iter().zip(flat.iter()) {
        // The label's rim is the brightest there is, and comes down a little.
        let most = if *before < 100 { 5 } else { 20 };
        assert!(before.abs_diff(*after) < most, "{before} became {after}");
    }
}

#[test]
fn the_table_beside_the_page_changes_nothing() {
    let mut page = page();
    let mut shaded = lit(&page, shade);
    for (x, y, pixel) in shaded.enumerate_pixels_mut() {
        if x < 25 || y > 1_370 {
            *pixel = Rgb([60, 50, 40]);
            // Neither paper nor ink to `levels`.
            page.put_pixel(x, y, Rgb([128; 3]));
        }
    }
    let [low, high, _] = levels(&flatten(&shaded), &page);
    assert!(high - low < 14, "{low}..{high}");
}

proptest! {
    #[test]
    fn no_picture_stops_it(
        width in 0u32..70,
        height in 0u32..70,
        seed in any::<u32>(),
        fill in prop::option::of(any::<u8>()),
    ) {
        let value = |x: u32, y: u32| (seed ^ (y * 70 + x)).wrapping_mul(2_654_435_761) >> 24;
        let picture = RgbImage::from_fn(width, height, |x, y| {
            Rgb([fill.unwrap_or(value(x, y) as u8); 3])
        });
        let flat = flatten(&picture);
        prop_assert_eq!(flat.dimensions(), (width, height));
        if fill.is_some() {
            prop_assert_eq!(flat, picture);
        }
    }
}
