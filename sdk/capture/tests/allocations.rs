//! What a preview frame costs in memory through the whole session, once every buffer has its size. In a
//! program of its own, since counting replaces the allocator.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod camera;

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
    let (luma, chroma) = camera::planes(0);
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
