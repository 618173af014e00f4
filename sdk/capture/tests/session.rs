//! A live session: what a merchant sees while the camera runs, and what becomes of the stills.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod enrolled;

use std::cell::Cell;
use std::io::Cursor;
use std::sync::OnceLock;

use bailing_capture::{
    Clock, Config, DeviceKey, Frame, FrameResult, Guidance, Mode, Models, Outcome, PixelFormat,
    Policy, PolicyTask, Quad, Session, Side, Task, Turn,
};
use bailing_evidence::bundle::Reader;
use bailing_evidence::digest;
use bailing_evidence::signature::{self, Context};
use image::{DynamicImage, GrayImage, ImageFormat, Luma};

/// A clock that the test moves: on by so much at each reading.
struct Hand {
    now_ns: Cell<u64>,
    step_ns: u64,
}

impl Clock for Hand {
    fn monotonic_ns(&self) -> u64 {
        self.now_ns.set(self.now_ns.get() + self.step_ns);
        self.now_ns.get()
    }

    fn unix_seconds(&self) -> i64 {
        enrolled::NOW
    }
}

/// Of a phone that takes so many milliseconds a frame.
fn clock(milliseconds: u64) -> Hand {
    Hand { now_ns: Cell::new(1_000_000_000), step_ns: milliseconds * 1_000_000 }
}

fn models() -> &'static Models {
    static MODELS: OnceLock<Models> = OnceLock::new();
    MODELS.get_or_init(|| Models::load().expect("networks"))
}

fn config() -> Config {
    Config {
        server_origin: enrolled::ORIGIN.to_owned(),
        app_id: enrolled::APP.to_owned(),
        app_version: "1.0.0".to_owned(),
        refuse_retake: true,
    }
}

fn session(mode: Mode) -> Session {
    let task = Task { kind: "waybill".to_owned(), mode };
    Session::new(config(), models(), task, [4; 16], &[5; 32])
}

/// A printed page on a dark table, 960 × 720, its left top corner at a place.
fn page_at(left: u32, top: u32, brightness: f32) -> GrayImage {
    let mut state = 1u32;
    let words: Vec<bool> = (0..60 * 90)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 30 != 0
        })
        .collect();
    GrayImage::from_fn(960, 720, |x, y| {
        let mut grain = (y * 960 + x).wrapping_mul(2_654_435_761);
        grain = (grain ^ grain >> 15).wrapping_mul(2_246_822_519);
        let noise = ((grain ^ grain >> 13) >> 29) as f32;
        let inside = (left..left + 640).contains(&x) && (top..top + 480).contains(&y);
        let value = if inside {
            let (across, down) = (x - left, y - top);
            let word = words[(down / 20 * 70 + across / 9) as usize];
            let text = (40..600).contains(&across) && (40..440).contains(&down);
            if text && down % 20 < 9 && word { 40.0 } else { 205.0 }
        } else {
            60.0
        };
        Luma([((value + noise) * brightness) as u8])
    })
}

fn frame(picture: &GrayImage) -> Frame<'_> {
    let (width, height) = picture.dimensions();
    Frame::new(picture, width, height, width as usize, PixelFormat::Luma8).expect("a frame")
}

fn jpeg(picture: &GrayImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::ImageLuma8(picture.clone());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).expect("a JPEG");
    bytes.into_inner()
}

fn run(
    session: &mut Session,
    picture: &GrayImage,
    frames: usize,
    clock: &Hand,
) -> Vec<FrameResult> {
    (0..frames).map(|_| session.process(&frame(picture), clock)).collect()
}

#[test]
fn a_steady_page_is_taken_once() {
    let (mut session, clock) = (session(Mode::Document), clock(20));
    let results = run(&mut session, &page_at(160, 120, 1.0), 80, &clock);
    let taken: Vec<usize> =
        results.iter().enumerate().filter(|(_, result)| result.capture).map(|(at, _)| at).collect();
    assert_eq!(taken.len(), 1, "{taken:?} {:?}", results.last());
    assert!(results[..taken[0]].windows(2).all(|pair| pair[0].steadiness <= pair[1].steadiness));
    let quad = results[taken[0]].quad.expect("an outline");
    let truth = Quad::rectangle(160.0, 120.0, 800.0, 600.0);
    for (corner, wanted) in quad.corners.iter().zip(truth.corners) {
        assert!(corner.distance(wanted) < 4.0, "{quad:?}");
    }
}

#[test]
fn a_page_that_moves_is_never_taken() {
    let (mut session, clock) = (session(Mode::Document), clock(20));
    for step in 0..30 {
        let picture = page_at(100 + 6 * step, 120, 1.0);
        let result = session.process(&frame(&picture), &clock);
        assert!(!result.capture, "{step}: {result:?}");
    }
}

#[test]
fn the_side_that_is_cut_off_is_named_as_the_merchant_sees_it() {
    let cut = page_at(400, 120, 1.0);
    for (turn, side) in [(Turn::None, Side::Right), (Turn::Right, Side::Bottom)] {
        let (mut session, clock) = (session(Mode::Document), clock(20));
        let mut last = None;
        for _ in 0..12 {
            last = Some(session.process(&frame(&cut).with_turn(turn), &clock));
        }
        let last = last.expect("frames");
        assert_eq!(last.guidance, Guidance::CutOff { side }, "{last:?}");
        assert_eq!(last.size, turn.size([960, 720]));
    }
}

#[test]
fn darkness_and_an_empty_table_are_named() {
    let (mut session, clock) = (session(Mode::Document), clock(20));
    let dark = run(&mut session, &page_at(160, 120, 0.2), 12, &clock);
    assert_eq!(dark.last().expect("frames").guidance, Guidance::TooDark);
    let empty = GrayImage::from_pixel(960, 720, Luma([80]));
    let empty = run(&mut session, &empty, 30, &clock);
    let last = empty.last().expect("frames");
    assert_eq!((last.guidance, last.quad), (Guidance::NoDocument, None));
}

#[test]
fn a_slow_phone_skips_frames_and_shows_what_it_saw() {
    let mut session = session(Mode::Document);
    let clock = Hand { now_ns: Cell::new(0), step_ns: 0 };
    let page = page_at(160, 120, 1.0);
    let mut analysed = 0;
    for number in 0..60u64 {
        clock.now_ns.set(number * 33_000_000);
        // An analysis takes 120 ms of this phone's clock.
        let before = clock.now_ns.get();
        let slow = Hand { now_ns: Cell::new(before), step_ns: 120_000_000 };
        let result = session.process(&frame(&page), &slow);
        analysed += usize::from(result.analysed);
        if !result.analysed {
            assert!(!result.capture && result.quad.is_some());
        }
    }
    assert!((6..=14).contains(&analysed), "{analysed}");
}

#[test]
fn what_was_photographed_is_what_is_sealed() {
    let (mut session, clock) = (session(Mode::Pages { most: 2 }), clock(1));
    let key = enrolled::key();
    let pages = [page_at(160, 120, 1.0), page_at(200, 150, 1.0)].map(|page| jpeg(&page));
    for page in &pages {
        let photograph = session.photograph(page.clone(), 7).expect("a photograph");
        assert_eq!(photograph.outcome, Outcome::Kept, "{photograph:?}");
    }
    let full = session.photograph(pages[0].clone(), 8).expect_err("two pages");
    assert_eq!(full.code(), "session_full");
    let mut outbox = enrolled::outbox(&key);
    let other = session.seal(&mut outbox, &enrolled::key(), &clock).expect_err("another key");
    assert_eq!((other.code(), session.pages()), ("not_enrolled", 2));
    let bundle = session.seal(&mut outbox, &key, &clock).expect("sealed");
    assert_eq!((session.pages(), outbox.entries().count()), (0, 1));
    let bytes = enrolled::sent(&mut outbox, &key);
    assert_eq!(digest::sha256(&bytes), bundle);
    let reader = Reader::open(bytes.as_slice()).expect("a bundle");
    let context = Context { server_origin: enrolled::ORIGIN, app_id: enrolled::APP };
    let manifest = signature::verify(reader.cose(), &key.public_key(), &context).expect("signed");
    let blobs: Vec<Vec<u8>> =
        reader.blobs(&manifest).map(|blob| blob.expect("a picture")).collect();
    assert_eq!(blobs, pages);
    for (image, page) in manifest.images.iter().zip(&pages) {
        assert_eq!((image.kind.as_str(), image.blob_sha256), ("waybill", digest::sha256(page)));
    }
}

#[test]
fn a_policy_is_held_to_and_claimed() {
    let policy = Policy {
        revision: 9,
        issued_at: 0,
        expires_at: i64::MAX,
        thresholds: [("low_resolution".to_owned(), 1_000.0)].into(),
        tasks: vec![PolicyTask { kind: "waybill".to_owned(), pages: 2 }],
    };
    let page = jpeg(&page_at(160, 120, 1.0));
    let mut strict = session(Mode::Document).under(&policy);
    let photograph = strict.photograph(page.clone(), 7).expect("a photograph");
    assert_eq!(photograph.outcome, Outcome::Retake, "{photograph:?}");
    assert!(photograph.reasons.contains(&"low_resolution".into()), "{photograph:?}");

    let loose = Policy { thresholds: [("glare".to_owned(), 0.05)].into(), ..policy };
    let (mut session, clock) = (session(Mode::Pages { most: 5 }).under(&loose), clock(1));
    assert_eq!(session.task().mode, Mode::Pages { most: 2 });
    session.photograph(page, 7).expect("kept");
    let key = enrolled::key();
    let mut outbox = enrolled::outbox(&key);
    session.seal(&mut outbox, &key, &clock).expect("sealed");
    let bytes = enrolled::sent(&mut outbox, &key);
    let reader = Reader::open(bytes.as_slice()).expect("a bundle");
    let context = Context { server_origin: enrolled::ORIGIN, app_id: enrolled::APP };
    let manifest = signature::verify(reader.cose(), &key.public_key(), &context).expect("signed");
    assert_eq!(manifest.models.last().map(|model| model.name.as_str()), Some("policy-9"));
    let glare = manifest.images[0].signals.iter().find(|signal| signal.code == "glare");
    assert_eq!(glare.map(|signal| signal.threshold), Some(0.05));
}

#[test]
fn the_kind_says_what_is_looked_for() {
    let of = |kind: &str, mode: Mode| {
        let task = Task { kind: kind.to_owned(), mode };
        Session::new(config(), models(), task, [4; 16], &[5; 32]).task().mode
    };
    assert_eq!(of("shop_front", Mode::Pages { most: 3 }), Mode::Scene);
    assert_eq!(of("waybill", Mode::Scene), Mode::Document);
    assert_eq!(of("waybill", Mode::Pages { most: 3 }), Mode::Pages { most: 3 });
}

#[test]
fn what_cannot_be_read_is_not_kept() {
    let (mut session, clock) = (session(Mode::Document), clock(1));
    let dark = session.photograph(jpeg(&page_at(160, 120, 0.15)), 5).expect("a photograph");
    assert_eq!((dark.outcome, session.pages()), (Outcome::Retake, 0));
    assert!(dark.reasons.contains(&"too_dark".into()), "{dark:?}");
    assert_eq!(
        session.photograph(vec![1, 2, 3], 6).expect_err("no picture").code(),
        "image_format_unknown"
    );
    let key = enrolled::key();
    let mut outbox = enrolled::outbox(&key);
    let tickets = outbox.tickets_left(enrolled::NOW);
    let empty = session.seal(&mut outbox, &key, &clock).expect_err("nothing");
    assert_eq!(empty.code(), "nothing_captured");
    assert_eq!((outbox.entries().count(), outbox.tickets_left(enrolled::NOW)), (0, tickets));
}
