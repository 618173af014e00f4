//! Milliseconds of the recapture check for a preview frame and a still, on one core, and of the
//! transforms in it alone, which nothing can be faster than.
#![allow(missing_docs, reason = "criterion's macros")]
#![allow(clippy::expect_used, reason = "a bench that cannot go on says so by panicking")]

use std::cell::RefCell;

use bailing_vision::document::Document;
use bailing_vision::recapture::{Recapture, RecaptureDetector};
use bailing_vision::{Frame, Models, PixelFormat, Quad};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use realfft::RealFftPlanner;
use rustfft::FftPlanner;
use rustfft::num_complex::Complex32;

/// An RGBA frame of noise and a raster, in which every tile is worth looking at.
fn screen(width: u32, height: u32) -> Vec<u8> {
    let mut state = 1u32;
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x as f32, y as f32)));
    places
        .flat_map(|(x, y)| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f32::from((state >> 16) as u16) / 4_096.0;
            let raster = 6.0 * (std::f32::consts::TAU * (0.3 * x + 0.02 * y)).sin();
            let luma = (150.0 + raster + noise) as u8;
            [luma, luma, luma, 255]
        })
        .collect()
}

fn run(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("recapture");
    let models = Models::load().expect("networks");
    for (name, width, height) in
        [("640x480", 640, 480), ("1280x720", 1_280, 720), ("4000x3000", 4_000, 3_000)]
    {
        let pixels = screen(width, height);
        let frame = Frame::new(&pixels, width, height, width as usize * 4, PixelFormat::Rgba8)
            .expect("a frame");
        let share = |of: f32, side: u32| of * side as f32;
        let page = Quad::rectangle(
            share(0.3, width),
            share(0.4, height),
            share(0.7, width),
            share(0.9, height),
        );
        let mut detector = RecaptureDetector::new(&models);
        let document = Document::at(page);
        let mut recapture = detector.examine(&frame, &document);
        group.bench_function(format!("{name}, a still"), |bencher| {
            bencher.iter(|| detector.examine_into(&frame, &document, &mut recapture));
        });
        group.bench_function(format!("{name}, a preview's frame, mean"), |bencher| {
            bencher.iter(|| detector.preview_into(&frame, &document, &mut recapture));
        });
        // One frame of each turn looks for moiré, the others ask a network once.
        let detector = RefCell::new((RecaptureDetector::new(&models), Recapture::unknown()));
        let next = || {
            let (detector, recapture) = &mut *detector.borrow_mut();
            detector.preview_into(&frame, &document, recapture);
        };
        group.bench_function(
            format!("{name}, a preview's frame that looks for moiré"),
            |bencher| {
                next();
                bencher.iter_batched(
                    || (1..RecaptureDetector::TURNS).for_each(|_| next()),
                    |()| next(),
                    BatchSize::PerIteration,
                );
            },
        );
    }
    group.bench_function("transforms of one tile", |bencher| {
        const SIDE: usize = 256;
        let rows = RealFftPlanner::<f32>::new().plan_fft_forward(SIDE);
        let columns = FftPlanner::<f32>::new().plan_fft_forward(SIDE);
        let mut row = rows.make_input_vec();
        let mut half = rows.make_output_vec();
        let mut row_scratch = rows.make_scratch_vec();
        let mut lines = vec![Complex32::default(); half.len() * SIDE];
        let mut scratch = vec![Complex32::default(); columns.get_inplace_scratch_len()];
        bencher.iter(|| {
            for _ in 0..SIDE {
                rows.process_with_scratch(&mut row, &mut half, &mut row_scratch).expect("sizes");
            }
            columns.process_with_scratch(&mut lines, &mut scratch);
        });
    });
    group.finish();
}

criterion_group!(benches, run);
criterion_main!(benches);
