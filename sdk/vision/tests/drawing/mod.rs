//! Pictures drawn for the tests: a printed page on a table, and nothing that a camera adds.
#![allow(dead_code, reason = "each test program uses its part")]

use std::sync::LazyLock;

use bailing_vision::{Frame, Models, PixelFormat, Point, Quad};
use image::{Rgb, RgbImage};

/// The networks, planned once a test program.
pub(crate) fn models() -> &'static Models {
    static MODELS: LazyLock<Models> =
        LazyLock::new(|| Models::load().unwrap_or_else(|error| unreachable!("{error}")));
    &MODELS
}

/// Noise that is the same every time: -1..1 for each index.
pub(crate) fn noise(index: u32) -> f32 {
    let mut state = index.wrapping_mul(0x9e37_79b9) ^ 0x85eb_ca6b;
    state = (state ^ (state >> 15)).wrapping_mul(0x2c1b_3c6d);
    state = (state ^ (state >> 12)).wrapping_mul(0x297a_2d39);
    f32::from((state >> 16) as u16) / 32_768.0 - 1.0
}

/// A dark, slightly grained table.
pub(crate) fn table(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let grain = 4.0 * noise(y * width + x);
        Rgb([70.0, 60.0, 52.0].map(|channel: f32| (channel + grain) as u8))
    })
}

/// Puts a pale page with lines of print into the picture.
pub(crate) fn put_page(picture: &mut RgbImage, quad: &Quad) {
    // Strokes of no regular pitch: a raster would be taken for a screen's.
    let print = |x: u32, y: u32| {
        let (line, below) = (y / 24, y % 24);
        let shift = (noise(line) * 40.0 + 40.0) as u32;
        let stroke = noise(line * 977 + (x + shift) / 7) + noise(line * 131 + below / 4 + x / 3);
        below < 11 && stroke > 0.1
    };
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        if quad.contains(Point { x: x as f32 + 0.5, y: y as f32 + 0.5 }) {
            let ink = print(x, y) && quad_margin(quad, x, y) > 40.0;
            let grain = 3.0 * noise(y.wrapping_mul(7919).wrapping_add(x));
            let paper = if ink { [42.0, 40.0, 44.0] } else { [214.0, 212.0, 206.0] };
            *pixel = Rgb(paper.map(|channel: f32| (channel + grain) as u8));
        }
    }
}

/// Distance of a pixel from the nearest side of the page, pixels.
fn quad_margin(quad: &Quad, x: u32, y: u32) -> f32 {
    let (x, y) = (x as f32, y as f32);
    let distances = quad.sides().map(|(a, b)| {
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        (dx * (y - a.y) - dy * (x - a.x)).abs() / dx.hypot(dy)
    });
    distances.into_iter().fold(f32::INFINITY, f32::min)
}

pub(crate) fn quad(corners: [[f32; 2]; 4]) -> Quad {
    Quad { corners: corners.map(Point::from) }
}

/// A page as a phone sees it, a little turned and tilted.
pub(crate) fn tilted_page() -> (RgbImage, Quad) {
    let quad = quad([[180.0, 130.0], [1_090.0, 170.0], [1_130.0, 800.0], [120.0, 770.0]]);
    let mut picture = table(1_280, 960);
    put_page(&mut picture, &quad);
    (picture, quad)
}

pub(crate) fn frame(picture: &RgbImage) -> Frame<'_> {
    let (width, height) = picture.dimensions();
    Frame::new(picture.as_raw(), width, height, width as usize * 3, PixelFormat::Rgb8)
        .unwrap_or_else(|error| unreachable!("{error}"))
}
