//! Milliseconds of the document search for a preview frame and a still, on one core, beside reading
//! every byte once, which is the least that it could be.
#![allow(missing_docs, reason = "criterion's macros")]
#![allow(clippy::expect_used, reason = "a bench that cannot go on says so by panicking")]

#[path = "../tests/drawing/mod.rs"]
mod drawing;

use std::cell::RefCell;
use std::hint::black_box;

use bailing_vision::document::DocumentDetector;
use bailing_vision::{Analyser, Frame, PixelFormat, Subject};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use image::{RgbaImage, imageops};

/// A drawn page on a table, as a preview's RGBA.
fn picture(width: u32, height: u32) -> RgbaImage {
    let (picture, _) = drawing::tilted_page();
    let picture = image::DynamicImage::ImageRgb8(picture).into_rgba8();
    imageops::resize(&picture, width, height, imageops::FilterType::Triangle)
}

fn run(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("document");
    let mut detector = DocumentDetector::new(drawing::models());
    let mut analyser = Analyser::new(drawing::models());
    for (name, width, height) in
        [("640x480", 640, 480), ("1280x720", 1_280, 720), ("4000x3000", 4_000, 3_000)]
    {
        let picture = picture(width, height);
        let stride = width as usize * 4;
        let frame = Frame::new(picture.as_raw(), width, height, stride, PixelFormat::Rgba8)
            .expect("a frame");
        group.bench_function(name, |bencher| bencher.iter(|| detector.detect(&frame)));
        group.bench_function(format!("{name}, with quality"), |bencher| {
            bencher.iter(|| {
                let document = detector.detect(&frame);
                analyser.quality(&frame, &document, Subject::Page)
            });
        });
        group.bench_function(format!("{name}, a preview"), |bencher| {
            bencher.iter(|| {
                let document = detector.follow(&frame);
                analyser.quality(&frame, &document, Subject::Page)
            });
        });
        // Four frames are followed by one in which the network is asked: the slowest of a steady preview.
        let follower = RefCell::new(DocumentDetector::new(drawing::models()));
        let follow = || follower.borrow_mut().follow(&frame);
        follow();
        group.bench_function(format!("{name}, a preview's slowest frame"), |bencher| {
            bencher.iter_batched(
                || (0..4).for_each(|_| _ = black_box(follow())),
                |()| {
                    let document = follow();
                    analyser.quality(&frame, &document, Subject::Page)
                },
                BatchSize::PerIteration,
            );
        });
        group.bench_function(format!("{name}, every byte once"), |bencher| {
            bencher.iter(|| picture.as_raw().iter().map(|byte| u64::from(*byte)).sum::<u64>());
        });
    }
    group.finish();
}

criterion_group!(benches, run);
criterion_main!(benches);
