//! From a still of 12 megapixels to a signed bundle, on one core: milliseconds, and the memory that it
//! takes beyond what the session held before. Wanted are 400 ms and 120 MB at most.
//!
//! Beside it what nothing can be faster than: decoding the JPEG and hashing its pixels.
#![allow(missing_docs, reason = "criterion's macros")]
#![allow(clippy::expect_used, reason = "a bench that cannot go on says so by panicking")]
#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

#[path = "../tests/enrolled/mod.rs"]
mod enrolled;

use std::cell::RefCell;

use bailing_capture::{Clock, Config, Mode, Models, Outcome, Session, Task};
use bailing_evidence::digest;
use bailing_vision::still::Still;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use image::codecs::jpeg::JpegEncoder;
use image::{ImageEncoder, Rgb, RgbImage};

/// A clock that stands.
struct Standing;

impl Clock for Standing {
    fn monotonic_ns(&self) -> u64 {
        5
    }

    fn unix_seconds(&self) -> i64 {
        enrolled::NOW
    }
}

/// EXIF that says how phones' stills lie: orientation 6, to be turned to the right (JEITA CP-3451 §4.6.4).
const TURNED: &[u8] = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";

/// A printed page on a table, grained as a sensor's picture is, as a phone's JPEG: 4,000 × 3,000, on its side.
fn still() -> Vec<u8> {
    let hash = |index: u32| {
        let state = index.wrapping_mul(0x9e37_79b9) ^ 0x85eb_ca6b;
        let state = (state ^ (state >> 15)).wrapping_mul(0x2c1b_3c6d);
        (state ^ (state >> 12)).wrapping_mul(0x297a_2d39) >> 16
    };
    let picture = RgbImage::from_fn(4_000, 3_000, |x, y| {
        let grain = hash(y * 4_000 + x) % 9;
        let on_page = (500..3_500).contains(&x) && (300..2_700).contains(&y);
        let in_text = (700..3_300).contains(&x) && (500..2_500).contains(&y);
        let is_ink = in_text && y % 60 < 28 && hash((y / 60) * 977 + x / 14) % 3 > 0;
        let base = match (on_page, is_ink) {
            (false, _) => [70, 60, 52],
            (true, true) => [42, 40, 44],
            (true, false) => [214, 212, 206],
        };
        Rgb(base.map(|channel: u32| (channel + grain) as u8))
    });
    let mut jpeg = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, 95);
    encoder.set_exif_metadata(TURNED.to_vec()).expect("EXIF");
    encoder.encode_image(&picture).expect("a JPEG");
    jpeg
}

fn config() -> Config {
    Config {
        server_origin: enrolled::ORIGIN.to_owned(),
        app_id: enrolled::APP.to_owned(),
        app_version: "1.0.0".to_owned(),
        refuse_retake: true,
    }
}

fn run(criterion: &mut Criterion) {
    let (jpeg, key) = (still(), enrolled::key());
    let models = Models::load().expect("networks");
    let task = Task { kind: "waybill".to_owned(), mode: Mode::Document };
    let session = RefCell::new(Session::new(config(), &models, task, [4; 16], &[5; 32]));
    let outbox = RefCell::new(enrolled::outbox(&key));
    // Into an outbox in memory: analysed, hashed, signed, bundled, encrypted.
    let seal = |jpeg: Vec<u8>| {
        let (mut session, mut outbox) = (session.borrow_mut(), outbox.borrow_mut());
        let photograph = session.photograph(jpeg, 5).expect("a photograph");
        assert_eq!(photograph.outcome, Outcome::Kept, "{photograph:?}");
        session.seal(&mut outbox, &key, &Standing).expect("sealed")
    };
    let renew = || {
        *outbox.borrow_mut() = enrolled::outbox(&key);
        jpeg.clone()
    };
    for time in ["first", "second"] {
        let jpeg = renew();
        let length = jpeg.len() as f64 / 1e6;
        let counted = allocation_counter::measure(|| {
            seal(jpeg);
        });
        let most = counted.bytes_max as f64 / 1e6;
        println!("a still of 12 MP, {length:.1} MB, the {time} time: {most:.1} MB at most");
    }
    let mut group = criterion.benchmark_group("12 MP");
    group.sample_size(20);
    group.bench_function("from still to signed bundle", |bencher| {
        bencher.iter_batched(renew, seal, BatchSize::PerIteration);
    });
    group.bench_function("bare: decode", |bencher| {
        bencher.iter(|| Still::decode(&jpeg).expect("a picture"));
    });
    let picture = Still::decode(&jpeg).expect("a picture");
    group.bench_function("bare: hash pixels", |bencher| {
        bencher.iter(|| digest::pixels(picture.width(), picture.height(), picture.rgb()));
    });
    group.finish();
}

criterion_group!(benches, run);
criterion_main!(benches);
