//! Milliseconds of quality for a preview frame and a still, on one core.
#![allow(missing_docs, reason = "criterion's macros")]
#![allow(clippy::expect_used, reason = "a bench that cannot go on says so by panicking")]

use bailing_vision::document::Document;
use bailing_vision::quality::{QualityAssessor, Thresholds};
use bailing_vision::{Frame, PixelFormat, Quad, Subject, Verdict};
use criterion::{Criterion, criterion_group, criterion_main};

/// A printed page that fills most of an RGBA frame.
fn page(width: u32, height: u32) -> (Vec<u8>, Quad) {
    let share = |of: f32, side: u32| of * side as f32;
    let quad = Quad::rectangle(
        share(0.06, width),
        share(0.06, height),
        share(0.94, width),
        share(0.94, height),
    );
    let unit = (height / 100).max(4);
    let pixels = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .flat_map(|(x, y)| {
            let inside = x > width / 17 && x < width - width / 17 && y > height / 17;
            let letter =
                (x / unit).wrapping_mul(2_654_435_761) ^ (y / unit / 2).wrapping_mul(40_503);
            let ink = (y / unit).is_multiple_of(2) && letter.is_multiple_of(3);
            let value = if !inside {
                70
            } else if ink {
                45
            } else {
                212
            };
            [value, value, value, 255]
        })
        .collect();
    (pixels, quad)
}

fn run(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("quality");
    for (name, width, height) in
        [("640x480", 640, 480), ("1280x720", 1_280, 720), ("4000x3000", 4_000, 3_000)]
    {
        let (pixels, quad) = page(width, height);
        let frame = Frame::new(&pixels, width, height, width as usize * 4, PixelFormat::Rgba8)
            .expect("a frame");
        let document = Document::at(quad);
        let mut assessor = QualityAssessor::default();
        let thresholds = Thresholds::default();
        let mut quality =
            bailing_vision::quality::Quality { signals: Vec::new(), verdict: Verdict::Accepted };
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let subject = Subject::Page;
                assessor.assess_into(&frame, &document, subject, &thresholds, &mut quality);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, run);
criterion_main!(benches);
