//! A page of 12 MP laid flat and its light made even, against plain copies of the same pixels.
#![allow(clippy::expect_used, reason = "a bench that cannot go on says so by panicking")]
#![allow(missing_docs, reason = "criterion writes main")]

use std::hint::black_box;

use bailing_vision::document::{Aspect, flatten, rectify};
use bailing_vision::{Frame, PixelFormat, Point, Quad};
use criterion::{Criterion, criterion_group, criterion_main};
use image::RgbImage;

const WIDTH: u32 = 4_000;
const HEIGHT: u32 = 3_000;

/// The least that a picture of the same size costs: one pixel of the frame for each, unfiltered, the
/// homography's division left out.
fn copy(pixels: &[u8], quad: &Quad, width: u32, height: u32) -> RgbImage {
    let [left, top, right, bottom] = quad.bounds();
    let steps = [(right - left) / width as f32, (bottom - top) / height as f32];
    let mut picture = RgbImage::new(width, height);
    for (y, row) in picture.chunks_exact_mut(width as usize * 3).enumerate() {
        let line = (top + y as f32 * steps[1]) as usize * WIDTH as usize;
        for (x, pixel) in row.chunks_exact_mut(3).enumerate() {
            let start = (line + (left + x as f32 * steps[0]) as usize) * 3;
            pixel.copy_from_slice(&pixels[start..start + 3]);
        }
    }
    picture
}

fn lay_flat(criterion: &mut Criterion) {
    let noise = (0u32..).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8);
    let pixels: Vec<u8> = noise.take((WIDTH * HEIGHT * 3) as usize).collect();
    let frame =
        Frame::new(&pixels, WIDTH, HEIGHT, WIDTH as usize * 3, PixelFormat::Rgb8).expect("a frame");
    let corners = [[60.0, 40.0], [3_950.0, 90.0], [3_900.0, 2_970.0], [20.0, 2_900.0]];
    let quad = Quad { corners: corners.map(Point::from) };

    let mut group = criterion.benchmark_group("page of 12 MP");
    for side in [1_600, 2_400, 4_000] {
        let page = rectify(&frame, &quad, side).expect("a page").picture;
        let (width, height) = page.dimensions();
        group.bench_function(format!("laid flat, {side} pixels"), |bencher| {
            bencher.iter(|| rectify(black_box(&frame), &quad, side));
        });
        group.bench_function(format!("bare copy, {side} pixels"), |bencher| {
            bencher.iter(|| copy(black_box(&pixels), &quad, width, height));
        });
        group.bench_function(format!("light made even, {side} pixels"), |bencher| {
            bencher.iter(|| flatten(black_box(&page)));
        });
    }
    group.bench_function("shape alone", |bencher| {
        bencher.iter(|| Aspect::recover(black_box(&quad), WIDTH, HEIGHT));
    });
    group.finish();
}

criterion_group!(benches, lay_flat);
criterion_main!(benches);
