//! What a preview frame costs in memory through the whole session, once every buffer has its size. In a
//! program of its own, since counting replaces the allocator.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::cell::Cell;

use bailing_capture::{
    Clock, Config, Frame, Guidance, Mode, Models, PixelFormat, Session, Task, Turn,
};

/// A clock that goes on by 10 ms at each reading.
struct Ticking(Cell<u64>);

impl Clock for Ticking {
    fn monotonic_ns(&self) -> u64 {
        self.0.set(self.0.get() + 10_000_000);
        self.0.get()
    }

    fn unix_seconds(&self) -> i64 {
        0
    }
}

/// A printed page on a dark table, and its colour, as a camera of 1280 × 720 gives them.
fn planes() -> (Vec<u8>, Vec<u8>) {
    let noise = |index: u32| {
        let state = index.wrapping_mul(0x9e37_79b9) ^ 0x85eb_ca6b;
        let state = (state ^ (state >> 15)).wrapping_mul(0x2c1b_3c6d);
        (state ^ (state >> 12)).wrapping_mul(0x297a_2d39) >> 16
    };
    let luma = (0..1_280 * 720).map(|index: u32| {
        let (x, y) = (index % 1_280, index / 1_280);
        let on_page = (200..1_080).contains(&x) && (60..660).contains(&y);
        let in_text = (260..1_020).contains(&x) && (110..610).contains(&y);
        let is_ink = in_text && y % 22 < 10 && noise((y / 22) * 977 + x / 9) % 3 > 0;
        let base = if !on_page { 60 } else { if is_ink { 44 } else { 208 } };
        (base + noise(index) % 7) as u8
    });
    (luma.collect(), vec![128; 640 * 360 * 2])
}

#[test]
fn a_steady_preview_allocates_nothing() {
    let models = Models::load().expect("networks");
    let config = Config {
        server_origin: "https://bank.example".to_owned(),
        app_id: "org.bailing.example".to_owned(),
        app_version: "1.0.0".to_owned(),
        refuse_retake: true,
    };
    let task = Task { kind: "waybill".to_owned(), mode: Mode::Document };
    let mut session = Session::new(config, &models, task, [4; 16], &[5; 32]);
    let (luma, chroma) = planes();
    let frame = Frame::new(&luma, 1_280, 720, 1_280, PixelFormat::Luma8).expect("a frame");
    let frame = frame.with_chroma(&chroma, &chroma[1..], 1_280, 2).expect("its colour");
    let frame = frame.with_turn(Turn::Right);
    let clock = Ticking(Cell::new(0));
    // A round asks for every cue of a recapture; the second begins with every buffer grown.
    let counts: Vec<u64> = (0..100)
        .map(|_| {
            let mut seen = None;
            let counted = allocation_counter::measure(|| {
                seen = Some(session.process(&frame, &clock));
            });
            assert!(seen.is_some_and(|seen| seen.analysed));
            counted.count_total
        })
        .collect();
    let last = session.process(&frame, &clock);
    assert_eq!((last.guidance, last.quad.is_some()), (Guidance::Ready, true), "{last:?}");
    println!("{counts:?}");
    assert_eq!(counts[50..].iter().sum::<u64>(), 0, "{counts:?}");
}
