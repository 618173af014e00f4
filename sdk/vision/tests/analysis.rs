//! The whole analysis: its written form, its verdict, and frames that nobody would send in good
//! faith.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod drawing;

use bailing_vision::document::Document;
use bailing_vision::quality::Quality;
use bailing_vision::recapture::{Halftone, Moire, MoireTrace, Print, Recapture, RecaptureVerdict};
use bailing_vision::{
    Action, Analyser, Analysis, CODES, Class, Frame, FrameError, PixelFormat, Quad, Severity,
    Signal, Subject, Verdict,
};
use proptest::prelude::*;

use drawing::{frame, models, tilted_page};

fn signal(code: &'static str, severity: Severity) -> Signal {
    Signal {
        code: code.into(),
        class: Class::Content,
        score: 0.0,
        threshold: 0.5,
        severity,
        region: None,
        action: Some(Action::AwaitReview),
        model: "test/1".into(),
    }
}

#[test]
fn the_highest_severity_decides_with_its_own_reasons() {
    use Severity::{Pass, Reject, Retake, Review};
    type Measured = &'static [(&'static str, Severity)];
    let table: [(Measured, &str, &[&str]); 7] = [
        (&[], "accepted", &[]),
        (&[("a", Pass), ("b", Pass)], "accepted", &[]),
        (&[("a", Pass), ("b", Review)], "review", &["b"]),
        (&[("a", Retake), ("b", Review), ("c", Retake)], "retake", &["a", "c"]),
        (&[("a", Review), ("b", Reject), ("c", Retake)], "rejected", &["b"]),
        (&[("a", Reject), ("a", Reject)], "rejected", &["a"]),
        (&[("b", Review), ("a", Review)], "review", &["b", "a"]),
    ];
    for (signals, name, reasons) in table {
        let signals: Vec<Signal> = signals.iter().map(|(code, of)| signal(code, *of)).collect();
        let verdict = Verdict::merge(&signals);
        assert_eq!(verdict.name(), name, "{signals:?}");
        assert_eq!(verdict.reasons(), reasons, "{signals:?}");
        let highest = signals.iter().map(|signal| signal.severity).max().unwrap_or(Pass);
        assert_eq!(verdict.severity(), highest);
    }
}

#[test]
fn an_analysis_is_written_so() {
    let page = Quad::rectangle(100.0, 80.5, 900.0, 640.0);
    let document = Document { confidence: 0.875, ..Document::at(page) };
    let blurred = signal("blurred", Severity::Retake);
    let verdict = Verdict::merge([&blurred]);
    let quality = Quality { signals: vec![blurred], verdict };
    let moire = Signal { region: Some(page), ..signal("screen_moire", Severity::Reject) };
    let verdict = RecaptureVerdict::Recaptured;
    let trace = MoireTrace {
        left: 512,
        top: 256,
        side: 256,
        scale: 1,
        frequency: [0.375, -0.03125],
        prominence: 6.5,
        evidence: 6.0,
    };
    let spectrum = Moire { evidence: 6.5, native: 6.0, traces: vec![trace], ..Moire::default() };
    let halftone = Halftone {
        left: 256,
        top: 768,
        side: 256,
        frequencies: [[0.21875, 0.21875], [0.21875, -0.21875]],
        height: 4.25,
    };
    let print = Print { evidence: 6.0, halftone: Some(halftone) };
    let recapture = Recapture {
        score: 0.9375,
        verdict,
        signals: vec![moire],
        moire: spectrum,
        print,
        crops: Some(-0.25),
        view: Some(1.5),
    };
    let analysis = Analysis::new(document, quality, recapture);
    let text = serde_json::to_string(&analysis).expect("serialised");
    assert_eq!(serde_json::from_str::<Analysis>(&text).expect("and back"), analysis);
    insta::assert_json_snapshot!(analysis);
}

#[test]
fn a_scene_has_no_page() {
    let (picture, _) = tilted_page();
    let mut analyser = Analyser::new(models());
    let scene = analyser.analyse(&frame(&picture), Subject::of_kind("vehicle_photo"));
    assert!(!scene.document.found && scene.verdict == Verdict::Accepted, "{scene:?}");
    let page = analyser.analyse(&frame(&picture), Subject::of_kind("waybill"));
    assert!(page.document.found);
    let has = |analysis: &Analysis, code: &str| analysis.signals().any(|s| s.code == code);
    assert!(has(&page, "cut_off") && !has(&page, "not_level"));
    assert!(has(&scene, "not_level") && !has(&scene, "cut_off"));
}

#[test]
fn a_frame_is_as_long_as_it_says() {
    let new = |length: usize, width, height, stride| {
        Frame::new(&vec![0; length], width, height, stride, PixelFormat::Rgb8).map(|_| ())
    };
    assert_eq!(new(300, 10, 10, 30), Ok(()));
    // The last row's padding may be missing, and nothing else.
    assert_eq!(new(318, 10, 10, 32), Ok(()));
    assert_eq!(new(317, 10, 10, 32), Err(FrameError::Length { given: 317, needed: 318 }));
    assert_eq!(new(300, 10, 10, 29), Err(FrameError::Stride { stride: 29, row: 30 }));
    for (width, height) in [(0, 10), (10, 0), (8_000, 8_001), (u32::MAX, u32::MAX)] {
        assert_eq!(new(300, width, height, 30), Err(FrameError::Size { width, height }));
    }
    let length = new(10, 8_000, 8_000, usize::MAX).expect_err("too short");
    assert_eq!(length, FrameError::Length { given: 10, needed: usize::MAX });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any pixels of any size are answered, with numbers.
    #[test]
    fn any_frame_is_answered(
        width in 1u32..400,
        height in 1u32..400,
        padding in 0usize..9,
        format in proptest::sample::select(
            vec![PixelFormat::Luma8, PixelFormat::Rgb8, PixelFormat::Rgba8]),
        seed in proptest::collection::vec(any::<u8>(), 1..500),
        page: bool,
    ) {
        let stride = width as usize * format.bytes_per_pixel() + padding;
        let pixels: Vec<u8> =
            seed.iter().copied().cycle().take(stride * height as usize).collect();
        let frame = Frame::new(&pixels, width, height, stride, format).expect("a frame");
        let subject = if page { Subject::Page } else { Subject::Scene };
        let analysis = Analyser::new(models()).analyse(&frame, subject);
        for signal in analysis.signals() {
            prop_assert!(CODES.contains(&signal.code.as_ref()), "{}", signal.code);
            prop_assert!(signal.score.is_finite() && signal.threshold.is_finite());
        }
        prop_assert!((0.0..=1.0).contains(&analysis.document.confidence));
        prop_assert!((0.0..=1.0).contains(&analysis.recapture.score));
        prop_assert_eq!(analysis.document.found, analysis.document.quad.is_some());
        let merged = Verdict::merge(analysis.signals());
        prop_assert_eq!(analysis.verdict, merged);
    }
}
