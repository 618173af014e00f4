//! Whether a page can be read: each objection where it belongs, and none on a good page.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod drawing;

use bailing_vision::document::Document;
use bailing_vision::quality::{Blur, Quality, QualityAssessor, Strictness, Thresholds};
use bailing_vision::{Action, Frame, PixelFormat, Point, Quad, Severity, Signal, Subject};
use image::{Rgb, RgbImage};
use imageproc::filter::gaussian_blur_f32;
use proptest::prelude::*;

use drawing::{frame, noise, put_page, table, tilted_page};

fn assess(picture: &RgbImage, document: &Document) -> Quality {
    let mut assessor = QualityAssessor::default();
    assessor.assess(&frame(picture), document, Subject::Page, &Thresholds::default())
}

fn signal(picture: &RgbImage, quad: Quad, code: &str) -> Signal {
    let signals = assess(picture, &Document::at(quad)).signals;
    signals.into_iter().find(|signal| signal.code == code).expect(code)
}

/// The codes that object, in order.
fn objections(picture: &RgbImage, quad: Quad) -> Vec<String> {
    let quality = assess(picture, &Document::at(quad));
    quality.verdict.reasons().iter().map(ToString::to_string).collect()
}

fn blur(picture: &RgbImage, quad: Quad) -> Blur {
    let mut assessor = QualityAssessor::default();
    assessor.assess(&frame(picture), &Document::at(quad), Subject::Page, &Thresholds::default());
    assessor.blur().expect("edges")
}

/// Every pixel the mean of those along a line of a length and direction, as a moved camera sees it.
fn moved(picture: &RgbImage, length: f32, degrees: f32) -> RgbImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let steps = (2.0 * length) as i16;
    let (width, height) = picture.dimensions();
    RgbImage::from_fn(width, height, |x, y| {
        let mut sums = [0.0f32; 3];
        for step in 0..=steps {
            let along = (f32::from(step) / f32::from(steps) - 0.5) * length;
            let at = |place: u32, by: f32, size: u32| {
                (place as f32 + by).round().clamp(0.0, size as f32 - 1.0) as u32
            };
            let pixel = picture.get_pixel(at(x, along * cos, width), at(y, along * sin, height));
            for (sum, value) in sums.iter_mut().zip(pixel.0) {
                *sum += f32::from(value);
            }
        }
        Rgb(sums.map(|sum| (sum / f32::from(steps + 1)) as u8))
    })
}

#[test]
fn nothing_objects_to_a_good_page() {
    let (picture, quad) = tilted_page();
    assert_eq!(objections(&picture, quad), [""; 0]);
    let quality = assess(&picture, &Document::at(quad));
    assert!(quality.signals.iter().all(|signal| signal.action.is_none()), "{quality:?}");
}

#[test]
fn blur_is_measured_in_pixels() {
    let (picture, quad) = tilted_page();
    let widths =
        [1.5, 3.0, 5.0].map(|sigma| blur(&gaussian_blur_f32(&picture, sigma), quad).widest);
    for (width, sigma) in widths.iter().zip([1.5f32, 3.0, 5.0]) {
        // 10 to 90 % of a blurred edge are 2.56 standard deviations.
        let ratio = width / (2.563 * sigma);
        assert!((0.75..1.3).contains(&ratio), "{width} at {sigma}");
    }
    let blurred = signal(&gaussian_blur_f32(&picture, 5.0), quad, "blurred");
    assert_eq!(blurred.severity, Severity::Retake);
    assert_eq!(blurred.action, Some(Action::Refocus));
    assert!(blurred.score > blurred.threshold && blurred.region.is_some());
}

#[test]
fn motion_is_told_from_defocus_with_its_direction() {
    let (picture, quad) = tilted_page();
    for degrees in [0.0f32, 30.0, 90.0, 135.0] {
        let picture = moved(&picture, 14.0, degrees);
        let Blur { widest, narrowest, direction, .. } = blur(&picture, quad);
        assert!(widest > 1.6 * narrowest, "{widest} {narrowest} at {degrees}");
        let off = (direction - degrees + 90.0).rem_euclid(180.0) - 90.0;
        assert!(off.abs() < 15.0, "{direction} at {degrees}");
        let reasons = objections(&picture, quad);
        assert!(reasons.contains(&"motion_blurred".to_owned()), "{reasons:?} at {degrees}");
        assert_eq!(signal(&picture, quad, "blurred").action, Some(Action::HoldStill));
    }
    let reasons = objections(&gaussian_blur_f32(&picture, 5.0), quad);
    assert!(!reasons.contains(&"motion_blurred".to_owned()), "{reasons:?}");
}

/// Strokes of four hands: squares full of short strokes, as Chinese is; upright stems with gaps, as
/// Latin is; ruled lines; and slow curves.
fn scripts() -> [RgbImage; 4] {
    let page = |ink: fn(u32, u32) -> bool| {
        RgbImage::from_fn(900, 1_200, move |x, y| {
            let print = (60..840).contains(&x) && (60..1_140).contains(&y) && ink(x, y);
            Rgb([if print { 40 } else { 215 }; 3])
        })
    };
    [
        page(|x, y| {
            let (column, row, u, v) = (x / 34, y / 52, x % 34, y % 52);
            let seed = row * 131 + column * 17;
            let bar = |place: u32, of: u32| {
                (place + 10 + (noise(of) * 5.0) as u32) % 10 < 4 && noise(of + place / 10) > -0.6
            };
            v < 30 && u < 30 && (bar(v, seed) || bar(u, seed + 7_919))
        }),
        page(|x, y| {
            let (v, u) = (y % 40, x % 17);
            let letter = noise(y / 40 * 977 + x / 17);
            v < 22 && letter > -0.8 && (u < 5 || (letter > 0.2 && v / 5 == 2 && u < 13))
        }),
        page(|x, y| x % 110 < 4 || y % 46 < 4),
        page(|x, y| {
            let wave = 14.0 * (x as f32 / 15.0).sin() + 6.0 * (x as f32 / 37.0).cos();
            ((y % 70) as f32 - 35.0 - wave).abs() < 3.5
        }),
    ]
}

#[test]
fn every_script_is_as_blurred_as_it_is() {
    let quad = Quad::rectangle(0.0, 0.0, 900.0, 1_200.0);
    for sigma in [1.0f32, 3.0, 3.5] {
        let widths = scripts().map(|page| {
            let Blur { widest, narrowest, .. } = blur(&gaussian_blur_f32(&page, sigma), quad);
            (widest * narrowest).sqrt()
        });
        let mean = widths.iter().sum::<f32>() / 4.0;
        for width in widths {
            assert!((width / mean - 1.0).abs() < 0.1, "{widths:?} at {sigma}");
        }
    }
}

/// The page with more light at some places.
fn lit(picture: &RgbImage, light: impl Fn(f32, f32) -> f32) -> RgbImage {
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let more = light(x as f32, y as f32);
        Rgb(picture
            .get_pixel(x, y)
            .0
            .map(|value| (f32::from(value) + more).clamp(0.0, 255.0) as u8))
    })
}

#[test]
fn a_reflection_is_glare_and_white_paper_is_not() {
    let (picture, quad) = tilted_page();
    let strip = |x: f32, y: f32| {
        if ((x - 600.0) * 0.8 + (y - 400.0) * 0.6).abs() < 70.0 && y > 250.0 && y < 620.0 {
            255.0
        } else {
            0.0
        }
    };
    let glaring = lit(&picture, strip);
    assert_eq!(objections(&glaring, quad), ["glare", "glare_on_text"]);
    let glare = signal(&glaring, quad, "glare");
    assert_eq!(glare.action, Some(Action::AvoidGlare));
    let region = glare.region.expect("a place");
    assert!(region.contains(Point { x: 600.0, y: 400.0 }), "{region:?}");
    // A scan: all of its paper is white.
    let mut scan = picture.clone();
    scan.pixels_mut().filter(|pixel| pixel.0[0] > 190).for_each(|pixel| *pixel = Rgb([255; 3]));
    assert_eq!(objections(&scan, quad), [""; 0]);
    // A lamp beside the page: half of its paper clips, but gradually.
    let lamp = lit(&picture, |x, _| (x - 300.0) * 0.08);
    assert_eq!(signal(&lamp, quad, "glare").score, 0.0);
    // A white desk around it.
    let (mut desk, quad) = tilted_page();
    for (x, y, pixel) in desk.enumerate_pixels_mut() {
        if !quad.contains(Point { x: x as f32 + 0.5, y: y as f32 + 0.5 }) {
            *pixel = Rgb([255; 3]);
        }
    }
    assert_eq!(objections(&desk, quad), [""; 0]);
}

#[test]
fn the_glare_mask_lies_on_the_page() {
    let (picture, quad) = tilted_page();
    let spot = |x: f32, y: f32| if (x - 350.0).hypot(y - 300.0) < 80.0 { 255.0 } else { 0.0 };
    let glaring = lit(&picture, spot);
    let mut assessor = QualityAssessor::default();
    let document = Document::at(quad);
    let quality =
        assessor.assess(&frame(&glaring), &document, Subject::Page, &Thresholds::default());
    let mask = assessor.glare_mask();
    let (cells, sum) = (mask.values().len(), mask.values().iter().sum::<f32>());
    let glare = quality.signals.iter().find(|signal| signal.code == "glare").expect("glare");
    assert!((sum / cells as f32 - glare.score).abs() < 0.01, "{sum} of {cells}");
    // Upper left quarter.
    for row in 0..mask.height() {
        for column in 0..mask.width() {
            let inside = column < mask.width() / 2 && row < mask.height() / 2;
            assert!(inside || mask.at(column, row) == Some(0.0), "{column} {row}");
        }
    }
    assert!(assessor.focus_map().values().iter().any(|width| *width > 0.0));
}

#[test]
fn shadows_fingers_and_colour_are_told() {
    let (picture, quad) = tilted_page();
    let shaded = RgbImage::from_fn(1_280, 960, |x, y| {
        let share = if x > 640 { 0.45 } else { 1.0 };
        Rgb(picture.get_pixel(x, y).0.map(|value| (f32::from(value) * share) as u8))
    });
    let shadow = signal(&shaded, quad, "shadow");
    assert!((shadow.score - 0.83).abs() < 0.06, "{shadow:?}");
    assert!(signal(&picture, quad, "shadow").score < 0.15);
    // Most of the page may lie in it, and what is printed green does not.
    let with = |from: u32, left: [f32; 3]| {
        RgbImage::from_fn(1_280, 960, |x, y| {
            let Rgb(colour) = *picture.get_pixel(x, y);
            let left = if x > from { left } else { [1.0; 3] };
            Rgb([0, 1, 2].map(|channel| (f32::from(colour[channel]) * left[channel]) as u8))
        })
    };
    let deep = signal(&with(400, [0.45; 3]), quad, "shadow");
    assert!((deep.score - 0.83).abs() < 0.06, "{deep:?}");
    assert!(signal(&with(640, [0.3, 0.7, 0.4]), quad, "shadow").score < 0.15);

    let mut held = picture.clone();
    for (x, y, pixel) in held.enumerate_pixels_mut() {
        if y > 600 && (x as f32 - 700.0).abs() < 60.0 {
            *pixel = Rgb([224, 172, 134]);
        }
    }
    let occluded = signal(&held, quad, "occluded");
    assert_eq!(occluded.action, Some(Action::ClearPage), "{occluded:?}");
    assert!(occluded.region.expect("a place").contains(Point { x: 700.0, y: 700.0 }));
    assert_eq!(signal(&picture, quad, "occluded").score, 0.0);

    let red = RgbImage::from_fn(1_280, 960, |x, y| {
        let [r, g, b] = picture.get_pixel(x, y).0;
        Rgb([r, g / 4, b / 8])
    });
    assert!(signal(&red, quad, "colour_cast").score > 0.9);
    assert!(signal(&picture, quad, "colour_cast").score < 0.15);
}

#[test]
fn light_is_judged_on_the_page() {
    let (picture, quad) = tilted_page();
    let with = |change: fn(u8) -> u8| {
        let mut changed = picture.clone();
        changed.pixels_mut().for_each(|pixel| pixel.0 = pixel.0.map(change));
        objections(&changed, quad)
    };
    assert!(with(|value| value / 6).contains(&"too_dark".to_owned()));
    assert!(with(|value| value.saturating_add(220)).contains(&"too_bright".to_owned()));
    // A dark table around a bright page is no darkness.
    assert_eq!(with(|value| if value < 90 { value / 8 } else { value }), [""; 0]);
}

#[test]
fn noise_is_measured_on_bare_paper() {
    let (picture, quad) = tilted_page();
    let noisy = RgbImage::from_fn(1_280, 960, |x, y| {
        // The sum of four uniform numbers of one has a standard deviation of 1.15.
        let sum: f32 = (0..4).map(|of| noise(of * 7_919_317 + y * 1_280 + x)).sum();
        Rgb(picture
            .get_pixel(x, y)
            .0
            .map(|value| (f32::from(value) + 34.0 * sum).clamp(0.0, 255.0) as u8))
    });
    assert_eq!(signal(&picture, quad, "noisy").severity, Severity::Pass);
    let noisy = signal(&noisy, quad, "noisy");
    assert_eq!((noisy.severity, noisy.action), (Severity::Retake, Some(Action::AdjustLight)));
}

#[test]
fn small_and_cut_off_pages_are_said_so() {
    let (picture, _) = tilted_page();
    let small = Quad::rectangle(200.0, 200.0, 700.0, 600.0);
    assert!(objections(&picture, small).contains(&"low_resolution".to_owned()));
    let beyond = Quad::rectangle(-200.0, 150.0, 900.0, 760.0);
    assert_eq!(objections(&picture, beyond).first(), Some(&"cut_off".to_owned()));
}

#[test]
fn a_known_size_is_judged_in_dots_an_inch() {
    let (picture, quad) = tilted_page();
    let mut assessor = QualityAssessor::default();
    assessor.expect_size(Some([210.0, 297.0]));
    let document = Document::at(quad);
    let quality =
        assessor.assess(&frame(&picture), &document, Subject::Page, &Thresholds::default());
    let dpi = quality.signals.iter().find(|signal| signal.code == "low_dpi").expect("dpi");
    assert!((dpi.score - 86.0).abs() < 2.0, "{dpi:?}");
    assert_eq!(dpi.severity, Severity::Retake);
}

#[test]
fn what_the_detector_knows_is_used() {
    let (picture, quad) = tilted_page();
    let curled = Document { curl: 0.15, ..Document::at(quad) };
    assert_eq!(assess(&picture, &curled).verdict.reasons(), ["curled"]);
    let many = Document { count: 5, ..Document::at(quad) };
    let verdict = assess(&picture, &many).verdict;
    assert_eq!((verdict.name(), verdict.reasons()), ("review", &["several_documents".into()][..]));
}

#[test]
fn print_is_measured_in_rows() {
    let quad = Quad::rectangle(0.0, 0.0, 900.0, 1_200.0);
    let [chinese, ..] = scripts();
    // A form's rules belong to no row.
    let ruled = RgbImage::from_fn(900, 1_200, |x, y| {
        let rule = y % 52 == 40 || x % 170 < 2;
        if rule { Rgb([40; 3]) } else { *chinese.get_pixel(x, y) }
    });
    for page in [chinese, ruled] {
        let score = signal(&page, quad, "small_print").score;
        assert!((score - 30.0).abs() < 4.5, "{score}");
    }
}

#[test]
fn strictness_asks_for_more_and_a_threshold_for_itself() {
    let (picture, quad) = tilted_page();
    let soft = gaussian_blur_f32(&picture, 1.0);
    let objects = |thresholds: &Thresholds| {
        let document = Document::at(quad);
        let mut assessor = QualityAssessor::default();
        let quality = assessor.assess(&frame(&soft), &document, Subject::Page, thresholds);
        quality.verdict.reasons().contains(&"blurred".into())
    };
    assert!(!objects(&Thresholds::of(Strictness::Lenient)));
    assert!(!objects(&Thresholds::of(Strictness::Standard)));
    assert!(objects(&Thresholds::of(Strictness::Strict)));
    assert!(objects(&Thresholds { blurred: 0.1, blurred_pixels: 1.0, ..Thresholds::default() }));
}

#[test]
fn thresholds_are_read_from_what_differs() {
    let read: Thresholds = serde_json::from_str(r#"{"glare":0.1}"#).expect("thresholds");
    assert_eq!(read, Thresholds { glare: 0.1, ..Thresholds::default() });
    assert!(serde_json::from_str::<Thresholds>(r#"{"glair":0.1}"#).is_err());
    assert_eq!(serde_json::to_string(&Strictness::default()).expect("text"), r#""standard""#);
    insta::assert_json_snapshot!(Thresholds::default());
}

#[test]
fn a_scene_stands_upright() {
    let front = |degrees: f32| {
        let (sin, cos) = degrees.to_radians().sin_cos();
        RgbImage::from_fn(1_280, 960, |x, y| {
            let (x, y) = (x as f32 - 640.0, y as f32 - 480.0);
            let (u, v) = (x * cos + y * sin + 5_000.0, y * cos - x * sin + 5_000.0);
            let window = u % 160.0 > 60.0 && v % 130.0 > 40.0;
            Rgb(if window { [60, 70, 90] } else { [180, 160, 140] })
        })
    };
    let roll = |picture: &RgbImage| {
        let mut assessor = QualityAssessor::default();
        let quality = assessor.assess(
            &frame(picture),
            &Document::NONE,
            Subject::Scene,
            &Thresholds::default(),
        );
        let level = quality.signals.iter().find(|signal| signal.code == "not_level");
        (level.expect("level").score, quality.verdict)
    };
    let (level, verdict) = roll(&front(0.0));
    assert!(level < 1.0, "{level}");
    assert_eq!(verdict.name(), "accepted", "{verdict:?}");
    for degrees in [-17.0f32, 6.0, 14.0] {
        let (level, verdict) = roll(&front(degrees));
        assert!((level - degrees.abs()).abs() < 4.0, "{level} at {degrees}");
        assert_eq!(verdict.reasons().contains(&"not_level".into()), degrees.abs() > 10.0);
    }
    let wall = RgbImage::from_pixel(640, 480, Rgb([150, 150, 145]));
    assert!(roll(&wall).1.reasons().contains(&"featureless".into()));
}

#[test]
fn a_page_is_the_same_wherever_it_lies() {
    let quad = drawing::quad([[60.0, 60.0], [860.0, 60.0], [860.0, 620.0], [60.0, 620.0]]);
    let mut small = table(920, 680);
    put_page(&mut small, &quad);
    let mut large = table(1_840, 1_360);
    image::imageops::replace(&mut large, &small, 640, 480);
    let shifted = Quad {
        corners: quad.corners.map(|corner| Point { x: corner.x + 640.0, y: corner.y + 480.0 }),
    };
    for code in ["blurred", "glare", "shadow", "noisy", "wrinkled", "small_print"] {
        let (here, there) = (signal(&small, quad, code), signal(&large, shifted, code));
        assert!((here.score - there.score).abs() < 1e-3, "{here:?} {there:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Any pixels and any corners are answered, with numbers.
    #[test]
    fn any_page_is_answered(
        width in 1u32..300,
        height in 1u32..300,
        padding in 0usize..9,
        format in proptest::sample::select(
            vec![PixelFormat::Luma8, PixelFormat::Rgb8, PixelFormat::Rgba8]),
        seed in proptest::collection::vec(any::<u8>(), 1..500),
        corners in proptest::array::uniform4(proptest::array::uniform2(
            prop_oneof![-400f32..700.0, Just(f32::NAN), Just(f32::INFINITY), Just(1e30f32)])),
        sorted: bool,
        subject in proptest::sample::select(vec![Subject::Page, Subject::Scene]),
    ) {
        let stride = width as usize * format.bytes_per_pixel() + padding;
        let pixels: Vec<u8> =
            seed.iter().copied().cycle().take(stride * height as usize).collect();
        let frame = Frame::new(&pixels, width, height, stride, format).expect("a frame");
        let corners = corners.map(Point::from);
        let quad = if sorted { Quad::sorted(corners) } else { Quad { corners } };
        let mut assessor = QualityAssessor::default();
        for document in [Document::NONE, Document::at(quad)] {
            let quality = assessor.assess(&frame, &document, subject, &Thresholds::default());
            for signal in &quality.signals {
                prop_assert!(signal.score.is_finite() && signal.threshold.is_finite());
                prop_assert!(bailing_vision::CODES.contains(&signal.code.as_ref()));
                prop_assert_eq!(signal.action.is_some(), signal.severity > Severity::Pass);
            }
        }
    }

    /// Frames of one colour have nothing on them, and nothing is found on them.
    #[test]
    fn a_bare_frame_shows_nothing(width in 1u32..400, height in 1u32..400, value: u8) {
        let pixels = vec![value; (width * height) as usize];
        let frame = Frame::new(&pixels, width, height, width as usize, PixelFormat::Luma8)
            .expect("a frame");
        let mut assessor = QualityAssessor::default();
        let document = Document::at(Quad::rectangle(0.0, 0.0, width as f32, height as f32));
        let quality =
            assessor.assess(&frame, &document, Subject::Page, &Thresholds::default());
        for code in ["glare", "shadow", "occluded", "noisy", "colour_cast", "wrinkled"] {
            let signal = quality.signals.iter().find(|signal| signal.code == code);
            prop_assert!(signal.is_none_or(|s| s.severity == Severity::Pass), "{}", code);
        }
        prop_assert!(assessor.blur().is_none());
    }
}
