//! Milliseconds of a preview frame of 1280 × 720 through the whole session, on one core: of many frames the
//! median, the 95th percentile and the longest, since the frames of a turn differ. Wanted are 15 ms at the
//! 95th. Times are the thread's own, so that a busy machine does not count. Beside it what nothing can be faster than: adding up every pixel once.
#![allow(clippy::expect_used, reason = "a bench that cannot go on says so by panicking")]
#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

#[path = "../tests/camera/mod.rs"]
mod camera;

use std::hint::black_box;
use std::time::Duration;

use bailing_capture::{Clock, Config, Frame, Mode, Models, PixelFormat, Session, Task, Turn};
use rustix::time::{ClockId, clock_gettime};

/// Frames, some fifty turns of the cues of a recapture.
const FRAMES: usize = 2_050;

/// A phone that is fast enough for every frame: by its clock an analysis takes no time.
struct Frozen(u64);

impl Clock for Frozen {
    fn monotonic_ns(&self) -> u64 {
        self.0
    }

    fn unix_seconds(&self) -> i64 {
        0
    }
}

/// What this thread has computed so far.
fn computed() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or_default())
}

fn percentiles(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
    println!("{name}: {:.1} ms median, {:.1} at 95 %, {:.1} at most", at(50), at(95), at(100));
}

fn main() {
    let models = Models::load().expect("networks");
    let config = Config {
        server_origin: "https://bank.example".to_owned(),
        app_id: "org.bailing.example".to_owned(),
        app_version: "1.0.0".to_owned(),
        refuse_retake: true,
    };
    // The hand moves a little.
    let seen: Vec<_> = (0..4).map(camera::planes).collect();
    let frames: Vec<_> = seen
        .iter()
        .map(|(luma, chroma)| {
            let frame = Frame::new(luma, 1_280, 720, 1_280, PixelFormat::Luma8).expect("a frame");
            let frame = frame.with_chroma(chroma, &chroma[1..], 1_280, 2).expect("its colour");
            frame.with_turn(Turn::Right)
        })
        .collect();
    for (name, mode) in [("a page", Mode::Document), ("a scene", Mode::Scene)] {
        let task = Task { kind: "waybill".to_owned(), mode };
        let mut session = Session::new(config.clone(), &models, task, [4; 16], &[5; 32]);
        let mut clock = Frozen(0);
        let times = frames.iter().cycle().take(FRAMES).map(|frame| {
            clock.0 += 33_000_000;
            let start = computed();
            assert!(black_box(session.process(frame, &clock)).analysed);
            computed() - start
        });
        percentiles(name, times.collect());
    }
    let bare = frames.iter().cycle().take(FRAMES).map(|frame| {
        let start = computed();
        let rows = (0..frame.height()).flat_map(|y| frame.row(y));
        black_box(rows.fold(0u64, |sum, value| sum + u64::from(*value)));
        computed() - start
    });
    percentiles("bare: every pixel once", bare.collect());
}
