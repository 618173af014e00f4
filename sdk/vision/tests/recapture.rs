//! A screen's grid beats with the camera's: seen where it is, and not where there is none.

mod drawing;

use bailing_vision::document::Document;
use bailing_vision::recapture::{Moved, Recapture, RecaptureDetector, RecaptureVerdict};
use bailing_vision::{Class, Frame, PixelFormat, Quad, Severity, Signal};
use image::{Rgb, RgbImage};
use proptest::prelude::*;

use drawing::{frame, noise, table, tilted_page};

fn examine(picture: &RgbImage) -> Recapture {
    let document = Document::NONE;
    RecaptureDetector::new(drawing::models()).examine(&frame(picture), &document)
}

/// What one cue says by itself.
fn cue<'r>(recapture: &'r Recapture, code: &str) -> &'r Signal {
    let cue = recapture.signals.iter().find(|signal| signal.code == code);
    cue.unwrap_or_else(|| unreachable!("no {code} in {recapture:?}"))
}

/// A grey wall with a pattern over it, in luma, and noise as of a camera.
fn wall(pattern: impl Fn(f32, f32) -> f32) -> RgbImage {
    RgbImage::from_fn(900, 700, |x, y| {
        let grain = 12.0 * noise(y * 900 + x);
        Rgb([(150.0 + pattern(x as f32, y as f32) + grain) as u8; 3])
    })
}

/// A pattern as a phone's lens shows it: of 0.35 cycles a pixel a fifth is left.
fn through_lens(pattern: impl Fn(f32, f32) -> f32) -> RgbImage {
    const SPREAD: [f32; 3] = [0.2, 1.0, 1.8];
    wall(|x, y| {
        let rays = SPREAD.into_iter().flat_map(|right| SPREAD.map(|below| (right, below)));
        rays.map(|(right, below)| pattern(x + right, y + below)).sum::<f32>() / 9.0
    })
}

/// A screen's raster of `amplitude` and this period in pixels, a little turned.
fn raster(amplitude: f32, period: f32) -> RgbImage {
    wall(|x, y| amplitude * (std::f32::consts::TAU * (x + 0.13 * y) / period).sin())
}

/// Threads over and under each other, so many pixels wide, of which each is up to `jitter` off its place.
fn cloth(thread: f32, jitter: f32) -> RgbImage {
    through_lens(|x, y| {
        let off = |along: f32, seed: u32| jitter * noise((along / thread) as u32 * 31 + seed);
        let (across, down) = ((x + off(y, 7)) / thread, (y + off(x, 91)) / thread);
        let over = (across as u32 + down as u32).is_multiple_of(2);
        let round = |place: f32| (std::f32::consts::PI * place.fract()).sin();
        60.0 * if over { round(across) } else { round(down) } - 40.0
    })
}

#[test]
fn a_raster_is_seen() {
    for period in [2.3, 3.1, 4.4] {
        let recapture = examine(&raster(10.0, period));
        assert_eq!(recapture.verdict, RecaptureVerdict::Recaptured, "{period}: {recapture:?}");
        let signal = cue(&recapture, "screen_moire");
        assert_eq!((signal.severity, signal.class), (Severity::Reject, Class::Integrity));
        assert!(signal.region.is_some() && signal.action.is_some());
        let trace = &recapture.moire.traces[0];
        let expected = [1.0 / period, 0.13 / period];
        for (found, expected) in trace.frequency.into_iter().zip(expected) {
            assert!((found - expected).abs() < 0.003, "{period}: {trace:?}");
        }
        assert_eq!(signal.region, Some(trace.region()));
    }
}

#[test]
fn what_has_no_raster_beats_with_nothing() {
    let flat = RgbImage::from_pixel(900, 700, Rgb([128; 3]));
    let black = RgbImage::from_pixel(900, 700, Rgb([0; 3]));
    let small = RgbImage::from_pixel(40, 30, Rgb([128; 3]));
    for picture in [flat, black, small, raster(0.0, 4.0), table(900, 700)] {
        let recapture = examine(&picture);
        assert_ne!(recapture.verdict, RecaptureVerdict::Recaptured, "{}", recapture.score);
        let moire = cue(&recapture, "screen_moire");
        assert!(moire.score < moire.threshold && moire.severity == Severity::Pass, "{moire:?}");
    }
}

/// Threads that a camera resolves repeat as evenly as a raster does.
#[test]
fn cloth_is_no_screen() {
    for (thread, jitter) in [(9.0, 0.0), (9.0, 1.5), (6.0, 0.0), (6.0, 1.0), (13.0, 2.0)] {
        let recapture = examine(&cloth(thread, jitter));
        assert!(cue(&recapture, "screen_moire").score < 0.5, "{thread} {jitter}: {recapture:?}");
        let [native, half] = recapture.moire.prominence;
        assert!(jitter > 0.0 || native.max(half) > 5.0, "{thread}: its threads are not drawn");
    }
}

/// The same drawn as dark or light alone, whose edges have harmonics up to the highest frequency.
#[test]
fn cloth_drawn_as_stripes_is_no_screen() {
    for thread in [9.5f32, 12.0, 16.5] {
        let stripes = through_lens(|x, y| {
            let light = |place: f32| (place / thread).fract() < 0.5;
            if light(x + 0.2 * y) == light(y - 0.2 * x) { 40.0 } else { -40.0 }
        });
        let recapture = examine(&stripes);
        assert!(cue(&recapture, "screen_moire").score < 0.5, "{thread}: {recapture:?}");
    }
}

#[test]
fn a_stronger_raster_scores_no_less() {
    let score = |amplitude| cue(&examine(&raster(amplitude, 3.7)), "screen_moire").score;
    let scores = [0.0, 1.0, 2.0, 4.0, 8.0].map(score);
    assert!(scores.is_sorted(), "{scores:?}");
    assert!(scores[0] < 0.5 && scores[4] > 0.8, "{scores:?}");
}

/// A screen that recedes: its raster becomes finer from left to right.
#[test]
fn a_raster_that_drifts_is_seen_over_the_frame() {
    let receding =
        wall(|x, y| 8.0 * (std::f32::consts::TAU * (0.3 * x + 8e-6 * x * x + 0.02 * y)).sin());
    let moire = examine(&receding).moire;
    assert!(moire.agreeing >= 3 && moire.agreement > 1.0, "{moire:?}");
    assert!(moire.smoothness > 0.3, "{moire:?}");
}

/// Two directions of lines and what they make together.
#[test]
fn a_grid_is_a_lattice() {
    let line = |place: f32| (std::f32::consts::TAU * place).sin();
    let grid = wall(|x, y| 0.3 * (30.0 + 30.0 * line(0.31 * x + 0.01 * y)) * line(0.29 * y));
    assert!(examine(&grid).moire.lattice > 0.0);
    assert_eq!(examine(&raster(10.0, 3.1)).moire.lattice, 0.0);
}

/// Kunina's test: what is on the page and on the desk alike belongs to neither.
#[test]
fn a_raster_across_the_page_s_edge_counts() {
    let page = Quad::rectangle(310.0, 280.0, 620.0, 690.0);
    let document = Document::at(page);
    let boundary = |desk: f32| {
        let picture = wall(|x, y| {
            let on_page = page.contains([x, y].into());
            let amplitude = if on_page { 8.0 } else { desk };
            let light = if on_page { 40.0 } else { 0.0 };
            light + amplitude * (std::f32::consts::TAU * (0.33 * x + 0.03 * y)).sin()
        });
        RecaptureDetector::new(drawing::models())
            .examine(&frame(&picture), &document)
            .moire
            .boundary
    };
    let (both, page_alone) = (boundary(8.0), boundary(0.0));
    assert!(both > 4.0 && page_alone < 2.5, "{both} {page_alone}");
}

/// A wall with a pattern of so many cycles a pixel of the first photo, and the same from nearer.
fn two_photos(frequency: f32, nearer: f32) -> [(RgbImage, Document); 2] {
    [1.0, nearer].map(|scale| {
        let line = |x: f32, y: f32| (x + 0.11 * y) * frequency / scale;
        let picture = wall(|x, y| 8.0 * (std::f32::consts::TAU * line(x, y)).sin());
        let place = |place: f32| 150.0 + place * scale;
        let page = Quad::rectangle(place(0.0), place(0.0), place(480.0), place(420.0));
        (picture, Document::at(page))
    })
}

fn examine_both(photos: &[(RgbImage, Document); 2]) -> Recapture {
    let mut detector = RecaptureDetector::new(drawing::models());
    let [(first, first_page), (second, second_page)] = photos;
    let seen = detector.examine(&frame(first), first_page);
    detector.examine_again((&seen, first_page), &frame(second), second_page)
}

/// A raster finer than the camera's pixels beats with them elsewhere from nearer; one that they resolve
/// grows as the page does.
#[test]
fn a_second_photo_tells_a_beat_from_threads() {
    for (frequency, is_beat) in [(0.31, false), (0.42, false), (0.69, true), (1.27, true)] {
        for nearer in [0.85, 1.12] {
            let photos = two_photos(frequency, nearer);
            let recapture = examine_both(&photos);
            let moved = recapture.moire.moved.expect("two pages");
            let (told, other) =
                if is_beat { (moved.beat, moved.resolved) } else { (moved.resolved, moved.beat) };
            assert!(told > 3.5 && other < 2.6, "{frequency} {nearer}: {moved:?}");
            let signal = cue(&recapture, "moire_moved");
            assert_eq!(signal.score >= 0.8, is_beat, "{signal:?}");
            // What is resolved is left open, though one photo alone accuses it.
            let moire = cue(&recapture, "screen_moire").score;
            let expected = if is_beat { 0.8..=1.0 } else { 0.5..=0.79 };
            assert!(expected.contains(&moire), "{frequency} {nearer}: {recapture:?}");
            let [(first, page), _] = photos;
            let alone = RecaptureDetector::new(drawing::models()).examine(&frame(&first), &page);
            assert!(is_beat || cue(&alone, "screen_moire").score >= 0.8, "{alone:?}");
        }
    }
}

#[test]
fn a_second_photo_of_an_empty_wall_or_from_the_same_place_tells_nothing() {
    let [first, _] = two_photos(0.69, 1.0);
    let [_, bare] = two_photos(0.0, 1.12);
    for second in [bare, first.clone()] {
        let moved = examine_both(&[first.clone(), second]).moire.moved.expect("two pages");
        assert!(moved.beat < 2.6, "{moved:?}");
    }
    let [(first, page), (second, _)] = two_photos(0.69, 1.12);
    let pageless = examine_both(&[(first, page), (second, Document::NONE)]);
    assert_eq!(pageless.moire.moved, Some(Moved::default()));
}

/// An open photo becomes what the second one says, an accused one stays so.
#[test]
fn a_second_photo_settles_what_is_open_alone() {
    let [live, accused] = [raster(0.0, 3.1), raster(10.0, 3.1)].map(|picture| examine(&picture));
    let open = Recapture { verdict: RecaptureVerdict::Uncertain, score: 0.6, ..live.clone() };
    for second in [&live, &accused] {
        let mut settled = open.clone();
        settled.settle(second);
        assert_eq!((settled.verdict, settled.score), (second.verdict, second.score));
        assert_eq!(settled.signals, second.signals);
        for mut first in [live.clone(), accused.clone()] {
            let before = first.clone();
            first.settle(second);
            assert_eq!(first, before);
        }
    }
}

/// A first photo of anything else makes a second one no less suspect.
#[test]
fn a_first_photo_clears_no_second_one() {
    let [bare, suspect] = [wall(|_, _| 0.0), raster(10.0, 3.1)];
    let mut detector = RecaptureDetector::new(drawing::models());
    let [first, alone] = [&bare, &suspect].map(examine);
    let before = (&first, &Document::NONE);
    let again = detector.examine_again(before, &frame(&suspect), &Document::NONE);
    assert!(again.score >= alone.score && again.view >= alone.view && again.crops >= alone.crops);
}

#[test]
fn a_reviewer_sees_the_peak() {
    let picture = raster(10.0, 3.1);
    let mut detector = RecaptureDetector::new(drawing::models());
    let recapture = detector.examine(&frame(&picture), &Document::NONE);
    let spectrum = detector.spectrum_picture(&frame(&picture), &recapture.moire.traces[0]);
    assert_eq!(spectrum.grey.len(), 256 * 256);
    let at = |x: usize, y: usize| spectrum.grey[y * 256 + x];
    // 256 / 3.1 cycles a tile to the right of the middle, and the same to the left, turned.
    let (across, down) = (83, 11);
    let brightest = spectrum.grey.iter().max().copied();
    assert_eq!(brightest, Some(at(128 + across, 128 + down).max(at(128 + across, 127 + down))));
    assert!(at(128 - across, 128 - down) > 200 && at(128 + across, 128 - down) < 100);
}

/// A preview asks for one cue a frame, and has all of them after a few; for moiré it looks at fewer tiles.
#[test]
fn a_preview_comes_to_what_a_still_does() {
    let picture = raster(10.0, 3.1);
    let frame = frame(&picture);
    let mut detector = RecaptureDetector::new(drawing::models());
    let still = detector.examine(&frame, &Document::NONE);
    let mut preview = Recapture::unknown();
    for turn in 0..RecaptureDetector::TURNS {
        detector.preview_into(&frame, &Document::NONE, &mut preview);
        let heard = preview.signals.iter().map(|signal| signal.code.as_ref()).collect::<Vec<_>>();
        let expected: &[&str] = match turn {
            0 => &["recaptured", "screen_moire", "printed_copy"],
            1 => &["recaptured", "screen_moire", "screen_in_view", "printed_copy"],
            _ => &["recaptured", "screen_moire", "screen_raster", "screen_in_view", "printed_copy"],
        };
        assert_eq!(heard, expected, "after {turn}");
        if turn >= 5 {
            let told = |of: &Recapture| (of.verdict, of.crops, of.view);
            assert_eq!(told(&preview), told(&still), "after {turn}");
            let [seen, there] = [&preview, &still].map(|of| of.moire.native);
            assert!(seen > 5.0 && seen <= there, "after {turn}: {seen} of {there}");
        }
    }
}

/// Nothing drawn here is a display, and what has no raster is not accused.
#[test]
fn only_a_raster_is_refused() {
    let (page, _) = tilted_page();
    for picture in [page, table(900, 700), raster(0.0, 4.0), raster(10.0, 3.1)] {
        let recapture = examine(&picture);
        let moire = cue(&recapture, "screen_moire").score >= 0.8;
        assert_eq!(recapture.verdict == RecaptureVerdict::Recaptured, moire, "{recapture:?}");
        let refused = recapture.signals.iter().any(|signal| signal.severity == Severity::Reject);
        assert_eq!(refused, moire, "{recapture:?}");
    }
}

/// What was seen before changes nothing.
#[test]
fn buffers_change_nothing() {
    let document = Document::NONE;
    let (page, _) = tilted_page();
    let mut detector = RecaptureDetector::new(drawing::models());
    let first = detector.examine(&frame(&page), &document);
    detector.examine(&frame(&raster(20.0, 4.0)), &document);
    assert_eq!(detector.examine(&frame(&page), &document), first);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Whatever the size, the rows' padding and the format: an answer, and the same from padded rows.
    #[test]
    fn any_frame_has_an_answer(
        size in prop_oneof![Just((1, 1)), Just((255, 255)), (1u32..700, 1u32..700)],
        padding in 0usize..40,
        bytes in prop_oneof![Just(1usize), Just(3), Just(4)],
        contrast in prop_oneof![Just(0.0f32), Just(127.0)],
        corners in prop::array::uniform8(-100.0f32..800.0),
    ) {
        let (width, height) = size;
        let format = match bytes {
            1 => PixelFormat::Luma8,
            3 => PixelFormat::Rgb8,
            _ => PixelFormat::Rgba8,
        };
        let row = width as usize * bytes;
        let tight: Vec<u8> =
            (0..row * height as usize).map(|i| (128.0 + contrast * noise(i as u32)) as u8).collect();
        let padded: Vec<u8> = tight
            .chunks_exact(row)
            .flat_map(|row| row.iter().copied().chain(std::iter::repeat_n(255, padding)))
            .collect();
        let [a, b, c, d, e, f, g, h] = corners;
        let document = Document::at(Quad::sorted([[a, b], [c, d], [e, f], [g, h]].map(Into::into)));
        let mut detector = RecaptureDetector::new(drawing::models());
        let mut answer = |pixels: &[u8], stride: usize| {
            let frame = Frame::new(pixels, width, height, stride, format).expect("a frame");
            let recapture = detector.examine(&frame, &document);
            for trace in &recapture.moire.traces {
                assert!(trace.left + trace.side <= width && trace.top + trace.side <= height);
                assert_eq!(detector.spectrum_picture(&frame, trace).grey.len(), 256 * 256);
            }
            recapture
        };
        let recapture = answer(&tight, row);
        prop_assert!((0.0..=1.0).contains(&recapture.score));
        prop_assert_eq!(recapture, answer(&padded, row + padding));
    }
}

/// Ink in dots that grow where it is darker, so many pixels apart, in rows turned by so many degrees, on
/// a tone that changes as slowly as a picture's.
fn halftone(pitch: f32, degrees: f32) -> impl Fn(f32, f32) -> f32 {
    let (sin, cos) = degrees.to_radians().sin_cos();
    move |x, y| {
        let wave = |along: f32| (std::f32::consts::TAU * along / pitch).cos();
        let threshold = 0.25 * (wave(x * cos + y * sin) + wave(y * cos - x * sin));
        let tone = 0.15 * (x / 170.0).sin() * (y / 130.0).cos();
        60.0 * ((tone - threshold) / 0.1).clamp(-0.5, 0.5)
    }
}

/// A frequency where the camera's pixels show it, cycles a pixel.
fn folded(frequency: [f32; 2]) -> [f32; 2] {
    frequency.map(|cycles| cycles - cycles.round())
}

/// A halftone's rows are where they fold to, and who does not ask for an original hears of no offence.
#[test]
fn dots_of_ink_are_a_print_s() {
    for (pitch, degrees) in [(3.3f32, 45.0f32), (4.2, 30.0), (2.6, 63.0), (3.6, 18.0), (1.5, 30.0)]
    {
        let recapture = examine(&wall(halftone(pitch, degrees)));
        let signal = cue(&recapture, "printed_copy");
        assert!(signal.score > 0.9, "{pitch} {degrees}: {:?}", recapture.print);
        assert_eq!((signal.severity, signal.action), (Severity::Pass, None));
        let found = recapture.print.halftone.expect("a tile");
        assert_eq!(signal.region, Some(found.region()));
        let (sin, cos) = degrees.to_radians().sin_cos();
        for expected in [[cos / pitch, sin / pitch], [-sin / pitch, cos / pitch]].map(folded) {
            let there = found.frequencies.iter().any(|[across, down]| {
                let off =
                    |sign: f32| (sign * across - expected[0]).hypot(sign * down - expected[1]);
                off(1.0).min(off(-1.0)) < 0.004
            });
            assert!(there, "{pitch} {degrees}: {expected:?} not in {found:?}");
        }
    }
}

/// Continuous tones, one direction of lines, an upright raster with its diagonals.
#[test]
fn what_has_no_turned_dots_is_no_print() {
    let tone = |x: f32, y: f32| 25.0 * (x / 170.0).sin() * (y / 130.0).cos();
    let line = |place: f32| (std::f32::consts::TAU * place).sin();
    let lines = |x: f32, y: f32| 30.0 * line(0.21 * x + 0.21 * y);
    let screen = |x: f32, y: f32| {
        let (across, down) = (line(0.31 * x + 0.02 * y), line(0.31 * y - 0.02 * x));
        12.0 * (across + down) + 10.0 * across * down
    };
    for picture in [wall(tone), wall(lines), wall(screen)] {
        let recapture = examine(&picture);
        let signal = cue(&recapture, "printed_copy");
        assert!(signal.score < 0.1 && signal.region.is_none(), "{:?}", recapture.print);
    }
}

/// Threads cross as dots do: they count where no page is known, and beside one they do not.
#[test]
fn cloth_beside_the_page_is_no_print() {
    let page = Quad::rectangle(300.0, 100.0, 880.0, 680.0);
    let weave = halftone(4.0, 38.0);
    let picture = wall(|x, y| if page.contains([x, y].into()) { 60.0 } else { weave(x, y) });
    let evidence = |document: &Document| {
        RecaptureDetector::new(drawing::models()).examine(&frame(&picture), document).print.evidence
    };
    let (unknown, known) = (evidence(&Document::NONE), evidence(&Document::at(page)));
    assert!(unknown > 5.0 && known < 2.5, "{unknown} {known}");
}

/// A grey copy on a bright desk: none of its tiles is among those that could show a screen best.
#[test]
fn a_dark_page_is_looked_at_too() {
    let page = Quad::rectangle(900.0, 700.0, 1_900.0, 1_700.0);
    let dots = halftone(3.3, 45.0);
    let picture = RgbImage::from_fn(2_900, 2_400, |x, y| {
        let at = [x as f32, y as f32];
        let light = if page.contains(at.into()) { 90.0 + dots(at[0], at[1]) } else { 200.0 };
        Rgb([(light + 8.0 * noise(y * 2_900 + x)) as u8; 3])
    });
    let evidence = |document: &Document| {
        RecaptureDetector::new(drawing::models()).examine(&frame(&picture), document).print.evidence
    };
    let (unknown, known) = (evidence(&Document::NONE), evidence(&Document::at(page)));
    assert!(unknown < 2.5 && known > 5.0, "{unknown} {known}");
}
